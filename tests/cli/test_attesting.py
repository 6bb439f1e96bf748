"""Prepared at the ledger, signed elsewhere, submitted again here: files go from hand to hand."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.main import create_app
from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.keyring import SAMPLE_KEYS, load_key
from ledger.log.draft import parse_draft
from ledger.log.statement import parse_statement
from tests.api.conftest import serving
from tests.cli.places import PASSPHRASE, Place, locked
from tests.cli.talk import Told
from tests.cli.terminal import Terminal
from tests.house import ROOT
from tests.softhsm import CONFIG, PIN, Tokens

COMMUNE, COOP, MILL = "ubnd-thanh-an", "htx-kenh-xang", "luong-thuc-song-hau-xanh"
AREA, SEASON = "VN-CTOR-0001", "DX-2026"
SCHEME = "https://demo.rice.example/schemes/low-emission-rice"
CONTRACT = {
    "contract": "urn:rice:contract:HDLK-THU-1",
    "seller": COOP,
    "buyer": MILL,
    "season": SEASON,
    "areas": [AREA],
    "area_m2": 10_000,
    "seller_signed_on": "2026-01-05",
    "buyer_signed_on": "2026-01-06",
}
CERTIFICATE = {
    "number": "XN-KÝ-1",
    "profile": "conformity",
    "scheme": SCHEME,
    "issuer": COMMUNE,
    "issued_to": COOP,
    "areas": [AREA],
    "season": SEASON,
    "from_on": "2026-03-24",
    "until_on": "2027-03-23",
    "area_m2": 960_800,
    "measures": {
        "seed-rate": {"value": 84.2, "unit": "KGM"},
        "nitrogen-reduction": {"value": 25.1, "unit": "P1"},
        "pesticide-reduction": {"value": 28.6, "unit": "P1"},
        "water-reduction": {"value": 30.5, "unit": "P1"},
        "straw-collected": {"value": 81.2, "unit": "P1"},
    },
    "scores": {"water-regime": "multiple"},
}


@pytest.fixture
def folder(demo: Told, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo["folder"], tmp_path / "book"))


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The address of the ledger, served."""
    key = load_key(SAMPLE_KEYS / "log.json", lambda _: "").key
    with opened(folder, key) as book, serving(create_app(book)) as client:
        yield str(client.base_url)


def test_two_parties_sign_one_contract_each_in_a_place_of_its_own(
    server: Place, desk: Place, address: str, tmp_path: Path
) -> None:
    (tmp_path / "mill").mkdir()
    mill = Place(server.rice, tmp_path / "mill")
    draft = server.prepares("sign_contract", CONTRACT, "--ledger", address)
    assert server.refused("attest", "submit", draft, "--to", address) == "draft_unsigned"

    draft = desk.takes(draft)
    shown = desk.does("attest", "show", draft)
    assert "Concludes a linkage contract" in shown
    assert '"urn:rice:contract:HDLK-THU-1"' in shown
    key = locked(desk, COOP)
    words = ("attest", "sign", draft, "--key", key)
    assert desk.refused(*words, RICE_LEDGER_PASSPHRASE=PASSPHRASE) == "option_wanted"
    assert desk.refused(*words, "--yes", RICE_LEDGER_PASSPHRASE="no") == "passphrase_wrong"
    stranger = ("attest", "sign", draft, "--yes", "--key", SAMPLE_KEYS / "so-nnmt.json")
    assert desk.refused(*stranger) == "draft_of_other_key"
    assert "WHAT YOU SIGN" in desk.does(*words, "--yes", RICE_LEDGER_PASSPHRASE=PASSPHRASE)
    assert desk.refused(*words, "--yes", RICE_LEDGER_PASSPHRASE=PASSPHRASE) == "draft_signed"

    draft = mill.takes(draft)
    assert mill.does("attest", "show", draft).count("Has signed") == 1
    written = mill.folder / "words"
    written.write_text(PASSPHRASE + "\n", encoding="utf-8")
    key = locked(mill, MILL)
    mill.does("attest", "sign", draft, "--key", key, "--yes", "--passphrase-file", written)

    draft = server.takes(draft)
    kept = server.folder / "receipt.jsonl"
    first = server.does("attest", "submit", draft, "--to", address, "--json", "--receipt", kept)
    again = server.does("attest", "submit", draft, "--to", address, "--json")
    assert first == again
    receipt = json.loads(kept.read_text())["receipt"]
    assert json.loads(first)["receipt"] == receipt
    assert "Entry" in server.does("attest", "submit", draft, "--to", address)


