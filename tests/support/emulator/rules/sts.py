"""STS: who the keys of the tests belong to."""

from http_server import Response
from rules import Call, rule


@rule("sts", "GetCallerIdentity")
def get_caller_identity(call: Call):
    """The keys AKIATEST… belong to the user "tester"; moto knows about those that it handed out itself."""
    request = call.request
    if not request.is_test_key:
        return call.forward()
    arn = f"arn:{request.partition}:iam::{request.account}:user/tester"
    body = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>AIDATESTER</UserId><Account>{request.account}</Account></GetCallerIdentityResult>"
        "<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>"
    )
    return Response(200, {"content-type": "text/xml"}, body.encode())
