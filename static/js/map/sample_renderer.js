// Draws a sample of the songs without WebGL, by the same calls as the renderer that draws all of them.

import { dotStyle, spreadOrder } from "#map/dots";

const MOST = 20_000;

export class SampleRenderer {
  constructor(canvas, points) {
    this.context = canvas.getContext("2d");
    this.points = points;
    this.codes = points.group;
    this.order = spreadOrder(points.x.length).subarray(0, MOST);
    this.brush = [-1, -1];
  }

  setCodes(codes) {
    this.codes = codes;
  }

  setMarks(marks) {
    this.marks = marks;
  }

  setBrushed(codes) {
    this.brushed = codes;
  }

  setBrush(first, last) {
    this.brush = [first, last];
  }

  setPalette(colors) {
    this.colors = Array.from({ length: 256 }, (_, code) => {
      const [red, green, blue] = colors.subarray(4 * code, 4 * code + 3);
      return `rgb(${red} ${green} ${blue})`;
    });
  }

  stands(index) {
    const [first, last] = this.brush;
    return (!this.marks || this.marks[index]) && (first < 0 || (this.brushed[index] >= first && this.brushed[index] <= last));
  }

  draw(camera, ratio) {
    const { context, points } = this;
    const { size } = dotStyle(camera, this.order.length);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    const all = !this.marks && this.brush[0] < 0;
    for (const pass of all ? [true] : [false, true]) {
      context.globalAlpha = pass ? 0.8 : 0.15;
      for (const index of this.order) {
        if (!all && this.stands(index) !== pass) continue;
        const [px, py] = camera.toScreen(points.x[index], points.y[index]);
        context.fillStyle = this.colors[this.codes[index]];
        context.fillRect(px - size / 2, py - size / 2, size, size);
      }
    }
  }
}
