"""Paths, codes and headers as hostile as they come: a page or a problem, and never a false green.

Drawn from a fixed seed, so that a run is the same everywhere and takes as long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_from_bytes, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import (
    SearchStrategy,
    binary,
    booleans,
    characters,
    composite,
    dictionaries,
    integers,
    lists,
    one_of,
    sampled_from,
    text,
)
from starlette.types import ASGIApp

from ledger.rice.digital_link import FORMATS
from tests.conversation import BROWSER, Answer, ask, browse
from tests.web import resolved
from tests.web.resolved import BAG, GLN, GTIN, LOT, SERIAL

BOUNDED = settings(
    max_examples=400,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
GREEN = 'class="verdict green"'
TAGS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "'--")
NASTY = (
    *("", "%00", "%", "%zz", "%25%32%46", "%252F", "..", "%2e%2e%2f", "//", ";", "\\"),
    *("%FF%FE", "%ED%A0%80", "%C0%AF", "%E2%80%AE", "A" * 3_000, "9" * 400, "%F0%9F%8D%9A"),
    *(quote(one) for one in TAGS),
)
PALLET = "/00/095212340000000013"
WHOLE = (
    BAG,
    BAG,
    f"/01/{GTIN}/10/{LOT}",
    f"/01/{GTIN}/10/P1",
    f"/01/{GTIN}",
    f"/414/{GLN}",
    PALLET,
)
VALUES = (GTIN, LOT, SERIAL, SERIAL.lower(), SERIAL[::-1], GLN, "095212340000000013")

visible = characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#")
segments = one_of(
    sampled_from([*FORMATS, *VALUES, *NASTY]),
    text(alphabet=visible, max_size=30),
    text(max_size=10).map(lambda raw: raw.replace("?", "").encode("utf-8", "ignore").decode()),
    binary(max_size=20).map(lambda raw: quote_from_bytes(raw, safe="")),
)


@composite
def paths(draw: Any) -> str:  # noqa: ANN401  (hypothesis names no type for it)
    """Return a path: a good one, perhaps respelled or with a part exchanged, or odd parts."""
    choice = draw(integers(0, 3))
    if choice == 0:
        first: str = draw(
            sampled_from(["", "/page", "/v", "/recall", "/static", "/check", "/shop"])
        )
        return f"{first}/{'/'.join(draw(lists(segments, max_size=8)))}"
    parts: list[str] = draw(sampled_from(WHOLE)).split("/")
    place = draw(integers(1, len(parts) - 1))
    if choice == 1:
        parts[place] = draw(segments)
    elif choice == 2:
        parts[place] = "".join(f"%{ord(sign):02x}" for sign in parts[place])
    prefix, end = draw(sampled_from([("", ""), ("", "/"), ("/page", ""), ("/page", "/")]))
    return f"{prefix}{'/'.join(parts)}{end}"


queries = one_of(
    sampled_from(["", "", "linkType=linkset", "linkType=all", "linkType=gs1:epcis", "lang=vi"]),
    text(alphabet=characters(min_codepoint=33, max_codepoint=126, exclude_characters="#")).map(
        lambda odd: f"linkType={odd}"
    ),
    sampled_from([*NASTY, *(f"linkType={one}" for one in NASTY), "15=9", "&&==&", "%31%35=x"]),
    sampled_from([f"scope={one}&kind=lot&name={one}&code={one}" for one in NASTY]),
)
media = sampled_from(
    ["text/html", "*/*", "application/json", "application/linkset+json", "x/y", "/", ";q=1", "q"]
)
weights = sampled_from(["", ";q=0", ";q=1", ";q=nan", ";q=1e400", ";q=-1", ";q=", ";q=1;q=0", ";"])


def header(names: SearchStrategy[str]) -> SearchStrategy[str]:
    """Return a header of names with weights, readable or not, or of thousands of them."""
    parts = lists(
        one_of([names, text(alphabet=visible, max_size=12)]).flatmap(_weighed), max_size=6
    )
    return one_of(
        parts.map(",".join), parts.map(lambda few: ",".join(few * 3_000)), sampled_from([BROWSER])
    )


def _weighed(name: str) -> SearchStrategy[str]:
    return weights.map(lambda weight: name + weight)


headers = dictionaries(sampled_from(["accept", "accept_language"]), header(media)).flatmap(
    lambda known: header(sampled_from(["vi", "en", "fr", "*", "vi-VN", "zh-Hant-CN"])).map(
        lambda languages: known | {"accept_language": languages}
    )
)
hosts = sampled_from(["r.example", "r.example", "[", "[::1]", "a b", "", "x" * 400, "@", "r:99999"])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    with resolved.certified(tmp_path_factory.mktemp("fuzzed") / "book") as served:
        yield served


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    with resolved.traded(tmp_path_factory.mktemp("fuzzed") / "market") as served:
        yield served


def check(answer: Answer) -> None:
    """Fail unless an answer is a page or a problem that runs nothing and leads nowhere odd."""
    assert answer.raised is None
    assert answer.status < 500, answer.text[:2_000]
    for name, value in answer.headers.items():
        assert "\n" not in value, name
        assert "\r" not in value, name
    place = answer.headers.get("location", "/")
    assert place.startswith(("/", "http://", "https://r.example/")), place
    assert not place.startswith("//"), place
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/html"):
        # Of scripts there are our own, by name, and words for them as data.
        odd = r'<script(?! src="/static/| type="application/json")|<img|onerror=alert\(1\)>'
        assert not re.search(odd, answer.text)
        assert "Content-Security-Policy".lower() in answer.headers
    elif "json" in kind and answer.text:
        json.loads(answer.text)


@BOUNDED
@given(path=paths(), query=queries, wishes=headers, host=hosts, is_traded=booleans())
def test_no_link_however_broken_is_a_fault_of_ours(
    app: ASGIApp,
    market: ASGIApp,
    path: str,
    query: str,
    wishes: dict[str, str],
    host: str,
    *,
    is_traded: bool,
) -> None:
    app = market if is_traded else app
    target = f"{path}?{query}" if query else path
    answer = ask(app, target, host=host, **wishes)
    check(answer)
    bodiless = ask(app, target, "HEAD", host=host, **wishes)
    assert (bodiless.status, bodiless.headers.get("location")) == (
        answer.status,
        answer.headers.get("location"),
    )


@BOUNDED
@given(path=paths())
def test_only_the_bag_itself_is_ever_green(app: ASGIApp, path: str) -> None:
    shown = browse(app, path)
    for _ in range(3):
        if shown.status not in {301, 303, 307}:
            break
        shown = browse(app, shown.headers["location"])
    check(shown)
    if GREEN in shown.text:
        assert shown.status == 200
        read = unquote(path)
        assert SERIAL in read.upper().replace("-", ""), path
        assert GTIN in read or path.startswith("/v/"), path


@BOUNDED
@given(typed=one_of(text(max_size=60), sampled_from([*NASTY, *TAGS, SERIAL])))
def test_whatever_is_typed_is_answered(app: ASGIApp, typed: str) -> None:
    asked = quote(typed.encode("utf-8", "surrogatepass"), safe="")
    check(browse(app, f"/check?code={asked}"))
    check(browse(app, f"/v/{asked}"))
    check(browse(app, f"/affected?scope={asked}"))
    check(browse(app, f"/affected?kind=lot&name={asked}&lang={asked}"))
