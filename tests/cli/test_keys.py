"""What a key shows of itself, and what a token does."""

from __future__ import annotations

import json
import sys

import pytest

from tests.cli.places import PASSPHRASE, Place, locked
from tests.softhsm import PIN, Tokens

COOP = "htx-kenh-xang"


def test_a_key_is_shown_and_proved(server: Place, tokens: Tokens) -> None:
    file = locked(server, COOP)
    ask = ("--for", "demo.rice.example/dx-2026", "--nonce", "7f3a")
    words = ("key", "show", file, "--did", "did:web:x.example", *ask)
    shown = json.loads(server.does(*words, RICE_LEDGER_PASSPHRASE=PASSPHRASE))
    assert shown["did_key"].startswith("did:key:z6Mk")
    assert shown["verification_method"]["id"] == f"did:web:x.example#{shown['kid']}"
    assert "d" not in shown["jwk"]
    check = ("key", "check", "-", "--holder", COOP, *ask)
    checked = json.loads(server.does(*check, given=shown["proof"]))
    assert checked["kid"] == shown["kid"]
    assert json.loads(server.does(*check, given=json.dumps(shown))) == checked, "all of key show"
    assert server.refused(*check, given="{}") == "malformed"
    for other in (("--nonce", "0"), ("--holder", "x"), ("--for", "other.example")):
        assert server.refused(*check, *other, given=shown["proof"]) == "possession_refused"
    bent = shown["proof"][:-6] + "AAAAAA"
    assert server.refused(*check, given=bent) == "signature_bad"
    on_token = ("key", "show", tokens.address("rsa"), "--holder", COOP, *ask)
    shown = json.loads(server.does(*on_token, RICE_LEDGER_PIN=PIN))
    assert "did_key" not in shown
    assert json.loads(server.does(*check, given=shown["proof"]))["kid"] == shown["kid"]


def test_tokens_are_listed_with_the_names_that_key_takes(server: Place, tokens: Tokens) -> None:
    told = server.does("key", "tokens", tokens.module, "--json").splitlines()
    keys = [key for line in told for key in json.loads(line)["keys"]]
    named = {key["kid"]: key["key"] for key in keys if "kid" in key}
    assert {"key_too_short"} == {key["refused"] for key in keys if "refused" in key}
    for kid, name in list(named.items())[:2]:
        assert json.loads(server.does("key", "show", name, RICE_LEDGER_PIN=PIN))["kid"] == kid
    assert "[key_too_short]" in server.does("key", "tokens", tokens.module)
    assert server.refused("key", "tokens", "/nowhere.so") == "token_module"


def test_a_pin_in_the_name_of_a_key_is_refused_and_not_repeated(server: Place) -> None:
    result = server.rice("key", "show", "pkcs11:token=a?module-path=/a.so&pin-value=97531")
    assert "[pin_in_address]" in result.stderr
    assert "97531" not in result.output


def test_without_the_software_for_tokens_it_says_what_to_install(
    server: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ledger.tokens.signing", None)
    name = "pkcs11:token=a?module-path=/a.so"
    assert server.refused("key", "show", name) == "token_software_missing"
    assert server.refused("key", "tokens", "/a.so") == "token_software_missing"
