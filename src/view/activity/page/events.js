// The newest events, which the report keeps one by one. A number of the page leads here with the tests that its events
// pass. The number is exact for all events of the report; the list has those of them that are among the newest.
// A test is {field, is}, {field, other}, {failed}, {denied}, {time: [from, to)} or {any: [[test…]…]}.

const FIELDS = new Map([
  ["region", (event) => event.region],
  ["user", (event) => event.user],
  ["service", (event) => event.service],
  ["error", (event) => event.error ?? ""],
  ["action", (event) => `${event.service}:${event.name}`],
  ["address", (event) => event.address],
]);

function passes(event, test, report) {
  if (test.any) return test.any.some((tests) => tests.every((inner) => passes(event, inner, report)));
  if (test.failed) return event.error !== null;
  if (test.denied) return event.error !== null && report.denied(event.error);
  if (test.time) return seconds(event.time) >= test.time[0] && seconds(event.time) < test.time[1];
  const value = FIELDS.get(test.field)(event);
  return test.other ? report.cube.index(test.field, value) === undefined : value === test.is;
}

// The filters as tests.
function testsOf(cube, filters) {
  return Array.from(filters, ([field, index]) =>
    index === cube.other(field) ? { field, other: true } : { field, is: cube.values.get(field)[index] },
  );
}

// A test in words, as nodes.
function words(test) {
  if (test.any) return [test.name];
  if (test.failed) return ["with an error"];
  if (test.denied) return ["denied"];
  if (test.time) return [`${minute(test.time[0])} to ${minute(test.time[1])}`];
  if (test.other) return [`${test.field}: other`];
  if (test.field === "error" && test.is === "") return ["without an error"];
  return [`${test.field} `, named(test.is)];
}

class Events {
  constructor(report) {
    this.report = report;
    this.events = report.data.newest.map((event) => ({ ...event, action: `${event.service}:${event.name}` }));
    this.heading = document.getElementById("events-title");
    this.summary = document.getElementById("events-summary");
    this.table = new Table(
      "events",
      "Newest events",
      [
        {
          key: "time",
          label: "Time (UTC)",
          numeric: true,
          value: (e) => e.time,
          cell: (e) => when(e.time, true),
        },
        columns.text("user", "User"),
        columns.text("action", "Action"),
        columns.text("region", "Region"),
        columns.text("address", "Source address"),
        { key: "error", label: "Error", value: (e) => e.error, cell: (e) => this.error(e) },
        columns.text("account", "Account"),
        columns.text("id", "Event ID"),
      ],
      { limit: 50, sorted: "time", stacked: true },
    );
    document.getElementById("events-rows").append(this.table.element);
  }

  error({ error }) {
    if (error === null) return el("span", { class: "none" }, "–");
    return tagged(error, this.report.denied(error) ? "denied" : null);
  }

  // Lists the events that pass all tests; `total` is how many events of the report pass them, or null if not known.
  // `loose`: the list has events that the number does not count, because the tests are wider than what was counted.
  show({ tests, count: total, from, loose }) {
    const matching = this.events.filter((event) => tests.every((test) => passes(event, test, this.report)));
    this.table.all = false;
    this.table.update(matching, {
      empty:
        this.events.length === 0 ? "No events are kept." : "None of these events are among the newest that are kept.",
    });
    const kept = count(matching.length);
    const sentence = loose
      ? `${counted(matching.length, "event", "events")} kept that match; ${count(total)} counted (${loose})`
      : total === null
        ? `${counted(matching.length, "event", "events")} kept`
        : `${kept} of ${counted(total, "event", "events")} kept`;
    const what = tests.flatMap((test, place) => [place === 0 ? ": " : ", ", ...words(test)]);
    this.summary.replaceChildren(
      el("span", { "data-listed": matching.length, "data-counted": total }, sentence),
      ...what,
    );
    if (from === undefined) return;
    this.summary.append(
      " ",
      el(
        "button",
        { type: "button", class: "quiet", "data-back": "", click: () => this.back(from) },
        "Back to the number",
      ),
      " ",
      el(
        "button",
        { type: "button", class: "quiet", "data-clear": "", click: () => page.select(null) },
        "Show the newest of all",
      ),
    );
    this.heading.scrollIntoView({ block: "start" });
    this.heading.focus({ preventScroll: true });
  }

  back(key) {
    for (const element of document.querySelectorAll("[data-key]")) {
      if (element.getAttribute("data-key") !== key) continue;
      element.focus();
      element.scrollIntoView({ block: "center" });
      return;
    }
  }
}
