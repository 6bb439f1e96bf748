from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.cli.exits import Exit
from ledger.log import cose, encoding
from ledger.log.cose import seal_cose
from ledger.log.statement import PRESENTATION, seal
from tests.cli.talk import Rice
from tests.conformance_data import FOLDER as CONFORMANCE
from tests.conformance_data import load, read
from tests.log.issuing import ED, ISSUER, digest, disclosure, document, selective

FOLDER = CONFORMANCE / "jws-vc" / "w3c-vc-jose-cose"
# When the W3C's presentations were made; they were good for a day.
THEN = "2024-12-16T12:00:00Z"
NOW = "2026-06-01T00:00:00Z"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The published key of another scheme, as a partner's office sends it."""
    path = tmp_path / "srp.json"
    method = {"id": f"{ISSUER}#k1", "controller": ISSUER, "publicKeyJwk": dict(ED.public.jwk)}
    path.write_text(json.dumps(method), encoding="utf-8")
    return path


def write(folder: Path, data: bytes) -> Path:
    path = folder / "certificate"
    path.write_bytes(data)
    return path


def test_the_published_verdicts_on_the_command_line(rice: Rice) -> None:
    refusals = 0
    for case in load("jws-vc/cases.json")["verify"]:
        words = ("credential", FOLDER / case["file"], "--key", FOLDER / case["key"], "--at", THEN)
        result = rice(*words, "--json")
        told = json.loads(result.stdout)
        assert result.stderr == ""
        if case["verdict"] == "accept":
            assert told["verdict"] == "holds", case
            assert told["form"] == case["form"]
            inside = {one["verdict"] for one in told.get("enclosed", [])}
            assert (result.exit_code == Exit.DONE) == (inside <= {"holds"})
        else:
            refusals += 1
            assert told.get("verdict") != "holds", case
            assert result.exit_code in {Exit.NO, Exit.CANNOT_TELL, Exit.UNREADABLE}
            assert told["refused"]["words"]["vi"]
    assert refusals == 18


def test_a_presentation_of_three_certificates(rice: Rice) -> None:
    file = FOLDER / "presentation-jose-multiple.txt"
    read("jws-vc/w3c-vc-jose-cose/presentation-jose-multiple.txt")
    keys = [word for name in ("p256", "p384") for word in ("--key", FOLDER / f"vm-{name}.json")]
    result = rice("credential", file, *keys, "--at", THEN)
    assert result.exit_code == Exit.DONE
    assert result.stdout.count("[holds]") == 4
    assert "application/vc+cose" in result.stdout
    late = rice("credential", file, *keys, "--json")
    told = json.loads(late.stdout)
    assert (late.exit_code, told["verdict"]) == (Exit.NO, "not_in_force")
    assert [one["verdict"] for one in told["enclosed"]] == ["holds"] * 3
    holder_unknown = rice("credential", file, *keys[:2], "--at", THEN, "--json")
    told = json.loads(holder_unknown.stdout)
    assert (holder_unknown.exit_code, told["verdict"]) == (Exit.CANNOT_TELL, "cannot_check")
    assert [one["verdict"] for one in told["enclosed"]] == ["holds", "cannot_check", "holds"]


def test_a_certificate_is_read_to_a_person(rice: Rice, key: Path, tmp_path: Path) -> None:
    tonnes = disclosure("salt", "tonnes", 120.5)
    subject = {"_sd": [digest(tonnes), digest("kept")]}
    file = write(tmp_path, selective(document(credentialSubject=subject), tonnes))
    result = rice("credential", file, "--key", key, "--at", NOW)
    assert result.exit_code == Exit.DONE, result.output
    assert result.stdout.startswith("Signed, and in force [holds]\nForm: application/vc+sd-jwt\n")
    for said in (
        f"Issued by: {ISSUER}\n",
        "In force from: 2025-12-31T17:00:00.000Z\n",
        "In force until: 2026-12-31T16:59:59.000Z\n",
        "Not shown: up to 1 statements",
        '"tonnes": 120.5\n',
        "whether it has been suspended or withdrawn since",
    ):
        assert said in result.stdout
    vietnamese = rice("--lang", "vi", "credential", file, "--key", key, "--at", NOW)
    assert vietnamese.stdout.startswith("Chữ ký đúng, đang có hiệu lực [holds]\n")


