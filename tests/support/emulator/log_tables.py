"""Tables over CloudTrail's log files in DuckDB, which answers what Athena is asked there.

What CloudTrail's input format makes of an event is done here: names in lower case, JSON as text where a column is one.
SQL is translated from Athena's dialect by sqlglot, so that its syntax on Athena itself is not tried.
"""

import gzip
import json
import os
import re
import tempfile

os.environ["TZ"] = "UTC"

import duckdb
import sqlglot
from sqlglot import expressions


def parsed(sort):
    """A type of Hive as ("struct", {name: type}), ("array", type), ("map",) or ("string",)."""
    if sort.startswith("struct<"):
        fields, depth, start = {}, 0, 7
        for at, letter in enumerate(sort[:-1] + ",", 0):
            depth += (letter == "<") - (letter == ">")
            if letter == "," and depth == 1:
                name, _, below = sort[start:at].partition(":")
                fields[name], start = parsed(below), at + 1
        return "struct", fields
    if sort.startswith("array<"):
        return "array", parsed(sort[6:-1])
    return ("map",) if sort.startswith("map<") else ("string",)


def in_duckdb(sort):
    """The type in DuckDB."""
    if sort[0] == "struct":
        return "STRUCT(" + ", ".join(f'"{name}" {in_duckdb(below)}' for name, below in sort[1].items()) + ")"
    if sort[0] == "array":
        return in_duckdb(sort[1]) + "[]"
    return "MAP(VARCHAR, VARCHAR)" if sort[0] == "map" else "VARCHAR"


def value(sort, given):
    """What a column of this type has of a value."""
    if given is None:
        return None
    if sort[0] == "struct":
        lower = {name.lower(): below for name, below in given.items()} if isinstance(given, dict) else {}
        return {name: value(below, lower.get(name)) for name, below in sort[1].items()}
    if sort[0] == "array":
        return [value(sort[1], item) for item in given]
    if sort[0] == "map":
        return given
    return given if isinstance(given, str) else json.dumps(given)


def create(connection, table, columns, rows):
    """A table of these columns, with rows of events and the values of their partitions."""
    sorts = {name: parsed(sort) for name, sort in columns}
    spec = ", ".join(f"'{name}': '{in_duckdb(sort)}'" for name, sort in sorts.items())
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        for record, partitions in rows:
            lower = {name.lower(): below for name, below in record.items()} | partitions
            file.write(json.dumps({name: value(sort, lower.get(name)) for name, sort in sorts.items()}) + "\n")
        file.flush()
        connection.execute(
            f"CREATE TABLE {table} AS SELECT * FROM "
            f"read_json('{file.name}', columns={{{spec}}}, format='newline_delimited')"
        )


def translated(sql):
    """SQL of Athena in DuckDB's dialect."""
    (text,) = sqlglot.transpile(sql, read="athena", write="duckdb")
    return text


def answer(connection, sql):
    """The names of the columns, and the rows."""
    cursor = connection.execute(translated(sql))
    return [column[0] for column in cursor.description], cursor.fetchall()


class Refusal(Exception):
    """Athena's words about a query that fails."""


def _files(given, objects):
    """The log files of a table's partitions, as it projects them: key, account, region and day of each."""
    parameters = given["Parameters"]
    values = {name: parameters.get(f"projection.{name}.values", "").split(",") for name in ("account", "region")}
    template = parameters["storage.location.template"]
    bucket, _, prefix = template.removeprefix("s3://").partition("/")
    pattern = re.escape(prefix)
    for name, below in (("account", "[^/]+"), ("region", "[^/]+"), ("day", r"\d{4}/\d{2}/\d{2}")):
        pattern = pattern.replace(re.escape(f"${{{name}}}"), f"(?P<{name}>{below})")
    for key in objects(bucket):
        found = re.fullmatch(f"{pattern}/[^/]+", key)
        if not found:
            continue
        is_any = parameters["projection.account.type"] == "injected"
        if (is_any or found["account"] in values["account"]) and found["region"] in values["region"]:
            yield bucket, key, found.groupdict()


def _bounds(sql):
    """The conditions on partitions alone, beside the one table: by them Athena chooses the folders."""
    for table in sqlglot.parse_one(sql, read="athena").find_all(expressions.Table):
        where = table.db and table.find_ancestor(expressions.Select).args.get("where")
        if where:
            parts = where.this.flatten() if isinstance(where.this, expressions.And) else [where.this]
            names = lambda part: {column.name for column in part.find_all(expressions.Column)}
            return [part for part in parts if names(part) and names(part) <= {"account", "day"}]
    return []


def run(sql, database, name, given, objects, read):
    """Runs a query about a table: columns, rows, how many bytes were scanned, and in which objects.

    `objects` lists the keys of a bucket, `read` returns an object's bytes.
    """
    bounds = _bounds(sql)
    conditions = " AND ".join(part.sql(dialect="duckdb") for part in bounds) or "true"
    is_injected = given["Parameters"]["projection.account.type"] == "injected"
    if is_injected and not any(column.name == "account" for part in bounds for column in part.find_all(expressions.Column)):
        raise Refusal(
            "CONSTRAINT_VIOLATION: For the injected projected partition column account, the WHERE clause must contain "
            "only static equality conditions, and at least one such condition must be present."
        )
    connection = duckdb.connect()
    connection.execute("CREATE TABLE files (bucket VARCHAR, key VARCHAR, account VARCHAR, region VARCHAR, day VARCHAR)")
    files = [(bucket, key, part["account"], part["region"], part["day"]) for bucket, key, part in _files(given, objects)]
    if files:
        connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", files)
    chosen = connection.execute(f"SELECT * FROM files WHERE {conditions} ORDER BY key").fetchall()
    rows, scanned, keys = [], 0, []
    for bucket, key, account, region, day in chosen:
        body = read(bucket, key)
        scanned += len(body)
        keys.append((bucket, key))
        partitions = {"account": account, "region": region, "day": day}
        records = json.loads(gzip.decompress(body)).get("Records", [])
        rows += [(record, partitions) for record in records]
    connection.execute(f'CREATE SCHEMA "{database}"')
    described = given["StorageDescriptor"]["Columns"] + given["PartitionKeys"]
    columns = [(column["Name"], column["Type"]) for column in described]
    create(connection, f'"{database}"."{name}"', columns, rows)
    names, found = answer(connection, sql)
    return names, found, scanned, keys
