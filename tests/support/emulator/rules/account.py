"""Account Management: ListRegions, which moto does not have."""

from aws_errors import AwsError
from rules import Call, rule
from rules.pages import page

STATUSES = {"ENABLED", "ENABLING", "DISABLING", "DISABLED", "ENABLED_BY_DEFAULT"}


@rule("account", "ListRegions")
def list_regions(call: Call):
    """The account's regions, filtered by opt-in status and paged."""
    size = call.params.get("MaxResults", 20)
    wanted = call.params.get("RegionOptStatusContains") or STATUSES
    if not 1 <= size <= 50 or not set(wanted) <= STATUSES:
        raise AwsError("ValidationException", "1 validation error detected: Value failed to satisfy constraint.")
    regions = [
        {"RegionName": name, "RegionOptStatus": status}
        for name, status in sorted(call.account.settings["regions"].items())
        if status in wanted
    ]
    try:
        regions, following = page(regions, size, call.params.get("NextToken"))
    except ValueError:
        raise AwsError("ValidationException", "The next token is not valid.") from None
    return call.json({"Regions": regions} | ({"NextToken": following} if following else {}))
