/**
 * Holds codes against lot files with the modules that a page loads, in Node and in a browser.
 *
 * A job is `{file, trust, code, at}`, the file in base64; its answer is the verdict as it is
 * written. With `bent`, a mask, every byte of the file is changed by it in turn, and the answer is
 * the list of all headlines with their reasons.
 */

import { judgeInLot, keepLot } from "../../web/static/page/offline.js";
import { parseTime } from "../../web/static/verifier/log/encoding.js";
import { useRules } from "../../web/static/verifier/proof/rules.js";
import { writeVerdict } from "../../web/static/verifier/proof/verdict.js";

const SIDE_BY_SIDE = 16;

export async function answerAll({ rules, jobs }) {
  useRules(rules);
  const answers = [];
  for (const job of jobs) answers.push(await answer(job));
  return answers;
}

async function answer({ file, trust, code, at, bent }) {
  const data = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  const trusted = new TextEncoder().encode(trust);
  const judge = async (bytes) => {
    try {
      const kept = await keepLot(bytes, trusted);
      return (await judgeInLot(kept, code, parseTime(at))).verdict;
    } catch (error) {
      // As the worker does: whatever is thrown is no verdict.
      throw new Error(`unable: ${error.message}`);
    }
  };
  if (bent === undefined) return new TextDecoder().decode(writeVerdict(await judge(data)));
  const judgeBent = async (place) => {
    const changed = data.slice();
    changed[place] ^= bent;
    const { headline, why } = await judge(changed);
    return `${headline} ${why}`;
  };
  const told = [];
  for (let from = 0; from < data.length; from += SIDE_BY_SIDE) {
    const places = Array.from({ length: Math.min(SIDE_BY_SIDE, data.length - from) });
    told.push(...(await Promise.all(places.map((_, step) => judgeBent(from + step)))));
  }
  return told;
}
