/** The code on a bag, as it is typed or as a photo of its QR symbol shows it. */

const ALPHABET = /^[0-9A-HJKMNP-TV-Z]{1,20}$/;
const ALIKE = { O: "0", I: "1", L: "1" };

/**
 * `{serial, evidence, said}`: the serial of a typed code or of a link (none if it cannot be read),
 * where a link's own server has the evidence, and the key of what is to be said.
 */
export function readCode(typed) {
  const text = typed.trim();
  if (!text) return { serial: "" };
  if (/^https?:/i.test(text)) return readLink(text);
  const serial = text
    .toUpperCase()
    .replace(/[\s-]/g, "")
    .replace(/[OIL]/g, (letter) => ALIKE[letter]);
  return ALPHABET.test(serial) ? { serial } : { serial: "", said: "reader.code.odd" };
}

function readLink(text) {
  const address = URL.canParse(text) ? new URL(text) : {};
  const { origin, pathname = "" } = address;
  const [, gtin, lot, serial] = /\/01\/(\d{14})\/10\/([^/]+)\/21\/([^/]+)$/.exec(pathname) ?? [];
  if (serial) return { serial, evidence: `${origin}/bundles/${gtin}/${lot}/${serial}` };
  const [, short] = /^\/v\/([^/]+)$/i.exec(pathname) ?? [];
  return short ? readCode(short) : { serial: "", said: "reader.code.odd" };
}

/** What a lot file is asked for: a link as it is, as it names its lot; of a short link its code. */
export function askedOf(typed) {
  const text = typed.trim();
  const isShort = /^https?:.*\/v\/[^/]+$/i.test(text);
  return isShort ? readCode(text).serial || text : text;
}

/** What `readCode` says of a photo, with what stands in it as `typed`; not every browser can read one. */
export async function readPhoto(file) {
  try {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const [found] = await detector.detect(await createImageBitmap(file));
    if (!found) return { serial: "", said: "reader.photo.none" };
    return { ...readCode(found.rawValue), typed: found.rawValue };
  } catch {
    return { serial: "", said: "reader.photo.unable" };
  }
}
