// The timeline: events and errors per bucket, as bars of an SVG. A pointer zooms by dragging; the keyboard moves a cursor
// (arrows), selects (with Shift) and zooms (Enter, + and −); buttons do the same. For screen readers the chart is a slider
// over the buckets, whose value text has the numbers, and a table has them all.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 150;
const EDGE = { left: 48, right: 8, top: 10, bottom: 22 };
const STEPS = [
  60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 31536000,
];

function shape(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

// A round number at or above the greatest bar, for the top of the axis.
function ceiling(greatest) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, greatest)));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((n) => n * power).find((n) => n >= greatest && Number.isInteger(n));
}

const short = (n) => (n >= 1e6 ? `${n / 1e6}M` : n >= 1e4 ? `${n / 1e3}k` : count(n));

class Timeline {
  constructor(report) {
    this.report = report;
    const { start, seconds: width, events } = report.data.timeline;
    Object.assign(this, { start: start === null ? 0 : seconds(start), width, buckets: events.length });
    Object.assign(this, {
      from: 0,
      to: this.buckets,
      cursor: 0,
      anchor: null,
      series: report.data.timeline,
      filters: new Map(),
    });
    this.host = document.getElementById("timeline-chart");
    this.readout = document.getElementById("timeline-readout");
    this.range = document.getElementById("timeline-range");
    this.note = document.getElementById("timeline-note");
    this.list();
    if (this.buckets === 0) {
      document.getElementById("timeline").classList.add("without-events");
      this.range.textContent = "no events";
      return;
    }
    this.listen();
  }

  time(bucket) {
    return this.start + bucket * this.width;
  }

