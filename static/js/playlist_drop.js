// Where a dragged song of a playlist lands.

// The gap between rows that is under the pointer: before the first row whose center is below it. A row is
// { top, height }; the gap behind all rows is their number.
export function gapAt(y, rows) {
  const before = rows.findIndex(({ top, height }) => y < top + height / 2);
  return before === -1 ? rows.length : before;
}

// The position, from 1, of the song at index `from` when it is dropped into a gap; null where it stays.
export function positionAfterDrop(from, gap) {
  const position = gap > from ? gap : gap + 1;
  return position === from + 1 ? null : position;
}