def test_a_certificate_is_signed_on_a_token_and_suspended_by_it(
    server: Place, desk: Place, folder: Path, tokens: Tokens
) -> None:
    """PS256 and ES256 in real statements; the ledger is reached as a folder this time."""
    at, kids = ("--ledger", folder), []
    office = load_key(SAMPLE_KEYS / f"{COMMUNE}.json", lambda _: "").key.public.kid
    for label, alg in (("rsa", "PS256"), ("es256", "ES256")):
        key = tokens.address(label)
        public = json.loads(desk.does("key", "show", key, RICE_LEDGER_PIN=PIN))
        assert public["jwk"]["alg"] == alg
        kids.append(public["kid"])
        new = {"jwk": public["jwk"], "admin": False, "not_after": "2027-12-31T00:00:00Z"}
        enrolment = {"actor": COMMUNE, "key": new}
        draft = desk.takes(
            server.prepares("enrol_key", enrolment, "--by", f"{COMMUNE}/{office}", *at)
        )
        words = ("attest", "sign", draft, "--yes", "--key")
        desk.does(*words, key, RICE_LEDGER_PIN=PIN)
        desk.does(*words, locked(desk, COMMUNE), RICE_LEDGER_PASSPHRASE=PASSPHRASE)
        server.does("attest", "submit", server.takes(draft), "--to", folder)

        by = ("--by", f"{COMMUNE}/{public['kid']}")
        fields = {**CERTIFICATE, "number": f"XN-{alg}"}
        draft = desk.takes(server.prepares("attestation", fields, *by, *at))
        shown = desk.does("attest", "show", draft)
        assert "Certified area (square metres): 960800" in shown
        assert f'"{alg}"' in shown
        desk.does("attest", "sign", draft, "--yes", "--key", key, RICE_LEDGER_PIN=PIN)
        statement = parse_statement(parse_draft(draft.read_bytes()).statement())
        assert statement.signatures[0].alg == alg
        server.does("attest", "submit", server.takes(draft), "--to", folder)

        change = {
            "attestation": f"https://demo.rice.example/attestations/XN-{alg}",
            "state": "suspended",
            "from_on": "2026-11-01",
            "reason": "records_differ",
            "remark": "đang xác minh",
            "paper": "QĐ-1",
            "decided_by": COMMUNE,
        }
        draft = desk.takes(server.prepares("change_attestation", change, *by, *at))
        assert "(suspended)" in desk.does("attest", "show", draft)
        desk.does("attest", "sign", draft, "--yes", "--key", key, RICE_LEDGER_PIN=PIN)
        draft = server.takes(draft)
        first = server.does("attest", "submit", draft, "--to", folder, "--json")
        assert first == server.does("attest", "submit", draft, "--to", folder, "--json")
    withdrawal = {**change, "state": "withdrawn", "reason": "records_differ", "paper": "QĐ-2"}
    both = [word for kid in kids for word in ("--by", f"{COMMUNE}/{kid}")]
    draft = server.prepares("change_attestation", withdrawal, *both, *at)
    for label in ("es256", "rsa"):  # two persons of one office, in another order than asked
        key = tokens.address(label)
        desk.does("attest", "sign", draft, "--yes", "--key", key, RICE_LEDGER_PIN=PIN)
    statement = parse_statement(parse_draft(draft.read_bytes()).statement())
    assert [one.alg for one in statement.signatures] == ["PS256", "ES256"]
    server.does("attest", "submit", draft, "--to", folder)
    assert server.rice("publish", *at).exit_code == Exit.DONE
    assert server.rice("audit", folder).exit_code == Exit.DONE


