// Draws every <canvas data-chart="id"> from the JSON in the element with that id.
// Colours are words ("cluster:3:0.4", "diverge:-0.5", "ink"), given their value by the theme in use.

const Chart = window.Chart;
const drawn = new Map();

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const mix = (from, to, share) => {
  const [a, b] = [channels(from), channels(to)];
  return `rgb(${a.map((one, i) => Math.round(one + (b[i] - one) * share)).join(", ")})`;
};

function theme() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

function color(word, value) {
  const [kind, first, second] = word.split(":");
  if (kind === "diverge") {
    const share = Number(first);
    return mix(value("diverge-mid"), value(share < 0 ? "diverge-low" : "diverge-high"), Math.abs(share));
  }
  if (kind === "ramp") return mix(value("diverge-mid"), value("diverge-low"), Number(first));
  const named = kind === "cluster" ? value(`cluster-${first}`) : value(`chart-${kind}`);
  const opacity = kind === "cluster" ? second : first;
  return opacity === undefined ? named : `rgba(${channels(named).join(", ")}, ${opacity})`;
}

const paint = (words, value) =>
  Array.isArray(words) ? words.map((word) => color(word, value)) : words && color(words, value);

const shortened = (words, length) =>
  words.length > length ? `${words.slice(0, length - 1).trimEnd()}…` : words;

const COLOR_KEYS = ["backgroundColor", "borderColor", "pointBackgroundColor", "hoverBackgroundColor"];

// Writes the number into each cell of a heatmap, where it fits.
const cellLabels = {
  id: "cellLabels",
  afterDatasetsDraw(chart, _args, options) {
    if (chart.config.type !== "matrix") return;
    const { ctx } = chart;
    const digits = options.digits ?? 2;
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    chart.getDatasetMeta(0).data.forEach((cell, index) => {
      const { v } = chart.data.datasets[0].data[index];
      const { width, height } = cell.getProps(["width", "height"], true);
      if (v === null || width < 26 || height < 14) return;
      const [red, green, blue] = cell.options.backgroundColor.match(/\d+/g).map(Number);
      ctx.fillStyle = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#1d2433" : "#ffffff";
      ctx.font = `${width < 40 ? 10 : 12}px ${Chart.defaults.font.family}`;
      const { x, y } = cell.getCenterPoint();
      ctx.fillText(v.toFixed(digits).replace("-", "−"), x, y);
    });
    ctx.restore();
  },
};

