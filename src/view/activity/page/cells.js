// The cube: how many events have which combination of region, user, service and error (and of time, action or
// address with some of these). A layer holds the cells of one set of dimensions; its keys are delta-coded mixed-radix
// numbers, which are decoded once, when a filter first needs the layer, to one array of indices per dimension.
// A filter is a map from a dimension to the index of a value; the index behind the last value is all others together.

const FILTERED = ["region", "user", "service", "error"];

class Cube {
  constructor(facets, buckets) {
    this.values = new Map(Object.entries(facets.values));
    this.indices = new Map();
    for (const [dimension, values] of this.values) {
      this.indices.set(dimension, new Map(values.map((value, index) => [value, index])));
    }
    this.buckets = buckets;
    // The smallest layer that can answer is the fastest one.
    this.layers = [...facets.layers]
      .sort((a, b) => a.keys.length - b.keys.length)
      .map((layer) => ({ layer, columns: null }));
    this.whole = new Map(); // sums without filters, by dimension
    this.success = this.index("error", "") ?? -1;
  }

  index(dimension, value) {
    return this.indices.get(dimension)?.get(value);
  }

  // The number of indices of a dimension: its values and "other".
  radix(dimension) {
    return dimension === "time" ? this.buckets : (this.values.get(dimension)?.length ?? 0) + 1;
  }

  other(dimension) {
    return this.radix(dimension) - 1;
  }

  find(dimensions) {
    const found = this.layers.find(({ layer }) => dimensions.every((d) => layer.dimensions.includes(d)));
    return found ? this.decoded(found) : null;
  }

  decoded(entry) {
    entry.columns ??= this.decode(entry.layer);
    return entry.columns;
  }

  // Decodes what no filter has needed yet while nothing else happens, so that the first click is as fast as later ones.
  prepare() {
    const entry = this.layers.find(({ columns }) => columns === null);
    if (!entry) return;
    const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 100));
    idle(() => {
      this.decoded(entry);
      this.prepare();
    });
  }

  decode({ dimensions, keys, counts }) {
    const radices = dimensions.map((d) => this.radix(d));
    const columns = dimensions.map(() => new Uint16Array(keys.length));
    let key = 0;
    for (let cell = 0; cell < keys.length; cell++) {
      key += keys[cell];
      // Keys can pass 2^32, so this divides floats, not integers.
      let rest = key;
      for (let i = dimensions.length - 1; i > 0; i--) {
        const next = Math.floor(rest / radices[i]);
        columns[i][cell] = rest - next * radices[i];
        rest = next;
      }
      columns[0][cell] = rest;
    }
    return {
      of: new Map(dimensions.map((d, i) => [d, columns[i]])),
      counts: Float64Array.from(counts),
      size: keys.length,
    };
  }

  // Events and errors of each index of a dimension under filters. `errors` is null where no layer knows them,
  // and the whole is null where no layer has this dimension with all of the filters.
  sums(dimension, filters) {
    if (filters.size > 0) return this.sum(dimension, filters);
    if (!this.whole.has(dimension)) this.whole.set(dimension, this.sum(dimension, filters));
    return this.whole.get(dimension);
  }

  sum(dimension, filters) {
    const wanted = [...new Set([...filters.keys(), dimension])];
    const columns = this.find([...wanted, "error"]) ?? this.find(wanted);
    if (!columns) return null;
    const events = new Float64Array(this.radix(dimension));
    const errors = columns.of.has("error") ? new Float64Array(events.length) : null;
    this.add(columns, dimension, filters, events, errors);
    return { events, errors };
  }

  add({ of, counts, size }, dimension, filters, events, errors) {
    const place = of.get(dimension);
    const error = errors ? of.get("error") : null;
    const columns = [...filters.keys()].map((d) => of.get(d));
    const wanted = [...filters.values()];
    const success = this.success;
    cells: for (let cell = 0; cell < size; cell++) {
      for (let i = 0; i < columns.length; i++) if (columns[i][cell] !== wanted[i]) continue cells;
      events[place[cell]] += counts[cell];
      if (error !== null && error[cell] !== success) errors[place[cell]] += counts[cell];
    }
  }

  // Events, errors and denied of what the filters leave. `more` says that errors past the listed codes may be denied too.
  totals(filters, denied) {
    const sums = this.sums("error", filters);
    if (!sums) return null;
    const codes = this.values.get("error");
    const total = { events: 0, errors: 0, denied: 0, more: false };
    sums.events.forEach((events, index) => {
      total.events += events;
      if (index === this.success) return;
      total.errors += events;
      if (index === codes.length) total.more = events > 0;
      else if (denied(codes[index])) total.denied += events;
    });
    return total;
  }
}

// The filters without the one of a dimension: a table shows all values of its own dimension, so that another can be chosen.
function without(filters, dimension) {
  const rest = new Map(filters);
  rest.delete(dimension);
  return rest;
}

// The state of the page as the fragment of its address: `#region=eu-west-1&user~other`. A fragment comes with a link that
// anybody can write, so only values of the report pass, and the rest is ignored.
function writeFragment(cube, state) {
  const parts = new URLSearchParams();
  for (const [dimension, index] of state.filters) {
    const values = cube.values.get(dimension);
    if (index === values.length) parts.set(`${dimension}~other`, "");
    else parts.set(dimension, values[index]);
  }
  if (state.zoom) parts.set("time", `${state.zoom[0]}-${state.zoom[1]}`);
  const text = parts.toString();
  return text === "" ? "" : `#${text}`;
}

function readFragment(cube, fragment) {
  const state = { filters: new Map(), zoom: null };
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  for (const dimension of FILTERED) {
    const index = parts.has(`${dimension}~other`) ? cube.other(dimension) : cube.index(dimension, parts.get(dimension));
    if (index !== undefined && index >= 0) state.filters.set(dimension, index);
  }
  const range = /^(\d{1,4})-(\d{1,4})$/.exec(parts.get("time") ?? "");
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (from < to && to <= cube.buckets && to - from < cube.buckets) state.zoom = [from, to];
  }
  return state;
}
