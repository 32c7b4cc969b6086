"""Deliveries of SNS to SQS: the envelope, letter by letter as AWS writes it, and which queues let it in.

Moto's has other spacing, another order of fields, a newer version of the signature and an address of another region,
takes the attribute RawMessageDelivery for set when it says "false", and signs every message, which takes time. Nothing
here checks signatures, so this one is made up.
"""

import base64
import json
import zlib


def deliver(subscription, publish, message, message_id, subject=None, message_attributes=None, **others) -> None:
    """Takes the place of moto's publishing to one subscription; what is no envelope for a queue is left to `publish`."""
    from moto.sqs.models import sqs_backends

    from rules.sqs import admits_topic

    if subscription.protocol == "sqs" and not admits_topic(subscription.endpoint, subscription.topic.arn):
        return
    raw = str(subscription.attributes.get("RawMessageDelivery")).lower() == "true"
    if subscription.protocol != "sqs" or raw:
        publish(subscription, message, message_id, subject, message_attributes, **others)
        return
    matcher = subscription._filter_policy_matcher
    if matcher is not None and not matcher.matches(message_attributes, message):
        return
    if others.get("message_structure") == "json":
        message = subscription._parse_message_structure(message, "sqs")
    *_, region, account, queue = subscription.endpoint.split(":")
    body = envelope(subscription, message, message_id, subject, message_attributes)
    keys = {key: others.get(key) for key in ("group_id", "deduplication_id")}
    sqs_backends[account][region].send_message(queue, body, validate_group_id=False, **keys)


def envelope(subscription, message: str, message_id: str, subject: "str | None", attributes: "dict | None") -> str:
    """The text that arrives in the queue."""
    from moto.core.utils import iso_8601_datetime_with_milliseconds

    topic = subscription.topic.arn
    host = f"https://sns.{topic.split(':')[3]}.amazonaws.com"
    fields = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic,
        "Subject": subject,
        "Message": message,
        "Timestamp": iso_8601_datetime_with_milliseconds(),
        "SignatureVersion": "1",
        "Signature": base64.b64encode(zlib.crc32(message.encode()).to_bytes(4, "big") * 64).decode(),
        "SigningCertURL": f"{host}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
        "UnsubscribeURL": f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}",
        "MessageAttributes": attributes or None,
    }
    present = {name: value for name, value in fields.items() if value is not None}
    return json.dumps(present, indent=2, separators=(",", " : "), ensure_ascii=False)
