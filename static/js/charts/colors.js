// The JSON of a chart names its colors ("cluster:3:0.4", "diverge:-0.5", "ink"); their values depend on the theme.

import { channels, mix } from "#rgb";

const COLOR_KEYS = ["backgroundColor", "borderColor", "pointBackgroundColor", "hoverBackgroundColor"];

const commaSeparated = (rgb) => rgb.join(", ");

export function cssColor(name, variable) {
  const [kind, first, second] = name.split(":");
  if (kind === "diverge") {
    const share = Number(first);
    const end = variable(share < 0 ? "diverge-low" : "diverge-high");
    return `rgb(${commaSeparated(mix(variable("diverge-mid"), end, Math.abs(share)))})`;
  }
  if (kind === "ramp") {
    return `rgb(${commaSeparated(mix(variable("diverge-mid"), variable("diverge-low"), Number(first)))})`;
  }
  const hex = kind === "cluster" ? variable(`cluster-${first}`) : variable(`chart-${kind}`);
  const opacity = kind === "cluster" ? second : first;
  return opacity === undefined ? hex : `rgba(${commaSeparated(channels(hex))}, ${opacity})`;
}

function cssColors(names, variable) {
  return Array.isArray(names) ? names.map((name) => cssColor(name, variable)) : names && cssColor(names, variable);
}

// Replaces the color names of a dataset by their values.
export function colorDataset(dataset, variable) {
  for (const key of COLOR_KEYS) if (key in dataset) dataset[key] = cssColors(dataset[key], variable);
}
