"""Deliveries of Firehose streams to domains of OpenSearch Service: each record is a document of an index.

AWS tries for as long as the stream says; here what fails goes into the bucket at once.
"""

import json
import time
import uuid

import backup_objects
import policy
import search_domains
from stream_processing import Failure

KIND = "AmazonOpenSearchService-failed"
ACTIONS = ("es:ESHttpPost", "es:ESHttpPut")
# What is appended to the name of an index.
ROTATIONS = {"NoRotation": "", "OneHour": "-%Y-%m-%d-%H", "OneDay": "-%Y-%m-%d", "OneMonth": "-%Y-%m"}


def deliver(job, records: list) -> list:
    """Indexes (record, bytes) pairs; the failures. To be called under moto's lock."""
    domain = search_domains.found(job.destination["DomainARN"])
    refusal, failures = _refusal(job, domain), []
    for record, data in records:
        index, document_id = index_of(job.destination, record.arrival), f"{record.id}.0"
        document = None if refusal else _parsed(data)
        error = refusal or (None if document is not None else _malformed())
        if error:
            code, message = error
            failures.append(Failure(KIND, record, data, code, message, 1, document=(document_id, index)))
            continue
        if job.destination["DocumentIdOptions"]["DefaultDocumentIdFormat"] == "NO_DOCUMENT_ID":
            document_id = uuid.uuid4().hex[:20]
        domain.documents.setdefault(index, {})[document_id] = document
    return failures


def index_of(destination: dict, arrival: int) -> str:
    """The name of the index for a record that came at this time, in milliseconds."""
    rotation = ROTATIONS[destination["IndexRotationPeriod"]]
    return destination["IndexName"] + time.strftime(rotation, time.gmtime(arrival / 1000))


def _refusal(job, domain) -> "tuple | None":
    """The HTTP status and text of the domain's refusal of all documents; None if it takes them.

    The role's policies or the domain's allow it; neither denies it.
    """
    if domain is None or not domain.is_open:
        return "503", "The domain does not exist, or is not available."
    role, resource = job.destination["RoleARN"], f"{domain.arn}/_bulk"
    account, partition = job.account.id, job.stream.partition
    context = {"aws:principalarn": role, "aws:principalaccount": account, "aws:securetransport": "true"}
    everybody = (role, f"arn:{partition}:iam::{account}:root", account)
    documents = [domain.policy] if domain.policy else []
    if not backup_objects.is_assumed(job, role):
        return _denied(role, "sts:AssumeRole")
    for action in ACTIONS:
        is_denied = "Deny" in policy.effects(documents, policy.Access(everybody, action, resource, context))
        is_granted = "Allow" in policy.effects(documents, policy.Access(role, action, resource, context))
        effects = backup_objects.effects_of(job, role, action, resource)
        if is_denied or "Deny" in effects or not (is_granted or "Allow" in effects):
            return _denied(role, action)
    return None


def _denied(role: str, action: str) -> tuple:
    user = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/AWSFirehoseToOpenSearch"
    because = f"no identity-based policy allows the {action} action"
    return "403", json.dumps({"Message": f"User: {user} is not authorized to perform: {action} because {because}"})


def _malformed() -> tuple:
    return "400", json.dumps({"type": "mapper_parsing_exception", "reason": "failed to parse"})


def _parsed(data: bytes) -> "dict | None":
    """The document in a record: one JSON object on one line, in UTF-8."""
    try:
        text = data.decode().strip()
        document = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and "\n" not in text else None


def _no_number(name: str):
    raise ValueError(name)


def documents(account: str, region: str, name: str) -> list:
    """The documents of a domain, index by index, in the order in which they were indexed; see control.py."""
    indices = search_domains.DOMAINS[account][region, name].documents
    return [
        {"index": index, "id": document_id, "document": document}
        for index, found in sorted(indices.items())
        for document_id, document in found.items()
    ]
