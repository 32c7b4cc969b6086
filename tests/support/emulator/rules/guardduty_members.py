"""Members of GuardDuty by invitation: they are created, invited, accept, and may be left again.

What cannot be done for one account is told in an answer of success.
"""

import time
import uuid

import guardduty_detectors
from guardduty_detectors import INVITED, Member
from rules import Call, rule
from rules.guardduty import detector_of, refused, stamp

ALREADY = "the current account has already invited or is already the GuardDuty master of the given member account ID."
NO_MEMBER = "the input account ID is not a member of the current account."


def _unprocessed(found: dict, **more) -> dict:
    texts = [{"accountId": account, "result": f"The request is rejected because {text}"} for account, text in found.items()]
    return {"unprocessedAccounts": texts, **more}


@rule("guardduty", "CreateMembers")
def create_members(call: Call):
    """Accounts that are no members yet, and not the caller's."""
    detector, unprocessed = detector_of(call), {}
    for detail in call.params["AccountDetails"]:
        account = detail["AccountId"]
        if account == call.request.account:
            unprocessed[account] = "the input account ID is the ID of the current account."
        elif account in detector.members:
            unprocessed[account] = "the input account ID is already a member of the current account."
        else:
            detector.members[account] = Member(account, detail["Email"])
    return call.json(_unprocessed(unprocessed))


@rule("guardduty", "InviteMembers")
def invite_members(call: Call):
    """The address is verified for a while (`email_verification`), or in vain."""
    detector, unprocessed, settings = detector_of(call), {}, call.account.settings
    for account in call.params["AccountIds"]:
        member = detector.members.get(account)
        if member is None:
            unprocessed[account] = NO_MEMBER
        elif member.status.look() in INVITED:
            unprocessed[account] = ALREADY
        else:
            is_wrong = member.email in settings["wrong_emails"]
            following = "EmailVerificationFailed" if is_wrong else "Invited"
            member.status.begin("EmailVerificationInProgress", following, settings["email_verification"])
            member.invitation, member.invited = uuid.uuid4().hex, time.time()
    return call.json(_unprocessed(unprocessed))


def _described(call: Call, detector, member: Member) -> dict:
    region, theirs = call.region, guardduty_detectors.DETECTORS[member.account]
    described = {
        "accountId": member.account,
        "detectorId": theirs[region].id if region in theirs and member.status.value == "Enabled" else None,
        "masterId": detector.account,
        "administratorId": detector.account,
        "email": member.email,
        "relationshipStatus": member.status.look(),
        "invitedAt": stamp(member.invited) if member.invited else None,
        "updatedAt": stamp(member.updated),
    }
    return {name: value for name, value in described.items() if value is not None}


@rule("guardduty", "GetMembers")
def get_members(call: Call):
    """In the state that they are in by now."""
    detector, wanted = detector_of(call), call.params["AccountIds"]
    found = [_described(call, detector, detector.members[a]) for a in wanted if a in detector.members]
    missing = {account: NO_MEMBER for account in wanted if account not in detector.members}
    return call.json(_unprocessed(missing, members=found))


@rule("guardduty", "ListMembers")
def list_members(call: Call):
    """Those that are associated, unless others are asked for too."""
    detector = detector_of(call)
    is_all = str(call.params.get("OnlyAssociated", "true")).lower() == "false"
    found = [_described(call, detector, member) for _, member in sorted(detector.members.items())]
    return call.json({"members": [m for m in found if is_all or m["relationshipStatus"] in INVITED]})


@rule("guardduty", "ListInvitations")
def list_invitations(call: Call):
    """A verified one is listed after a while (`invitation_delay`)."""
    horizon = time.time() - call.account.settings["invitation_delay"]
    found = [
        {
            "accountId": administrator,
            "invitationId": member.invitation,
            "invitedAt": stamp(member.invited),
            "relationshipStatus": member.status.value,
        }
        for administrator, member in guardduty_detectors.inviters(call.request.account, call.region)
        if member.status.look() in ("Invited", "Enabled") and member.invited <= horizon
    ]
    return call.json({"invitations": found})


@rule("guardduty", "AcceptAdministratorInvitation")
def accept(call: Call):
    """One at a time, of an invitation that there is."""
    detector_of(call)
    account, params = call.request.account, call.params
    if guardduty_detectors.administrator_of(account, call.region):
        raise refused("the current account is already associated with an administrator account.")
    invitations = dict(guardduty_detectors.inviters(account, call.region))
    member = invitations.get(params["AdministratorId"])
    if member is None or member.invitation != params["InvitationId"] or member.status.look() != "Invited":
        raise refused("the given invitation does not exist.")
    member.turn("Enabled")
    return call.json({})


@rule("guardduty", "GetAdministratorAccount")
def get_administrator(call: Call):
    """Nothing for an account without one."""
    detector_of(call)
    found = guardduty_detectors.administrator_of(call.request.account, call.region)
    if found is None:
        return call.json({})
    account, member = found
    administrator = {
        "accountId": account,
        "invitationId": member.invitation,
        "invitedAt": stamp(member.invited),
        "relationshipStatus": member.status.value,
    }
    return call.json({"administrator": administrator})


@rule("guardduty", "DisassociateFromAdministratorAccount")
def resign(call: Call):
    """Of an account that has one."""
    detector_of(call)
    found = guardduty_detectors.administrator_of(call.request.account, call.region)
    if found is None:
        raise refused("the current account is not associated with an administrator account.")
    found[1].turn("Resigned")
    return call.json({})


@rule("guardduty", "DisassociateMembers", "DeleteMembers")
def remove_members(call: Call):
    """Only members that are not associated are deleted."""
    detector, unprocessed = detector_of(call), {}
    if guardduty_detectors.enables_all(detector):
        raise refused("members cannot be removed while auto-enable is ALL for the organization.")
    for account in call.params["AccountIds"]:
        member = detector.members.get(account)
        if member is None:
            unprocessed[account] = NO_MEMBER
        elif call.request.operation == "DisassociateMembers":
            member.turn("Removed")
        elif member.status.look() in INVITED:
            unprocessed[account] = "the given member account is associated with the current account."
        else:
            del detector.members[account]
    return call.json(_unprocessed(unprocessed))


@rule("guardduty", "DeclineInvitations", "DeleteInvitations")
def decline(call: Call):
    """Of invitations that were not accepted."""
    invitations = dict(guardduty_detectors.inviters(call.request.account, call.region))
    unprocessed = {}
    for account in call.params["AccountIds"]:
        if account not in invitations or invitations[account].status.look() == "Enabled":
            unprocessed[account] = "the given invitation does not exist."
        else:
            invitations[account].turn("Resigned")
            invitations[account].invited = None
    return call.json(_unprocessed(unprocessed))
