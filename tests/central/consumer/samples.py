"""Messages as AWS writes them, from the examples on its pages cloudtrail-log-file-examples, cloudtrail-event-
reference-aws-console-sign-in-events, guardduty_findings_eventbridge and flow-log-records-examples."""

import json

CREATE_TRAIL = json.dumps({
    "eventVersion": "1.09",
    "userIdentity": {
        "type": "AssumedRole", "principalId": "AROAEXAMPLE:alice",
        "arn": "arn:aws:sts::111122223333:assumed-role/Admin/alice", "accountId": "111122223333",
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "principalId": "AROAEXAMPLE", "userName": "Admin",
                              "arn": "arn:aws:iam::111122223333:role/Admin", "accountId": "111122223333"},
            "webIdFederationData": {},
            "attributes": {"creationDate": "2023-07-19T21:00:51Z", "mfaAuthenticated": "false"},
        },
    },
    "eventTime": "2023-07-19T21:35:03Z", "eventSource": "cloudtrail.amazonaws.com", "eventName": "CreateTrail",
    "awsRegion": "us-east-1", "sourceIPAddress": "205.251.233.182", "userAgent": "aws-cli/2.13.0",
    "requestParameters": {"name": "myTrail", "s3BucketName": "bucket", "isMultiRegionTrail": True, "limit": 10},
    "responseElements": {"name": "myTrail", "trailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/myTrail"},
    "requestID": "9d478fc1-4f10-490f-a26b-EXAMPLE0e932", "eventID": "eae87c48-d421-4626-94f5-EXAMPLEac994",
    "readOnly": False, "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": "111122223333",
    "eventCategory": "Management",
    "tlsDetails": {"tlsVersion": "TLSv1.2", "cipherSuite": "ECDHE-RSA-AES128-GCM-SHA256",
                   "clientProvidedHostHeader": "cloudtrail.us-east-1.amazonaws.com"},
    "sessionCredentialFromConsole": "true",
})


def console_login(mfa: str, outcome: str = "Success", who: str = "IAMUser") -> str:
    """A sign-in to the console."""
    return json.dumps({
        "eventVersion": "1.08", "userIdentity": {"type": who, "accountId": "111122223333", "userName": "anaya"},
        "eventTime": "2023-07-19T21:44:40Z", "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
        "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.0", "userAgent": "Mozilla/5.0",
        "requestParameters": None, "responseElements": {"ConsoleLogin": outcome},
        "additionalEventData": {"LoginTo": "https://console.aws.amazon.com/console/home", "MobileVersion": "No",
                                "MFAUsed": mfa},
        "eventID": "fed06f42-cb12-4764-8c69-121063dc79b9", "eventType": "AwsConsoleSignIn",
        "recipientAccountId": "111122223333",
    })


def call(**changes) -> str:
    """A call of an API, as short as it can be."""
    event = {"eventVersion": "1.08", "userIdentity": {"type": "IAMUser", "userName": "bob"},
             "eventTime": "2024-01-02T03:04:05Z", "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances",
             "awsRegion": "eu-west-1", "eventType": "AwsApiCall", "eventID": "e-1"}
    return json.dumps({**event, **changes})


FINDING = json.dumps({
    "version": "0", "id": "cd2d702e-ab31-411b-9344-793ce56b1bc7", "detail-type": "GuardDuty Finding",
    "source": "aws.guardduty", "account": "111122223333", "time": "2018-10-02T02:27:30Z", "region": "us-east-1",
    "resources": [],
    "detail": {
        "schemaVersion": "2.0", "accountId": "111122223333", "region": "us-east-1", "partition": "aws",
        "id": "16afba5c5c43e07c9e3e5e2e544e95df", "type": "UnauthorizedAccess:EC2/TorClient", "severity": 8,
        "arn": "arn:aws:guardduty:us-east-1:111122223333:detector/d1/finding/16afba5c5c43e07c9e3e5e2e544e95df",
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-99999999", "imageId": "ami-1"}},
        "service": {
            "serviceName": "guardduty", "detectorId": "d1", "count": 3, "archived": False, "resourceRole": "TARGET",
            "eventFirstSeen": "2018-10-02T01:27:30Z", "eventLastSeen": "2018-10-02T02:27:30.500Z",
            "action": {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {"blocked": False}},
        },
        "createdAt": "2018-10-02T02:20:30Z", "updatedAt": "2018-10-02T02:27:30Z",
        "title": "EC2 instance i-99999999 is communicating with a Tor entry node.",
        "description": "EC2 instance i-99999999 is communicating with an IP address of the Tor network.",
    },
})

FLOW_ACCEPTED = "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 " \
    "1418530010 1418530070 ACCEPT OK"
FLOW_REJECTED = "2 123456789010 eni-1235b8ca123456789 2001:db8::1 2001:db8::2 34892 22 6 54 8855 " \
    "1477913708 1477913820 REJECT OK"
FLOW_WITHOUT_DATA = "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA"
FLOW_SKIPPED = "2 unknown eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA"
FLOW_OF_OTHER_FORMAT = "3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1 123456789010 IPv4"