def test_signing_needs_neither_ledger_nor_network(
    server: Place, desk: Place, folder: Path, tokens: Tokens
) -> None:
    """The program as it is started on a machine that has the draft and the token, nothing else."""
    key = tokens.address("es256")
    new = {
        "jwk": json.loads(desk.does("key", "show", key, RICE_LEDGER_PIN=PIN))["jwk"],
        "admin": False,
        "not_after": "2027-12-31T00:00:00Z",
    }
    enrolment = {"actor": COMMUNE, "key": new}
    draft = server.prepares("enrol_key", enrolment, "--by", COMMUNE, "--ledger", folder)
    draft = desk.takes(draft)
    shutil.rmtree(folder)
    pin = desk.folder / "pin"
    pin.write_text(PIN)
    with pin.open("rb") as given:
        run = subprocess.run(
            [
                *(sys.executable, "-c", "from ledger.cli.main import app; app()", "--lang", "vi"),
                *("attest", "sign", draft.name, "--yes", "--key", key),
                *("--passphrase-file", f"/dev/fd/{given.fileno()}"),
            ],
            cwd=desk.folder,
            env={"PYTHONPATH": str(ROOT), CONFIG: os.environ[CONFIG], "LANG": "C.UTF-8"},
            pass_fds=(given.fileno(),),
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    assert "NỘI DUNG BẠN KÝ" in run.stdout
    assert PIN not in run.stdout + run.stderr
    assert len(parse_draft(draft.read_bytes()).missing) == 1


def test_a_person_sees_it_is_asked_and_types_the_secret_unseen(
    server: Place, desk: Place, demo: Told, tokens: Tokens
) -> None:
    draft = desk.takes(server.prepares("sign_contract", CONTRACT, "--ledger", demo["folder"]))
    before = draft.read_bytes()
    key = locked(desk, COOP)
    words = ("--lang", "en", "attest", "sign", draft, "--key")

    said_no = Terminal(desk.folder, *words, key)
    said_no.waits_for("Sign exactly this?")
    assert "WHAT YOU SIGN" in said_no.seen
    said_no.types("n")
    assert said_no.ends() != Exit.DONE
    assert draft.read_bytes() == before

    locked_out = Terminal(
        desk.folder, *words, tokens.address("es256"), **{CONFIG: os.environ[CONFIG]}
    )
    locked_out.waits_for("Sign exactly this?")
    locked_out.types("y")
    locked_out.waits_for("PIN of the token")
    locked_out.types(PIN)
    assert locked_out.ends() == Exit.NO
    assert "[draft_of_other_key]" in locked_out.seen
    assert PIN not in locked_out.seen

    said_yes = Terminal(desk.folder, *words, key)
    said_yes.waits_for("Sign exactly this?")
    said_yes.types("y")
    said_yes.waits_for("Passphrase of")
    said_yes.types(PASSPHRASE)
    assert said_yes.ends() == Exit.DONE
    assert PASSPHRASE not in said_yes.seen
    assert len(parse_draft(draft.read_bytes()).missing) == 1


def test_a_program_is_told_the_same_lines(server: Place, demo: Told) -> None:
    draft = server.prepares("sign_contract", CONTRACT, "--ledger", demo["folder"])
    told = json.loads(server.does("attest", "show", draft, "--json"))
    assert told["purpose"] == "sign_contract"
    assert len(told["missing"]) == 2
    spoken = server.does("attest", "show", draft)
    for line in told["lines"]:
        assert line["label"]["en"] in spoken
        assert line["value"] in spoken
    both = server.rice("attest", "show", draft, LC_ALL="C.UTF-8").stdout
    assert "NỘI DUNG BẠN KÝ / WHAT YOU SIGN" in both


def test_a_draft_goes_through_a_pipe(server: Place, demo: Told) -> None:
    draft = server.prepares("sign_contract", CONTRACT, "--ledger", demo["folder"])
    words = ("attest", "sign", "-", "--yes", "--key", SAMPLE_KEYS / f"{COOP}.json")
    signed = server.rice(*words, given=draft.read_bytes())
    assert len(parse_draft(signed.stdout_bytes).missing) == 1
    assert "WHAT YOU SIGN" in signed.stderr


def test_a_bent_draft_is_neither_shown_nor_signed(server: Place, desk: Place, folder: Path) -> None:
    draft = server.prepares("sign_contract", CONTRACT, "--ledger", folder)
    data = draft.read_bytes()
    sign = ("--yes", "--key", SAMPLE_KEYS / f"{COOP}.json")
    for old, new in ((b'"sign_contract"', b'"hold"'), (b"{", b"{ "), (b'"size":', b'"Size":')):
        draft.write_bytes(data.replace(old, new, 1))
        assert desk.refused("attest", "show", draft)
        before = draft.read_bytes()
        assert desk.refused("attest", "sign", draft, *sign)
        assert draft.read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "fields", "by", "code"),
    [
        ("polishing", {}, (), "kind_unknown"),
        ("sign_contract", {"contract": "x"}, (), "malformed_act"),
        ("sign_contract", {**CONTRACT, "note": "x"}, (), "malformed_act"),
        ("sign_contract", {**CONTRACT, "seller": "nobody"}, (), "name_unknown"),
        ("hold", {"lots": ["L1"], "reason": {"vi": "a", "en": "a"}}, (), "malformed_act"),
        ("record_erasure", "not fields", (), "malformed_event"),
        (
            "record_erasure",
            {"kind": "household", "fields": 1, "erased_on": "2026-03-01", "reason": "asked"},
            (),
            "signer_wanted",
        ),
        ("sign_contract", CONTRACT, ("--by", f"{COOP}/none"), "signer_keyless"),
        ("attestation", {**CERTIFICATE, "profile": "organic"}, (), "malformed_credential"),
        ("attestation", {**CERTIFICATE, "note": "x"}, (), "malformed_credential"),
        (
            "attestation",
            {**CERTIFICATE, "areas": [AREA, "VN-CTOR-0002"], "computed": True},
            (),
            "computed_unfit",
        ),
        ("attestation", {**CERTIFICATE, "areas": ["VN-X"], "computed": True}, (), "name_unknown"),
        ("attestation", {"@context": []}, ("--by", COMMUNE), "malformed_credential"),
        (
            "enrol_key",
            {
                "actor": COOP,
                "key": {
                    "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AQ" + "A" * 41},
                    "admin": False,
                    "not_after": "2027-12-31T00:00:00Z",
                },
            },
            ("--by", COOP),
            "key_small_order",
        ),
    ],
)
def test_what_cannot_be_prepared(
    server: Place, demo: Told, kind: str, fields: object, by: tuple[str, ...], code: str
) -> None:
    out = server.folder / "draft"
    words = ("attest", "prepare", kind, "-", "--out", out, "--ledger", demo["folder"], *by)
    assert server.refused(*words, given=json.dumps(fields).encode()) == code
    assert not out.exists()


