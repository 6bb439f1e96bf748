/** Holding codes against the file of their lot on this device, with no network. */

import { judgeOpened, openLot } from "../verifier/proof/offline.js";
import { readTrust } from "../verifier/proof/trust.js";

/** A lot file as it is kept for all codes to come; one of a million labels is 8 MB. */
export async function keepLot(bytes, trust) {
  const trusted = readTrust(trust);
  return { trusted, opened: await openLot(bytes, trusted) };
}

/**
 * What a kept file says of a code that was typed or read off a QR symbol: `verdict`, as
 * `OfflineVerdict` of ledger/proof/offline.py, and `lot`, what the file is about, if it is to be
 * believed.
 *
 * `at` is the moment in milliseconds. Words are `offline.` of the pages' catalogs: those of
 * `verdict.headline`, and of each of `verdict.limits`, take `since`, which is `verdict.as_of`.
 * Nothing may be shown without it, nor without `verdict.age_hours`.
 */
export async function judgeInLot({ trusted, opened }, code, at) {
  return { verdict: await judgeOpened(opened, code, trusted, at), lot: summary(opened) };
}

function summary({ file }) {
  if (!file) return null;
  const { lot, product, packer, batches } = file.facts;
  const labels = batches.reduce((sum, { count }) => sum + count, 0);
  return { lot, product, packer, labels };
}
