/** What a page says otherwise than its evidence: headline, axes, checks, and what is compared. */

/**
 * What differs, each as `{what, server, phone}` to be said of it; without them where the headline
 * itself says it.
 *
 * `server` is what the server says it found. What it shows of the bag is read off the page itself.
 */
export function differences(server, verdict, voice) {
  return [
    ...(verdict.headline === server.headline ? [] : [{}]),
    ...axesApart(server, verdict, voice),
    ...findingsApart(server, verdict, voice),
    ...factsApart(verdict, voice),
  ];
}

function axesApart(server, { axes }, voice) {
  return Object.keys(axes)
    .filter((axis) => axes[axis] !== server.axes[axis])
    .map((axis) => ({
      what: voice.say(`axis.${axis}`),
      server: voice.say(`result.${server.axes[axis]}`),
      phone: voice.say(`result.${axes[axis]}`),
    }));
}

/** Checks that came out otherwise on axes that did not. */
function findingsApart(server, { axes, findings, size }, voice) {
  const isSameLog = server.size === size;
  const theirs = new Map(server.findings.map((finding) => [finding.rule, finding]));
  return findings
    .map((ours) => [ours, theirs.get(ours.rule)])
    .filter(([ours, their]) => !their || !isAlike(ours, their, isSameLog))
    .filter(([{ axis }]) => axes[axis] === server.axes[axis])
    .map(([ours, their]) => ({
      what: voice.say(`axis.${ours.axis}`),
      server: their ? voice.finding(their) : "…",
      phone: voice.finding(ours),
    }));
}

/** A log that grew in between has more to count; and it signs the moment at which it was asked. */
function isAlike(one, other, isSameLog) {
  if (one.result !== other.result) return false;
  return !isSameLog || spelled(one) === spelled(other);
}

function spelled({ details, entries }) {
  const told = Object.entries(details).filter(([name]) => name !== "signed_at");
  return JSON.stringify([told.sort(), entries]);
}

/** Of each fact of a bag what it is called, how it is said, and how a page marks it up exactly. */
const FACTS = {
  product: ["phone.fact.product", (bag, voice) => [voice.choose(bag.product)]],
  net_g: ["phone.fact.net_g", ({ net_g }, voice) => [voice.kilograms(net_g), `${net_g}`]],
  number: ["phone.fact.number", numbered],
  packed_on: ["compare.packed", ({ packed_on }, voice) => [voice.day(packed_on), packed_on]],
  best_before_on: ["compare.best_before", ({ best_before_on: on }, voice) => [voice.day(on), on]],
  packer: ["compare.packer", (bag, voice) => [voice.choose(bag.packer.name)]],
  lot: ["compare.lot", (bag) => [bag.lot]],
};

function numbered({ number, count }, voice) {
  return [voice.say("compare.bag", { number, count }), `${number}/${count}`];
}

/** Facts that the page shows and the evidence does not bear out; evidence for no bag bears out none. */
function factsApart({ bag }, voice) {
  if (!bag) return [];
  return [...document.querySelectorAll("[data-fact]")].flatMap((shown) => {
    const [name, say] = FACTS[shown.dataset.fact];
    const [said, exact] = say(bag, voice);
    if (isShown(shown, said, exact)) return [];
    return [{ what: voice.say(name), server: shown.textContent.trim(), phone: said }];
  });
}

/**
 * Names are held against each other as they are. Browsers write amounts in ways of their own, so of
 * these it is the digits; days are told apart by how they are marked up.
 */
function isShown(shown, said, exact) {
  if (exact === undefined) return shown.textContent.trim() === said.trim();
  const day = shown.querySelector("time");
  if (day) return day.dateTime === exact;
  return shown.value === exact && digits(shown.textContent) === digits(said);
}

function digits(text) {
  return text.replace(/[^0-9]/g, "");
}
