"""Deliveries of Firehose streams: what becomes of each record, on threads of their own.

A record goes through the stream's processors (stream_processing.py), then to Splunk (hec_client.py), into a domain of
OpenSearch (search_delivery.py) or into a bucket; what fails goes into a bucket too (backup_objects.py). AWS buffers
records; here each one is delivered to Splunk at once, in order of arrival, and those for S3 and OpenSearch are
collected for a moment (`firehose_buffer`).
`GET delivered` of the control API waits until nothing is under way, and says what happened.
"""

import copy
import itertools
import json
import threading
import time
import traceback
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import backup_objects
import error_logs
import hec_client
import moto_gateway
import search_delivery
import stream_processing
from stream_processing import Failure, Record

_pool = ThreadPoolExecutor(max_workers=32)
_waiting: dict = {}
_lock = threading.Lock()
_numbers = itertools.count(1)


@dataclass
class Job:
    """One record on its way, and the stream as it was when it came."""

    account: object
    stream: object
    destination: dict
    version: int
    record: Record


def accept(account, stream, data: bytes) -> str:
    """Takes a record and returns its id; to be called under moto's lock."""
    record = Record(f"{next(_numbers):056}", data, int(time.time() * 1000))
    job = Job(account, stream, copy.deepcopy(stream.destination), stream.version, record)
    with account.changed:
        account.deliveries_under_way += 1
    key = (account.id, stream.region, stream.delivery_stream_name)
    with _lock:
        if key in _waiting:
            _waiting[key].append(job)
        else:
            _waiting[key] = deque([job])
            _pool.submit(_work_off, key)
    return record.id


def note(account, name: str, region: str, outcome: str, records: int, size: int, error=None, key=None) -> None:
    """Notes what became of records: `delivered`, `failed` (in the bucket), `dropped`, `lost`, or a `backup` of all."""
    entry = {
        "stream": name,
        "region": region,
        "outcome": outcome,
        "records": records,
        "bytes": size,
        "error": error,
        "object": key,
    }
    with account.changed:
        account.deliveries.append(entry)


def wait(account, timeout: float) -> dict:
    """Waits until nothing is under way; what became of all records since the last reset."""
    with account.changed:
        idle = account.changed.wait_for(lambda: account.deliveries_under_way == 0, timeout)
        return {"idle": idle, "deliveries": list(account.deliveries), "invocations": list(account.invocations)}


def _work_off(key: tuple) -> None:
    """Delivers what is waiting of one stream, in order."""
    while True:
        with _lock:
            if not _waiting[key]:
                del _waiting[key]
                return
            jobs = [_waiting[key].popleft()]
        jobs += _following(key, jobs[0])
        account = jobs[0].account
        try:
            _deliver(jobs)
        except Exception:
            traceback.print_exc()
            _note(jobs[0], "lost", _as_they_came(jobs), "InternalError")
        finally:
            with account.changed:
                account.deliveries_under_way -= len(jobs)
                account.changed.notify_all()


def _following(key: tuple, first: Job) -> list:
    """The jobs that go together with the first one: those of the next moment, as long as the stream stays."""
    if not _is_for_bucket(first) and not _is_for_domain(first):
        return []
    time.sleep(first.account.settings["firehose_buffer"])
    found, size = [], len(first.record.data)
    largest = first.destination["BufferingHints"].get("SizeInMBs", 5) * 1024 * 1024
    with _lock:
        waiting = _waiting[key]
        while waiting and waiting[0].version == first.version and size + len(waiting[0].record.data) <= largest:
            size += len(waiting[0].record.data)
            found.append(waiting.popleft())
    return found


def _is_for_bucket(job: Job) -> bool:
    return "BucketARN" in job.destination and "BufferingHints" in job.destination


def _is_for_domain(job: Job) -> bool:
    return "DomainARN" in job.destination


def _as_they_came(jobs: list) -> list:
    return [(job.record, job.record.data) for job in jobs]


