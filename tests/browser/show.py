"""The page of `show -o html`: `python show.py PAGE JSON FOLDER`, where JSON is what `show -o json` printed, and FOLDER
takes a screenshot of each width and colour scheme."""

import json
import pathlib
import sys

from chromium import check_guard, check_width, opened
from playwright.sync_api import Page

# What draws outside of its box, or over another text.
MISPLACED = """() => {
    const place = element => element.getBoundingClientRect();
    const texts = [...document.querySelectorAll('svg.picture g.box text')];
    const wrong = [];
    for (const text of texts) {
        const own = place(text), box = place(text.closest('g.box').querySelector('rect'));
        if (own.left < box.left || own.right > box.right || own.top < box.top || own.bottom > box.bottom)
            wrong.push('outside of its box: ' + text.textContent);
        for (const other of texts) {
            const its = place(other);
            if (other !== text && own.left < its.right && its.left < own.right
                && own.top < its.bottom - 1 && its.top < own.bottom - 1)
                wrong.push(`over ${other.textContent}: ${text.textContent}`);
        }
    }
    return wrong;
}"""

STATES = """selector => [...document.querySelectorAll(selector)].map(it =>
    [it.dataset.kind, it.dataset.name, it.dataset.region, it.dataset.state])"""


def state(resource: dict) -> str:
    """What the picture calls the state of a resource of the JSON."""
    if resource["drift"]:
        return "differs" if resource["exists"] else "missing"
    if resource["exists"]:
        return "good" if resource["is_wanted"] else "shown"
    return "absent"


def of_stack(picture: dict) -> list[list[str]]:
    """The resources of a stack with a graph."""
    return [[it["kind"], it["name"], it["region"], state(it)] for it in picture["resources"]]


def of_trails(picture: dict) -> list[list[str]]:
    """Bucket and queues of the trail stack; where a region differs depends on which resource of it does."""
    bucket = picture["bucket"]
    bucket_state = {"found": "differs" if bucket["drift"] else "good", "missing": "missing"}
    shown = [["bucket", bucket["name"], bucket["region"] or "", bucket_state.get(bucket["state"], "unknown")]]
    for kind, queue in [("queue", picture["queue"]), ("dead-letter-queue", picture["dead_letters"])]:
        if queue is not None:
            drift = "differs" if queue["messages"] is not None else "missing"
            shown.append([kind, queue["name"], queue["region"], drift if queue["drift"] else "good"])
    return shown


def check_regions(picture: dict, states: list[list[str]]) -> None:
    """Each region has a trail in the picture, and what differs there is drawn as such."""
    for region in picture["regions"]:
        own = {kind: state for kind, _, name, state in states if name == region["region"]}
        trail = region["trail"]
        expected = "unknown" if region["error"] else "covered" if trail is None and region["covered_by"] else None
        if expected and own["trail"] != expected:
            raise AssertionError(f"{region['region']}: {own}, but not {expected}")
        if trail is not None and own["trail"] not in ("good", "differs"):
            raise AssertionError(f"{region['region']}: {own}, but there is a trail")
        here = [own.get(kind) for kind in ("trail", "topic", "subscription")]
        if bool(region["drift"]) != any(state in ("differs", "missing") for state in here):
            raise AssertionError(f"{region['region']}: {own}, but drift {region['drift']}")


def without_requests(picture: dict) -> dict:
    """The JSON without what is different in each run: the ids of requests that failed."""
    regions = [region | {"error": bool(region["error"])} for region in picture.get("regions", [])]
    return picture | {"regions": regions}


def check(page: Page, picture: dict) -> None:
    """The picture and the tables say what the JSON says, and so does the JSON within."""
    if without_requests(json.loads(page.locator("#data").text_content() or "")) != without_requests(picture):
        raise AssertionError("the JSON in the page differs")
    own = "[data-kind]:not([data-state=outside])"
    in_picture = page.evaluate(STATES, f"svg.picture {own}")
    in_tables = page.evaluate(STATES, f"table {own}")
    if sorted(in_picture) != sorted(in_tables):
        raise AssertionError("picture and tables differ")
    expected = of_stack(picture) if "resources" in picture else of_trails(picture)
    if "regions" in picture:
        check_regions(picture, in_picture)
        in_picture = [it for it in in_picture if it[0] not in ("trail", "topic", "subscription")]
        if not picture["queue"]:
            in_picture = [it for it in in_picture if it[0] not in ("queue", "dead-letter-queue")]
    if sorted(in_picture) != sorted(expected):
        raise AssertionError(f"{sorted(in_picture)} instead of {sorted(expected)}")
    drift = [words for it in picture.get("resources", []) for words in it["drift"]]
    text = page.locator("main").inner_text()
    lacking = [words for words in drift if words not in text]
    if lacking:
        raise AssertionError(f"not said: {lacking}")


def check_names(page: Page) -> None:
    """What a screen reader says of the picture and of the tables."""
    picture = page.locator("svg.picture")
    if picture.count():
        label = picture.get_attribute("aria-labelledby") or ""
        texts = [page.locator(f"#{name}").text_content() for name in label.split()]
        if picture.get_attribute("role") != "img" or len(texts) != 2 or not all(texts):
            raise AssertionError("the picture has no name or no description")
    rows = page.get_by_role("row").count()
    if rows != page.locator("tr").count() or page.get_by_role("main").count() != 1:
        raise AssertionError("the tables are no tables")


def main(page_file: str, json_file: str, folder: str) -> None:
    """Checks the page."""
    picture = json.loads(pathlib.Path(json_file).read_text())
    with opened(pathlib.Path(page_file)) as views:
        for name, page in views:
            check_width(page)
            check(page, picture)
            check_names(page)
            drawn = page.locator("svg.picture")
            if drawn.count() and drawn.is_visible() != name.startswith("1280"):
                raise AssertionError(f"{name}: the picture is for wide windows")
            wrong = page.evaluate(MISPLACED) if name.startswith("1280") else []
            if wrong:
                raise AssertionError("\n".join(wrong))
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    # What is refused is said on the console, so it has a visit of its own.
    try:
        with opened(pathlib.Path(page_file)) as views:
            check_guard(next(views)[1])
    except AssertionError as said:
        if "Content Security Policy" not in str(said):
            raise
    else:
        raise AssertionError("nothing was refused")


if __name__ == "__main__":
    main(*sys.argv[1:])
