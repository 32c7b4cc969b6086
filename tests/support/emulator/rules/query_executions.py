"""Amazon Athena: queries, which DuckDB answers from the log files that the account has.

A query moves on with each look at it: it is queued, runs, and ends. What it reads and writes it does with its caller's
permissions.
"""

import csv
import io
import uuid

import access
from aws_errors import AwsError
from data_catalog import DATABASES, EXECUTIONS, WORK_GROUPS, Execution
from rules import Call, rule
from rules.athena import refused, work_group

PENDING = ("QUEUED", "RUNNING")
# How many rows a page of results has, the names of the columns among them.
PAGE = 1000


def _execution(call: Call) -> Execution:
    found = EXECUTIONS[call.request.account].get(call.params["QueryExecutionId"])
    if found is None or found.region != call.region:
        raise refused(f"QueryExecution {call.params['QueryExecutionId']} was not found")
    return found


@rule("athena", "StartQueryExecution")
def start_query_execution(call: Call):
    """In a work group that is enabled; a request with the same token is the same."""
    params, executions = dict(call.params), EXECUTIONS[call.request.account]
    token = params.pop("ClientRequestToken", None) or ""
    name = params.get("WorkGroup") or "primary"
    if work_group(call, name).state != "ENABLED":
        raise refused(f"WorkGroup {name} is disabled.")
    for id, execution in executions.items():
        if token and execution.token == token:
            if execution.given != params:
                raise refused("Idempotent parameters do not match")
            return call.json({"QueryExecutionId": id})
    active = [execution for execution in executions.values() if execution.state in PENDING and execution.region == call.region]
    if len(active) >= call.account.settings["athena_queries"]:
        raise AwsError("TooManyRequestsException", "You have exceeded the limit for the number of queries you can run concurrently.")
    id = str(uuid.uuid4())
    executions[id] = Execution(params, token, call.region, name)
    return call.json({"QueryExecutionId": id})


@rule("athena", "GetQueryExecution")
def get_query_execution(call: Call):
    """As it is; then it moves on."""
    execution, id = _execution(call), call.params["QueryExecutionId"]
    status = {"State": execution.state, "SubmissionDateTime": execution.submitted}
    if execution.reason:
        status["StateChangeReason"] = execution.reason
    described = {
        "QueryExecutionId": id,
        "Query": execution.given["QueryString"],
        "StatementType": "DML",
        "Status": status,
        "Statistics": {"DataScannedInBytes": execution.scanned},
        "WorkGroup": execution.group,
    }
    if execution.state == "RUNNING":
        _run(call, id, execution)
    elif execution.state == "QUEUED" and not call.account.settings["athena_is_busy"]:
        execution.state = "RUNNING"
    return call.json({"QueryExecution": described})


@rule("athena", "StopQueryExecution")
def stop_query_execution(call: Call):
    """One that has ended stays as it is."""
    execution = _execution(call)
    if execution.state in PENDING:
        execution.state, execution.reason = "CANCELLED", "Query cancelled by user"
    return call.json({})


@rule("athena", "GetQueryResults")
def get_query_results(call: Call):
    """Page by page, of a query that succeeded; the first row names the columns."""
    execution, id = _execution(call), call.params["QueryExecutionId"]
    if execution.state in PENDING:
        raise refused(f"Query has not yet finished. Current state: {execution.state}")
    if execution.state != "SUCCEEDED":
        raise refused(f"Query did not finish successfully. Final query state: {execution.state}")
    error = access.refusal(call.request, "s3:GetObject", f"arn:{call.request.partition}:s3:::{_results(call, execution)}/{id}.csv")
    if error:
        raise refused(str(error))
    rows = [execution.columns, *execution.rows]
    begin = int(call.params.get("NextToken") or 0)
    end = begin + (call.params.get("MaxResults") or PAGE)
    page = [{"Data": [{} if text is None else {"VarCharValue": text} for text in row]} for row in rows[begin:end]]
    metadata = {"ColumnInfo": [{"Name": name, "Type": "varchar"} for name in execution.columns]}
    answer = {"ResultSet": {"Rows": page, "ResultSetMetadata": metadata}, "UpdateCount": 0}
    return call.json(answer | ({"NextToken": str(end)} if end < len(rows) else {}))


