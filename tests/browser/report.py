"""Opens an activity report (`ctadmin activity -o html`) in Chromium and compares what is shown with its JSON.

    report.py DIR

DIR has `report.html`, `report.json` (the same report with `-o json`) and any number of `filtered-<n>.json`: reports on
the same events with `"filters": ["region=eu-west-1", "user=alice"]`. Needs playwright (PyPI) and a Chromium, see
chromium.py. Prints a line per check, leaves screenshots in DIR (`1280-light.png`, …, and `top.png`, what a window shows
first), and exits with 1 and the first mismatch.

What the page promises to this test:
  [data-total=events|errors|denied]         text: the number under the present filters
  [data-table=ID] tbody tr                  ID: regions users services error_codes actions addresses, the same with
                                            `_further`, failures, sign_ins, `changes ALERT`, `new LIST`, timeline, events
      data-name                             the name as in the data (its first 200 characters)
      data-kind                             value | other | success
      [data-cell=KEY]                       text: what is shown in the column
  [data-section=ID][data-narrowed]          yes | partly | no: whether the filters apply to this table; also on #timeline
  button[data-sort=KEY]                     in the header; aria-sort is on its cell
  button[data-more=ID]                      shows all rows of a table
  button[data-filter=DIMENSION]             in a row of region, user, service, error; aria-pressed
  button[data-remove=DIMENSION|all]         the active filters
  #timeline-chart[role=slider]              drag to zoom; arrows, Shift, Enter, + - 0
  button[data-zoom=in|out|earlier|later|reset]
  [data-shown] data-from, data-to           the buckets that are shown; [data-sum=events|errors] their sums
  button.number                             lists its events: [data-listed] has how many, data-counted of how many
  [data-back], [data-clear]                 back to the number, and the newest events of all
"""

import json
import pathlib
import sys
import time

from chromium import started, views, visit
from shown import OVERFLOW, TABLES, Mismatch, Report, check, counts, holds, name, number, wanted
from using import check_fragments, check_keyboard, check_numbers, check_sorting, check_timeline

HOSTILE = ("<script", "<img")


def check_order(what, shown, further, rows):
    """Both parts of a table are in the order of the report, and together they have its rows."""
    check(f"{what}: rows", sorted(shown + further), sorted(rows))
    for part in (shown, further):
        chosen = set(part)
        check(f"{what}: {len(part)} in order", part, [row for row in rows if row in chosen])


def check_unfiltered(report, data):
    check("totals", report.totals(), {key: data[key] for key in ("events", "errors", "denied")})
    for dimension, table in TABLES.items():
        report.page.evaluate(
            """(id) => document.querySelectorAll(`[data-section="${id}"] > details`).forEach((details) => (details.open = true))""",
            table,
        )
        report.page.wait_for_timeout(30)
        shown = report.rows(table)
        further = report.rows(f"{table}_further")
        check_order(
            f"{table}: rows and order", counts(shown, dimension), counts(further, dimension), wanted(data[table])
        )
        rest = [row for row in shown if row["kind"] == "other"]
        if further:
            exact = data[table]["distinct"] == len(data[table]["rows"]) and not data[table]["approximate"]
            check(f"{table}: one row of others", len(rest), 1)
            if exact:
                check(
                    f"{table}: others",
                    number(rest[0]["cells"]["events"]),
                    sum(number(row["cells"]["events"]) for row in further),
                )
        approximate = report.page.locator(f'[data-section="{table}"] .distinct').inner_text()
        check(
            f"{table}: distinct",
            approximate,
            (
                f"about {data[table]['distinct']:,} (estimated)"
                if data[table]["approximate"]
                else f"{data[table]['distinct']:,}"
            ),
        )
    check(
        "failures: events",
        [number(row["cells"]["events"]) for row in report.rows("failures")],
        [row["events"] for row in data["failures"]["rows"]],
    )
    denied = [row["cells"]["error"].endswith("denied") for row in report.rows("failures")]
    check(
        "failures: denied",
        denied,
        [row["denied"] or row["error"].endswith("denied") for row in data["failures"]["rows"]],
    )
    check(
        "sign-ins: rows",
        [number(row["cells"]["events"]) for row in report.rows("sign_ins")],
        [row["events"] for row in data["sign_ins"]["rows"]],
    )
    for key in ("events", "failed", "without_mfa", "root"):
        shown = report.page.locator(f"[data-sign-ins={key}]").inner_text().split()[0]
        check(f"sign-ins: {key}", number(shown), data["sign_ins"][key])
    for change in data["changes"]:
        rows = report.rows(f"changes {change['alert']}")
        check(
            f"changes: {change['alert']}",
            [number(row["cells"]["events"]) for row in rows],
            [row["events"] for row in change["rows"]],
        )
    for key, table in (data["new"] or {}).items():
        shown = [(row["name"], number(row["cells"]["events"])) for row in report.rows(f"new {key}")]
        check(f"new {key}", shown, [(name(row["name"]), row["events"]) for row in table["rows"]])
    line = data["timeline"]
    if line["events"]:
        check("timeline: sums", report.timeline(), (0, len(line["events"]), sum(line["events"]), sum(line["errors"])))
    else:
        check("timeline: none", report.timeline(), None)
    check(
        "newest events: times",
        [row["cells"]["time"] for row in report.rows("events")],
        [row["time"][:19].replace("T", " ") if row["time"] else "–" for row in data["newest"]],
    )


