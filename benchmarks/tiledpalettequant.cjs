// Find palettes for tiles with tiledpalettequant, as `benchmarks.tiles` asks every command to.
//
//   node benchmarks/tiledpalettequant.cjs WORKER PALETTES COLORS BITS WIDTH HEIGHT < rgb24 > rgb24
//
// WORKER is the file worker.js of its repository. Random numbers have a seed, so that its results
// can be repeated.
"use strict";

const { readFileSync, writeSync } = require("fs");

let seed = 1;

// The generator mulberry32.
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

const [worker, ...numbers] = process.argv.slice(2);
const [numPalettes, colorsPerPalette, bitsPerChannel, width, height] = numbers.map(Number);
const rgb = readFileSync(0);
const data = new Uint8ClampedArray(width * height * 4).fill(255);
for (let pixel = 0; pixel < width * height; pixel++) {
  data.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
}

class ImageData {
  constructor(pixels, columns, rows) {
    Object.assign(this, { data: pixels, width: columns, height: rows });
  }
}

let result = null;
const postMessage = (message) => { result = message.imageData || result; };
Math.random = random;
const source = `${readFileSync(worker, "utf8")}\nreturn onmessage;`;
const load = new Function("postMessage", "ImageData", "console", "onmessage", source);
load(postMessage, ImageData, { log() {} })({
  data: {
    imageData: { data, width, height },
    // The defaults of its page.
    quantizationOptions: {
      tileWidth: 8, tileHeight: 8, numPalettes, colorsPerPalette, bitsPerChannel,
      fractionOfPixels: 0.1, colorZeroBehaviour: 0, colorZeroValue: [0, 0, 0],
      dither: 0, ditherWeight: 0.5, ditherPattern: 0,
    },
  },
});

const output = Buffer.alloc(rgb.length);
for (let pixel = 0; pixel < width * height; pixel++) {
  output.set(result.data.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
}
let written = 0;
while (written < output.length) written += writeSync(1, output, written);
