// The tables that the filters narrow: regions, users, services and error codes, whose rows are filters themselves, and
// actions and source addresses. Without filters they show the rows of the report; with filters the sums of the cube.
// Each has its top 50 values and "other"; the values past the top 50 are in a table of their own, which no filter narrows.

const FACETS = [
  { id: "regions", dimension: "region", one: "Region", title: "Regions", many: "regions" },
  { id: "users", dimension: "user", one: "User", title: "Users", many: "users" },
  { id: "services", dimension: "service", one: "Service", title: "Services", many: "services" },
  { id: "error_codes", dimension: "error", one: "Error code", title: "Error codes", many: "error codes" },
  { id: "actions", dimension: "action", one: "Action", title: "Actions", many: "actions" },
  {
    id: "addresses",
    dimension: "address",
    one: "Source address",
    title: "Source addresses",
    many: "source addresses",
  },
];

class Facet {
  constructor(report, facet) {
    Object.assign(this, facet, { report, cube: report.cube, source: report.data[facet.id] });
    this.filters = FILTERED.includes(this.dimension);
    this.applied = new Map();
    this.note = el("p", { class: "note" });
    this.table = new Table(this.id, this.title, this.columns());
    const distinct = this.source.approximate
      ? `about ${count(this.source.distinct)} (estimated)`
      : count(this.source.distinct);
    this.element = el(
      "section",
      { class: "facet", "aria-labelledby": `${this.id}-title`, "data-section": this.id },
      el(
        "header",
        {},
        el("h2", { id: `${this.id}-title`, tabindex: "-1" }, this.title),
        el("span", { class: "distinct" }, distinct),
      ),
      this.note,
      this.table.element,
    );
    if (this.source.approximate) this.element.append(el("p", { class: "note" }, APPROXIMATE));
    this.addFurther();
  }

  columns() {
    const key = (row, column) => `${this.id} ${row.kind ?? ""} ${row.name} ${column}`;
    const numbers = (column, unit, more) => (row) => ({
      tests: [...testsOf(this.cube, this.applied), row.test, ...more],
      unit,
      of: row.title ?? row.name,
      key: key(row, column),
    });
    const errors = columns.number("errors", "Errors", numbers("errors", "errors", [{ failed: true }]));
    return [
      { key: "name", label: this.one, value: (row) => row.name, cell: (row) => this.name(row) },
      columns.number("events", "Events", numbers("events", "events", [])),
      ...(this.dimension === "error" ? [] : [errors]),
      { ...columns.time("last", "Last seen (UTC)"), cell: (row) => this.last(row) },
    ];
  }

  last(row) {
    const time = when(row.last);
    if (row.last && row.first) time.title = `first seen ${row.first}, last seen ${row.last}`;
    return time;
  }

  // The name on its bar; a button where the row is a filter.
  name(row) {
    const bar = row.kind === undefined && row.events > 0 ? el("span", { class: "bar", "aria-hidden": "true" }) : null;
    if (bar !== null) {
      bar.style.width = `${Math.min(100, (100 * row.events) / this.greatest)}%`;
      if (this.dimension === "error") bar.classList.add("failed");
      else if (row.errors) {
        const failed = el("span", { class: "failed" });
        failed.style.width = `${(100 * row.errors) / row.events}%`;
        bar.append(failed);
      }
    }
    const text = row.title ?? null;
    const name = text === null ? named(row.name) : el("span", { class: "name special" }, text);
    if (!this.filters || row.index === undefined) return el("span", { class: "barred" }, bar, name);
    return el(
      "button",
      {
        type: "button",
        class: "barred filter",
        "aria-pressed": String(row.pressed),
        "data-filter": this.dimension,
        "data-key": `${this.id} ${row.kind ?? ""} ${row.name} filter`,
        click: () => page.toggle(this.dimension, row.index),
      },
      bar,
      name,
    );
  }

