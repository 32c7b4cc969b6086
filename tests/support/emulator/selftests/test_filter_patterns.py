"""The language of filter patterns, against the examples of its documentation."""

import json
import unittest

from filter_patterns import PatternError, parse

TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "cluster.name": "c",
    }
)
PEOPLE = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)
SIGN_IN = (
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser")'
    ' && ($.responseElements.ConsoleLogin = "Success") }'
)
ROOT = '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}'


class Patterns(unittest.TestCase):
    def matching(self, event, *patterns):
        event = event if isinstance(event, str) else json.dumps(event)
        return [pattern for pattern in patterns if parse(pattern).matches(event)]

    def all_match(self, event, *patterns):
        self.assertEqual(self.matching(event, *patterns), list(patterns))

    def none_match(self, event, *patterns):
        self.assertEqual(self.matching(event, *patterns), [])

    def test_conditions(self):
        self.all_match(
            TRAIL,
            '{ $.eventType = "UpdateTrail" }',
            "{$.eventType=UpdateTrail}",
            "{ $.sourceIPAddress != 123.123.* }",
            '{ $.arrayKey[0] = "value" }',
            "{ $.objectList[1].id = 2 }",
            "{ $.SomeObject IS NULL }",
            "{ $.SomeOtherObject NOT EXISTS }",
            "{ $.ThisFlag IS TRUE }",
            "{ $.eventType = %Trail$% }",
            "{ $.['cluster.name'] = c }",
        )
        self.none_match(
            TRAIL,
            "{ $.eventtype = UpdateTrail }",
            "{ $.sourceIPAddress != 111.* }",
            "{ $.objectList[1].id = 1 }",
            "{ $.eventType[0] = U* }",
            "{ $.SomeOtherObject IS NULL }",
            "{ $.ThisFlag IS FALSE }",
            "{ $.ThisFlag = true }",
            "{ $.ThisFlag != false }",
            "{ $.eventType = %^Trail% }",
        )

    def test_operators_bind_as_everywhere(self):
        self.all_match(
            PEOPLE,
            '{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }',
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
        )
        self.none_match(
            PEOPLE,
            '{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = GET }',
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = no) && $.actions[2] = no }',
        )

    def test_what_is_no_value_satisfies_no_comparison(self):
        for event in ({"users": [1, 2, 3]}, {"users": {}}, {"users": None}, {}):
            self.none_match(event, "{ $.users = 1 }", "{ $.users != 1 }", "{ $.users = * }", "{ $.users > 0 }")
        self.none_match("no JSON", "{ $.users NOT EXISTS }")
        self.none_match("[]", "{ $.users NOT EXISTS }")

    def test_stars_are_wildcards_wherever_they_stand(self):
        self.all_match({"a": "PutEvent"}, "{ $.a = *Event }", '{ $.a = "Put*" }', "{ $.a = * }", "{ $.a = P*Ev*t }")
        self.none_match({"a": "PutEvent"}, "{ $.a = Put }", "{ $.a = P*v }", "{ $.a = *Put }", "{ $.a != *Event }")

    def test_null_in_a_list_is_null(self):
        self.all_match({"a": [1, None]}, "{ $.a IS NULL }")
        self.none_match({"a": [1]}, "{ $.a IS NULL }")

    def test_wildcards_in_selectors(self):
        self.all_match(PEOPLE, "{ $.users[*].id = 3 }", "{ $.*.id = 1 }")
        self.none_match(PEOPLE, "{ $.users[*].id = 4 }")

    def test_numbers(self):
        event = {"latency": 1500, "numbers": [0.005], "text": "12", "account": "123456789012"}
        self.all_match(
            event,
            "{ $.latency >= 500 }",
            "{ $.latency > +1000 }",
            "{ $.numbers[0] < 10e-3 }",
            "{ $.latency = 1.5e3 }",
            "{ $.latency != 500 }",
            "{ $.text != 12.0 }",
            "{ $.account = 123456789012 }",
        )
        self.none_match(event, "{ $.latency < 1500 }", "{ $.numbers[0] > 10e-3 }", "{ $.text < 13 }", "{ $.text > 1 }")

    def test_patterns_of_security_hub(self):
        login = {
            "eventName": "ConsoleLogin",
            "additionalEventData": {"MFAUsed": "No"},
            "userIdentity": {"type": "IAMUser"},
            "responseElements": {"ConsoleLogin": "Success"},
        }
        self.all_match(login, SIGN_IN)
        self.none_match({**login, "additionalEventData": {"MFAUsed": "Yes"}}, SIGN_IN)
        self.none_match({**login, "additionalEventData": {}}, SIGN_IN)
        root = {"userIdentity": {"type": "Root"}, "eventType": "AwsApiCall"}
        self.all_match(root, ROOT)
        self.none_match({**root, "userIdentity": {"type": "Root", "invokedBy": "support.amazonaws.com"}}, ROOT)

    def test_words(self):
        self.all_match("ERROR WARN message", "ERROR WARN", "?ERROR ?WARN", '"WARN message"', "", "%^ERR%")
        self.all_match("ERROR message", "ERROR -WARN", "?ERROR ?WARN", "ERROR ?WARN", "?WARN -INFO")
        self.none_match("WARN message", "ERROR", "ERROR WARN", "ERROR -WARN", "error", "%^ERR%")

    def test_malformed_patterns(self):
        for pattern in (
            "{",
            "{}",
            "{ $.a = 1",
            "{ ($.a = 1 }",
            "{ $.a = 1) }",
            "{ $.a = 1 } }",
            '{ $.a = "b }',
            "{ $.a }",
            "{ $.a = }",
            "{ $.a == 1 }",
            "{ a = 1 }",
            "{ $.a = 1 & $.b = 2 }",
            "{ $.a = 1 && }",
            "{ $.a = 1 $.b = 2 }",
            "{ $.a IS MISSING }",
            "{ $.a NOT NULL }",
            "{ $.a EXISTS }",
            "{ $.a = null }",
            "{ $['a'] = b }",
            "{ $.a[*].b[*] = c }",
            "{ $.*.a = 1 && $.*.b = 2 && $.*.c = 3 && $.*.d = 4 }",
            "{ $.a > text }",
            "{ $.a = me@example.com }",
            "{ $.a = %(b)% }",
            "{ $.a = %b% || $.a = %c% || $.a = %d% }",
            "[a, b",
            '[a, b="c]',
            'ERROR "x',
            "user-auth",
            "(ERROR)",
        ):
            with self.assertRaises(PatternError, msg=pattern):
                parse(pattern)
        self.assertRaisesRegex(PatternError, r"Invalid character\(s\) in term 'a-b'", parse, "a-b")

    def test_columns_are_not_evaluated(self):
        self.assertRaises(NotImplementedError, parse("[ip, ..., status = 4*]").matches, "127.0.0.1 404")

    def test_what_the_selectors_find(self):
        self.assertEqual(parse('{ $.eventType = "*" && $.objectList[1].id > 1 }').extracted(TRAIL), {})
