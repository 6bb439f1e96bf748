/** Public keys: strict admission, names (RFC 7638), verification. */

import { Refused, Unable } from "../errors.js";
import { decodeBase64url, encodeBase64url, hex, utf8 } from "./encoding.js";
import { writeJson } from "./json.js";
import { sha256 } from "./sha256.js";

/** Required members of a key, in the order RFC 7638 section 3.2 hashes them. */
const MEMBERS = { OKP: ["crv", "kty", "x"], EC: ["crv", "kty", "x", "y"], RSA: ["e", "kty", "n"] };
const UNKNOWN = "not the members of a known key type";

const P25519 = 2n ** 255n - 19n;
const D25519 = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
/** The y coordinates of the eight points whose order divides 8. */
const SMALL_ORDER_Y = new Set([
  0n,
  1n,
  P25519 - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]);

/** The curves y^2 = x^3 - 3x + b over a prime. */
const CURVES = {
  "P-256": {
    length: 32,
    alg: "ES256",
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  "P-384": {
    length: 48,
    alg: "ES384",
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: hexadecimal(
      "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a" +
        "c656398d8a2ed19d2a85c8edd3ec2aef",
    ),
  },
  "P-521": {
    length: 66,
    alg: "ES512",
    p: 2n ** 521n - 1n,
    b: hexadecimal(
      "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1" +
        "56193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    ),
  },
};

const ED25519 = { key: { name: "Ed25519" }, use: { name: "Ed25519" } };
const SHA_256 = "SHA-256";
/** As WebCrypto imports the keys of an algorithm, and verifies with them. */
const WEB_CRYPTO = {
  EdDSA: ED25519,
  Ed25519: ED25519,
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: SHA_256 } },
  PS256: { key: { name: "RSA-PSS", hash: SHA_256 }, use: { name: "RSA-PSS", saltLength: 32 } },
  RS256: { key: { name: "RSASSA-PKCS1-v1_5", hash: SHA_256 }, use: { name: "RSASSA-PKCS1-v1_5" } },
};

const admittedKeys = new Map();

/** An admitted key: its name, its required JWK members, and what it may verify. */
class PublicKey {
  #loaded = new Map();

  constructor(kid, jwk, algorithms) {
    this.kid = kid;
    this.jwk = jwk;
    this.algorithms = algorithms;
  }

