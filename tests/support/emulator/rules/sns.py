"""SNS: topics belong to an account and a region, and creating one twice is only harmless if both mean the same.

Who is subscribed to them is in subscriptions.py.
"""

import json

from aws_errors import AwsError
from policy import as_list, names_deleted_principal
from rules import Call, guard, rule


# What a topic's policy may speak of, letter by letter but for their case.
POLICY_ACTIONS = {
    f"sns:{name}".lower()
    for name in (
        "AddPermission DeleteTopic GetDataProtectionPolicy GetTopicAttributes ListSubscriptionsByTopic "
        "ListTagsForResource Publish PutDataProtectionPolicy Receive RemovePermission SetTopicAttributes Subscribe"
    ).split()
}


def topic_of(call: Call, arn: str):
    """The topic of that ARN in the region called, or None."""
    from moto.sns.models import sns_backends

    return sns_backends[call.request.account][call.region].topics.get(arn)


@guard("sns")
def own_topics_in_this_region(call: Call):
    """An ARN in a request has to be one of this region and, here, of this account."""
    arn = call.params.get("TopicArn") or call.params.get("ResourceArn") or call.params.get("SubscriptionArn")
    if arn is None:
        return
    parts = arn.split(":")
    if len(parts) < 6:
        member = next(name for name in ("TopicArn", "ResourceArn", "SubscriptionArn") if call.params.get(name))
        why = f"An ARN must have at least 6 elements, not {len(parts)}"
        raise AwsError("InvalidParameter", f"Invalid parameter: {member} Reason: {why}")
    if parts[:3] != ["arn", call.request.partition, "sns"] or parts[3] != call.region:
        raise AwsError("InvalidParameter", "Invalid parameter: TopicArn")
    if parts[4] != call.request.account:
        raise AwsError("AuthorizationError", "User is not authorized to perform this operation", 403)
    lookup = call.request.operation in (
        "Subscribe",
        "SetTopicAttributes",
        "GetTopicAttributes",
        "Publish",
        "ListSubscriptionsByTopic",
    )
    if lookup and "TopicArn" in call.params and topic_of(call, arn) is None:
        raise AwsError("NotFound", "Topic does not exist", 404)


@rule("sns", "CreateTopic")
def create_topic(call: Call):
    """Idempotent only if the attributes and tags given are those that the topic has."""
    name, attributes = call.params.get("Name", ""), call.params.get("Attributes") or {}
    arn = f"arn:{call.request.partition}:sns:{call.region}:{call.request.account}:{name}"
    if "Policy" in attributes:
        check_policy(attributes["Policy"], arn)
    topic = topic_of(call, arn)
    if topic:
        _same(topic, attributes, call.params.get("Tags") or [])
    response = call.forward()
    if topic is None and "Policy" in attributes:
        call.account.policy_written(f"sns:{arn}", None)
    return response


def _same(topic, attributes: dict, tags: list) -> None:
    from moto.core.utils import camelcase_to_underscores

    for name, wanted in attributes.items():
        if name == "Policy":
            same = json.loads(wanted) == topic._policy_json
        else:
            same = str(getattr(topic, camelcase_to_underscores(name), "")).lower() == str(wanted).lower()
        if not same:
            raise AwsError(
                "InvalidParameter",
                "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
            )
    if any(topic._tags.get(tag["Key"]) != tag["Value"] for tag in tags):
        raise AwsError("InvalidParameter", "Invalid parameter: Tags Reason: Topic already exists with different tags")


@rule("sns", "SetTopicAttributes")
def set_topic_attributes(call: Call):
    """A policy is checked before it replaces the old one whole."""
    arn = call.params["TopicArn"]
    if call.params.get("AttributeName") != "Policy":
        return call.forward()
    check_policy(call.params.get("AttributeValue", ""), arn)
    before = topic_of(call, arn).policy
    response = call.forward()
    call.account.policy_written(f"sns:{arn}", before)
    return response


def check_policy(text: str, arn: str) -> None:
    """What SNS demands of a topic's policy."""
    try:
        statements = as_list(json.loads(text)["Statement"])
    except (ValueError, KeyError, TypeError):
        raise AwsError("InvalidParameter", "Invalid parameter: Policy failed to parse") from None
    for statement in statements:
        if not statement.get("Principal") or statement.get("Effect") not in ("Allow", "Deny"):
            raise AwsError("InvalidParameter", "Invalid parameter: Policy Error: null")
        if names_deleted_principal(statement):
            raise AwsError("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound")
        if as_list(statement.get("Resource")) != [arn]:
            raise AwsError("InvalidParameter", "Invalid parameter: Policy statement must apply to a single resource!")
        if not all(action.lower() in POLICY_ACTIONS for action in as_list(statement.get("Action"))):
            raise AwsError("InvalidParameter", "Invalid parameter: Policy statement action out of service scope!")
