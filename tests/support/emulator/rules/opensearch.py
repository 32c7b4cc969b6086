"""Amazon OpenSearch Service: which domains it creates and changes, and what can be done with them in which state.

What a domain can be is in domain_settings.py. The domains themselves are in search_domains.py.
"""

import model_constraints
import search_domains
from aws_errors import AwsError
from delivery_streams import GONE
from http_server import Response
from rules import Call, guard, rule
from rules.domain_settings import check_encryption, check_settings, checked_principals, invalid
from search_domains import DEFAULTS, DOMAINS, Domain, completed, merged

TAGS = 10
# What the emulator knows of the settings of a domain; others would do something.
SETTINGS = set(DEFAULTS) - {"CognitoOptions", "AdvancedSecurityOptions", "OffPeakWindowOptions"}
OPEN = "Enable fine-grained access control or apply a restrictive access policy to your domain"
OPEN_LATER = "Apply a restrictive access policy to your domain"
IN_PROGRESS = "A change/update is in progress. Please wait for it to complete before requesting another change."
BEING_DELETED = "Domain is still being deleted"


@guard("opensearch")
def constraints(call: Call):
    """What the model says of each parameter but the types of instances, of which there are more than it knows."""
    operation, params = call.request.operation, dict(call.params)
    if operation not in OPERATIONS:
        raise AwsError("NotImplemented", f"The emulator's OpenSearch Service has no {operation}.", 501)
    try:
        if params.get("ClusterConfig"):
            params["ClusterConfig"] = {k: v for k, v in params["ClusterConfig"].items() if k != "InstanceType"}
        text = model_constraints.violation("opensearch", operation, params)
    except (AttributeError, TypeError) as error:
        raise AwsError("SerializationException", str(error)) from None
    if text:
        raise invalid(text)
    unknown = set(params) - SETTINGS - {"DomainName", "TagList", "ARN", "TagKeys"}
    if unknown:
        raise AwsError("NotImplemented", f"The emulator does not have this of domains: {sorted(unknown)}", 501)


def _domain(call: Call) -> Domain:
    name = call.params["DomainName"]
    domain = search_domains.named(call.request.account, call.region, name)
    if domain is None:
        raise AwsError("ResourceNotFoundException", f"Domain not found: {name}", 409)
    return domain


def _of_arn(call: Call) -> "Domain | None":
    """The domain of the ARN in a request about tags, if it is one of the caller's in this region."""
    domain = search_domains.found(call.params["ARN"], is_looked_at=True)
    is_here = domain and (domain.account, domain.region) == (call.request.account, call.region)
    return domain if is_here else None


def _tags(tags: list) -> dict:
    return {tag["Key"]: tag["Value"] for tag in tags}


@rule("opensearch", "CreateDomain")
def create_domain(call: Call):
    """A name that is free, settings that a domain can have; `Creating` lasts `domain_creation`."""
    name, account, partition = call.params["DomainName"], call.request.account, call.request.partition
    existing = search_domains.named(account, call.region, name)
    if existing is not None and existing.status.value == "Deleting":
        raise invalid(BEING_DELETED)
    if existing is not None:
        raise AwsError("ResourceAlreadyExistsException", f"Domain {name} already exists.", 409)
    limit = call.account.settings["domains_limit"]
    if sum(region == call.region for region, _ in DOMAINS[account]) >= limit:
        raise AwsError("LimitExceededException", f"You can have {limit} domains in a region at most.", 409)
    tags = _tags(call.params.get("TagList") or [])
    _check_tags(tags)
    settings = completed(merged(DEFAULTS, call.params), partition, call.region, account)
    check_settings(call, settings)
    principals = checked_principals(call, settings["AccessPolicies"], OPEN)
    domain = Domain(account, call.region, partition, name, settings, tags, principals)
    before = {member: "" for member in settings if member != "AccessPolicies" or settings[member]}
    domain.begin("Creating", "Active", call.account.settings["domain_creation"], before)
    DOMAINS[account][call.region, name] = domain
    return call.json({"DomainStatus": domain.described()})


@rule("opensearch", "DescribeDomain")
def describe_domain(call: Call):
    """In the state that it is in by now."""
    return call.json({"DomainStatus": _domain(call).described()})


@rule("opensearch", "UpdateDomainConfig")
def update_domain_config(call: Call):
    """One change at a time, to what a domain could be created with; `Modifying` lasts `domain_update`."""
    domain = _domain(call)
    if domain.status.value == "Deleting":
        raise invalid(BEING_DELETED)
    if domain.status.value != "Active":
        raise invalid(IN_PROGRESS)
    before, principals = domain.settings, domain.principals
    after = completed(merged(before, call.params), domain.partition, domain.region, domain.account)
    check_settings(call, after)
    check_encryption(before, after)
    if call.params.get("AccessPolicies") is not None:
        principals = checked_principals(call, after["AccessPolicies"], OPEN_LATER)
    domain.settings, domain.principals = after, principals
    changed = {name: before[name] for name in after if before[name] != after[name]}
    domain.begin("Modifying", "Active", call.account.settings["domain_update"], changed)
    return call.json({"DomainConfig": domain.configuration()})


@rule("opensearch", "DeleteDomain")
def delete_domain(call: Call):
    """In whatever state, again too; `Deleting` lasts `domain_deletion`."""
    domain = _domain(call)
    if domain.status.value != "Deleting":
        domain.begin("Deleting", GONE, call.account.settings["domain_deletion"], {})
    return call.json({"DomainStatus": domain.described()})


@rule("opensearch", "ListTags")
def list_tags(call: Call):
    """Of a domain that exists."""
    domain = _of_arn(call)
    if domain is None:
        raise AwsError("ResourceNotFoundException", f"Domain not found: {call.params['ARN']}", 409)
    return call.json({"TagList": [{"Key": key, "Value": value} for key, value in domain.tags.items()]})


@rule("opensearch", "AddTags", "RemoveTags")
def change_tags(call: Call):
    """Of a domain that exists; ten tags at most."""
    domain = _of_arn(call)
    if domain is None:
        raise invalid(f"Domain not found: {call.params['ARN']}")
    tags = domain.tags | _tags(call.params.get("TagList") or [])
    _check_tags(tags)
    domain.tags = {key: value for key, value in tags.items() if key not in (call.params.get("TagKeys") or [])}
    return Response(200, {"content-type": "application/json"}, b"")


def _check_tags(tags: dict) -> None:
    if len(tags) > TAGS:
        raise AwsError("LimitExceededException", f"A domain can have {TAGS} tags at most.", 409)


OPERATIONS = {
    "AddTags",
    "CreateDomain",
    "DeleteDomain",
    "DescribeDomain",
    "ListTags",
    "RemoveTags",
    "UpdateDomainConfig",
}
