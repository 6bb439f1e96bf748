// Integer arithmetic of rice: moisture, shares, apportioning. Every rounding goes down.

import { byCodePoint } from "../log/encoding.js";

export const BASE_PPT = 140;

// What is not exact any more is a bug of ours, and no verdict may rest on it.
function exact(number) {
  const kept = Number(number);
  if (!Number.isSafeInteger(kept)) throw new Error(`beyond exact integers: ${number}`);
  return kept;
}

export function sum(numbers) {
  return exact([...numbers].reduce((total, each) => total + each, 0));
}

// a * b // whole, of numbers that are not negative; the product may pass 2**53.
export function shareOf(a, b, whole) {
  return exact((BigInt(a) * BigInt(b)) / BigInt(whole));
}

export function mass14G(massG, moisturePpt) {
  return shareOf(massG, 1000 - moisturePpt, 1000 - BASE_PPT);
}

export const totalOf = (origin) => sum(Object.values(origin));

export function apportion(totalG, weights) {
  const whole = BigInt(totalOf(weights));
  if (whole <= 0n || totalG < 0) throw new Error("nothing to apportion by");
  const names = Object.keys(weights).sort(byCodePoint);
  if (names.length === 1) return totalG ? { [names[0]]: totalG } : {};
  const parts = names.map((name) => {
    const product = BigInt(totalG) * BigInt(weights[name]);
    return { name, share: exact(product / whole), rest: product % whole };
  });
  const leftOver = totalG - sum(parts.map((part) => part.share));
  // Sorting is stable: among equal remainders the name that sorts first stays first.
  const byRest = [...parts].sort((a, b) => (a.rest < b.rest) - (a.rest > b.rest));
  for (const part of byRest.slice(0, leftOver)) part.share += 1;
  return Object.fromEntries(parts.filter((part) => part.share).map((p) => [p.name, p.share]));
}

export function take(origin, drawG, leftG) {
  if (!(drawG > 0 && drawG <= leftG)) throw new Error(`${drawG} of ${leftG}`);
  const totalG = totalOf(origin);
  return totalG ? apportion(shareOf(totalG, drawG, leftG), origin) : {};
}

// Names are area/season: the slash keeps them apart from indexes and from what objects inherit.
export function add(parts) {
  const total = {};
  for (const part of parts) {
    for (const [name, massG] of Object.entries(part)) total[name] = sum([total[name] ?? 0, massG]);
  }
  return Object.fromEntries(Object.entries(total).sort(([a], [b]) => byCodePoint(a, b)));
}

export function subtract(origin, part) {
  const left = Object.entries(origin).map(([name, massG]) => [name, massG - (part[name] ?? 0)]);
  if (left.some(([, massG]) => massG < 0)) throw new Error("more is taken than there is");
  return Object.fromEntries(left.filter(([, massG]) => massG));
}
