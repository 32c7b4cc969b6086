"""What the emulator keeps about each AWS account besides its resources: settings, records, faults and clocks.

One process serves any number of accounts, so that every test can have its own. Everything here belongs to exactly one
account and is guarded by that account's `changed` condition.
"""

import threading
import time
from collections import Counter, defaultdict

from aws_request import AwsRequest, plain
from faults import Fault
from redaction import redacted

DEFAULT_ENABLED = (
    "us-east-1 us-east-2 us-west-1 us-west-2 ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 "
    "ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 sa-east-1"
).split()
OPT_IN = (
    "af-south-1 ap-east-1 ap-south-2 ap-southeast-3 ap-southeast-4 ca-west-1 eu-central-2 eu-south-1 eu-south-2 "
    "il-central-1 me-central-1 me-south-1"
).split()


def default_settings() -> dict:
    """The settings of an account that nobody has touched: control.py says what each means."""
    return {
        "regions": dict.fromkeys(DEFAULT_ENABLED, "ENABLED_BY_DEFAULT") | dict.fromkeys(OPT_IN, "DISABLED"),
        "latency": 0,
        "policy_delay": 0,
        "role_delay": 0,
        "bucket_load": {},
        "trail_load": 0,
        "cloudtrail_rate": False,
        "rates": {},
        "bucket_conflict": False,
        "filter_conflict": False,
        "queue_delete_block": 0,
        "queue_ghost": 0,
        "move_task_time": 0.3,
        "move_task_delay": 0,
        "denied_regions": [],
        "token_refused_regions": [],
        "partition": "aws",
        "denied_operations": [],
        "delivery": {},
        "log_group_classes": {},
        "key_delay": 0,
        "queue_age": {},
        "stream_creation": 0,
        "stream_deletion": 0,
        "destination_tags": False,
        "target_failures": 0,
        "email_verification": 0,
        "wrong_emails": [],
        "invitation_delay": 0,
        "vpcs": {},
        "resource_request": 0,
        "kinesis_creation": 0,
        "kinesis_update": 0,
        "kinesis_deletion": 0,
        "kinesis_limits": {"streams": 50, "shards": 200},
        "function_creation": 0,
        "domain_creation": 0,
        "domain_update": 0,
        "domain_deletion": 0,
        "domains_limit": 100,
        "lambda_concurrency": 1000,
        "mapping_change": 0,
        "batching_window": 0.1,
        "streams_limit": 5000,
        "firehose_buffer": 0.1,
        "metrics": [],
        "hec_authority": "",
        "hec_retry": 0.2,
        "hec_ack_timeout": 1,
        "athena_queries": 20,
        "athena_is_busy": False,
        "accounts_page": 20,
        "objects_page": 1000,
        "logs_page": 50,
        "alarms_page": 100,
        "mappings_page": 100,
        "resources_page": 100,
    }


class Account:
    """One AWS account as the emulator's own layers see it."""

    def __init__(self, account_id: str):
        self.id = account_id
        self.changed = threading.Condition()
        self.reset()

    def reset(self) -> None:
        """Back to the state of an untouched account; its resources stay."""
        with self.changed:
            self.settings = default_settings()
            self.records: list[dict] = []
            self.sequence = 0
            self.mutations = 0
            self.faults: list[Fault] = []
            self.hanging = 0
            self.releases = getattr(self, "releases", 0) + 1
            # When each region last let a change of CloudTrail pass.
            self.cloudtrail_changes: dict[str, float] = {}
            # (region, service, operation) -> when it was called within the last second.
            self.recent_calls = defaultdict(list)
            # (setting, thing) -> [changes in progress, when the last one ended], see conflicts.py.
            self.changes_in_progress = defaultdict(lambda: [0, float("-inf")])
            # Resource -> [(when, the policy or role before)], oldest first.
            self.policy_writes = defaultdict(list)
            # ("bucket" or "trail", name or ARN) -> how often each operation was refused since the last change of it.
            self.refusals: dict[tuple, Counter] = {}
            # ARN of a dead-letter queue -> [(task that moves its messages, when it began)], the last one first.
            self.move_tasks: dict[str, list] = {}
            # (region, name) -> when the queue was deleted.
            self.deleted_queues: dict[tuple, float] = {}
            # (region, name) -> the deleted queue, and how often it was asked for since, see rules/sqs.py.
            self.ghosts: dict[tuple, list] = {}
            # ARNs of roles that existed once.
            self.deleted_roles: set[str] = set()
            # What became of the records of Firehose streams, and how many records are on their way: deliveries.py.
            self.deliveries: list[dict] = []
            # What became of batches of event source mappings: event_polling.py.
            self.invocations: list[dict] = []
            self.deliveries_under_way = getattr(self, "deliveries_under_way", 0)
            self.changed.notify_all()

    def arrive(self, request: AwsRequest) -> "tuple[dict, Fault | None]":
        """Opens the record of a request, in order of arrival, and finds the fault it runs into."""
        with self.changed:
            self.sequence += 1
            self.mutations += request.mutating
            record = {
                "seq": self.sequence,
                "account": request.account,
                "region": request.region,
                "service": request.service,
                "operation": request.operation,
                "params": redacted(request.service, plain(request.params)),
                "mutating": request.mutating,
                "status": None,
                "error": None,
                "fault": None,
                "user_agent": request.header("user-agent"),
            }
            self.records.append(record)
            number = self.mutations if request.mutating else None
            fault = next((f for f in self.faults if f.strikes(request, number)), None)
            if fault:
                record["fault"] = fault.action
            return record, fault

    def arm(self, faults: list) -> None:
        """Replaces the faults, and counts mutations anew."""
        with self.changed:
            self.faults = [Fault(**fault) for fault in faults]
            self.mutations = 0

    def release(self) -> None:
        """Lets every answer go that a `hang` holds back."""
        with self.changed:
            self.releases += 1
            self.changed.notify_all()

    def wait_until_hanging(self, timeout: float) -> bool:
        """Waits for a `hang` to hold back an answer."""
        with self.changed:
            return self.changed.wait_for(lambda: self.hanging > 0, timeout)

    def changed_now(self, thing: tuple) -> None:
        """Notes that a bucket was created, or a trail created or updated."""
        self.refusals[thing] = Counter()

    def is_loading(self, thing: tuple, operation: str, times: int) -> bool:
        """Whether AWS has not loaded the change yet for this operation, which happens that many times."""
        refused = self.refusals.get(thing)
        if refused is None or refused[operation] >= times:
            return False
        refused[operation] += 1
        return True

    def policy_written(self, resource: str, before) -> None:
        """Notes that a bucket's or topic's policy, or a role, has just been replaced."""
        self.policy_writes[resource].append((time.monotonic(), before))

    def policy_seen(self, resource: str, current, delay: str = "policy_delay"):
        """What other services see of it by now: with the setting that is named, perhaps still an older one."""
        horizon = time.monotonic() - self.settings[delay]
        return next((before for when, before in self.policy_writes[resource] if when > horizon), current)


class Accounts:
    """All accounts, made as they are asked for."""

    def __init__(self):
        self._accounts: dict[str, Account] = {}
        self._lock = threading.Lock()

    def __getitem__(self, account_id: str) -> Account:
        with self._lock:
            if account_id not in self._accounts:
                self._accounts[account_id] = Account(account_id)
            return self._accounts[account_id]


# Of this process: moto's deliveries from topic to queue ask for settings too, and carry no request.
ACCOUNTS = Accounts()
