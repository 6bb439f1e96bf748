/**
 * A parcel as a series of short texts, each shown as one symbol: `RICE1/id/number/count/check/data`.
 * The id is the beginning of the parcel's SHA-256, the check that of the rest of the frame; frames
 * may be read in any order and more than once.
 */

import { Refused } from "../verifier/errors.js";
import { decodeBase64url, encodeBase64url, hex, joinBytes, utf8 } from "../verifier/log/encoding.js";
import { sha256 } from "../verifier/log/sha256.js";

const MARK = "RICE1";
/** With its header a frame fits a symbol of 73 modules, which a phone reads off another's screen. */
const DATA_LENGTH = 400;
const FRAMES_MAX = 500;
const UNPACKED_MAX = 2_000_000;
const FRAME = /^RICE1\/([0-9a-f]{16})\/(\d{1,3})\/(\d{1,3})\/([0-9a-f]{8})\/([A-Za-z0-9_-]+)$/;

const checkOf = (id, number, count, data) => hex(sha256(utf8(`${id}/${number}/${count}/${data}`)).slice(0, 4));

/** The frames of a parcel's bytes, packed. */
export async function framesOf(bytes) {
  const packed = encodeBase64url(await through(new CompressionStream("deflate-raw"), bytes));
  const id = hex(sha256(bytes).slice(0, 8));
  const count = Math.ceil(packed.length / DATA_LENGTH);
  if (count > FRAMES_MAX) throw new Refused("parcel_long", { count, most: FRAMES_MAX });
  return Array.from({ length: count }, (_, at) => {
    const data = packed.slice(at * DATA_LENGTH, (at + 1) * DATA_LENGTH);
    return [MARK, id, at + 1, count, checkOf(id, at + 1, count, data), data].join("/");
  });
}

/** What has been read of a parcel so far. */
export class Gathering {
  constructor() {
    this.begin("", 0);
  }

  begin(id, count) {
    Object.assign(this, { id, count, parts: new Map() });
  }

  /** The numbers of the frames that are still to be read. */
  get missing() {
    return Array.from({ length: this.count }, (_, at) => at + 1).filter((number) => !this.parts.has(number));
  }

  get isWhole() {
    return this.count > 0 && this.parts.size === this.count;
  }

  /**
   * Take a text that was read: `new`, `known`, or `odd` where it is no frame or was misread. A frame
   * of another parcel begins that one.
   */
  take(text) {
    const [, id, said, saidCount, check, data] = FRAME.exec(text.trim()) ?? [];
    const [number, count] = [Number(said), Number(saidCount)];
    if (!id || number < 1 || number > count || count > FRAMES_MAX) return "odd";
    if (check !== checkOf(id, number, count, data)) return "odd";
    if (id !== this.id || count !== this.count) this.begin(id, count);
    if (this.parts.has(number)) return "known";
    this.parts.set(number, data);
    return "new";
  }

  /** The parcel's bytes, once every frame is there; a refusal where they are not what was sent. */
  async bytes() {
    const packed = Array.from({ length: this.count }, (_, at) => this.parts.get(at + 1)).join("");
    let bytes;
    try {
      bytes = await through(new DecompressionStream("deflate-raw"), decodeBase64url(packed));
    } catch {
      throw new Refused("parcel_unreadable", { what: this.id });
    }
    if (hex(sha256(bytes).slice(0, 8)) !== this.id) throw new Refused("parcel_unreadable", { what: this.id });
    return bytes;
  }
}

/** Bytes after a stream has done its work on them; what grows beyond all measure is refused. */
async function through(stream, bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joinBytes(...parts);
    length += value.length;
    if (length > UNPACKED_MAX) throw new RangeError("too long");
    parts.push(value);
  }
}
