from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError
from ledger.log import encoding
from ledger.log.cose import CREDENTIAL, PRESENTATION, parse_cose, seal_cose
from ledger.log.keys import SigningKey
from ledger.log.secured import check_secured, parse_secured
from ledger.log.statement import STATEMENT_LENGTH_MAX, parse_statement
from tests.conformance_data import read
from tests.log.issuing import ED, ES, FOLDER, METHODS, check_every_bit, document, published, sign1

PAYLOAD = json.dumps(document()).encode()
KID = ED.public.kid.encode()
HEADER: dict[Any, Any] = {1: -8, 3: "application/vc", 4: KID, 16: CREDENTIAL}


@pytest.mark.parametrize("key", [ED, ES])
@pytest.mark.parametrize("typ", [CREDENTIAL, PRESENTATION])
@given(payload=st.binary(min_size=1, max_size=300))
def test_what_is_sealed_opens(key: SigningKey, typ: str, payload: bytes) -> None:
    message = parse_cose(seal_cose(payload, typ=typ, key=key))
    assert (message.typ, message.payload) == (typ, payload)
    assert (message.signature.kid, message.signature.alg) == (key.public.kid, key.alg)
    signature = message.signature
    key.public.verify(signature.signing_input, signature.signature, signature.alg)


def test_what_is_signed_is_spelled_out() -> None:
    # RFC 9052 section 4.4: an array of four, the context "Signature1", the header, nothing, text.
    data = sign1(HEADER, b"rice")
    header = cbor2.dumps(HEADER)
    spelled = b"\x84\x6aSignature1\x58" + bytes([len(header)]) + header + b"\x40\x44rice"
    assert parse_cose(data).signature.signing_input == spelled


def test_the_published_messages_are_spelled_as_ours() -> None:
    raw = encoding.decode_base64(
        read(FOLDER + "credential-cose-minimal.txt").decode().strip() + "=="
    )
    message = parse_cose(raw)
    kid = message.signature.kid.encode()
    header = {1: -7, 3: "application/vc", 4: kid, 16: CREDENTIAL}
    parts = [cbor2.dumps(header), {}, message.payload, message.signature.signature]
    assert cbor2.dumps(cbor2.CBORTag(18, parts)) == raw


def test_no_bit_of_it_is_decoration() -> None:
    text = read(FOLDER + "credential-cose-minimal.txt").strip()
    p256 = published("vm-p256.json")
    check_every_bit(text, p256)
    check_every_bit(encoding.decode_base64(text.decode() + "=="), p256)
    check_every_bit(seal_cose(PAYLOAD, typ=CREDENTIAL, key=ED), METHODS)


def test_both_spellings_of_the_message_are_one() -> None:
    raw = seal_cose(PAYLOAD, typ=CREDENTIAL, key=ED)
    padded = encoding.encode_base64(raw).encode()
    assert padded.endswith(b"=")
    bare = padded.rstrip(b"=")
    secured = parse_secured(raw)
    for text in (padded, bare, b" \r\n" + bare + b"\n"):
        assert parse_secured(text) == secured
    short = encoding.encode_base64(raw + b"\0").encode()
    for text in (
        encoding.encode_base64url(raw).encode().replace(b"+", b"-"),
        raw.hex().encode(),
        bare + b"=" * (3 - (-len(bare) % 4)),
        bare[:8] + b"\n" + bare[8:],
        short,
    ):
        if text != bare:
            with pytest.raises(MalformedError):
                parse_secured(text)


@pytest.mark.parametrize(
    "header",
    [
        {**HEADER, 2: [16]},
        {**HEADER, 2: [], 99: 1},
        {**HEADER, 15: {1: "https://srp.example"}},
        {**HEADER, 33: b"certificate"},
        {**HEADER, 5: b"iv"},
        {**HEADER, "alg": -8},
        {**HEADER, -1: 1},
        {True: -8, 3: "application/vc", 4: KID, 16: CREDENTIAL},
        {1.0: -8, 3: "application/vc", 4: KID, 16: CREDENTIAL},
        {**HEADER, 1: -7.0},
        {**HEADER, 1: -65535},
        {**HEADER, 1: 5},
        {**HEADER, 1: "EdDSA"},
        {**HEADER, 1: False},
        {**HEADER, 3: "application/vp"},
        {**HEADER, 3: 50},
        {**HEADER, 3: None},
        {**HEADER, 3: b"application/vc"},
        {**HEADER, 4: ED.public.kid},
        {**HEADER, 4: b""},
        {**HEADER, 4: b"a b"},
        {**HEADER, 4: "khóa".encode()},
        {**HEADER, 4: b"\x7f"},
        {**HEADER, 4: b"k" * 513},
        {**HEADER, 4: 5},
        {**HEADER, 16: "vc+cose"},
        {**HEADER, 16: "application/vc+jwt"},
        {**HEADER, 16: ["application/vc+cose"]},
        {**HEADER, 16: {}},
        {label: HEADER[label] for label in (3, 4, 16)},
        {label: HEADER[label] for label in (1, 3, 16)},
        {label: HEADER[label] for label in (1, 3, 4)},
        {},
        [],
        5,
        b"",
        b"\xa0\xa0",
        b"\xbf\x01\x27\xff",
    ],
)
def test_a_header_outside_the_profile_is_refused(header: object) -> None:
    check_secured(parse_secured(sign1(HEADER, PAYLOAD)), METHODS)
    bare = {label: HEADER[label] for label in (16, 1, 4)}  # any order, content type left out
    check_secured(parse_secured(sign1(bare, PAYLOAD)), METHODS)
    with pytest.raises(MalformedError):
        parse_cose(sign1(header, PAYLOAD))


