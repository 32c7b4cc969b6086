"""Rules of Amazon EventBridge at work: how an event gets into a log group, and which resource policies let it in.

Moto writes into any group, from rules that are disabled too, with a package that is not there. Only log groups are
targets here that get something.
"""

import json
import time
import uuid

import deliveries
import policy
from accounts import ACCOUNTS

# Who writes for EventBridge, and what it must be allowed.
WRITERS = ("events.amazonaws.com", "delivery.logs.amazonaws.com")
ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")


def apply() -> None:
    """Applies all repairs."""
    import moto.events.models as models

    put_rule = models.EventsBackend.put_rule

    def sending(self, original_event, _transform_input=True):
        if self.state != "DISABLED" and self.event_pattern.matches_event(original_event):
            for target in self.targets:
                if ":log-group:" in target["Arn"]:
                    _into_group(self, target["Arn"].partition(":log-group:")[2], original_event)

    def putting(self, name, *args, tags=None, event_bus_arn=None, **kwargs):
        bus = self.event_buses.get(self._normalize_event_bus_arn(event_bus_arn))
        is_new = bus is None or name not in bus.rules
        return put_rule(self, name, *args, tags=tags if is_new else None, event_bus_arn=event_bus_arn, **kwargs)

    models.Rule.send_to_targets = sending
    models.EventsBackend.put_rule = putting


def emit(account_id: str, region: str, source: str, kind: str, detail: dict) -> None:
    """An event of an AWS service on the default bus; to be called under moto's lock."""
    from moto.events.models import events_backends

    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": account_id,
        "time": time.time(),
        "region": region,
        "resources": [],
        "detail": detail,
    }
    for rule in list(events_backends[account_id][region].event_buses["default"].rules.values()):
        rule.send_to_targets(event)


def _into_group(rule, name: str, event: dict) -> None:
    """Writes an event into the group of that name; one that is not let in is lost."""
    from moto.logs.models import logs_backends

    backend, name = logs_backends[rule.account_id][rule.region_name], name.removesuffix(":*")
    group, stream, account = backend.groups.get(name), str(uuid.uuid4()), ACCOUNTS[rule.account_id]
    if group is None or not _is_let_in(rule, backend, f"{group.arn.removesuffix(':*')}:log-stream:{stream}"):
        error = "Events.NoLogGroup" if group is None else "Events.AccessDenied"
        deliveries.note(account, rule.name, rule.region_name, "lost", 1, len(json.dumps(event)), error)
        return
    written = {key: value for key, value in event.items() if key != "ingestion-time"}
    if isinstance(written.get("time"), float):
        written["time"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(written["time"]))
    backend.create_log_stream(name, stream)
    now = int(time.time() * 1000)
    backend.put_log_events(name, stream, [{"timestamp": now, "message": json.dumps(written, separators=(",", ":"))}])


def _is_let_in(rule, backend, resource: str) -> bool:
    documents = [kept.policy_document for kept in backend.resource_policies.values()]
    context = {"aws:securetransport": "true", "aws:sourceaccount": rule.account_id}

    def is_allowed(writer: str, action: str) -> bool:
        source = {"aws:sourcearn": rule.arn} if action == "logs:PutLogEvents" else {}
        effects = policy.effects(documents, policy.Access(writer, action, resource, context | source))
        return "Allow" in effects and "Deny" not in effects

    return all(is_allowed(writer, action) for writer in WRITERS for action in ACTIONS)
