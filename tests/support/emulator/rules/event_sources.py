"""Event source mappings of AWS Lambda for Kinesis data streams: which are created and changed, and in which state.

Lambda reads a stream, and tells a queue what it gives up, with the role of the function.
"""

import copy

import data_streams
from aws_errors import AwsError
from delivery_streams import GONE
from event_mappings import DEFAULTS, MAPPINGS, SETTLED, Mapping, of_region
from lambda_functions import Function, named
from rules import Call, rule
from rules.function_parts import answer, check_tags, conflict, function_of, invalid
from rules.pages import page
from rules.roles import seen

READ = ("GetRecords", "GetShardIterator", "DescribeStream")
YOUNGEST = 60
TOWARDS = {"Enabled": "Enabling", "Disabled": "Disabling"}
KNOWN = {*DEFAULTS, "FunctionName", "EventSourceArn", "StartingPosition", "Enabled", "Tags", "UUID"}


def mapping_of(call: Call, uuid: str) -> Mapping:
    """The mapping with that UUID, in the state that it is in by now."""
    found = [mapping for mapping in of_region(call.request.account, call.region) if mapping.uuid == uuid]
    if not found:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404)
    return found[0]


def _changeable(call: Call, change: str) -> Mapping:
    """The mapping that is to be changed, unless another change of it is going on."""
    mapping = mapping_of(call, call.params["UUID"])
    if mapping.state.value not in SETTLED:
        message = f"Cannot {change} the event source mapping because it is in use."
        raise AwsError("ResourceInUseException", message)
    return mapping


@rule("lambda", "CreateEventSourceMapping")
def create_event_source_mapping(call: Call):
    """A function and a stream that its role may read, once; Creating lasts `mapping_change`."""
    params = call.params
    _check_emulated(params)
    source = params.get("EventSourceArn")
    if not source:
        raise invalid("Unrecognized event source.")
    if not params.get("StartingPosition"):
        raise invalid(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        )
    function = named(call.request.account, call.region, params["FunctionName"])
    if function is None:
        raise invalid("Function does not exist")
    settings = _checked(call, function, source, copy.deepcopy(DEFAULTS) | _settings(params))
    check_tags(params.get("Tags") or {})
    for existing in of_region(call.request.account, call.region):
        if (existing.source_arn, existing.function_arn) == (source, function.arn):
            name = function.configuration["FunctionName"]
            raise conflict(
                f'The event source arn (" {source} ") and function (" {name} ") provided mapping already exists. '
                f"Please update or delete the existing mapping with UUID {existing.uuid}"
            )
    place = (call.request.account, call.region, call.request.partition)
    tags = dict(params.get("Tags") or {})
    mapping = Mapping(*place, function.arn, source, params["StartingPosition"], settings, tags)
    if mapping.position == "LATEST":
        shards = data_streams.found(source, call.request.partition).shards.values()
        mapping.read = {shard.shard_id: shard.get_max_sequence_number() for shard in shards}
    following = "Disabled" if params.get("Enabled") is False else "Enabled"
    mapping.begin("Creating", following, call.account.settings["mapping_change"])
    MAPPINGS[call.request.account][call.region, mapping.uuid] = mapping
    return answer(call, mapping.described(), 202)


def _settings(params: dict) -> dict:
    return {name: params[name] for name in DEFAULTS if params.get(name) is not None}


def _check_emulated(params: dict) -> None:
    """What the emulator would have to do with records, and does not."""
    unknown = set(params) - KNOWN
    if params.get("StartingPosition") not in (None, "TRIM_HORIZON", "LATEST"):
        unknown.add("StartingPosition")
    if params.get("TumblingWindowInSeconds"):
        unknown.add("TumblingWindowInSeconds")
    if unknown:
        raise AwsError("NotImplemented", f"The emulator does not have this of mappings: {sorted(unknown)}", 501)


def _checked(call: Call, function: Function, source: str, settings: dict) -> dict:
    """The settings, if they are possible, and the role of the function may read the source and send to the queue."""
    age = settings["MaximumRecordAgeInSeconds"]
    if -1 < age < YOUNGEST:
        raise invalid(f"Invalid value for MaximumRecordAgeInSeconds. Must be -1 or at least {YOUNGEST}.")
    if settings["DestinationConfig"].get("OnSuccess"):
        raise invalid("Unsupported DestinationConfig parameter for given event source mapping type.")
    role = seen(call, function.configuration["Role"])
    _check_source(call, source, role)
    queue = (settings["DestinationConfig"].get("OnFailure") or {}).get("Destination")
    settings["DestinationConfig"] = {"OnFailure": {"Destination": queue} if queue else {}}
    if queue:
        _check_queue(call, queue, role)
    return settings


