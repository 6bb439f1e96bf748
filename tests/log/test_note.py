from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError, SignatureError
from ledger.log import encoding, note
from ledger.log.keys import Ed25519SigningKey, admit_key, ed25519_jwk
from ledger.log.note import Note, NoteKey, NoteSignature
from tests.conformance_data import load

ED = Ed25519SigningKey.from_seed(bytes(range(32)))
OTHER = Ed25519SigningKey.from_seed(bytes(32))
NAME = "demo.rice.example/dx-2026"
KEY = note.note_key(NAME, ED.public)
TEXT = "Gạo Cần Thơ\n\n15 entries\n"
SIGNED = note.sign_note(TEXT, NAME, ED)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(note.is_key_name)


def test_published_notes() -> None:
    published = load("c2sp/signed-note.json")
    key = note.parse_vkey(published["vkey"])
    assert (key.name, key.id.hex()) == (published["key_name"], published["key_id_hex"])
    for case in published["cases"]:
        if case["expect"] == "accept":
            assert note.open_note(case["note"], [key]).text == case["text"], case["name"]
        else:
            with pytest.raises((MalformedError, SignatureError)):
                note.open_note(case["note"], [key])


def test_published_signing_key_signs_the_published_checkpoints() -> None:
    log = load("c2sp/testlog-15.json")
    body = encoding.decode_base64(log["published_test_signing_key"].split("+", 4)[4])
    key = Ed25519SigningKey.from_seed(body[1:])
    name = note.parse_vkey(log["vkey"]).name
    assert note.format_vkey(note.note_key(name, key.public)) == log["vkey"]
    for signed in log["checkpoints"].values():
        assert note.sign_note(note.parse_note(signed).text, name, key) == signed


def test_a_note_opens_for_whoever_brings_the_key() -> None:
    assert note.open_note(SIGNED, [KEY]).text == TEXT
    for stranger in (
        note.note_key(NAME, OTHER.public),
        note.note_key("demo.rice.example/dx-2027", ED.public),
        note.note_key(NAME, ED.public, note.COSIGNATURE),
    ):
        with pytest.raises(SignatureError):
            note.open_note(SIGNED, [stranger])


def test_no_byte_of_a_note_is_decoration() -> None:
    data = SIGNED.encode()
    for position in range(len(data)):
        for bit in range(8):
            bent = bytearray(data)
            bent[position] ^= 1 << bit
            try:
                text = bent.decode()
            except UnicodeDecodeError:
                continue
            with pytest.raises(LedgerError):
                note.open_note(text, [KEY])


def test_signatures_of_unknown_types_are_passed_over() -> None:
    raw = bytes(1312)
    ml_dsa = NoteKey("witness.example", note.ML_DSA_COSIGNATURE, raw, None)
    assert note.parse_vkey(note.format_vkey(ml_dsa)) == ml_dsa
    line = note.format_signature(NoteSignature(ml_dsa.name, ml_dsa.id, bytes(2428)))
    opened = note.open_note(SIGNED + line, [KEY, ml_dsa])
    assert [key for key, _ in opened.signed_by] == [KEY]
    with pytest.raises(SignatureError):
        note.open_note(TEXT + "\n" + line, [ml_dsa])


def test_a_hundred_signatures_are_enough() -> None:
    line = note.format_signature(NoteSignature("other.example", b"abcd", b"s"))
    note.open_note(SIGNED + line * 99, [KEY])
    with pytest.raises(MalformedError):
        note.open_note(SIGNED + line * 100, [KEY])


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")),
    signatures=st.lists(
        st.builds(
            NoteSignature,
            NAMES,
            st.binary(min_size=4, max_size=4),
            st.binary(min_size=1, max_size=80),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_notes_read_back(text: str, signatures: list[NoteSignature]) -> None:
    written = Note(text + "\n", tuple(signatures))
    assert note.parse_note(note.format_note(written)) == written


@given(NAMES, st.sampled_from([note.ED25519, note.COSIGNATURE]))
def test_verifier_keys_read_back(name: str, kind: int) -> None:
    key = note.note_key(name, ED.public, kind)
    assert note.parse_vkey(note.format_vkey(key)) == key


LINE = SIGNED.splitlines()[-1]


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "\n",
        TEXT,
        TEXT + "\n",
        SIGNED[:-1],
        SIGNED + "\n",
        SIGNED.replace("— ", "—  "),
        SIGNED.replace("— ", "- "),
        SIGNED.replace("— ", "—"),
        SIGNED.replace(LINE, LINE + " "),
        SIGNED.replace(LINE, LINE + " more"),
        SIGNED.replace(LINE, LINE + "\n— x\n"),
        SIGNED.replace(LINE, LINE.rpartition(" ")[0] + " AAAAAA=="),
        SIGNED.replace("\n", "\r\n"),
        "\t" + SIGNED,
        "\0" + SIGNED,
        "\ud800" + SIGNED,
        "x" * note.NOTE_LENGTH_MAX + SIGNED,
    ],
)
def test_what_is_no_note_is_refused(signed: str) -> None:
    with pytest.raises(MalformedError):
        note.open_note(signed, [KEY])


VKEY = note.format_vkey(KEY)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        VKEY + "\n",
        VKEY[:-1],
        VKEY.replace("demo", "Demo"),
        VKEY.replace("demo", "de mo"),
        VKEY.upper(),
        "+".join([NAME, KEY.id.hex().upper() + "0", VKEY.rpartition("+")[2]]),
        "+".join(["", KEY.id.hex(), VKEY.rpartition("+")[2]]),
        note.format_vkey(NoteKey(NAME, note.ED25519, bytes(32), None)),
        note.format_vkey(NoteKey(NAME, note.ED25519, KEY.raw[:-1], None)),
        note.format_vkey(NoteKey(NAME, note.ML_DSA_COSIGNATURE, b"", None)),
    ],
)
def test_other_verifier_keys_are_refused(vkey: str) -> None:
    assert note.parse_vkey(VKEY) == KEY
    with pytest.raises(MalformedError):
        note.parse_vkey(vkey)


def test_a_key_is_named_without_spaces_of_any_alphabet() -> None:
    assert note.is_key_name("sổ-cái.example/2026")
    for name in ("", "a b", "a+b", "a\u00a0b", "a\u2028b", "a\tb", "a\x07b", "\ud800"):
        assert not note.is_key_name(name)


def test_keys_of_notes_are_admitted_as_strictly_as_others() -> None:
    raw = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    with pytest.raises(MalformedError):
        admit_key(ed25519_jwk(raw))
    with pytest.raises(MalformedError):
        note.parse_vkey(note.format_vkey(NoteKey(NAME, note.COSIGNATURE, raw, None)))
