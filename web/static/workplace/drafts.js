/**
 * A draft that somebody else prepared (`rice-ledger attest prepare`), opened from its file: every
 * word is shown, all keys of this device that it asks for sign it, also those the ledger does not
 * know yet. Complete, it is sent; else it is saved again for the next to sign.
 */

import { decodeUtf8, utf8 } from "../verifier/log/encoding.js";
import { formatDraft, missingOf, parseDraft, signDraft, statementOf } from "../writer/log/draft.js";
import { purposeOf } from "../writer/rice/plain.js";
import { forgetKey, keysOf, noteState } from "./device.js";
import { download, whenSent } from "./filed.js";
import { say } from "./say.js";
import { agree, notice, outcome, sendSigned } from "./signing.js";

const LENGTH_MAX = 120_000;

export function startDrafts(form) {
  whenSent(form, async () => {
    const [file] = form.elements.file.files;
    if (!file || file.size > LENGTH_MAX) throw new Error(say("draft.other"));
    return signed(await parseDraft(new Uint8Array(await file.arrayBuffer())), file.name);
  });
}

async function signed(draft, name) {
  const { origin } = document.body.dataset;
  const { typ } = draft.unsigned;
  const payload = decodeUtf8(draft.unsigned.payload);
  const kind = purposeOf(typ, payload);
  if (draft.origin !== origin || draft.purpose !== kind) throw new Error(say("draft.elsewhere", { origin: draft.origin }));
  const held = await keysOf(origin);
  const missing = missingOf(draft);
  const signers = held.filter(({ kid }) => missing.some((wanted) => wanted.endsWith(kid)));
  if (!signers.length) throw new Error(say("draft.none"));
  const kids = draft.slots.map(({ kid }) => kid);
  if (!(await agree({ kind, typ, payload, signers, kids }))) return [];
  let whole = draft;
  for (const key of signers) whole = await signDraft(whole, key);
  if (missingOf(whole).length) {
    const saved = download(formatDraft(whole), name, "application/json", say("draft.save"));
    return [notice("grey", "pencil", say("draft.more", { n: missingOf(whole).length })), saved];
  }
  const item = await sendSigned({ statement: statementOf(whole), kind, actor: signers[0].actor, typ, payload });
  if (item.state === "recorded") await settle(signers);
  return [outcome(item)];
}

/** Keys that a draft brought in count now; that of a backup is from now on in its file alone. */
async function settle(signers) {
  for (const { kid, backup } of signers) await (backup ? forgetKey(kid) : noteState(kid, "enrolled"));
}
