"""Uses an activity report as its readers do: sorts, zooms, follows numbers to their events, works with the keyboard only,
and opens addresses that somebody else wrote."""

from shown import check, holds, name, number


def check_sorting(report):
    for table, key in [
        ("users", "name"),
        ("users", "errors"),
        ("regions", "events"),
        ("failures", "user"),
        ("events", "action"),
    ]:
        rows = report.rows(table)
        if len(rows) < 2:
            continue
        button = report.page.locator(f'[data-table="{table}"] button[data-sort={key}]')
        for _ in range(2):
            button.click()
            order = button.locator("xpath=ancestor::th").get_attribute("aria-sort")
            shown = [row for row in report.rows(table) if row["kind"] == "value"]
            if key in ("events", "errors"):
                values = [number(row["cells"][key]) for row in shown]
            elif key == "name":
                values = [row["name"].encode("utf-16-be", "surrogatepass") for row in shown]
            else:
                values = [row["cells"][key] for row in shown]
                if any("\\" in value or "(" in value or "…" in value for value in values):
                    continue  # escapes and "(empty)" sort by what they stand for
            check(f"sort {table} by {key}, {order}", values, sorted(values, reverse=order == "descending"))
    check(
        "one column is sorted",
        report.page.locator(
            '[data-table="users"] [aria-sort=ascending], [data-table="users"] [aria-sort=descending]'
        ).count(),
        1,
    )


