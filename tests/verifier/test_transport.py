"""Bundles as they travel to phones: written out again to the byte, and small."""

from __future__ import annotations

import gzip
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import structs

from ledger.errors import LedgerError
from ledger.proof.bundle import Bundle, read_bundle, write_bundle
from ledger.proof.transport import pack
from tests.vectors.make import FOLDER
from tests.verifier.node import printed_by_node

HERE = Path(__file__).parent
TYPICAL = read_bundle((FOLDER / "one-bag" / "bundle.json").read_bytes())
FORGED = {
    *("chain-broken_fail", "entry-changed_fail", "hash-with-stray-bits_fail"),
    *("proof-hash-flipped_fail", "statement-changed_fail"),
}
"""Bundles that no ledger makes: what they say of an entry does not follow from the others."""


def unpacked(bundles: list[Bundle]) -> list[str]:
    """Return SHA-256 of what Node makes of packed bundles."""
    given = "".join(f"{b64encode(pack(bundle)).decode()}\n" for bundle in bundles)
    return printed_by_node(HERE / "unpack.mjs", given=given).splitlines()


def test_every_bundle_arrives_to_the_byte() -> None:
    bundles = []
    for folder in sorted(FOLDER.iterdir()):
        if (folder / "bundle.json").exists() and folder.name not in FORGED:
            try:
                bundles.append(read_bundle((folder / "bundle.json").read_bytes()))
            except LedgerError:
                assert folder.name.endswith("_fail")
    assert len(bundles) > 200
    assert unpacked(bundles) == [sha256(write_bundle(bundle)).hexdigest() for bundle in bundles]


@pytest.mark.parametrize(
    "odd",
    [
        "x\x01y\x04",  # signs that the form itself uses
        "A" * 43 + "=",  # base64 whose last bits are none
        "B" * 43 + "=",
        "C" * 86,
        "_" * 43,
        "00000000-0000-0000-0000-00000000000a",
        "eyJ" + "A" * 40,
        "eyJhIjoiXHUwMDAwIn0",  # {"a":"\u0000"}
        "eyJhIjoiBCJ9",  # a control character within
        "€\U00020000",
    ],
)
def test_whatever_stands_in_a_text_arrives(odd: str) -> None:
    bundle = structs.replace(TYPICAL, serial=odd, salt=f"{odd} {odd}", lot="1")
    assert unpacked([bundle]) == [sha256(write_bundle(bundle)).hexdigest()]


def test_a_bundle_travels_in_little_more_than_half() -> None:
    whole = gzip.compress(write_bundle(TYPICAL))
    assert len(gzip.compress(pack(TYPICAL))) < 0.65 * len(whole)
