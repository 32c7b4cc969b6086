"""Subscription filters at work: how CloudWatch Logs packs events and puts them into a Firehose stream.

Moto sends all events past the pattern of a filter, loses some settings of filters, and cannot replace one of two.
"""

import gzip
import json
import time

import deliveries
import filter_patterns
from accounts import ACCOUNTS

# What a filter can say besides its pattern and destination.
SETTINGS = ("distribution", "applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields")
CONTROL = "CWL CONTROL MESSAGE: Checking health of destination Firehose."


def apply() -> None:
    """Applies all repairs."""
    import moto.logs.models as models
    import moto.logs.responses as responses

    _one_of_two_filters_can_be_replaced(models.LogGroup)
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
        _put(group, found, _control_message())
        return answer

    filter_class.to_json, response_class.put_subscription_filter = described, putting


def _events_pass_the_pattern(stream_class) -> None:
    """One record for each call of PutLogEvents; real ones may have fewer or more events."""
    send = stream_class._send_log_events

    def sending(self, service, destination_arn, filter_name, log_events):
        if service != "firehose":
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


def _control_message() -> dict:
    event = {"id": "", "timestamp": int(time.time() * 1000), "message": CONTROL}
    return {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [event],
    }


def _put(group, subscription, message: dict) -> None:
    """Puts a message into the stream of a filter, if the filter's role may, and the stream is there."""
    service, region, account_id, name = _stream_in(subscription.destination_arn)
    if service != "firehose":
        return
    account, data = ACCOUNTS[account_id], gzip.compress(json.dumps(message, separators=(",", ":")).encode())
    refusal = _refusal(account, group, subscription, region, name)
    if refusal:
        deliveries.note(account, name, region, "lost", 1, len(data), refusal)
        return
    from moto.firehose.models import firehose_backends

    deliveries.accept(account, firehose_backends[account_id][region].delivery_streams[name], data)


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
