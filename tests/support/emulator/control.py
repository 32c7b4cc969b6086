"""The control API, below /_emulator/: how tests look behind the scenes and arrange them. JSON in, JSON out.

    GET    requests?account=ID            the records of the account's requests, in order of arrival
    DELETE requests?account=ID            forgets them
    POST   settings {account, …}          changes some settings (see accounts.default_settings)
    POST   faults   {account, faults}     replaces the faults (see faults.py) and counts mutations anew
    GET    hung?account=ID&timeout=S      waits until a `hang` holds an answer back: {"hung": bool}
    POST   release  {account}             lets the answers go
    GET    mutations?account=ID           {"count": n} since the faults were armed
    GET    snapshot?account=ID[&raw=1]    everything the account owns
    GET    messages?account=ID&queue=NAME&region=R
                                          a queue's messages in order of arrival, those in flight too:
                                          [{"body", "receive_count", "visible"}]
    GET    records?account=ID&region=R&stream=NAME
                                          the records of a Kinesis data stream, shard by shard: [{"shard",
                                          "partition_key", "data" in base64, "envelope" of CloudWatch Logs, or null}]
    GET    documents?account=ID&region=R&domain=NAME
                                          the documents of a domain of OpenSearch Service: [{"index", "id", "document"}]
    GET    secrets?account=ID             {access key id: secret} of the keys that there are
    POST   calls    {account, calls}      seeds: calls of the AWS API past records, faults and rules (see seeds.py)
    GET    delivered?account=ID&timeout=S waits until no record of a Firehose stream or an event source mapping is under
                                          way: {"idle": bool, "deliveries": [{"stream", "region", "outcome", "records",
                                          "bytes", "error", "object"}], see deliveries.py, "invocations": [{"function",
                                          "region", "shard", "records", "outcome", "log"}]}, see event_polling.py
    POST   events   {account, region, group, messages[, stream]}
                                          log events of now, put into a stream of a log group
    POST   event    {account, region, source, type, detail}
                                          an event of an AWS service on the default bus of EventBridge, such as a
                                          finding: source "aws.guardduty", type "GuardDuty Finding", which an account
                                          with a detector has, and its administrator too
    POST   confirm  {account, topic, endpoint[, confirmed]}
                                          an address, subscribed to the topic of that ARN, says yes (or, with
                                          `confirmed` false, has never done so)
    POST   copy     {account, original}   fills an account that holds nothing with what another one holds
    POST   reset    {account}             forgets records, settings and faults; resources stay

The settings: `regions` {region: opt-in status}; `latency` seconds added to every request; `policy_delay` seconds until
CloudTrail sees a new bucket or topic policy, and `role_delay` until it sees a new role or a change of one;
`bucket_load` {"PutPublicAccessBlock": 2, …} how many times each of these operations does not see a new bucket;
`trail_load` how many times each change of a trail that was created or updated is refused; `cloudtrail_rate` one change a second, region and account; `rates` {"logs:PutMetricFilter": 5, …} calls of an operation
a second, region and account; `bucket_conflict` and `filter_conflict` one change of a bucket's settings, or of a log
group's metric filters, at a time (see conflicts.py); `queue_delete_block` seconds for which a deleted queue's name is
refused, and `queue_ghost` seconds for which every other request about it is answered as if it were still there;
`denied_regions`; `token_refused_regions`, where services do not accept the caller's session; `partition` that
the account lives in: its keys are unknown in the regions of others; `denied_operations` ["sns:CreateTopic", …],
operations or IAM actions; `delivery` {region:
fields of GetTrailStatus}, where "*" is every region; `log_group_classes` {name: class} of groups that are not of the
class STANDARD; `key_delay` seconds for which a new
access key is not known yet; `move_task_time` seconds that it takes to move dead letters
back, and `move_task_delay` seconds after which such a task is listed; `queue_age` {"region/queue": seconds} what CloudWatch says of the oldest message;
`stream_creation` for how many seconds a Firehose stream is CREATING before it is ACTIVE, at least until it was looked
at once, or "CREATING_FAILED"; `stream_deletion` the same for DELETING; `email_verification` for how many seconds
GuardDuty verifies the address of a member that is invited, `wrong_emails` addresses that are not those of the accounts,
and `invitation_delay` after how many seconds a member finds the invitation; `vpcs` {region: [identifiers]} and
`resource_request` for how many seconds a request of the Cloud Control API is IN_PROGRESS, at least until it was looked
at once; `target_failures` how many of the next targets of EventBridge
PutTargets and RemoveTargets fail to put and remove, in an answer of success; `destination_tags` whether PutDestination takes tags; `kinesis_creation`, `kinesis_update` and `kinesis_deletion` for how many seconds a Kinesis data stream
is CREATING, UPDATING and DELETING, at least until it was looked at once, and `kinesis_limits` {"streams": how many on
demand, "shards": how many of the others} a region takes; `function_creation` for how many seconds a
Lambda function is Pending, and a change of it InProgress; `lambda_concurrency` how many invocations may run at a time;
`mapping_change` for how many seconds an event source mapping is Creating, Updating, Enabling, Disabling or Deleting, at
least until it was looked at once, and `batching_window` seconds that take the place of its batching window, if that is
longer; `domain_creation`, `domain_update` and `domain_deletion` for how many seconds a domain of OpenSearch Service is
Creating, Modifying and Deleting, at least until it was looked at once, and `domains_limit` how many domains a region
takes; `streams_limit` how many streams a region takes;
`firehose_buffer` for how many seconds Firehose collects records for an object of an S3 destination, or for a domain;
`hec_authority` a file with the certificates that Firehose trusts when it delivers to Splunk; `hec_retry` and
`hec_ack_timeout` seconds that take the place of a stream's retry duration, if that is longer, and of its
acknowledgment timeout; `metrics` [{region, namespace, name, dimensions, value}] what CloudWatch knows;
`athena_queries` how many queries may be queued or running, and `athena_is_busy` whether they all stay queued;
`accounts_page`, `objects_page`, `logs_page`, `alarms_page`, `mappings_page` and `resources_page` how many accounts
Organizations, objects S3, groups or metric filters CloudWatch Logs, alarms CloudWatch, event source mappings Lambda, and
resources Cloud Control lists on a page, at most.
"""

