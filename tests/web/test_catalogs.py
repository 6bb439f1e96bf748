"""Six catalogs say the same things, each in its own language."""

from __future__ import annotations

import json
import re

import pytest
from msgspec import structs

from ledger.errors import CODES, MalformedError
from ledger.proof.rules import (
    AXIS_WORDS,
    HEADLINES,
    LIMITS,
    OFFLINE_HEADLINES,
    RULES,
    VOIDED,
    WHYS,
)
from ledger.rice.acts import LocalText
from ledger.rice.reasons import REASONS
from tests.conversation import browse
from tests.house import ROOT, blanks, refusals, sources, unkind_words
from tests.verdicts import BAG, PATH, Bench, verdict
from web.catalogs import CATALOGS, LANGUAGES, REFUSALS_SHOWN, Language
from web.pages import make_pages
from web.words import Voice

FURTHER: tuple[Language, ...] = ("zh", "ja", "fr", "id")
FOREIGN: tuple[Language, ...] = ("vi", *FURTHER)

# Words that two languages share, and marks between blanks.
SAME = {
    "vi": {"scope.container", "scope.pallet", "affected.container", "pallet.title"},
    "zh": set(),
    "ja": {"emission.unit"},
    "fr": {
        *("affected.lot", "affected.lots", "compare.code", "compare.lot", "emission.unit"),
        *("lot.title", "lots.many", "lots.one", "notice.contact", "scope.lot"),
        *("step.drainage", "step.irrigation", "step.transporting"),
        *("links.thing.10", "place.licence", "seen.provinces"),
    },
    "id": {
        *("affected.lot", "compare.lot", "emission.unit", "lot.title", "lots.one", "scope.lot"),
        "links.thing.10",
    },
}
MARKS = {"affected.sscc", "list.comma", "reason.remark", "season", "who.changed"}

HAN = re.compile(r"[\u4e00-\u9fff]")
KANA = re.compile(r"[\u3041-\u30ff]")
# Signs that only traditional Chinese or Japanese has, and that a simplified text must not hold.
NOT_SIMPLIFIED = re.compile("[錄檢證書簽認標籤號時間對沒無從這個說產國種學業買賣]")


@pytest.mark.parametrize("language", FOREIGN)
def test_a_catalog_has_every_key_of_the_english_one_and_its_blanks(language: Language) -> None:
    catalog, english = CATALOGS[language], CATALOGS["en"]
    assert catalog.keys() == english.keys()
    for key, text in catalog.items():
        assert text.strip()
        assert blanks(text) == blanks(english[key]), key