  listen() {
    const { host } = this;
    for (const button of document.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.act(button.getAttribute("data-zoom")));
    }
    host.addEventListener("keydown", (event) => this.key(event));
    host.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      host.setPointerCapture(event.pointerId);
      this.anchor = this.cursor = this.at(event);
      this.mark();
    });
    host.addEventListener("pointermove", (event) => {
      this.cursor = this.at(event);
      this.mark();
    });
    host.addEventListener("pointerup", () => this.drop());
    host.addEventListener("pointercancel", () => ((this.anchor = null), this.mark()));
    host.addEventListener("dblclick", () => this.act("reset"));
    new ResizeObserver(() => this.draw()).observe(host);
  }

  // The bucket under the pointer.
  at(event) {
    const inside = event.clientX - this.host.getBoundingClientRect().left - EDGE.left;
    const bucket = this.from + Math.floor((inside / this.inner) * (this.to - this.from));
    return Math.min(this.to - 1, Math.max(this.from, bucket));
  }

  selected() {
    if (this.anchor === null || this.anchor === this.cursor) return null;
    return [Math.min(this.anchor, this.cursor), Math.max(this.anchor, this.cursor) + 1];
  }

  drop() {
    const range = this.selected();
    this.anchor = null;
    if (range) page.zoom(...range);
    else this.mark();
  }

  key(event) {
    const step =
      event.key === "ArrowLeft"
        ? -1
        : event.key === "ArrowRight"
          ? 1
          : event.key === "PageUp"
            ? -10
            : event.key === "PageDown"
              ? 10
              : 0;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (step !== 0 || event.key === "Home" || event.key === "End") {
      if (!event.shiftKey) this.anchor = null;
      else this.anchor ??= this.cursor;
      const wanted =
        event.key === "Home" ? this.from : event.key === "End" ? this.to - 1 : this.cursor + step * this.group;
      this.cursor = Math.min(this.to - 1, Math.max(this.from, wanted));
      this.mark();
    } else if (event.key === "Enter" || event.key === " ") {
      if (this.selected()) this.drop();
      else this.act("in");
    } else if (event.key === "+" || event.key === "=") this.act("in");
    else if (event.key === "-") this.act("out");
    else if (event.key === "0") this.act("reset");
    else if (event.key === "Escape") {
      this.anchor = null;
      this.mark();
    } else return;
    event.preventDefault();
  }

  // Zooming halves or doubles the range around the cursor; earlier and later move it by half.
  act(what) {
    const length = this.to - this.from;
    const around =
      this.cursor >= this.from && this.cursor < this.to ? this.cursor : Math.floor((this.from + this.to) / 2);
    const show = (wanted, from) => {
      const size = Math.min(this.buckets, Math.max(1, wanted));
      const first = Math.min(this.buckets - size, Math.max(0, Math.round(from)));
      page.zoom(first, first + size);
    };
    if (what === "in") show(Math.ceil(length / 2), around - length / 4);
    else if (what === "out") show(length * 2, (this.from + this.to) / 2 - length);
    else if (what === "earlier") show(length, this.from - Math.max(1, length / 2));
    else if (what === "later") show(length, this.from + Math.max(1, length / 2));
    else page.zoom(0, this.buckets);
  }

  update(filters, zoom) {
    if (this.buckets === 0) return;
    const sums = filters.size === 0 ? this.report.data.timeline : this.report.cube.sums("time", filters);
    this.series = sums ?? this.report.data.timeline;
    this.filters = sums ? filters : new Map();
    let errors = this.series.errors;
    const code = this.filters.get("error");
    if (errors === null && code !== undefined)
      errors = code === this.report.cube.success ? this.series.events.map(() => 0) : this.series.events;
    this.errors = errors;
    const section = document.getElementById("timeline");
    section.classList.toggle("without-errors", errors === null);
    section.setAttribute("data-narrowed", sums ? "yes" : "no");
    this.note.hidden = sums !== null && errors !== null;
    this.note.textContent = sums
      ? "Errors are not shown: the report has no counts of errors over time for these filters."
      : "Not narrowed: the report has no counts over time for these filters together. All events are shown.";
    [this.from, this.to] = zoom ?? [0, this.buckets];
    this.anchor = null;
    this.cursor = Math.min(this.to - 1, Math.max(this.from, this.cursor));
    this.draw();
    this.describe();
    if (this.details.open) this.fill();
  }

  sum(from, to, series) {
    let sum = 0;
    for (let bucket = from; bucket < to; bucket++) sum += series[bucket];
    return sum;
  }

  // Bars take at least three pixels, so that several buckets share one where there are many.
  draw() {
    const outer = this.host.clientWidth;
    if (outer === 0 || this.buckets === 0 || this.errors === undefined) return;
    this.inner = Math.max(50, outer - EDGE.left - EDGE.right);
    const length = this.to - this.from;
    this.group = Math.max(1, Math.ceil((length * 3) / this.inner));
    const bars = [];
    for (let bucket = this.from; bucket < this.to; bucket += this.group) {
      const end = Math.min(this.to, bucket + this.group);
      bars.push({
        bucket,
        end,
        events: this.sum(bucket, end, this.series.events),
        errors: this.errors ? this.sum(bucket, end, this.errors) : 0,
      });
    }
    const top = ceiling(bars.reduce((most, bar) => Math.max(most, bar.events), 0));
    const svg = shape("svg", { width: outer, height: HEIGHT, "aria-hidden": "true", focusable: "false" });
    this.axes(svg, top);
    this.selection = shape("rect", {
      class: "selection",
      y: EDGE.top,
      height: HEIGHT - EDGE.top - EDGE.bottom,
      width: 0,
      x: 0,
    });
    svg.append(
      shape("path", { class: "events", d: this.path(bars, top, "events") }),
      shape("path", { class: "errors", d: this.path(bars, top, "errors") }),
      this.selection,
    );
    this.host.replaceChildren(svg);
    this.mark();
  }

  x(bucket) {
    return EDGE.left + ((bucket - this.from) / (this.to - this.from)) * this.inner;
  }

  path(bars, top, key) {
    const base = HEIGHT - EDGE.bottom;
    const parts = [];
    for (const bar of bars) {
      if (bar[key] === 0) continue;
      const left = this.x(bar.bucket);
      const gap = this.x(bar.end) - left > 4 ? 1 : 0.4;
      // One error among many events must be seen.
      const height = Math.max(1.5, (bar[key] / top) * (base - EDGE.top));
      parts.push(
        `M${left.toFixed(1)} ${base}v${(-height).toFixed(1)}H${(this.x(bar.end) - gap).toFixed(1)}v${height.toFixed(1)}z`,
      );
    }
    return parts.join("");
  }

  axes(svg, top) {
    const base = HEIGHT - EDGE.bottom;
    for (const share of top % 2 === 0 ? [0.5, 1] : [1]) {
      const y = base - share * (base - EDGE.top);
      svg.append(shape("line", { class: "grid-line", x1: EDGE.left, x2: EDGE.left + this.inner, y1: y, y2: y }));
      svg.append(shape("text", { x: EDGE.left - 6, y: y + 4, "text-anchor": "end" }, short(top * share)));
    }
    svg.append(
      shape("line", {
        class: "base-line",
        x1: EDGE.left,
        x2: EDGE.left + this.inner,
        y1: base + 0.5,
        y2: base + 0.5,
      }),
    );
    const length = (this.to - this.from) * this.width;
    const step = STEPS.find((size) => (size / length) * this.inner >= 78) ?? Math.ceil(length / 4);
    for (let time = Math.ceil(this.time(this.from) / step) * step; time < this.time(this.to); time += step) {
      const x = this.x((time - this.start) / this.width);
      if (x > EDGE.left + this.inner - 30) break;
      const midnight = time % 86400 === 0;
      const text = midnight || step >= 86400 ? iso(time).slice(step >= 2592000 ? 0 : 5, 10) : iso(time).slice(11, 16);
      svg.append(shape("line", { class: "tick", x1: x, x2: x, y1: base, y2: base + 4 }));
      svg.append(shape("text", { x: x + 3, y: HEIGHT - 6, class: midnight ? "day" : "" }, text));
    }
  }

  // Shows the bar under the cursor in words, and marks it and the selected range.
  mark() {
    const [from, to] = this.selected() ?? [this.cursor, Math.min(this.to, this.cursor + 1)];
    if (this.selection) {
      this.selection.setAttribute("x", this.x(from));
      this.selection.setAttribute("width", Math.max(1, this.x(to) - this.x(from)));
    }
    const text = this.words(from, to);
    this.readout.textContent = text;
    const { host } = this;
    host.setAttribute("aria-valuemin", this.from);
    host.setAttribute("aria-valuemax", this.to - 1);
    host.setAttribute("aria-valuenow", this.cursor);
    host.setAttribute("aria-valuetext", text);
  }

  words(from, to) {
    const events = counted(this.sum(from, to, this.series.events), "event", "events");
    const errors = this.errors ? `, ${counted(this.sum(from, to, this.errors), "error", "errors")}` : "";
    return `${minute(this.time(from))} to ${minute(this.time(to))} UTC: ${events}${errors}`;
  }

  // The numbers of the range that is shown, as buttons that list its events.
  numbers(from, to, key) {
    const within = from === 0 && to === this.buckets ? [] : [{ time: [this.time(from), this.time(to)] }];
    const tests = [...testsOf(this.report.cube, this.filters), ...within];
    const events = number(this.sum(from, to, this.series.events), { tests, unit: "events", key: `${key} events` });
    const errors = this.errors ? this.sum(from, to, this.errors) : null;
    return [events, number(errors, { tests: [...tests, { failed: true }], unit: "errors", key: `${key} errors` })];
  }

  describe() {
    const { from, to } = this;
    const [events, errors] = this.numbers(from, to, "timeline");
    const shown = el(
      "span",
      { "data-shown": "", "data-from": from, "data-to": to },
      `${minute(this.time(from))} to ${minute(this.time(to))} UTC, per ${span(this.width)}: `,
    );
    this.range.replaceChildren(shown, el("span", { "data-sum": "events" }, events), " events");
    if (this.errors) this.range.append(", ", el("span", { "data-sum": "errors" }, errors), " errors");
    const whole = from === 0 && to === this.buckets;
    for (const button of document.querySelectorAll("[data-zoom]")) {
      const what = button.getAttribute("data-zoom");
      const useless =
        what === "in"
          ? to - from <= 1
          : what === "earlier"
            ? from === 0
            : what === "later"
              ? to === this.buckets
              : whole;
      // Not `disabled`: that would take the focus from the button that was just pressed.
      button.setAttribute("aria-disabled", String(useless));
    }
  }

  list() {
    this.details = document.getElementById("timeline-details");
    this.table = new Table(
      "timeline",
      "Events and errors per time",
      [
        {
          key: "time",
          label: "From (UTC)",
          value: (row) => row.bucket,
          cell: (row) => document.createTextNode(minute(this.time(row.bucket))),
        },
        {
          key: "events",
          label: "Events",
          numeric: true,
          value: (row) => row.events,
          cell: (row) => this.numbers(row.bucket, row.bucket + 1, `bucket ${row.bucket}`)[0],
        },
        {
          key: "errors",
          label: "Errors",
          numeric: true,
          value: (row) => row.errors,
          cell: (row) => this.numbers(row.bucket, row.bucket + 1, `bucket ${row.bucket}`)[1],
        },
      ],
      { limit: 50, sorted: "time" },
    );
    this.table.sort = { key: "time", descending: false };
    this.table.given = { key: "time", descending: false };
    this.details.append(this.table.element);
    this.details.addEventListener("toggle", () => this.details.open && this.buckets > 0 && this.fill());
  }

  fill() {
    const rows = [];
    for (let bucket = this.from; bucket < this.to; bucket++) {
      if (this.series.events[bucket] > 0)
        rows.push({
          bucket,
          events: this.series.events[bucket],
          errors: this.errors ? this.errors[bucket] : null,
        });
    }
    this.table.update(rows, { empty: "no events" });
  }
}
