"""Answers the questions with DuckDB, and counts the same events in Python: `answers.py FILE`.

The file has the columns of the table, the SQL of each question, and events with the alerts that they fit by the
patterns' own evaluation. How the table comes to be, and how SQL is translated, is in the emulator's log_tables.py.
"""

import collections
import copy
import datetime
import json
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "support" / "emulator"))

import duckdb
import log_tables

DATABASE, TABLE = "cloudtrail_lab", "account_events"
ACCOUNTS = ("123456789012", "111111111111")
MOST = 1000


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def short(name):
    """`iam.amazonaws.com` as `iam`."""
    return name.removesuffix(".amazonaws.com")


def who(identity):
    """The shortest name of who it was."""
    arn, principal = identity.get("arn") or "", identity.get("principalId") or ""
    issuer = ((identity.get("sessionContext") or {}).get("sessionIssuer") or {}).get("userName")
    if identity.get("type") == "Root":
        return "root"
    found = re.search(":assumed-role/([^/]+/.*)", arn)
    if found:
        return found[1]
    if issuer and ":" in principal:
        return f"{issuer}/{principal.split(':', 1)[1]}"
    resource = arn.split(":", 5)[5] if arn.count(":") >= 5 else arn
    names = [identity.get("userName"), identity.get("invokedBy"), resource, principal]
    names += [identity.get("accountId"), identity.get("type")]
    return next((name for name in names if name), "(none)")


class Event:
    """What is counted of an event."""

    def __init__(self, record, alerts, day):
        self.record, self.alerts, self.day = record, alerts, day
        identity = record.get("userIdentity") or {}
        self.time, self.region = record["eventTime"], record.get("awsRegion") or "(none)"
        self.user_name = short(who(identity))
        self.service = short(record.get("eventSource") or "(none)")
        self.action = f"{self.service}:{record.get('eventName') or '(none)'}"
        self.address = record.get("sourceIPAddress") or "(none)"
        code = record.get("errorCode")
        self.error = code or record.get("errorMessage")
        self.is_denied = bool(code) and (code.endswith("UnauthorizedOperation") or code.startswith("AccessDenied"))
        self.is_sign_in = record.get("eventName") == "ConsoleLogin"
        answer, more = record.get("responseElements") or {}, record.get("additionalEventData") or {}
        self.is_failed = answer.get("ConsoleLogin") == "Failure" or bool(self.error)
        without = False if identity.get("type") in ("IAMUser", "Root") else None
        self.mfa = True if more.get("MFAUsed") == "Yes" else without
        self.is_root = identity.get("type") == "Root"
        self.account = record["recipientAccountId"]


def events(given, now):
    """The events on their day, the day before, in the last two weeks, and in another account; a few are written late."""
    found = []
    for number, (record, alerts) in enumerate(given["events"]):
        moment = datetime.datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ")
        moment = moment.replace(year=2026, month=1, day=31)
        moments = [moment] + ([moment - datetime.timedelta(days=1)] if number % 3 else [])
        midnight = datetime.datetime(now.year, now.month, now.day)
        moments += [midnight - datetime.timedelta(days=days) for days in (0, 3, 7, 8, 13, 15) if (number + days) % 4]
        for which, at in enumerate(moments):
            for account in ACCOUNTS[: 2 if number % 5 == 0 else 1]:
                again = copy.deepcopy(record)
                again.update(eventTime=stamp(at), eventID=f"{number}-{which}-{account}", recipientAccountId=account)
                late = datetime.timedelta(days=1 if number % 7 == 0 else 0)
                found.append(Event(again, alerts, (at + late).strftime("%Y/%m/%d")))
    return found


def loaded(given, all_events):
    """A database with the table."""
    connection = duckdb.connect()
    connection.execute(f"CREATE SCHEMA {DATABASE}")
    rows = [(event.record, {"account": event.account, "region": event.region, "day": event.day}) for event in all_events]
    log_tables.create(connection, f"{DATABASE}.{TABLE}", given["columns"] + given["partitions"], rows)
    return connection


