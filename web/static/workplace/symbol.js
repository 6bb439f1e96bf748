/**
 * QR symbols of short texts (ISO/IEC 18004:2015), drawn on this device: an invitation holds a secret
 * that no server may see, and a hand-over needs no network. Byte mode, level L, the smallest
 * version that holds the text, the mask of least penalty.
 */

import { utf8 } from "../verifier/log/encoding.js";

/** Table 9, level L: codewords of correction in a block, and blocks, by version from 1 on. */
const CORRECTION = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26,
  28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
];
const BLOCKS = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16,
  17, 18, 19, 19, 20, 21, 22, 24, 25,
];
const VERSIONS = CORRECTION.length;
const LEVEL_L = 1;
const BYTE_MODE = 4;
const [PAD, OTHER_PAD] = [0xec, 0x11];
const QUIET = 4;
const SVG = "http://www.w3.org/2000/svg";

/** Table 10: which modules a mask turns. */
const MASKS = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/** The symbol of a text as rows of 0 and 1; with a mask, that one is taken. */
export function symbolOf(text, mask = null) {
  const data = utf8(text);
  const version = versionFor(data.length);
  const bits = interleaved(codewords(data, version), version);
  const made = (mask === null ? [...MASKS.keys()] : [mask]).map((number) => placed(version, bits, number));
  const penalties = made.map(penalty);
  return made[penalties.indexOf(Math.min(...penalties))];
}

/** The symbol of a text as an SVG element with its quiet zone. */
export function drawSymbol(text, label) {
  const rows = symbolOf(text);
  const side = rows.length + 2 * QUIET;
  const path = rows.flatMap((row, down) =>
    row.flatMap((dark, across) => (dark ? [`M${across + QUIET} ${down + QUIET}h1v1h-1z`] : [])),
  );
  const drawn = svg("svg", { viewBox: `0 0 ${side} ${side}`, class: "symbol", role: "img", "aria-label": label });
  drawn.append(svg("path", { fill: "#fff", d: `M0 0h${side}v${side}H0z` }));
  drawn.append(svg("path", { fill: "#000", "shape-rendering": "crispEdges", d: path.join("") }));
  return drawn;
}

