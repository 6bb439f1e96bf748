"""GS1 keys: the published example digits hold, and any single changed digit is noticed."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.rice.gs1 import check_digit, is_gln, is_gtin, is_sscc, normalise_gtin14


@pytest.mark.parametrize(
    ("data", "digit"),
    [("629104150021", "3"), ("952123400030", "3"), ("09521234000000001", "3"), ("0", "0")],
)
def test_check_digit_completes_a_key(data: str, digit: str) -> None:
    assert check_digit(data) == digit


@pytest.mark.parametrize("gtin", ["6291041500213", "06291041500213", "96385074", "036000291452"])
def test_a_gtin_is_written_with_14_digits(gtin: str) -> None:
    assert is_gtin(gtin)
    assert normalise_gtin14(gtin) == gtin.zfill(14)


@pytest.mark.parametrize(
    "text",
    ["", "6291041500214", "629104150021", "6291041500213 ", "+291041500213", "٦٢٩١٠٤١٥٠٠٢١٣"],
)
def test_what_is_no_gtin_is_refused(text: str) -> None:
    assert not is_gtin(text)
    with pytest.raises(MalformedError) as refusal:
        normalise_gtin14(text)
    assert refusal.value.code == "gtin_malformed"


def test_any_changed_digit_of_an_sscc_is_noticed() -> None:
    sscc = "095212340000000013"
    assert is_sscc(sscc)
    for place, digit in enumerate(sscc):
        for other in set("0123456789") - {digit}:
            assert not is_sscc(sscc[:place] + other + sscc[place + 1 :])


def test_a_key_of_another_length_is_another_key() -> None:
    assert is_gln("9521235000012")
    assert not is_gln("09521235000012")
    assert not is_sscc("9521235000012")
