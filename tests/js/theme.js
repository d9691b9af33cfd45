// Values of CSS custom properties as a theme could have them.

const COLORS = {
  "cluster-2": "#009e73",
  "chart-ink": "#1d2433",
  "chart-paper": "#ffffff",
  "chart-grid": "#e6e8ed",
  "chart-muted": "#5b6474",
  "diverge-low": "#0000ff",
  "diverge-mid": "#ffffff",
  "diverge-high": "#ff0000",
  "ramp-0": "#000000",
  "ramp-1": "#640000",
  "ramp-2": "#646400",
  "ramp-3": "#646464",
  "ramp-4": "#ffffff",
};

export function variable(name) {
  if (!(name in COLORS)) throw new Error(`the theme has no --${name}`);
  return COLORS[name];
}
