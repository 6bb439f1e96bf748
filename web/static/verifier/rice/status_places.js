// Where the state of an attestation can be read by anybody's tools: a place in a status list.

import { find } from "./case.js";
import { make } from "./facts.js";

const PLACES = 131_072;
const NUMBER = /^[1-9][0-9]{0,3}$/;

export function unfitPlace(it) {
  const ours = oursOf(it);
  const prefix = `${listsAt(it)}suspension/`;
  for (const { list, index: place, purpose } of ours) {
    const isList = list.startsWith(prefix) && NUMBER.test(list.slice(prefix.length));
    if (!isList || purpose !== "suspension" || place >= PLACES || ours.length > 1) {
      return { list, place };
    }
  }
  return null;
}

export function takenPlace(it) {
  const one = oursOf(it).find((each) => find(it, "status", `status:${nameOf(each)}`));
  return one ? { list: one.list, place: one.index } : null;
}

export function keepPlace(it, outcome) {
  for (const one of oursOf(it)) {
    const { list, index: place } = one;
    outcome.put(make("status", nameOf(one), { list, place, attestation: it.body.id }));
  }
}

const nameOf = ({ list, index }) => `${list}#${index}`;

const oursOf = (it) => it.body.statuses.filter(({ list }) => list.startsWith(listsAt(it)));

function listsAt({ founding }) {
  return `https://${decodeURIComponent(founding?.host ?? "")}/status/`;
}
