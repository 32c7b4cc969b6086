"""Subscription filters at work: how CloudWatch Logs packs events and puts them into a Firehose stream or destination.

Moto sends all events past the pattern of a filter, loses some settings of filters, and cannot replace one of two.
"""

import gzip
import json
import time
import uuid

import deliveries
import filter_patterns
import log_destinations
from accounts import ACCOUNTS

# What a filter can say besides its pattern and destination.
SETTINGS = ("distribution", "applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields")
CONTROL_FIREHOSE = "CWL CONTROL MESSAGE: Checking health of destination Firehose."
CONTROL_KINESIS = "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."


def apply() -> None:
    """Applies all repairs."""
    import moto.logs.models as models
    import moto.logs.responses as responses

    _one_of_two_filters_can_be_replaced(models.LogGroup)
    _filters_have_destinations(models.LogsBackend)
    _filters_keep_their_settings(models.SubscriptionFilter, responses.LogsResponse)
    _events_pass_the_pattern(models.LogStream)


def _one_of_two_filters_can_be_replaced(group_class) -> None:
    """Moto counts before it looks at the name."""
    put_subscription_filter = group_class.put_subscription_filter

    def putting(self, filter_name, filter_pattern, destination_arn, role_arn):
        existing = self.subscription_filters.get(filter_name)
        if existing:
            existing.update(filter_pattern, destination_arn, role_arn)
        else:
            put_subscription_filter(self, filter_name, filter_pattern, destination_arn, role_arn)

    group_class.put_subscription_filter = putting


def _filters_have_destinations(backend_class) -> None:
    """Moto takes any ARN of CloudWatch Logs for that of a log group."""
    put_subscription_filter = backend_class.put_subscription_filter

    def putting(self, log_group_name, filter_name, filter_pattern, destination_arn, role_arn):
        group = self.groups.get(log_group_name)
        if group is not None and log_destinations.ARN.fullmatch(destination_arn):
            group.put_subscription_filter(filter_name, filter_pattern, destination_arn, role_arn)
        else:
            put_subscription_filter(self, log_group_name, filter_name, filter_pattern, destination_arn, role_arn)

    backend_class.put_subscription_filter = putting


def _filters_keep_their_settings(filter_class, response_class) -> None:
    """And the first message of a filter says that it is there."""
    to_json, put_subscription_filter = filter_class.to_json, response_class.put_subscription_filter

    def described(self):
        settings = {name: value for name, value in vars(self).items() if name in SETTINGS and value is not None}
        members = {**to_json(self), "applyOnTransformedLogs": False, **settings}
        return {name: value for name, value in members.items() if value is not None}

    def putting(self):
        answer = put_subscription_filter(self)
        group = self.logs_backend.groups[self._get_param("logGroupName")]
        found = group.subscription_filters[self._get_param("filterName")]
        for name in SETTINGS:
            setattr(found, name, self._get_param(name))
        is_firehose = found.destination_arn.split(":")[2] == "firehose"
        _put(group, found, control_message(CONTROL_FIREHOSE if is_firehose else CONTROL_KINESIS))
        return answer

    filter_class.to_json, response_class.put_subscription_filter = described, putting


def _events_pass_the_pattern(stream_class) -> None:
    """One record for each call of PutLogEvents; real ones may have fewer or more events."""
    send = stream_class._send_log_events

    def sending(self, service, destination_arn, filter_name, log_events):
        if service != "firehose" and not log_destinations.ARN.fullmatch(destination_arn):
            send(self, service, destination_arn, filter_name, log_events)
            return
        found = self.log_group.subscription_filters[filter_name]
        pattern = filter_patterns.parse(found.filter_pattern)
        events = [event | {"id": f"{event['id']:056}"} for event in log_events if pattern.matches(event["message"])]
        if events:
            message = {
                "messageType": "DATA_MESSAGE",
                "owner": self.account_id,
                "logGroup": self.log_group.name,
                "logStream": self.log_stream_name,
                "subscriptionFilters": [filter_name],
                "logEvents": events,
            }
            _put(self.log_group, found, message)

    stream_class._send_log_events = sending


