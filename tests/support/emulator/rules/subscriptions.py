"""Subscriptions of SNS: the same one twice is one, and an e-mail address has to say yes first.

Until it does (`confirm` of the control API), a subscription has no ARN to be told by and cannot be ended. Seeds are
past this, as past all rules: an address that a seed subscribes has said yes.
"""

import re

from aws_errors import AwsError
from rules import Call, rule

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def is_pending(subscription) -> bool:
    """Whether nobody has confirmed it."""
    return str(subscription.attributes.get("PendingConfirmation")).lower() == "true"


def confirm(account: str, topic_arn: str, endpoint: str, confirmed: bool) -> None:
    """What happens when the mail's link is clicked; or, for arranging a test, as if it had never been."""
    from moto.sns.models import sns_backends

    backend = sns_backends[account][topic_arn.split(":")[3]]
    found = [s for s in backend.subscriptions.values() if (s.topic.arn, s.endpoint) == (topic_arn, endpoint)]
    if not found:
        raise ValueError(f"nobody subscribed {endpoint} to {topic_arn}")
    found[0].attributes["PendingConfirmation"] = not confirmed


def _backend(call: Call):
    from moto.sns.models import sns_backends

    return sns_backends[call.request.account][call.region]


@rule("sns", "Subscribe")
def subscribe(call: Call):
    """An existing subscription is found again unless its attributes differ; a new address is pending."""
    topic, protocol, endpoint = (call.params.get(member) for member in ("TopicArn", "Protocol", "Endpoint"))
    by_mail = protocol in ("email", "email-json")
    if by_mail and not ADDRESS.fullmatch(endpoint or ""):
        raise AwsError("InvalidParameter", "Invalid parameter: Email address")
    existing = _backend(call)._find_subscription(topic, endpoint, protocol)
    wanted = call.params.get("Attributes") or {}
    if existing and any(
        str(existing.attributes.get(name, "")).lower() != str(value).lower() for name, value in wanted.items()
    ):
        raise AwsError(
            "InvalidParameter",
            "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
        )
    response = call.forward()
    subscription = _backend(call)._find_subscription(topic, endpoint, protocol)
    if by_mail and not existing and subscription:
        subscription.attributes["PendingConfirmation"] = True
    if subscription and is_pending(subscription) and not call.params.get("ReturnSubscriptionArn"):
        response.body = response.body.replace(subscription.arn.encode(), b"pending confirmation")
    return response


@rule("sns", "ListSubscriptions", "ListSubscriptionsByTopic")
def list_subscriptions(call: Call):
    """The ARNs of pending subscriptions are nobody's business."""
    response = call.forward()
    for subscription in _backend(call).subscriptions.values():
        if is_pending(subscription):
            response.body = response.body.replace(subscription.arn.encode(), b"PendingConfirmation")
    return response


@rule("sns", "Unsubscribe")
def unsubscribe(call: Call):
    """A pending subscription goes by itself, after some days, or with its topic."""
    subscription = _backend(call).subscriptions.get(call.params["SubscriptionArn"])
    if subscription and is_pending(subscription):
        raise AwsError(
            "InvalidParameter", "Invalid parameter: SubscriptionArn Reason: the subscription is pending confirmation"
        )
    return call.forward()


@rule("sns", "ConfirmSubscription")
def confirm_subscription(_call: Call):
    """Takes a token that only the mail knows, and nobody gets mail here."""
    raise AwsError("InvalidParameter", "Invalid parameter: Token")
