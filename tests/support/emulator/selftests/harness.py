"""One emulator for all tests, an account of its own for each, and botocore clients that do not retry."""

import itertools
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request

import botocore.config
import botocore.session
from botocore.exceptions import ClientError

SERVER = pathlib.Path(__file__).parent.parent / "server.py"
_numbers = itertools.count(100000000001)
_session = botocore.session.Session()
_process = None
_port = None


def port() -> int:
    """The port of the emulator, which is started when first asked for and dies with this process."""
    global _process, _port
    if _process is None:
        _process = subprocess.Popen(
            [sys.executable, SERVER, "--watch-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        _port = json.loads(_process.stdout.readline())["port"]
    return _port


class Case(unittest.TestCase):
    """A test with an account of its own."""

    def setUp(self):
        self.account = str(next(_numbers))
        self.bucket = f"bucket-{self.account}"

    def client(self, service, region="us-east-1", account=None, key=None, session=None, **config):
        """A botocore client of the account, or with the key that CreateAccessKey or AssumeRole has answered."""
        key = key or {"AccessKeyId": f"AKIATEST{account or self.account}", "SecretAccessKey": "secret"}
        return (session or _session).create_client(
            service,
            region_name=region,
            endpoint_url=f"http://127.0.0.1:{port()}",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            aws_session_token=key.get("SessionToken"),
            config=botocore.config.Config(
                **{
                    "retries": {"total_max_attempts": 1},
                    "s3": {"addressing_style": "path"},
                    "read_timeout": 30,
                    **config,
                }
            ),
        )

    def control(self, verb, path, body=None, **query):
        """A request of the control API."""
        url = f"http://127.0.0.1:{port()}/_emulator/{path}?{urllib.parse.urlencode(query)}"
        data = None if body is None else json.dumps({"account": self.account, **body}).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data, method=verb), timeout=30) as answer:
            return json.load(answer)

    def settings(self, **settings):
        """Changes settings of the account."""
        return self.control("POST", "settings", settings)

    def faults(self, *faults):
        """Arms faults."""
        self.control("POST", "faults", {"faults": list(faults)})

    def requests(self):
        """The account's records."""
        return self.control("GET", "requests", account=self.account)

    def snapshot(self, **query):
        """What the account owns."""
        return self.control("GET", "snapshot", account=self.account, **query)

    def seed(self, service, operation, region="us-east-1", **params):
        """One call past all rules."""
        call = {"service": service, "operation": operation, "region": region, "params": params}
        return self.control("POST", "calls", {"calls": [call]})["results"][0]

    def refused(self, code, function, **params):
        """Asserts that a call fails with AWS's code; returns the error."""
        with self.assertRaises(ClientError) as caught:
            function(**params)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response

    def reader(self, *statements, name="reader"):
        """The key of a new user whose only policy has these statements, each of an action and a resource."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=identity_policy(*statements))
        return iam.create_access_key(UserName=name)["AccessKey"]

    def bucket_policy(self, prefix="", source="*", operator="StringLike", bucket=None):
        """The policy that lets CloudTrail write into the bucket."""
        bucket = bucket or self.bucket
        condition = {operator: {"aws:SourceArn": f"arn:aws:cloudtrail:*:{self.account}:trail/{source}"}}
        service = {"Service": "cloudtrail.amazonaws.com"}
        write = {**condition, "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Acl",
                    "Effect": "Allow",
                    "Principal": service,
                    "Action": "s3:GetBucketAcl",
                    "Resource": f"arn:aws:s3:::{bucket}",
                    "Condition": condition,
                },
                {
                    "Sid": "Write",
                    "Effect": "Allow",
                    "Principal": service,
                    "Action": "s3:PutObject",
                    "Resource": f"arn:aws:s3:::{bucket}/{prefix}AWSLogs/{self.account}/*",
                    "Condition": write,
                },
            ],
        }

    def topic_policy(self, arn, source="*"):
        """The policy that lets CloudTrail publish to the topic."""
        condition = {"StringLike": {"AWS:SourceArn": f"arn:aws:cloudtrail:*:{self.account}:trail/{source}"}}
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Trail",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "SNS:Publish",
                    "Resource": arn,
                    "Condition": condition,
                },
            ],
        }

    def furnish(self):
        """A bucket that CloudTrail may write to."""
        self.seed("s3", "CreateBucket", Bucket=self.bucket)
        self.seed("s3", "PutBucketPolicy", Bucket=self.bucket, Policy=json.dumps(self.bucket_policy()))

    def topic(self, region="us-east-1", name="topic"):
        """A topic that CloudTrail may publish to."""
        arn = f"arn:aws:sns:{region}:{self.account}:{name}"
        self.seed("sns", "CreateTopic", region, Name=name, Attributes={"Policy": json.dumps(self.topic_policy(arn))})
        return arn


def identity_policy(*statements):
    """The text of a policy that allows each of these (action, resource) pairs, or has these statements as they are."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                s if isinstance(s, dict) else {"Effect": "Allow", "Action": s[0], "Resource": s[1]} for s in statements
            ],
        }
    )