def _deliver(jobs: list) -> None:
    """Delivers jobs of one version of a stream; to Splunk goes one at a time."""
    job, processed = jobs[0], [stream_processing.process(job) for job in jobs]
    good = [pair for pairs, _ in processed for pair in pairs]
    failures = [failure for _, failed in processed for failure in failed]
    if job.destination.get("S3BackupMode") in ("AllEvents", "AllDocuments", "Enabled"):
        source = b"".join(job.record.data for job in jobs)
        key, error = _write(job, None, source, job.destination.get("S3BackupDescription"))
        _note(job, "lost" if error else "backup", _as_they_came(jobs), error, key)
    for kind in sorted({failure.kind for failure in failures}):
        _back_up(job, kind, [failure for failure in failures if failure.kind == kind])
    if good:
        _send(job, good)
    elif not failures:
        _note(job, "dropped", _as_they_came(jobs))


def _send(job: Job, records: list) -> None:
    """Sends (record, bytes) pairs on; those that Splunk does not acknowledge fail together."""
    if _is_for_bucket(job):
        _store(job, records)
        return
    if _is_for_domain(job):
        _index(job, records)
        return
    if "HECEndpoint" not in job.destination:
        _note(job, "lost", records, "Emulator.NoSuchDestination")
        return
    payload = b"".join(data for _, data in records)
    try:
        attempts, error = hec_client.deliver(job.destination, _token(job), payload, job.account.settings)
    except hec_client.HecError as failed:
        attempts, error = 0, failed
    if error is None:
        _note(job, "delivered", records)
        return
    retries = max(attempts - 1, 0)
    _back_up(
        job,
        "splunk-failed",
        [Failure("splunk-failed", record, data, error.code, error.message, retries) for record, data in records],
    )


def _store(job: Job, records: list) -> None:
    """Writes (record, bytes) pairs into one object; what cannot be written is lost, which takes AWS 24 hours."""
    key, error = _write(job, None, b"".join(data for _, data in records))
    if error:
        with moto_gateway.LOCK:
            error_logs.log(job, error, error_logs.MESSAGES[error])
    _note(job, "lost" if error else "delivered", records, error, key)


def _index(job: Job, records: list) -> None:
    """Indexes (record, bytes) pairs; those that fail for the same reason go into one object."""
    with moto_gateway.LOCK:
        failures = search_delivery.deliver(job, records)
    failed = {failure.record.id for failure in failures}
    good = [pair for pair in records if pair[0].id not in failed]
    if good:
        _note(job, "delivered", good)
    for code in sorted({failure.code for failure in failures}):
        _back_up(job, search_delivery.KIND, [failure for failure in failures if failure.code == code])


def _token(job: Job) -> str:
    """The HEC token: of the stream, or of the secret, which the role in its configuration must be allowed to read."""
    from moto.secretsmanager.models import secretsmanager_backends

    secret = job.destination.get("SecretsManagerConfiguration") or {}
    if not secret.get("Enabled"):
        return job.destination.get("HECToken") or ""
    arn = secret["SecretARN"]
    with moto_gateway.LOCK:
        if not backup_objects.may(job, secret["RoleARN"], "secretsmanager:GetSecretValue", arn):
            raise hec_client.HecError("SecretsManager.AccessDenied")
        try:
            value = secretsmanager_backends[arn.split(":")[4]][job.stream.region].get_secret_value(arn, None, None)
            return json.loads(value["SecretString"])["hec_token"]
        except Exception:
            raise hec_client.HecError("SecretsManager.InvalidSecret") from None


def _back_up(job: Job, kind: str, failures: list) -> None:
    """Writes failed records into the bucket; one that cannot be written is lost, which takes AWS 24 hours."""
    records = [(failure.record, failure.data) for failure in failures]
    with moto_gateway.LOCK:
        error_logs.log(job, failures[0].code, failures[0].message)
    key, error = _write(job, kind, backup_objects.failed_object(failures, "HECEndpoint" in job.destination))
    _note(job, "lost" if error else "failed", records, error or failures[0].code, key)


def _write(job: Job, kind: "str | None", body: bytes, target: "dict | None" = None) -> tuple:
    with moto_gateway.LOCK:
        return backup_objects.write(job, kind, body, target)


def _note(job: Job, outcome: str, records: list, error: "str | None" = None, key: "str | None" = None) -> None:
    size = sum(len(data) for _, data in records)
    note(job.account, job.stream.delivery_stream_name, job.stream.region, outcome, len(records), size, error, key)