function prepare(canvas) {
  const config = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  const value = theme();
  for (const dataset of config.data.datasets) {
    for (const key of COLOR_KEYS) if (key in dataset) dataset[key] = paint(dataset[key], value);
    if (config.type === "matrix") {
      const { x, y } = config.options.scales;
      dataset.width = ({ chart }) => Math.max(1, (chart.chartArea || {}).width / x.labels.length - 2);
      dataset.height = ({ chart }) => Math.max(1, (chart.chartArea || {}).height / y.labels.length - 2);
      dataset.borderWidth = 0;
    }
  }
  const narrow = canvas.parentElement.clientWidth < 480;
  const options = (config.options ??= {});
  options.responsive = true;
  options.maintainAspectRatio = false;
  options.animation = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 300 };
  for (const axis of Object.values(options.scales ?? {})) {
    axis.grid = { color: value("chart-grid"), ...axis.grid };
    axis.border = { display: false };
    if (axis.title) axis.title.color = value("chart-muted");
    if (config.type === "radar") {
      axis.angleLines = { color: value("chart-grid") };
      axis.pointLabels = { font: { size: narrow ? 10 : 12 }, color: value("chart-ink") };
    }
    if (narrow && axis.ticks?.autoSkip === false) axis.ticks.font = { size: 10 };
    // names beside an axis would be cut at their beginning
    if (narrow && options.indexAxis === "y" && axis === options.scales.y) {
      axis.ticks = { ...axis.ticks, callback(place) { return shortened(this.getLabelForValue(place), 18); } };
    }
  }
  const plugins = (options.plugins ??= {});
  plugins.legend = {
    ...plugins.legend,
    labels: {
      usePointStyle: true,
      pointStyle: "circle",
      boxHeight: 7,
      padding: 14,
      filter: (item, data) => !data.datasets[item.datasetIndex].aside,
    },
  };
  plugins.tooltip = {
    padding: 10,
    boxPadding: 4,
    usePointStyle: true,
    filter: (item) => !item.dataset.aside,
    callbacks: {
      title(items) {
        const raw = items[0]?.raw;
        if (config.type === "matrix") return `${raw.y} · ${raw.x}`;
        if (raw && typeof raw === "object" && raw.title) return raw.title;
        return items[0]?.label ?? "";
      },
      label(item) {
        const own = item.raw && typeof item.raw === "object" ? item.raw.hints : null;
        if (own && own.length) return own;
        const hint = item.dataset.hints?.[item.dataIndex];
        if (hint) return item.dataset.label ? `${item.dataset.label}: ${hint}` : hint;
        if (config.type === "matrix") return item.raw.v === null ? "no value" : item.raw.v.toFixed(2);
        if (config.type === "scatter") return item.dataset.label;
        const number = item.chart.options.indexAxis === "y" ? item.parsed.x : (item.parsed.y ?? item.parsed.r);
        const text = number === null || number === undefined ? "no value" : number.toLocaleString("en");
        return item.dataset.label ? `${item.dataset.label}: ${text}` : text;
      },
    },
  };
  // Each label can stand for something on the page, by its id: a click on the chart is a click on that.
  const targets = options.targets?.map((id) => document.getElementById(id));
  if (targets?.some(Boolean)) {
    options.onClick = (_event, points) => targets[points[0]?.index]?.click();
    options.onHover = (event, points) => {
      event.native.target.style.cursor = targets[points[0]?.index] ? "pointer" : "default";
    };
    options.interaction = { mode: "index", intersect: false };
  }
  config.plugins = [cellLabels];
  return config;
}

function draw(canvas) {
  drawn.get(canvas)?.destroy();
  const value = theme();
  Chart.defaults.color = value("chart-muted");
  Chart.defaults.borderColor = value("chart-grid");
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  drawn.set(canvas, new Chart(canvas, prepare(canvas)));
  canvas.dataset.drawn = "true";
}

function drawAll(root = document) {
  for (const canvas of drawn.keys()) {
    if (canvas.isConnected) continue;
    drawn.get(canvas).destroy();
    drawn.delete(canvas);
  }
  root.querySelectorAll("canvas[data-chart]:not([data-drawn])").forEach(draw);
}

function redrawAt(chart, ratio) {
  chart.options.devicePixelRatio = ratio;
  chart.options.animation = false;
  chart.resize();
  chart.update("none");
}

function savePng(button) {
  const canvas = document.querySelector(`canvas[data-chart="${button.dataset.savePng}"]`);
  const chart = drawn.get(canvas);
  const ratio = Math.max(2, window.devicePixelRatio || 1); // sharp in a document too
  redrawAt(chart, ratio);
  const head = Math.round(52 * ratio);
  const picture = document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height + head;
  const context = picture.getContext("2d");
  const value = theme();
  context.fillStyle = value("chart-paper");
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = value("chart-ink");
  context.font = `600 ${16 * ratio}px ${Chart.defaults.font.family}`;
  context.fillText(button.dataset.title, 12 * ratio, 32 * ratio, picture.width - 24 * ratio);
  context.drawImage(canvas, 0, head);
  redrawAt(chart, undefined);
  const link = document.createElement("a");
  link.href = picture.toDataURL("image/png");
  link.download = `${button.dataset.savePng}.png`;
  link.click();
}

if (Chart) {
  drawAll();
  document.addEventListener("themechange", () => [...drawn.keys()].forEach(draw));
  document.addEventListener("htmx:load", (event) => drawAll(event.target));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save-png]");
    if (button) savePng(button);
  });
}
