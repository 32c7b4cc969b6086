"""Repairs of moto's buckets: settings come back as they were put, and Object Lock is for buckets in use, too."""

import copy
import uuid

LEAST_HEADER = "x-amz-transition-default-minimum-object-size"
LEAST = "all_storage_classes_128K"
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def apply() -> None:
    """Applies all repairs."""
    import moto.s3.models as s3
    import moto.s3.responses as responses

    _answers_have_the_names_that_s3_gives_them(responses.S3Response)
    _lifecycle_rules_come_back_whole(s3.FakeBucket, responses.S3Response)
    _the_least_size_of_transitions_is_kept(responses.S3Response)
    _buckets_in_use_can_lock_objects(s3.S3Backend)


def _answers_have_the_names_that_s3_gives_them(response_class) -> None:
    """Moto calls the outermost element otherwise, which botocore does not mind, but other SDKs do."""
    import xmltodict

    def answer(name, content):
        return 200, {}, xmltodict.unparse({name: {"@xmlns": NAMESPACE, **content}})

    def get_bucket_versioning(self):
        status = self.backend.get_bucket_versioning(self.bucket_name)
        return answer("VersioningConfiguration", {"Status": status} if status else {})

    def get_bucket_logging(self):
        logging = self.backend.get_bucket_logging(self.bucket_name)
        return answer("BucketLoggingStatus", {"LoggingEnabled": dict(logging)} if logging else {})

    response_class.get_bucket_versioning = get_bucket_versioning
    response_class.get_bucket_logging = get_bucket_logging


def _lifecycle_rules_come_back_whole(bucket_class, response_class) -> None:
    """Moto loses sizes in filters, and the number of noncurrent versions to keep."""
    import xmltodict

    set_lifecycle = bucket_class.set_lifecycle
    get_lifecycle = response_class.get_bucket_lifecycle

    def setting(self, rules):
        given = copy.deepcopy(rules)
        for rule in given:
            rule["ID"] = rule.get("ID") or str(uuid.uuid4())
        set_lifecycle(self, rules)
        self.lifecycle_given = given

    def getting(self):
        bucket = self.backend.get_bucket(self.bucket_name)
        if not bucket.rules:
            return get_lifecycle(self)
        document = {"LifecycleConfiguration": {"@xmlns": NAMESPACE, "Rule": bucket.lifecycle_given}}
        return 200, {LEAST_HEADER: bucket.transition_least}, xmltodict.unparse(document)

    bucket_class.set_lifecycle = setting
    bucket_class.lifecycle_given = []
    bucket_class.transition_least = LEAST
    response_class.get_bucket_lifecycle = getting


def _the_least_size_of_transitions_is_kept(response_class) -> None:
    """Moto answers S3's default, whatever was put."""
    put = response_class._bucket_response_put

    def putting(self, request, bucket_name, querystring):
        answer = put(self, request, bucket_name, querystring)
        if "lifecycle" in querystring:
            self.backend.get_bucket(bucket_name).transition_least = self.headers.get(LEAST_HEADER, LEAST)
        return answer

    response_class._bucket_response_put = putting


def _buckets_in_use_can_lock_objects(backend_class) -> None:
    """Moto wants them empty, and knows a retention of 0 years beside one of days."""

    def put_object_lock_configuration(self, bucket_name, lock_enabled, mode=None, days=None, years=None):
        bucket = self.get_bucket(bucket_name)
        bucket.object_lock_enabled = bucket.object_lock_enabled or lock_enabled
        bucket.default_lock_mode = mode
        bucket.default_lock_days = days or None
        bucket.default_lock_years = years or None

    backend_class.put_object_lock_configuration = put_object_lock_configuration
