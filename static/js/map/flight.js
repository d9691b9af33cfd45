// The way of the camera from where it is to a song.

const DURATION = 500; // milliseconds
const ZOOM = 12;

export class Flight {
  constructor(camera, x, y, start) {
    this.from = { x: camera.x, y: camera.y, scale: camera.scale };
    this.to = { x, y, scale: Math.max(camera.scale, camera.home.scale * ZOOM) };
    this.start = start;
  }

  // How much of the time has passed, from 0 to 1.
  progress(now) {
    return Math.min((now - this.start) / DURATION, 1);
  }

  // Where the camera is; it slows down towards the end.
  position(progress) {
    const { from, to } = this;
    const share = 1 - (1 - progress) ** 3;
    return {
      x: from.x + (to.x - from.x) * share,
      y: from.y + (to.y - from.y) * share,
      scale: from.scale * (to.scale / from.scale) ** share,
    };
  }
}
