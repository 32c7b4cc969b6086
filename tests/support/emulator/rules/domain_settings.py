"""What a domain of OpenSearch Service can be: version, instances, volumes, encryption and access policy."""

import json
import re

from aws_errors import AwsError
from policy import UNIQUE_ID, as_list
from rules import Call
from rules.roles import seen
from search_domains import unique_ids

VERSIONS = [f"OpenSearch_1.{n}" for n in range(4)] + [f"OpenSearch_2.{n}" for n in range(3, 20, 2)]
VERSIONS += ["OpenSearch_3.1", "OpenSearch_3.3"]
TYPE = re.compile(r"([a-z0-9]+)\.(small|medium|(?:\d{1,2}x|x)?large)\.search")
# Families that SDKs' models do not know, and those that offer fewer types than the model says.
NEWER = set("c7g c7i c8g i4g i4i i7i i8g i8ge im4gn m7g m7i m8g oi2 om2 or2 r7g r7gd r7i r8g r8gd".split())
TYPES = {"t3": ("small", "medium")}
INSTANCE_STORE = set("i3 i4g i4i i7i i8g i8ge im4gn r6gd r7gd r8gd oi2".split())
WITHOUT_GP2 = set("c7g c7i c8g m7g m7i m8g om2 or1 or2 r7g r7i r8g".split())
# Families that have either.
WITH_BOTH = {"i2", "r3", "m3", "d2"}
# Family -> size -> GiB of a gp3 volume at most.
M = {"large": 1024, "xlarge": 2048, "2xlarge": 3072, "4xlarge": 6144, "8xlarge": 12288, "12xlarge": 18432}
R = {"large": 2048, "xlarge": 3072, "2xlarge": 6144, "4xlarge": 12288, "8xlarge": 16384, "12xlarge": 24576}
C = {"large": 256, "xlarge": 512, "2xlarge": 1024, "4xlarge": 1536, "8xlarge": 3072, "9xlarge": 3584, "12xlarge": 4608}
T = {"small": 100, "medium": 200}
LARGEST = {"m5": M, "m6g": M, "r5": R, "r6g": R, "c5": C | {"18xlarge": 7168}, "c6g": C, "t3": T}
# Families whose gp2 volumes are half as large.
HALVED = (M, R)
PRINCIPAL = re.compile(r"\*|\d{12}|arn:([^:]+):(iam|sts)::(\d{12}):(root|user/.+|role/.+|assumed-role/.+)")
ANYBODY = ("*", {"AWS": "*"}, {"AWS": ["*"]})


def invalid(message: str) -> AwsError:
    """The refusal of settings."""
    return AwsError("ValidationException", message)


def check_settings(call: Call, settings: dict) -> None:
    """Raises the refusal of settings with the defaults filled in."""
    _check_instances(call, settings["ClusterConfig"], settings["EngineVersion"])
    _check_volumes(settings["ClusterConfig"]["InstanceType"], settings["EBSOptions"], settings["EngineVersion"])


def _check_instances(call: Call, cluster: dict, version: str) -> None:
    if version.startswith("Elasticsearch"):
        raise AwsError("NotImplemented", "The emulator has domains of OpenSearch only.", 501)
    if version not in VERSIONS:
        raise invalid(f"Invalid engine version: {version}")
    kind, count = cluster["InstanceType"], cluster["InstanceCount"]
    parts = TYPE.fullmatch(kind)
    is_known = parts and (parts.group(1) in NEWER or kind in call.allowed("OpenSearchPartitionInstanceType"))
    if not is_known or parts.group(2) not in TYPES.get(parts.group(1), (parts.group(2),)):
        raise invalid(f"Invalid instance type: {kind}")
    if count < 1:
        raise invalid("The number of instances must be at least 1.")
    if not cluster["ZoneAwarenessEnabled"]:
        return
    zones = cluster["ZoneAwarenessConfig"]["AvailabilityZoneCount"]
    if zones not in (2, 3):
        raise invalid("NumberOfAvailabilityZones should be either 2 or 3")
    if zones == 2 and count % 2:
        raise invalid("You must choose an even number of data nodes for a two Availability Zone deployment")
    if zones == 3 and count < 3:
        raise invalid("You must choose a minimum of three data nodes for a three Availability Zone deployment")


