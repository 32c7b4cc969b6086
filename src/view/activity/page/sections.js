// The tables of failures, sign-ins, changes and new values. Their rows are not in the cube, but they name some of what
// filters choose (user, action, error): rows are narrowed by that, and a note says which filters do not narrow them.

const serviceOf = (action) => action.slice(0, Math.max(0, action.indexOf(":")));

// Keeps the rows that pass the filters on what rows name; `fields` maps a dimension to its value in a row.
function narrow(cube, rows, filters, fields) {
  const applied = new Map([...filters].filter(([dimension]) => dimension in fields));
  const left = [...filters.keys()].filter((dimension) => !applied.has(dimension));
  const passing = rows.filter((row) =>
    [...applied].every(([dimension, index]) => {
      const value = cube.index(dimension, fields[dimension](row));
      return (value ?? cube.other(dimension)) === index;
    }),
  );
  return { rows: passing, applied, left };
}

// A table in a section of body.html, with the sentence on what does not narrow it.
class Listing {
  constructor(report, id, title, columns, { fields, unit, tests, empty, options, loose }) {
    Object.assign(this, { report, id, fields, empty });
    this.applied = new Map();
    this.note = el("p", { class: "note" });
    const events = columns.find((column) => column.key === "events");
    events.cell = (row) => {
      const all = [...testsOf(report.cube, this.applied), ...tests(row)];
      const key = `${id} ${Object.values(row).join(" ")}`;
      return number(row.events, { tests: all, unit, key, loose });
    };
    this.table = new Table(id, title, columns, options);
    this.element = el("div", { "data-section": id }, this.note, this.table.element);
  }

  update(source, filters) {
    const { rows, applied, left } = narrow(this.report.cube, source.rows, filters, this.fields);
    this.applied = applied;
    this.table.update(rows, { empty: applied.size > 0 ? `${this.empty} under these filters` : this.empty });
    this.element.setAttribute("data-narrowed", left.length === 0 ? "yes" : applied.size > 0 ? "partly" : "no");
    const notes = [];
    if (left.length > 0) notes.push(`Not narrowed by ${left.join(", ")}.`);
    if (source.distinct > source.rows.length)
      notes.push(
        `The first ${count(source.rows.length)} of ${source.approximate ? "about " : ""}${count(source.distinct)} rows.`,
      );
    if (source.approximate) notes.push(APPROXIMATE);
    this.note.textContent = notes.join(" ");
    this.note.hidden = notes.length === 0;
  }
}

const is = (field, value) => ({ field, is: value });
const events = () => ({ key: "events", label: "Events", numeric: true, value: (row) => row.events, cell: null });
const period = () => [columns.time("first", "First (UTC)"), columns.time("last", "Last (UTC)")];
// Numbers of all events, which say so while filters are active.
const inAll = () => el("span", { class: "in-all" }, "without filters");

function failures(report) {
  const error = {
    key: "error",
    label: "Error",
    value: (row) => row.error,
    cell: (row) => tagged(row.error, row.denied ? "denied" : null),
  };
  const listing = new Listing(
    report,
    "failures",
    "Failed requests",
    [columns.text("user", "User"), columns.text("action", "Action"), error, events(), ...period()],
    {
      fields: { user: (row) => row.user, service: (row) => serviceOf(row.action), error: (row) => row.error },
      unit: "failed requests",
      tests: (row) => [is("user", row.user), is("action", row.action), is("error", row.error)],
      empty: "no failed requests",
      options: { limit: 20, stacked: true },
    },
  );
  document.getElementById("failures").append(listing.element);
  return (filters) => listing.update(report.data.failures, filters);
}

const SIGN_IN = is("action", "signin:ConsoleLogin");
const signInOf = (row) => [SIGN_IN, is("user", row.user), is("address", row.address)];
const LOOSE_SIGN_INS = "events are matched by user and address, not by result and MFA";

// How many sign-ins there were, and how many of those that need a look.
function signInFacts(source) {
  const facts = [
    ["events", "sign-ins", null],
    ["failed", "failed", (row) => row.failed],
    ["without_mfa", "without MFA", (row) => row.mfa === false],
    ["root", "by root", (row) => row.root],
  ];
  const line = facts.map(([key, text, chosen]) => {
    const tests =
      chosen === null ? [SIGN_IN] : [{ any: source.rows.filter(chosen).map(signInOf), name: `sign-ins ${text}` }];
    const button = number(source[key], {
      tests,
      unit: text,
      key: `sign-ins ${key}`,
      loose: chosen === null ? undefined : LOOSE_SIGN_INS,
    });
    return el(
      "span",
      { "data-sign-ins": key, class: chosen !== null && source[key] > 0 ? "marked" : null },
      button,
      ` ${text}`,
    );
  });
  return el("p", { class: "facts" }, ...line, inAll());
}