def check_escaped(report, data):
    """Markup in names is shown as text, and nothing of it ran."""
    names = [
        row["name"]
        for table in TABLES.values()
        for row in data[table]["rows"]
        if any(mark in row["name"] for mark in HOSTILE)
    ]
    body = report.page.evaluate("document.querySelector('main').textContent")
    for text in set(names):
        holds(f"shown as text: {text[:40]!r}", text[:60] in body)
    holds("no script of a name ran", report.page.evaluate("window.pwned === undefined"))
    made = report.page.evaluate("document.querySelectorAll('main script, main img, main iframe, main b').length")
    check("no element was made of a name", made, 0)
    raw = report.page.evaluate(
        r"/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(document.querySelector('main').textContent)"
    )
    holds("no raw control or direction character is shown", not raw)
    leaked = report.page.evaluate(
        "['page', 'Cube', 'Table', 'report', 'el', 'label', 'FACETS'].filter((name) => name in window && !(window[name] instanceof Element))"
    )
    check("the script leaves no globals", leaked, [])


def in_page(text):
    """What the page calls a filter of the command line."""
    key, value = text.split("=", 1)
    return ("service", value.removesuffix(".amazonaws.com")) if key == "source" else (key, value)


def check_filtered(report, data, filtered, file):
    """Applies filters by clicks and compares with a report that was made with them."""
    chosen = dict(in_page(text) for text in filtered["filters"])
    for dimension, value in chosen.items():
        holds(f"{file}: choose {dimension} {value[:40]!r}", report.filter(dimension, value))
    check(f"{file}: chips", report.page.locator("button.chip").count(), len(chosen))
    check(f"{file}: totals", report.totals(), {key: filtered[key] for key in ("events", "errors", "denied")})
    covered = 0
    for dimension, table in TABLES.items():
        if report.narrowed(table) != "yes":
            print(f"--  {file}: {table} cannot be narrowed")
            check(
                f"{file}: {table} says so",
                report.page.locator(f'[data-section="{table}"] > .note').first.is_visible(),
                True,
            )
            continue
        covered += 1
        check_rows(f"{file}: {table}", report.rows(table), filtered[table], dimension, chosen)
    holds(f"{file}: the four dimensions are narrowed", covered >= 4)
    line = report.timeline()
    if line and report.page.locator("#timeline").get_attribute("data-narrowed") == "yes":
        check(f"{file}: timeline events", line[2], filtered["events"])
        if line[3] is not None:
            check(f"{file}: timeline errors", line[3], filtered["errors"])
    if set(chosen) <= {"user", "service", "error"} and data["failures"]["distinct"] == len(data["failures"]["rows"]):
        shown = sorted(number(row["cells"]["events"]) for row in report.rows("failures"))
        check(f"{file}: failures", shown, sorted(row["events"] for row in filtered["failures"]["rows"]))
    check_link(report, file)
    report.page.go_back()
    check(f"{file}: back undoes the last filter", report.page.locator("button.chip").count(), len(chosen) - 1)
    report.page.go_forward()
    for left in range(len(chosen), 0, -1):
        report.page.locator("button.chip").first.click()
        check(f"{file}: chips after removing one", report.page.locator("button.chip").count(), left - 1)
    check(
        f"{file}: totals without filters", report.totals(), {key: data[key] for key in ("events", "errors", "denied")}
    )


