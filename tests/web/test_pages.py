from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from unittest.mock import Mock

import pytest
from msgspec import convert, structs, to_builtins
from starlette.types import ASGIApp

from ledger.errors import CorruptedError, LedgerError
from ledger.proof.rules import HEADLINES
from ledger.proof.verdict import Verdict
from ledger.rice.labels import format_code, read_code
from tests.conversation import browse
from tests.verdicts import (
    BAG,
    GTIN,
    LOT,
    PATH,
    RECALL,
    SERIAL,
    UNKNOWN_SERIAL,
    VERDICTS,
    Bench,
    verdict,
)
from web.bag_page import HEADLINE_ICONS, lay_out, list_entries
from web.catalogs import CATALOGS, LANGUAGES, Language
from web.pages import make_pages
from web.words import Voice

SLIPPED = SERIAL[:-2] + SERIAL[-1] + SERIAL[-2]


def pages(headline: str = "verified") -> ASGIApp:
    return make_pages(Bench(headline))


class _Tags(HTMLParser):
    """Every tag of a page with its attributes, and whether tags are closed in order."""

    VOID = frozenset({"meta", "link", "input", "br", "rect", "circle", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        (PATH, 200, "Hồ sơ hợp lệ"),
        (f"{PATH}?lang=en", 200, "Record verified"),
        (PATH.replace(SERIAL, UNKNOWN_SERIAL), 404, "Không tìm thấy mã"),
        (f"/01/{GTIN}/10/L999/21/{SERIAL}", 404, "Không tìm thấy mã"),
        (f"/01/{GTIN}/10/A%2FB%2B1/21/{SERIAL}", 404, "Không tìm thấy mã"),
        (f"/01/{GTIN}/10/{LOT}/21/SN-417", 404, "Không tìm thấy mã"),
        (PATH.replace(SERIAL, SLIPPED), 400, "Mã gõ chưa đúng"),
        (f"/01/{GTIN}/10/{LOT}", 404, "Chưa có gì được ghi"),
        (f"/01/{GTIN}", 404, "Chưa có gì được ghi"),
        ("/00/095212340000000013", 404, "Chưa có gì được ghi"),
        ("/01/09521234000304/21/1", 400, "Không đọc được liên kết này"),
        (f"/01/{GTIN}/21/{SERIAL}/10/{LOT}", 400, "Không đọc được liên kết này"),
        (f"/01/{GTIN}/10/A%00B/21/{SERIAL}", 400, "Không đọc được liên kết này"),
        (f"/01/{GTIN}/10/%E1%BA%A1/21/{SERIAL}", 400, "Không đọc được liên kết này"),
        (f"/01/{GTIN}/10/%FF/21/{SERIAL}", 400, "Không đọc được liên kết này"),
        ("/01/", 400, "Không đọc được liên kết này"),
        (f"/01/{GTIN}/10/{'A' * 3000}", 400, "Không đọc được liên kết này"),
        ("/nowhere", 404, "Không có trang này"),
        ("/static/../pages.py", 404, "Không có trang này"),
        ("/static/pages.py", 404, "Không có trang này"),
        ("//evil.example/", 404, "Không có trang này"),
        ("/", 200, "Kiểm tra bao gạo"),
        ("/robots.txt", 200, "Disallow: /01/"),
    ],
)
def test_a_path_and_what_it_shows(target: str, status: int, words: str) -> None:
    answer = browse(pages(), target)
    assert answer.status == status
    assert words in answer.text
    assert browse(pages(), target, "HEAD").status == status


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        (PATH.lower().replace("l260408a", LOT), PATH),
        (f"{PATH.lower().replace('l260408a', LOT)}/?lang=en", f"{PATH}?lang=en"),
        (f"/01/{GTIN}/10/%4C260408A/21/{SERIAL}", PATH),
        (f"/01/{GTIN}/10/a%2fb%2b1/21/{SERIAL}", f"/01/{GTIN}/10/a%2Fb%2B1/21/{SERIAL}"),
        (f"/01/{GTIN}/10/a+b/21/{SERIAL}", f"/01/{GTIN}/10/a%2Bb/21/{SERIAL}"),
        (f"/some/shop/01/{GTIN}/10/{LOT}/21/{SERIAL}", PATH),
    ],
)
def test_another_spelling_leads_to_the_one_spelling(target: str, leads_to: str) -> None:
    answer = browse(pages(), target)
    assert answer.status == 301
    assert answer.headers["location"] == leads_to


