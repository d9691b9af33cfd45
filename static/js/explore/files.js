// Reads the binary columns that clustering/web/explore/files.py writes.

async function download(url, onProgress) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const total = Number(response.headers.get("Content-Length"));
  const reader = response.body.getReader();
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    onProgress(total ? size / total : 0);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole.buffer;
}

class Columns {
  constructor(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    this.header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    this.buffer = buffer;
    this.offset = 4 + length;
  }

  // The next column, as a view and not as a copy; columns are aligned to four bytes.
  take(Type, size) {
    const column = new Type(this.buffer, this.offset, size);
    this.offset += Math.ceil(column.byteLength / 4) * 4;
    return column;
  }
}

// The bits of a file, one for each row of the dataset, as bytes of 0 and 1 for each of some rows.
function pickBits(bits, rows) {
  const picked = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) picked[i] = (bits[rows[i] >> 3] >> (rows[i] & 7)) & 1;
  return picked;
}

// The numbers of the rows whose bit is set, ascending.
export function rowsOf(bits, songs, size) {
  const rows = new Uint32Array(songs);
  for (let row = 0, index = 0; row < size; row += 1) {
    if (bits[row >> 3] & (1 << (row & 7))) rows[index++] = row;
  }
  return rows;
}

// { rows, group, x, y }: one entry for each song; `rows` are the row numbers, by which the server knows songs. Without a
// run there are only rows.
export async function loadPoints(url, onProgress) {
  const file = new Columns(await download(url, onProgress));
  const { songs, rows: size, map } = file.header;
  const rows = rowsOf(file.take(Uint8Array, Math.ceil(size / 8)), songs, size);
  if (!map) return { rows };
  const group = file.take(Uint8Array, songs);
  return { rows, group, x: file.take(Float32Array, songs), y: file.take(Float32Array, songs) };
}

// The header, and one code for each song.
export async function loadColumn(url, rows) {
  const file = new Columns(await download(url, () => {}));
  const byRow = file.take(Uint8Array, file.buffer.byteLength - file.offset);
  const codes = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) codes[i] = byRow[rows[i]];
  return { ...file.header, codes };
}

// 1 for each song that the server marks.
export async function loadMarks(url, rows) {
  const file = new Columns(await download(url, () => {}));
  return pickBits(file.take(Uint8Array, file.buffer.byteLength - file.offset), rows);
}

// The index of a row number in the sorted `rows`, or -1.
export function indexOfRow(rows, row) {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (rows[middle] === row) return middle;
    if (rows[middle] < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