def check_rows(what, rows, table, dimension, chosen):
    shown = counts(rows, dimension)
    events = [row[1] for row in shown]
    holds(f"{what}: most events first", events == sorted(events, reverse=True), str(shown[:9]))
    expected = {row[0]: row for row in wanted(table)}
    if dimension in chosen:
        # A table shows the other values of its own dimension too, so that one of them can be chosen instead.
        shown = [row for row in shown if row[0] == name(chosen[dimension])]
        check(f"{what}: the chosen row", [row[:2] for row in shown], [row[:2] for row in expected.values()])
        pressed = [row for row in rows if row["kind"] == "value" and row["name"] == name(chosen[dimension])]
        holds(f"{what}: is there once", len(pressed) == len(shown))
        return
    for text, number_of, errors in shown:
        if (number_of, errors if errors is not None else 0) != expected.get(text, (0, 0, 0))[1:] and not (
            errors is None and number_of == expected[text][1]
        ):
            raise Mismatch(f"{what}: {text!r}: shown {number_of, errors}, wanted {expected.get(text)}")
    rest = sum(number(row["cells"]["events"]) for row in rows if row["kind"] == "other")
    complete = table["distinct"] == len(table["rows"]) and not table["approximate"]
    if complete:
        missing = sum(row[1] for row in expected.values()) - sum(events)
        check(f"{what}: rows and others ({len(shown)} rows)", rest, missing)


def check_link(report, file):
    """The address of a filtered page opens the same view."""
    before = (report.totals(), report.page.locator("button.chip").count())
    other = report.page.context.new_page()
    other.goto(report.page.url)
    opened = Report(other)
    check(f"{file}: the address opens the same view", (opened.totals(), other.locator("button.chip").count()), before)
    other.close()


def looks(browser, url, faults, folder):
    """Screenshots of both widths and both modes; nothing is wider than the screen; paper is not empty."""
    for view, page in views(browser, url, faults):
        check(f"nothing overflows at {view}", page.evaluate(OVERFLOW), [])
        page.screenshot(path=folder / f"{view}.png", full_page=True)
    page = visit(browser, url, faults)
    page.screenshot(path=folder / "top.png")
    paper = page.pdf(format="A4")
    holds("prints", paper.startswith(b"%PDF") and len(paper) > 5000, f"{len(paper)} bytes")
    page.context.close()


def run(folder):
    data = json.loads((folder / "report.json").read_text())
    url = (folder / "report.html").resolve().as_uri()
    faults = []
    with started() as browser:
        page = visit(browser, url, faults)
        began = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        print(f"    interactive after {began:.0f} ms")
        report = Report(page)
        check("no fault when it opens", faults, [])
        check_unfiltered(report, data)
        check_escaped(report, data)
        for file in sorted(folder.glob("filtered-*.json")):
            began = time.monotonic()
            check_filtered(report, data, json.loads(file.read_text()), file.name)
            print(f"    {file.name}: {time.monotonic() - began:.1f} s")
        page.reload()
        check_timeline(report, data)
        check_numbers(report, data)
        check_keyboard(report, data)
        check_sorting(report)
        check_fragments(report)
        check("nothing was left running by a name", page.evaluate("window.pwned === undefined"), True)
        looks(browser, url, faults, folder)
        check("no word on the console, policy violation or request", faults, [])


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: report.py DIR")
    try:
        run(pathlib.Path(sys.argv[1]))
    except Mismatch as mismatch:
        print(f"MISMATCH {mismatch}", file=sys.stderr)
        sys.exit(1)
    print("all checks passed")


if __name__ == "__main__":
    main()
