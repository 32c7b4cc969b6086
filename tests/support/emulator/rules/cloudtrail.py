"""CloudTrail: what it demands of a trail, where a trail may be changed, and how it describes one.

Which events a trail takes is in event_selectors.py.
"""

import time

from aws_errors import AwsError
from rules import Call, guard, rule
from rules.s3 import bucket_named
from rules.trail_keys import key_of
from rules.trail_logs import check_log_group
from rules.trails import (
    all_trails,
    backends,
    changed,
    check_bucket,
    check_name,
    check_topic,
    describe,
    find,
    leave_traces,
    not_loaded,
    seen_from,
)

TRAILS_PER_REGION = 5


@guard("cloudtrail")
def one_change_a_second(call: Call):
    """With `cloudtrail_rate`: one change a second, region and account."""
    if not call.account.settings["cloudtrail_rate"] or not call.request.mutating:
        return
    now, changes = time.monotonic(), call.account.cloudtrail_changes
    if now - changes.get(call.region, float("-inf")) < 1:
        raise AwsError("ThrottlingException", "Rate exceeded")
    changes[call.region] = now


@rule("cloudtrail", "CreateTrail")
def create_trail(call: Call):
    """A new trail; logging is off until StartLogging."""
    account, region, params = call.request.account, call.region, call.params
    name, multi_region = params.get("Name"), params.get("IsMultiRegionTrail", False)
    check_name(name)
    if name in backends(account)[region].trails:
        raise AwsError("TrailAlreadyExistsException", f"Trail {name} already exists for customer: {account}")
    _check_number(call, multi_region)
    _check_combinations(params, multi_region, params.get("IncludeGlobalServiceEvents", True))
    arn = f"arn:{call.request.partition}:cloudtrail:{region}:{account}:trail/{name}"
    check_bucket(call, arn, params.get("S3BucketName"), params.get("S3KeyPrefix"), params.get("KmsKeyId"))
    key = _checked_key(call, arn, params.get("KmsKeyId"), params["S3BucketName"])
    if params.get("SnsTopicName"):
        check_topic(call, arn, params["SnsTopicName"])
    check_log_group(call)
    response = call.forward()
    if response.status != 200:
        return response
    trail = backends(account)[region].trails[name]
    trail.kms_key_id = key
    changed(call, trail)
    _leave_out_what_is_empty(trail)
    leave_traces(trail)
    return call.json(_change_result(trail))


@rule("cloudtrail", "UpdateTrail")
def update_trail(call: Call):
    """A changed trail has to satisfy what a new one does; what is not given stays."""
    params = call.params
    trail = find(call, params["Name"])
    not_loaded(call, trail)
    multi_region = params.get("IsMultiRegionTrail", trail.is_multi_region)
    if multi_region and not trail.is_multi_region:
        _check_number(call, multi_region, besides=trail)
    _check_combinations(
        params, multi_region, params.get("IncludeGlobalServiceEvents", trail.include_global_service_events)
    )
    check_bucket(
        call,
        trail.arn,
        params.get("S3BucketName", trail.bucket_name),
        params.get("S3KeyPrefix", trail.s3_key_prefix),
        params.get("KmsKeyId", trail.kms_key_id),
    )
    bucket = params.get("S3BucketName", trail.bucket_name)
    key = _checked_key(call, trail.arn, params.get("KmsKeyId", trail.kms_key_id), bucket)
    topic = params.get("SnsTopicName", trail.topic_arn)
    if topic:
        check_topic(call, trail.arn, topic)
    check_log_group(call)
    response = call.forward()
    if response.status != 200:
        return response
    trail.kms_key_id = key
    changed(call, trail)
    _leave_out_what_is_empty(trail)
    leave_traces(trail)
    return call.json(_change_result(trail))


def _checked_key(call: Call, trail_arn: str, key: "str | None", bucket: str) -> "str | None":
    return key_of(call, key, trail_arn, bucket_named(bucket).region_name) if key else None


