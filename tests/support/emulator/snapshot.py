"""A snapshot: everything an account owns, read straight from moto's backends, in a form that can be compared.

Nothing that moto or AWS invents anew each time is in it (times, random ids), and everything is sorted. Policies come
parsed, or with `raw` as the text they are kept as. A further service is one function with `@section`; those of the
stack of a central account are in central_snapshot.py.
"""

import json

from central_snapshot import SECTIONS, sorted_regions
from delivery_streams import GONE
from moto_repairs import SYSTEM_FIELDS
from redaction import hashed, redacted

_SECTIONS: dict = dict(SECTIONS)


def section(name: str):
    """Makes a function the snapshot of one service: function(account, policy) -> dict."""

    def register(function):
        _SECTIONS[name] = function
        return function

    return register


def take(account: str, raw: bool = False) -> dict:
    """The snapshot of an account. Empty sections and regions are left out of it."""

    def policy(text):
        text = text.decode() if isinstance(text, bytes) else text
        return text if raw or not text else json.loads(text)

    snapshot = {name: function(account, policy) for name, function in sorted(_SECTIONS.items())}
    return json.loads(json.dumps(snapshot, sort_keys=True, default=str))


@section("s3")
def _s3(account, policy):
    from moto.s3.models import s3_backends

    buckets = {}
    for _, backend in sorted_regions(s3_backends[account]):
        for bucket in backend.buckets.values():
            block = bucket.public_access_block
            buckets[bucket.name] = {
                "region": bucket.region_name,
                "policy": policy(bucket.policy),
                "public_access_block": block
                and {k: str(v).lower() == "true" for k, v in block.to_config_dict().items()},
                "tags": backend.tagger.get_tag_dict_for_resource(bucket.arn),
                "acl": sorted(
                    [g.uri or g.id, p] for grant in bucket.acl.grants for g in grant.grantees for p in grant.permissions
                ),
                "encryption": bucket.encryption,
                "versioning": bucket.versioning_status,
                "lifecycle": {"rules": bucket.lifecycle_given, "least": bucket.transition_least} if bucket.rules else None,
                "object_lock": bucket.object_lock_enabled
                and {
                    "mode": bucket.default_lock_mode,
                    "days": bucket.default_lock_days,
                    "years": bucket.default_lock_years,
                },
                "logging": bucket.logging or None,
                "objects": [
                    {"key": key.name, "size": key.size} for key in sorted(bucket.keys.values(), key=lambda k: k.name)
                ],
            }
    return buckets


@section("sns")
def _sns(account, policy):
    from moto.sns.models import sns_backends

    from rules.subscriptions import is_pending

    topics = {}
    for _, backend in sorted_regions(sns_backends[account]):
        for topic in backend.topics.values():
            topics[topic.arn] = {
                "attributes": {
                    "Policy": policy(topic.policy),
                    "DisplayName": topic.display_name,
                    "DeliveryPolicy": topic.delivery_policy,
                    "KmsMasterKeyId": topic.kms_master_key_id,
                    "FifoTopic": topic.fifo_topic,
                },
                "tags": topic._tags,
                "subscriptions": sorted(
                    (
                        {
                            "protocol": s.protocol,
                            "endpoint": s.endpoint,
                            "raw": str(s.attributes.get("RawMessageDelivery")).lower() == "true",
                            "filter_policy": s.attributes.get("FilterPolicy"),
                            "pending": is_pending(s),
                        }
                        for s in backend._get_topic_subscriptions(topic)
                    ),
                    key=lambda s: (s["protocol"], s["endpoint"]),
                ),
            }
    return topics


@section("sqs")
def _sqs(account, policy):
    from moto.sqs.models import sqs_backends

    queues = {}
    for region, backend in sorted_regions(sqs_backends[account]):
        for queue in backend.queues.values():
            attributes = {
                name: str(value)
                for name, value in queue.attributes.items()
                if value is not None and not name.startswith("Approximate") and not name.endswith("Timestamp")
            }
            attributes["Policy"] = policy(attributes.get("Policy"))
            attributes["RedrivePolicy"] = policy(attributes.get("RedrivePolicy"))
            queues[queue.queue_arn] = {
                "name": queue.name,
                "region": region,
                "attributes": attributes,
                "tags": queue.tags,
            }
    return queues


@section("cloudtrail")
def _cloudtrail(account, _policy):
    from moto.cloudtrail.models import cloudtrail_backends

    from rules.trails import describe

    regions = {}
    for region, backend in sorted_regions(cloudtrail_backends[account]):
        for trail in backend.trails.values():
            tags = backend.tagging_service.get_tag_dict_for_resource(trail.arn)
            regions.setdefault(region, {})[trail.trail_name] = {
                **describe(trail),
                "IsLogging": trail.status.is_logging,
                "EventSelectors": trail.event_selectors,
                "AdvancedEventSelectors": trail.advanced_event_selectors,
                "InsightSelectors": trail.insight_selectors,
                "Tags": tags,
            }
    return regions


@section("logs")
def _logs(account, _policy):
    from moto.logs.models import logs_backends

    regions = {}
    for region, backend in sorted_regions(logs_backends[account]):
        for group in backend.groups.values():
            filters = backend.filters.get_matching_filters(log_group_name=group.name)
            regions.setdefault(region, {})[group.name] = {
                "retention": group.retention_in_days,
                "kms_key": group.kms_key_id,
                "tags": backend.tagger.get_tag_dict_for_resource(group.arn),
                "metric_filters": {
                    f["filterName"]: {
                        "pattern": f["filterPattern"],
                        "transformations": f["metricTransformations"],
                        **{field: f[field] for field in SYSTEM_FIELDS if f.get(field)},
                    }
                    for f in filters
                },
                **_subscriptions(group),
            }
    return regions


