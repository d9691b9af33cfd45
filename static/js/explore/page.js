// Explore: reads the page's data, loads the songs, and joins map, filters, search and table.

import { hasFilters, queryOf } from "#explore/address";
import { CategoryFilter } from "#explore/category_filter";
import { drawChips } from "#explore/chips";
import { Coloring } from "#explore/coloring";
import { element, written } from "#explore/elements";
import { Explorer } from "#explore/explorer";
import { indexOfRow, loadPoints } from "#explore/files";
import { listenToMenus } from "#explore/menus";
import { NumberFilter } from "#explore/number_filter";
import { Table } from "#explore/table";
import { Trail } from "#explore/trail";
import { MapView } from "#map/view";
import { themeVariables } from "#theme_variables";

const ANNOUNCE = 500; // milliseconds after the last change
const TYPING = 250;
const WIDE = 900; // pixels, from which the filters are beside the map

const root = document.querySelector("[data-explore]");
const part = (name) => root.querySelector(`[data-${name}]`);
const data = JSON.parse(document.getElementById("explore-data").textContent);
const urls = root.dataset;
const variable = themeVariables();
const filters = new Map();
const trail = new Trail(history, data.state);
let explorer, coloring, map;

const colors = () => ({
  dark: variable("chart-accent"),
  pale: `color-mix(in srgb, ${variable("chart-accent")} 24%, ${variable("paper")})`,
  brush: `color-mix(in srgb, ${variable("chart-accent")} 12%, transparent)`,
});

const lookOf = (filter) => coloring?.of(filter) ?? (filter.list ? null : colors());

// Counts and words

let announcing;
function showCount(count, { announce = true } = {}) {
  part("count").textContent = written(count);
  root.dataset.passing = count;
  clearTimeout(announcing);
  if (!announce) return;
  announcing = setTimeout(() => {
    part("announce").textContent = `${written(count)} of ${written(data.songs)} songs`;
  }, ANNOUNCE);
}

function showState(state) {
  const query = queryOf(state, data.run);
  trail.record(state, `${urls.address}?${query}`);
  drawChips(part("chips"), state, filters, (remove) => explorer.commit(remove(explorer.state)));
  part("hint").hidden = part("chips").childElementCount > 0;
  for (const button of root.querySelectorAll(".explore-head [data-clear]")) button.hidden = !hasFilters(state);
  const asked = queryOf(state, data.run, { look: false });
  if (part("export")) part("export").href = `${urls.csv}?${asked}`;
  if (part("playlist")) part("playlist").elements.filter.value = asked;
  if (part("keep")) part("keep").elements.query.value = query;
  if (document.activeElement !== part("search").elements.q) part("search").elements.q.value = state.q;
  if (table.query !== query) table.show(query);
}

// The table

const table = new Table(root, urls.rows, {
  sort: (sort) => look({ sort }),
  row: (row) => {
    const index = indexOfRow(explorer.points.rows, row);
    if (index >= 0) map.flyTo(index);
    map.canvas.scrollIntoView({ block: "nearest" });
    map.canvas.focus();
  },
  picked: (ids) => {
    part("playlist").elements.song.value = ids.join(",");
    part("playlist-label").textContent = ids.length ? `Make a playlist of ${written(ids.length)}` : "Make a playlist";
  },
});

// Changes what is shown and not which songs.
function look(change) {
  const state = { ...(explorer?.state ?? data.state), ...change };
  if (explorer) explorer.state = state;
  else data.state = state;
  showState(state);
}

function buildColumns() {
  const shown = () => (explorer?.state ?? data.state).show;
  for (const { name, label } of data.columns) {
    const box = element("input", { type: "checkbox", className: "form-check-input", value: name });
    box.disabled = name === "title";
    box.addEventListener("change", () => {
      const now = shown().length ? shown() : data.usual;
      look({ show: data.columns.map((one) => one.name).filter((one) => (one === name ? box.checked : now.includes(one))) });
    });
    part("columns").append(element("label", { className: "form-check" }, box, element("span", { text: label, dir: "auto" })));
  }
  checkColumns(data.state);
}

function checkColumns({ show }) {
  const shown = show.length ? show : data.usual;
  for (const box of part("columns").querySelectorAll("input")) box.checked = shown.includes(box.value);
}