def _check_volumes(kind: str, volumes: dict, version: str) -> None:
    family, size = TYPE.fullmatch(kind).groups()
    if not volumes.get("EBSEnabled"):
        if family not in INSTANCE_STORE | WITH_BOTH:
            raise invalid(f"EBS storage must be selected for {kind}")
        return
    if family in INSTANCE_STORE:
        raise invalid(f"Instance type {kind} does not support EBS storage")
    if not volumes.get("VolumeType") or not volumes.get("VolumeSize"):
        raise invalid("VolumeType and VolumeSize are required if EBS storage is enabled.")
    if family in WITHOUT_GP2 and volumes["VolumeType"] == "gp2":
        raise invalid(f"EBS volume-types :[io1, gp3] must be selected for {kind}")
    sizes = LARGEST.get(family, {})
    least, most = 20 if family in ("or1", "or2") else 10, sizes.get(size, 24576)
    if volumes["VolumeType"] == "gp2" and sizes in HALVED:
        most //= 2
    if not least <= volumes["VolumeSize"] <= most:
        engine, number = version.lower().split("_")
        words = f"Volume size must be between {least} and {most} for {kind} instance type and {engine} version {number}"
        raise AwsError("LimitExceededException", words, 409)


def check_encryption(before: dict, after: dict) -> None:
    """Both kinds of encryption stay on once they are, and a key stays the same."""
    if before["NodeToNodeEncryptionOptions"]["Enabled"] and not after["NodeToNodeEncryptionOptions"]["Enabled"]:
        raise invalid("Node-to-node encryption cannot be disabled.")
    was, wanted = before["EncryptionAtRestOptions"], after["EncryptionAtRestOptions"]
    if was["Enabled"] and wanted != was:
        raise invalid("Encryption at rest cannot be disabled or changed.")


def checked_principals(call: Call, text: str, refusal_if_open: str) -> dict:
    """The unique ids of the users and roles in an access policy, by ARN.

    Raises the refusal of what is no policy, of principals that do not exist, and of a policy that is open to anybody.
    """
    if not text:
        return {}
    error = AwsError("InvalidTypeException", f"Error setting policy: [{text}]", 409)
    try:
        statements = as_list(json.loads(text)["Statement"])
        named = [name for statement in statements for name in _principals(statement)]
        is_policy = statements and all(map(_is_complete, statements))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise error from None
    if not is_policy or not all(_exists(call, name) for name in named):
        raise error
    is_open = any(s["Effect"] == "Allow" and s["Principal"] in ANYBODY and not s.get("Condition") for s in statements)
    if is_open:
        raise invalid(refusal_if_open)
    holders = [name for name in named if ":user/" in name or ":role/" in name]
    return unique_ids(call.request.partition, holders)


def _is_complete(statement: dict) -> bool:
    return statement["Effect"] in ("Allow", "Deny") and bool(statement["Action"] and statement["Resource"])


def _principals(statement: dict) -> list:
    """The names of AWS's accounts, users and roles in a statement."""
    principal = statement["Principal"]
    names = as_list(principal.get("AWS")) if isinstance(principal, dict) else as_list(principal)
    if not names and not principal.get("Service"):
        raise KeyError("Principal")
    return names


def _exists(call: Call, name: str) -> bool:
    """Whether there is such a user or role, as services see it by now; an account is believed."""
    parts = PRINCIPAL.fullmatch(name)
    if not parts or UNIQUE_ID.fullmatch(name):
        return False
    partition, service, account, resource = parts.groups()
    if partition not in (None, call.request.partition):
        return False
    if service != "iam" or resource in ("root", "user/tester"):
        return True
    if resource.startswith("role/") and account == call.request.account:
        return seen(call, name) is not None
    return name in unique_ids(partition, [name])
