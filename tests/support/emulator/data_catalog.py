"""The Data Catalog of AWS Glue, and the work groups and queries of Amazon Athena, as the emulator keeps them.

Moto has both, but lets too much pass. What an account has is kept by region and name.
"""

import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

# Account -> (region, name) -> database.
DATABASES: dict = defaultdict(dict)
# Account -> (region, name) -> work group.
WORK_GROUPS: dict = defaultdict(dict)
# Account -> id -> query that was started.
EXECUTIONS: dict = defaultdict(dict)


@dataclass
class Database:
    """A database with its tables, as requests gave them, by name."""

    given: dict
    tables: dict = field(default_factory=dict)
    created: float = field(default_factory=time.time)


@dataclass
class Query:
    """A named query; the token is that of the request which created it."""

    given: dict
    token: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class WorkGroup:
    """A work group with its named queries, by id, in the order of their creation."""

    configuration: dict
    description: str
    tags: dict
    state: str = "ENABLED"
    queries: dict = field(default_factory=dict)
    created: float = field(default_factory=time.time)


@dataclass
class Execution:
    """A query that was started, and what came of it."""

    given: dict
    token: str
    region: str
    group: str
    state: str = "QUEUED"
    reason: str = ""
    scanned: int = 0
    columns: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    submitted: float = field(default_factory=time.time)


def group_of_query(account: str, region: str, query: str) -> "str | None":
    """The name of the work group that has the query of this id."""
    groups = WORK_GROUPS[account].items()
    return next((name for (of, name), group in groups if of == region and query in group.queries), None)