def _figure(performance: dict[str, Any]) -> str:
    if "score" in performance:
        return str(performance["score"]["code"])
    return f"{performance['measure']['value']} {performance['measure']['unit']}"


def test_computed_figures_need_no_copying(server: Place, demo: Told, address: str) -> None:
    """They are the ledger's own, at a folder or an address; what is given goes before them."""
    fields = {**CERTIFICATE, "measures": {}, "scores": {}, "computed": True}

    def figures(ledger: object, **more: object) -> dict[str, str]:
        draft = server.prepares("attestation", {**fields, **more}, "--ledger", ledger)
        subject = json.loads(parse_draft(draft.read_bytes()).unsigned.payload)["credentialSubject"]
        (assessment,) = subject["conformityAssessment"]
        return {
            one["metric"]["id"].rpartition("/")[2]: _figure(one)
            for one in assessment["assessedPerformance"]
            if not one["metric"]["id"].endswith(("/certified-area", "/season"))
        }

    told = json.loads(server.does("dossier", AREA, SEASON, "--ledger", demo["folder"], "--json"))
    computed = {one["metric"]: one["text"].replace(".00 ", " ") for one in told["metrics"]}
    stated = figures(demo["folder"])
    assert stated == figures(address)
    assert stated.items() < computed.items()
    assert stated["seed-rate"] == "84.22 KGM"
    assert stated["water-regime"] == "multiple"
    emission = {"baseline-co2e-per-ha", "project-co2e-per-ha", "ghg-reduction"}
    assert computed.keys() - stated.keys() == emission
    verified = figures(demo["folder"], profile="ghg")
    assert verified.keys() == {*emission, "water-regime"}
    own = {"seed-rate": {"value": 84, "unit": "KGM"}}
    assert figures(demo["folder"], measures=own) == stated | {"seed-rate": "84 KGM"}


def test_a_whole_credential_is_taken_as_it_is(server: Place, demo: Told) -> None:
    draft = server.prepares("attestation", CERTIFICATE, "--ledger", demo["folder"])
    whole = json.loads(parse_draft(draft.read_bytes()).unsigned.payload)
    again = server.prepares("attestation", whole, "--ledger", demo["folder"], "--by", COMMUNE)
    assert parse_draft(again.read_bytes()).unsigned.payload == (
        parse_draft(draft.read_bytes()).unsigned.payload
    )
    whole["credentialSubject"]["alsoTrue"] = "all other land too"
    words = ("attest", "prepare", "attestation", "-", "--out", "-", "--by", COMMUNE)
    given = json.dumps(whole).encode()
    code = server.refused(*words, "--ledger", demo["folder"], given=given)
    assert code == "member_without_words"


