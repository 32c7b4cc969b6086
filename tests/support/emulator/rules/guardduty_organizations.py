"""GuardDuty in an organization: its delegated administrator, and the accounts for which it is enabled automatically."""

import guardduty_detectors
import organizations
from guardduty_detectors import DETECTORS, ORGANIZATIONS, Detector, Member
from rules import Call, rule
from rules.guardduty import detector_of, refused


@rule("guardduty", "EnableOrganizationAdminAccount")
def enable_admin(call: Call):
    """Only the management account appoints one; the account that is appointed gets a detector."""
    request, admin = call.request, call.params["AdminAccountId"]
    organization = organizations.id_of(request.account, request.partition)
    if not organization or not organizations.is_management(request.account, request.partition):
        raise refused("the operation is only permitted for the management account of an organization.")
    if organizations.id_of(admin, request.partition) != organization:
        raise refused("the input account is not a member of the organization.")
    known = ORGANIZATIONS.get((organization, call.region))
    if known:
        raise refused("another account is already enabled as GuardDuty delegated administrator for the organization.")
    ORGANIZATIONS[organization, call.region] = guardduty_detectors.Organization(admin)
    _detector(call, admin)
    return call.json({})


def _detector(call: Call, account: str) -> Detector:
    detectors = DETECTORS[account]
    if call.region not in detectors:
        partition = call.request.partition
        features = dict.fromkeys(call.allowed("DetectorFeature"), "DISABLED")
        detectors[call.region] = Detector(account, call.region, partition, True, "SIX_HOURS", features, {})
    return detectors[call.region]


def _configuration(call: Call) -> "tuple[str, guardduty_detectors.Organization]":
    """The caller's organization, of which it is the delegated administrator."""
    detector_of(call)
    account, partition = call.request.account, call.request.partition
    organization = organizations.id_of(account, partition)
    found = ORGANIZATIONS.get((organization, call.region))
    if found is None or found.administrator != account:
        raise refused("the current account cannot perform this operation: it is no delegated administrator.")
    return organization, found


@rule("guardduty", "DescribeOrganizationConfiguration")
def describe(call: Call):
    """Of the delegated administrator only."""
    _, found = _configuration(call)
    return call.json(
        {
            "autoEnable": found.auto_enable != "NONE",
            "autoEnableOrganizationMembers": found.auto_enable,
            "memberAccountLimitReached": False,
        }
    )


@rule("guardduty", "UpdateOrganizationConfiguration")
def update(call: Call):
    """Either of the two parameters; ALL enables GuardDuty in all accounts of the organization."""
    organization, found = _configuration(call)
    given = [name for name in ("AutoEnable", "AutoEnableOrganizationMembers") if name in call.params]
    if len(given) != 1:
        raise refused("either autoEnable or autoEnableOrganizationMembers must be specified, but not both.")
    new = "NEW" if call.params.get("AutoEnable") else "NONE"
    found.auto_enable = call.params.get("AutoEnableOrganizationMembers", new)
    if found.auto_enable == "ALL":
        members = DETECTORS[found.administrator][call.region].members
        for account, email in organizations.accounts_of(organization):
            if account != found.administrator:
                _detector(call, account)
                member = members.setdefault(account, Member(account, email))
                member.invited = member.invited or member.updated
                member.turn("Enabled")
    return call.json({})
