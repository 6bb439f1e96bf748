"""What a bag's page says after the reader's own device has judged the same evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from msgspec import structs
from playwright.sync_api import Browser, Page, Route, expect

from ledger.proof.rules import HEADLINES, RULES
from ledger.proof.verdict import Bag, Party
from ledger.rice.terms import LocalText
from tests.drawn import CLIPPED, FAINT, serving
from tests.phones import OF_HEADLINES, VectorBench, make_site
from tests.vectors import small_harvest
from web.bag_page import bag_path
from web.catalogs import LANGUAGES, Language
from web.static_files import STATIC
from web.words import Voice

SHOWN_ELSEWHERE = {"mistyped", "unknown_code"}
"""Headlines of which there is no bag, and so no evidence."""


@dataclass(frozen=True, slots=True)
class Served:
    """The pages of one bag on a port of this machine."""

    address: str
    bench: VectorBench

    def open(
        self, page: Page, vector: str, language: str = "en", clock: str = "", **said: object
    ) -> None:
        """Show the bag of a vector at the moment it is judged at, as the server says it is."""
        self.bench.show(vector, **said)
        page.clock.set_fixed_time(clock or self.bench.at)
        page.goto(f"{self.address}{self.bench.path}?lang={language}")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    bench = VectorBench()
    with serving(make_site(bench)) as address:
        yield Served(address, bench)


def phone(page: Page) -> str:
    """Return what the phone found, once it is done."""
    expect(page.locator("#phone-sum")).not_to_have_text(Voice("en").say("checks.phone.none"))
    return page.locator("#phone").get_attribute("data-verdict") or ""


@pytest.mark.parametrize("headline", [each for each in HEADLINES if each not in SHOWN_ELSEWHERE])
def test_the_phone_comes_to_the_verdict_of_the_server(
    served: Served, phone_page: Page, headline: str
) -> None:
    served.open(phone_page, OF_HEADLINES[headline])
    assert phone(phone_page) == headline
    assert phone_page.locator(".verdict").get_attribute("data-headline") == headline
    assert not phone_page.locator("#phone-alarm").count()
    ours, theirs = (phone_page.locator(part) for part in ("#phone-checks", ".checks:not(#phone)"))
    assert ours.locator("summary").all_inner_texts() == theirs.locator("summary").all_inner_texts()
    found = [box.locator("li").evaluate_all(_TEXTS) for box in (ours, theirs)]
    assert found[0] == found[1]


_TEXTS = "items => items.map(item => item.textContent.replace(/\\s+/g, ' ').trim())"


def test_evidence_for_another_bag_is_none_for_this_one(served: Served, phone_page: Page) -> None:
    served.bench.show("one-bag")
    path, sent = served.bench.path, served.bench.bundle
    other = bag_path(sent.gtin, sent.lot, small_harvest.serial(8))
    phone_page.clock.set_fixed_time(served.bench.at)
    phone_page.goto(f"{served.address}{other}?lang=en")
    assert other != path
    assert phone(phone_page) == ""
    expect(phone_page.locator("#phone-said")).to_contain_text("could not fetch the evidence")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_what_the_phone_found_fits_any_screen(
    served: Served, phone_page: Page, language: str, width: int
) -> None:
    phone_page.set_viewport_size({"width": width, "height": 640})
    for said in ({}, {"headline": "verified"}):
        served.open(phone_page, OF_HEADLINES["recalled"], language, **said)
        phone_page.locator("#phone[data-verdict]").wait_for()
        phone_page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert phone_page.evaluate("document.documentElement.scrollWidth") <= width
        assert phone_page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_alarm_can_be_read(
    served: Served, desk_page: Page, scheme: Literal["light", "dark"]
) -> None:
    desk_page.emulate_media(color_scheme=scheme)
    served.open(desk_page, OF_HEADLINES["recalled"], headline="verified")
    desk_page.locator("#phone-alarm").wait_for()
    assert desk_page.evaluate(FAINT) == []


@pytest.mark.parametrize(
    ("vector", "server_says"), [("recalled", "verified"), ("verified", "recalled")]
)
def test_of_two_verdicts_the_worse_stands_on_top(
    served: Served, phone_page: Page, vector: str, server_says: str
) -> None:
    served.open(phone_page, OF_HEADLINES[vector], headline=server_says)
    assert phone(phone_page) == vector
    alarm = phone_page.get_by_role("alert")
    box, band = alarm.bounding_box(), phone_page.locator("[data-headline].verdict").bounding_box()
    assert box is not None
    assert band is not None
    assert box["y"] < band["y"]
    assert alarm.locator("h2").inner_text() == HEADLINES["recalled"].en
    assert "red" in (alarm.get_attribute("class") or "")
    for headline in (vector, server_says):
        assert HEADLINES[headline].en in alarm.locator("p").inner_text()
    assert phone_page.title().startswith(HEADLINES["recalled"].en)


def test_checks_that_differ_are_named(served: Served, phone_page: Page) -> None:
    axes = dict.fromkeys(
        ("integrity", "authority", "certification", "custody", "freshness"), "pass"
    )
    served.open(phone_page, OF_HEADLINES["not_valid"], headline="verified", axes=axes)
    assert phone(phone_page) == "not_valid"
    said = phone_page.get_by_role("alert").locator("li").all_inner_texts()
    assert said
    assert all("by the server in order, by this phone not " in line for line in said)


def lie(served: Served, **said: object) -> Bag:
    """Return the bag as the server shows it when it says some things otherwise."""
    served.bench.show("one-bag")
    bag = served.bench.judge().bag
    assert bag is not None
    return structs.replace(bag, **said)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("phone.fact.net_g", {"net_g": 10_000}),
        ("phone.fact.product", {"product": LocalText(vi="Gạo khác", en="Other rice")}),
        ("phone.fact.number", {"number": 8}),
        ("phone.fact.number", {"count": 9}),
        ("compare.packed", {"packed_on": "2026-04-09"}),
        ("compare.best_before", {"best_before_on": "2029-01-01"}),
        ("compare.packer", {"packer": Party(actor="a", name=LocalText(vi="Ai đó", en="Who"))}),
        ("compare.lot", {"lot": "L999"}),
    ],
)
def test_a_page_that_shows_other_facts_than_its_evidence_is_told_apart(
    served: Served, phone_page: Page, name: str, said: dict[str, object]
) -> None:
    served.open(phone_page, "one-bag", "vi", bag=lie(served, **said))
    alarm = phone_page.get_by_role("alert")
    voice = Voice("vi")
    expect(alarm.locator("h2")).to_have_text(voice.say("phone.unlike"))
    (line,) = alarm.locator("li").all_inner_texts()
    assert line.startswith(voice.say(name))
    assert phone_page.locator("#phone-said").inner_text().startswith(voice.say("phone.differs"))


def test_what_is_written_counts_and_not_how_it_is_marked(served: Served, phone_page: Page) -> None:
    def alter(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        assert ">25\u00a0kg<" in text
        route.fulfill(response=answer, body=text.replace(">25\u00a0kg<", ">50\u00a0kg<"))

    phone_page.route("**/01/**", alter)
    served.open(phone_page, "one-bag")
    told = phone_page.get_by_role("alert").locator("li")
    expect(told).to_have_count(1)
    line = told.inner_text()
    assert "50\u00a0kg" in line
    assert "25\u00a0kg" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_in_any_language_shows_what_its_evidence_says(
    served: Served, phone_page: Page, language: Language
) -> None:
    served.open(phone_page, "one-bag", language)
    phone_page.locator("#phone[data-verdict]").wait_for()
    assert phone_page.locator("[data-fact]").count() == 7
    assert not phone_page.locator("#phone-alarm").count()


@pytest.mark.parametrize("what", ["result", "details", "entries"])
def test_checks_that_came_out_otherwise_are_told_on_axes_that_did_not(
    served: Served, phone_page: Page, what: str
) -> None:
    other = {"result": "unknown", "details": {"count": 3}, "entries": (7,)}[what]
    served.bench.show("one-bag")
    findings = served.bench.judge().findings
    altered = [
        structs.replace(one, **{what: other}) if one.rule == "entries_included" else one
        for one in findings
    ]
    served.open(phone_page, "one-bag", findings=tuple(altered))
    alarm = phone_page.get_by_role("alert")
    expect(alarm.locator("li")).to_have_count(1)
    assert RULES["entries_included"].passed.en[:4] in alarm.locator("li").inner_text()


def test_a_log_that_grew_since_the_page_was_made_has_other_counts(
    served: Served, phone_page: Page
) -> None:
    served.bench.show("one-bag")
    findings = [
        structs.replace(one, details={"size": 5}) if one.rule == "checkpoint_signed" else one
        for one in served.bench.judge().findings
    ]
    served.open(phone_page, "one-bag", findings=tuple(findings), size=5)
    phone_page.locator("#phone[data-verdict]").wait_for()
    assert not phone_page.locator("#phone-alarm").count()


def test_without_words_the_page_goes_on_saying_that_nothing_was_checked(
    served: Served, phone_page: Page
) -> None:
    phone_page.route("**/static/words/**", lambda route: route.abort())
    with phone_page.expect_request("**/packed"):
        served.open(phone_page, "one-bag")
    phone_page.wait_for_load_state("networkidle")
    assert phone_page.locator("#phone-sum").inner_text() == "not checked"
    assert phone_page.locator("#phone").get_attribute("data-verdict") is None


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("**/packed", "network"),
        ("**/trust", "network"),
        ("**/static/judge.js*", "browser"),
    ],
)
def test_a_phone_that_cannot_fetch_says_neither_good_nor_bad(
    served: Served, phone_page: Page, broken: str, why: str
) -> None:
    phone_page.route(broken, lambda route: route.abort())
    served.open(phone_page, OF_HEADLINES["verified"])
    assert not phone(phone_page)
    _is_unable(phone_page, why)


def test_a_phone_without_the_signatures_algorithm_says_neither_good_nor_bad(
    served: Served, phone_page: Page
) -> None:
    without = (
        "crypto.subtle.importKey = async () => {"
        " throw new DOMException('Unrecognized name', 'NotSupportedError'); };"
    )
    script = STATIC["judge.js"].content.decode()

    def lend(route: Route) -> None:
        route.fulfill(body=without + script, content_type="text/javascript")

    phone_page.route("**/static/judge.js*", lend)
    served.open(phone_page, OF_HEADLINES["verified"])
    assert not phone(phone_page)
    _is_unable(phone_page, "browser")


@pytest.mark.parametrize("clock", ["2020-01-01T00:00:00Z", "2035-01-01T00:00:00Z"])
def test_a_phone_whose_clock_is_off_says_neither_good_nor_bad(
    served: Served, phone_page: Page, clock: str
) -> None:
    served.open(phone_page, "one-bag", clock=clock)
    assert not phone(phone_page)
    _is_unable(phone_page, "clock")


def test_a_server_cannot_blame_the_clock(served: Served, phone_page: Page) -> None:
    moment = "2020-01-01T00:00:00.000Z"
    served.open(phone_page, OF_HEADLINES["recalled"], headline="verified", at=moment)
    assert phone(phone_page) == "recalled"
    assert phone_page.get_by_role("alert").is_visible()


def _is_unable(page: Page, why: str) -> None:
    said = page.locator("#phone-said")
    assert Voice("en").say(f"phone.unable.{why}") in said.inner_text()
    assert said.get_attribute("aria-live") == "polite"
    assert page.locator("#phone-sum").inner_text() == Voice("en").say("phone.unable")
    assert not page.locator("#phone-alarm").count()
    assert not page.locator("#phone-checks").inner_text()


def test_without_the_script_the_page_is_whole_and_says_so(
    served: Served, chromium: Browser
) -> None:
    served.bench.show("one-bag")
    for is_on in (False, True):
        context = chromium.new_context(java_script_enabled=is_on)
        page = context.new_page()
        page.route("**/bag.js*", lambda route: route.abort())
        page.goto(f"{served.address}{served.bench.path}?lang=en")
        assert page.locator(".verdict").is_visible()
        assert page.locator("#phone-sum").inner_text() == "not checked"
        assert Voice("en").say("checks.phone.text") in page.locator("#phone").inner_text()
        context.close()