def control_message(text: str) -> dict:
    """What CloudWatch Logs sends to try whether it can send."""
    event = {"id": "", "timestamp": int(time.time() * 1000), "message": text}
    return {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [event],
    }


def packed(message: dict) -> bytes:
    """A message as it travels."""
    return gzip.compress(json.dumps(message, separators=(",", ":")).encode())


def _put(group, subscription, message: dict) -> None:
    """Puts a message into the stream of a filter, if the filter's role may, and the stream is there."""
    if log_destinations.ARN.fullmatch(subscription.destination_arn):
        _put_to_destination(group, subscription, message)
        return
    service, region, account_id, name = _stream_in(subscription.destination_arn)
    if service != "firehose":
        return
    account, data = ACCOUNTS[account_id], packed(message)
    refusal = _refusal(account, group, subscription, region, name)
    if refusal:
        deliveries.note(account, name, region, "lost", 1, len(data), refusal)
        return
    from moto.firehose.models import firehose_backends

    deliveries.accept(account, firehose_backends[account_id][region].delivery_streams[name], data)


def _put_to_destination(group, subscription, message: dict) -> None:
    """Puts a message into the stream of a destination, as long as its policy admits the group's account."""
    arn, data = subscription.destination_arn, packed(message)
    account, destination = ACCOUNTS[group.account_id], log_destinations.named(arn)
    refusal = _refusal_of_destination(account, group, subscription, destination)
    if refusal:
        deliveries.note(account, arn.rpartition(":")[2], arn.split(":")[3], "lost", 1, len(data), refusal)
        return
    by_stream = f"{group.account_id}/{group.name}/{message['logStream']}"
    is_random = getattr(subscription, "distribution", None) == "Random"
    log_destinations.put(destination, data, uuid.uuid4().hex if is_random else by_stream[:256])


def _refusal_of_destination(account, group, subscription, destination) -> "str | None":
    if destination is None:
        return "Logs.DestinationNotFound"
    if not log_destinations.admits(destination, account.id):
        return "Logs.DestinationAccessDenied"
    if log_destinations.admits_by_organization(destination, account.id):
        if refusal_of_sender(account, group, subscription.role_arn):
            return "Logs.DestinationAccessDenied"
    return log_destinations.refusal(destination, source_of(group))


def source_of(group) -> log_destinations.Source:
    """In whose name CloudWatch Logs sends the events of a group."""
    return log_destinations.Source(group.account_id, f"{group.arn.removesuffix(':*')}:*")


def refusal_of_sender(account, group, role_arn: "str | None") -> "str | None":
    """Why the role of a filter does not show that its account may send to a destination for organizations."""
    from rules.roles import seen_by
    from rules.subscription_filters import principals, trust_context

    _, partition, _, region, *_ = group.arn.split(":")
    role = seen_by(account, partition, role_arn or "")
    if role is None or not role.trusts(principals(region), trust_context(partition, region, account.id, group.name)):
        return "Logs.AssumeRoleAccessDenied"
    is_allowed = role.allows("logs:PutLogEvents", f"{group.arn.removesuffix(':*')}:*", {})
    return None if is_allowed else "Logs.PutLogEventsAccessDenied"


def _stream_in(arn: str) -> tuple:
    parts = arn.split(":", 5)
    return parts[2], parts[3], parts[4], parts[-1].rpartition("/")[2]


def _refusal(account, group, subscription, region: str, name: str) -> "str | None":
    """Why CloudWatch Logs cannot put a record; AWS tries for 24 hours before it drops the events."""
    from moto.firehose.models import firehose_backends
    from moto.utilities.utils import get_partition

    from rules.roles import seen_by
    from rules.subscription_filters import principals, trust_context

    partition = get_partition(region)
    role = seen_by(account, partition, subscription.role_arn)
    context = trust_context(partition, region, account.id, group.name)
    if role is None or not role.trusts(principals(region), context):
        return "Logs.AssumeRoleAccessDenied"
    if not role.allows("firehose:PutRecord", subscription.destination_arn, {}):
        return "Logs.PutRecordAccessDenied"
    stream = firehose_backends[account.id][region].delivery_streams.get(name)
    return None if stream is not None and stream.status.look() == "ACTIVE" else "Logs.StreamNotActive"
