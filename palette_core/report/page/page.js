"use strict";

// The divider between the image and its result.
const comparison = document.querySelector(".comparison");
const slider = comparison.querySelector("input");

function showSplit() {
  comparison.style.setProperty("--split", slider.value + "%");
}

slider.addEventListener("input", showSplit);
slider.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2 };
  if (event.key in steps) {
    event.preventDefault();
    slider.value = Number(slider.value) + steps[event.key];
    showSplit();
  }
});
showSplit(); // the browser may have restored an earlier value

// The colour cloud: points [L, a, b, radius, colour] in Oklab, seen from the side.
const canvas = document.getElementById("cloud");
const context = canvas.getContext("2d");
const data = JSON.parse(document.getElementById("data").textContent);
const LARGEST_CHROMA = 0.33;
let yaw = 0.6;
let pitch = 0.35;

// Return a function from a point to its position on the canvas and its depth.
function projection(width, height) {
  const scale = Math.min(width / (2 * LARGEST_CHROMA), height * 0.8);
  return ([lightness, a, b]) => {
    const x = data.stretch * (a * Math.cos(yaw) - b * Math.sin(yaw));
    const z = data.stretch * (a * Math.sin(yaw) + b * Math.cos(yaw));
    const y = lightness - 0.5;
    const up = y * Math.cos(pitch) - z * Math.sin(pitch);
    const depth = y * Math.sin(pitch) + z * Math.cos(pitch);
    return [width / 2 + x * scale, height / 2 - up * scale, depth];
  };
}

function fillDisc(x, y, radius, color) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
}

function draw() {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(document.documentElement);
  const project = projection(width, height);

  const [bottom, top] = [[0, 0, 0], [1, 0, 0]].map(project);
  context.strokeStyle = style.getPropertyValue("--faint");
  context.beginPath();
  context.moveTo(bottom[0], bottom[1]);
  context.lineTo(top[0], top[1]);
  context.stroke();

  const items = [];
  for (const point of data.points) items.push([project(point), point, false]);
  for (const entry of data.entries) items.push([project(entry), entry, true]);
  items.sort((one, other) => one[0][2] - other[0][2]); // the farthest first
  const ink = style.getPropertyValue("--ink");
  for (const [[x, y], [, , , radius, color], isEntry] of items) {
    if (isEntry) fillDisc(x, y, radius + 1.5, ink);
    fillDisc(x, y, radius, color);
  }
}

function rotate(across, down) {
  yaw += across;
  pitch = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, pitch + down));
  requestAnimationFrame(draw);
}

let grabbed = null; // where the pointer was last while it drags

canvas.addEventListener("pointerdown", (event) => {
  grabbed = [event.clientX, event.clientY];
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (grabbed === null) return;
  const [x, y] = grabbed;
  grabbed = [event.clientX, event.clientY];
  rotate((event.clientX - x) * 0.01, (event.clientY - y) * 0.01);
});
for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, () => { grabbed = null; });
}
canvas.addEventListener("keydown", (event) => {
  const turns = {
    ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1],
  };
  if (event.key in turns) {
    event.preventDefault();
    rotate(...turns[event.key]);
  }
});
window.addEventListener("resize", draw);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
draw();
