"""Prepared where the ledger is: what is sure to go wrong is said before anybody signs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS, load_key
from tests.cli.places import Place
from tests.cli.talk import Told
from tests.cli.test_attesting import AREA, CERTIFICATE, COMMUNE, COOP

SEED = {"seedrate": {"value": 84.2, "unit": "KGM"}, **CERTIFICATE["measures"]}  # type: ignore[dict-item]


def foreseen(place: Place, demo: Told, kind: str, fields: Mapping[str, Any], *by: object) -> str:
    """Return what is said of a draft, which is written all the same."""
    out = place.folder / "draft"
    words = ("--lang", "en", "attest", "prepare", kind, "-", "--out", out)
    result = place.rice(*words, "--ledger", demo["folder"], *by, given=json.dumps(fields).encode())
    assert result.exit_code == Exit.DONE, result.output
    assert out.exists()
    return str(result.stderr)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"areas": ["VN-NONE-1"]}, "scope_unknown"),
        ({"area_m2": 10**9}, "scope_unknown"),
        ({"issuer": "hiep-hoi-gao-xanh"}, "issuer_not_accredited"),
        ({"number": "XN-DX26-001"}, "said_before"),
        ({"measures": {}, "scores": {}}, "criterion_not_met"),
        ({"measures": {"seed-rate": {"value": 100.5, "unit": "KGM"}}}, "criterion_not_met"),
    ],
)
def test_a_refusal_is_foreseen(server: Place, demo: Told, more: dict[str, Any], code: str) -> None:
    told = foreseen(server, demo, "attestation", {**CERTIFICATE, **more})
    assert "the ledger would refuse it" in told
    assert f"[{code}]" in told


def test_what_will_do_is_passed_over(server: Place, demo: Told) -> None:
    told = foreseen(server, demo, "attestation", CERTIFICATE)
    assert told.count("\n") == 1, told


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"measures": SEED}, "figure seedrate. Known are: seed-rate."),
        ({"scores": {"water-regime": "awd"}}, "continuous, single, multiple; this says awd"),
    ],
)
def test_a_slip_that_no_rule_refuses_is_pointed_at(
    server: Place, demo: Told, more: dict[str, Any], said: str
) -> None:
    told = foreseen(server, demo, "attestation", {**CERTIFICATE, **more})
    assert said in told
    assert "Look at this before anybody signs" in told


def test_a_last_key_is_not_revoked_unawares(server: Place, demo: Told) -> None:
    kid = load_key(SAMPLE_KEYS / f"{COMMUNE}.json", lambda _: "").key.public.kid
    told = foreseen(server, demo, "revoke_key", {"kid": kid, "reason": "lost"}, "--by", COMMUNE)
    assert "[key_last]" in told
    assert COMMUNE in told


def test_nobody_is_asked_to_sign_for_another(server: Place, demo: Told) -> None:
    out = server.folder / "draft"
    words = ("attest", "prepare", "attestation", "-", "--out", out, "--ledger", demo["folder"])
    given = json.dumps(CERTIFICATE).encode()
    assert server.refused(*words, "--by", COOP, given=given) == "signer_not_issuer"
    root = load_key(SAMPLE_KEYS / "root-1.json", lambda _: "").key.public.kid
    assert server.refused(*words, "--by", f"root/{root}", given=given) == "signer_not_issuer"
    assert not out.exists()


@pytest.mark.parametrize(
    "more", [{"areas": [AREA, AREA]}, {"number": "XN DX26"}, {"number": " XN-1"}]
)
def test_one_thing_is_not_written_in_two_ways(
    server: Place, demo: Told, more: dict[str, Any]
) -> None:
    words = ("attest", "prepare", "attestation", "-", "--out", "-", "--ledger", demo["folder"])
    given = json.dumps({**CERTIFICATE, **more}).encode()
    assert server.refused(*words, given=given) == "malformed_credential"


def test_a_slip_is_not_stated_without_being_looked_at(server: Place, demo: Told) -> None:
    kid = load_key(SAMPLE_KEYS / f"{COMMUNE}.json", lambda _: "").key.public.kid
    words = ("state", "revoke_key", "-", "--ledger", demo["folder"])
    given = json.dumps({"kid": kid, "reason": "lost"}).encode()
    result = server.rice(*words, "--key", SAMPLE_KEYS / f"{COMMUNE}.json", given=given)
    assert "has no other key that counts" in result.stderr
    assert "[option_wanted]" in result.stderr
    assert server.refused(*words, "--key", "nowhere.age", given=given) == "key_file_missing"


def test_fields_that_are_no_json_are_told_with_their_line(server: Place, demo: Told) -> None:
    words = ("attest", "prepare", "hold", "-", "--out", "-", "--ledger", demo["folder"])
    result = server.rice(*words, given=b'{"a": 1,\n"b": }')
    assert "line 2, column 6" in result.stderr
    assert result.exit_code == Exit.UNREADABLE
    marked = b"\xef\xbb\xbf" + json.dumps(CERTIFICATE).encode()
    server.does("attest", "prepare", "attestation", *words[3:], given=marked)
    fields = server.folder / "fields.json"
    fields.write_text(json.dumps(CERTIFICATE), encoding="utf-8")
    for command in (("show",), ("sign", "--yes", "--key", SAMPLE_KEYS / f"{COOP}.json")):
        assert server.refused("attest", command[0], fields, *command[1:]) == "draft_wanted"
    shown = server.rice("attest", "sign", fields, "--key", "nowhere.age")
    assert ("[key_file_missing]" in shown.stderr, shown.stdout) == (True, "")
