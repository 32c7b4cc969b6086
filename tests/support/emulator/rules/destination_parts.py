"""What destinations of Firehose streams have in common: roles, buffering, logging, prefixes and processors.

Firehose looks at the trust policies of the roles at once. What their permissions allow it finds out when it delivers.
"""

import re

from aws_errors import AwsError
from delivery_streams import processors_of
from rules import Call
from rules.roles import seen

SERVICE = "firehose.amazonaws.com"
EXPRESSION = re.compile(r"!\{([^}:]*):([^}]*)\}")
ERROR_TYPE, RANDOM = "error-output-type", "random-string"


def invalid(message: str) -> AwsError:
    """Firehose's refusal of an argument."""
    return AwsError("InvalidArgumentException", message)


def check_bucket_hints(bucket: dict, least: int) -> None:
    """Both hints or none, and no buffering of less than so many seconds."""
    hints = bucket.get("BufferingHints") or {}
    if hints and set(hints) != {"SizeInMBs", "IntervalInSeconds"}:
        raise invalid("SizeInMBs and IntervalInSeconds must both be specified in BufferingHints.")
    if hints and hints["IntervalInSeconds"] < least:
        raise invalid(f"IntervalInSeconds of an S3 backup must be at least {least}.")


def check_logging(options: "dict | None") -> None:
    """Logging needs the names of a group and a stream."""
    if (options or {}).get("Enabled") and not (options.get("LogGroupName") and options.get("LogStreamName")):
        raise invalid("LogGroupName and LogStreamName are required if CloudWatch logging is enabled.")


def check_prefixes(bucket: dict) -> None:
    """The expressions in the prefixes of a bucket."""
    prefix, failed = bucket.get("Prefix") or "", bucket.get("ErrorOutputPrefix") or ""
    for text in (prefix, failed):
        if "!{" in EXPRESSION.sub("", text):
            raise invalid("The sequence !{ can only appear in !{namespace:value} expressions.")
        for namespace, value in EXPRESSION.findall(text):
            if namespace not in ("firehose", "timestamp"):
                raise invalid(f"Unknown namespace in a prefix: {namespace}")
            if namespace == "firehose" and value not in (ERROR_TYPE, RANDOM):
                raise invalid(f"Unknown value of the namespace firehose in a prefix: {value}")
    if f"!{{firehose:{ERROR_TYPE}}}" in prefix:
        raise invalid(f"Prefix cannot contain !{{firehose:{ERROR_TYPE}}}")
    if EXPRESSION.search(prefix) and not failed:
        raise invalid("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.")
    if EXPRESSION.search(failed) and f"!{{firehose:{ERROR_TYPE}}}" not in failed:
        raise invalid(f"ErrorOutputPrefix must contain !{{firehose:{ERROR_TYPE}}} if it contains expressions.")


def check_processors(destination: dict, supported: dict, kind: str) -> dict:
    """Each processor once, of those that are supported, with its parameters; the processors, by type.

    `supported` has for each processor the parameters that it needs, with the values that these may have ("" any).
    """
    given = (destination.get("ProcessingConfiguration") or {}).get("Processors") or []
    if len({processor["Type"] for processor in given}) != len(given):
        raise invalid("A processor type can be specified only once.")
    found = processors_of(destination)
    for name, parameters in found.items():
        if name not in supported:
            raise invalid(f"The processor {name} is not supported for {kind} destination.")
        for parameter, value in supported[name].items():
            if not parameters.get(parameter) or value not in ("", parameters[parameter]):
                raise invalid(f"The processor {name} requires the parameter {parameter}{value and f' = {value}'}.")
    order = list(found)
    if "CloudWatchLogProcessing" in found and "Decompression" not in order[: order.index("CloudWatchLogProcessing")]:
        raise invalid("The processor CloudWatchLogProcessing requires the processor Decompression before it.")
    return found


def check_decompression(before: dict, after: dict) -> None:
    """It cannot be switched on later, but by the detour of a function."""
    before_types, after_types = processors_of(before), processors_of(after)
    if "Decompression" in set(after_types) - set(before_types) and "Lambda" not in before_types:
        raise invalid("Decompression cannot be enabled on a stream without a Lambda processor.")


def check_role(call: Call, arn: str):
    """The role of that ARN, if Firehose can assume it."""
    role = seen(call, arn)
    if role is None or not role.trusts(SERVICE, trust_context(call.request.account)):
        raise invalid(f"Firehose is unable to assume role {arn}. Please check the role provided.")
    return role


def trust_context(account: str) -> dict:
    """With which condition keys Firehose assumes a role: older pages ask for the account as external id."""
    return {"aws:securetransport": "true", "sts:externalid": account}
