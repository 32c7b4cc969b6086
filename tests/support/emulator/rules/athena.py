"""Amazon Athena: work groups and named queries. What runs is in query_executions.py."""

import model_constraints
from aws_errors import AwsError
from data_catalog import EXECUTIONS, WORK_GROUPS, Query, WorkGroup, group_of_query
from rules import Call, guard, rule

OPERATIONS = {
    "CreateWorkGroup",
    "GetWorkGroup",
    "UpdateWorkGroup",
    "DeleteWorkGroup",
    "CreateNamedQuery",
    "GetNamedQuery",
    "BatchGetNamedQuery",
    "ListNamedQueries",
    "UpdateNamedQuery",
    "DeleteNamedQuery",
    "TagResource",
    "ListTagsForResource",
    "StartQueryExecution",
    "GetQueryExecution",
    "GetQueryResults",
    "StopQueryExecution",
}
# How many named queries a page of a list has, by default too.
PAGE = 50
# What an update removes, by the member that says so.
REMOVALS = {"RemoveBytesScannedCutoffPerQuery": "BytesScannedCutoffPerQuery"}
RESULT_REMOVALS = {
    "RemoveOutputLocation": "OutputLocation",
    "RemoveEncryptionConfiguration": "EncryptionConfiguration",
    "RemoveExpectedBucketOwner": "ExpectedBucketOwner",
}


def refused(message: str) -> AwsError:
    """Athena's refusal, which has one code."""
    return AwsError("InvalidRequestException", message)


@guard("athena")
def constraints(call: Call):
    """What the model says of each parameter, for all operations that there are."""
    if call.request.operation not in OPERATIONS:
        raise AwsError("NotImplemented", f"The emulator's Athena has no {call.request.operation}.", 501)
    text = model_constraints.violation("athena", call.request.operation, call.params)
    if text:
        raise refused(text)


def work_group(call: Call, name: str) -> WorkGroup:
    found = WORK_GROUPS[call.request.account].get((call.region, name))
    if found is None:
        raise refused(f"WorkGroup {name} is not found.")
    return found


def _check_results(call: Call, results: dict) -> None:
    """The bucket of the results must exist, and a key is for encryption with one."""
    from moto.s3.models import s3_backends

    location = results.get("OutputLocation")
    if location is not None:
        bucket = location.removeprefix("s3://").split("/")[0]
        buckets = s3_backends[call.request.account][call.request.partition].buckets
        if not location.startswith("s3://") or bucket not in buckets:
            raise refused(f"Unable to verify/create output bucket {bucket}")
    encryption = results.get("EncryptionConfiguration")
    if encryption and (encryption["EncryptionOption"] == "SSE_S3") != (not encryption.get("KmsKey")):
        raise refused("KmsKey is required for SSE_KMS and CSE_KMS only")


@rule("athena", "CreateWorkGroup")
def create_work_group(call: Call):
    """Where there is none of this name."""
    params, groups = call.params, WORK_GROUPS[call.request.account]
    at, configuration = (call.region, params["Name"]), params.get("Configuration") or {}
    if at in groups or params["Name"] == "primary":
        raise refused(f"WorkGroup {params['Name']} is already created")
    _check_results(call, configuration.get("ResultConfiguration") or {})
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags") or []}
    groups[at] = WorkGroup(configuration, params.get("Description") or "", tags)
    return call.json({})


@rule("athena", "GetWorkGroup")
def get_work_group(call: Call):
    """As it is."""
    name = call.params["WorkGroup"]
    group = work_group(call, name)
    described = {
        "Name": name,
        "State": group.state,
        "Description": group.description,
        "Configuration": group.configuration,
        "CreationTime": group.created,
    }
    return call.json({"WorkGroup": described})


@rule("athena", "UpdateWorkGroup")
def update_work_group(call: Call):
    """What is given, and what is to be removed."""
    params, group = call.params, work_group(call, call.params["WorkGroup"])
    updates = dict(params.get("ConfigurationUpdates") or {})
    results = dict(updates.pop("ResultConfigurationUpdates", None) or {})
    _check_results(call, results)
    old = group.configuration
    managed = updates.pop("ManagedQueryResultsConfigurationUpdates", None) or old.get("ManagedQueryResultsConfiguration") or {}
    if managed.get("Enabled") and results.get("OutputLocation"):
        raise refused("OutputLocation cannot be set when ManagedQueryResultsConfiguration is enabled")
    if managed.get("Enabled"):
        results["RemoveOutputLocation"] = True
        updates["ManagedQueryResultsConfiguration"] = managed
    after = _changed(old.get("ResultConfiguration") or {}, results, RESULT_REMOVALS)
    group.configuration = {**_changed(old, updates, REMOVALS), "ResultConfiguration": after}
    if not managed.get("Enabled"):
        group.configuration.pop("ManagedQueryResultsConfiguration", None)
    group.state = params.get("State") or group.state
    group.description = params.get("Description", group.description)
    return call.json({})


