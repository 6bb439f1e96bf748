"""Which statements, notes and policies JavaScript reads, beside those that Python does."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from ledger.log import encoding, keys, note, statement
from ledger.log.checkpoint import cosign_checkpoint, sign_checkpoint
from tests import conformance_data
from tests.verifier.reading import (
    FOLDERS,
    ORIGIN,
    Case,
    b64,
    bent_bytes,
    compare,
    head_of,
    joined,
    pieces,
    sealed_statements,
)

ODD_VALUES: dict[str, list[Any]] = {
    "alg": ["none", "HS256", "ES384", "ES256", "Ed25519", "eddsa", 1, None, ["EdDSA"], {}],
    "typ": ["JWT", "vc+jwt", "vp+jwt", "vc+sd-jwt", "vc", "", 5, None, {}, [{}]],
    "kid": ["", "a" * 512, "a" * 513, "a b", "é", "\x7f", 7, None, "did:web:a#b"],
    "ledger": ["", "a/b", "a b", "x" * 600, 1, None],
    "cty": ["vc", "vp", "VC", 1, None],
}
HEADERS: list[dict[str, Any]] = [
    *({name: value} for name, values in ODD_VALUES.items() for value in values),
    *(
        {"crit": ["b64"]},
        {"b64": False},
        {"jwk": {}},
        {"jku": "https://a"},
        {"x5c": ["AA=="]},
        {"zip": "DEF"},
    ),
    *({"iss": "did:web:a"}, {"__proto__": "a"}, {"": ""}, {"kid": "k" * 500, "ledger": "l" * 500}),
]


def _with_header(data: bytes, change: dict[str, Any]) -> Iterator[bytes]:
    header, payload, signature = pieces(data)
    members = json.loads(header) | change
    yield joined(json.dumps(members, ensure_ascii=False).encode(), payload, signature)
    dropped = {name: value for name, value in members.items() if name not in change}
    yield joined(json.dumps(dropped).encode(), payload, signature)


def _generals() -> Iterator[bytes]:
    """Yield statements of several signers, good ones and others."""
    signers = [keys.Ed25519SigningKey.from_seed(bytes([at]) * 32) for at in range(34)]
    body = b'{"a":1}'
    for count in (0, 1, 2, 32, 33):
        yield statement.seal_many(body, keys=signers[:count], ledger=ORIGIN)
    yield statement.seal_many(body, keys=[signers[0], signers[0]], ledger=ORIGIN)
    yield statement.seal_many(body, keys=signers[:2], ledger=ORIGIN, typ=statement.EVENT)
    yield statement.seal_many(b"", keys=signers[:2], ledger=ORIGIN)
    good = json.loads(statement.seal_many(body, keys=signers[:2], ledger=ORIGIN))
    other = json.loads(statement.seal_many(body, keys=signers[2:3], ledger="other"))
    mixed = {**good, "signatures": good["signatures"] + other["signatures"]}
    unsigned = {**good, "signatures": [{**good["signatures"][0], "signature": ""}]}
    loose = {**good, "signatures": [{**good["signatures"][0], "header": {}}]}
    for value in (
        mixed,
        unsigned,
        loose,
        {**good, "header": {}},
        {**good, "payload": 5},
        {**good, "signatures": {}},
        {"payload,signatures": 1},
        {**good, "signatures": [5]},
    ):
        yield encoding.exact_json(value)
    yield json.dumps(good).encode()


def _bent_statements() -> list[bytes]:
    chance = random.Random(7)
    good = list(sealed_statements())
    compact = [data for data in good if data[:1] != b"{"]
    kinds = {pieces(data)[0][:60]: data for data in compact}
    bent = [
        one
        for data in list(kinds.values())[:6]
        for change in HEADERS
        for one in _with_header(data, change)
    ]
    generals = [*_generals(), *(data for data in good if data[:1] == b"{")]
    for data in (generals * 4 + compact)[:400]:
        bent.append(bent_bytes(data, chance, b'AZaz09-_.="{}:, \x80'))
        if data[:1] != b"{":
            header, payload, signature = pieces(data)
            bent.append(joined(bent_bytes(header, chance, b'":{},a\\u0 '), payload, signature))
    first = compact[0]
    bent += [
        first + b".",
        b"." + first,
        first + b"." + first,
        b"..",
        b"",
        b"a.b",
        first[:-1] + b"=",
        first + b"A" * (60_000 - len(first)),
        first + b"A" * (60_001 - len(first)),
        first + b"\n",
    ]
    return [*good, *generals, *bent]


def test_statements_are_read_alike() -> None:
    read, refused = compare(("statement", b64(data)) for data in _bent_statements())
    assert read > 200
    assert refused > 300


def test_signatures_of_statements_are_judged_alike() -> None:
    chance = random.Random(8)
    signers: list[keys.MemoryKey] = [
        keys.Ed25519SigningKey.from_seed(bytes([at]) * 32) for at in range(3)
    ]
    signers.append(keys.EcdsaSigningKey.from_number(99))
    known = [[one.public.kid, dict(one.public.jwk), False] for one in signers]
    sealed = [
        statement.seal(b'{"a":1}', typ=statement.ACT, key=one, ledger=ORIGIN) for one in signers
    ]
    sealed += [statement.seal_many(b"{}", keys=signers, ledger=ORIGIN)]
    bent = [bent_bytes(data, chance, b"ABCD-_09") for data in sealed * 25]
    crossed = [[known[0][0], *known[1][1:]], *known[1:]]
    read, refused = compare(
        ("signed", b64(data), held)
        for data in [*sealed, *bent]
        for held in (known, known[1:], crossed)
    )
    assert read > 5
    assert refused > 100


def test_claims_of_credentials_are_read_alike() -> None:
    credentials = [data for data in sealed_statements() if b'"vc+jwt"' in head_of(data)]
    cases = list(credentials)
    header, payload, signature = pieces(credentials[0])
    claims = json.loads(payload)
    issuer = claims["issuer"]["id"]
    odd: dict[str, list[Any]] = {
        "vc": [{}],
        "vp": [1],
        "iss": [issuer, "a", None],
        "issuer": [issuer, None, [issuer], {"id": 5}],
        "x": [1.5, 1e9],
    }
    changed = [{**claims, name: value} for name, values in odd.items() for value in values]
    cases += [joined(header, json.dumps(one).encode(), signature) for one in changed]
    for kid in (issuer, f"{issuer}#", f"{issuer}#a#b", "#a", f"{issuer}x#a", "k"):
        cases += _with_header(credentials[0], {"kid": kid})
    cases += [joined(header, data, signature) for data in (b"[]", b"1", b"{}", b'"a"', b"1.5", b"")]
    read, refused = compare(("claims", b64(data)) for data in cases)
    assert read > 5
    assert refused > 10


def _notes() -> Iterator[tuple[str, str]]:
    """Yield notes, each with the policy of who trusts it."""
    published = conformance_data.load("c2sp/signed-note.json")
    for case in published["cases"]:
        yield case["note"], f"log {published['vkey']}\nquorum none\n"
    for case in conformance_data.load("c2sp/cosignature-v1.json")["vectors"]:
        yield case["checkpoint"], f"witness w {case['vkey']}\nquorum w\n"
    for folder in FOLDERS[::40]:
        bundle, trust = (
            json.loads((folder / name).read_bytes()) for name in ("bundle.json", "trust.json")
        )
        yield bundle["checkpoint"], trust["policy"]
        yield bundle["state"], trust["policy"]
    yield from _cosigned()


def _cosigned() -> Iterator[tuple[str, str]]:
    log, *others = (keys.Ed25519SigningKey.from_seed(bytes([at]) * 32) for at in range(4))
    names = ["one.example", "two.example", "three.example"]
    lines = [f"log {note.format_vkey(note.note_key(ORIGIN, log.public))}"]
    for name, key in zip(names, others, strict=True):
        vkey = note.format_vkey(note.note_key(name, key.public, note.COSIGNATURE))
        lines.append(f"witness {name[:-8]} {vkey} https://{name}/")
    lines += ["# who", "group g 2 one two three"]
    for size in (0, 7, 2**53 + 1, 2**63 - 1):
        signed = sign_checkpoint(ORIGIN, size, sha256(b"").digest(), log)
        for count in range(4):
            for quorum in ("g", "one", "none"):
                yield signed, "\n".join([*lines, f"quorum {quorum}", ""])
            if count < 3:
                signed = cosign_checkpoint(signed, names[count], others[count], 1_700_000_000)


def test_notes_and_checkpoints_are_judged_alike() -> None:
    chance = random.Random(9)
    cases: list[Case] = []
    for text, policy in _notes():
        cases += [("checkpoint", text, policy), ("cosigned", text, policy), ("note", text)]
        for _ in range(12):
            letters = "\n\n — aA09+/=\t\x00\x85\xa0\u2003\ufeff"
            bent = list(text)
            at = chance.randrange(len(bent))
            bent[at : at + chance.randrange(2)] = chance.choice(letters)
            cases += [(kind, "".join(bent), policy) for kind in ("checkpoint", "cosigned")]
            cases.append(("note", "".join(bent)))
    long = "a\n\n" + "— a AAAAAAA=\n" * 101
    cases += [("note", long), ("note", long[:-14]), ("note", "é" * 999_985 + "\n\n— a AAAAAAA=\n")]
    read, refused = compare(cases)
    assert read > 50
    assert refused > 200


def test_policies_are_read_alike() -> None:
    chance = random.Random(10)
    policies = list(dict.fromkeys(policy for _, policy in _notes()))
    extra = [
        "group h all one g",
        "group h 0 one",
        "group h 2 one",
        "group g any one",
        "quorum g",
        "group h any nobody",
        "log x",
        "witness one x",
        "group none any one",
        "quorum none extra",
        "\tgroup  h\tany   one ",
        "group h 01 one",
        "group __proto__ any one",
    ]
    texts = list(policies)
    for text in policies:
        lines = text.split("\n")
        texts += ["\n".join([*lines[:-2], line, *lines[-2:]]) for line in extra]
        for _ in range(60):
            letters = "\n \t#+aA0é\x7f\x85=/\r"
            bent = list(text)
            at = chance.randrange(len(bent))
            bent[at : at + chance.randrange(2)] = chance.choice(letters)
            texts.append("".join(bent))
        texts += [chance.choice([text.replace(" ", "  "), "\n".join(lines[::-1]), text + text])]
    read, refused = compare(("policy", text) for text in texts)
    assert read > 20
    assert refused > 50
