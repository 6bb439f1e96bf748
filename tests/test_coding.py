"""What is compressed comes back whole, and only in a coding that was accepted."""

from __future__ import annotations

import gzip

import brotli
import pytest

from ledger.coding import coding_for, encode, encode_to_keep


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("BR;q=0.1, gzip", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br; q=0.000, gzip;q=0", ""),
        ("brotli, gzipped, *", ""),
        ("", ""),
        ("identity", ""),
        (",".join(["x"] * 16 + ["br"]), ""),
    ],
)
def test_only_what_is_accepted_by_name_is_used(accepted: str, coding: str) -> None:
    assert coding_for(accepted) == coding


def test_what_is_encoded_comes_back_whole() -> None:
    content = b"gao " * 2000 + bytes(range(256))
    for make in (encode, encode_to_keep):
        assert brotli.decompress(make("br", content)) == content
        assert gzip.decompress(make("gzip", content)) == content
        assert make("", content) == content
        assert make("br", content) == make("br", content)
