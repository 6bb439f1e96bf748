/** What a file must hold: members by name, each of a kind, and none besides. */

import { Refused } from "../errors.js";

/** The value with its defaults, if it has this shape; else it is refused under a code. */
export function check(value, shape, code) {
  const read = shape(value);
  if (read === undefined) throw new Refused(code, { what: "its members" });
  return read;
}

// A shape returns what it read, or undefined where the value is of another.

/** Members that must be there, and constants that may be left out. */
export function closed(needed, optional = {}) {
  const shapes = { ...needed, ...optional };
  return (value) => {
    if (!isObject(value)) return undefined;
    if (!Object.keys(value).every((name) => Object.hasOwn(shapes, name))) return undefined;
    const read = {};
    for (const [name, shape] of Object.entries(shapes)) {
      if (!Object.hasOwn(value, name)) {
        if (Object.hasOwn(needed, name)) return undefined;
        continue;
      }
      read[name] = shape(value[name]);
      if (read[name] === undefined) return undefined;
    }
    return read;
  };
}

export function list(shape) {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const read = value.map(shape);
    return read.includes(undefined) ? undefined : read;
  };
}

export function text(least = 0, most = Infinity) {
  return (value) => {
    if (typeof value !== "string") return undefined;
    const fits = least === 0 && most === Infinity;
    const length = fits ? 0 : [...value].length;
    return length >= least && length <= most ? value : undefined;
  };
}

export function matching(pattern) {
  return (value) => (typeof value === "string" && pattern.test(value) ? value : undefined);
}

export function literal(constant) {
  return (value) => (value === constant ? value : undefined);
}

export function count(least, most) {
  const fits = (value) => Number.isSafeInteger(value) && value >= least && value <= most;
  return (value) => (fits(value) ? value : undefined);
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
