/**
 * The first keys of an organisation: one of this device and one in a backup file, both
 * administrators. A registrar enters them with the organisation, and each signs that act too.
 */

import { PASSPHRASE_MIN, newBackupKey, readBackup, writeBackup } from "./backup.js";
import { keepKey, makeKey } from "./device.js";
import { download, whenSent } from "./filed.js";
import { element, say } from "./say.js";
import { notice } from "./signing.js";

const YEAR_MS = 365 * 86_400_000;
const ACTOR = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function startFirstKeys(form) {
  const { origin } = document.body.dataset;
  whenSent(form, async () => {
    const actor = form.elements.actor.value.trim();
    if (!ACTOR.test(actor) || actor.length > 64) throw new Error(say("first.actor"));
    const passphrase = passphraseOf(form);
    const bounds = { admin: true, not_after: new Date(Date.now() + YEAR_MS).toISOString().replace(/\.\d+Z$/, "Z") };
    const backup = await newBackupKey();
    const file = await writeBackup(backup, { actor, origin }, passphrase);
    const key = await makeKey(origin, actor, bounds);
    // The backup's key signs its own entry in the register from here; then it is only in the file.
    await keepKey({ ...backup.key, ...bounds, origin, actor, state: "waiting", backup: true });
    const keys = [key, backup.key].map(({ jwk }) => ({ ...bounds, jwk }));
    return [
      notice("green", "check", say("first.done")),
      download(file, `${actor}.key-backup.json`, "application/json", say("first.save_backup")),
      download(JSON.stringify(keys, null, 1), `${actor}.keys.json`, "application/json", say("first.save_keys")),
      element("p", "quiet", say("first.next")),
    ];
  });
}

export function startRestoring(form) {
  whenSent(form, async () => {
    const [file] = form.elements.file.files;
    if (!file || file.size > 10_000) throw new Error(say("backup.other"));
    const key = await readBackup(await file.text(), form.elements.passphrase.value);
    if (key.origin !== document.body.dataset.origin) throw new Error(say("backup.ledger", { origin: key.origin }));
    await keepKey({ ...key, state: "enrolled", backup: true });
    const link = element("a", "button", say("backup.open"));
    link.href = `/workplace/${key.actor}/keys`;
    return [notice("green", "check", say("backup.restored")), link];
  });
}

function passphraseOf(form) {
  const { passphrase, again } = form.elements;
  if (passphrase.value.length < PASSPHRASE_MIN) throw new Error(say("backup.short", { n: PASSPHRASE_MIN }));
  if (passphrase.value !== again.value) throw new Error(say("backup.again"));
  return passphrase.value;
}
