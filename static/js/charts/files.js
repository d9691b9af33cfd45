// What saved pictures are called: after the dataset and the run of the page, then the chart.

export function fileName(chart, ending) {
  const stem = document.querySelector("[data-file-stem]")?.dataset.fileStem;
  return `${[stem, chart].filter(Boolean).join("-")}.${ending}`;
}

export function saveAs(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
