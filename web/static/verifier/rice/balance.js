// May so much be moved or made? Mass, and what a mill recovers.

import { exact } from "../log/encoding.js";
import { know } from "./case.js";
import { birthsOf, countedG, draw, drawsOf, gramsOf, gtinOf, inputG, knowLot } from "./lots.js";
import { mass14G, shareOf, sum, totalOf } from "./mass.js";

// Where only what is said limits a product or a sum, it is kept as a BigInt until it is compared.
const kilograms = (massG) => exact(BigInt(massG) / 1000n);

const formOf = (it, lotId) => know(it, "product", `product:${gtinOf(lotId)}`).form;

export function exceedsLot(it) {
  const whole = ["Handover", "Return"].includes(it.body.type);
  for (const [lotId, wanted] of drawsOf(it.body)) {
    const lot = knowLot(it, lotId);
    const left = lot.form === "packed" ? lot.bags_left : lot.left_g;
    if (wanted > left || (whole && wanted !== left)) {
      const unit = lot.form === "packed" ? 1 : 1000;
      const shown = (amount) => Math.floor(amount / unit);
      return { lot: lotId, left: shown(left), wanted: shown(wanted) };
    }
  }
  return null;
}

export function vanishingMass(it) {
  const body = it.body;
  const isWeighed = ["Harvest", "Receiving", "Drying"].includes(body.type);
  const accounted = isWeighed ? [mass14G(body.mass_g, body.moisture_ppt)] : [];
  if (body.type === "Milling") accounted.push(milled14G(it, body));
  if (["Drying", "Milling", "Packing"].includes(body.type)) accounted.push(taken14G(it, body));
  if (accounted.every(Boolean)) return null;
  return { mass_g: isWeighed ? body.mass_g : inputG(it, body) };
}

// What goes in, what comes out, and by how much two scales may differ.
function weighed(it, tolerance) {
  const body = it.body;
  switch (body.type) {
    case "Receiving": {
      const lot = knowLot(it, body.lot);
      const outG = countedG(lot.form, body.mass_g, body.moisture_ppt);
      return [totalOf(lot.origin), BigInt(outG), tolerance];
    }
    case "Drying":
      return [taken14G(it, body), BigInt(mass14G(body.mass_g, body.moisture_ppt)), tolerance];
    case "Milling": {
      const inG = Math.min(milled14G(it, body), taken14G(it, body));
      return [inG, madeG(body) + BigInt(body.loss_g), tolerance];
    }
    case "Blending":
    case "Reworking":
      return [taken14G(it, body), madeG(body) + BigInt(body.loss_g), tolerance];
    case "Dividing":
      return [inputG(it, body), madeG(body), 0];
    default: // bags are filled from what is there, whatever two scales say
      return [taken14G(it, body), madeG(body), 0];
  }
}

export function gainedMass(it) {
  if (!it.founding) return null;
  const [inG, outG, tolerance] = weighed(it, it.founding.settings.tolerance_ppt);
  if (outG <= BigInt(inG) + BigInt(shareOf(inG, tolerance, 1000))) return null;
  return { in_kg: kilograms(inG), out_kg: kilograms(outG) };
}

export function countedAbove(it) {
  if (!it.founding) return null;
  const lot = knowLot(it, it.body.lot);
  const isPacked = lot.form === "packed";
  const [left, counted] = isPacked ? [lot.bags_left, it.body.bags] : [lot.left_g, it.body.mass_g];
  const tolerance = isPacked ? 0 : it.founding.settings.tolerance_ppt;
  if (counted <= left + shareOf(left, tolerance, 1000)) return null;
  const shown = (amount) => (isPacked ? amount : Math.floor(amount / 1000));
  return { lot: lot.id, left: shown(left), counted: shown(counted) };
}

export function excessiveRecovery(it) {
  if (!it.founding) return null;
  const limit = it.founding.settings.white_reject_ppt;
  const white = whiteG(it);
  const paddy = BigInt(Math.min(milled14G(it, it.body), taken14G(it, it.body)));
  if (white * 1000n <= paddy * BigInt(limit)) return null;
  return { recovery: percent(white, paddy), limit: Math.floor(limit / 10) };
}

function whiteG(it) {
  const white = it.body.outputs.filter(([lotId]) =>
    ["head_rice", "broken"].includes(formOf(it, lotId)),
  );
  return white.reduce((total, [, massG]) => total + BigInt(massG), 0n);
}

// As a person rounds it, half up: 740.6 per thousand is said as 74.1 %.
function percent(part, whole) {
  const tenths = (2n * 1000n * part + whole) / (2n * whole);
  return `${tenths / 10n}.${tenths % 10n}`;
}

function madeG(body) {
  if (body.bag_g !== undefined) return BigInt(body.bags) * BigInt(body.bag_g);
  return birthsOf(body).reduce((total, [, massG]) => total + BigInt(massG), 0n);
}

const milled14G = (it, body) => mass14G(inputG(it, body), body.moisture_ppt);

// What the draws weigh by origin: paddy at 14 % moisture, rice as weighed.
function taken14G(it, body) {
  return sum(
    body.inputs.map((each) => {
      const lot = knowLot(it, each[0]);
      if (lot.layers.length) return totalOf(draw(lot, gramsOf(it, each))[0]);
      return shareOf(totalOf(lot.origin), gramsOf(it, each), lot.left_g);
    }),
  );
}
