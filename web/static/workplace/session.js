/** Signing in to read what is private: the device signs a number that the server drew. */

import { encodeBase64url, utf8 } from "../verifier/log/encoding.js";
import { writeJson } from "../verifier/log/json.js";
import { sign } from "../writer/log/keys.js";
import { joinCompact } from "../writer/log/statement.js";
import { signersOf } from "./device.js";
import { element, reasonOf, say } from "./say.js";

const SESSION = "/workplace/session";
const TYP = "rice-session+jws";

/** Sign in for an organisation; false where this device has no key of it. Throws what is refused. */
export async function signIn(origin, actor) {
  const [key] = await signersOf(origin, actor, null);
  if (!key) return false;
  const { nonce } = await (await fetch(SESSION)).json();
  const header = { alg: key.alg, kid: key.kid, ledger: origin, typ: TYP };
  const claim = { holder: actor, jwk: key.jwk, nonce };
  const [head, body] = [header, claim].map((part) => encodeBase64url(utf8(writeJson(part))));
  const proof = joinCompact(head, body, await sign(key, `${head}.${body}`));
  const answer = await fetch(SESSION, { method: "POST", body: JSON.stringify({ actor, nonce, proof }) });
  if (!answer.ok) throw await answer.json();
  return true;
}

/** A button that signs in and shows the page again, now with what is private. */
export function startSigningIn(button) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { actor, origin } = document.body.dataset;
      if (await signIn(origin, actor)) return location.reload();
      tell(button, say("session.no_key"));
    } catch (error) {
      tell(button, reasonOf(error));
    }
    button.disabled = false;
  });
}

function tell(button, text) {
  const told = element("p", "reason", text);
  told.setAttribute("role", "alert");
  button.after(told);
}