  update(filters) {
    const others = without(filters, this.dimension);
    const sums = this.cube.sums(this.dimension, others);
    const narrowed = sums !== null && others.size > 0;
    this.applied = narrowed ? others : new Map();
    const chosen = filters.get(this.dimension);
    // What is fixed below the rows (other, success) comes from the cube; without a layer, from the cube without filters.
    const all = sums ?? this.cube.sums(this.dimension, new Map());
    const rows = narrowed ? this.summed(all, others, chosen) : this.reported(chosen);
    this.greatest = rows.reduce((most, row) => Math.max(most, row.events), 0);
    this.table.update(rows, {
      fixed: this.fixed(all, others, chosen),
      pinned: (row) => row.pressed,
      hidden: !narrowed ? [] : rows.every((row) => row.errors === null) ? ["last", "errors"] : ["last"],
      empty: narrowed || this.report.data.events > 0 ? `no ${this.many}` : "no events",
    });
    const stale = others.size > 0 && !narrowed;
    this.element.setAttribute("data-narrowed", stale ? "no" : "yes");
    this.note.hidden = !stale;
    this.note.textContent = `Not narrowed: the report has no counts of ${this.many} for these filters together. All ${this.many} are shown.`;
  }

  row(index, name, numbers, chosen) {
    return { index, name, ...numbers, pressed: index === chosen, test: { field: this.dimension, is: name } };
  }

  reported(chosen) {
    return this.source.rows
      .map((row) => this.row(this.cube.index(this.dimension, row.name), row.name, row, chosen))
      .filter((row) => row.index !== undefined);
  }

  summed(sums, filters, chosen) {
    const rows = this.cube.values
      .get(this.dimension)
      .map((name, index) => this.row(index, name, this.numbers(sums, filters, index), chosen));
    // Filtered rows are in the order in which the report of these filters has them: most events first, then by name.
    return rows
      .filter((row) => (row.events > 0 || row.pressed) && !(this.dimension === "error" && row.name === ""))
      .sort((a, b) => b.events - a.events || compare(a.name, b.name));
  }

  numbers(sums, filters, index) {
    const events = sums.events[index];
    if (sums.errors) return { events, errors: sums.errors[index] };
    // One error code was chosen: then all events are errors, or none.
    const code = filters.get("error");
    return { events, errors: code === undefined ? null : code === this.cube.success ? 0 : events };
  }

  fixed(sums, filters, chosen) {
    if (!sums) return [];
    const rows = [];
    const other = this.cube.other(this.dimension);
    if (sums.events[other] > 0 || chosen === other) {
      const test = { field: this.dimension, other: true };
      const listed = this.cube.values.get(this.dimension).filter((name) => this.dimension !== "error" || name !== "");
      const title = `other, past the top ${count(listed.length)}`;
      rows.push({
        ...this.row(other, "", this.numbers(sums, filters, other), chosen),
        kind: "other",
        title,
        test,
      });
    }
    if (this.dimension === "error" && this.cube.success >= 0) {
      const index = this.cube.success;
      const numbers = { events: sums.events[index], errors: 0 };
      if (numbers.events > 0 || chosen === index)
        rows.push({ ...this.row(index, "", numbers, chosen), kind: "success", title: "no error" });
    }
    return rows;
  }

  // The values past those that the cube knows, drawn when they are opened.
  addFurther() {
    const rows = this.source.rows.filter((row) => this.cube.index(this.dimension, row.name) === undefined);
    if (rows.length === 0) return;
    const facet = Object.assign(Object.create(Facet.prototype), this, {
      id: `${this.id}_further`,
      filters: false,
      applied: new Map(),
      greatest: rows[0].events,
    });
    const { distinct, approximate } = this.source;
    const all = distinct - (this.source.rows.length - rows.length);
    const part = all > rows.length ? `${count(rows.length)} of ${approximate ? "about " : ""}` : "";
    const details = el(
      "details",
      { class: "further" },
      el("summary", {}, `${part}${count(Math.max(all, rows.length))} further ${this.many}`),
    );
    details.append(el("p", { class: "note" }, "Filters do not narrow these."));
    let table = null;
    details.addEventListener("toggle", () => {
      if (table !== null) return;
      table = new Table(facet.id, `Further ${this.many}`, facet.columns(), { limit: 50 });
      details.append(table.element);
      table.update(rows.map((row) => facet.row(undefined, row.name, row, null)));
    });
    this.element.append(details);
  }
}

const APPROXIMATE =
  "There were more distinct values than the report counts one by one: their number is an estimate, and events of rows may be too high.";
