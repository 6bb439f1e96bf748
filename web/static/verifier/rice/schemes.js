/** Conformity schemes as data: what their profiles must fit, and what they ask. */

import { compare } from "./decimals.js";
import { isDistinct } from "./terms.js";

const HOLDS = {
  at_most: (order) => order <= 0,
  less_than: (order) => order < 0,
  at_least: (order) => order >= 0,
  more_than: (order) => order > 0,
};

/** A criterion's name among the criteria of a scheme, as `seed-rate-at-most-100`. */
const slugOf = ({ id, relation, threshold }) =>
  `${id}-${relation.replaceAll("_", "-")}-${threshold}`;

/** Whether a figure, as text, is what the criterion asks. */
export const isMetBy = (criterion, figure) =>
  HOLDS[criterion.relation](compare(figure, criterion.threshold));

export const criteriaOn = (profile, day) =>
  profile.criteria.filter(({ from_on, until_on }) => from_on <= day && day <= until_on);

/** The grams that an area in square metres allows at most, rounded down. */
export const mostG = (quota, area_m2) =>
  Number((BigInt(quota.most_g_per_ha) * BigInt(area_m2)) / 10_000n);

export const isProfile = (profile) =>
  ["signers", "needs", "two_persons"].every((name) => isDistinct(profile[name])) &&
  isDistinct(profile.criteria.map(slugOf)) &&
  (profile.quota !== null) === (profile.effect === "licenses");

/** Whether what each profile needs stands before it, and a confirmation before each licence. */
export function fitTogether(profiles) {
  const known = new Set();
  const confirming = profiles.filter(({ effect }) => effect === "covers").map(({ id }) => id);
  return (
    isDistinct(profiles.map(({ id }) => id)) &&
    profiles.every(({ id, needs, effect }) => {
      const isConfirmed = effect !== "licenses" || needs.some((need) => confirming.includes(need));
      const fits = isConfirmed && needs.every((need) => known.has(need));
      if (["covers", "states", "licenses"].includes(effect)) known.add(id);
      return fits;
    })
  );
}

/** The version in force on a day; before the first one, that. */
export function editionOn(editions, day) {
  const later = (one, other) =>
    one.from_on === other.from_on ? one.index > other.index : one.from_on > other.from_on;
  return editions
    .filter(({ from_on }) => from_on <= day)
    .reduce((best, each) => (best && !later(each, best) ? best : each), null) ?? editions[0];
}

/** A kind of attestation of an edition by its id. */
export const profileOf = (edition, id) => edition.profiles.find((each) => each.id === id) ?? null;

export const profileUri = (scheme, profile, version) => `${scheme}/profile/${profile}/${version}`;
