/** How lots, bags and pallets are named: the paths of GS1 Digital Link that judging writes. */

import { Refused } from "../errors.js";
import { isChecked } from "./gs1.js";
import { quote } from "./terms.js";

export const CANONICAL_HOST = "https://id.gs1.org";

const digits = (length) => (value) => value.length === length && isChecked(value);
// The 82 characters of ISO/IEC 646 in General Specifications figure 7.11-1.
const some = (value) => /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/.test(value);
const FORMATS = { "00": digits(18), "01": digits(14), 10: some, 21: some };
const CHAINS = ["00", "01", "01 10", "01 21", "01 10 21"];

/** The path for a key and its qualifiers, each `[identifier, value]`, every value checked. */
export function formatPath(...named) {
  const identifiers = named.map(([identifier]) => identifier);
  if (!CHAINS.includes(identifiers.join(" "))) {
    const [key, ...qualifiers] = identifiers;
    throw new Refused("link_qualifiers", { key, qualifiers: qualifiers.join(", ") });
  }
  for (const [identifier, value] of named) {
    if (!FORMATS[identifier](value)) {
      throw new Refused("link_value", { identifier, read: [...value].slice(0, 40).join("") });
    }
  }
  return named.map(([identifier, value]) => `/${identifier}/${quote(value)}`).join("");
}
