"""Event selectors: which events a trail takes. They are basic or advanced ones, and are always replaced as a whole."""

from aws_errors import AwsError
from rules import Call, rule
from rules.trails import find, not_loaded

# A trail whose selectors nobody has set takes all management events.
DEFAULT = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
SELECTORS, RESOURCES, CONDITIONS = 5, 250, 500
DATA_TYPES = {"AWS::S3::Object": ":s3", "AWS::Lambda::Function": ":lambda", "AWS::DynamoDB::Table": ":dynamodb"}
EXCLUDED = ("kms.amazonaws.com", "rdsdata.amazonaws.com")
FIELDS = (
    "readOnly eventSource eventName eventCategory eventType resources.type resources.ARN errorCode vpcEndpointId "
    "sessionCredentialFromConsole userIdentity.arn"
).split()
OPERATORS = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")
CATEGORIES = ("Management", "Data", "NetworkActivity")


def invalid(why: str) -> AwsError:
    """The refusal of selectors."""
    return AwsError("InvalidEventSelectorsException", why)


@rule("cloudtrail", "PutEventSelectors")
def put_event_selectors(call: Call):
    """In the trail's home region; the basic or the advanced ones, of which each replaces the other."""
    trail = find(call, call.params["TrailName"])
    not_loaded(call, trail)
    basic, advanced = call.params.get("EventSelectors"), call.params.get("AdvancedEventSelectors")
    if bool(basic) == bool(advanced):
        raise invalid("Specify either event selectors or advanced event selectors, and at least one.")
    basic = [{**DEFAULT, **selector} for selector in basic or []]
    _check_basic(basic)
    _check_advanced(call, advanced or [])
    trail.put_event_selectors(basic, advanced)
    return get_event_selectors(call)


@rule("cloudtrail", "GetEventSelectors")
def get_event_selectors(call: Call):
    """The selectors, of a shadow trail too; tests can also arrange a trail that has none (see moto_repairs.py)."""
    trail = find(call, call.params["TrailName"], shadows=True)
    if trail.advanced_event_selectors:
        return call.json({"TrailARN": trail.arn, "AdvancedEventSelectors": trail.advanced_event_selectors})
    selectors = trail.event_selectors if trail.has_own_selectors else [DEFAULT]
    return call.json({"TrailARN": trail.arn, "EventSelectors": selectors})


def _check_basic(selectors: list) -> None:
    if len(selectors) > SELECTORS:
        raise invalid(f"Specify a valid number of event selectors (1 to {SELECTORS}) for your trail.")
    values = []
    for selector in selectors:
        if selector["ReadWriteType"] not in ("All", "ReadOnly", "WriteOnly"):
            raise invalid(f"Specify a valid ReadWriteType, not {selector['ReadWriteType']}.")
        excluded = selector["ExcludeManagementEventSources"]
        if not set(excluded) <= set(EXCLUDED) or (excluded and not selector["IncludeManagementEvents"]):
            raise invalid("Specify valid sources to exclude, and only of management events that are included.")
        for resource in selector["DataResources"]:
            kind, listed = resource.get("Type"), resource.get("Values") or []
            if kind not in DATA_TYPES or not listed or not all(_is_arn(value, kind) for value in listed):
                raise invalid("Specify a valid type and valid ARNs of data resources.")
            values += listed
    if len(values) > RESOURCES:
        raise invalid(f"Specify at most {RESOURCES} data resources across all event selectors of your trail.")


def _is_arn(value: str, kind: str) -> bool:
    return value.startswith("arn:") and DATA_TYPES[kind] in value


def _check_advanced(call: Call, selectors: list) -> None:
    conditions = 0
    for selector in selectors:
        fields = {}
        for field in selector.get("FieldSelectors") or []:
            name = field.get("Field")
            given = {operator: field[operator] for operator in OPERATORS if field.get(operator)}
            if name not in FIELDS or name in fields or not given:
                raise invalid(f"Specify valid fields, each once and with a condition: {name}")
            fields[name] = given
            conditions += sum(map(len, given.values()))
        _check_category(fields)
    if conditions > CONDITIONS:
        raise invalid(f"Specify at most {CONDITIONS} values for all conditions of your trail.")


def _check_category(fields: dict) -> None:
    """A selector is of one category, and of one type of resource just if they are data events."""
    category = fields.get("eventCategory", {})
    if list(category) != ["Equals"] or len(category["Equals"]) != 1 or category["Equals"][0] not in CATEGORIES:
        raise invalid("Specify the eventCategory of each selector: equal to Management, Data or NetworkActivity.")
    types = fields.get("resources.type", {})
    if category["Equals"] == ["Data"] and (list(types) != ["Equals"] or len(types["Equals"]) != 1):
        raise invalid("Specify one resources.type of a selector of data events.")
    if category["Equals"] == ["Management"] and any(name.startswith("resources.") for name in fields):
        raise invalid("A selector of management events has no resources.")