def _check_source(call: Call, arn: str, role) -> None:
    parts = data_streams.ARN.fullmatch(arn)
    if not parts:
        raise invalid("Unrecognized event source.")
    if parts.groups()[:2] != (call.region, call.request.account):
        raise AwsError("NotImplemented", "The emulator's mappings have streams of their own region and account.", 501)
    if role is None or not all(role.allows(f"kinesis:{action}", arn, {}) for action in READ):
        raise invalid(
            f"Cannot access stream {arn}. Please ensure the role can perform the GetRecords, GetShardIterator, "
            "DescribeStream, and ListStreams Actions on your stream in IAM."
        )
    stream = data_streams.found(arn, call.request.partition, is_looked_at=True)
    if stream is None or stream.status == "CREATING":
        raise invalid(f"Stream not found: {arn}")


def _check_queue(call: Call, arn: str, role) -> None:
    """The queue for what is given up."""
    from moto.sqs.models import sqs_backends

    parts = arn.split(":")
    if parts[2] != "sqs" or parts[3:5] != [call.region, call.request.account]:
        raise AwsError("NotImplemented", "The emulator's mappings have queues of their own region and account.", 501)
    if not role.allows("sqs:SendMessage", arn, {}):
        raise invalid(f"The function's execution role does not have permissions to call SendMessage on {arn}")
    if parts[5] not in sqs_backends[call.request.account][call.region].queues:
        config = f"DestinationConfig(onSuccess=null, onFailure=OnFailure(destination={arn}))"
        raise invalid(f"The provided destination config {config} is invalid.")


@rule("lambda", "GetEventSourceMapping")
def get_event_source_mapping(call: Call):
    """In the state that it is in by now."""
    return answer(call, mapping_of(call, call.params["UUID"]).described())


@rule("lambda", "ListEventSourceMappings")
def list_event_source_mappings(call: Call):
    """Of a function, of a source, or all; 100 on a page at most (`mappings_page`)."""
    params = call.params
    found = of_region(call.request.account, call.region)
    if params.get("FunctionName"):
        arn = function_of(call, params["FunctionName"]).arn
        found = [mapping for mapping in found if mapping.function_arn == arn]
    if params.get("EventSourceArn"):
        found = [mapping for mapping in found if mapping.source_arn == params["EventSourceArn"]]
    size = min(params.get("MaxItems") or 100, call.account.settings["mappings_page"])
    try:
        found, following = page(found, size, params.get("Marker"))
    except ValueError:
        raise invalid("Invalid Marker") from None
    listed = {"EventSourceMappings": [mapping.described() for mapping in found]}
    return answer(call, listed | ({"NextMarker": following} if following else {}))


@rule("lambda", "UpdateEventSourceMapping")
def update_event_source_mapping(call: Call):
    """What is given replaces what was, when Updating, or Enabling and Disabling, is over (`mapping_change`)."""
    _check_emulated(call.params)
    mapping, params = _changeable(call, "update"), call.params
    function = named(call.request.account, call.region, params.get("FunctionName") or mapping.function_arn)
    if function is None:
        raise invalid("Function does not exist")
    settings = copy.deepcopy(mapping.settings) | _settings(params)
    settings = _checked(call, function, mapping.source_arn, settings)
    before = mapping.state.value
    after = {None: before, True: "Enabled", False: "Disabled"}[params.get("Enabled")]
    between = "Updating" if before == after else TOWARDS[after]
    mapping.begin(between, after, call.account.settings["mapping_change"], (settings, function.arn))
    return answer(call, mapping.described(), 202)


@rule("lambda", "DeleteEventSourceMapping")
def delete_event_source_mapping(call: Call):
    """Deleting lasts `mapping_change`."""
    mapping = _changeable(call, "delete")
    mapping.begin("Deleting", GONE, call.account.settings["mapping_change"])
    return answer(call, mapping.described(), 202)
