"""Detectors of Amazon GuardDuty as the emulator keeps them, and the relations of administrators and members.

Moto has no members. An account has one detector a region; the administrator's keeps the members, and what a member
knows of its administrator is found there.
"""

import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

import organizations
from delivery_streams import Phase

# Account -> region -> detector.
DETECTORS: dict = defaultdict(dict)
# (Organization, region) -> its delegated administrator, and what that one has configured.
ORGANIZATIONS: dict = {}
ALWAYS = ("FLOW_LOGS", "CLOUD_TRAIL", "DNS_LOGS")
# Features that a new detector does not have on.
LEFT_OFF = ("EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING")
INVITED = ("EmailVerificationInProgress", "Invited", "Enabled")


@dataclass
class Member:
    """An account as its administrator knows it."""

    account: str
    email: str
    status: Phase = field(default_factory=lambda: Phase("Created"))
    invitation: str = ""
    invited: "float | None" = None
    updated: float = field(default_factory=time.time)

    def turn(self, status: str) -> None:
        """Another status from now on."""
        self.status, self.updated = Phase(status), time.time()


@dataclass
class Organization:
    """An organization's GuardDuty in a region: its administrator, and for which accounts it is enabled automatically."""

    administrator: str
    auto_enable: str = "NONE"


@dataclass
class Detector:
    """The detector of an account in a region."""

    account: str
    region: str
    partition: str
    is_enabled: bool
    frequency: str
    features: dict
    tags: dict
    token: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: float = field(default_factory=time.time)
    updated: float = field(default_factory=time.time)
    members: dict = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:{self.partition}:guardduty:{self.region}:{self.account}:detector/{self.id}"


def inviters(account: str, region: str) -> list:
    """(administrator's account, the account as a member) of all that have invited it."""
    return [
        (administrator, regions[region].members[account])
        for administrator, regions in DETECTORS.items()
        if region in regions and account in regions[region].members and regions[region].members[account].invited
    ]


def administrator_of(account: str, region: str) -> "tuple[str, Member] | None":
    """The administrator that an account belongs to."""
    return next(((admin, m) for admin, m in inviters(account, region) if m.status.value == "Enabled"), None)


def receivers(account: str, region: str) -> list:
    """The accounts whose event bus gets a finding: its own, and that of its administrator."""
    if region not in DETECTORS[account] or not DETECTORS[account][region].is_enabled:
        return []
    administrator = administrator_of(account, region)
    return [account] + ([administrator[0]] if administrator else [])


def enables_all(detector: Detector) -> bool:
    """Whether a detector is that of a delegated administrator who enables GuardDuty in all accounts."""
    organization = ORGANIZATIONS.get((organizations.id_of(detector.account, detector.partition), detector.region))
    configured = organization and (organization.administrator, organization.auto_enable)
    return configured == (detector.account, "ALL")
