"""Repairs of moto, applied once when it is loaded: where its models lose or invent state, no layer in front can help.

Each repair names the lie it mends. They replace single methods; everything else stays as moto has it.
"""

import functools
import json

# What a metric filter can say of log groups that hold the events of several accounts or regions.
SYSTEM_FIELDS = ("applyOnTransformedLogs", "emitSystemFieldDimensions", "fieldSelectionCriteria")


def apply() -> None:
    """Applies all repairs."""
    import moto.cloudtrail.models as cloudtrail
    import moto.iam.models as iam
    import moto.iam.responses as iam_responses
    import moto.logs.metric_filters as metric_filters
    import moto.logs.models as logs
    import moto.logs.responses as logs_responses
    import moto.s3.models as s3
    import moto.sns.models as sns
    import moto.sqs.models as sqs

    import bucket_repairs
    import cloudwatch_repairs
    import event_rules
    import firehose_repairs
    import kinesis_repairs
    import kinesis_sources
    import log_subscriptions
    import managed_policies

    # Moto finds its providers of metrics as soon as they exist.
    import metrics  # noqa: F401
    import queue_ages  # noqa: F401

    _look_things_up_once()
    _trails_know_their_topic_by_arn(cloudtrail.Trail)
    _event_selectors_are_replaced(cloudtrail.Trail)
    _policies_come_back_percent_encoded(iam_responses.IamResponse)
    managed_policies.bring_when_attached(iam.IAMBackend)
    bucket_repairs.apply()
    cloudwatch_repairs.apply()
    event_rules.apply()
    firehose_repairs.apply()
    kinesis_repairs.apply()
    kinesis_sources.apply()
    log_subscriptions.apply()
    _bucket_policies_do_not_lock_everybody_out(s3.FakeBucket)
    _lists_of_objects_have_pages(s3.S3Backend)
    _metric_filters_are_replaced(metric_filters.MetricFilters)
    _metric_filters_keep_their_system_fields(logs_responses.LogsResponse)
    _log_groups_take_their_filters_and_tags_along(logs.LogsBackend)
    _patterns_can_be_tested(logs_responses.LogsResponse)
    _messages_arrive_as_from_sns(sns.Subscription)
    _setting_one_queue_attribute_keeps_the_others(sqs.Queue)
    _queues_have_a_redrive_allow_policy(sqs.Queue)
    _dead_letters_go_to_the_queue_of_that_name(sqs.SQSBackend)


def _look_things_up_once() -> None:
    """Moto lists its own folder, and the methods of a class, on every request: half of the time that it takes."""
    import moto.core.errors as errors
    import moto.core.responses as responses
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    dispatcher = DomainDispatcherApplication
    dispatcher.get_backend_for_host = functools.lru_cache(maxsize=None)(dispatcher.get_backend_for_host)
    responses.method_names_from_class = functools.lru_cache(maxsize=None)(responses.method_names_from_class)
    # Each of them holds what it has looked up.
    errors.ErrorLookupFactory = functools.cache(errors.ErrorLookupFactory)


def _trails_know_their_topic_by_arn(trail_class) -> None:
    """CreateTrail takes a topic's name or ARN; moto takes the name only and would make an ARN of an ARN."""
    from_name = trail_class.topic_arn.fget

    def topic_arn(self):
        name = self.sns_topic_name
        return name if name and name.startswith("arn:") else from_name(self)

    trail_class.topic_arn = property(topic_arn)


def _event_selectors_are_replaced(trail_class) -> None:
    """Moto leaves the other kind beside the new ones, and passes over an empty list, by which a seed means none at all.

    That is not the same as never to have had any: see rules/event_selectors.py.
    """

    def put_event_selectors(self, basic, advanced):
        self.event_selectors, self.advanced_event_selectors = basic or [], advanced or []
        self.has_own_selectors = True

    trail_class.put_event_selectors = put_event_selectors
    trail_class.has_own_selectors = False


def _policies_come_back_percent_encoded(response_class) -> None:
    """Moto leaves slashes as they are; IAM encodes whatever RFC 3986 does not call unreserved."""
    from urllib.parse import quote

    from moto.core.serialize import url_encode

    def encode(value):
        return quote(value, safe="") if isinstance(value, str) else value

    transformers = response_class.RESPONSE_KEY_PATH_TO_TRANSFORMER
    transformers.update({path: encode for path, function in transformers.items() if function is url_encode})


def _bucket_policies_do_not_lock_everybody_out(bucket_class) -> None:
    """Moto ignores conditions: "deny everybody without TLS" would deny everybody. It has no other policies to keep."""
    from moto.iam.access_control import PermissionResult

    bucket_class.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL


def _lists_of_objects_have_pages(backend_class) -> None:
    """However many keys are asked for, S3 answers 1,000 at most, and a test may want still fewer (`objects_page`)."""
    from accounts import ACCOUNTS

    list_objects = backend_class.list_objects_v2

    def listing(self, bucket, *args, max_keys, **kwargs):
        most = ACCOUNTS[self.account_id].settings["objects_page"]
        return list_objects(self, bucket, *args, max_keys=min(max_keys, most), **kwargs)

    backend_class.list_objects_v2 = listing