def test_a_path_is_decoded_once() -> None:
    bench = Bench()
    app = make_pages(bench)
    browse(app, f"/01/{GTIN}/10/A%2FB/21/{SERIAL}")
    browse(app, f"/01/{GTIN}/10/A%252FB/21/{SERIAL}")
    assert [lot for _, lot, _ in bench.asked] == ["A/B", "A%2FB"]
    assert bench.asked[0] == (GTIN, "A/B", SERIAL)


def test_a_link_without_a_lot_shows_the_bag() -> None:
    answer = browse(pages(), f"/01/{GTIN}/21/{SERIAL}?lang=en")
    assert answer.status == 200
    assert "Record verified" in answer.text
    assert browse(pages(), f"/01/{GTIN}/21/{UNKNOWN_SERIAL}").status == 404
    assert browse(pages(), f"/01/09521234000310/21/{SERIAL}").status == 404


def test_a_label_without_a_gtin_leads_to_its_bag_by_its_code() -> None:
    answer = browse(pages(), f"/v/{SERIAL}?lang=en")
    assert answer.status == 200
    assert "Record verified" in answer.text
    assert "link" not in answer.headers, "no Digital Link, so it has no linkset"
    respelled = browse(pages(), f"/v/{format_code(SERIAL).lower()}?lang=en")
    assert (respelled.status, respelled.headers["location"]) == (301, f"/v/{SERIAL}?lang=en")
    assert browse(pages(), f"/v/{UNKNOWN_SERIAL}").status == 404
    assert browse(pages(), f"/v/{SLIPPED}").status == 400


@pytest.mark.parametrize(
    "typed", [SERIAL, format_code(SERIAL), SERIAL.lower(), f"+{format_code(SERIAL, '+')}+"]
)
def test_a_typed_code_leads_to_its_bag(typed: str) -> None:
    answer = browse(pages(), f"/check?code={typed}&lang=en")
    assert answer.status == 303
    assert answer.headers["location"] == f"{PATH}?lang=en"


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        (f"code={SLIPPED}", 400, "Mistyped code"),
        ("code=4K7Q", 400, "this one has 4"),
        (f"code={SERIAL[:-1]}U", 400, "never contains “U”"),
        (f"code={UNKNOWN_SERIAL}", 404, "Code not found"),
        ("code=%3Cscript%3E", 400, "&lt;script&gt;"),
    ],
)
def test_a_slip_is_told_apart_from_an_unknown_code(query: str, status: int, words: str) -> None:
    answer = browse(pages(), f"/check?{query}&lang=en")
    assert answer.status == status
    assert words in answer.text
    assert "<script" not in answer.text


def test_an_empty_form_leads_back_to_it() -> None:
    assert browse(pages(), "/check").headers["location"] == "/"
    assert browse(pages(), "/check?code=+&lang=en").headers["location"] == "/?lang=en"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", HEADLINES)
def test_every_headline_has_its_page(code: str, language: Language) -> None:
    answer = browse(pages(code), f"{PATH}?lang={language}")
    words = HEADLINES[code]
    main = CATALOGS[language][f"headline.{code}"]
    other = words.vi if language == "en" else words.en
    assert answer.status == {"unknown_code": 404, "mistyped": 400}.get(code, 200)
    assert answer.text.count("<h1>") == 1
    assert f"<h1>{main}</h1>" in answer.text
    assert f'lang="{"vi" if language == "en" else "en"}">{other}</p>' in answer.text
    assert f'class="verdict {words.tone}" data-headline="{code}"' in answer.text
    assert f'<html lang="{language}">' in answer.text
    assert not _Tags(answer.text).open
    assert "…" not in answer.text, "a blank was left unfilled"


