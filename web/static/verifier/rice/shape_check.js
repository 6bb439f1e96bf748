/** Holds parsed JSON to the shapes of the Python types (`shapes.js`), and fills in defaults. */

import { Refused } from "../errors.js";
import { isMembers } from "../log/json.js";
import { isNumber } from "./decimals.js";
import SHAPES from "./shapes.js";

const compiled = new Map();

/** A reader of shapes that refuses under a code; `checks` say what else must hold of a record. */
export function reader(code, checks = {}) {
  const refuse = (what) => {
    throw new Refused(code, { what });
  };
  return (type, value) => compile(type)(value, { checks, refuse });
}

/** Whether a value is of a type. */
export function fits(type, value) {
  try {
    compile(type)(value, { checks: {}, refuse });
    return true;
  } catch (error) {
    if (error !== MISFIT) throw error;
    return false;
  }
}

/** The names of the records that a member tells apart, by what it says. */
export function tagged(member) {
  const named = Object.entries(SHAPES).map(([name, shape]) => [tagOf(String(shape)), name]);
  return new Map(
    named.filter(([tag]) => tag[0] === member).map(([[, word], name]) => [word, name]),
  );
}

const MISFIT = new Error("another shape");
function refuse() {
  throw MISFIT;
}

const tagOf = (shape) => shape.split(";", 1)[0].split("=");

const BASIC = {
  any: () => true,
  bool: (value) => typeof value === "boolean",
  number: isNumber,
  text: (value) => typeof value === "string",
};

/** What returns a value as read, for a type as `tests/verifier/shapes.py` spells it. */
function compile(type) {
  let made = compiled.get(type);
  if (!made) compiled.set(type, (made = make(type)));
  return made;
}

function make(type) {
  const list = /^(.+)\[(\d+),(\d*)\]$/.exec(type);
  if (list) return listOf(compile(list[1]), Number(list[2]), Number(list[3] || Infinity));
  const range = /^(\d+)\.\.(.*)$/.exec(type);
  if (range) {
    const [least, most] = [Number(range[1]), Number(range[2] || Infinity)];
    return only(type, (value) => Number.isInteger(value) && value >= least && value <= most);
  }
  if (type[0] === "=") {
    const words = type.slice(1).split("|");
    return only(type, (value) => words.includes(value));
  }
  if (BASIC[type]) return only(type, BASIC[type]);
  const shape = SHAPES[type];
  if (shape instanceof RegExp) {
    return only(type, (value) => typeof value === "string" && shape.test(value));
  }
  return shape.includes(";") ? record(type, shape) : compile(shape);
}

const only = (type, holds) => (value, on) => (holds(value) ? value : on.refuse(`not ${type}`));

const listOf = (item, least, most) => (value, on) =>
  Array.isArray(value) && value.length >= least && value.length <= most
    ? value.map((each) => item(each, on))
    : on.refuse("not a list as long as it should be");

function record(type, shape) {
  const [tag, word] = tagOf(shape);
  const isOpen = tag === "~";
  const members = shape
    .split(/;\s*/)
    .slice(1)
    .map((each) => {
      const [, name, mark, given, of] = /^(\S+?)(\?(\S*))? (\S+)$/.exec(each);
      const absent = given ? JSON.parse(given) : undefined;
      return { name, isOptional: Boolean(mark), absent, of: compile(of) };
    });
  const known = new Set([tag, ...members.map((each) => each.name)]);
  return (value, on) => {
    if (!isMembers(value)) on.refuse("no members");
    if (word && value[tag] !== word) on.refuse(`not ${word}`);
    const hasRoom = isOpen || Object.keys(value).every((name) => known.has(name));
    if (!hasRoom) on.refuse("a member unknown");
    const read = {};
    for (const { name, isOptional, absent, of } of members) {
      if (Object.hasOwn(value, name)) {
        const isNull = isOpen && absent === null && value[name] === null;
        read[name] = isNull ? null : of(value[name], on);
        // A member that may be left out has no second way to say nothing.
        if (!isOpen && isOptional && says(read[name], absent)) on.refuse(`${name} says nothing`);
      } else if (!isOptional) on.refuse(`${name} is missing`);
      else if (absent !== undefined) read[name] = absent;
    }
    if (on.checks[type] && !on.checks[type](read)) on.refuse(`${type} does not fit together`);
    return read;
  };
}

const says = (value, absent) =>
  value === absent || (Array.isArray(absent) && Array.isArray(value) && !value.length);
