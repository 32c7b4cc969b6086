"""Reads an activity report that is open in a browser: what it shows, and what must not happen while it does. The data
attributes that it relies on are described in report.py."""

TABLES = {
    "region": "regions",
    "user": "users",
    "service": "services",
    "error": "error_codes",
    "action": "actions",
    "address": "addresses",
}


class Mismatch(Exception):
    pass


def check(name, shown, wanted):
    if shown != wanted:
        raise Mismatch(f"{name}\n  shown:  {str(shown)[:1500]}\n  wanted: {str(wanted)[:1500]}")
    print(f"ok  {name}")


def holds(name, true, why=""):
    if not true:
        raise Mismatch(f"{name} {why}")
    print(f"ok  {name}")


def number(text):
    """A number as the page writes it; None for the dash of "not known"."""
    return None if text.strip() in ("–", "") else int(text.replace(",", ""))


class Report:
    """The page and ways to read it."""

    def __init__(self, page):
        self.page = page

    def totals(self):
        return {
            key: number(self.page.locator(f"[data-total={key}]").inner_text()) for key in ("events", "errors", "denied")
        }

    def show_all(self, table):
        more = self.page.locator(f'button[data-more="{table}"]')
        if more.is_visible() and more.get_attribute("aria-expanded") == "false":
            more.click()

    def rows(self, table):
        """Rows as {kind, name, cells}; `name` is None where the table has none."""
        self.show_all(table)
        return self.page.evaluate(
            """(table) => [...document.querySelectorAll(`[data-table="${table}"] tbody tr`)].map((row) => ({
                kind: row.dataset.kind, name: row.dataset.name ?? null,
                cells: Object.fromEntries([...row.querySelectorAll("[data-cell]")].map((cell) => [cell.dataset.cell, cell.textContent])),
            }))""",
            table,
        )

    def narrowed(self, section):
        return self.page.locator(f'[data-section="{section}"]').get_attribute("data-narrowed")

    def timeline(self):
        shown = self.page.locator("[data-shown]")
        if shown.count() == 0:
            return None
        sums = [
            number(" ".join(self.page.locator(f"[data-sum={key}]").all_inner_texts())) for key in ("events", "errors")
        ]
        return int(shown.get_attribute("data-from")), int(shown.get_attribute("data-to")), *sums

    def filter(self, dimension, value):
        self.show_all(TABLES[dimension])
        for button in self.page.locator(f"button[data-filter={dimension}]").all():
            row = button.locator("xpath=ancestor::tr")
            if (
                row.get_attribute("data-kind") == "value"
                and row.get_attribute("data-name") == value[:200]
                or (value == "" and row.get_attribute("data-kind") == "success")
            ):
                button.click()
                return True
        return False


def counts(rows, dimension):
    """Name, events and errors of the rows of a facet."""
    errors = lambda row: row["cells"].get("errors", row["cells"]["events"])
    return [
        (row["name"], number(row["cells"]["events"]), number(errors(row))) for row in rows if row["kind"] == "value"
    ]


def name(text):
    """A name as data-name has it."""
    return text if len(text) <= 200 else text[:200] + "…"


def wanted(table):
    return [(name(row["name"]), row["events"], row["errors"]) for row in table["rows"]]


OVERFLOW = """() => {
    const wide = [];
    for (const element of document.querySelectorAll("body *")) {
        const box = element.getBoundingClientRect();
        if (box.width > 0 && box.right > innerWidth + 0.5 && !element.closest("svg")) {
            let clipped = false;
            for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
                if (getComputedStyle(up).overflowX !== "visible" && up.getBoundingClientRect().right <= innerWidth + 0.5) clipped = true;
            if (!clipped) wide.push(element.tagName + "." + element.className + " " + element.textContent.slice(0, 40));
        }
    }
    if (document.documentElement.scrollWidth > innerWidth) wide.push("the page scrolls sideways");
    return wide.slice(0, 5);
}"""
