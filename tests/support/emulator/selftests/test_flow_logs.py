"""Flow logs of VPCs by the Cloud Control API."""

import json
import time

from selftests.harness import Case, identity_policy

REGION = "eu-west-1"
FLOW_LOG, VPC = "AWS::EC2::FlowLog", "AWS::EC2::VPC"


class FlowLogs(Case):
    def setUp(self):
        super().setUp()
        self.settings(vpcs={REGION: ["vpc-1", "vpc-2"]})
        self.cloud, self.iam = self.client("cloudcontrol", REGION), self.client("iam")
        self.role = f"arn:aws:iam::{self.account}:role/flow"
        self.model = {
            "ResourceType": "VPC",
            "ResourceId": "vpc-1",
            "TrafficType": "ALL",
            "LogGroupName": "flow",
            "DeliverLogsPermissionArn": self.role,
        }
        self.iam.create_role(RoleName="flow", AssumeRolePolicyDocument=json.dumps(self.trust()))

    def trust(self, service="vpc-flow-logs.amazonaws.com", account=None, source=None):
        account = account or self.account
        condition = {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": source or f"arn:aws:ec2:{REGION}:{account}:vpc-flow-log/*"},
        }
        principal = {"Service": service}
        allow = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
        return {"Version": "2012-10-17", "Statement": [allow]}

    def ask(self, cloud=None, token=None, **more):
        """CreateResource; the first ProgressEvent."""
        model = json.dumps({key: value for key, value in {**self.model, **more}.items() if value is not None})
        tokens = {"ClientToken": token} if token else {}
        return (cloud or self.cloud).create_resource(TypeName=FLOW_LOG, DesiredState=model, **tokens)["ProgressEvent"]

    def progress(self, event):
        return self.cloud.get_resource_request_status(RequestToken=event["RequestToken"])["ProgressEvent"]

    def create(self, **more):
        event = self.progress(self.ask(**more))
        self.assertEqual(event["OperationStatus"], "SUCCESS", event)
        return event["Identifier"]

    def fails(self, code, event, words=""):
        event = self.progress(event)
        self.assertEqual((event["OperationStatus"], event["ErrorCode"]), ("FAILED", code))
        self.assertIn(words, event["StatusMessage"])

    def delete(self, identifier):
        return self.cloud.delete_resource(TypeName=FLOW_LOG, Identifier=identifier)["ProgressEvent"]

    def listed(self, kind=FLOW_LOG):
        found = self.cloud.list_resources(TypeName=kind)["ResourceDescriptions"]
        return {item["Identifier"]: json.loads(item["Properties"]) for item in found}

    def test_a_request_takes_time(self):
        self.settings(resource_request=1.5)
        first = self.ask()
        self.assertEqual((first["OperationStatus"], first["Operation"]), ("IN_PROGRESS", "CREATE"))
        self.assertNotIn("Identifier", first)
        self.assertEqual(self.progress(first)["OperationStatus"], "IN_PROGRESS")
        time.sleep(1.6)
        identifier = self.progress(first)["Identifier"]
        self.assertEqual(self.delete(identifier)["OperationStatus"], "IN_PROGRESS")
        self.refused("ConcurrentOperationException", self.delete, identifier=identifier)
        time.sleep(1.6)
        self.settings(resource_request=0)
        self.fails("NotFound", self.delete(identifier))
        self.refused("RequestTokenNotFoundException", self.progress, event={"RequestToken": "x"})
        elsewhere = self.client("cloudcontrol", "us-east-1").get_resource_request_status
        self.refused("RequestTokenNotFoundException", elsewhere, RequestToken=first["RequestToken"])

    def test_what_is_read(self):
        identifier = self.create()
        found = self.listed()[identifier]
        self.assertEqual({**found, **self.model}, found)
        self.assertEqual((found["Id"], found["MaxAggregationInterval"], found["Tags"]), (identifier, 600, []))
        self.assertTrue(found["LogFormat"].startswith("${version} ${account-id}"))
        self.assertEqual(found["LogDestinationType"], "cloud-watch-logs")
        one = self.cloud.get_resource(TypeName=FLOW_LOG, Identifier=identifier)["ResourceDescription"]
        self.assertEqual(json.loads(one["Properties"]), found)
        self.assertEqual(self.listed(VPC), {"vpc-1": {"VpcId": "vpc-1"}, "vpc-2": {"VpcId": "vpc-2"}})
        get = self.cloud.get_resource
        words = self.refused("ResourceNotFoundException", get, TypeName=FLOW_LOG, Identifier="fl-1")["Error"]["Message"]
        self.assertIn("Handler returned status FAILED: null (HandlerErrorCode: NotFound, RequestToken: ", words)
        self.settings(resources_page=1)
        page = self.cloud.list_resources(TypeName=VPC)
        page = self.cloud.list_resources(TypeName=VPC, NextToken=page["NextToken"])
        self.assertEqual([item["Identifier"] for item in page["ResourceDescriptions"]], ["vpc-2"])
        self.assertNotIn("NextToken", page)
        elsewhere = self.client("cloudcontrol", "us-east-1")
        self.assertEqual(elsewhere.list_resources(TypeName=VPC)["ResourceDescriptions"], [])
        (owned,) = self.snapshot()["flow_logs"][REGION]
        self.assertEqual({**owned, "Id": identifier}, found)
        copy = str(int(self.account) + 500_000_000_000)
        self.control("POST", "copy", {"account": copy, "original": self.account})
        copied = self.client("cloudcontrol", REGION, account=copy).list_resources(TypeName=FLOW_LOG)
        self.assertEqual([item["Identifier"] for item in copied["ResourceDescriptions"]], [identifier])

    def test_what_fails(self):
        self.create()
        words = "There is an existing Flow Log with the same configuration and log destination."
        group = f"arn:aws:logs:{REGION}:{self.account}:log-group:flow"
        self.fails("AlreadyExists", self.ask(), words)
        self.fails("AlreadyExists", self.ask(LogGroupName=None, LogDestination=group), words)
        self.create(LogGroupName="other")
        self.create(TrafficType="REJECT")
        self.fails("GeneralServiceException", self.ask(ResourceId="vpc-3"), "The vpc ID 'vpc-3' does not exist")
        self.fails("InvalidRequest", self.ask(DeliverLogsPermissionArn=None), "can't be empty")
        self.fails("InvalidRequest", self.ask(LogGroupName=None), "can't be empty")
        self.fails("InvalidRequest", self.ask(MaxAggregationInterval=61), "Interval")
        self.assertEqual(len(self.listed()), 3)

    def test_the_role_is_assumed(self):
        words = "Unable to assume given IAM role"
        self.fails("InvalidRequest", self.ask(DeliverLogsPermissionArn=self.role + "x"), words)
        other = f"arn:aws:ec2:us-east-1:{self.account}:vpc-flow-log/*"
        wrong = (self.trust("ec2.amazonaws.com"), self.trust(account="1" * 12), self.trust(source=other))
        for trust in wrong:
            self.iam.update_assume_role_policy(RoleName="flow", PolicyDocument=json.dumps(trust))
            self.fails("InvalidRequest", self.ask(), words)
        self.settings(role_delay=1.5)
        self.iam.update_assume_role_policy(RoleName="flow", PolicyDocument=json.dumps(self.trust()))
        self.fails("InvalidRequest", self.ask(), words)
        time.sleep(1.6)
        self.create()

    def test_what_is_no_model(self):
        words = self.refused("ValidationException", self.ask, TrafficType=None)["Error"]["Message"]
        self.assertEqual(words, "Model validation failed (#: required key [TrafficType] not found)")
        for more in ({"Nothing": 1}, {"TrafficType": "SOME"}, {"Id": "fl-1"}):
            self.refused("ValidationException", self.ask, **more)
        create = self.cloud.create_resource
        self.refused("InvalidRequestException", create, TypeName=FLOW_LOG, DesiredState="[]")
        self.refused("InvalidRequestException", create, TypeName=FLOW_LOG, DesiredState="{")
        self.refused("ValidationException", create, TypeName="NoTypeAtAll", DesiredState="{}")
        self.refused("NotImplemented", create, TypeName=VPC, DesiredState="{}")
        self.refused("NotImplemented", create, TypeName=FLOW_LOG, DesiredState="{}", RoleArn=self.role)
        self.refused("NotImplemented", self.ask, LogDestinationType="s3")

    def test_client_tokens(self):
        first, again = self.ask(token="a"), self.ask(token="a")
        self.assertEqual(first["RequestToken"], again["RequestToken"])
        self.refused("ClientTokenConflictException", self.ask, token="a", ResourceId="vpc-2")
        self.assertEqual(len(self.listed()), 1)
        self.fails("AlreadyExists", self.ask(token="b"))

    def test_only_tags_change(self):
        identifier = self.create()

        def patch(path, **more):
            document = json.dumps([{"op": "replace", "path": path, "value": [{"Key": "k", "Value": "v"}], **more}])
            return self.cloud.update_resource(TypeName=FLOW_LOG, Identifier=identifier, PatchDocument=document)

        self.assertEqual(self.progress(patch("/Tags")["ProgressEvent"])["Operation"], "UPDATE")
        self.assertEqual(self.listed()[identifier]["Tags"], [{"Key": "k", "Value": "v"}])
        self.progress(patch("/Tags", op="remove", value=[])["ProgressEvent"])
        self.assertEqual(self.listed()[identifier]["Tags"], [])
        self.refused("NotUpdatableException", patch, path="/TrafficType", value="REJECT")

    def test_permissions(self):
        ours = f"arn:aws:cloudformation:{REGION}:{self.account}:resource/*"
        key = self.reader()
        cloud = self.client("cloudcontrol", REGION, key=key)
        words = self.refused("AccessDeniedException", cloud.list_resources, TypeName=FLOW_LOG)["Error"]["Message"]
        self.assertIn(f"is not authorized to perform: cloudformation:ListResources on resource: {ours} because", words)
        statements = [("cloudformation:*Resource*", ours)]
        flow, vpc = (f"arn:aws:ec2:{REGION}:{self.account}:{kind}/*" for kind in ("vpc-flow-log", "vpc"))
        tags = {"Tags": [{"Key": "k", "Value": "v"}]}
        for action, *resources in (
            ("ec2:CreateFlowLogs", flow),
            ("ec2:CreateFlowLogs", vpc),
            ("ec2:CreateTags", flow),
            ("iam:PassRole", self.role),
            ("ec2:DescribeFlowLogs", "*"),
        ):
            self.allow(statements)
            words = f"is not authorized to perform: {action} on resource: {resources[0].removesuffix('*')}"
            self.fails("AccessDenied", self.ask(cloud, **tags), words)
            statements += [(action, resource) for resource in resources]
        self.allow(statements)
        (identifier,) = self.listed()
        self.fails("AlreadyExists", self.ask(cloud, **tags))
        self.refused("AccessDeniedException", cloud.list_resources, TypeName=VPC)
        delete = {"TypeName": FLOW_LOG, "Identifier": identifier}
        self.fails("AccessDenied", cloud.delete_resource(**delete)["ProgressEvent"], "ec2:DeleteFlowLogs")
        document = json.dumps([{"op": "replace", "path": "/Tags", "value": []}])
        update = {**delete, "PatchDocument": document}
        self.fails("AccessDenied", cloud.update_resource(**update)["ProgressEvent"], "ec2:DeleteTags")
        self.allow([item for item in statements if item[0] != "ec2:CreateTags"] + [("ec2:DeleteTags", flow)])
        self.fails("AccessDenied", cloud.update_resource(**update)["ProgressEvent"], "ec2:CreateTags")
        self.allow(statements + [("ec2:DeleteFlowLogs", flow)])
        cloud.delete_resource(**delete)
        self.assertEqual(self.listed(), {})

    def test_the_role_is_passed_to_the_service_of_flow_logs(self):
        cloud = self.client("cloudcontrol", REGION, key=self.reader())
        for service in ("ec2", "cloudcontrol", "vpc-flow-logs"):
            statements = [("cloudformation:*", "*"), ("ec2:*", "*"), ("iam:PassRole", self.role)]
            document = json.loads(identity_policy(*statements))
            condition = {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}
            document["Statement"][-1]["Condition"] = condition
            policy = json.dumps(document)
            self.iam.put_user_policy(UserName="reader", PolicyName="inline", PolicyDocument=policy)
            if service == "vpc-flow-logs":
                self.assertEqual(self.progress(self.ask(cloud))["OperationStatus"], "SUCCESS")
            else:
                self.fails("AccessDenied", self.ask(cloud), "iam:PassRole")

    def allow(self, statements):
        document = identity_policy(*statements)
        self.iam.put_user_policy(UserName="reader", PolicyName="inline", PolicyDocument=document)
