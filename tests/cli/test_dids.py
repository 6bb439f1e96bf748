"""DID documents on the command line: ours as others read them, another's taken down."""

from __future__ import annotations

import json
from pathlib import Path

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS, SampleKeyring
from ledger.log.methods import read_methods
from ledger.log.statement import seal_many
from ledger.rice import acts
from ledger.rice.acts import LocalText
from ledger.service import utc_now
from tests.cli.talk import Rice, Told

ORIGIN = "demo.rice.example/cli"
OWN = "did:web:dang-ky.example"
REGISTRAR = "dang-ky-chuoi"


def test_documents_of_the_ledger_and_of_an_organisation(rice: Rice, demo: Told) -> None:
    for words, subject in (
        (("did",), "did:web:demo.rice.example"),
        (("did", "htx-kenh-xang"), "did:web:demo.rice.example:actors:htx-kenh-xang"),
    ):
        told = rice(*words, "--ledger", demo["folder"])
        assert told.exit_code == Exit.DONE, told.output
        assert json.loads(told.stdout)["id"] == subject
        methods = read_methods(told.stdout.encode(), utc_now())
        assert all(method.controller == subject for method in methods.values())
        assert any(name.startswith(f"{subject}#") for name in methods)
    told = rice("did", "nobody", "--ledger", demo["folder"])
    assert told.exit_code == Exit.ABSENT


def _document(*names: str) -> bytes:
    """Return what stands at the registrar's domain, with the keys of these holders."""
    keys = [SampleKeyring(ORIGIN).key(name).public for name in names]
    methods = [
        {
            "id": f"{OWN}#{key.kid}",
            "type": "JsonWebKey",
            "controller": OWN,
            "publicKeyJwk": dict(key.jwk),
        }
        for key in keys
    ]
    return json.dumps({"id": OWN, "assertionMethod": methods}, indent=1).encode()


def _registered(rice: Rice, book: Path, document: str) -> None:
    keyring = SampleKeyring(ORIGIN)
    act = acts.RegisterActor(
        actor="dang-ky",
        did=OWN,
        name=LocalText(vi="Đăng ký", en="Registrar"),
        roles=(acts.RoleGrant(role="registrar", from_on="2026-01-01"),),
        keys=(
            acts.NewKey(
                jwk=acts.Jwk(**keyring.key(REGISTRAR).public.jwk),  # type: ignore[arg-type]
                admin=True,
                not_after="2099-12-31T00:00:00Z",
            ),
        ),
        did_document=document,
    )
    keys = [keyring.key(name) for name in ("root-1", "root-2", REGISTRAR)]
    data = seal_many(acts.write_act(act), keys=keys, ledger=ORIGIN)
    told = rice("append", "-", "--ledger", book, given=data)
    assert told.exit_code == Exit.DONE, told.output


def test_a_document_is_taken_down_shown_and_recorded(
    rice: Rice, book: Path, tmp_path: Path
) -> None:
    file = tmp_path / "did.json"
    file.write_bytes(_document(REGISTRAR))
    shown = rice("did-snapshot", OWN, "--file", file, "--json")
    assert shown.exit_code == Exit.DONE, shown.output
    record = json.loads(shown.stdout)
    assert record["keys"] == [SampleKeyring(ORIGIN).key(REGISTRAR).public.kid]
    assert record["did_document"] in rice("did-snapshot", OWN, "--file", file).stdout
    key = ("--key", SAMPLE_KEYS / f"{REGISTRAR}.json", "--ledger", book)
    absent = rice("did-snapshot", OWN, "--file", file, *key)
    assert absent.exit_code == Exit.ABSENT
    _registered(rice, book, record["did_document"])
    file.write_bytes(_document(REGISTRAR).replace(b"\n", b"\n\n"))
    recorded = rice("did-snapshot", OWN, "--file", file, *key, "--json")
    assert recorded.exit_code == Exit.DONE, recorded.output
    assert json.loads(recorded.stdout)["receipt"]["index"] == 2
    file.write_bytes(_document(REGISTRAR, "root-3"))
    strange = rice("did-snapshot", OWN, "--file", file, *key, "--json")
    assert strange.exit_code == Exit.NO
    assert json.loads(strange.stdout)["refused"]["code"] == "did_unfit"
    assert rice("audit", book).exit_code == Exit.DONE


def test_what_is_no_document_is_refused_and_nothing_private_is_fetched(
    rice: Rice, tmp_path: Path
) -> None:
    file = tmp_path / "did.json"
    file.write_bytes(_document(REGISTRAR))
    other = rice("did-snapshot", "did:web:other.example", "--file", file)
    assert other.exit_code == Exit.UNREADABLE
    private = rice("did-snapshot", "did:web:127.0.0.1%3A9", "--json")
    assert json.loads(private.stdout)["refused"]["code"] == "did_address_refused"
