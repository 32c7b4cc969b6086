"""S3: ownership, location, policies, conflicts."""

import base64
import gzip
import json
import threading

from selftests.harness import Case


class Buckets(Case):
    def test_anothers_bucket_is_forbidden(self):
        self.client("s3", account="333333333333").create_bucket(Bucket=self.bucket)
        s3 = self.client("s3")
        self.refused("403", s3.head_bucket, Bucket=self.bucket)
        self.refused("AccessDenied", s3.get_bucket_policy, Bucket=self.bucket)
        self.refused("AccessDenied", s3.put_object, Bucket=self.bucket, Key="k", Body=b"")
        self.refused("BucketAlreadyExists", s3.create_bucket, Bucket=self.bucket)

    def test_expected_bucket_owner(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket=self.bucket)
        s3.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=self.account)
        self.refused("403", s3.head_bucket, Bucket=self.bucket, ExpectedBucketOwner="333333333333")
        self.refused(
            "AccessDenied",
            s3.put_bucket_policy,
            Bucket=self.bucket,
            ExpectedBucketOwner="333333333333",
            Policy=json.dumps(self.bucket_policy()),
        )

    def test_a_free_name_is_not_found(self):
        self.refused("404", self.client("s3").head_bucket, Bucket=self.bucket)

    def test_a_bucket_has_one_region(self):
        s3 = self.client("s3", "eu-west-1")
        s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.assertEqual(s3.head_bucket(Bucket=self.bucket)["BucketRegion"], "eu-west-1")
        other = self.client("s3", "us-east-1")
        other.head_bucket(Bucket=self.bucket)  # botocore follows the redirect
        statuses = [(r["region"], r["status"], r["error"]) for r in self.requests() if r["operation"] == "HeadBucket"]
        self.assertIn(("us-east-1", 301, "PermanentRedirect"), statuses)

    def test_regions_since_2019_answer_400_to_others(self):
        self.settings(regions={"us-east-1": "ENABLED_BY_DEFAULT", "af-south-1": "ENABLED"})
        configuration = {"LocationConstraint": "af-south-1"}
        self.client("s3", "af-south-1").create_bucket(Bucket=self.bucket, CreateBucketConfiguration=configuration)
        self.client("s3").head_bucket(Bucket=self.bucket)  # botocore follows
        statuses = [(r["region"], r["status"]) for r in self.requests() if r["operation"] == "HeadBucket"]
        self.assertIn(("us-east-1", 400), statuses)

    def test_reserved_names(self):
        for name in ("a-s3alias", "a--ol-s3", "a.mrap", "a--table-s3", "a-an", "sthree-a"):
            self.refused("InvalidBucketName", self.client("s3").create_bucket, Bucket=name)

    def test_location_constraints(self):
        create = self.client("s3", "eu-west-1").create_bucket
        self.refused("IllegalLocationConstraintException", create, Bucket=self.bucket)
        self.refused(
            "IllegalLocationConstraintException",
            create,
            Bucket=self.bucket,
            CreateBucketConfiguration={"LocationConstraint": "eu-west-2"},
        )
        create = self.client("s3").create_bucket
        self.refused(
            "InvalidLocationConstraint",
            create,
            Bucket=self.bucket,
            CreateBucketConfiguration={"LocationConstraint": "us-east-1"},
        )
        self.refused(
            "IllegalLocationConstraintException",
            create,
            Bucket=self.bucket,
            CreateBucketConfiguration={"LocationConstraint": "eu-west-2"},
        )

    def test_creating_ones_own_bucket_again(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket=self.bucket)
        s3.put_bucket_acl(Bucket=self.bucket, ACL="log-delivery-write")
        s3.create_bucket(Bucket=self.bucket)
        self.assertEqual(len(self.snapshot()["s3"][self.bucket]["acl"]), 1)
        s3, place = self.client("s3", "eu-west-1"), {"LocationConstraint": "eu-west-1"}
        s3.create_bucket(Bucket=self.bucket + "-eu", CreateBucketConfiguration=place)
        self.refused(
            "BucketAlreadyOwnedByYou", s3.create_bucket, Bucket=self.bucket + "-eu", CreateBucketConfiguration=place
        )

    def test_buckets_are_encrypted(self):
        s3 = self.client("s3")
        self.refused("NoSuchBucket", s3.get_bucket_encryption, Bucket=self.bucket)
        s3.create_bucket(Bucket=self.bucket)

        def kind():
            rules = s3.get_bucket_encryption(Bucket=self.bucket)["ServerSideEncryptionConfiguration"]["Rules"]
            return rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]

        self.assertEqual(kind(), "AES256")
        own = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
        s3.put_bucket_encryption(Bucket=self.bucket, ServerSideEncryptionConfiguration=own)
        self.assertEqual(kind(), "aws:kms")

    def test_bucket_names(self):
        s3 = self.client("s3", parameter_validation=False)
        for name in ("Upper-Case", "ab", "under_score", "192.168.1.1", "a..b", "end-"):
            self.refused("InvalidBucketName", s3.create_bucket, Bucket=name)


