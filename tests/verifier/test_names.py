"""What JavaScript makes of DIDs, their documents, GS1 keys and quoted numbers, beside Python."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from ledger.errors import LedgerError
from ledger.log.encoding import encode_base64
from ledger.log.keys import EcdsaSigningKey
from ledger.rice import gs1
from ledger.rice.did_documents import document_url, ledger_document, named_kids, read_snapshot
from ledger.rice.digital_link import format_path
from ledger.rice.terms import check_quoted, number_of
from tests.verifier.bent_statements import Bender, Json, Said
from tests.verifier.test_readers import read_in_javascript
from tests.world import key_of

AT = datetime(2026, 3, 1, tzinfo=UTC)
LOTS = ("L1", "A/B", "(1)*'!", '"%&+,-.:;<=>?_', "a b", "a~b", "#", "é", "", "x" * 20, "x" * 21)
URLS = (
    *("did:web:a.example", "did:web:a.example%3A8443", "did:web:a.example:u:b", "did:web:"),
    *("did:web:a.example:..:b", "did:web:a.example:%2e%2e", "did:web:A.example", "did:key:z6Mk"),
    *("did:web:a.example:", "did:web:a.example%2Fb", "did:web:-a", "did:web:a%3A123456:~:%C3%A9"),
)
URIS = (
    *("urn:rice:paper:12", "urn:rice:paper:H%C4%90-01", "urn:rice:paper:%41", "urn:rice:paper:%FF"),
    *("urn:rice:paper:e%CC%81", "urn:rice:paper:%ED%A0%80", "urn:rice:paper:%2F%28%29", "a:%zz%4"),
    *("x:%EF%BB%BFx", "x:%C3", "x:%F0%9F%8C%BE", "none", "x:a b!'()*~"),
)
KEYS = (
    *("09521234000303", "9521234000303", "9521235000012", "095212340003030004", "0952123400030"),
    *("CSQU3054383", "ZZDU2632040", "CSQU3054384", "csqu3054383", "٠٩٥٢١٢٣٤"),
)


def _documents() -> list[Said]:
    """Return documents of ledgers, one of each kind of key, and one that brings its key inside."""
    host = "demo.rice.example"
    keys = (key_of("log").public, EcdsaSigningKey.from_number(7).public)
    documents = [ledger_document(host, key) for key in keys]
    relative = json.loads(json.dumps(documents[0]))
    relative["assertionMethod"] = [f"#{keys[0].kid}"]
    inside = json.loads(json.dumps(documents[1]))
    inside["assertionMethod"] = inside.pop("verificationMethod")
    marked = json.loads(json.dumps(documents[0]))
    marked["verificationMethod"][0] |= {"expires": "2026-03-01T00:00:00Z", "revoked": None}
    documents += [relative, inside, marked]
    return [
        Said(kind, json.dumps(each, sort_keys=True, separators=(",", ":")).encode(), each["id"])
        for each in documents
        for kind in ("snapshot", "named")
    ]


def test_documents_are_read_alike() -> None:
    documents = _documents()
    _same([*documents, *Bender(documents, seed=7).bent(1_500)])


def test_names_are_written_alike() -> None:
    drawn = random.Random(11)
    texts = [("lot", each) for each in LOTS] + [("url", each) for each in URLS]
    texts += [("quoted", each) for each in URIS]
    texts += [("quoted", f"x:{quote(chr(drawn.randrange(0x20, 0xD7FF)))}") for _ in range(500)]
    texts += [("digits", each) for each in KEYS] + [("gtin", each) for each in KEYS]
    texts += [("digits", str(drawn.randrange(10**13, 10**14))) for _ in range(200)]
    texts += [("digits", f"CSQU{drawn.randrange(10**6, 10**7)}") for _ in range(200)]
    _same([Said(kind, each.encode()) for kind, each in texts])


def _same(said: list[Said]) -> None:
    for one, here, there in zip(said, map(_read, said), read_in_javascript(said), strict=True):
        assert here == there, one


def _read(said: Said) -> dict[str, Json]:
    text = said.payload.decode(errors="replace")
    readers: dict[str, Callable[[], Json]] = {
        "snapshot": lambda: sorted(read_snapshot(said.payload, said.kid, AT)),
        "named": lambda: sorted(named_kids(encode_base64(said.payload))),
        "url": lambda: document_url(text),
        "lot": lambda: format_path(("01", "09521234000303"), ("10", text)),
        "gtin": lambda: format_path(("01", text)),
        "digits": lambda: [
            *(gs1.is_gtin(text), gs1.is_gln(text), gs1.is_sscc(text), gs1.is_container(text)),
        ],
        "quoted": lambda: [_is_quoted(text), number_of(text), quote(text, safe="")],
    }
    try:
        return {"body": readers[said.kind]()}
    except LedgerError as refusal:
        return {"refused": refusal.code}


def _is_quoted(uri: str) -> bool:
    try:
        check_quoted(uri)
    except ValueError:
        return False
    return True
