/** Which logs to believe and how many witnesses must agree (c2sp.org/tlog-policy). */

import { Refused } from "../errors.js";
import { openCosignatures } from "./checkpoint.js";
import { hex, parseCount } from "./encoding.js";
import { COSIGNATURE, ED25519, parseVkey } from "./note.js";

const NONE = "none";
const POLICY_LENGTH_MAX = 1_000_000;
const ALLOWED = /^[\t\n\x20-\x7e\x80-\u{10ffff}]*$/u;

/** What a policy file says: `{logs: [key], witnesses: Map, groups: Map, quorum}`. */
export function parsePolicy(text) {
  const length = [...text].length;
  if (length > POLICY_LENGTH_MAX) {
    throw new Refused("oversized", { length, limit: POLICY_LENGTH_MAX });
  }
  if (!ALLOWED.test(text)) malformed("policy with odd characters");
  const reader = new Reader();
  for (const line of text.split("\n")) {
    const fields = line.split(/[ \t]+/).filter((part) => part);
    if (fields.length && !fields[0].startsWith("#")) reader.read(fields);
  }
  const { logs, witnesses, groups, quorum } = reader;
  if (quorum === null) malformed("policy without a quorum");
  return { logs, witnesses, groups, quorum };
}

/** Whether the witnesses of these names, a Set, make a quorum. */
export function isMetBy(policy, names) {
  return policy.quorum === NONE || agrees(policy, policy.quorum, names);
}

/** The names of the witnesses that cosigned, a Set; a bad line by one of them rejects. */
export async function witnessesOf(policy, signed) {
  const times = await openCosignatures(signed, [...policy.witnesses.values()]);
  const cosigned = [...policy.witnesses].filter(([, key]) => times.has(key));
  return new Set(cosigned.map(([name]) => name));
}

function agrees(policy, name, names) {
  const group = policy.groups.get(name);
  if (!group) return names.has(name);
  const agreeing = group.members.filter((member) => agrees(policy, member, names));
  return agreeing.length >= group.threshold;
}

/** What the lines read so far have defined. */
class Reader {
  logs = [];
  witnesses = new Map();
  groups = new Map();
  quorum = null;
  #raw = new Set();
  #grouped = new Set();

  read([verb, ...rest]) {
    const { length } = rest;
    if (verb === "log" && (length === 1 || length === 2)) {
      this.logs.push(this.#key(rest[0], COSIGNATURE));
    } else if (verb === "witness" && (length === 2 || length === 3)) {
      this.#define(rest[0]);
      this.witnesses.set(rest[0], this.#key(rest[1], ED25519));
    } else if (verb === "group" && length > 2) {
      const [name, threshold, ...members] = rest;
      this.#define(name);
      this.#join(members);
      this.groups.set(name, { threshold: limit(threshold, members.length), members });
    } else if (verb === "quorum" && length === 1 && this.quorum === null) {
      if (rest[0] !== NONE) this.#checkKnown(rest);
      [this.quorum] = rest;
    } else {
      malformed(`policy line ${verb.slice(0, 20)}`);
    }
  }

  #key(vkey, unfit) {
    const key = parseVkey(vkey);
    const raw = hex(key.raw);
    if (this.#raw.has(raw) || key.type === unfit) {
      malformed("policy with a key twice or out of place");
    }
    this.#raw.add(raw);
    return key;
  }

  #knows(name) {
    return this.witnesses.has(name) || this.groups.has(name);
  }

  #define(name) {
    if (name === NONE || this.#knows(name)) malformed("policy with a name twice");
  }

  #join(members) {
    this.#checkKnown(members);
    for (const member of members) {
      if (this.#grouped.has(member)) malformed("policy with a name in two groups");
      this.#grouped.add(member);
    }
  }

  #checkKnown(names) {
    if (!names.every((name) => this.#knows(name))) {
      malformed("policy with a name nobody has defined");
    }
  }
}

function limit(text, count) {
  const threshold = text === "any" ? 1 : text === "all" ? count : parseCount(text);
  if (!(threshold >= 1 && threshold <= count)) malformed("policy with an impossible threshold");
  return threshold;
}

function malformed(what) {
  throw new Refused("malformed", { what });
}
