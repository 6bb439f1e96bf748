/** Checking a bag's code on this device against the file of its lot, with no network. */

import { Refused } from "../verifier/errors.js";
import { utf8 } from "../verifier/log/encoding.js";
import { judgeCode } from "../verifier/proof/offline.js";
import { readTrust } from "../verifier/proof/trust.js";

const HEADER = utf8("rice-ledger/lot-file@v1\n");

/** Whether bytes mean to be a lot file, sound or not. */
export function isLotFile(bytes) {
  return HEADER.every((byte, at) => bytes[at] === byte);
}

/**
 * What a lot file says of a code that was typed or read off a QR symbol: `{verdict}`, as
 * `OfflineVerdict` of ledger/proof/offline.py; or `{unable}` where this device cannot tell, which
 * says neither good nor bad.
 *
 * `bytes` are the lot file, `trust` the bytes of a trust file that came another way, `at` the moment
 * in milliseconds. Words are in the part `offline` of rules.json, which `useRules` has to be given
 * first: those of `verdict.headline`, and of each of `verdict.limits`, take `since`, which is
 * `verdict.as_of`. Nothing may be shown without it, nor without `verdict.age_hours`.
 */
export async function judgeOffline(bytes, trust, code, at) {
  try {
    return { verdict: await judgeCode(bytes, code, readTrust(trust), at) };
  } catch (error) {
    // Whatever else is thrown is ours, and a fault of ours is no verdict.
    return { unable: error instanceof Refused ? error.code : String(error.message) };
  }
}
