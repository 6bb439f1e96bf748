from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS
from ledger.log.contexts import CREDENTIALS_V2
from ledger.log.keys import EcdsaSigningKey
from tests.cli.talk import Rice
from tests.conformance_data import FOLDER, read
from tests.log.issuing import ISSUER, document

KID = f"{ISSUER}#key-1"
PASSPHRASE = "cơm trắng cá kho tộ"
NOW = "2026-06-01T00:00:00Z"
LABORATORY = EcdsaSigningKey.from_number(20261124, "P-384")
TERMS = {"tonnes": "https://srp.example/v#tonnes", "area": "https://srp.example/v#area"}


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """A laboratory's key of P-384, locked, as OpenSSL writes it."""
    lock = BestAvailableEncryption(PASSPHRASE.encode())
    path = tmp_path / "lab.pem"
    path.write_bytes(LABORATORY._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    return path


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A certificate with words of its own context."""
    path = tmp_path / "report.json"
    subject = {"id": "did:web:htx.example", "tonnes": 120.5, "area": "A1"}
    value = document(**{"@context": [CREDENTIALS_V2, TERMS], "credentialSubject": subject})
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


@pytest.fixture
def context() -> tuple[str, str]:
    """The option that gives the context of the data model."""
    read("untp-0.7.0/context/credentials-v2.jsonld")
    return (
        "--context",
        f"{CREDENTIALS_V2}={FOLDER / 'untp-0.7.0' / 'context' / 'credentials-v2.jsonld'}",
    )


def test_a_laboratory_issues_and_a_partner_reads(
    rice: Rice, pem: Path, report: Path, context: tuple[str, str], tmp_path: Path
) -> None:
    method = {"id": KID, "controller": ISSUER, "publicKeyJwk": dict(LABORATORY.public.jwk)}
    published = tmp_path / "published.json"
    published.write_text(json.dumps(method), encoding="utf-8")
    for form in ("jose", "sd-jwt", "cose"):
        words = ("issue", report, "--key", pem, "--kid", KID, *context, "--form", form)
        hide = ("--hide", "/credentialSubject/tonnes") if form == "sd-jwt" else ()
        made = rice(*words, *hide, RICE_LEDGER_PASSPHRASE=PASSPHRASE)
        assert (made.exit_code, made.stderr) == (Exit.DONE, "")
        judge = ("credential", "-", "--key", published, "--at", NOW, "--json")
        told = json.loads(rice(*judge, given=made.stdout).stdout)
        assert (told["verdict"], told["form"], told["alg"]) == ("holds", form, "ES384")
        assert told["claims"]["credentialSubject"]["tonnes"] == 120.5
        if hide:
            issued, _, _ = made.stdout.split("~")
            told = json.loads(rice(*judge, given=f"{issued}~").stdout)
            assert (told["verdict"], told["withheld"]) == ("holds", 1)
            assert "tonnes" not in told["claims"]["credentialSubject"]
            again = rice(*words, *hide, RICE_LEDGER_PASSPHRASE=PASSPHRASE)
            assert again.stdout.partition("~")[0] != issued  # salts are new each time


def test_what_is_refused_prints_nothing(
    rice: Rice, pem: Path, report: Path, context: tuple[str, str], tmp_path: Path
) -> None:
    def ask(*words: object, key: Path = pem, kid: str = KID, given: str = PASSPHRASE) -> str:
        result = rice(
            *("issue", report, "--key", key, "--kid", kid, *words), RICE_LEDGER_PASSPHRASE=given
        )
        assert (result.exit_code != Exit.DONE, result.stdout) == (True, "")
        return str(result.stderr).rpartition("[")[2].strip().removesuffix("]")

    assert ask() == "context_unknown"
    assert ask("--context", "file") == "malformed"
    assert ask("--context", f"{CREDENTIALS_V2}={report}") == "malformed"
    assert ask("--context", f"{CREDENTIALS_V2}={tmp_path / 'nowhere'}") == "file_closed"
    assert ask(*context, "--hide", "/credentialSubject/tonnes") == "not_concealable"
    assert ask(*context, "--form", "sd-jwt", "--hide", "/validUntil") == "not_concealable"
    assert ask(*context, kid="https://other.example#k") == "malformed_credential"
    assert ask(*context, kid=ISSUER) == "header_refused"
    assert ask(*context, given="another") == "key_refused"
    assert ask(*context, key=tmp_path / "nowhere") == "key_file_missing"
    assert ask(*context, key=report) == "key_file_unreadable"
    # The published sample keys sign for organisations of a demo and for nobody else.
    assert ask(*context, key=SAMPLE_KEYS / "log.json") == "sample_key_refused"
    kid = "did:web:demo.rice.example#k"
    assert ask(*context, key=SAMPLE_KEYS / "log.json", kid=kid) == "malformed_credential"
    value = json.loads(report.read_text(encoding="utf-8"))
    report.write_text(json.dumps({**value, "scor": 1}), encoding="utf-8")
    assert ask(*context) == "terms_undefined"


def test_a_key_in_the_open_is_refused(
    rice: Rice, report: Path, context: tuple[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "open.pem"
    path.write_bytes(
        LABORATORY._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    result = rice("issue", report, "--key", path, "--kid", KID, *context)
    assert (result.exit_code, "[key_file_open]" in result.stderr) == (Exit.NO, True)
