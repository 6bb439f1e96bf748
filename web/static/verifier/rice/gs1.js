/** The digits of GS1 identification keys (GTIN, SSCC, GLN) and of freight containers. */

/** General Specifications 7.9.1: from the right, digits weigh 3, 1, 3, 1... */
function checkDigit(dataDigits) {
  let total = 0;
  const last = dataDigits.length - 1;
  for (let at = 0; at <= last; at += 1) total += Number(dataDigits[at]) * ((last - at) % 2 ? 1 : 3);
  return String((10 - (total % 10)) % 10);
}

export const isGtin = (text) => [8, 12, 13, 14].includes(text.length) && isChecked(text);
export const isSscc = (text) => text.length === 18 && isChecked(text);
export const isGln = (text) => text.length === 13 && isChecked(text);

/** Whether the text is digits of which the last completes the others. */
export const isChecked = (text) =>
  /^[0-9]+$/.test(text) && checkDigit(text.slice(0, -1)) === text.at(-1);

/** Whether the text is a container number with the right check digit (ISO 6346, annex A). */
export function isContainer(text) {
  if (!/^[A-Z]{3}[UJZ][0-9]{7}$/.test(text)) return false;
  const values = [...text.slice(0, -1)].map((sign, place) => valueOf(sign) << place);
  const total = values.reduce((sum, value) => sum + value);
  return (total % 11) % 10 === Number(text.at(-1));
}

/** Letters count from 10 and leave out the multiples of 11 (ISO 6346, table A.1). */
function valueOf(sign) {
  if (sign <= "9") return Number(sign);
  const value = sign.charCodeAt(0) - 55;
  return value + Math.floor((value - 1) / 10);
}
