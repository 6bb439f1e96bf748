/** What the reader brings: the log to believe, its founding, its witnesses, how old is too old. */

import { Refused } from "../errors.js";
import { checkCanonical } from "../log/json.js";
import { parsePolicy } from "../log/policy.js";
import { check, closed, count, literal, matching, text } from "./shape.js";

const TRUST = closed(
  {
    founding: matching(/^[A-Za-z0-9+/]{43}=$/),
    policy: text(0, 20_000),
    fresh_hours: count(1, 8_784),
  },
  { trust: literal("rice-ledger/trust@v1") },
);

/** The trust a file spells, with the policy in force as its logs; refused if it is none. */
export function readTrust(data) {
  const trust = check(checkCanonical(data), TRUST, "trust_unreadable");
  const logs = parsePolicy(trust.policy);
  if (!logs.logs.length) throw new Refused("trust_unreadable", { what: "a policy without a log" });
  return { ...trust, logs };
}
