// Tables: rows that sort by the buttons in their header, of which some are shown and "show all" shows the rest.
// Sorting is stable on the order of the report, and fixed rows ("other") stay last. The roles are written out, because
// narrow screens lay rows out as blocks, which takes the meaning of a table from the elements.

// A button with a number, which lists the events behind it; zero has none. `loose` says how the tests are wider than what
// was counted, where they are.
function number(n, { tests, unit, of, key, loose }) {
  if (n === null) return el("span", { class: "none", title: "not known under these filters" }, "–");
  if (n === 0) return el("span", { class: "zero" }, "0");
  const text = count(n);
  return el(
    "button",
    {
      type: "button",
      class: "number",
      "data-key": key,
      "aria-label": `${text} ${unit}${of === undefined ? "" : ` of ${cut(label(of), 80)}`}, list`,
      title: "List the events that are kept",
      click: () => page.select({ tests, count: n, from: key, loose }),
    },
    text,
  );
}

// Rows take several lines on narrow screens, so fewer are shown at first.
const NARROW = matchMedia("(max-width: 640px)").matches;

// A name and a mark behind it, e.g. "denied".
const tagged = (name, tag) =>
  el("span", { class: "error" }, named(name), tag ? " " : null, tag ? el("span", { class: "tag" }, tag) : null);

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

class Table {
  // A column is {key, label, numeric?, value(row), cell(row), wide?}; rows come sorted by `sorted`, descending.
  constructor(id, title, columns, { limit = 10, sorted = "events", stacked = false } = {}) {
    Object.assign(this, {
      id,
      columns,
      limit: NARROW ? Math.min(limit, 10) : limit,
      rows: [],
      fixed: [],
      all: false,
      pinned: () => false,
    });
    this.sort = { key: sorted, descending: true };
    this.given = { key: sorted, descending: true };
    this.head = el("tr", { role: "row" }, ...columns.map((column) => this.header(column)));
    this.body = el("tbody", { role: "rowgroup" });
    this.more = el("button", {
      type: "button",
      class: "more",
      "data-more": id,
      "data-key": `${id} more`,
      click: () => this.toggle(),
    });
    this.table = el(
      "table",
      { role: "table", "aria-label": title, class: stacked ? "stacked" : null },
      el("thead", { role: "rowgroup" }, this.head),
      this.body,
    );
    this.empty = el("p", { class: "empty" });
    this.element = el("div", { class: "rows", "data-table": id }, this.table, this.empty, this.more);
  }

  header(column) {
    const button = el(
      "button",
      { type: "button", class: "sort", "data-sort": column.key, click: () => this.sortBy(column) },
      column.label,
    );
    return el(
      "th",
      { role: "columnheader", scope: "col", class: `column-${column.key}${column.numeric ? " numeric" : ""}` },
      button,
    );
  }

  // The first click sorts numbers and times from the top, text from A; the second one turns the order round.
  sortBy(column) {
    const same = this.sort.key === column.key;
    this.sort = { key: column.key, descending: same ? !this.sort.descending : Boolean(column.numeric) };
    this.draw();
  }

  toggle() {
    this.all = !this.all;
    keepFocus(() => this.draw());
  }

  update(rows, { fixed = [], empty = "none", pinned = () => false, hidden = [] } = {}) {
    Object.assign(this, { rows, fixed, pinned });
    // A long table that was opened closes when its rows change: to draw it takes longer than a click may.
    if (rows.length > 100) this.all = false;
    this.empty.textContent = empty;
    for (const { key } of this.columns) this.table.classList.toggle(`without-${key}`, hidden.includes(key));
    this.draw();
  }

  sorted() {
    const { key, descending } = this.sort;
    if (key === this.given.key && descending === this.given.descending) return this.rows;
    const { value } = this.columns.find((column) => column.key === key);
    const keyed = this.rows.map((row) => [value(row), row]);
    // Absent values are last in both directions.
    keyed.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return descending ? compare(b, a) : compare(a, b);
    });
    return keyed.map(([, row]) => row);
  }

  draw() {
    const rows = this.sorted();
    const shown = this.all ? rows : rows.filter((row, place) => place < this.limit || this.pinned(row));
    this.body.replaceChildren(...[...shown, ...this.fixed].map((row) => this.row(row)));
    const none = rows.length + this.fixed.length === 0;
    this.table.hidden = none;
    this.empty.hidden = !none;
    this.more.hidden = rows.length <= this.limit;
    this.more.textContent = this.all ? "Show fewer" : `Show all ${count(rows.length)}`;
    this.more.setAttribute("aria-expanded", String(this.all));
    this.columns.forEach((column, place) => {
      const here = column.key === this.sort.key;
      this.head.cells[place].setAttribute(
        "aria-sort",
        here ? (this.sort.descending ? "descending" : "ascending") : "none",
      );
    });
  }

  row(row) {
    const cells = this.columns.map((column, place) =>
      el(
        place === 0 ? "th" : "td",
        {
          role: place === 0 ? "rowheader" : "cell",
          scope: place === 0 ? "row" : null,
          class: `column-${column.key}${column.numeric ? " numeric" : ""}`,
          "data-cell": column.key,
          "data-label": column.label.replace(" (UTC)", ""),
        },
        column.cell(row),
      ),
    );
    const name = row.name === undefined ? null : cut(row.name, SHOWN);
    return el(
      "tr",
      { role: "row", "data-kind": row.kind ?? "value", "data-name": name, class: row.pressed ? "pressed" : null },
      ...cells,
    );
  }
}

// Columns that several tables have.
const columns = {
  text: (key, title, value = (row) => row[key]) => ({ key, label: title, value, cell: (row) => named(value(row)) }),
  time: (key, title) => ({
    key,
    label: title,
    numeric: true,
    value: (row) => row[key] ?? null,
    cell: (row) => when(row[key]),
  }),
  number: (key, title, options) => ({
    key,
    label: title,
    numeric: true,
    value: (row) => row[key],
    cell: (row) => number(row[key], options(row)),
  }),
};
