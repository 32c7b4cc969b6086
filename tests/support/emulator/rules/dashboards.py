"""Dashboards of CloudWatch: names, and bodies that the console could draw.

What moto itself does wrong with them is mended in cloudwatch_repairs.py.
"""

import json
import re

from aws_errors import AwsError
from rules import Call, rule

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
WIDGETS, NAMES, METRICS, ALARMS = 500, 100, 500, 100
SHORT_PERIODS = (1, 5, 10, 30)
# Type of widget -> the properties that it needs.
TYPES = {
    "metric": ("region",),
    "text": ("markdown",),
    "log": ("region", "query"),
    "alarm": ("alarms",),
    "explorer": ("metrics",),
    "custom": ("endpoint",),
}
# Where a widget stands and how large it is: the least and the most, on a grid 24 wide.
PLACES = {"x": (0, 23), "y": (0, None), "width": (1, 24), "height": (1, 1000)}


def _backend(call: Call):
    from moto.cloudwatch.models import cloudwatch_backends

    return cloudwatch_backends[call.request.account][call.region]


@rule("cloudwatch", "PutDashboard")
def put_dashboard(call: Call):
    """A body is checked before it replaces the old one."""
    name = call.params["DashboardName"]
    if not NAME.fullmatch(name):
        raise AwsError(
            "InvalidParameterValue",
            f"The value {name} for field DashboardName contains invalid characters. It can only contain alphanumerics, "
            "dash (-) and underscore (_).",
        )
    try:
        body = json.loads(call.params["DashboardBody"])
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise AwsError("InvalidParameterInput", "The field DashboardBody must be a valid JSON object")
    errors = [{"dataPath": path, "message": message} for path, message in _errors(body)]
    if errors:
        listed = json.dumps(errors, indent=2)
        raise AwsError(
            "InvalidParameterInput",
            f"The dashboard body is invalid, there are {len(errors)} validation errors:\n{listed}",
        )
    response = call.forward()
    if response.status == 200:
        # AWS keeps what the text means, not how it was written.
        _backend(call).dashboards[name].body = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return response


def _errors(body: dict):
    """(where, what) of all that is wrong with a body."""
    widgets = body.get("widgets")
    if not isinstance(widgets, list):
        yield "", "Should have required property 'widgets'" if widgets is None else "/widgets should be array"
        return
    if len(widgets) > WIDGETS:
        yield "/widgets", f"Should NOT have more than {WIDGETS} items"
    for number, widget in enumerate(widgets):
        yield from _widget_errors(f"/widgets/{number}", widget if isinstance(widget, dict) else {})


def _widget_errors(path: str, widget: dict):
    for member, (least, most) in PLACES.items():
        value = widget.get(member, least)
        if type(value) is not int or value < least or (most is not None and value > most):
            yield f"{path}/{member}", f"Should be an integer from {least}" + (f" to {most}" if most else "")
    kind, properties = widget.get("type"), widget.get("properties")
    if kind not in TYPES:
        yield path, "Should have required property 'type'" if kind is None else f"Should be one of {', '.join(TYPES)}"
    elif not isinstance(properties, dict):
        yield path, "Should have required property 'properties'"
    else:
        for name in TYPES[kind]:
            if name not in properties:
                yield f"{path}/properties", f"Should have required property '{name}'"
        if kind == "metric":
            yield from _metric_errors(f"{path}/properties", properties)
        if kind == "alarm" and not _are_alarms(properties.get("alarms", [])):
            yield f"{path}/properties/alarms", f"Should be an array of the ARNs of 1 to {ALARMS} alarms"


def _metric_errors(path: str, properties: dict):
    metrics, annotations = properties.get("metrics"), properties.get("annotations")
    if not metrics and not (isinstance(annotations, dict) and annotations.get("alarms")):
        yield path, "The metric widget should have specified a region and a data source or an alarm annotation"
    if len(metrics or []) > METRICS:
        yield f"{path}/metrics", f"Should NOT have more than {METRICS} items"
    period = properties.get("period", 60)
    if type(period) is not int or (period not in SHORT_PERIODS and (period < 60 or period % 60)):
        yield f"{path}/period", "Should be 1, 5, 10, 30 or a multiple of 60"
    for number, metric in enumerate(metrics or []):
        if not isinstance(metric, list) or not metric:
            yield f"{path}/metrics/{number}", "Should be an array with a namespace, a metric and its dimensions"


def _are_alarms(alarms) -> bool:
    listed = isinstance(alarms, list) and 1 <= len(alarms) <= ALARMS
    return listed and all(isinstance(arn, str) and ":alarm:" in arn for arn in alarms)


@rule("cloudwatch", "GetDashboard")
def get_dashboard(call: Call):
    """With AWS's status, which is not moto's."""
    name = call.params["DashboardName"]
    if name not in _backend(call).dashboards:
        raise AwsError("ResourceNotFound", f"Dashboard {name} does not exist", 404)
    return call.forward()


@rule("cloudwatch", "DeleteDashboards")
def delete_dashboards(call: Call):
    """Those that are there go; names of none are passed over (see cloudwatch_repairs.py)."""
    names = call.params.get("DashboardNames") or []
    if not 1 <= len(set(names)) <= NAMES:
        raise AwsError("InvalidParameterValue", f"The parameter DashboardNames takes 1 to {NAMES} names.")
    return call.forward()
