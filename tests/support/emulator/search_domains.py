"""Domains of Amazon OpenSearch Service as the emulator keeps them.

Moto's domains are ready at once, never gone, and take whatever they are given. These are the settings that
DescribeDomain answers, with AWS's defaults, the states that AWS takes time to reach, and the documents in the domain.
"""

import copy
import json
import re
import secrets
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from delivery_streams import GONE, Phase

# Account -> (region, name) -> domain.
DOMAINS: dict = defaultdict(dict)
ARN = re.compile(r"arn:([^:]+):es:([^:]+):(\d{12}):domain/([a-z][a-z0-9-]{2,27})")
DEFAULTS = {
    "EngineVersion": "OpenSearch_3.1",
    "ClusterConfig": {
        "InstanceType": "m4.large.search",
        "InstanceCount": 1,
        "DedicatedMasterEnabled": False,
        "ZoneAwarenessEnabled": False,
        "WarmEnabled": False,
        "ColdStorageOptions": {"Enabled": False},
        "MultiAZWithStandbyEnabled": False,
    },
    "EBSOptions": {"EBSEnabled": False},
    "AccessPolicies": "",
    "IPAddressType": "ipv4",
    "SnapshotOptions": {"AutomatedSnapshotStartHour": 0},
    "CognitoOptions": {"Enabled": False},
    "EncryptionAtRestOptions": {"Enabled": False},
    "NodeToNodeEncryptionOptions": {"Enabled": False},
    "AdvancedOptions": {"override_main_response_version": "false", "rest.action.multi.allow_explicit_index": "true"},
    "DomainEndpointOptions": {
        "EnforceHTTPS": False,
        "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
        "CustomEndpointEnabled": False,
    },
    "AdvancedSecurityOptions": {"Enabled": False, "InternalUserDatabaseEnabled": False, "AnonymousAuthEnabled": False},
    "OffPeakWindowOptions": {"Enabled": True, "OffPeakWindow": {"WindowStartTime": {"Hours": 2, "Minutes": 0}}},
    "SoftwareUpdateOptions": {"AutoSoftwareUpdateEnabled": False},
}
GP3 = {"Iops": 3000, "Throughput": 125}
SOFTWARE = {
    "CurrentVersion": "",
    "NewVersion": "",
    "UpdateAvailable": False,
    "Cancellable": False,
    "UpdateStatus": "COMPLETED",
    "Description": "There is no software update available for this domain.",
    "AutomatedUpdateDate": 0,
    "OptionalDeployment": True,
}


@dataclass
class Domain:
    """One domain."""

    account: str
    region: str
    partition: str
    name: str
    # Under the names of DescribeDomain.
    settings: dict
    tags: dict
    # ARN of a user or role in the access policy -> its unique id when the policy was set, which is what AWS keeps.
    principals: dict = field(default_factory=dict)
    status: Phase = field(default_factory=lambda: Phase("Active"))
    # The settings that the last change has changed, with what they were.
    changed: dict = field(default_factory=dict)
    change: str = field(default_factory=lambda: str(uuid.uuid4()))
    change_began: float = field(default_factory=time.time)
    created: float = field(default_factory=time.time)
    suffix: str = field(default_factory=lambda: secrets.token_hex(13))
    # Index -> id -> document, in the order in which they were indexed.
    documents: dict = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:{self.partition}:es:{self.region}:{self.account}:domain/{self.name}"

    @property
    def endpoint(self) -> str:
        """The host name that documents are sent to."""
        top = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"search-{self.name}-{self.suffix}.{self.region}.es.{top}"

    @property
    def is_open(self) -> bool:
        """Whether it takes requests: once it is created, and until it is deleted."""
        return self.status.value in ("Active", "Modifying")

    @property
    def policy(self) -> str:
        """The access policy as AWS shows it: a user or role that is gone, or was made anew, has only its unique id."""
        text = self.settings["AccessPolicies"]
        current = unique_ids(self.partition, self.principals)
        for arn, unique_id in self.principals.items():
            if current.get(arn) != unique_id:
                text = text.replace(json.dumps(arn), json.dumps(unique_id))
        return text

    def begin(self, between: str, following: str, seconds: float, changed: dict) -> None:
        """Starts a change that takes some seconds; `changed` has the settings as they were before it."""
        self.status.begin(between, following, seconds)
        self.changed, self.change, self.change_began = changed, str(uuid.uuid4()), time.time()

    def described(self) -> dict:
        """What DescribeDomain answers."""
        status = self.status.value
        is_busy = status != "Active"
        kind = self.settings["ClusterConfig"]["InstanceType"]
        described = copy.deepcopy(self.settings) | {
            "DomainId": f"{self.account}/{self.name}",
            "DomainName": self.name,
            "ARN": self.arn,
            "Created": True,
            "Deleted": status == "Deleting",
            "Processing": is_busy,
            "UpgradeProcessing": False,
            "AccessPolicies": self.policy,
            "ServiceSoftwareOptions": SOFTWARE,
            "AutoTuneOptions": {"State": "DISABLED" if kind.startswith("t") else "ENABLED", "UseOffPeakWindow": False},
            "ChangeProgressDetails": self._progress(is_busy),
            "DomainProcessingStatus": status,
            "ModifyingProperties": self._modifying() if is_busy and status != "Deleting" else [],
            "IdentityCenterOptions": {},
        }
        return described if status == "Creating" else described | {"Endpoint": self.endpoint}

    def configuration(self) -> dict:
        """What UpdateDomainConfig answers: each setting, and whether it is being changed."""
        is_busy = self.status.value != "Active"
        described = {
            name: {
                "Options": self.policy if name == "AccessPolicies" else copy.deepcopy(value),
                "Status": {
                    "CreationDate": self.created,
                    "UpdateDate": self.change_began,
                    "UpdateVersion": 1,
                    "State": "Processing" if is_busy and name in self.changed else "Active",
                    "PendingDeletion": False,
                },
            }
            for name, value in self.settings.items()
        }
        return described | {"ChangeProgressDetails": self._progress(is_busy), "ModifyingProperties": self._modifying()}

    def _progress(self, is_busy: bool) -> dict:
        return {
            "ChangeId": self.change,
            "ConfigChangeStatus": "Pending" if is_busy else "Completed",
            "InitiatedBy": "CUSTOMER",
            "StartTime": self.change_began,
            "LastUpdatedTime": self.change_began,
        }

    def _modifying(self) -> list:
        """The settings that are being changed, before and after."""
        return [
            {
                "Name": name,
                "ActiveValue": _text(before),
                "PendingValue": _text(self.settings[name]),
                "ValueType": "PLAIN_TEXT" if name == "EngineVersion" else "STRINGIFIED_JSON",
            }
            for name, before in self.changed.items()
        ]


