/**
 * Judges a bag away from its page, so that nothing that was sent to be judged can hold the page up.
 *
 * Asked with `{bundle or packed, trust, at}` (bytes, bytes, milliseconds) it answers
 * `{verdict, rules}`.
 */

import { unpack } from "../verifier/proof/transport.js";
import { answer, judgeBag } from "./answering.js";

answer(({ bundle, packed, trust, at }) => judgeBag(packed ? unpack(packed) : bundle, trust, at));
