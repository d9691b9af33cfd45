// What lies above the dots: the outline of a selection, and a ring around the pinned song.

export const outlinePath = (points) =>
  points.length > 1 ? `M${points.map((point) => point.map((n) => n.toFixed(1)).join(" ")).join("L")}Z` : "";

export class Overlay {
  constructor(path, ring) {
    this.path = path;
    this.ring = ring;
  }

  drawOutline(points) {
    this.path.setAttribute("d", outlinePath(points));
  }

  // A point in pixels, or null where no song is pinned.
  drawRing(point) {
    this.ring.toggleAttribute("hidden", !point);
    if (!point) return;
    this.ring.setAttribute("cx", point[0]);
    this.ring.setAttribute("cy", point[1]);
  }
}