def test_a_program_gets_the_claims_as_they_are(rice: Rice, key: Path) -> None:
    data = seal_cose(json.dumps(document()).encode(), typ=cose.CREDENTIAL, key=ED)
    result = rice("credential", "-", "--key", key, "--at", NOW, "--json", given=data)
    assert json.loads(result.stdout) == {
        "alg": "EdDSA",
        "claims": document(),
        "form": "cose",
        "issuer": ISSUER,
        "kid": ED.public.kid,
        "media_type": "application/vc+cose",
        "valid_from": "2025-12-31T17:00:00.000Z",
        "valid_until": "2026-12-31T16:59:59.000Z",
        "verdict": "holds",
        "withheld": 0,
    }


@pytest.mark.parametrize("at", ["2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"])
def test_a_certificate_before_and_after_its_time(
    rice: Rice, key: Path, tmp_path: Path, at: str
) -> None:
    file = write(tmp_path, selective(document()))
    result = rice("credential", file, "--key", key, "--at", at)
    assert (result.exit_code, "[not_in_force]" in result.stdout) == (Exit.NO, True)
    assert rice("credential", file, "--key", key, "--at", "today").exit_code == Exit.UNREADABLE


def test_without_a_key_nothing_is_proved(rice: Rice, tmp_path: Path) -> None:
    file = write(tmp_path, selective(document()))
    result = rice("credential", file, "--at", NOW)
    assert (result.exit_code, "[cannot_check]" in result.stdout) == (Exit.CANNOT_TELL, True)
    assert "What it says, and nothing proves:" in result.stdout
    assert f"Key named in it: {ED.public.kid}" in result.stdout


def test_a_certificate_that_does_not_stand(rice: Rice, key: Path, tmp_path: Path) -> None:
    other = selective(document(issuer="https://other.example"))
    result = rice("credential", write(tmp_path, other), "--key", key, "--at", NOW)
    assert (result.exit_code, "[malformed_credential]" in result.stdout) == (Exit.NO, True)
    assert "What it says, and nothing proves:" in result.stdout
    odd = selective(document(issuer=None, validFrom="soon"))
    result = rice("credential", write(tmp_path, odd), "--key", key, "--at", NOW, "--json")
    told = json.loads(result.stdout)
    assert told["verdict"] == "refused"
    assert not {"issuer", "valid_from", "valid_until"} & told.keys()


@pytest.mark.parametrize("data", [b"", b"{}", b"\xd2", b"\xff\xfe", b"~", b"." * 100_000, b"[" * 9])
def test_what_is_no_certificate(rice: Rice, key: Path, data: bytes) -> None:
    result = rice("credential", "-", "--key", key, given=data)
    assert (result.exit_code, result.stdout) == (Exit.UNREADABLE, "")
    told = json.loads(rice("credential", "-", "--key", key, "--json", given=data).stdout)
    assert set(told) == {"refused"}


def test_what_is_no_key(rice: Rice, tmp_path: Path) -> None:
    file = write(tmp_path, selective(document()))
    assert rice("credential", file, "--key", file).exit_code == Exit.UNREADABLE
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps({**ED.public.jwk, "d": "AAAA"}), encoding="utf-8")
    refused = rice("credential", file, "--key", secret)
    assert (refused.exit_code, "[key_refused]" in refused.stderr) == (Exit.UNREADABLE, True)
    assert rice("credential", file, "--key", tmp_path / "nowhere").exit_code == Exit.ABSENT


def test_nothing_a_certificate_says_moves_the_cursor(rice: Rice, key: Path, tmp_path: Path) -> None:
    sly = "\x1b[2J\u202esound\x9b\u2028"
    inside = {"type": "EnvelopedVerifiableCredential", "id": f"data:{sly},x"}
    claims = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "VerifiablePresentation",
        "holder": sly,
        "verifiableCredential": [inside],
    }
    named = seal(json.dumps(claims).encode(), typ=PRESENTATION, key=ED)
    typed = selective(document(issuer=sly))
    header = json.dumps({"alg": "EdDSA", "kid": "k", "typ": sly}).encode()
    headed = encoding.encode_base64url(header).encode() + b".AAAA.AAAA"
    for data in (named, typed, headed):
        result = rice("credential", write(tmp_path, data), "--key", key, "--at", NOW)
        said = result.stdout + result.stderr
        assert "sound" in said
        assert all(sign.isprintable() or sign == "\n" for sign in said)
