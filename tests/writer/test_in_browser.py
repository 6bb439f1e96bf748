"""Keys made, kept and used by a real browser, on the very modules a page would load."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from ledger.log.keys import admit_key
from ledger.log.statement import ACT, parse_statement, verify_signatures
from ledger.rice import acts
from tests.rice.sample_acts import ACTS
from tests.world import ORIGIN
from web.joining import join
from web.static_files import MODULES

HOLD = next(acts.write_act(act).decode() for act in ACTS if isinstance(act, acts.Hold))
PAGE = "http://localhost:9/"
MAKING = """
import { newKey } from "./log/keys.js";
import { seal } from "./log/statement.js";
import { tell } from "./rice/plain.js";
globalThis.writer = { newKey, seal, tell };
"""
KEEP = """
const opened = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("keys", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("keys");
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
const done = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
"""


@pytest.fixture
def page(phone_page: Page) -> Page:
    """A secure page of this machine that has the writer's modules, joined."""
    script = join({**MODULES, "web/static/writer/making.js": MAKING}, "web/static/writer/making.js")

    def answered(route: Route) -> None:
        route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")

    phone_page.route(PAGE, answered)
    phone_page.goto(PAGE)
    phone_page.add_script_tag(content=script)
    return phone_page


def test_a_browser_makes_a_key_keeps_it_and_signs_with_it_later(page: Page) -> None:
    made = page.evaluate(
        f"""async () => {{ {KEEP}
        const key = await writer.newKey();
        const store = (await opened()).transaction("keys", "readwrite").objectStore("keys");
        await done(store.put(key, "mine"));
        const {{ kid, alg, jwk, privateKey }} = key;
        const secret = await crypto.subtle.exportKey("jwk", privateKey).then(() => "out", () => "");
        return {{ kid, alg, jwk, secret, isExtractable: privateKey.extractable }}; }}"""
    )
    assert made["secret"] == ""
    assert made["isExtractable"] is False
    key = admit_key(made["jwk"])
    assert (key.kid, made["alg"] in key.algorithms) == (made["kid"], True)
    data = page.evaluate(
        f"""async ([typ, payload, ledger]) => {{ {KEEP}
        const store = (await opened()).transaction("keys").objectStore("keys");
        const key = await done(store.get("mine"));
        return writer.seal({{ typ, payload, ledger, keys: [key] }}); }}""",
        [ACT, HOLD, ORIGIN],
    )
    statement = parse_statement(data.encode())
    verify_signatures(statement, {key.kid: key})
    assert statement.payload == HOLD.encode()


def test_a_browser_without_ed25519_makes_a_key_of_p256(page: Page) -> None:
    made = page.evaluate(
        """async () => {
        const generateKey = SubtleCrypto.prototype.generateKey;
        SubtleCrypto.prototype.generateKey = function (kind, ...rest) {
          if (kind.name === "Ed25519") throw new DOMException("", "NotSupportedError");
          return generateKey.call(this, kind, ...rest);
        };
        const { kid, alg, jwk } = await writer.newKey();
        return { kid, alg, jwk }; }"""
    )
    assert made["alg"] == "ES256"
    assert admit_key(made["jwk"]).kid == made["kid"]


def test_a_browser_tells_what_would_be_signed(page: Page) -> None:
    lines = page.evaluate("([typ, payload]) => writer.tell(typ, payload)", [ACT, HOLD])
    assert lines[0]["depth"] == 1
    assert {"vi": "Các lô", "en": "Lots"} in [line["label"] for line in lines]
