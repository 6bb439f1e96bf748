from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.rice.digital_link import (
    FORMATS,
    KEYS,
    DigitalLink,
    format_identity,
    format_path,
    parse_digital_link,
    parse_identity,
    parse_raw_path,
)
from ledger.rice.gs1 import check_digit
from tests.conformance_data import load

GTIN = "09521234000303"
FOLDER = "digital-link/"


def test_every_published_link_reads_as_published() -> None:
    published = load(FOLDER + "parse.json")
    vectors = published["vectors"] + published["additional"]["vectors"]
    assert len(vectors) == 100
    for vector in vectors:
        # A result that needs a legacy switch is not ours: `strict` is what we must answer.
        if vector.get("strict", vector["expect"]) == "error":
            with pytest.raises(MalformedError):
                parse_digital_link(vector["input"])
            continue
        link = parse_digital_link(vector["input"])
        assert [list(element) for element in link.named + link.attributes] == vector["elements"]
        assert len(link.named) == vector["path_elements"]
        assert link.identity == vector["identity"]
        assert link.canonical == vector["canonical"]
        again = parse_digital_link(link.canonical)
        assert again.named == link.named
        assert again.canonical == link.canonical


def test_every_published_sequence_of_qualifiers_is_known() -> None:
    sequences = load(FOLDER + "path-sequences.json")["sequences"]
    allowed = {
        tuple(chain[place] for place in range(len(chain)) if picks >> place & 1)
        for key, chains in KEYS.items()
        for chain in [(key, *qualifiers) for qualifiers in chains or ((),)]
        for picks in range(1, 1 << len(chain), 2)
    }
    assert allowed == {tuple(sequence) for sequence in sequences}


def test_percent_encoding_is_the_published_one() -> None:
    published = load(FOLDER + "escape.json")
    for case in published["escape"]:
        link = DigitalLink("01", GTIN, (("10", case["input"]),))
        assert link.path == f"/01/{GTIN}/10/{case['in_path']}"
    for case in published["unescape"]:
        raw = f"/01/{GTIN}/10/{case['input']}".encode()
        if case["in_path"] and " " not in case["in_path"]:
            assert parse_raw_path(raw).get("10") == case["in_path"]
        else:  # An empty lot, or one with a space, is read and then refused.
            with pytest.raises(MalformedError, match=r"\(10\)"):
                parse_raw_path(raw)


@pytest.mark.parametrize(
    ("lot", "path"),
    [("A/B+1", "A%2FB%2B1"), ("%2F", "%252F"), ("a-b.c_d", "a-b.c_d"), ("?&=", "%3F%26%3D")],
)
def test_a_lot_survives_its_path(lot: str, path: str) -> None:
    assert format_path(("01", GTIN), ("10", lot)) == f"/01/{GTIN}/10/{path}"
    assert parse_raw_path(f"/01/{GTIN}/10/{path}".encode()).get("10") == lot


def test_names_of_the_house_have_one_spelling() -> None:
    for named in (
        (("01", GTIN), ("10", "DX26-0001")),
        (("01", GTIN), ("21", "00Z7M6JDXH3GA6SH")),
        (("00", "095212340000000013"),),
        (("414", "9521234100027"), ("254", "SILO-3")),
    ):
        uri = format_identity(*named)
        assert parse_identity(uri).named == named
        for other in (uri.replace("id.gs1.org", "r.example"), uri + "?", uri + "#x", uri + "?a=b"):
            with pytest.raises(MalformedError):
                parse_identity(other)
    with pytest.raises(MalformedError):
        parse_identity(f"https://id.gs1.org/01/{GTIN}/10/A%2db")


@pytest.mark.parametrize(
    "raw",
    [
        b"/01/09521234000303/10/A%00B",
        b"/01/09521234000303/10/%FF",
        b"/01/09521234000303/10/\xff",
        b"/01/09521234000303/10/%C3%B4",
        b"/01/09521234000303/10/A/",
        b"/01/09521234000303/10/A?15=270401",
        b"/01/09521234000304/10/A",
        b"/01/9521234000303",
        b"/10/A",
        b"/",
        b"",
        b"/" * 3000,
    ],
)
def test_a_path_that_names_nothing_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_raw_path(raw)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("15=270229", "link_value"),
        ("15=280229", None),
        ("15=270400", None),
        ("7007=260300", "link_value"),
        ("15=27040", "link_value"),
        ("427=CT&422=704", None),
        ("427=CT", "link_value"),
        ("10=A", "link_belongs_in_path"),
        ("254=A", "link_belongs_in_path"),
        ("15=270401&15=270401", "link_twice"),
        ("9999=1", "link_unknown_identifier"),
        ("7230=CERT+1", "link_value"),
    ],
)
def test_what_may_be_said_about_a_bag(query: str, code: str | None) -> None:
    uri = f"https://r.example/01/{GTIN}?{query}"
    if code is None:
        assert parse_digital_link(uri).attributes
        return
    with pytest.raises(MalformedError) as refusal:
        parse_digital_link(uri)
    assert refusal.value.code == code


def test_writing_refuses_what_reading_would() -> None:
    for named in (
        (("01", "09521234000304"),),
        (("01", GTIN), ("21", "S"), ("10", "L")),
        (("10", "L"),),
        (("01", GTIN), ("10", "Lô")),
        (("01", GTIN), ("10", "")),
        (("8003", "1" + "9521234100027"),),
        (("8011", "01"),),
    ):
        with pytest.raises(MalformedError):
            format_path(*named)


def test_check_digits_and_pairs_are_weighed() -> None:
    assert check_digit("0952123400030") == "3"
    assert format_path(("8013", "1987654Ad4X4bL5ttr2310c2K"))
    for value in ("1987654Ad4X4bL5ttr2310c2L", "1987654Ad4X4bL5ttr2301c2K", "2K"):
        with pytest.raises(MalformedError):
            format_path(("8013", value))
    assert format_path(("8006", f"{GTIN}0102"))
    with pytest.raises(MalformedError):
        format_path(("8006", f"{GTIN}0302"))


def test_every_key_and_qualifier_has_a_form() -> None:
    for key, chains in KEYS.items():
        assert {key, *(name for chain in chains for name in chain)} <= FORMATS.keys()