def _changed(old: dict, updates: dict, removals: dict) -> dict:
    removed = {member for says, member in removals.items() if updates.get(says)}
    new = {name: value for name, value in updates.items() if name not in removals}
    return {name: value for name, value in {**old, **new}.items() if name not in removed}


@rule("athena", "DeleteWorkGroup")
def delete_work_group(call: Call):
    """With what it contains only where the option says so."""
    name = call.params["WorkGroup"]
    if name == "primary":
        raise refused("Cannot delete the primary WorkGroup")
    ran = (query for query in EXECUTIONS[call.request.account].values() if (query.region, query.group) == (call.region, name))
    if (work_group(call, name).queries or any(ran)) and not call.params.get("RecursiveDeleteOption"):
        raise refused(f"WorkGroup {name} is not empty")
    del WORK_GROUPS[call.request.account][call.region, name]
    return call.json({})


@rule("athena", "CreateNamedQuery")
def create_named_query(call: Call):
    """Names need not differ; a request with the same token is the same."""
    params = dict(call.params)
    token = params.pop("ClientRequestToken", None) or ""
    group = work_group(call, params.get("WorkGroup") or "primary")
    for query in group.queries.values():
        if token and query.token == token:
            if query.given != params:
                raise refused("Idempotent parameters do not match")
            return call.json({"NamedQueryId": query.id})
    query = Query(params, token)
    group.queries[query.id] = query
    return call.json({"NamedQueryId": query.id})


def _described(query: Query) -> dict:
    return {**query.given, "NamedQueryId": query.id}


def _query(call: Call) -> tuple:
    """The group and the query that a request names."""
    query = call.params["NamedQueryId"]
    name = group_of_query(call.request.account, call.region, query)
    if name is None:
        raise refused(f"NamedQuery {query} does not exist")
    group = WORK_GROUPS[call.request.account][call.region, name]
    return group, group.queries[query]


@rule("athena", "GetNamedQuery")
def get_named_query(call: Call):
    """As it is."""
    return call.json({"NamedQuery": _described(_query(call)[1])})


@rule("athena", "BatchGetNamedQuery")
def batch_get_named_query(call: Call):
    """Those that there are; the others are named with an error."""
    groups = WORK_GROUPS[call.request.account].items()
    queries = {id: query for (region, _), group in groups if region == call.region for id, query in group.queries.items()}
    ids = call.params["NamedQueryIds"]
    missing = [{"NamedQueryId": id, "ErrorCode": "INVALID_INPUT"} for id in ids if id not in queries]
    found = [_described(queries[id]) for id in ids if id in queries]
    return call.json({"NamedQueries": found, "UnprocessedNamedQueryIds": missing})


@rule("athena", "ListNamedQueries")
def list_named_queries(call: Call):
    """The ids, page by page."""
    ids = list(work_group(call, call.params.get("WorkGroup") or "primary").queries)
    begin = int(call.params.get("NextToken") or 0)
    end = begin + (call.params.get("MaxResults") or PAGE)
    return call.json({"NamedQueryIds": ids[begin:end]} | ({"NextToken": str(end)} if end < len(ids) else {}))


@rule("athena", "UpdateNamedQuery")
def update_named_query(call: Call):
    """All but the database and the work group."""
    _, query = _query(call)
    query.given = {**query.given, **{name: call.params[name] for name in call.params if name != "NamedQueryId"}}
    return call.json({})


@rule("athena", "DeleteNamedQuery")
def delete_named_query(call: Call):
    """One that exists."""
    group, query = _query(call)
    del group.queries[query.id]
    return call.json({})


def _tagged(call: Call) -> WorkGroup:
    arn = call.params["ResourceARN"]
    name = arn.rpartition(":workgroup/")[2]
    found = WORK_GROUPS[call.request.account].get((call.region, name))
    if found is None:
        raise AwsError("ResourceNotFoundException", f"WorkGroup {name} is not found.")
    return found


@rule("athena", "TagResource")
def tag_resource(call: Call):
    """Of a work group."""
    _tagged(call).tags |= {tag["Key"]: tag["Value"] for tag in call.params["Tags"]}
    return call.json({})


@rule("athena", "ListTagsForResource")
def list_tags(call: Call):
    """Of a work group."""
    return call.json({"Tags": [{"Key": key, "Value": value} for key, value in _tagged(call).tags.items()]})
