// The page: its state is the filters, the part of the timeline that is shown, and the number whose events are listed.
// Each change draws what depends on it. The address has filters and zoom, so that a view can be linked and "back" works.

const DENIED = /^AccessDenied|UnauthorizedOperation$/;

function load() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const cube = new Cube(data.facets, data.timeline.events.length);
  // The report says of failures whether they were denied; the pattern is for codes without a row there.
  const known = new Map(data.failures.rows.map((row) => [row.error, row.denied]));
  return { data, cube, denied: (code) => known.get(code) ?? DENIED.test(code) };
}

function describe({ data }) {
  const host = document.getElementById("about");
  const fact = (term, ...text) => host.append(el("div", {}, el("dt", {}, term), el("dd", {}, ...text)));
  const asked = data.since !== null || data.until !== null;
  if (asked)
    fact(
      "Period",
      data.since === null ? "start" : when(data.since),
      " to ",
      data.until === null ? "now" : when(data.until),
      " UTC",
    );
  if (data.first !== null) fact("Events from", when(data.first, true), " to ", when(data.last, true), " UTC");
  const list = (items) =>
    items.slice(0, 5).flatMap((item, place) => [place === 0 ? null : ", ", el("code", {}, named(item))]);
  const rest = data.sources.length > 5 ? ` and ${count(data.sources.length - 5)} more` : null;
  if (data.sources.length > 0) fact("Sources", ...list(data.sources), rest);
  if (data.filters.length > 0)
    fact(
      "Only events with",
      ...data.filters.flatMap((item, place) => [place === 0 ? null : " ", el("code", {}, named(item))]),
    );
  if (data.unreadable > 0)
    fact(
      "Not read to the end",
      el(
        "span",
        { class: "marked", "data-unreadable": data.unreadable },
        counted(data.unreadable, "log", "logs"),
      ),
    );
}

class Page {
  constructor(report) {
    this.report = report;
    this.state = { filters: new Map(), zoom: null, selection: null };
    this.chips = document.getElementById("chips");
    this.status = document.getElementById("status");
    this.facets = FACETS.map((facet) => new Facet(report, facet));
    const grids = [document.getElementById("facets"), document.getElementById("wide-facets")];
    this.facets.forEach((facet) => grids[facet.filters ? 0 : 1].append(facet.element));
    this.timeline = new Timeline(report);
    this.events = new Events(report);
    this.sections = [failures(report), signIns(report), changes(report), news(report)];
    const read = () => this.go(readFragment(report.cube, location.hash));
    window.addEventListener("hashchange", read);
    window.addEventListener("popstate", read);
    for (const link of document.querySelectorAll("[data-jump]"))
      link.addEventListener("click", (event) => this.jump(event, link));
  }

  // Links within the page must not replace the state in the address.
  jump(event, link) {
    event.preventDefault();
    const target = document.getElementById(link.getAttribute("href").slice(1));
    target?.scrollIntoView({ block: "start" });
    target?.focus({ preventScroll: true });
  }

  go({ filters, zoom }) {
    const same = writeFragment(this.report.cube, { filters, zoom }) === this.fragment;
    if (same) return;
    this.state = { filters, zoom, selection: null };
    this.draw();
  }

  toggle(dimension, index) {
    const filters = new Map(this.state.filters);
    if (filters.get(dimension) === index) filters.delete(dimension);
    else filters.set(dimension, index);
    this.filter(filters);
  }

  filter(filters) {
    this.state = { ...this.state, filters, selection: null };
    this.draw();
    this.save();
  }

  zoom(from, to) {
    const whole = from === 0 && to === this.timeline.buckets;
    this.state = { ...this.state, zoom: whole ? null : [from, to] };
    this.fragment = writeFragment(this.report.cube, this.state);
    keepFocus(() => this.timeline.update(this.state.filters, this.state.zoom));
    this.save();
  }

  select(selection) {
    this.state = { ...this.state, selection };
    this.list(selection);
    if (selection === null) this.events.heading.focus();
  }

  save() {
    // A browser may refuse to change the address of a file; the page works without.
    try {
      history.pushState(null, "", this.fragment === "" ? location.pathname + location.search : this.fragment);
    } catch {
      this.unsaved = true;
    }
  }

  draw() {
    this.fragment = writeFragment(this.report.cube, this.state);
    const { filters, zoom } = this.state;
    keepFocus(() => {
      this.totals(filters);
      this.drawChips(filters);
      this.timeline.update(filters, zoom);
      this.facets.forEach((facet) => facet.update(filters));
      this.sections.forEach((update) => update(filters));
      this.list(null);
    });
  }

  list(selection) {
    const tests = testsOf(this.report.cube, this.state.filters);
    this.events.show(selection ?? { tests, count: this.shown?.events ?? null });
  }

  totals(filters) {
    const { data, cube, denied } = this.report;
    const all = { events: data.events, errors: data.errors, denied: data.denied, more: false };
    const total = filters.size === 0 ? all : cube.totals(filters, denied);
    this.shown = total;
    const tests = testsOf(cube, filters);
    const more = { events: [], errors: [{ failed: true }], denied: [{ denied: true }] };
    for (const key of Object.keys(more)) {
      const button = number(total === null ? null : total[key], {
        tests: [...tests, ...more[key]],
        unit: key === "denied" ? "denied requests" : key,
        key: `total ${key}`,
      });
      const of =
        filters.size > 0
          ? `of ${count(all[key])}`
          : key === "events"
            ? ""
            : `${percent(all[key], all.events)} of events`;
      const least = key === "denied" && total?.more ? "at least " : "";
      document.getElementById(`total-${key}`).replaceChildren(least, el("span", { "data-total": key }, button));
      document.getElementById(`of-${key}`).textContent = of;
    }
  }

  drawChips(filters) {
    const { cube, data } = this.report;
    const chips = Array.from(filters, ([dimension, index]) => {
      const other = index === cube.other(dimension);
      const value = other ? null : cube.values.get(dimension)[index];
      const text = other ? "other" : value === "" && dimension === "error" ? "no error" : named(value);
      return el(
        "button",
        {
          type: "button",
          class: "chip",
          "data-remove": dimension,
          "data-key": `chip ${dimension}`,
          "aria-label": `Remove filter ${dimension} ${other ? "other" : cut(label(value), 80)}`,
          click: () => this.remove(dimension),
        },
        el("span", { class: "dimension" }, dimension),
        " ",
        el("span", { class: "value" }, text),
        el("span", { class: "cross", "aria-hidden": "true" }, "×"),
      );
    });
    if (chips.length > 1)
      chips.push(
        el(
          "button",
          { type: "button", class: "quiet", "data-remove": "all", click: () => this.remove(null) },
          "Remove all",
        ),
      );
    this.chips.replaceChildren(...chips);
    this.status.textContent =
      chips.length === 0
        ? data.events === 0
          ? "No events."
          : "No filters. Choose a region, user, service or error code to filter."
        : `${counted(this.shown?.events ?? 0, "event", "events")} of ${count(data.events)}`;
    document.getElementById("bar").classList.toggle("active", chips.length > 0);
    document.body.classList.toggle("filtered", chips.length > 0);
  }

  // The chip is gone after this, so the focus goes to the next one, or to the status.
  remove(dimension) {
    this.filter(dimension === null ? new Map() : without(this.state.filters, dimension));
    (this.chips.querySelector("button") ?? this.status).focus({ preventScroll: true });
  }
}

const report = load();
describe(report);
const page = new Page(report);
page.go(readFragment(report.cube, location.hash));
report.cube.prepare();