class Policies(Case):
    def setUp(self):
        super().setUp()
        self.s3 = self.client("s3")
        self.s3.create_bucket(Bucket=self.bucket)

    def put(self, policy):
        text = policy if isinstance(policy, str) else json.dumps(policy)
        return self.s3.put_bucket_policy(Bucket=self.bucket, Policy=text)

    def test_a_good_policy_is_kept_as_it_is(self):
        self.refused("NoSuchBucketPolicy", self.s3.get_bucket_policy, Bucket=self.bucket)
        text = json.dumps(self.bucket_policy(), indent=3)
        self.put(text)
        self.assertEqual(self.s3.get_bucket_policy(Bucket=self.bucket)["Policy"], text)
        self.assertEqual(self.snapshot(raw=1)["s3"][self.bucket]["policy"], text)
        self.assertEqual(self.snapshot()["s3"][self.bucket]["policy"], self.bucket_policy())

    def test_malformed_policies(self):
        def changed(**fields):
            return json.dumps({**self.bucket_policy()["Statement"][0], **fields})

        def refuse(statement):
            self.refused("MalformedPolicy", self.put, policy=f'{{"Version":"2012-10-17","Statement":[{statement}]}}')

        self.refused("MalformedPolicy", self.put, policy="{")
        self.refused("MalformedPolicy", self.put, policy='{"Version":"2012-10-17"}')
        refuse(changed(Resource="arn:aws:s3:::another"))
        refuse(changed(Resource=f"arn:aws:s3:::{self.bucket}-2/*"))
        refuse(changed(Action="sns:Publish"))
        refuse(changed(Effect="Maybe"))
        refuse(changed(Principal=None))
        refuse(changed(Principal={"AWS": ["*", "AROAKSCDLFT9R5DQP782U"]}))
        refuse(changed() + "," + changed())

    def test_policies_are_at_most_20_kb(self):
        policy = self.bucket_policy()
        policy["Statement"][0]["Sid"] = "x" * 20480
        self.refused("PolicyTooLarge", self.put, policy=policy)

    def test_public_policies_can_be_blocked(self):
        self.s3.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
        public = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{self.bucket}/*",
        }
        self.refused("AccessDenied", self.put, policy={"Version": "2012-10-17", "Statement": [public]})
        self.put({"Version": "2012-10-17", "Statement": [{**public, "Effect": "Deny"}]})

    def test_a_policy_that_demands_tls_does_not_lock_the_owner_out(self):
        deny = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": f"arn:aws:s3:::{self.bucket}/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        self.put({"Version": "2012-10-17", "Statement": [deny]})
        self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"body")
        self.assertEqual(self.snapshot()["s3"][self.bucket]["objects"], [{"key": "k", "size": 4}])

    def test_concurrent_changes_of_one_bucket_conflict(self):
        self.settings(bucket_conflict=True, latency=0.3)
        clients = [self.client("s3") for _ in range(2)]
        codes = []

        def change(client):
            try:
                client.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(self.bucket_policy()))
            except Exception as error:
                codes.append((error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]))

        threads = [threading.Thread(target=change, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(codes, [("OperationAborted", 409)])
        self.settings(latency=0)
        self.refused("OperationAborted", self.s3.delete_bucket_policy, Bucket=self.bucket)


class Objects(Case):
    def setUp(self):
        super().setUp()
        self.s3 = self.client("s3")
        self.s3.create_bucket(Bucket=self.bucket)

    def test_a_new_bucket_blocks_public_access_and_is_not_seen_at_once(self):
        self.settings(bucket_load={"PutBucketPolicy": 1})
        self.s3.create_bucket(Bucket=f"{self.bucket}-new")
        name = {"Bucket": f"{self.bucket}-new"}
        switches = self.s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"]
        self.assertEqual(list(switches.values()), [True] * 4)
        policy = json.dumps(self.bucket_policy(bucket=name["Bucket"]))
        self.refused("NoSuchBucket", self.s3.put_bucket_policy, Policy=policy, **name)
        self.s3.put_bucket_policy(Policy=policy, **name)

    def test_a_gzipped_object_comes_as_it_is(self):
        body = gzip.compress(b'{"Records":[]}')
        encoded = {"base64": base64.b64encode(body).decode()}
        kinds = {"ContentType": "application/json", "ContentEncoding": "gzip"}
        self.seed("s3", "PutObject", Bucket=self.bucket, Key="AWSLogs/a b+ü.json.gz", Body=encoded, **kinds)
        self.seed("s3", "PutObject", Bucket=self.bucket, Key="text", Body="grüß")
        answer = self.s3.get_object(Bucket=self.bucket, Key="AWSLogs/a b+ü.json.gz")
        self.assertEqual(answer["Body"].read(), body)
        self.assertEqual((answer["ContentEncoding"], answer["ContentLength"]), ("gzip", len(body)))
        head = self.s3.head_object(Bucket=self.bucket, Key="AWSLogs/a b+ü.json.gz")
        self.assertEqual((head["ContentEncoding"], head["ContentLength"]), ("gzip", len(body)))
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="text")["Body"].read(), "grüß".encode())
        got = self.seed("s3", "GetObject", Bucket=self.bucket, Key="AWSLogs/a b+ü.json.gz")
        self.assertEqual(got["Body"], encoded["base64"])
        self.assertEqual(
            [(r["operation"], r["params"]["Key"], r["mutating"]) for r in self.requests()[1:3]],
            [("GetObject", "AWSLogs/a b+ü.json.gz", False), ("HeadObject", "AWSLogs/a b+ü.json.gz", False)],
        )

    def test_a_large_object(self):
        body = {"base64": base64.b64encode(bytes(range(256)) * 40000).decode()}
        self.seed("s3", "PutObject", Bucket=self.bucket, Key="k", Body=body)
        answer = self.s3.get_object(Bucket=self.bucket, Key="k", Range="bytes=256-511")
        self.assertEqual(answer["Body"].read(), bytes(range(256)))
        self.assertEqual(len(self.s3.get_object(Bucket=self.bucket, Key="k")["Body"].read()), 256 * 40000)

    def test_what_is_missing(self):
        answer = self.refused("NoSuchKey", self.s3.get_object, Bucket=self.bucket, Key="none")
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 404)
        self.refused("404", self.s3.head_object, Bucket=self.bucket, Key="none")
        self.refused("NoSuchBucket", self.s3.get_object, Bucket="none" + self.bucket, Key="none")
        self.refused("NoSuchBucket", self.s3.list_objects_v2, Bucket="none" + self.bucket)

    def test_another_owner_is_expected(self):
        other = {"Bucket": self.bucket, "ExpectedBucketOwner": "333333333333"}
        self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"")
        self.refused("AccessDenied", self.s3.get_object, Key="k", **other)
        self.refused("403", self.s3.head_object, Key="k", **other)
        self.refused("AccessDenied", self.s3.list_objects_v2, **other)
        self.refused("AccessDenied", self.s3.get_bucket_location, **other)

    def test_listing_in_pages(self):
        keys = [f"AWSLogs/{n:04}" for n in range(5)]
        for key in [*keys, "other"]:
            self.seed("s3", "PutObject", Bucket=self.bucket, Key=key, Body="")
        token, pages = {}, []
        while token is not None:
            answer = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="AWSLogs/", MaxKeys=2, **token)
            pages.append([item["Key"] for item in answer["Contents"]])
            self.assertEqual((answer["IsTruncated"], answer["KeyCount"]), (len(pages) < 3, len(pages[-1])))
            token = {"ContinuationToken": answer["NextContinuationToken"]} if answer["IsTruncated"] else None
        self.assertEqual(pages, [keys[:2], keys[2:4], keys[4:]])
        self.settings(objects_page=1)
        self.assertEqual(self.s3.list_objects_v2(Bucket=self.bucket, MaxKeys=2)["KeyCount"], 1)
        self.assertTrue(self.s3.list_objects_v2(Bucket=self.bucket)["IsTruncated"])
        self.settings(objects_page=1000)
        after = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="AWSLogs/", StartAfter=keys[2])
        self.assertEqual([item["Key"] for item in after["Contents"]], keys[3:])
        folders = self.s3.list_objects_v2(Bucket=self.bucket, Delimiter="/")
        self.assertEqual(folders["CommonPrefixes"], [{"Prefix": "AWSLogs/"}])
        self.assertNotIn("Contents", self.s3.list_objects_v2(Bucket=self.bucket, Prefix="none"))
        self.refused("InvalidArgument", self.s3.list_objects_v2, Bucket=self.bucket, ContinuationToken="nonsense")

    def test_where_a_bucket_is(self):
        self.assertIsNone(self.s3.get_bucket_location(Bucket=self.bucket)["LocationConstraint"])
        place = {"LocationConstraint": "eu-west-1"}
        away = self.client("s3", "eu-west-1")
        away.create_bucket(Bucket=self.bucket + "-eu", CreateBucketConfiguration=place)
        for client in (away, self.s3):
            answer = client.get_bucket_location(Bucket=self.bucket + "-eu")
            self.assertEqual(answer["LocationConstraint"], "eu-west-1")
        self.assertEqual({r["status"] for r in self.requests()}, {200})
