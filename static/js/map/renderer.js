// Draws all songs as dots with WebGL 2. No library: regl, and what is built on it, compiles its code with
// `new Function`, which our content security policy forbids.

import { dotStyle, spreadOrder } from "#map/dots";

const VERTEX = `#version 300 es
in float a_x;
in float a_y;
in float a_code;
in float a_mark;
in float a_brush;
uniform vec2 u_center;
uniform vec2 u_scale;
uniform float u_size;
uniform float u_alpha;
uniform bool u_marking;
uniform vec2 u_brush; // the codes of the brushed column; negative: no brush
uniform sampler2D u_palette;
out vec4 v_color;

void main() {
  vec4 color = texelFetch(u_palette, ivec2(int(a_code), 0), 0);
  float alpha = color.a * u_alpha;
  bool brushing = u_brush.x >= 0.0;
  bool marked = (!u_marking || a_mark > 0.5) && (!brushing || (a_brush >= u_brush.x && a_brush <= u_brush.y));
  if (u_marking || brushing) alpha = marked ? min(1.0, alpha * 1.8 + 0.1) : alpha * 0.16;
  v_color = vec4(color.rgb * alpha, alpha);
  gl_PointSize = u_size;
  // hidden dots are moved out of the view
  gl_Position = color.a == 0.0 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4((vec2(a_x, a_y) - u_center) * u_scale, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec4 v_color;
uniform float u_size;
out vec4 color;

void main() {
  float cover = 1.0;
  if (u_size > 2.5) {
    float radius = 2.0 * length(gl_PointCoord - 0.5);
    cover = 1.0 - smoothstep(1.0 - 2.0 / u_size, 1.0, radius);
    if (cover <= 0.0) discard;
  }
  color = v_color * cover;
}`;

export class Renderer {
  // Returns null where the browser cannot draw with WebGL 2.
  static on(canvas, points) {
    const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
    return gl && new Renderer(gl, points);
  }

  constructor(gl, points) {
    this.gl = gl;
    this.size = points.x.length;
    this.program = link(gl);
    this.buffers = {};
    gl.useProgram(this.program);
    this.attribute("a_x", gl.FLOAT, points.x);
    this.attribute("a_y", gl.FLOAT, points.y);
    this.attribute("a_code", gl.UNSIGNED_BYTE, points.group);
    this.attribute("a_mark", gl.UNSIGNED_BYTE, new Uint8Array(this.size));
    this.attribute("a_brush", gl.UNSIGNED_BYTE, new Uint8Array(this.size));
    gl.uniform2f(this.uniform("u_brush"), -1, -1);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, spreadOrder(this.size), gl.STATIC_DRAW);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  // Sets one attribute of all songs, or replaces it.
  attribute(name, type, values) {
    const { gl } = this;
    const location = gl.getAttribLocation(this.program, name);
    this.buffers[name] ??= gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, 1, type, false, 0, 0);
  }

  setCodes(codes) {
    this.attribute("a_code", this.gl.UNSIGNED_BYTE, codes);
  }

  // Marked songs stand out, all others are dimmed; null: no song is marked.
  setMarks(marks) {
    this.gl.uniform1i(this.uniform("u_marking"), marks ? 1 : 0);
    if (marks) this.attribute("a_mark", this.gl.UNSIGNED_BYTE, marks);
  }

  // The column that is being brushed: moving the brush then uploads nothing.
  setBrushed(codes) {
    this.attribute("a_brush", this.gl.UNSIGNED_BYTE, codes);
  }

  // Songs with these codes of the brushed column stand out, of those that are marked; negative: whatever their code.
  setBrush(first, last) {
    this.gl.uniform2f(this.uniform("u_brush"), first, last);
  }

  // 256 colors of four bytes; one whose opacity is 0 hides its songs.
  setPalette(colors) {
    const { gl } = this;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colors);
  }

  uniform(name) {
    return this.gl.getUniformLocation(this.program, name);
  }

  draw(camera, ratio, maxDots) {
    const { gl } = this;
    const { width, height } = gl.canvas;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const { size, opacity } = dotStyle(camera, this.size);
    gl.uniform2f(this.uniform("u_center"), camera.x, camera.y);
    gl.uniform2f(
      this.uniform("u_scale"), (2 * camera.scale) / camera.width, (2 * camera.scale) / camera.height,
    );
    gl.uniform1f(this.uniform("u_size"), ratio * size);
    gl.uniform1f(this.uniform("u_alpha"), opacity);
    gl.drawElements(gl.POINTS, Math.min(maxDots, this.size), gl.UNSIGNED_INT, 0);
  }
}

function link(gl) {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  return program;
}
