// A click on a bar, a dot or a cell opens its songs, where the server says under which address.

// The address of a mark: by its place, or by its series and its place, or by its series alone.
export function addressOf(songs, { datasetIndex, index }) {
  const series = songs[datasetIndex];
  if (!Array.isArray(series)) return songs[index];
  return series.length === 1 ? series[0] : series[index];
}

export function linkSongs(options, open = (address) => window.location.assign(address)) {
  const { songs } = options;
  if (!songs?.length) return;
  const found = (points) => points.length && addressOf(songs, points[0]);
  options.onClick = (_event, points) => {
    const address = found(points);
    if (address) open(address);
  };
  options.onHover = (event, points) => {
    event.native.target.style.cursor = found(points) ? "pointer" : "default";
  };
}