@pytest.mark.parametrize(
    "header",
    [
        # The same header again, with one value spelled longer, or a label given twice.
        cbor2.dumps(HEADER).replace(b"\x01\x27", b"\x01\x38\x07", 1),
        cbor2.dumps(HEADER).replace(b"\x01\x27", b"\x18\x01\x27", 1),
        b"\xa5\x01\x27" + cbor2.dumps(HEADER)[1:],
        b"\xbf" + cbor2.dumps(HEADER)[1:] + b"\xff",
        cbor2.dumps(HEADER).replace(b"\x01\x27", b"\x01\xc2\x41\x07", 1),
        cbor2.dumps(HEADER) + b"\xf6",
    ],
)
def test_another_spelling_of_a_header_is_refused(header: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_cose(sign1(header, PAYLOAD))


GOOD = sign1(HEADER, PAYLOAD)
PARTS = cbor2.loads(GOOD).value
ODD_PARTS: list[Any] = [[], PARTS[:3], [*PARTS, b"x"], {}, b"x", [*PARTS[:3], b""]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xd2",
        GOOD[1:],
        GOOD + b"\0",
        GOOD[:-1],
        b"\xd8\x12" + GOOD[1:],
        b"\xd2" + GOOD,
        b"\xd9\xd9\xf7" + GOOD,
        sign1(HEADER, PAYLOAD, tag=98),
        sign1(HEADER, PAYLOAD, tag=17),
        sign1(HEADER, PAYLOAD, unprotected={4: KID}),
        sign1(HEADER, PAYLOAD, unprotected={"note": 1}),
        sign1(HEADER, PAYLOAD, unprotected=[]),
        sign1(HEADER, None),
        sign1(HEADER, b""),
        sign1(HEADER, "text"),
        sign1(HEADER, PAYLOAD + b" " * STATEMENT_LENGTH_MAX),
        *(cbor2.dumps(cbor2.CBORTag(18, parts)) for parts in ODD_PARTS),
        b"\xd2\x9f" + GOOD[2:] + b"\xff",
        b"\xd2\x98\x04" + GOOD[2:],
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    parse_cose(GOOD)
    with pytest.raises(MalformedError):
        parse_cose(data)


def test_nothing_is_looked_into_that_lies_deeper_than_a_message() -> None:
    for deep in (b"\xd2" + b"\x81" * 9 + b"\0", b"\xd2" * 50_000 + b"\0", b"\x81" * 50_000):
        with pytest.raises(MalformedError) as refusal:
            parse_cose(deep)
        assert refusal.value.code == "malformed"


def test_a_payload_is_strict_json_and_itself_the_document() -> None:
    for payload in (
        b"[]",
        b"{",
        b'{"a":1,"a":1}',
        b'{"vc":{}}',
        b'{"vp":{}}',
        cbor2.dumps({"a": 1}),
    ):
        with pytest.raises(MalformedError):
            parse_secured(sign1(HEADER, payload))


def test_it_makes_no_entry() -> None:
    for data in (GOOD, encoding.encode_base64(GOOD).encode()):
        with pytest.raises(MalformedError):
            parse_statement(data)


CBOR = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=8)
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-2, 20) | st.text(max_size=2), inner, max_size=4)
        | st.builds(cbor2.CBORTag, st.integers(0, 300), inner)
    ),
    max_leaves=8,
)


@given(header=CBOR, payload=CBOR, unprotected=CBOR)
def test_odd_parts_are_read_or_refused(
    header: object, payload: object, unprotected: object
) -> None:
    for data in (
        sign1(header, payload, unprotected=unprotected),
        sign1(header, PAYLOAD),
        sign1({**HEADER, 3: header, 16: payload}, PAYLOAD),
        sign1({**HEADER, 1: header}, PAYLOAD),
        cbor2.dumps(cbor2.CBORTag(18, header)),
    ):
        with suppress(LedgerError):
            parse_secured(data)


@given(data=st.binary(max_size=200), cut=st.integers(0, len(GOOD)))
def test_any_bytes_are_read_or_refused(data: bytes, cut: int) -> None:
    for given_bytes in (data, b"\xd2" + data, b"\xd2\x84" + data, GOOD[:cut] + data + GOOD[cut:]):
        for spelled in (given_bytes, encoding.encode_base64(given_bytes).encode()):
            with suppress(LedgerError):
                parse_secured(spelled)
