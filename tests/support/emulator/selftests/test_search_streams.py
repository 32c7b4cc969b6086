"""Firehose streams into domains of OpenSearch Service: which are created and updated, and what becomes of records."""

from selftests.harness import identity_policy
from selftests.test_firehose import REGION, FirehoseCase
from selftests.test_opensearch import DomainCase

DESCRIBE = ("DescribeDomain", "DescribeDomains", "DescribeDomainConfig")


class SearchCase(FirehoseCase, DomainCase):
    """With a domain, and streams that may deliver to it."""

    def setUp(self):
        super().setUp()
        self.create_active_domain()
        self.permit_stream()

    def permit_stream(self, describe=DESCRIBE, write=("ESHttpPost", "ESHttpPut")):
        rights = [("s3:*", f"arn:aws:s3:::{self.bucket}*"), *((f"es:{action}", self.domain_arn) for action in describe)]
        self.allow("stream", *rights, *((f"es:{action}", f"{self.domain_arn}/*") for action in write))

    def search(self, bucket=None, **more):
        configuration = {
            "RoleARN": self.role,
            "DomainARN": self.domain_arn,
            "IndexName": "logs",
            "S3Configuration": self.bucket_configuration(**(bucket or {})),
            **more,
        }
        return {name: value for name, value in configuration.items() if value is not None}

    def create(self, name="stream", bucket=None, **more):
        return self.firehose.create_delivery_stream(
            DeliveryStreamName=name, AmazonopensearchserviceDestinationConfiguration=self.search(bucket, **more)
        )["DeliveryStreamARN"]

    def change(self, version="1", **update):
        return self.firehose.update_destination(
            DeliveryStreamName="stream",
            CurrentDeliveryStreamVersionId=version,
            DestinationId="destinationId-000000000001",
            AmazonopensearchserviceDestinationUpdate=update,
        )

    def destination(self):
        return self.describe()["Destinations"][0]["AmazonopensearchserviceDestinationDescription"]


class Creation(SearchCase):
    def test_a_stream_is_described_with_defaults(self):
        self.create_active()
        expected = {
            "RoleARN": self.role,
            "DomainARN": self.domain_arn,
            "IndexName": "logs",
            "IndexRotationPeriod": "OneDay",
            "BufferingHints": {"IntervalInSeconds": 300, "SizeInMBs": 5},
            "RetryOptions": {"DurationInSeconds": 300},
            "S3BackupMode": "FailedDocumentsOnly",
            "ProcessingConfiguration": {"Enabled": False, "Processors": []},
            "CloudWatchLoggingOptions": {"Enabled": False},
            "DocumentIdOptions": {"DefaultDocumentIdFormat": "FIREHOSE_DEFAULT"},
        }
        destination = self.destination()
        bucket = destination.pop("S3DestinationDescription")
        self.assertEqual(destination, expected)
        self.assertEqual((bucket["Prefix"], bucket["BucketARN"]), ("", f"arn:aws:s3:::{self.bucket}"))
        kept = self.snapshot()["firehose"][REGION]["stream"]["destination"]
        self.assertEqual(kept["Amazonopensearchservice"]["IndexName"], "logs")

    def test_arguments(self):
        words = {
            "Provide either": {"DomainARN": None},
            "Cannot provide both": {"ClusterEndpoint": "https://search.example"},
            "TypeName must be empty": {"TypeName": "_doc"},
            "is not the name of an index": {"IndexName": "Logs"},
            "LogGroupName and LogStreamName": {"CloudWatchLoggingOptions": {"Enabled": True}},
            "IntervalInSeconds": {"bucket": {"BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 30}}},
            "ErrorOutputPrefix": {"bucket": {"ErrorOutputPrefix": "!{timestamp:yyyy}/"}},
            "unable to assume role": {"RoleARN": self.role + "x"},
        }
        for text, more in words.items():
            with self.subTest(text):
                self.assertIn(text, self.words("InvalidArgumentException", lambda m: self.create(**m), m=more))
        for name in ("_logs", "-logs", "a b", "a,b", "a*"):
            self.refused("InvalidArgumentException", self.create, IndexName=name)
        firehose = self.client("firehose", REGION, parameter_validation=False)
        self.firehose = firehose
        self.refused("ValidationException", self.create, IndexName="a" * 81)
        self.refused("NotImplemented", self.create, VpcConfiguration=self.vpc())
        self.create(IndexName="a" * 80)

    def vpc(self):
        return {"RoleARN": self.role, "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}

    def test_the_domain(self):
        text = f"Verify that the IAM role has access to the Elasticsearch domain: {self.domain_arn}"
        for missing in DESCRIBE:
            self.permit_stream([action for action in DESCRIBE if action != missing])
            self.assertEqual(self.words("InvalidArgumentException", self.create), text)
        self.permit_stream(write=())
        self.refused("InvalidArgumentException", self.create, DomainARN=self.domain_arn + "x")
        self.refused("InvalidArgumentException", self.create, DomainARN=self.domain_arn.replace(REGION, "us-east-1"))
        self.settings(role_delay=30)
        self.permit_stream()
        self.refused("InvalidArgumentException", self.create)
        self.settings(role_delay=0)
        self.create()
        self.opensearch.delete_domain(DomainName="logs")
        self.refused("InvalidArgumentException", self.create, name="second")
        self.settings(domain_creation=30)
        self.create_domain()
        self.refused("InvalidArgumentException", self.create, name="second")

    def test_permissions(self):
        arn = f"arn:aws:firehose:{REGION}:{self.account}:deliverystream/stream"
        self.firehose = self.client("firehose", REGION, key=self.reader(("firehose:CreateDeliveryStream", arn)))
        self.assertIn("iam:PassRole", self.words("AccessDeniedException", self.create))
        document = identity_policy(("iam:PassRole", self.role))
        self.iam.put_user_policy(UserName="reader", PolicyName="pass", PolicyDocument=document)
        self.create()


class Updates(SearchCase):
    def test_what_is_given_replaces_what_was(self):
        self.create_active(bucket={"ErrorOutputPrefix": "failed/"})
        self.change(IndexName="other", IndexRotationPeriod="OneMonth", S3Update={"CompressionFormat": "GZIP"})
        destination = self.destination()
        self.assertEqual((destination["IndexName"], destination["IndexRotationPeriod"]), ("other", "OneMonth"))
        bucket = destination["S3DestinationDescription"]
        self.assertEqual((bucket["CompressionFormat"], bucket["ErrorOutputPrefix"]), ("GZIP", "failed/"))
        self.refused("InvalidArgumentException", self.change, version="2", IndexName="OTHER")
        self.permit_stream(())
        self.refused("InvalidArgumentException", self.change, version="2", IndexName="third")

    def test_another_type(self):
        self.create_active()
        self.refused("InvalidArgumentException", self.update, HECEndpoint="https://splunk.example")