def check_timeline(report, data):
    line = data["timeline"]
    buckets = len(line["events"])
    if buckets < 8:
        return
    page = report.page
    chart = page.locator("#timeline-chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=5)
    page.mouse.up()
    start, end, events, errors = report.timeline()
    holds("drag zooms", 0 < start < end < buckets, f"{start} {end} {buckets}")
    check(
        "sums of the zoomed range", (events, errors), (sum(line["events"][start:end]), sum(line["errors"][start:end]))
    )
    holds("zoom is in the address", f"time={start}-{end}" in page.url, page.url)
    for what, smaller in (("in", True), ("out", False), ("earlier", None), ("later", None)):
        before = report.timeline()
        page.locator(f"[data-zoom={what}]").click()
        after = report.timeline()
        if smaller is None:
            holds(f"zoom {what} moves", after[0] != before[0] or before[0] == 0 or before[1] == buckets)
        else:
            holds(f"zoom {what}", (after[1] - after[0] < before[1] - before[0]) == smaller)
        check(f"sums after zoom {what}", after[2], sum(line["events"][after[0] : after[1]]))
    page.locator("[data-zoom=reset]").click()
    check("reset shows all", report.timeline()[:2], (0, buckets))
    page.locator("#timeline-details summary").click()
    page.wait_for_timeout(30)
    rows = report.rows("timeline")
    check("timeline as a table", [number(row["cells"]["events"]) for row in rows], [n for n in line["events"] if n > 0])
    page.locator("#timeline-details summary").click()


def check_numbers(report, data):
    """Numbers list the kept events that they count."""
    page = report.page
    if not data["newest"]:
        return
    first = data["newest"][0]
    tries = [
        ("users", name(first["user"]), "events", lambda e: e["user"] == first["user"]),
        (
            "regions",
            name(first["region"]),
            "errors",
            lambda e: e["region"] == first["region"] and e["error"] is not None,
        ),
        (
            "actions",
            name(f"{first['service']}:{first['name']}"),
            "events",
            lambda e: (e["service"], e["name"]) == (first["service"], first["name"]),
        ),
    ]
    for table, text, key, passes in tries:
        row = next(
            (i for i, row in enumerate(report.rows(table)) if row["kind"] == "value" and row["name"] == text), None
        )
        if row is None:
            continue
        button = page.locator(f'[data-table="{table}"] tbody tr').nth(row).locator(f"[data-cell={key}] button.number")
        if button.count() == 0:
            continue
        exact = number(button.inner_text())
        button.click()
        listed = page.locator("[data-listed]")
        kept = sum(passes(event) for event in data["newest"])
        check(
            f"events of {table} {text[:30]!r} {key}",
            (int(listed.get_attribute("data-listed")), int(listed.get_attribute("data-counted"))),
            (kept, exact),
        )
        check("as many rows", len(report.rows("events")), kept)
        page.locator("[data-back]").click()
        holds("back to the number", button.evaluate("(button) => document.activeElement === button"))
    failures = [
        row
        for row in data["failures"]["rows"]
        if any(
            (e["user"], f"{e['service']}:{e['name']}", e["error"]) == (row["user"], row["action"], row["error"])
            for e in data["newest"]
        )
    ]
    if failures:
        row = failures[0]
        report.rows("failures")
        page.locator('[data-table="failures"] tbody tr').nth(data["failures"]["rows"].index(row)).locator(
            "button.number"
        ).click()
        kept = sum(
            (e["user"], f"{e['service']}:{e['name']}", e["error"]) == (row["user"], row["action"], row["error"])
            for e in data["newest"]
        )
        check("events of a failure", int(page.locator("[data-listed]").get_attribute("data-listed")), kept)
    clear = page.locator("[data-clear]")
    if clear.count() == 1:
        clear.click()
    check(
        "all newest events again", int(page.locator("[data-listed]").get_attribute("data-listed")), len(data["newest"])
    )


def check_keyboard(report, data):
    """Filter, sort and zoom with Tab, Enter, Space and arrows only."""
    page = report.page
    if data["events"] == 0:
        return
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    done = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        what = page.evaluate(
            "(() => { const e = document.activeElement; return e.id === 'timeline-chart' ? 'chart' : e.dataset.sort === 'name' ? 'sort' : e.dataset.filter ? 'filter' : '' })()"
        )
        if what == "" or what in done:
            continue
        done.add(what)
        focused = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        holds(f"keyboard: focus on {what} is visible", focused != "none")
        if what == "chart":
            before = page.locator("#timeline-chart").get_attribute("aria-valuetext")
            page.keyboard.press("ArrowRight")
            holds(
                "keyboard: arrows read the timeline",
                len(data["timeline"]["events"]) < 2
                or page.locator("#timeline-chart").get_attribute("aria-valuetext") != before,
            )
            if len(data["timeline"]["events"]) > 8:
                page.keyboard.press("Shift+ArrowRight")
                page.keyboard.press("Enter")
                start, end = report.timeline()[:2]
                holds("keyboard: Shift and Enter zoom", end - start < len(data["timeline"]["events"]))
                page.keyboard.press("0")
                check("keyboard: 0 resets", report.timeline()[1], len(data["timeline"]["events"]))
        elif what == "sort":
            page.keyboard.press("Enter")
            holds(
                "keyboard: Enter sorts",
                page.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") != "none",
            )
        else:
            page.keyboard.press("Space")
            check(
                "keyboard: Space filters, and the focus stays",
                page.evaluate("document.activeElement.getAttribute('aria-pressed')"),
                "true",
            )
            page.keyboard.press("Enter")
            check(
                "keyboard: Enter removes the filter",
                page.evaluate("document.activeElement.getAttribute('aria-pressed')"),
                "false",
            )
        if len(done) == 3:
            break
    check("keyboard: reached timeline, sort and filter", sorted(done), ["chart", "filter", "sort"])


def check_fragments(report):
    """The address is input: what is not of the report is ignored."""
    page = report.page
    base = page.url.split("#")[0]
    for fragment in (
        "#user=<script>window.pwned=1</script>",
        "#%E0%A4%A",
        "#user=nobody&region=&time=9-1&time=0-99999",
        "#__proto__=1&constructor=2",
        "#" + "a" * 5000,
        "#time=-5-7",
    ):
        other = page.context.new_page()
        other.goto(base + fragment)
        holds(
            f"address {fragment[:40]!r}",
            other.evaluate("window.pwned === undefined")
            and number(other.locator("[data-total=events]").inner_text()) is not None,
        )
        other.close()
