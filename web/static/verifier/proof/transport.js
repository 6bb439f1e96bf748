/** A bundle as it travels to a phone, and what it is when it is written out. */

import { Refused } from "../errors.js";
import {
  decodeBase64,
  decodeUtf8,
  encodeBase64,
  encodeBase64url,
  hex,
  utf8,
} from "../log/encoding.js";
import { writeJson } from "../log/json.js";
import { nodeHash } from "../log/merkle.js";
import { parseStatement } from "../log/statement.js";
import { leafOf } from "./bundle.js";

/** What signs stand for: so many of the bytes at the end, and how they are spelled. */
const SIGNS = {
  "\x01": [64, encodeBase64url],
  "\x02": [32, encodeBase64],
  "\x03": [16, spellUuid],
  "\x06": [32, encodeBase64url],
};

/** The bundle in its one spelling. */
export function unpack(data) {
  return utf8(writeJson(open(data).bundle));
}

/**
 * What reading those bytes would give, and the statements in it as parsed, by their text. Nothing is
 * checked: whoever judges it checks all of it.
 */
export function open(data) {
  const { entries, given, packed, ...members } = JSON.parse(spellOut(data));
  if (packed !== "rice-ledger/packed@v1") throw new Refused("bundle_unreadable", { what: "form" });
  const [origin, size] = members.checkpoint.split("\n");
  const statements = new Map();
  const held = itemsOf(entries, given, origin, statements);
  climb(0, Number(size), held, given.map(decodeBase64).values());
  // A range has one hash, however many paths lead past it, so each is looked up as what it is.
  const shelf = new Map();
  const place = (node) => {
    if (!shelf.has(node)) shelf.set(node, shelf.size);
    return shelf.get(node);
  };
  const items = held.map(({ item, path }) => ({ ...item, proof: path.map(place) }));
  const hashes = [...shelf.keys()].map(encodeBase64);
  const bundle = { ...members, bundle: "rice-ledger/bundle@v1", entries: items, hashes };
  return { bundle, statements };
}

/** The text with everything in it that was taken out or opened. */
function spellOut(data) {
  let at = data.indexOf(0);
  const text = decodeUtf8(data.subarray(0, at));
  at += 1;
  const whole = text.replace(/[\x01\x02\x03\x06]/g, (sign) => {
    const [length, spell] = SIGNS[sign];
    at += length;
    return spell(data.subarray(at - length, at));
  });
  return whole.replace(/\x04([^\x05]*)\x05/g, (_, opened) => encodeBase64url(utf8(opened)));
}

function spellUuid(bytes) {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Entries with their leaf hashes, which also say what stood before the next. */
function itemsOf(entries, given, origin, statements) {
  let last = null;
  return entries.map(([after, before, recorded, statement]) => {
    const index = (last ? last.item.index + 1 : 0) + after;
    const told = typeof before === "number" ? given[before] : before;
    const previous = told || encodeBase64(last.leaf_hash);
    const item = { index, previous, recorded, statement };
    const parsed = parseStatement(utf8(statement));
    statements.set(statement, parsed);
    const { leaf_hash } = leafOf(origin, item, parsed);
    last = { item, leaf_hash, path: [] };
    return last;
  });
}

/** The hash over a range of leaves; on the way up each entry learns its path. */
function climb(first, last, held, given) {
  if (!held.length) return given.next().value;
  if (last - first === 1) return held[0].leaf_hash;
  const middle = first + 2 ** Math.floor(Math.log2(last - first - 1));
  const halves = [held.filter(({ item }) => item.index < middle)];
  halves.push(held.slice(halves[0].length));
  const left = climb(first, middle, halves[0], given);
  const right = climb(middle, last, halves[1], given);
  for (const { path } of halves[0]) path.push(right);
  for (const { path } of halves[1]) path.push(left);
  return nodeHash(left, right);
}
