"""Event source mappings of AWS Lambda as the emulator keeps them: which function is fed from which data stream.

Moto's know no states. How records get from streams to functions is in event_polling.py.
"""

import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from delivery_streams import GONE, Phase

# Account -> (region, UUID) -> mapping.
MAPPINGS: dict = defaultdict(dict)
MAPPING = ":event-source-mapping:"
SETTLED = ("Enabled", "Disabled")
DEFAULTS = {
    "BatchSize": 100,
    "MaximumBatchingWindowInSeconds": 0,
    "ParallelizationFactor": 1,
    "DestinationConfig": {"OnFailure": {}},
    "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False,
    "MaximumRetryAttempts": -1,
    "TumblingWindowInSeconds": 0,
    "FunctionResponseTypes": [],
}


@dataclass
class Mapping:
    """One event source mapping."""

    account: str
    region: str
    partition: str
    function_arn: str
    source_arn: str
    position: str
    # Under the names of GetEventSourceMapping.
    settings: dict
    tags: dict
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: Phase = field(default_factory=lambda: Phase("Enabled"))
    modified: float = field(default_factory=time.time)
    result: str = "No records processed"
    # The settings and the ARN of the function that a change which is going on leads to.
    pending: "tuple | None" = None
    # The number of the last record of each shard that is done with.
    read: dict = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:{self.partition}:lambda:{self.region}:{self.account}{MAPPING}{self.uuid}"

    @property
    def on_failure(self) -> str:
        """The ARN of the queue that hears of batches that are given up; empty if there is none."""
        return (self.settings["DestinationConfig"].get("OnFailure") or {}).get("Destination") or ""

    def begin(self, between: str, following: str, seconds: float, pending: "tuple | None" = None) -> None:
        """Starts a change that takes some seconds; what it leads to is shown when it is done."""
        self.state.begin(between, following, seconds)
        self.modified, self.pending = time.time(), pending

    def look(self) -> str:
        """The state by now."""
        state = self.state.look()
        if self.pending and state in SETTLED:
            (self.settings, self.function_arn), self.pending = self.pending, None
        return state

    def described(self) -> dict:
        """What GetEventSourceMapping answers."""
        return self.settings | {
            "UUID": self.uuid,
            "EventSourceMappingArn": self.arn,
            "EventSourceArn": self.source_arn,
            "FunctionArn": self.function_arn,
            "StartingPosition": self.position,
            "State": self.state.value,
            "StateTransitionReason": "User action",
            "LastModified": self.modified,
            "LastProcessingResult": self.result,
        }


def of_region(account: str, region: str) -> list:
    """The mappings of an account in a region, whose states move on as they are looked at."""
    found = []
    for place, mapping in list(MAPPINGS[account].items()):
        if place[0] == region and mapping.look() == GONE:
            del MAPPINGS[account][place]
        elif place[0] == region:
            found.append(mapping)
    return found
