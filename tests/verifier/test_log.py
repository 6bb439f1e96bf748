"""What JavaScript reads of JSON, numbers, times and the tree, beside what Python does."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from ledger.log import encoding, merkle
from tests import conformance_data
from tests.verifier.reading import Case, b64, bent_bytes, compare, pieces, sealed_statements

SPELLINGS = [
    *(
        '""',
        '"a',
        "",
        " ",
        "nul",
        "null",
        "true ",
        "[]",
        "{}",
        "[1,]",
        "[,1]",
        "{,}",
        '{"a"}',
        "[1 2]",
    ),
    *(
        "-0",
        "[-0]",
        "0",
        "00",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e5",
        "1E5",
        "1.5e3",
        "NaN",
        "Infinity",
    ),
    *(
        "-Infinity",
        "9007199254740991",
        "9007199254740992",
        "-9007199254740991",
        "-9007199254740992",
    ),
    *("[9007199254740993]", "1" * 17, "1" * 18, "18446744073709551616", "1" * 5_000, "0" * 40),
    *("0.5", "0.50", "-0.5", "-0.0", "0.0", "1.25", "1.001", "1.0001", "123456789012.5"),
    *("1234567890123.5", "1.123456789012", "1.1234567890123", "123456789012345678.5", "1.5E1"),
    *(
        '{"a":1,"a":2}',
        '{"b":1,"a":2}',
        '{"a":1,"b":2}',
        '{"a": 1}',
        ' {"a":1}',
        '{"a":1}\n',
        "[1]]",
    ),
    *(
        '{"__proto__":1}',
        '{"constructor":{"a":1}}',
        '{"":0}',
        '{"1":1,"10":2,"2":3}',
        '{"2":1,"10":2}',
    ),
    *(
        '"\\u0041"',
        '"\\u001f"',
        '"\\u001F"',
        '"\\u0008"',
        '"\\b"',
        '"\\/"',
        '"/"',
        '"\\x"',
        '"\\u12"',
    ),
    *('"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00\\ud83d"', '"\\ud83dx"', '"\\"\\\\"', '"\\u00e9"'),
    *(
        '"\t"',
        '"\x7f"',
        '"\\u007f"',
        '"\x1f"',
        '"\u2028"',
        '"é"',
        '"e\u0301"',
        '"\u0301"',
        '"\\n\u0303"',
    ),
    *('{"é":1}', '{"e\u0301":1}', '{"a":"Cần Thơ"}', '{"😀":1,"\uffff":2}', '"\ufeff"', "\ufeff1"),
    *("[" * 32 + "]" * 32, "[" * 33 + "]" * 33, "[" * 34 + "]" * 34, "[" * 32 + "1" + "]" * 32),
    *(
        "[" * 33 + "1" + "]" * 33,
        "[" * 20_000,
        '{"a":' * 31 + "{}" + "}" * 31,
        '{"a":' * 33 + "1" + "}" * 33,
    ),
    *(
        '["' + "a" * 5_000 + '"]',
        '"\u1e9b\u0323"',
        '"\uac00"',
        '"\u1100\u1161"',
        '"\u212b"',
        '"\u0958"',
    ),
]
ODD_BYTES = [
    b"\xff",
    b'"\xed\xa0\x80"',
    b'"\xc0\x80"',
    b'"\xf4\x90\x80\x80"',
    b'"\xe9"',
    b"\xfe\xff",
    b"[\x00]",
]


def test_json_is_read_alike() -> None:
    chance = random.Random(1)
    spelled = [text.encode() for text in SPELLINGS] + ODD_BYTES
    payloads = [pieces(data)[1] for data in sealed_statements()[:150] if data[:1] != b"{"]
    bent = [
        bent_bytes(data, chance, b'{}[]":,\\u0019.-eE \xcc\x81\xc3')
        for data in payloads + spelled * 3
    ]
    cases = [b64(data) for data in spelled + payloads + bent]
    read, refused = compare(
        case
        for data in cases
        for case in (("json", data, False), ("json", data, True), ("canonical", data))
    )
    assert read > 400
    assert refused > 400


def test_json_is_written_alike() -> None:
    controls = json.dumps(["".join(map(chr, range(0x80))), {"\x1f\n": "\x7f"}])
    cases = [b64(text.encode()) for text in [*SPELLINGS, controls, '[[],{},{"a":[{}]}]']]
    read, _ = compare(("written", data, indent) for data in cases for indent in (0, 1))
    assert read > 60


def test_bytes_and_texts_are_spelled_alike() -> None:
    chance = random.Random(2)
    data = [chance.randbytes(length) for length in range(150)]
    texts = [encoding.encode_base64(one) for one in data[:60]]
    texts += [text.rstrip("=") + "=" * chance.randrange(4) for text in texts]
    letters = b"AZaz09+/-_= \n\x80"
    texts += [bent_bytes(text.encode(), chance, letters).decode("latin-1") for text in texts * 4]
    texts += [
        "A",
        "AA",
        "AA=",
        "AA==",
        "AAA=",
        "AAB=",
        "AB==",
        "====",
        "A===",
        "\U0001f600",
        "AA=A",
    ]
    names = ["", "a", "\uffff", "\U00010000", "\ue000", "a\U0001f600", "a\uff5e", "ab", "\x00"] * 2
    cases: list[Case] = [("spelled", b64(one)) for one in data]
    cases += [("sha256", b64(one)) for one in data]
    cases += [(kind, text) for text in texts for kind in ("base64", "base64url")]
    cases += [("sorted", chance.sample(names, len(names))) for _ in range(20)]
    compare(cases)


def test_counts_and_times_are_read_alike() -> None:
    chance = random.Random(3)
    counts = [
        "0",
        "00",
        "1",
        "-1",
        "+1",
        "",
        " 1",
        "1\n",
        "1_0",
        "\uff11",
        str(2**53),
        str(2**53 + 1),
    ]
    counts += [str(2**63 - 1), str(2**63), "9" * 19, "9" * 20, "1e3", "0x1"]
    times = ["2026-03-02T08:40:00.000Z", "2024-02-29T23:59:59.999Z", "2025-02-29T00:00:00.000Z"]
    times += [
        f"{year:04}-{day}T23:59:59.999Z"
        for year in (0, 1, 2, 1969, 9998, 9999)
        for day in ("01-01", "12-31", "04-31", "02-30", "00-01", "01-00", "13-01")
    ]
    instants = [
        text[:19] + fraction + offset
        for text in times
        for fraction in ("", ".5", ".123456", ".1234567", ".000001", ".9999")
        for offset in ("Z", "+07:00", "-23:59", "+23:59", "+24:00", "-00:00", "z", "")
    ]
    letters = b"0123456789:-.TZ+ zt\n"
    bent = [
        bent_bytes(text.encode(), chance, letters).decode("latin-1")
        for text in times * 9 + instants
    ]
    cases: list[Case] = [("count", text) for text in counts]
    cases += [("time", text) for text in times + bent]
    cases += [("instant", text) for text in instants + bent]
    read, refused = compare(cases)
    assert read > 200
    assert refused > 300


def _proofs() -> Iterator[list[Any]]:
    """Yield good proofs out of small trees, and what else the vectors ask."""
    for probe in conformance_data.load("merkle/inclusion.json")["probes"]:
        leaf, path = probe["leafHash"] or "", probe["proof"] or []
        yield [probe["root"] or "", str(probe["treeSize"]), str(probe["leafIdx"]), leaf, path]
    for size in (1, 2, 3, 5, 8, 13, 33):
        leaves = [merkle.leaf_hash(bytes([at])) for at in range(size)]
        read = merkle.read_from(leaves)
        for index in range(0, size, 3):
            path = [b64(node) for node in merkle.prove_inclusion(index, size, read)]
            root = b64(merkle.root_of(leaves))
            yield [root, str(size), str(index), b64(leaves[index]), path]


def test_inclusion_is_judged_alike() -> None:
    chance = random.Random(4)
    cases: list[Case] = []
    for root, size, index, leaf, path in _proofs():
        cases.append(("inclusion", root, size, index, leaf, path))
        sizes = (str(int(size) + 1), str(int(size) * 2), "0", str(2**63 - 1), index)
        cases += [("inclusion", root, other, index, leaf, path) for other in sizes]
        indexes = (str(int(index) ^ 1), "-1", size, str(2**60))
        cases += [("inclusion", root, size, other, leaf, path) for other in indexes]
        cases.append(("inclusion", leaf, size, index, root, path))
        cases.append(("inclusion", root, size, index, leaf, [*path, root]))
        cases.append(("inclusion", root, size, index, leaf, path[1:]))
        cases.append(
            ("inclusion", root, size, index, leaf, [*path[:-1], b64(chance.randbytes(31))])
        )
    read, refused = compare(cases)
    assert read > 20
    assert refused > 200