  /** Rejects unless the signature is this key's over the message. */
  async verify(message, signature, alg) {
    if (!this.algorithms.includes(alg)) {
      throw new Refused("algorithm_refused", { alg, kid: this.kid });
    }
    if (!(await this.#fits(message, signature, WEB_CRYPTO[alg]))) {
      throw new Refused("signature_bad", { kid: this.kid });
    }
  }

  async #fits(message, signature, { key, use }) {
    // An even modulus is admitted, verifies nothing, and is not imported everywhere.
    const modulus = this.jwk.n && decodeBase64url(this.jwk.n);
    if (signature.length !== (modulus ? modulus.length : 64)) return false;
    if (modulus && modulus.at(-1) % 2 === 0) return false;
    try {
      if (!this.#loaded.has(key)) this.#loaded.set(key, this.#load(key));
      return await crypto.subtle.verify(use, await this.#loaded.get(key), signature, message);
    } catch (error) {
      throw new Unable(`${key.name}: ${error.message}`);
    }
  }

  #load(key) {
    return crypto.subtle.importKey("jwk", this.jwk, key, false, ["verify"]);
  }
}

/** A key's RFC 7638 name: SHA-256 of its required members in order, base64url. */
export function thumbprint(jwk) {
  const names = Object.hasOwn(MEMBERS, jwk.kty) ? MEMBERS[jwk.kty] : [];
  if (!names.length || !names.every((name) => typeof jwk[name] === "string")) refuse(UNKNOWN);
  const members = Object.fromEntries(names.map((name) => [name, jwk[name]]));
  return encodeBase64url(sha256(utf8(writeJson(members))));
}

export function ed25519Jwk(raw) {
  return { kty: "OKP", crv: "Ed25519", x: encodeBase64url(raw) };
}

/** The JWK of a P-256 point of 33 bytes, compressed as SEC 1 section 2.3.3 does. */
export function p256Jwk(point) {
  const { length, p, b } = CURVES["P-256"];
  if (point.length !== length + 1) refuse("not a compressed point");
  const x = fromBytes(point.subarray(1));
  const square = onRight(x, p, b);
  const root = power(square, (p + 1n) / 4n, p);
  const [mark] = point;
  if ((mark !== 2 && mark !== 3) || x >= p || (root * root) % p !== square) {
    refuse("not a point of P-256");
  }
  const y = (root & 1n) === BigInt(mark & 1) ? root : p - root;
  return { kty: "EC", crv: "P-256", x: coordinate(x, length), y: coordinate(y, length) };
}

/**
 * A key that may count, or a refusal. `legacyRs256` lets an RSA key verify RS256 beside PS256;
 * `wideCurves` admits P-384 and P-521, which verify nothing here.
 */
export function admitKey(jwk, { legacyRs256 = false, wideCurves = false } = {}) {
  if (!Object.values(jwk).every((value) => typeof value === "string")) refuse("members are text");
  const name = writeJson([{ ...jwk }, legacyRs256, wideCurves]);
  if (!admittedKeys.has(name)) admittedKeys.set(name, admit(jwk, legacyRs256, wideCurves));
  return admittedKeys.get(name);
}

function admit(jwk, legacyRs256, wideCurves) {
  const { kid, alg, use, ...members } = jwk;
  const name = thumbprint(members);
  if (Object.keys(members).length !== MEMBERS[members.kty].length) refuse(UNKNOWN);
  if (kid !== undefined && kid !== name) refuse("kid is not the thumbprint");
  const algorithms = LOADERS[members.kty](members, { legacyRs256, wideCurves });
  if ((use ?? "sig") !== "sig" || (alg !== undefined && !algorithms.includes(alg))) {
    refuse("use or alg do not fit the key");
  }
  return new PublicKey(name, Object.freeze(members), algorithms);
}

const LOADERS = { OKP: loadEd25519, EC: loadEc, RSA: loadRsa };

function loadEd25519(jwk) {
  const raw = decodeBase64url(jwk.x);
  if (jwk.crv !== "Ed25519" || raw.length !== 32) refuse("only Ed25519 among OKP keys");
  const y = fromBytes(raw.reverse()) & (2n ** 255n - 1n);
  if (SMALL_ORDER_Y.has(y % P25519)) throw new Refused("key_small_order");
  if (y >= P25519) refuse("a number with a second spelling");
  // RFC 8032 section 5.1.3: (y^2 - 1) / (d y^2 + 1) has to be a square, and so their product.
  const product = (y * y - 1n) * (D25519 * y * y + 1n);
  if (jacobi(product, P25519) !== 1) refuse("not a point of the curve");
  return ["EdDSA", "Ed25519"];
}

function loadEc(jwk, { wideCurves }) {
  const known = wideCurves ? Object.keys(CURVES) : ["P-256"];
  if (!known.includes(jwk.crv)) refuse(`only ${known.join(", ")} among EC keys`);
  const { length, alg, p, b } = CURVES[jwk.crv];
  const coordinates = [decodeBase64url(jwk.x), decodeBase64url(jwk.y)];
  if (coordinates.some((one) => one.length !== length)) {
    refuse("not the length of the curve's coordinates");
  }
  const [x, y] = coordinates.map(fromBytes);
  if (x >= p || y >= p || (y * y) % p !== onRight(x, p, b)) refuse("not a point of the curve");
  return [alg];
}

function loadRsa(jwk, { legacyRs256 }) {
  const modulus = decodeBase64url(jwk.n);
  const n = fromBytes(modulus);
  const bits = n ? n.toString(2).length : 0;
  if (bits < 2048) throw new Refused("key_too_short", { bits, minimum: 2048 });
  if (jwk.e !== "AQAB") throw new Refused("key_exponent");
  if (bits > 8192) refuse("RSA keys have at most 8192 bits");
  if (modulus[0] === 0) refuse("a number with a leading zero");
  return legacyRs256 ? ["PS256", "RS256"] : ["PS256"];
}

function refuse(why) {
  throw new Refused("key_refused", { why });
}

function fromBytes(bytes) {
  return hexadecimal(hex(bytes));
}

function hexadecimal(digits) {
  return BigInt(`0x0${digits}`);
}

function coordinate(value, length) {
  const digits = value.toString(16).padStart(length * 2, "0");
  return encodeBase64url(Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16)));
}

function onRight(x, p, b) {
  return (x * x * x + (p - 3n) * x + b) % p;
}

/** The Jacobi symbol: 1 where a number is a square modulo a prime that does not divide it. */
function jacobi(number, modulus) {
  let [a, n, sign] = [number % modulus, modulus, 1];
  while (a) {
    for (; !(a & 1n); a >>= 1n) if ((n & 7n) === 3n || (n & 7n) === 5n) sign = -sign;
    if ((a & 3n) === 3n && (n & 3n) === 3n) sign = -sign;
    [a, n] = [n % a, a];
  }
  return n === 1n ? sign : 0;
}

function power(base, exponent, modulus) {
  let result = 1n;
  for (let factor = base % modulus, left = exponent; left; left >>= 1n) {
    if (left & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}