def _metric_filters_are_replaced(filters_class) -> None:
    """Moto has two of a name when one is put twice, and does not know since when it has them: since the first."""
    from moto.core.utils import unix_time_millis

    def add_filter(self, name, pattern, group, transformations):
        new = {
            "filterName": name,
            "filterPattern": pattern,
            "logGroupName": group,
            "metricTransformations": transformations,
        }
        same = [f for f in self.metric_filters if (f["filterName"], f["logGroupName"]) == (name, group)]
        if same:
            same[0].update(new)
        else:
            self.metric_filters.append(new | {"creationTime": int(unix_time_millis())})

    filters_class.add_filter = add_filter


def _metric_filters_keep_their_system_fields(response_class) -> None:
    """Moto drops three parameters of a filter; one that is replaced without them loses them."""
    put_metric_filter = response_class.put_metric_filter

    def putting(self):
        answer = put_metric_filter(self)
        name, group = self._get_param("filterName"), self._get_param("logGroupName")
        for found in self.logs_backend.filters.metric_filters:
            if (found["filterName"], found["logGroupName"]) == (name, group):
                for field in SYSTEM_FIELDS:
                    found.pop(field, None)
                    if self._get_param(field):
                        found[field] = self._get_param(field)
                # AWS describes every filter with it.
                found.setdefault("applyOnTransformedLogs", False)
        return answer

    response_class.put_metric_filter = putting


def _log_groups_take_their_filters_and_tags_along(backend_class) -> None:
    """Moto would hand both on to the next group of that name."""
    delete_log_group = backend_class.delete_log_group

    def deleting(self, name):
        delete_log_group(self, name)
        filters = self.filters.metric_filters
        self.filters.metric_filters = [f for f in filters if f["logGroupName"] != name]
        arn = f"arn:{self.partition}:logs:{self.region_name}:{self.account_id}:log-group:{name}"
        self.tagger.delete_all_tags_for_resource(arn)

    backend_class.delete_log_group = deleting


def _patterns_can_be_tested(response_class) -> None:
    """Moto lacks TestMetricFilter; here, so that seeds can ask it too."""
    import filter_patterns

    def test_metric_filter(self):
        pattern = filter_patterns.parse(self._get_param("filterPattern"))
        matches = [
            {"eventNumber": number, "eventMessage": message, "extractedValues": pattern.extracted(message)}
            for number, message in enumerate(self._get_param("logEventMessages"), 1)
            if pattern.matches(message)
        ]
        return json.dumps({"matches": matches})

    response_class.test_metric_filter = test_metric_filter


def _messages_arrive_as_from_sns(subscription_class) -> None:
    """What envelopes.py does instead of moto; SNS also drops silently what the queue's policy or encryption refuses."""
    from envelopes import deliver

    publish = subscription_class.publish
    subscription_class.publish = lambda self, *args, **kwargs: deliver(self, publish, *args, **kwargs)


def _setting_one_queue_attribute_keeps_the_others(queue_class) -> None:
    """Moto drops the policy when other attributes are set, and leaves SSE-SQS on beside a KMS key."""
    set_attributes = queue_class._set_attributes

    def keeping(self, attributes, now=None):
        if "Policy" not in attributes and hasattr(self, "_policy_json"):
            attributes = {**attributes, "Policy": self.policy}
        if attributes.get("KmsMasterKeyId"):
            attributes = {**attributes, "SqsManagedSseEnabled": "false"}
        set_attributes(self, attributes, now)

    queue_class._set_attributes = keeping


def _queues_have_a_redrive_allow_policy(queue_class) -> None:
    """Moto keeps the attribute when it is set, but calls it invalid when it is asked for."""
    queue_class.redrive_allow_policy = None
    queue_class.BASE_ATTRIBUTES = [*queue_class.BASE_ATTRIBUTES, "RedriveAllowPolicy"]


def _dead_letters_go_to_the_queue_of_that_name(backend_class) -> None:
    """Moto keeps hold of the queue that was there when the policy was set, and loses messages in it once it is gone."""
    receive_message = backend_class.receive_message

    @functools.wraps(receive_message)
    def receiving(self, queue_name, *args, **kwargs):
        queue = self.get_queue(queue_name)
        target = (queue.redrive_policy or {}).get("deadLetterTargetArn")
        dead = queue.dead_letter_queue = next((q for q in self.queues.values() if q.queue_arn == target), None)
        before = set(map(id, dead._messages)) if dead else set()
        received = receive_message(self, queue_name, *args, **kwargs)
        for message in dead._messages if dead else []:
            # Where it goes back to, see rules/messages.py.
            if id(message) not in before:
                message.dead_letter_of = queue_name
        return received

    backend_class.receive_message = receiving
