from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.proof.rules import HEADLINES
from ledger.rice.acts import LocalText
from tests.house import ROOT, sources
from web.catalogs import CATALOGS, Language
from web.words import COMMUNES, Voice, choose_language

VI, EN = Voice("vi"), Voice("en")
# Keys that are put together from a code of a closed list, or from a number's form.
COMPOSED = re.compile(
    r"(step|figure|regime|state|profile|custody|season|result|notice|emission|scope|goods|office|link|lot_state|pallet|seen|links\.thing|axis|reason|refusal)\.[a-zA-Z0-9_-]+"
    r"|(?:phone|reader)\.unable\.[a-z]+|(rule|headline)\.[a-z_.]+"
    r"|offline\.[a-z_.]+"
    r"|(front\.how|unknown\.cause|limits)\.[123]|.+\.(one|many|title|next|text|until|packed|other)"
)


def test_every_sentence_is_said_somewhere_and_every_key_asked_for_is_there() -> None:
    # The workplaces have catalogs of their own (tests/web/workplace).
    said = sources("web", suffixes=[".py", ".html", ".js"])
    used = "\n".join(text for path, text in said.items() if "/workplace/" not in str(path))
    for key in CATALOGS["en"]:
        assert f'"{key}"' in used or f"'{key}'" in used or COMPOSED.fullmatch(key), key
    for key in re.findall(r"""say\(["']([a-z_.]+[a-z_])["'][,)]""", used):
        assert key in CATALOGS["en"], key


@pytest.mark.parametrize(
    ("mass_g", "vi", "en"),
    [
        (12_480_500, "12.480,5 kg", "12,480.5 kg"),
        (5_000, "5 kg", "5 kg"),
        (1, "0,001 kg", "0.001 kg"),
        (0, "0 kg", "0 kg"),
        (100_000_000_000, "100.000.000 kg", "100,000,000 kg"),
    ],
)
def test_masses_are_exact(mass_g: int, vi: str, en: str) -> None:
    assert VI.kilograms(mass_g) == vi.replace(" ", "\u00a0")
    assert EN.kilograms(mass_g) == en.replace(" ", "\u00a0")


def test_days_and_moments_are_those_of_viet_nam() -> None:
    assert VI.day("2026-03-22") == "22/03/2026"
    assert EN.day("2026-03-22") == "22 Mar 2026"
    assert EN.day("2026-03-05") == "5 Mar 2026"
    assert VI.day("") == ""
    assert EN.moment("2026-12-31T17:30:00Z") == "1 Jan 2027, 00:30 (Viet Nam time)"
    assert VI.moment("2026-12-31T17:30:00.250Z") == "00:30 ngày 01/01/2027 (giờ Việt Nam)"
    assert EN.moment("soon") == "soon"


@pytest.mark.parametrize(
    ("language", "day", "mass", "share"),
    [
        ("vi", "22/03/2026", "1.248.000,5 kg", "31,2 %"),
        ("en", "22 Mar 2026", "1,248,000.5 kg", "31.2%"),
        ("zh", "2026年3月22日", "1,248,000.5 kg", "31.2%"),
        ("ja", "2026年3月22日", "1,248,000.5 kg", "31.2%"),
        ("fr", "22 mars 2026", "1 248 000,5 kg", "31,2 %"),
        ("id", "22 Mar 2026", "1.248.000,5 kg", "31,2%"),
    ],
)
def test_numbers_and_days_as_people_write_them(
    language: Language, day: str, mass: str, share: str
) -> None:
    voice = Voice(language)
    assert voice.day("2026-03-22") == day
    assert voice.kilograms(1_248_000_500).replace("\u202f", " ").replace("\u00a0", " ") == mass
    assert voice.percent(312).replace("\u202f", " ").replace("\u00a0", " ") == share


def test_nothing_is_one_in_french_and_many_in_english() -> None:
    assert Voice("fr").count("lots", 0) == "0 lot"
    assert EN.count("lots", 0) == "0 lots"


def test_other_amounts() -> None:
    assert VI.hectares(960_800) == "96,08\u00a0ha"
    assert EN.hectares(960_812) == "96.0812\u00a0ha"
    assert VI.percent(312) == "31,2\u00a0%"
    assert EN.percent(1000) == "100%"
    assert EN.number(Decimal("7.73699"), 2) == "7.74"
    assert VI.number(1_000_000) == "1.000.000"


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("84.2 KGM", "84,2 kg", "84.2 kg"),
        ("30.5 P1", "30,5 %", "30.5 %"),
        ("multiple", "rút nước nhiều lần", "drained several times"),
        ("many KGM", "many KGM", "many KGM"),
        ("7 XYZ", "7 XYZ", "7 XYZ"),
    ],
)
def test_figures_of_certificates(value: str, vi: str, en: str) -> None:
    assert VI.figure(value).replace("\u00a0", " ") == vi
    assert EN.figure(value).replace("\u00a0", " ") == en


def test_counted_nouns() -> None:
    assert EN.count("lots", 1) == "1 lot"
    assert EN.count("lots", 1_200) == "1,200 lots"
    assert VI.count("lots", 1_200) == "1.200 lô"


def test_codes_of_closed_lists_have_names_and_newer_ones_show_themselves() -> None:
    assert VI.season("DX-2026") == "Đông Xuân 2026"
    assert EN.season("HT-2026") == "Summer-Autumn 2026"
    assert EN.season("2026") == "2026"
    assert EN.term("custody", "segregated") == "kept apart from other rice"
    assert EN.term("custody", "some_new_model") == "some new model"
    assert VI.commune("31231") == "Xã Thạnh An"
    assert EN.commune("31231") == "Thanh An Commune"
    assert EN.commune("99999") == "99999"
    assert VI.choose(LocalText(vi="gạo", en="rice")) == "gạo"
    assert len(COMMUNES) == 103


@pytest.mark.parametrize(
    ("asked", "accepted", "spoken"),
    [
        (None, "", "vi"),
        (None, "*", "vi"),
        (None, "de-DE", "en"),
        (None, "pt", "en"),
        (None, "pt-BR,fr;q=0.5", "fr"),
        (None, "ja,ko;q=0.8", "ja"),
        (None, "zh-TW", "zh"),
        (None, "zh-Hant-HK,en;q=0.8", "zh"),
        (None, "id-ID", "id"),
        (None, "in", "id"),
        (None, "en", "en"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "en;q=0.5, vi;q=0.4, de", "en"),
        (None, "en;q=0.2,vi", "vi"),
        (None, "en;q=0,nl", "vi"),
        (None, "en;q=lots", "vi"),
        (None, "EN", "en"),
        (None, "x," * 80 + "fr", "en"),
        ("en", "vi", "en"),
        ("vi", "en", "vi"),
        ("ja", "fr", "ja"),
        ("xx", "fr", "fr"),
        ("FR", "id", "id"),
    ],
)
def test_the_language_is_the_one_asked_for_or_preferred(
    asked: str | None, accepted: str, spoken: str
) -> None:
    assert choose_language(asked, accepted) == spoken


def test_no_headline_is_without_a_name_in_the_other_language() -> None:
    for words in HEADLINES.values():
        assert words.en != words.vi


def test_the_list_of_communes_says_whose_it_is() -> None:
    notes = (ROOT / Path("web/i18n/README.md")).read_text(encoding="utf-8")
    assert "communes.csv" in notes
    assert "MIT" in notes
