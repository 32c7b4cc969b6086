"""EC2: DescribeRegions, by which other tools find an account's regions; moto knows nothing of those switched off."""

from http_server import Response
from rules import Call, rule

# Opt-in status as Account Management says it -> as EC2 does.
STATUSES = {"ENABLED_BY_DEFAULT": "opt-in-not-required", "ENABLED": "opted-in"}


@rule("ec2", "DescribeRegions")
def describe_regions(call: Call):
    """The regions that are on, or all of them, perhaps only those named; filters are not looked at."""
    everything, names = call.params.get("AllRegions"), call.params.get("RegionNames")
    items = [
        f"<item><regionName>{name}</regionName><regionEndpoint>ec2.{name}.amazonaws.com</regionEndpoint>"
        f"<optInStatus>{STATUSES.get(status, 'not-opted-in')}</optInStatus></item>"
        for name, status in sorted(call.account.settings["regions"].items())
        if (everything or status in STATUSES) and (not names or name in names)
    ]
    body = (
        '<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        "<requestId>00000000-0000-0000-0000-000000000000</requestId>"
        f"<regionInfo>{''.join(items)}</regionInfo></DescribeRegionsResponse>"
    )
    return Response(200, {"content-type": "text/xml"}, body.encode())
