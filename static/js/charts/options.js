// The options that all charts have in common, beside those that the server sends.

import { haveRoom, roomFor, shorten } from "#charts/direct_labels";
import { tooltipLabel, tooltipTitle } from "#charts/tooltip";

const MAX_LABEL = 18; // characters beside the axis of a narrow chart
const MAX_TITLE = { x: 32, y: 24 }; // characters of a line of an axis' title in a narrow chart
const FEW_TICKS = 5;

// Breaks a title between words; as an array, as it may come already.
export function wrap(title, length) {
  return [title].flat().flatMap((line) =>
    line.split(" ").reduce(
      (lines, word) => {
        const last = lines.at(-1);
        if (last && `${last} ${word}`.length > length) return [...lines, word];
        return [...lines.slice(0, -1), last ? `${last} ${word}` : word];
      },
      [""],
    ),
  );
}

function styleAxis(name, axis, { variable, narrow }) {
  axis.grid = { color: variable("chart-grid"), ...axis.grid };
  axis.border = { display: false };
  if (axis.title) axis.title.color = variable("chart-muted");
  if (axis.title?.display && narrow) Object.assign(axis.title, { text: wrap(axis.title.text, MAX_TITLE[name]), font: { size: 10 } });
  if (narrow && axis.ticks?.autoSkip === false) axis.ticks.font = { size: 10 };
}

// Which axes have numbers, and not names or bins: those have few ticks.
const hasNumbers = (name, axis, { type, options }) =>
  axis.type !== "category" && (type === "scatter" || name !== (options.indexAxis ?? "x"));

// Names beside an axis would be cut at their beginning.
function shortenTicks(axis) {
  axis.ticks = {
    ...axis.ticks,
    callback(place) {
      return shorten(this.getLabelForValue(place), MAX_LABEL);
    },
  };
}

// Bins are named from where to where in tooltips; below the axis it is enough where they begin.
function nameStarts(axis) {
  const { starts } = axis;
  delete axis.starts;
  if (!starts?.length) return;
  axis.ticks = { ...axis.ticks, callback: (place) => starts[place] ?? "" };
}

const legend = (own, narrow) => ({
  ...own,
  labels: {
    usePointStyle: true,
    pointStyle: "circle",
    boxHeight: 7,
    padding: narrow ? 7 : 14,
    filter: (item, data) => !data.datasets[item.datasetIndex].aside,
  },
});

const tooltip = (type) => ({
  padding: 10,
  boxPadding: 4,
  usePointStyle: true,
  filter: (item) => !item.dataset.aside,
  callbacks: {
    title: (items) => tooltipTitle(type, items),
    label: (item) => tooltipLabel(type, item),
  },
});

// Lines are named where they are, if there is room; else in a legend.
function nameLines({ data, options }, { variable, narrow }) {
  const own = options.plugins.directLabels;
  if (!own?.at || !haveRoom(data.datasets, narrow)) {
    delete options.plugins.directLabels;
    return;
  }
  options.plugins.directLabels = { ...own, ink: variable("chart-ink"), paper: variable("chart-paper") };
  options.plugins.legend.display = false;
  options.layout = { padding: own.at === "end" ? { right: roomFor(data.datasets) } : { top: 24 } };
}

// Completes `config.options`. `look` is { variable, narrow, animated }.
export function completeOptions(config, look) {
  const options = (config.options ??= {});
  options.responsive = true;
  options.maintainAspectRatio = false;
  options.animation = look.animated && { duration: 300 };
  for (const [name, axis] of Object.entries(options.scales ?? {})) {
    styleAxis(name, axis, look);
    nameStarts(axis);
    if (hasNumbers(name, axis, config)) axis.ticks = { maxTicksLimit: FEW_TICKS, ...axis.ticks };
  }
  if (look.narrow && options.indexAxis === "y" && options.scales?.y) shortenTicks(options.scales.y);
  const plugins = (options.plugins ??= {});
  plugins.legend = legend(plugins.legend, look.narrow);
  plugins.tooltip = tooltip(config.type);
  nameLines(config, look);
  return options;
}
