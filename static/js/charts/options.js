// The options that all charts have in common, beside those that the server sends.

import { tooltipLabel, tooltipTitle } from "#charts/tooltip";

const MAX_LABEL = 18; // characters beside the axis of a narrow chart

export const shorten = (text, length) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);

function styleAxis(axis, type, { variable, narrow }) {
  axis.grid = { color: variable("chart-grid"), ...axis.grid };
  axis.border = { display: false };
  if (axis.title) axis.title.color = variable("chart-muted");
  if (type === "radar") {
    axis.angleLines = { color: variable("chart-grid") };
    axis.pointLabels = { font: { size: narrow ? 10 : 12 }, color: variable("chart-ink") };
  }
  if (narrow && axis.ticks?.autoSkip === false) axis.ticks.font = { size: 10 };
}

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

const legend = (own) => ({
  ...own,
  labels: {
    usePointStyle: true,
    pointStyle: "circle",
    boxHeight: 7,
    padding: 14,
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

// Completes `config.options`. `look` is { variable, narrow, animated }.
export function completeOptions(config, look) {
  const options = (config.options ??= {});
  options.responsive = true;
  options.maintainAspectRatio = false;
  options.animation = look.animated && { duration: 300 };
  for (const axis of Object.values(options.scales ?? {})) {
    styleAxis(axis, config.type, look);
    nameStarts(axis);
  }
  if (look.narrow && options.indexAxis === "y" && options.scales?.y) shortenTicks(options.scales.y);
  const plugins = (options.plugins ??= {});
  plugins.legend = legend(plugins.legend);
  plugins.tooltip = tooltip(config.type);
  return options;
}