def test_markup_in_any_name_is_text() -> None:
    """Names come from whoever is registered; a page shows them and runs nothing."""
    hostile = "<img src=x onerror=alert(1)>"

    def spoilt(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
        if isinstance(value, dict):
            return {
                name: hostile
                if name in {"vi", "en", "number", "remark"} and isinstance(one, str)
                else spoilt(one)
                for name, one in value.items()
            }
        return [spoilt(one) for one in value] if isinstance(value, list | tuple) else value

    verdict = convert(spoilt(to_builtins(VERDICTS["certificate_suspended"])), Verdict)
    bench = Mock(wraps=Bench(), judge=Mock(return_value=verdict))
    text = browse(make_pages(bench), f"{PATH}?lang=en").text
    assert "<img src=x" not in text
    assert text.count("&lt;img") > 10


def test_no_two_headlines_look_or_read_alike() -> None:
    looks = {(words.tone, HEADLINE_ICONS[code]) for code, words in HEADLINES.items()}
    assert len(looks) == len(HEADLINES) == len(HEADLINE_ICONS)
    for language in LANGUAGES:
        voice = Voice(language)
        said = {voice.say(f"headline.{code}.about") for code in HEADLINES}
        assert len(said) == len(HEADLINES)


def test_a_verified_bag_is_told_in_full() -> None:
    text = browse(pages(), f"{PATH}?lang=en").text
    for words in (
        ">25\u00a0kg</data>",
        ">Bag 412 of 1,600</data>",
        "8 Apr 2026",
        format_code(SERIAL),
        "Song Hau Xanh Food Company (demo)",
        "Green Rice Association (demo)",
        "from 2 Apr 2026 until 1 Apr 2027",
        "Winter-Spring 2026, 4 planting areas",
        "does not name its method, emission factors",
        "Thanh An Commune",
        "VN-CTOR-0006",
        "Winter-Spring 2026",
        "96.08\u00a0ha",
        "73 households",
        "1,248,000.5\u00a0kg",
        "1.81 – 2.75",  # noqa: RUF001 a range, as printed
        "5 of 5 in order",
        "This proves the record, not the bag",
        f'href="/bundles/{GTIN}/{LOT}/{SERIAL}"',
    ):
        assert words in text, words


def test_a_recall_says_why_by_whom_and_where_to_turn() -> None:
    text = browse(pages("recalled"), f"{PATH}?lang=en").text
    before_the_bag = text[: text.index("Compare with the bag")]
    for words in (RECALL.reason.en, RECALL.by.name.en, "4 May 2026", RECALL.contact):
        assert words in before_the_bag
    assert "4 of 5 in order" in text


def tones(code: str) -> list[str]:
    return [chip.tone for chip in lay_out(VERDICTS[code], Voice("en")).chips]


def test_green_is_only_what_a_certifier_signed_about_a_sound_record() -> None:
    assert tones("verified") == ["green", "grey"]
    assert tones("expired_after_packing") == ["green", "grey"]
    assert tones("certificate_suspended") == ["amber", "grey"]
    assert tones("certificate_withdrawn") == ["red", "grey"]
    assert tones("not_covered") == ["amber", "grey"]
    for code in ("recalled", "on_hold", "not_valid", "cannot_check", "not_certified"):
        assert set(tones(code)) == {"grey"}, code


def test_a_confirmation_taken_back_leaves_nothing_green() -> None:
    grant, confirmation, *rest = BAG.vouchings
    back = structs.replace(confirmation, state_now="withdrawn", state_since="2026-06-20")
    bag = structs.replace(BAG, vouchings=(grant, back, *rest))
    taken = verdict("certificate_withdrawn", bag, "withdrawn", attestations_still_good="fail")
    page = lay_out(taken, Voice("en"))
    chips = page.chips
    assert page.doubted == set(confirmation.areas)
    assert not lay_out(VERDICTS["verified"], Voice("en")).doubted
    assert [chip.tone for chip in chips] == ["red", "grey", "grey"]
    assert chips[0].parts[-2:] == ("XN-DX26-001", "since 20 Jun 2026")


def test_a_bag_whose_certificates_were_not_checked_is_not_called_certified() -> None:
    unchecked = verdict("cannot_check", mark_granted="unknown")
    chips = lay_out(unchecked, Voice("en")).chips
    assert [chip.title for chip in chips] == ["Certificate not checked", "The packer states"]


def test_what_failed_comes_first_among_the_findings() -> None:
    checks = lay_out(VERDICTS["not_valid"], Voice("en")).checks
    custody = next(check for check in checks if check.result == "fail")
    assert custody.said[0].text == "More came out than went in, in record 311."


def test_emission_is_left_out_where_nobody_stated_it() -> None:
    without = tuple(v for v in BAG.vouchings if v.profile != "ghg")
    bare = verdict("verified", structs.replace(BAG, vouchings=without))
    assert lay_out(bare, Voice("en")).bars is None


def test_shares_and_bars_are_drawn_to_scale() -> None:
    page = lay_out(VERDICTS["verified"], Voice("en"))
    assert [place.share_ppt for place in page.places] == [566, 241, 193]
    assert page.bars is not None
    assert page.bars.before.high == 100
    assert page.bars.now.low == pytest.approx(19.5)
    assert page.sketch is not None
    assert [dot.mark for dot in page.sketch.dots if dot.mark] == [3, 2, 1]
    assert all(0 < dot.x < page.sketch.side for dot in page.sketch.dots)
    assert all(0 < dot.y < page.sketch.side for dot in page.sketch.dots)


def test_records_are_listed_as_runs() -> None:
    voice = Voice("en")
    assert list_entries((), voice) == ""
    assert list_entries((12,), voice) == "Record 12"
    assert list_entries((40, 12, 41, 42), voice) == "Records 12, 40-42"
    assert list_entries(tuple(range(0, 24, 2)), voice).endswith("12, 14 and 4 more")


def test_words_of_others_are_never_markup() -> None:
    sly = structs.replace(BAG, variety='<b onclick="x">', lot="L<i>")
    bench = Bench()
    bench.judge = lambda *_: verdict("verified", sly)  # type: ignore[method-assign]
    text = browse(make_pages(bench), PATH).text
    assert "<b onclick" not in text
    assert "L<i>" not in text
    assert "&lt;b onclick" in text


@pytest.mark.parametrize(
    "target", [PATH, "/", "/check?code=1", "/nowhere", "/01/1", "/robots.txt", f"{PATH}/"]
)
def test_every_answer_is_guarded(target: str) -> None:
    headers = browse(pages(), target).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("code", HEADLINES)
def test_a_page_asks_nobody_else_and_carries_no_script_or_style(code: str) -> None:
    tags = _Tags(browse(pages(code), PATH).text).tags
    assert not {"style", "iframe", "object", "base"} & {tag for tag, _ in tags}
    scripts = [attributes for tag, attributes in tags if tag == "script"]
    assert all("src" in one or one.get("type") == "application/json" for one in scripts)
    for _, attributes in tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("href", "src", "action"):
            address = attributes.get(name)
            # A message's addressee is left to the reader: no address follows the scheme.
            assert address is None or re.match(r"/(?!/)|#|mailto:\?", address), address


def test_pages_are_not_kept_and_files_are_kept_under_their_version() -> None:
    page = browse(pages(), PATH)
    assert page.headers["cache-control"] == "no-store"
    address = re.search(r'href="(/static/style\.css\?v=[0-9a-f]{12})"', page.text)
    assert address is not None
    versioned = browse(pages(), address[1])
    assert versioned.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in versioned.headers["cache-control"]
    assert browse(pages(), "/static/style.css").headers["cache-control"] == "no-cache"
    unknown = browse(pages(), "/static/style.css?v=000000000000")
    assert unknown.headers["cache-control"] == "no-cache"


def test_the_language_switch_keeps_the_address() -> None:
    answer = browse(pages(), f"/check?code={SLIPPED}&lang=vi", accept_language="en")
    assert answer.headers["content-language"] == "vi"
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"
    assert f'href="/check?code={SLIPPED}&amp;lang=en"' in answer.text
    escaped = browse(pages(), f"/01/{GTIN}/10/A%2FB/21/{SERIAL}", accept_language="en")
    assert escaped.headers["content-language"] == "en"
    assert f'href="/01/{GTIN}/10/A%2FB/21/{SERIAL}?lang=vi"' in escaped.text
    assert 'href="/evil.example/?lang=en"' in browse(pages(), "//evil.example/").text


def test_only_reading_is_served() -> None:
    answer = browse(pages(), PATH, "POST")
    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "Trang này chỉ để xem" in answer.text


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(CorruptedError("label_shelf", gtin=GTIN, lot=LOT), 503), (RuntimeError("disk"), 500)],
)
def test_trouble_of_ours_is_neither_good_nor_bad(trouble: Exception, status: int) -> None:
    bench = Bench()
    bench.judge = Mock(side_effect=trouble)  # type: ignore[method-assign]
    answer = browse(make_pages(bench), f"{PATH}?lang=en")
    assert answer.status == status
    assert "Cannot check now" in answer.text
    assert "This says nothing about your bag" in answer.text
    assert "disk" not in answer.text
    assert "content-security-policy" in answer.headers
    assert answer.raised is (None if isinstance(trouble, LedgerError) else trouble)
    assert browse(make_pages(bench), PATH, accept="application/json").status == status


def test_what_two_hands_weighed_one_after_the_other_is_no_sum() -> None:
    """A trader weighs paddy in and hands it to the mill, which weighs the same paddy in again."""
    verified = VERDICTS["verified"]
    bag = verified.bag
    assert bag is not None
    again = next(step for step in bag.journey if step.kind == "receiving")
    harvest = next(step for step in bag.journey if step.kind == "harvest")
    twice = structs.replace(bag, journey=(*bag.journey, again, harvest))
    page = lay_out(structs.replace(verified, bag=twice), Voice("en"))
    stages = {stage.kind: stage for stage in page.stages}
    assert stages["receiving"].mass_g == 0
    assert stages["receiving"].steps[0].mass_g == again.mass_g
    assert stages["harvest"].mass_g == 2 * harvest.mass_g, "two growers' harvests add up"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_shown_as_an_example_can_be_typed(language: Language) -> None:
    (code,) = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", Voice(language).say("form.hint"))
    assert read_code(code)
