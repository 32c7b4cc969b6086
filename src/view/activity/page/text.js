// Text and elements. Everything that is shown comes from log files, which others write: text goes into the page
// through `textContent` and `setAttribute` only, never as markup, and characters that could hide or reorder
// text are shown as escapes.

const SHOWN = 200; // characters of a name in a cell; the style cuts it further to the width of its column
const TITLED = 2000; // characters of a name in its tooltip

// Control characters, marks that change direction, and characters without width.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu;
const ESCAPES = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

const safe = (text) =>
  text.replace(UNSAFE, (c) => ESCAPES.get(c) ?? `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`);

// The first characters of a text, by code points, so that no pair of surrogates is cut in two.
function cut(text, length) {
  if (text.length <= length) return text;
  const points = Array.from(text.slice(0, 2 * length));
  return points.length <= length ? text : `${points.slice(0, length).join("")}…`;
}

const label = (text) => (text === "" ? "(empty)" : safe(cut(text, SHOWN)));

// An element: attributes whose value is null, undefined or false are left out; functions become listeners.
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
}

// A name of the log, isolated from the direction of its surroundings, with its full text as a tooltip.
function named(text) {
  const long = text.length > 24 || safe(text) !== text;
  return el("bdi", { class: "name", title: long ? safe(cut(text, TITLED)) : null }, label(text));
}

const numbers = new Intl.NumberFormat("en-US");
const count = (n) => numbers.format(n);
const counted = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
const percent = (part, whole) => {
  if (whole === 0 || part === 0) return "0%";
  const share = (100 * part) / whole;
  return share < 0.1 ? "<0.1%" : `${share < 10 ? share.toFixed(1) : Math.round(share)}%`;
};

// Times are `2026-11-22T20:00:00Z`; what is not is shown as it is.
const ISO = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)(\.\d+)?Z$/;
const seconds = (time) => Date.parse(time) / 1000;
const iso = (second) => new Date(second * 1000).toISOString().replace(".000Z", "Z");

function when(time, precise = false) {
  if (time === null || time === undefined) return el("span", { class: "none" }, "–");
  const parts = ISO.exec(time);
  if (!parts) return named(time);
  const text = `${parts[1]} ${parts[2]}${precise ? parts[3] : ""}`;
  return el("time", { datetime: time, title: precise ? null : `${parts[1]} ${parts[2]}${parts[3]} UTC` }, text);
}

// A minute as text, e.g. "2026-11-22 20:00".
const minute = (second) => iso(second).slice(0, 16).replace("T", " ");

// "1 hour", "20 minutes": the width of a bucket.
function span(length) {
  for (const [size, name] of [
    [86400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ]) {
    if (length % size === 0) return length === size ? name : `${length / size} ${name}s`;
  }
  return length === 1 ? "second" : `${count(length)} seconds`;
}

// After its part of the page was drawn again, a button with the same key gets the focus back.
function keepFocus(draw) {
  const key = document.activeElement?.getAttribute?.("data-key");
  draw();
  if (key === null || key === undefined || document.activeElement?.getAttribute?.("data-key") === key) return;
  for (const element of document.querySelectorAll("[data-key]")) {
    if (element.getAttribute("data-key") === key) {
      element.focus({ preventScroll: true });
      return;
    }
  }
}
