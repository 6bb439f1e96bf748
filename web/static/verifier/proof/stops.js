/** Which holds and recalls concern one bag: of its lot, of its number, of anything behind it. */

/** The checks that a stop fails. */
export const STOP_RULES = ["not_recalled", "bag_not_recalled", "not_held"];

/** What stops the bag of this number and batch of labels, the lot's own stops first. */
export function* stopsOf(lot, upstream, batch, number) {
  for (const known of [lot, ...upstream]) {
    const details = { lot: known.id };
    for (const flag of known.recalled) {
      if (known !== lot || !flag.bag_ranges.length) {
        yield { kind: "recall", rule: "not_recalled", flag, details };
        continue;
      }
      const named = flag.bag_ranges.find(
        (one) => one.batch === batch && one.first <= number && number <= one.last,
      );
      if (named) {
        const numbered = { ...details, first: named.first, last: named.last };
        yield { kind: "recall", rule: "bag_not_recalled", flag, details: numbered };
      }
    }
    for (const flag of known.held) yield { kind: "hold", rule: "not_held", flag, details };
  }
}
