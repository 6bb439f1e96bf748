/**
 * The order in which statements of this device go out: that of signing, but nothing about goods of
 * which an earlier statement was refused, until a person has dealt with that one. A statement that
 * replaces a refused one takes its place.
 */

const TOLD_MAX = 3;
const GOODS = /^(?:https:\/\/id\.gs1\.org\/0[01]\/|urn:epc:id:bic:)/;

/** The names of lots, pallets and containers that a payload, an object, speaks of. */
export function goodsIn(value) {
  if (typeof value === "string") return GOODS.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap(goodsIn))];
}

/** The numbers by which people know goods, of the first few of them. */
export function goodsTold(goods = []) {
  const numbers = goods.map((name) => decodeURIComponent(name.split(/[/:]/).at(-1)));
  return [...new Set(numbers)].slice(0, TOLD_MAX).join(", ") + (numbers.length > TOLD_MAX ? "…" : "");
}

/**
 * Of items of the queue the one to send now, or nothing, and those that are held back: a Map from
 * their number to the number of the refused one they wait for.
 */
export function planned(items) {
  const placeOf = (item) => item.place ?? item.number;
  const inOrder = [...items].sort((one, other) => placeOf(one) - placeOf(other) || one.number - other.number);
  const stopped = new Map();
  const held = new Map();
  let next = null;
  for (const item of inOrder) {
    const { goods = [], number, state } = item;
    const by = goods.map((name) => stopped.get(name)).find((one) => one !== undefined);
    if (state === "refused") stop(stopped, goods, number);
    if (state !== "waiting") continue;
    if (by === undefined) next ??= item;
    else {
      held.set(number, by);
      stop(stopped, goods, by);
    }
  }
  return { next, held };
}

function stop(stopped, goods, by) {
  for (const name of goods) if (!stopped.has(name)) stopped.set(name, by);
}
