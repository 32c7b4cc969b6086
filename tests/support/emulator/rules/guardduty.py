"""Amazon GuardDuty: one detector a region. Members by invitation are in guardduty_members.py."""

import time

import model_constraints
from aws_errors import AwsError
from guardduty_detectors import ALWAYS, DETECTORS, INVITED, LEFT_OFF, Detector, administrator_of
from http_server import Response
from rules import Call, guard, rule

TAGS = 50


def refused(message: str) -> AwsError:
    """GuardDuty's refusal, which has one code."""
    return AwsError("BadRequestException", f"The request is rejected because {message}")


def stamp(seconds: float) -> str:
    """A time as GuardDuty writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def detector_of(call: Call) -> Detector:
    """The caller's detector that the request names."""
    detector = DETECTORS[call.request.account].get(call.region)
    if detector is None or detector.id != call.params["DetectorId"]:
        raise refused("the input detectorId is not owned by the current account.")
    return detector


@guard("guardduty")
def constraints(call: Call):
    """What the model says of each parameter."""
    text = model_constraints.violation("guardduty", call.request.operation, call.params)
    if text:
        raise refused(f"an invalid or out-of-range value is specified as an input parameter. {text}")


@rule("guardduty", "CreateDetector")
def create_detector(call: Call):
    """Where there is none, but that of an earlier request with the same token."""
    params, account = call.params, call.request.account
    detector = DETECTORS[account].get(call.region)
    if detector and params.get("ClientToken") and detector.token == params["ClientToken"]:
        return call.json({"detectorId": detector.id})
    if detector:
        raise refused("a detector already exists for the current account.")
    features = {name: "DISABLED" if name in LEFT_OFF else "ENABLED" for name in call.allowed("DetectorFeature")}
    detector = Detector(
        account=account,
        region=call.region,
        partition=call.request.partition,
        is_enabled=params["Enable"],
        frequency=params.get("FindingPublishingFrequency") or "SIX_HOURS",
        features=features | _features(call),
        tags=_checked_tags(params.get("Tags") or {}),
        token=params.get("ClientToken") or "",
    )
    DETECTORS[account][call.region] = detector
    return call.json({"detectorId": detector.id})


def _features(call: Call) -> dict:
    given = {feature["Name"]: feature["Status"] for feature in call.params.get("Features") or []}
    if set(LEFT_OFF) <= set(given):
        raise refused("EKS_RUNTIME_MONITORING and RUNTIME_MONITORING cannot both be specified.")
    return given


def _checked_tags(tags: dict) -> dict:
    if len(tags) > TAGS:
        raise refused(f"a resource can have no more than {TAGS} tags.")
    return tags


@rule("guardduty", "ListDetectors")
def list_detectors(call: Call):
    """One, or none."""
    detector = DETECTORS[call.request.account].get(call.region)
    return call.json({"detectorIds": [detector.id] if detector else []})


@rule("guardduty", "GetDetector")
def get_detector(call: Call):
    """As it is."""
    detector = detector_of(call)
    features = dict.fromkeys(ALWAYS, "ENABLED") | detector.features
    role = "role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
    return call.json(
        {
            "createdAt": stamp(detector.created),
            "updatedAt": stamp(detector.updated),
            "findingPublishingFrequency": detector.frequency,
            "serviceRole": f"arn:{detector.partition}:iam::{detector.account}:{role}",
            "status": "ENABLED" if detector.is_enabled else "DISABLED",
            "tags": detector.tags,
            "dataSources": _data_sources(detector),
            "features": [{"name": name, "status": status} for name, status in features.items()],
        }
    )


def _data_sources(detector: Detector) -> dict:
    """What features were before they had this name."""
    on = {"status": "ENABLED"}
    status = {name: {"status": status} for name, status in detector.features.items()}
    return {
        "cloudTrail": on,
        "dnsLogs": on,
        "flowLogs": on,
        "s3Logs": status["S3_DATA_EVENTS"],
        "kubernetes": {"auditLogs": status["EKS_AUDIT_LOGS"]},
        "malwareProtection": {"scanEc2InstanceWithFindings": {"ebsVolumes": status["EBS_MALWARE_PROTECTION"]}},
    }


@rule("guardduty", "UpdateDetector")
def update_detector(call: Call):
    """What is not given stays; a member has its administrator's frequency."""
    detector, params = detector_of(call), call.params
    detector.features |= _features(call)
    detector.is_enabled = params.get("Enable", detector.is_enabled)
    detector.frequency = params.get("FindingPublishingFrequency") or detector.frequency
    detector.updated = time.time()
    return call.json({})


@rule("guardduty", "DeleteDetector")
def delete_detector(call: Call):
    """Not that of an administrator with members; a member leaves its administrator."""
    detector = detector_of(call)
    if any(member.status.value in INVITED for member in detector.members.values()):
        raise refused("the current account cannot delete detector while it has invited or associated members.")
    administrator = administrator_of(call.request.account, call.region)
    if administrator:
        administrator[1].turn("Resigned")
    del DETECTORS[call.request.account][call.region]
    return call.json({})


def _tagged(call: Call) -> Detector:
    detector = DETECTORS[call.request.account].get(call.region)
    if detector is None or detector.arn != call.params["ResourceArn"]:
        raise refused("the input detectorId is not owned by the current account.")
    return detector


@rule("guardduty", "TagResource")
def tag_resource(call: Call):
    """At most 50 tags."""
    detector = _tagged(call)
    detector.tags = _checked_tags(detector.tags | call.params["Tags"])
    return Response(204)


@rule("guardduty", "UntagResource")
def untag_resource(call: Call):
    """Tags that there are not are passed over."""
    detector = _tagged(call)
    detector.tags = {key: value for key, value in detector.tags.items() if key not in call.params["TagKeys"]}
    return Response(204)


@rule("guardduty", "ListTagsForResource")
def list_tags(call: Call):
    """Of a detector that exists."""
    return call.json({"tags": _tagged(call).tags})
