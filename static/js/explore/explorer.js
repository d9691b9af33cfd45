// What Explore knows and does: the state, the filters that follow from it, and all that is drawn of them.

import { cleared, hasFilters, queryOf } from "#explore/address";
import { Crossfilter, allowRange, countCodes } from "#explore/crossfilter";
import { loadColumn, loadMarks } from "#explore/files";
import { cutsOf, placesOf } from "#explore/steps";
import { Tiles } from "#explore/tiles";
import { select } from "#map/polygon";

const NO_VALUE = 255;
const CATEGORIES = ["group", "first_genre", "decade"];

export class Explorer {
  // `filters` are the page's by name; `on` has counted(count), painted(count), changed(state) and colors().
  constructor({ urls, run, state, points, filters }, on) {
    Object.assign(this, { urls, run, state, points, filters, on });
    this.songs = new Crossfilter(points.rows.length);
    this.applied = new Map(); // what each filter was made of
    this.visible = new Set();
    this.loads = new Map();
    const groups = filters.get("group");
    if (groups) this.learn(groups, { codes: points.group });
  }

  // Columns

  learn(filter, { codes, ...column }) {
    filter.codes = codes;
    const whole = countCodes(codes);
    if (column.edges) filter.know(column, whole);
    else {
      filter.whole = whole;
      if (column.values) filter.know(column);
    }
  }

  // Loads the bytes of a filter, cut where a range needs it.
  async need(filter, range = [null, null]) {
    const cuts = filter.column ? cutsOf(filter.column, range) : range.filter((end) => end !== null);
    if (filter.codes && !(filter.column && cuts.length)) return;
    const query = new URLSearchParams({ run: this.run, name: filter.name });
    for (const cut of cuts) query.append("cut", cut);
    const url = `${this.urls.column}?${query}`;
    if (!this.loads.has(url)) this.loads.set(url, loadColumn(url, this.points.rows));
    this.learn(filter, await this.loads.get(url));
    this.loads.delete(url);
  }

  // Filters

  // Goes on from another state.
  async commit(state) {
    this.drag = null;
    this.state = state;
    this.on.changed(state);
    const mine = (this.turn = {});
    await this.apply();
    if (this.turn === mine) this.refresh();
  }

  clear() {
    return this.commit(cleared(this.state));
  }

  async apply() {
    const { state, songs } = this;
    const parts = new Map();
    for (const [name, range] of Object.entries(state.ranges)) parts.set(name, [range, () => this.applyRange(name, range)]);
    const others = await this.needsServer();
    const asked = [state.q, state.also, state.genre, others ? state.first_genre : []];
    if (state.q || state.also || state.genre.length || others) parts.set("server", [asked, () => this.applyServer(others)]);
    for (const name of CATEGORIES) {
      if (!state[name].length || (others && name === "first_genre")) continue;
      parts.set(name, [state[name], () => this.applyValues(name, state[name])]);
    }
    if (state.outline.length) parts.set("outline", [state.outline, () => this.applyOutline()]);
    for (const name of [...songs.bits.keys()]) if (!parts.has(name)) this.forget(name);
    for (const [name, [made, apply]] of parts) {
      const key = JSON.stringify(made);
      if (this.applied.get(name) === key) continue;
      await apply();
      this.applied.set(name, key);
    }
    for (const [name, filter] of this.filters) filter.show(filter.list ? state[name] : (state.ranges[name] ?? null));
  }

  forget(name) {
    this.songs.remove(name);
    this.applied.delete(name);
  }

  async applyRange(name, range) {
    const filter = this.filters.get(name);
    await this.need(filter, range);
    const [from, to] = placesOf(filter.column, range);
    this.songs.filterCodes(name, filter.codes, to > from ? allowRange(from, to - 1) : new Uint8Array(256));
  }

  async applyValues(name, chosen) {
    const filter = this.filters.get(name);
    await this.need(filter);
    const allowed = new Uint8Array(256);
    for (const value of chosen) if (filter.values.includes(value)) allowed[filter.values.indexOf(value)] = 1;
    this.songs.filterCodes(name, filter.codes, allowed);
  }

  // Whether a first genre is asked for that has no bar of its own, so that its songs are not known here.
  async needsServer() {
    const filter = this.filters.get("first_genre");
    if (!filter || !this.state.first_genre.length) return false;
    await this.need(filter);
    return this.state.first_genre.some((genre) => !filter.values.includes(genre));
  }

  async applyServer(withFirstGenres) {
    const { q, also, genre, first_genre: first } = this.state;
    const query = new URLSearchParams({ run: this.run, q, also });
    for (const name of genre) query.append("genre", name);
    if (withFirstGenres) for (const name of first) query.append("first_genre", name);
    this.songs.filterMarks("server", await loadMarks(`${this.urls.marks}?${query}`, this.points.rows));
  }

  applyOutline() {
    this.songs.filterMarks("outline", select(this.points, this.state.outline).marks);
  }

  // Drawing

  refresh() {
    const filtered = this.songs.isFiltered;
    const { marks, count } = filtered ? this.songs.passing() : { marks: null, count: this.songs.size };
    this.marks = marks;
    this.version = {};
    this.map?.mark(marks);
    this.map?.setOutline(this.state.outline);
    for (const filter of this.visible) this.drawFilter(filter);
    this.on.counted(count);
  }

  // Draws a filter of the present songs, after its bytes have come where they are needed for the first time.
  async drawFilter(filter) {
    const { version } = this;
    if (!filter.codes && (this.marks || !filter.whole)) {
      await this.need(filter);
      if (version !== this.version) return; // another refresh draws it
    }
    filter.draw(filter.codes && this.marks ? countCodes(filter.codes, this.marks) : filter.whole, this.on.colors(filter));
  }

  show(filter, isVisible) {
    if (!isVisible) this.visible.delete(filter);
    else if (!this.visible.has(filter)) {
      this.visible.add(filter);
      if (this.version) this.drawFilter(filter);
    }
  }

  // Brushing

  begin(filter) {
    if (!filter.codes || this.drag?.filter === filter) return;
    const { marks } = this.songs.passing(filter.name);
    const tiles = new Tiles(filter.codes, marks);
    for (const other of this.visible) if (other !== filter && other.codes) tiles.add(other.name, other.codes);
    this.drag = { filter, tiles };
    this.map?.beginBrush(filter.codes, marks);
  }

  move(filter, places) {
    this.begin(filter);
    if (!this.drag) return; // its bytes are on their way
    this.drag.places = places;
    if (this.framed) return;
    this.framed = true;
    requestAnimationFrame(() => {
      this.framed = false;
      if (this.drag) this.paint();
    });
  }

  paint() {
    const { filter, tiles, places } = this.drag;
    const [first, last] = places ? [places[0], places[1] - 1] : [0, NO_VALUE];
    for (const other of this.visible) {
      if (tiles.has(other.name)) other.draw(tiles.counts(other.name, first, last), this.on.colors(other));
    }
    filter.draw(tiles.ownCounts(first, last), this.on.colors(filter));
    this.map?.brush(first, last);
    this.on.painted(tiles.total(first, last));
  }

  // Goes on with another range of a number, or with none.
  end(filter, range) {
    const ranges = { ...this.state.ranges };
    delete ranges[filter.name];
    if (range) ranges[filter.name] = range;
    return this.commit({ ...this.state, ranges });
  }

  toggle(filter, value) {
    const chosen = this.state[filter.name];
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    return this.commit({ ...this.state, [filter.name]: next });
  }

  get filterQuery() {
    return queryOf(this.state, this.run, { look: false });
  }

  get isFiltered() {
    return hasFilters(this.state);
  }
}