def _results(call: Call, execution: Execution) -> str:
    """The bucket of a work group's results."""
    configuration = WORK_GROUPS[call.request.account][call.region, execution.group].configuration
    return (configuration.get("ResultConfiguration") or {})["OutputLocation"].removeprefix("s3://").strip("/")


def _run(call: Call, id: str, execution: Execution) -> None:
    """Ends a query, one way or another."""
    import log_tables
    from rules.s3 import bucket_named

    group = WORK_GROUPS[call.request.account][call.region, execution.group]
    read = lambda bucket, key: bucket_named(bucket).keys[key].value
    objects = lambda bucket: list(bucket_named(bucket).keys) if bucket_named(bucket) else []
    try:
        database, name, given = _table(call, execution.given["QueryString"])
        names, rows, execution.scanned, keys = log_tables.run(
            execution.given["QueryString"], database, name, given, objects, read
        )
        _check_access(call, _results(call, execution), f"table/{database}/{name}", database, keys)
    except log_tables.Refusal as why:
        execution.state, execution.reason = "FAILED", str(why)
        return
    except (log_tables.duckdb.Error, log_tables.sqlglot.errors.SqlglotError) as why:
        execution.state, execution.reason = "FAILED", f"SYNTAX_ERROR: {why}"
        return
    limit = group.configuration.get("BytesScannedCutoffPerQuery")
    if limit and execution.scanned > limit:
        execution.state, execution.reason = "CANCELLED", "Bytes scanned limit was exceeded"
        return
    execution.columns = names
    execution.rows = [[_text(value) for value in row] for row in rows]
    _write(call, _results(call, execution), f"{id}.csv", [names, *execution.rows])
    execution.state = "SUCCEEDED"


def _text(value) -> "str | None":
    """A value as results have it."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _table(call: Call, sql: str) -> tuple:
    """The one table that a query names: database, name, and what the catalog has of it."""
    import log_tables

    for (region, database), found in DATABASES[call.request.account].items():
        for name, given in found.tables.items():
            if region == call.region and f'"{database}"."{name}"' in sql:
                return database, name, given
    raise log_tables.Refusal("TABLE_NOT_FOUND: line 1:1: Table does not exist")


def _check_access(call: Call, results: str, table: str, database: str, keys: list) -> None:
    """Athena reads and writes in the name of its caller."""
    import log_tables

    request = call.request
    s3 = lambda name: f"arn:{request.partition}:s3:::{name}"
    glue = lambda name: f"arn:{request.partition}:glue:{call.region}:{request.account}:{name}"
    needed = [("glue:GetDatabase", glue(name)) for name in ("catalog", f"database/{database}")]
    needed += [("glue:GetTable", glue(name)) for name in ("catalog", f"database/{database}", table)]
    needed += [(f"s3:{action}", s3(results)) for action in ("GetBucketLocation", "ListBucket", "ListBucketMultipartUploads")]
    of_files = ("GetObject", "PutObject", "ListMultipartUploadParts", "AbortMultipartUpload")
    needed += [(f"s3:{action}", s3(f"{results}/x.csv")) for action in of_files]
    needed += [("s3:ListBucket", s3(bucket)) for bucket in sorted({bucket for bucket, _ in keys})]
    needed += [("s3:GetObject", s3(f"{bucket}/{key}")) for bucket, key in keys]
    for action, resource in needed:
        if access.refusal(request, action, resource):
            raise log_tables.Refusal(f"Access Denied: no permission for {action} on {resource}")


def _write(call: Call, bucket: str, key: str, rows: list) -> None:
    """The results as a file."""
    from moto.s3.models import s3_backends

    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    s3_backends[call.request.account][call.request.partition].put_object(bucket, key, text.getvalue().encode())
