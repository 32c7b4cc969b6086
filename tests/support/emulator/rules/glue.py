"""AWS Glue: databases and tables of the Data Catalog."""

import model_constraints
from aws_errors import AwsError
from data_catalog import DATABASES, Database
from rules import Call, guard, rule

OPERATIONS = {
    "CreateDatabase",
    "GetDatabase",
    "DeleteDatabase",
    "CreateTable",
    "GetTable",
    "GetTables",
    "UpdateTable",
    "DeleteTable",
}
# How many tables a page of a list has, by default too.
PAGE = 100


@guard("glue")
def constraints(call: Call):
    """What the model says of each parameter, for all operations that there are."""
    if call.request.operation not in OPERATIONS:
        raise AwsError("NotImplemented", f"The emulator's Glue has no {call.request.operation}.", 501)
    text = model_constraints.violation("glue", call.request.operation, call.params)
    if text:
        raise AwsError("InvalidInputException", text)


def _missing() -> AwsError:
    return AwsError("EntityNotFoundException", "Entity Not Found")


def _database(call: Call, member: str = "DatabaseName") -> Database:
    name = call.params[member].lower()
    found = DATABASES[call.request.account].get((call.region, name))
    if found is None:
        raise AwsError("EntityNotFoundException", f"Database {name} not found.")
    return found


def _answer(call: Call, found: Database) -> dict:
    given = found.given
    return {**given, "Name": given["Name"].lower(), "CreateTime": found.created, "CatalogId": call.request.account}


@rule("glue", "CreateDatabase")
def create_database(call: Call):
    """Where there is none of this name, which is folded to lower case."""
    given = call.params["DatabaseInput"]
    databases, at = DATABASES[call.request.account], (call.region, given["Name"].lower())
    if at in databases:
        raise AwsError("AlreadyExistsException", "Database already exists.")
    databases[at] = Database(given)
    return call.json({})


@rule("glue", "GetDatabase")
def get_database(call: Call):
    """As it was given."""
    return call.json({"Database": _answer(call, _database(call, "Name"))})


@rule("glue", "DeleteDatabase")
def delete_database(call: Call):
    """With all its tables."""
    _database(call, "Name")
    del DATABASES[call.request.account][call.region, call.params["Name"].lower()]
    return call.json({})


@rule("glue", "CreateTable")
def create_table(call: Call):
    """Where there is none of this name in a database that exists."""
    given, tables = call.params["TableInput"], _database(call).tables
    if given["Name"].lower() in tables:
        raise AwsError("AlreadyExistsException", "Table already exists.")
    tables[given["Name"].lower()] = given
    return call.json({})


@rule("glue", "UpdateTable")
def update_table(call: Call):
    """Replaces all of it."""
    given, tables = call.params["TableInput"], _database(call).tables
    if given["Name"].lower() not in tables:
        raise _missing()
    tables[given["Name"].lower()] = given
    return call.json({})


@rule("glue", "DeleteTable")
def delete_table(call: Call):
    """One that exists."""
    if _database(call).tables.pop(call.params["Name"].lower(), None) is None:
        raise _missing()
    return call.json({})


def _table(call: Call, name: str, given: dict) -> dict:
    database = call.params["DatabaseName"].lower()
    return {**given, "Name": name, "DatabaseName": database, "CatalogId": call.request.account}


@rule("glue", "GetTable")
def get_table(call: Call):
    """As it was given."""
    name = call.params["Name"].lower()
    given = _database(call).tables.get(name)
    if given is None:
        raise _missing()
    return call.json({"Table": _table(call, name, given)})


@rule("glue", "GetTables")
def get_tables(call: Call):
    """Page by page."""
    tables, begin = sorted(_database(call).tables.items()), int(call.params.get("NextToken") or 0)
    end = begin + (call.params.get("MaxResults") or PAGE)
    answer = {"TableList": [_table(call, name, given) for name, given in tables[begin:end]]}
    return call.json(answer | ({"NextToken": str(end)} if end < len(tables) else {}))