def test_the_root_signs_in_several_places(server: Place, address: str, folder: Path) -> None:
    """A registrar is entered by two founders and its own new key, none of them at the ledger."""
    made = json.loads(
        server.does(
            *("key", "new", server.folder / "moi.age", "--holder", "moi", "--json"),
            RICE_LEDGER_PASSPHRASE=PASSPHRASE,
        )
    )
    roots = [load_key(SAMPLE_KEYS / f"root-{n}.json", lambda _: "").key.public.kid for n in (1, 3)]
    fields = {
        "actor": "moi",
        "did": "did:web:demo.rice.example:actors:moi",
        "name": {"vi": "Mới", "en": "New"},
        "roles": [{"role": "registrar", "from_on": "2026-01-01"}],
        "keys": [{"jwk": made["jwk"], "admin": True, "not_after": "2027-12-31T00:00:00Z"}],
    }
    by = [word for kid in roots for word in ("--by", f"root/{kid}")]
    draft = server.prepares("register_actor", fields, *by, "--ledger", address)
    sign = ("attest", "sign", draft, "--yes", "--key")
    server.does(*sign, server.folder / "moi.age", RICE_LEDGER_PASSPHRASE=PASSPHRASE)
    for number in (3, 1):
        server.does(*sign, SAMPLE_KEYS / f"root-{number}.json")
    server.does("attest", "submit", draft, "--to", address)
    unclear = ("attest", "prepare", "register_actor", "-", "--out", "-", "--by", "root")
    code = server.refused(*unclear, "--ledger", address, given=json.dumps(fields).encode())
    assert code == "signer_unclear"


def test_drafts_stay_with_their_ledger(server: Place, book: Path, demo: Told) -> None:
    """A certificate names no ledger in what is signed, so the file does."""
    draft = server.prepares("attestation", CERTIFICATE, "--ledger", demo["folder"])
    server.does("attest", "sign", draft, "--yes", "--key", SAMPLE_KEYS / f"{COMMUNE}.json")
    assert server.refused("attest", "submit", draft, "--to", book) == "draft_of_other_ledger"
    nowhere = "http://127.0.0.1:9"
    assert server.refused("attest", "submit", draft, "--to", nowhere) == "ledger_unreachable"


def test_several_drafts_are_recorded_all_or_none(server: Place, folder: Path) -> None:
    files = []
    for number, contract in enumerate(("HDLK-A", "HDLK-A")):
        fields = {**CONTRACT, "contract": f"urn:rice:contract:{contract}", "area_m2": 1 + number}
        draft = server.prepares("sign_contract", fields, "--ledger", folder)
        for holder in (COOP, MILL):
            key = SAMPLE_KEYS / f"{holder}.json"
            server.does("attest", "sign", draft, "--yes", "--key", key)
        files.append(draft.rename(server.folder / f"{number}.draft"))
    words = ("attest", "submit", *files, "--to", folder, "--json")
    told = server.does(*words, "--together", code=Exit.NO).splitlines()
    assert [json.loads(line)["refused"]["code"] for line in told] == [
        "refused_together",
        "number_taken",
    ]
    told = server.does(*words, code=Exit.NO).splitlines()
    assert ["receipt" in json.loads(line) for line in told] == [True, False]


def test_one_thing_is_stated_with_a_token_in_one_go(
    server: Place, folder: Path, tokens: Tokens
) -> None:
    key = tokens.address("eddsa")
    public = json.loads(server.does("key", "show", key, RICE_LEDGER_PIN=PIN))
    new = {
        "jwk": public["jwk"],
        "admin": False,
        "not_after": "2027-12-31T00:00:00Z",
        "only": ["present_paper"],
    }
    draft = server.prepares(
        "enrol_key", {"actor": COOP, "key": new}, "--by", COOP, "--ledger", folder
    )
    sign = ("attest", "sign", draft, "--yes", "--key")
    server.does(*sign, key, RICE_LEDGER_PIN=PIN)
    server.does(*sign, SAMPLE_KEYS / f"{COOP}.json")
    server.does("attest", "submit", draft, "--to", folder)
    paper = {
        "paper": "urn:rice:paper:7",
        "kind": "invoice",
        "issuer": COOP,
        "issued_on": "2026-03-01",
        "digest": "A" * 43 + "=",
    }
    words = ("state", "present_paper", "-", "--ledger", folder, "--key", key)
    given = json.dumps(paper).encode()
    assert server.refused(*words, given=given) == "pin_wanted"
    assert server.refused(*words, given=given, RICE_LEDGER_PIN="000000") == "pin_wrong"
    assert "present_paper: Entry" in server.does(*words, given=given, RICE_LEDGER_PIN=PIN)
    other = {"actor": COOP, "other": COMMUNE, "kind": "consultant"}
    words = ("state", "declare_relation", "-", *words[3:])
    given = json.dumps(other).encode()
    assert server.refused(*words, given=given, RICE_LEDGER_PIN=PIN) == "key_out_of_bounds"
