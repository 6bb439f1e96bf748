"""Prepared at the ledger, signed elsewhere, submitted again here: files go from hand to hand."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.main import create_app
from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.keyring import SAMPLE_KEYS, load_key, make_key, save_key
from ledger.log.draft import parse_draft
from ledger.log.statement import parse_statement
from tests.api.conftest import serving
from tests.cli.talk import Rice, Told
from tests.house import ROOT
from tests.softhsm import CONFIG, PIN, Tokens

PASSPHRASE = "bờ ao đầu làng"
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
    "scheme_name": "Gạo phát thải thấp",
    "issuer": COMMUNE,
    "issued_to": COOP,
    "areas": [AREA],
    "season": SEASON,
    "from_on": "2026-03-24",
    "until_on": "2027-03-23",
    "area_m2": 960_800,
    "measures": {"seed-rate": {"value": 84.2, "unit": "KGM"}},
    "scores": {"water-regime": "multiple"},
}


@dataclass(frozen=True, slots=True)
class Place:
    """A machine: a folder of its own, where commands are told what to do."""

    rice: Rice
    folder: Path

    def does(self, *words: object, code: Exit = Exit.DONE, **more: str | bytes) -> str:
        """Return what a command answers; its exit status has to be the one expected."""
        result = self.rice(*words, **more)
        assert result.exit_code == code, result.output
        return str(result.stdout)

    def refused(self, *words: object, **more: str | bytes) -> str:
        """Return the code with which a command refuses; a person sees words as well."""
        result = self.rice(*words, **more)
        assert result.exit_code not in {Exit.DONE, Exit.USAGE}, result.output
        return str(result.stderr.rstrip().rpartition("[")[2].removesuffix("]"))

    def prepares(self, kind: str, fields: object, *more: object) -> Path:
        """Return the draft this machine writes."""
        out = self.folder / f"{kind}.draft"
        self.does(
            *("attest", "prepare", kind, "-", "--out", out, *more),
            given=json.dumps(fields).encode(),
        )
        return out

    def takes(self, file: Path) -> Path:
        """Return where a file lies after it was carried here."""
        return Path(shutil.move(file, self.folder / file.name))


@pytest.fixture
def folder(demo: Told, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo["folder"], tmp_path / "book"))


@pytest.fixture
def server(rice: Rice, tmp_path: Path) -> Place:
    (tmp_path / "server").mkdir()
    return Place(rice, tmp_path / "server")


@pytest.fixture
def desk(rice: Rice, tmp_path: Path) -> Place:
    (tmp_path / "desk").mkdir()
    return Place(rice, tmp_path / "desk")


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The address of the ledger, served."""
    key = load_key(SAMPLE_KEYS / "log.json", lambda _: "").key
    with opened(folder, key) as book, serving(create_app(book)) as client:
        yield str(client.base_url)


def locked(place: Place, holder: str) -> Path:
    """Return a holder's key as an age file on a machine of theirs."""
    sample = load_key(SAMPLE_KEYS / f"{holder}.json", lambda _: "")
    path = place.folder / f"{holder}.age"
    if not path.exists():
        save_key(path, make_key(holder, sample.secret, "EdDSA"), PASSPHRASE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path


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
            "reason": "đang xác minh",
            "paper": "QĐ-1",
        }
        draft = desk.takes(server.prepares("change_attestation", change, *by, *at))
        assert "(suspended)" in desk.does("attest", "show", draft)
        desk.does("attest", "sign", draft, "--yes", "--key", key, RICE_LEDGER_PIN=PIN)
        draft = server.takes(draft)
        first = server.does("attest", "submit", draft, "--to", folder, "--json")
        assert first == server.does("attest", "submit", draft, "--to", folder, "--json")
    withdrawal = {**change, "state": "withdrawn", "reason": "sai số liệu", "paper": "QĐ-2"}
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
    new = {"jwk": public["jwk"], "admin": False, "not_after": "2027-12-31T00:00:00Z"}
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