def _leave_out_what_is_empty(trail) -> None:
    """Empty strings detach."""
    for field in ("sns_topic_name", "s3_key_prefix", "cw_log_group_arn", "cw_role_arn", "kms_key_id"):
        setattr(trail, field, getattr(trail, field) or None)
    if not (trail.cw_log_group_arn and trail.cw_role_arn):
        trail.cw_log_group_arn = trail.cw_role_arn = None


def _change_result(trail) -> dict:
    absent = ("HomeRegion", "HasCustomEventSelectors", "HasInsightSelectors")
    return {name: value for name, value in describe(trail).items() if name not in absent}


def _check_number(call: Call, multi_region: bool, besides=None) -> None:
    account = call.request.account
    regions = [call.region]
    if multi_region:
        regions += [t.region_name for t in all_trails(account)]
    for region in regions:
        if len([t for t in seen_from(account, region) if t is not besides]) >= TRAILS_PER_REGION:
            raise AwsError(
                "MaximumNumberOfTrailsExceededException",
                f"User: {account} already has {TRAILS_PER_REGION} trails in {region}.",
            )


def _check_combinations(params: dict, multi_region: bool, global_events: bool) -> None:
    if multi_region and not global_events:
        raise AwsError("InvalidParameterCombinationException", "Multi-Region trail must include global service events.")


@rule("cloudtrail", "DeleteTrail")
def delete_trail(call: Call):
    """Goes with its tags, which moto would hand on to the next trail of that name."""
    trail = find(call, call.params["Name"])
    backend = backends(call.request.account)[call.region]
    del backend.trails[trail.trail_name]
    backend.tagging_service.delete_all_tags_for_resource(trail.arn)
    return call.json({})


@rule("cloudtrail", "StartLogging", "StopLogging")
def switch_logging(call: Call):
    """On or off, by name or ARN."""
    trail = find(call, call.params["Name"])
    not_loaded(call, trail)
    trail.start_logging() if call.request.operation == "StartLogging" else trail.stop_logging()
    return call.json({})


@rule("cloudtrail", "GetTrailStatus")
def get_trail_status(call: Call):
    """The status; delivery times only where a test has set them, for nothing is ever delivered here."""
    status = find(call, call.params["Name"], shadows=True).status.description()
    status.pop("LatestDeliveryTime", None)
    delivery = call.account.settings["delivery"]
    return call.json(status | delivery.get("*", {}) | delivery.get(call.region, {}))


@rule("cloudtrail", "GetTrail")
def get_trail(call: Call):
    """One trail."""
    return call.json({"Trail": describe(find(call, call.params["Name"], shadows=True))})


@rule("cloudtrail", "DescribeTrails")
def describe_trails(call: Call):
    """All trails seen from here, or those listed: by name only ones at home, by ARN shadows too."""
    account, region = call.request.account, call.region
    listed = call.params.get("trailNameList")
    trails = seen_from(account, region)
    if listed:
        trails = [t for t in trails if t.arn in listed or (t.trail_name in listed and t.region_name == region)]
    elif not call.params.get("includeShadowTrails", True):
        trails = [t for t in trails if t.region_name == region]
    return call.json({"trailList": [describe(t) for t in trails]})


@rule("cloudtrail", "PutInsightSelectors")
def put_insight_selectors(call: Call):
    """Replaces the selectors; moto would add to them."""
    trail = find(call, call.params["TrailName"])
    trail.insight_selectors = call.params.get("InsightSelectors") or []
    return call.json({"TrailARN": trail.arn, "InsightSelectors": trail.insight_selectors})


@rule("cloudtrail", "GetInsightSelectors")
def get_insight_selectors(call: Call):
    """An error if there are none."""
    trail = find(call, call.params["TrailName"], shadows=True)
    if not trail.insight_selectors:
        raise AwsError("InsightNotEnabledException", f"Trail {trail.arn} does not have Insights enabled.")
    return call.json({"TrailARN": trail.arn, "InsightSelectors": trail.insight_selectors})