function svg(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Modules that hold data in a version, as codewords: all but patterns and what names the symbol. */
function capacity(version) {
  const free = emptied(version).flat().filter((module) => module === null).length;
  return Math.floor(free / 8);
}

function sizeOf(version) {
  return 17 + 4 * version;
}

function versionFor(length) {
  for (let version = 1; version <= VERSIONS; version += 1) {
    const held = capacity(version) - CORRECTION[version - 1] * BLOCKS[version - 1];
    if (length + (version < 10 ? 2 : 3) <= held) return version;
  }
  throw new RangeError("a text too long for a symbol");
}

/** Mode, length, data and padding (7.4) as codewords. */
function codewords(data, version) {
  const held = capacity(version) - CORRECTION[version - 1] * BLOCKS[version - 1];
  const bits = [...spelled(BYTE_MODE, 4), ...spelled(data.length, version < 10 ? 8 : 16)];
  for (const byte of data) bits.push(...spelled(byte, 8));
  bits.push(...Array(Math.min(4, held * 8 - bits.length)).fill(0));
  bits.push(...Array(-bits.length & 7).fill(0));
  const words = [];
  for (let at = 0; at < bits.length; at += 8) {
    words.push(bits.slice(at, at + 8).reduce((word, bit) => word * 2 + bit, 0));
  }
  for (let pad = PAD; words.length < held; pad ^= PAD ^ OTHER_PAD) words.push(pad);
  return words;
}

function spelled(value, length) {
  return Array.from({ length }, (_, at) => (value >> (length - 1 - at)) & 1);
}

/** Blocks with their correction, one codeword of each in turn (7.6), as bits. */
function interleaved(words, version) {
  const [count, correction] = [BLOCKS[version - 1], CORRECTION[version - 1]];
  const short = Math.floor(words.length / count);
  const longFrom = count - (words.length % count);
  const generator = generatorOf(correction);
  const blocks = [];
  for (let block = 0, at = 0; block < count; block += 1) {
    const length = short + (block >= longFrom ? 1 : 0);
    const data = words.slice(at, at + length);
    blocks.push({ data, check: remainder(data, generator) });
    at += length;
  }
  const mixed = [];
  for (let at = 0; at <= short; at += 1) for (const { data } of blocks) if (at < data.length) mixed.push(data[at]);
  for (let at = 0; at < correction; at += 1) for (const { check } of blocks) mixed.push(check[at]);
  return mixed.flatMap((word) => spelled(word, 8));
}

/** Multiplication in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function times(one, other) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((other >> bit) & 1) * one;
  }
  return product;
}

function generatorOf(degree) {
  let polynomial = [1];
  for (let power = 0, root = 1; power < degree; power += 1, root = times(root, 2)) {
    const shifted = [...polynomial, 0];
    polynomial.forEach((factor, at) => {
      shifted[at + 1] ^= times(factor, root);
    });
    polynomial = shifted;
  }
  return polynomial.slice(1);
}

function remainder(data, generator) {
  const rest = Array(generator.length).fill(0);
  for (const word of data) {
    const factor = word ^ rest.shift();
    rest.push(0);
    generator.forEach((coefficient, at) => {
      rest[at] ^= times(coefficient, factor);
    });
  }
  return rest;
}

/** A symbol with its patterns drawn, and null where data goes. */
function emptied(version) {
  const size = sizeOf(version);
  const rows = Array.from({ length: size }, () => Array(size).fill(null));
  for (let at = 0; at < size; at += 1) rows[6][at] = rows[at][6] = (at + 1) % 2;
  const corners = [[0, 0], [0, size - 7], [size - 7, 0]];
  for (const [top, left] of corners) finder(rows, top, left);
  const centres = centresOf(version);
  for (const row of centres) {
    for (const column of centres) {
      const isCorner = (row === 6 && (column === 6 || column === size - 7)) || (row === size - 7 && column === 6);
      if (!isCorner) ringed(rows, row, column, 2, [0, 2]);
    }
  }
  for (let at = 0; at < 9; at += 1) {
    rows[8][at] ??= 0;
    rows[at][8] ??= 0;
    if (at < 8) {
      rows[8][size - 1 - at] ??= 0;
      rows[size - 1 - at][8] ??= 0;
    }
  }
  rows[size - 8][8] = 1;
  if (version >= 7) writeVersion(rows, version);
  return rows;
}

function finder(rows, top, left) {
  ringed(rows, top + 3, left + 3, 4, [0, 1, 3]);
}

/** Squares around a middle, dark where their distance is one of those named. */
function ringed(rows, row, column, reach, dark) {
  for (let down = -reach; down <= reach; down += 1) {
    for (let across = -reach; across <= reach; across += 1) {
      const [y, x] = [row + down, column + across];
      if (rows[y]?.[x] === undefined) continue;
      rows[y][x] = Number(dark.includes(Math.max(Math.abs(down), Math.abs(across))));
    }
  }
}

/** Annex E: where alignment patterns stand. */
function centresOf(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = sizeOf(version) - 7;
  const step = version === 32 ? 26 : Math.ceil((last - 6) / (count - 1) / 2) * 2;
  const found = Array.from({ length: count - 1 }, (_, at) => last - at * step);
  return [6, ...found.reverse()];
}

/** Annex D: the version with its BCH code, beside two finders. */
function writeVersion(rows, version) {
  const size = rows.length;
  const code = (version << 12) | bch(version << 12, 0x1f25, 12);
  for (let at = 0; at < 18; at += 1) {
    const bit = (code >> at) & 1;
    const [long, short] = [Math.floor(at / 3), size - 11 + (at % 3)];
    rows[long][short] = rows[short][long] = bit;
  }
}

/** Annex C: level and mask with their BCH code, twice. */
function writeFormat(rows, mask) {
  const size = rows.length;
  const said = (LEVEL_L << 3) | mask;
  const code = ((said << 10) | bch(said << 10, 0x537, 10)) ^ 0x5412;
  for (let at = 0; at < 15; at += 1) {
    const bit = (code >> at) & 1;
    const upright = at < 6 ? at : at < 8 ? at + 1 : size - 15 + at;
    rows[upright][8] = bit;
    const level = at < 8 ? size - 1 - at : at < 9 ? 7 : 14 - at;
    rows[8][level] = bit;
  }
  rows[size - 8][8] = 1;
}

function bch(value, divisor, degree) {
  let rest = value;
  for (let bit = 31 - Math.clz32(rest); bit >= degree; bit = 31 - Math.clz32(rest)) rest ^= divisor << (bit - degree);
  return rest;
}

/** The symbol with its bits in their places (7.7.3), under a mask. */
function placed(version, bits, mask) {
  const rows = emptied(version);
  const size = rows.length;
  const turns = MASKS[mask];
  let at = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    const isUpwards = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const row = isUpwards ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (rows[row][column] !== null) continue;
        rows[row][column] = (bits[at] ?? 0) ^ Number(turns(row, column));
        at += 1;
      }
    }
  }
  writeFormat(rows, mask);
  return rows;
}

/** How unevenly a symbol is filled (7.8.3): runs, squares, what looks like a finder, balance. */
function penalty(rows) {
  const size = rows.length;
  const columns = rows.map((_, at) => rows.map((row) => row[at]));
  let sum = 0;
  for (const line of [...rows, ...columns]) {
    const text = line.join("");
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    for (const like of ["10111010000", "00001011101"]) {
      for (let at = text.indexOf(like); at >= 0; at = text.indexOf(like, at + 1)) sum += 40;
    }
  }
  let dark = 0;
  rows.forEach((row, down) =>
    row.forEach((module, across) => {
      dark += module;
      const below = rows[down + 1];
      const isSquare = below && across + 1 < size && [row[across + 1], below[across], below[across + 1]].every((one) => one === module);
      if (isSquare) sum += 3;
    }),
  );
  return sum + Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5) * 10;
}