def is_chosen(name, event):
    """Whether an event satisfies the filters of these questions."""
    if name == "filtered":
        return (event.account, event.region) == (ACCOUNTS[1], "eu-west-1")
    if name == "said":
        name = (event.record.get("eventName") or "").lower()
        return event.user_name != "root" and (name.startswith("create") or "login" in name) and event.service != "ec2"
    return True


class Answers(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with open(sys.argv[1], encoding="utf-8") as file:
            cls.given = json.load(file)
        cls.now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        cls.all = events(cls.given, cls.now)
        cls.connection = loaded(cls.given, cls.all)

    def periods(self):
        """For each set of questions: the events, and those of the period before."""
        since = datetime.datetime.fromtimestamp(self.given["since"], datetime.timezone.utc).replace(tzinfo=None)
        hours = lambda count: datetime.timedelta(hours=count)
        midnight = datetime.datetime(self.now.year, self.now.month, self.now.day)
        bounds = {
            "day": (since - hours(24), since, since + hours(24)),
            "hour": (since + hours(9), since + hours(10), since + hours(11)),
            "nothing": (since, since, since),
            "filtered": (since - hours(24), since, since + hours(24)),
            "said": (since - hours(24), since, since + hours(24)),
            "today": (midnight - hours(14 * 24), midnight - hours(7 * 24), midnight + hours(24)),
        }
        for name, (before, first, end) in bounds.items():
            kept = [event for event in self.all if is_chosen(name, event)]
            current = [event for event in kept if stamp(first) <= event.time <= stamp(end)]
            former = [event for event in kept if stamp(before) <= event.time < stamp(first)]
            yield name, current, former, stamp(first)

    def answer(self, name, question):
        """The rows, each as a dictionary."""
        sql = self.given["questions"][name][question]
        columns, rows = log_tables.answer(self.connection, sql)
        return [dict(zip(columns, row)) for row in rows]

    def counted(self, found, *columns):
        """Rows of groups, most events first."""
        groups = collections.defaultdict(list)
        for event in found:
            groups[tuple(getattr(event, column) for column in columns)].append(event)
        rows = [
            (key, len(group), sum(event.error is not None for event in group), min(e.time for e in group), max(e.time for e in group))
            for key, group in groups.items()
        ]
        return sorted(rows, key=lambda row: (-row[1], str(row[0])))

    def test_totals(self):
        for name, found, _, _ in self.periods():
            (row,) = self.answer(name, "totals")
            signed = [event for event in found if event.is_sign_in]
            self.assertEqual(
                row,
                {
                    "events": len(found),
                    "errors": sum(event.error is not None for event in found),
                    "denied": sum(event.is_denied for event in found),
                    "first_event": min((event.time for event in found), default=None),
                    "last_event": max((event.time for event in found), default=None),
                    "sign_ins": len(signed),
                    "failed_sign_ins": sum(event.is_failed for event in signed),
                    "sign_ins_without_mfa": sum(not event.is_failed and event.mfa is False for event in signed),
                    "root_sign_ins": sum(event.is_root for event in signed),
                },
                name,
            )

    def test_there_is_something_to_count(self):
        current = {name: found for name, found, _, _ in self.periods()}
        self.assertGreater(len(current["day"]), 100)
        self.assertGreater(len(current["today"]), 100)
        self.assertGreater(len(current["filtered"]), 0)
        self.assertGreater(len(current["said"]), 0)
        self.assertTrue(any(event.is_denied for event in current["day"]))
        self.assertTrue(any(event.is_sign_in and event.is_failed for event in current["day"]))
        self.assertTrue(any(event.day[-2:] != event.time[8:10] for event in current["day"]), "some are late")

    def test_timeline(self):
        for name, found, _, _ in self.periods():
            hours = collections.Counter(event.time[:13] + ":00:00Z" for event in found)
            failed = collections.Counter(event.time[:13] + ":00:00Z" for event in found if event.error)
            wanted = [{"hour": hour, "events": hours[hour], "errors": failed[hour]} for hour in sorted(hours)]
            self.assertEqual(self.answer(name, "timeline"), wanted, name)

    def test_rankings(self):
        questions = {
            "users": "user_name",
            "services": "service",
            "actions": "action",
            "regions": "region",
            "addresses": "address",
            "errors": "error",
        }
        for name, found, _, _ in self.periods():
            tables = collections.defaultdict(list)
            for row in self.answer(name, "tables"):
                tables[row.pop("dimension")].append(row)
            for question, column in questions.items():
                rows = self.counted([event for event in found if getattr(event, column) is not None], column)
                names = ("name", "events", "errors", "first_event", "last_event")
                wanted = [dict(zip(names, (key[0], *rest))) for key, *rest in rows]
                self.assertLess(len(wanted), MOST)
                self.assertEqual(self.answer(name, question), wanted, (name, question))
                ranked = [{**row, "distinct_names": len(wanted)} for row in wanted]
                self.assertEqual(tables[column], ranked, (name, "tables", column))

    def groups(self, name, question, found, columns):
        rows = self.counted(found, *columns)
        wanted = [
            {**dict(zip(columns, key)), "events": count, "first_event": first, "last_event": last, "distinct_rows": len(rows)}
            for key, count, _, first, last in rows
        ]
        key = lambda row: (-row["events"], str([row[column] for column in columns]))
        self.assertEqual(sorted(self.answer(name, question), key=key), sorted(wanted, key=key), (name, question))

    def test_failures_and_sign_ins(self):
        for name, found, _, _ in self.periods():
            failed = [event for event in found if event.error is not None]
            self.groups(name, "failures", failed, ("user_name", "action", "error", "is_denied"))
            signed = [event for event in found if event.is_sign_in]
            self.groups(name, "sign-ins", signed, ("user_name", "address", "is_failed", "mfa", "is_root"))

    def test_changes(self):
        for name, found, _, _ in self.periods():
            wanted, seen = {}, collections.Counter()
            for event in [event for event in found if event.error is None]:
                for alert in event.alerts:
                    wanted.setdefault((alert, event.user_name, event.action, event.region), []).append(event.time)
                    seen[alert] += 1
            rows = collections.Counter(key[0] for key in wanted)
            wanted = {
                key: (len(times), min(times), max(times), seen[key[0]], rows[key[0]]) for key, times in wanted.items()
            }
            columns = ("alert", "user_name", "action", "region")
            counts = ("events", "first_event", "last_event", "alert_events", "alert_rows")
            got = {
                tuple(row[column] for column in columns): tuple(row[count] for count in counts)
                for row in self.answer(name, "changes")
            }
            self.assertEqual(got, wanted, name)
            if name == "day":
                self.assertEqual(set(seen), set(self.given["alerts"]), "each alert has an event")

    def test_new(self):
        for name, found, former, _ in self.periods():
            wanted = []
            for column in ("user_name", "region", "address", "action"):
                known = {getattr(event, column) for event in former}
                rows = self.counted([event for event in found if getattr(event, column) not in known], column)
                wanted += [(column, key[0], count, first, len(rows)) for key, count, _, first, _ in rows]
            if former:
                wanted.append(("previous", "events", len(former), min(event.time for event in former), 1))
            got = [
                (row["dimension"], row["name"], row["events"], row["first_event"], row["distinct_names"])
                for row in self.answer(name, "new")
            ]
            self.assertEqual(sorted(got), sorted(wanted), name)

    def test_newest(self):
        for name, found, _, _ in self.periods():
            got = self.answer(name, "newest")
            wanted = sorted(found, key=lambda event: (event.time, event.record["eventID"]), reverse=True)[:MOST]
            self.assertEqual([row["id"] for row in got], [event.record["eventID"] for event in wanted], name)
            for row, event in zip(got, wanted):
                self.assertEqual((row["user_name"], row["error"]), (event.user_name, event.error))


if __name__ == "__main__":
    unittest.main(argv=["answers"])