def _text(value) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def named(account: str, region: str, name: str) -> "Domain | None":
    """The domain of that name, whose state moves on as it is looked at; None if there is none (any more)."""
    domain = DOMAINS[account].get((region, name))
    if domain is not None and domain.status.look() == GONE:
        del DOMAINS[account][region, name]
        return None
    return domain


def found(arn: str, is_looked_at: bool = False) -> "Domain | None":
    """The domain of that ARN, whose state moves on if it is looked at; None if there is none (any more)."""
    parts = ARN.fullmatch(arn)
    if not parts:
        return None
    partition, region, account, name = parts.groups()
    domain = named(account, region, name) if is_looked_at else DOMAINS[account].get((region, name))
    if domain is None or domain.partition != partition or domain.status.is_over(GONE):
        return None
    return domain


def completed(settings: dict, partition: str, region: str, account: str) -> dict:
    """Settings with what AWS fills in by itself."""
    settings = copy.deepcopy(settings)
    cluster, volumes, encryption = (settings[n] for n in ("ClusterConfig", "EBSOptions", "EncryptionAtRestOptions"))
    if cluster.get("ZoneAwarenessEnabled"):
        cluster.setdefault("ZoneAwarenessConfig", {}).setdefault("AvailabilityZoneCount", 2)
    else:
        cluster.pop("ZoneAwarenessConfig", None)
    if volumes.get("VolumeType") == "gp3":
        settings["EBSOptions"] = GP3 | volumes
    if encryption["Enabled"]:
        # AWS's own key of the region, alias/aws/es.
        key = encryption.get("KmsKeyId") or str(uuid.uuid5(uuid.NAMESPACE_DNS, f"aws/es.{region}"))
        encryption["KmsKeyId"] = key if key.startswith("arn:") else f"arn:{partition}:kms:{region}:{account}:key/{key}"
    return settings


def merged(settings: dict, given: dict) -> dict:
    """Settings with changes to them: what a structure lacks stays as it was."""
    changes = {
        name: settings[name] | value if isinstance(value, dict) else value
        for name, value in given.items()
        if name in settings and value is not None
    }
    return copy.deepcopy(settings | changes)


def unique_ids(partition: str, arns) -> dict:
    """ARN -> unique id of those of these users and roles that there are."""
    from moto.iam.models import iam_backends

    ids = {}
    for account in {arn.split(":")[4] for arn in arns}:
        backend = iam_backends[account][partition]
        ids |= {holder.arn: holder.id for holder in (*backend.users.values(), *backend.roles.values())}
    return {arn: ids[arn] for arn in arns if arn in ids}
