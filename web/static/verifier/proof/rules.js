/** The checks of a verdict as data, read from the one rules.json that Python reads too. */

/** Checks by their code, in the order of checking. */
export const RULES = new Map();

/** What no lot file can know, by its code, in the order of telling. */
export const LIMITS = new Map();

/** Take the checks from rules.json as parsed; whoever judges has to bring them first. */
export function useRules(file) {
  RULES.clear();
  for (const words of file.rules) RULES.set(words.rule, words);
  LIMITS.clear();
  for (const [limit, words] of Object.entries(file.offline.limits)) LIMITS.set(limit, words);
}

/** The names of the details that a check's words for a failure are filled with. */
export function blanksOf(words) {
  return [...words.fail.en.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
}
