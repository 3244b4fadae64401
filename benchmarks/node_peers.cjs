// Quantize an image with a package of npm, as `benchmarks.peers` asks every external command to.
//
//   node benchmarks/node_peers.cjs image-q|sharp --repeat 2 COLORS WIDTH HEIGHT < rgb24 > rgb24
//   node benchmarks/node_peers.cjs image-q|sharp --version
"use strict";

const { readFileSync, writeSync } = require("fs");
const { dirname, join } = require("path");

const QUANTIZERS = {
  "image-q": async (library, rgba, colors, width, height) => {
    const image = library.utils.PointContainer.fromUint8Array(rgba, width, height);
    const euclidean = { colorDistanceFormula: "euclidean" };
    const palette = library.buildPaletteSync([image], {
      ...euclidean, colors, paletteQuantization: "wuquant",
    });
    const mapped = library.applyPaletteSync(image, palette, {
      ...euclidean, imageQuantization: "nearest",
    });
    return async () => mapped.toUint8Array();
  },
  sharp: async (library, rgba, colors, width, height) => {
    const raw = { width, height, channels: 4 };
    const png = await library(rgba, { raw })
      .png({ palette: true, colours: colors, dither: 0, compressionLevel: 1 }).toBuffer();
    return () => library(png).ensureAlpha().raw().toBuffer();
  },
};

function toRgba(rgb) {
  const rgba = Buffer.alloc((rgb.length / 3) * 4, 255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) rgb.copy(rgba, to, from, from + 3);
  return rgba;
}

function toRgb(rgba) {
  const rgb = Buffer.alloc((rgba.length / 4) * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from];
    rgb[to + 1] = rgba[from + 1];
    rgb[to + 2] = rgba[from + 2];
  }
  return rgb;
}

function versionOf(name) {
  // A package may hide its package.json, so this looks for it beside its files.
  for (let folder = dirname(require.resolve(name)); ; folder = dirname(folder)) {
    try {
      const found = JSON.parse(readFileSync(join(folder, "package.json")));
      if (found.name === name) return found.version;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
}

async function main() {
  const [name, ...rest] = process.argv.slice(2);
  const library = require(name);
  if (rest[0] === "--version") return console.log(versionOf(name));
  const [repeat, colors, width, height] = rest.slice(1).map(Number);
  if (name === "sharp") library.concurrency(1);
  const rgba = toRgba(readFileSync(0));
  let result;
  for (let run = 0; run < repeat; run++) {
    const start = process.hrtime.bigint();
    result = await QUANTIZERS[name](library, rgba, colors, width, height);
    process.stderr.write(`${Number(process.hrtime.bigint() - start) / 1e9}\n`);
  }
  const rgb = toRgb(Buffer.from(await result()));
  for (let written = 0; written < rgb.length; ) written += writeSync(1, rgb, written);
}

main();