def _subscriptions(group) -> dict:
    """The subscription filters of a group, if it has any."""
    left_out = ("filterName", "logGroupName", "creationTime")
    found = {
        name: {key: value for key, value in f.to_json().items() if key not in left_out}
        for name, f in group.subscription_filters.items()
    }
    return {"subscription_filters": found} if found else {}


@section("firehose")
def _firehose(account, _policy):
    """Streams that are not being deleted; the HEC token as a hash."""
    from moto.firehose.models import firehose_backends

    regions = {}
    for region, backend in sorted_regions(firehose_backends[account]):
        for name, stream in backend.delivery_streams.items():
            if stream.status.value in ("DELETING", GONE):
                continue
            regions.setdefault(region, {})[name] = {
                "type": stream.delivery_stream_type,
                "failed": stream.status.value == "CREATING_FAILED",
                "destination": {stream.destination_type: redacted("firehose", stream.destination)},
                **({"source": stream.source} if stream.source else {}),
                "encryption": stream.encryption_key if stream.encryption.value.startswith("ENABL") else None,
                "tags": backend.tagger.get_tag_dict_for_resource(stream.delivery_stream_arn),
            }
    return regions


@section("lambda")
def _lambda(account, _policy):
    from lambda_functions import FUNCTIONS

    regions = {}
    for (region, name), function in sorted(FUNCTIONS[account].items()):
        regions.setdefault(region, {})[name] = {
            "configuration": function.configuration,
            "code": function.code_sha256,
            "concurrency": function.concurrency,
            "tags": function.tags,
        }
    return regions


@section("secretsmanager")
def _secretsmanager(account, _policy):
    """The values as hashes, without the secrets that are being deleted."""
    from moto.secretsmanager.models import secretsmanager_backends

    regions = {}
    for region, backend in sorted_regions(secretsmanager_backends[account]):
        for secret in backend.secrets.values():
            if not secret.is_deleted():
                text = secret.secret_string
                regions.setdefault(region, {})[secret.name] = {
                    "value": hashed(text) if text else None,
                    "kms_key": secret.kms_key_id,
                    "tags": {tag["Key"]: tag["Value"] for tag in secret.tags or []},
                }
    return regions


@section("cloudwatch")
def _cloudwatch(account, policy):
    from moto.cloudwatch.models import cloudwatch_backends

    regions, dashboards = {}, {}
    for region, backend in sorted_regions(cloudwatch_backends[account]):
        for name, dashboard in backend.dashboards.items():
            tags = backend.list_tags_for_resource(dashboard.arn)
            dashboards[name] = {"body": policy(dashboard.body), "tags": tags}
        for alarm in backend.alarms.values():
            tags = backend.list_tags_for_resource(alarm.alarm_arn)
            regions.setdefault(region, {})[alarm.name] = {**_alarm(alarm), "Tags": tags}
    return {"alarms": regions, "dashboards": dashboards}


def _alarm(alarm) -> dict:
    """An alarm under the names that PutMetricAlarm has for its settings, and the state it is in."""
    return {
        "AlarmDescription": alarm.description,
        "ActionsEnabled": alarm.actions_enabled,
        "AlarmActions": alarm.alarm_actions,
        "OKActions": alarm.ok_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "Statistic": alarm.statistic,
        "ExtendedStatistic": alarm.extended_statistic,
        "Dimensions": [{"Name": d.name, "Value": d.value} for d in alarm.dimensions],
        "Period": alarm.period,
        "Unit": alarm.unit,
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm,
        "Threshold": alarm.threshold,
        "ComparisonOperator": alarm.comparison_operator,
        "TreatMissingData": alarm.treat_missing_data,
        "Metrics": json.loads(json.dumps(alarm.metric_data_queries, default=vars)),
        "StateValue": alarm.state_value,
    }


@section("iam")
def _iam(account, policy):
    from moto.iam.models import iam_backends

    from callers import default_document

    backends = [backend for _, backend in sorted_regions(iam_backends[account])]
    users = [(backend, user) for backend in backends for user in backend.users.values()]
    return {
        "users": {
            user.name: {
                **_identity(user, policy),
                "tags": {tag["Key"]: tag["Value"] for tag in user.tags or []},
                "groups": sorted(group.name for group in backend.get_groups_for_user(user.name)),
                "access_keys": sorted(key.status for key in user.access_keys),
            }
            for backend, user in users
        },
        "groups": {group.name: _identity(group, policy) for backend in backends for group in backend.groups.values()},
        "roles": {
            role.name: {
                **_identity(role, policy),
                "tags": {tag["Key"]: tag["Value"] for tag in role.tags},
                "trust": policy(role.assume_role_policy_document),
                "description": role.description,
            }
            for backend in backends
            for role in backend.roles.values()
        },
        "managed_policies": {
            arn: policy(default_document(managed))
            for backend in backends
            for arn, managed in backend.managed_policies.items()
            if ":iam::aws:" not in arn
        },
    }


def _identity(holder, policy) -> dict:
    """What users, groups and roles have in common."""
    return {
        "path": holder.path,
        "policies": {name: policy(text) for name, text in holder.policies.items()},
        "attached": sorted(holder.managed_policies),
    }
