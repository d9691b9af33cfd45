// What a tooltip says about the item under the pointer.

const isObject = (raw) => Boolean(raw) && typeof raw === "object";
const withLabel = (dataset, text) => (dataset.label ? `${dataset.label}: ${text}` : text);

export function tooltipTitle(type, items) {
  const raw = items[0]?.raw;
  if (type === "matrix") return `${raw.y} · ${raw.x}`;
  if (isObject(raw) && raw.title) return raw.title;
  return items[0]?.label ?? "";
}

export function tooltipLabel(type, { raw, dataset, dataIndex, parsed, chart }) {
  if (isObject(raw) && raw.hints?.length) return raw.hints;
  const hint = dataset.hints?.[dataIndex];
  if (hint) return withLabel(dataset, hint);
  if (type === "matrix") return raw.v === null ? "no value" : raw.v.toFixed(2);
  if (type === "scatter") return dataset.label;
  const number = chart.options.indexAxis === "y" ? parsed.x : (parsed.y ?? parsed.r);
  return withLabel(dataset, number === null || number === undefined ? "no value" : number.toLocaleString("en"));
}