import json
import time
import traceback
from urllib.parse import parse_qsl

import access_keys
import copies
import data_streams
import deliveries
import event_rules
import guardduty_detectors
import kinesis_sources
import moto_gateway
import search_delivery
import seeds
import snapshot
from http_server import Response
from rules.messages import held
from rules.subscriptions import confirm

PREFIX = "/_emulator/"


def answer(application, environ: dict, body: bytes) -> Response:
    """Answers one request of the control API."""
    verb = environ["REQUEST_METHOD"] + " " + environ["PATH_INFO"].removeprefix(PREFIX)
    try:
        given = {**dict(parse_qsl(environ["QUERY_STRING"])), **(json.loads(body) if body else {})}
        if verb not in VERBS:
            return _json(404, {"error": f"no such control request: {verb}"})
        account = application.accounts[given.pop("account")]
        result = VERBS[verb](application, account, given)
        return _json(200, {} if result is None else result)
    except Exception:
        return _json(400, {"error": traceback.format_exc()})


def _json(status: int, value) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(value).encode())


def _requests(_application, account, _given):
    with account.changed:
        return list(account.records)


def _forget_requests(_application, account, _given):
    with account.changed:
        account.records = []


def _settings(_application, account, given):
    with account.changed:
        unknown = set(given) - set(account.settings)
        if unknown:
            raise ValueError(f"no such setting: {sorted(unknown)}")
        account.settings.update(given)
        return account.settings


def _faults(_application, account, given):
    account.arm(given["faults"])


def _hung(_application, account, given):
    return {"hung": account.wait_until_hanging(float(given.get("timeout", 10)))}


def _release(_application, account, _given):
    account.release()


def _mutations(_application, account, _given):
    return {"count": account.mutations}


def _snapshot(_application, account, given):
    with moto_gateway.LOCK:
        return snapshot.take(account.id, raw=given.get("raw") in ("1", "true", True))


def _messages(_application, account, given):
    with moto_gateway.LOCK:
        return held(account.id, given["region"], given["queue"])


def _records(_application, account, given):
    with moto_gateway.LOCK:
        return data_streams.records(account.id, given["region"], given["stream"])


def _documents(_application, account, given):
    with moto_gateway.LOCK:
        return search_delivery.documents(account.id, given["region"], given["domain"])


def _secrets(_application, account, _given):
    with moto_gateway.LOCK:
        return access_keys.secrets(account.id)


def _calls(application, account, given):
    return {"results": [seeds.call(application.endpoint, account.id, **call) for call in given["calls"]]}


def _delivered(_application, account, given):
    kinesis_sources.catch_up(account)
    return deliveries.wait(account, float(given.get("timeout", 10)))


def _events(application, account, given):
    name, region, group = given.get("stream", "events"), given["region"], given["group"]
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": message} for message in given["messages"]]
    place = {"logGroupName": group, "logStreamName": name}

    def call(operation, **params):
        return seeds.call(application.endpoint, account.id, "logs", operation, region, params)

    found = call("DescribeLogStreams", logGroupName=group, logStreamNamePrefix=name)["logStreams"]
    if name not in [stream["logStreamName"] for stream in found]:
        call("CreateLogStream", **place)
    call("PutLogEvents", **place, logEvents=events)


def _event(_application, account, given):
    with moto_gateway.LOCK:
        region, source, detail = given["region"], given["source"], given["detail"]
        is_finding = (source, given["type"]) == ("aws.guardduty", "GuardDuty Finding")
        for receiver in guardduty_detectors.receivers(account.id, region) if is_finding else [account.id]:
            event_rules.emit(receiver, region, source, given["type"], detail)


def _confirm(_application, account, given):
    with moto_gateway.LOCK:
        confirm(account.id, given["topic"], given["endpoint"], given.get("confirmed", True))


def _copy(application, account, given):
    original = application.accounts[given["original"]]
    # A function that runs has a key.
    deliveries.wait(original, 30)
    copies.copy(original, account)


def _reset(_application, account, _given):
    account.reset()


VERBS = {
    "GET requests": _requests,
    "DELETE requests": _forget_requests,
    "POST settings": _settings,
    "POST faults": _faults,
    "GET hung": _hung,
    "POST release": _release,
    "GET mutations": _mutations,
    "GET snapshot": _snapshot,
    "GET messages": _messages,
    "GET records": _records,
    "GET documents": _documents,
    "GET secrets": _secrets,
    "POST calls": _calls,
    "GET delivered": _delivered,
    "POST events": _events,
    "POST event": _event,
    "POST confirm": _confirm,
    "POST copy": _copy,
    "POST reset": _reset,
}