function signIns(report) {
  const source = report.data.sign_ins;
  const mfa = (row) => (row.mfa === null ? "unknown" : row.mfa ? "yes" : "no");
  const flag = (text, marked) => el("span", { class: marked ? "tag" : null }, text);
  const listing = new Listing(
    report,
    "sign_ins",
    "Console sign-ins",
    [
      {
        key: "user",
        label: "User",
        value: (row) => row.user,
        cell: (row) => tagged(row.user, row.root ? "root" : null),
      },
      columns.text("address", "Source address"),
      {
        key: "failed",
        label: "Result",
        value: (row) => (row.failed ? "failed" : "success"),
        cell: (row) => flag(row.failed ? "failed" : "success", row.failed),
      },
      { key: "mfa", label: "MFA", value: mfa, cell: (row) => flag(mfa(row), row.mfa === false) },
      events(),
      ...period(),
    ],
    {
      fields: { user: (row) => row.user },
      unit: "sign-ins",
      tests: signInOf,
      empty: "no sign-ins",
      options: { limit: 20, stacked: true },
      loose: LOOSE_SIGN_INS,
    },
  );
  document.getElementById("sign-ins").append(signInFacts(source), listing.element);
  return (filters) => listing.update(source, filters);
}

function changes(report) {
  const host = document.getElementById("changes");
  const loose = "events are matched by user, action and region";
  const updates = report.data.changes.map((change) => {
    const listing = new Listing(
      report,
      `changes ${change.alert}`,
      change.title,
      [
        columns.text("user", "User"),
        columns.text("action", "Action"),
        columns.text("region", "Region"),
        events(),
        ...period(),
      ],
      {
        fields: {
          user: (row) => row.user,
          service: (row) => serviceOf(row.action),
          region: (row) => row.region,
        },
        unit: "changes",
        tests: (row) => [is("user", row.user), is("action", row.action), is("region", row.region)],
        empty: "no changes",
        options: { limit: 5, stacked: true },
        loose,
      },
    );
    const tests = [
      {
        any: change.rows.map((row) => [is("user", row.user), is("action", row.action), is("region", row.region)]),
        name: `alert ${safe(change.alert)}`,
      },
    ];
    const button = number(change.events, {
      tests,
      unit: "events",
      of: change.alert,
      key: `alert ${change.alert}`,
      loose,
    });
    host.append(
      el(
        "section",
        { class: "change", "data-alert": cut(change.alert, SHOWN) },
        el(
          "h3",
          {},
          el("bdi", {}, label(change.title)),
          " ",
          el("code", {}, named(change.alert)),
          " ",
          el("span", { "data-cell": "events" }, button, " events ", inAll()),
        ),
        listing.element,
      ),
    );
    return (filters) => listing.update(change, filters);
  });
  if (updates.length === 0) host.append(el("p", { class: "empty" }, "no events match an alert of the catalogue"));
  return (filters) => updates.forEach((update) => update(filters));
}

function news(report) {
  const host = document.getElementById("new");
  const { new: lists, previous } = report.data;
  if (lists === null || previous === null) {
    host.append(el("p", { class: "empty" }, "not known: there are no events of an earlier time to compare with"));
    return () => {};
  }
  host.append(
    el(
      "p",
      { class: "note" },
      "Not seen from ",
      when(previous.since),
      " to ",
      when(previous.until),
      ` UTC (${counted(previous.events, "event", "events")}).`,
    ),
  );
  const grid = el("div", { class: "grid" });
  host.append(grid);
  const kinds = [
    ["users", "Users", "user", { user: (row) => row.name }],
    ["regions", "Regions", "region", { region: (row) => row.name }],
    ["addresses", "Source addresses", "address", {}],
    ["actions", "Actions", "action", { service: (row) => serviceOf(row.name) }],
  ];
  const updates = kinds.map(([key, title, field, fields]) => {
    const listing = new Listing(
      report,
      `new ${key}`,
      `New ${title.toLowerCase()}`,
      [columns.text("name", "Name"), events(), columns.time("first", "First seen (UTC)")],
      { fields, unit: "events", tests: (row) => [is(field, row.name)], empty: `no new ${title.toLowerCase()}` },
    );
    grid.append(
      el(
        "section",
        {},
        el("header", {}, el("h3", {}, title), el("span", { class: "distinct" }, count(lists[key].distinct))),
        listing.element,
      ),
    );
    return (filters) => listing.update(lists[key], filters);
  });
  return (filters) => updates.forEach((update) => update(filters));
}