// Shows what was seen at another step of the browser's history.
function goTo(state) {
  part("search").elements.q.value = state.q;
  checkColumns(state);
  if (!explorer) {
    data.state = state;
    showState(state);
    return;
  }
  if (coloring && state.color !== explorer.state.color) recolor(state.color);
  explorer.commit(state);
}

function recolor(name) {
  coloring.by(name).catch(() => map.say("The colors could not be loaded. Choose again in a moment."));
}

// Filters

function buildFilters() {
  const on = {
    begin: (filter) => explorer?.begin(filter),
    move: (filter, places) => explorer?.move(filter, places),
    end: (filter, range) => explorer?.end(filter, range),
    wanted: (filter) => explorer?.need(filter),
    toggle: (filter, value) => explorer?.toggle(filter, value),
    clear: (filter) => explorer?.commit({ ...explorer.state, [filter.name]: [] }),
  };
  const categories = data.categories.map((category) => new CategoryFilter(category, on));
  const numbers = data.numbers.map((number) => new NumberFilter(number, on));
  const groups = categories.filter(({ name }) => name === "group");
  const others = categories.filter(({ name }) => name !== "group");
  for (const filter of [...groups, ...numbers, ...others]) filters.set(filter.name, filter);
  part("filters").append(...[...filters.values()].map((filter) => filter.element));
  for (const filter of filters.values()) filter.draw(null, lookOf(filter));
}

function watchFilters() {
  const byElement = new Map([...filters.values()].map((filter) => [filter.element, filter]));
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) explorer.show(byElement.get(target), isIntersecting);
  });
  for (const one of byElement.keys()) observer.observe(one);
}

function redrawFilters() {
  for (const filter of filters.values()) filter.draw(null, lookOf(filter));
}

function wire() {
  root.addEventListener("click", (event) => event.target.closest("[data-clear]") && explorer.clear());
  let typing;
  const search = part("search");
  const find = () => explorer.commit({ ...explorer.state, q: search.elements.q.value.trim() });
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(find, TYPING);
  });
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    find();
  });
  document.addEventListener("themechange", () => {
    coloring?.apply();
    redrawFilters();
  });
  new ResizeObserver(redrawFilters).observe(part("filters"));
}

// The map

async function buildMap(points) {
  const element = root.querySelector("[data-map]");
  if (!element) return;
  map = new MapView(element, points, `${urls.song}?run=${data.run}`, {
    outline: (outline) => explorer.commit({ ...explorer.state, outline }),
    pin: (index) => table.highlight(index >= 0 ? points.rows[index] : undefined),
  });
  explorer.map = map;
  coloring = new Coloring(element, explorer, { variable, colors, redraw: redrawFilters });
  if (!map.drawsAll) map.say(`This browser has no WebGL 2: the map shows a random sample of up to ${written(20_000)} songs.`);
  await coloring.by(data.state.color);
  element.querySelector("[data-map-by]").addEventListener("change", (event) => {
    look({ color: event.target.value });
    recolor(event.target.value);
  });
}

window.addEventListener("popstate", (event) => {
  const state = trail.arrive(event.state);
  if (state) goTo(state);
});

async function open() {
  part("panel").open = window.innerWidth >= WIDE;
  listenToMenus(root);
  buildColumns();
  buildFilters();
  table.show(queryOf(data.state, data.run));
  const status = root.querySelector("[data-map-status]");
  const points = await loadPoints(`${urls.points}?run=${data.run}`, (share) => {
    if (status) status.textContent = share ? `Loading the songs … ${Math.round(100 * share)} %` : "Loading the songs …";
  });
  if (status) status.textContent = "";
  explorer = new Explorer(
    { urls, run: data.run, state: data.state, points, filters },
    {
      counted: (count) => showCount(count),
      painted: (count) => showCount(count, { announce: false }),
      changed: showState,
      colors: lookOf,
    },
  );
  await buildMap(points);
  wire();
  watchFilters();
  await explorer.commit(data.state);
  root.dataset.ready = "true";
}

open().catch((error) => {
  console.error(error);
  part("announce").textContent = "The songs could not be loaded. Load the page again in a moment.";
  root.querySelector("[data-map-status]")?.replaceChildren("The songs could not be loaded. Load the page again in a moment.");
});