@pytest.mark.parametrize("language", FOREIGN)
def test_nothing_is_left_in_english(language: Language) -> None:
    english = CATALOGS["en"]
    same = {key for key, text in CATALOGS[language].items() if text == english[key]}
    assert same - MARKS == SAME[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_of_a_file_stands_twice(language: Language) -> None:
    text = (ROOT / "web" / "i18n" / f"{language}.json").read_text(encoding="utf-8")
    keys = [key for key, _ in json.loads(text, object_pairs_hook=list)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_the_judging_says_is_written_once(language: str) -> None:
    text = (ROOT / "web" / "i18n" / f"{language}.json").read_text(encoding="utf-8")
    kinds = {key.partition(".")[0] for key in json.loads(text)}
    assert not kinds & {"axis", "rule", "headline", "offline", "refusal"}


def test_every_code_has_its_words() -> None:
    english = CATALOGS["en"]
    for axis in AXIS_WORDS:
        assert f"axis.{axis}" in english
    for code, rule in RULES.items():
        assert english[f"rule.{code}.fail"] == rule.fail.en
        assert {f"rule.{code}.pass", f"rule.{code}.unknown"} <= english.keys()
    for code, headline in HEADLINES.items():
        assert english[f"headline.{code}"] == headline.en
        shipped = f"headline.{code}.about_shipped" in english
        assert shipped == (headline.about_shipped is not None)
    for code, headline in OFFLINE_HEADLINES.items():
        assert english[f"offline.headline.{code}"] == headline.en
        assert english[f"offline.headline.{code}.about"] == headline.about.en
    for group, said in (("why", WHYS), ("voided", VOIDED), ("limit", LIMITS)):
        assert {f"offline.{group}.{code}" for code in said} <= english.keys()
    for code in REASONS:
        assert f"reason.{code}" in english


def test_every_refusal_of_a_link_or_a_code_can_be_said() -> None:
    """What a reader may type or scan is read by these modules."""
    read_by = ("digital_link", "labels", "scopes")
    unseen = {
        *("link_not_canonical", "label_count", "code_beyond_batch"),
        *("label_secret", "label_shelf", "label_not_committed"),
    }
    found = {
        code
        for path, source in sources("ledger/rice").items()
        if path.stem in read_by
        for _, code, _ in refusals(source, ["MalformedError"])
    }
    assert found - unseen <= set(REFUSALS_SHOWN)
    assert set(REFUSALS_SHOWN) <= CODES.keys()


def test_each_language_is_written_in_its_own_letters() -> None:
    for key, text in CATALOGS["zh"].items():
        assert not KANA.search(text), key
        assert not NOT_SIMPLIFIED.search(text), key
    for catalog in (CATALOGS["vi"], CATALOGS["en"], CATALOGS["fr"], CATALOGS["id"]):
        assert not [key for key, text in catalog.items() if key != "language" and HAN.search(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalog_promises_more_than_a_record(language: Language) -> None:
    boast = re.compile(
        r"100 ?%|block ?chain|区块链|ブロックチェーン|chaîne de blocs|正品|本物|authenti",
        re.IGNORECASE,
    )
    assert not [key for key, text in CATALOGS[language].items() if boast.search(text)]
    assert not unkind_words(CATALOGS[language], language)


@pytest.mark.parametrize(
    ("language", "verified"),
    [
        ("vi", "Hồ sơ hợp lệ"),
        ("en", "Record verified"),
        ("zh", "记录已核实"),
        ("ja", "記録を確認しました"),
        ("fr", "Enregistrement vérifié"),
        ("id", "Catatan terverifikasi"),
    ],
)
def test_the_word_of_a_good_record_is_exact(language: Language, verified: str) -> None:
    assert CATALOGS[language]["headline.verified"] == verified


def test_a_refusal_is_said_in_the_language_of_the_page() -> None:
    short = MalformedError("code_length", length=4, expected=16)
    assert "16 caractères" in Voice("fr").refuse(short)
    newer = MalformedError("malformed", what="x")
    assert Voice("fr").refuse(newer) == newer.words.en
    assert Voice("vi").refuse(newer) == newer.words.vi


def test_a_name_in_another_language_says_so() -> None:
    both = LocalText(vi="Gạo <ngon>", en="Good <rice>")
    once = LocalText(vi="HTX Kênh Xáng", en="HTX Kênh Xáng")
    assert Voice("vi").name(both) == "Gạo <ngon>"
    assert Voice("en").name(both) == "Good <rice>"
    assert Voice("ja").name(both) == '<span lang="en">Good &lt;rice&gt;</span>'
    assert Voice("ja").name(once) == Voice("en").name(once)
    assert Voice("ja").name(once) == '<span lang="vi">HTX Kênh Xáng</span>'
    assert Voice("vi").name(once) == "HTX Kênh Xáng"
    said = Voice("fr").say("emission.who", issuer=Voice("fr").name(both), areas="<2>")
    assert said == 'Vérifié par <span lang="en">Good &lt;rice&gt;</span> pour &lt;2&gt;.'


@pytest.mark.parametrize("language", FURTHER)
def test_a_page_marks_every_name_that_is_not_in_its_language(language: Language) -> None:
    bag = structs.replace(
        BAG, packer=structs.replace(BAG.packer, name=LocalText(vi="Nhà máy A", en="Nhà máy A"))
    )
    bench = Bench()
    bench.judge = lambda *_: verdict("verified", bag)  # type: ignore[method-assign]
    text = browse(make_pages(bench), f"{PATH}?lang={language}").text
    assert '<span lang="vi">Nhà máy A</span>' in text
    names = text.count(BAG.vouchings[0].issuer.name.en)
    marked = text.count(f'<span lang="en">{BAG.vouchings[0].issuer.name.en}</span>')
    assert names == marked > 0
    assert f'<html lang="{language}">' in text
