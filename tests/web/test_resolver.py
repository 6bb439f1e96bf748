"""The resolver, held to every line of the published checklist, and to the rule about shoppers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
from starlette.types import ASGIApp

from ledger.catalogue import RESOLVED_KEYS
from tests.api.conftest import serving
from tests.conformance_data import load
from tests.conversation import Answer, ask, browse
from tests.tables import sscc
from tests.verdicts import PATH, Bench
from tests.web import resolved
from tests.web.resolved import BAG, GLN, GTIN, HOST, LOT, ROOT, SERIAL, TRADED
from web.linkset import VOCABULARY
from web.pages import make_pages

CHECKLIST = "gs1-resolver/checklist.json"
LINKSET = "application/linkset+json"
PALLET = "/00/" + sscc("1")[-18:]
PRODUCT = f"/01/{GTIN}"
LOT_DL = f"/01/{GTIN}/10/{LOT}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    with resolved.certified(tmp_path_factory.mktemp("resolved") / "book") as served:
        yield served


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    with resolved.traded(tmp_path_factory.mktemp("traded") / "book") as served:
        yield served


def head(app: ASGIApp, target: str, **headers: str) -> Answer:
    return ask(app, target, "HEAD", **{"host": HOST} | headers)


def linkset(app: ASGIApp, target: str) -> list[dict[str, Any]]:
    answer = ask(app, target, accept=LINKSET, host=HOST)
    assert answer.status == 200, answer.text
    contexts: list[dict[str, Any]] = json.loads(answer.text)["linkset"]
    return contexts


def links_of(context: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the links of a context by their type, without the vocabulary."""
    return {
        name.removeprefix(VOCABULARY): links
        for name, links in context.items()
        if name not in {"anchor", "itemDescription"}
    }


def merged(contexts: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the links that count for a thing: of each type those of the lowest level."""
    found: dict[str, list[dict[str, Any]]] = {}
    for context in contexts:
        for kind, links in links_of(context).items():
            found.setdefault(kind, links)
    return found


def locations(app: ASGIApp, dl: str, kind: str, link: dict[str, Any]) -> str:
    """Return where a link is led to when it is asked for by all that tells it from others."""
    headers = {"accept": link["type"]}
    if "hreflang" in link:
        headers["accept_language"] = link["hreflang"][0]
    return head(app, f"{dl}?linkType=gs1:{kind}", **headers).headers.get("location", "")


Check = Callable[[ASGIApp, str], bool]


def _is_walking_up(app: ASGIApp, dl: str) -> bool:
    key, qualifier = ("01", "10") if dl.startswith("/01/") else ("414", "254")
    value = dl.split("/")[2]
    if dl.startswith("/00/"):
        return True  # a key without qualifiers has nowhere to walk
    return head(app, f"/{key}/{value}/{qualifier}/KL8G").status != 404


def _has_single_default_links(app: ASGIApp, dl: str) -> bool:
    defaults = [links_of(one).get("defaultLink", []) for one in linkset(app, dl)]
    return all(len(one) == 1 and one[0].keys() == {"href", "title"} for one in defaults)


def _leads_by_type(app: ASGIApp, dl: str) -> bool:
    single = {kind: one for kind, one in merged(linkset(app, dl)).items() if len(one) == 1}
    return bool(single) and all(
        head(app, f"{dl}?linkType=gs1:{kind}").headers["location"] == links[0]["href"]
        for kind, links in single.items()
    )


def _leads_by_attributes(app: ASGIApp, dl: str) -> bool:
    several = {kind: one for kind, one in merged(linkset(app, dl)).items() if len(one) > 1}
    return bool(several) and all(
        locations(app, dl, kind, link) == link["href"]
        for kind, links in several.items()
        for link in links
        if len([one for one in links if _told_by(one) == _told_by(link)]) == 1
    )


def _told_by(link: dict[str, Any]) -> tuple[str, str]:
    return link["type"], str(link.get("hreflang"))


def _offers_choices(app: ASGIApp, dl: str) -> bool:
    for kind, links in merged(linkset(app, dl)).items():
        alike = [
            one for one in links if one is not links[0] and _told_by(one) == _told_by(links[0])
        ]
        if alike:
            asked = {"accept": links[0]["type"], "accept_language": links[0]["hreflang"][0]}
            return head(app, f"{dl}?linkType=gs1:{kind}", **asked).status == 300
    return True


def _is_described(app: ASGIApp, _dl: str) -> bool:
    answer = ask(app, "/.well-known/gs1resolver", accept="application/json", host=HOST)
    described = json.loads(answer.text)
    return (
        answer.status == 200
        and described["resolverRoot"] == ROOT
        and described["supportedPrimaryKeys"] == list(RESOLVED_KEYS)
        and "access-control-allow-origin" in answer.headers
    )


def _is_valid(app: ASGIApp, dl: str) -> bool:
    schema = load("untp-0.7.0/schema/LinksetSchema.json")
    jsonschema_rs.validator_for(schema).validate({"linkset": linkset(app, dl)})
    model = load("gs1-resolver/model-linkset.json")
    members = {
        name
        for context in model["linkset"]
        for link in links_of(context).values()
        for one in link
        for name in one
    }
    ours = {
        name
        for context in linkset(app, dl)
        for links in links_of(context).values()
        for one in links
        for name in one
    }
    return ours <= members


def _same(one: Answer, other: Answer) -> bool:
    return (one.status, one.headers.get("location")) == (
        other.status,
        other.headers.get("location"),
    )


KNOWN_TYPES = {
    *("defaultLink", "traceability", "certificationInfo", "epcis", "jws"),
    *("verificationService", "recallStatus", "sustainabilityInfo", "locationInfo", "pip"),
}
"""Types in GS1's list of link types (ref.gs1.org/voc/data/linktypes) that are served here."""

CHECKS: dict[str, Check] = {
    "url-valid": lambda _app, dl: "." in HOST and dl.startswith("/"),
    "dl-plausible": lambda _app, dl: bool(re.search(r"/[0-9]{2,4}/[0-9]{4}", dl)),
    "dl-valid": lambda app, dl: head(app, dl).status != 400,
    "scheme-https": lambda app, dl: linkset(app, dl)[0]["anchor"] == ROOT + dl,
    "description-file": _is_described,
    "cors": lambda app, dl: head(app, dl).headers["access-control-allow-origin"] == "*",
    "methods": lambda app, dl: (
        {"GET", "HEAD", "OPTIONS"}
        <= set(head(app, dl).headers["access-control-allow-methods"].split(", "))
    ),
    "linkset-link-on-redirect": lambda app, dl: (
        f'<{ROOT}{dl}?linkType=linkset>; rel="linkset"' in head(app, dl).headers["link"]
    ),
    "no-legacy-link-list": lambda app, dl: 'rel="gs1:' not in head(app, dl).headers["link"],
    "syntax-error-400": lambda app, dl: head(app, f"{dl}/foo").status == 400,
    "no-error-as-200": lambda app, dl: head(app, f"{dl}/foo").status != 200,
    "trailing-slash": lambda app, dl: _same(head(app, dl), head(app, f"{dl}/")),
    "walk-up": _is_walking_up,
    "linkset-by-parameter": lambda app, dl: head(app, f"{dl}?linkType=linkset").status == 200,
    "linkset-by-all": lambda app, dl: head(app, f"{dl}?linkType=all").status == 200,
    "linkset-by-accept": lambda app, dl: (
        {head(app, f"{dl}{query}", accept=LINKSET).status for query in ("", "?linkType=all")}
        == {200}
    ),
    "linkset-valid": _is_valid,
    "linkset-context-link": lambda app, dl: (
        'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        in ask(app, dl, accept=LINKSET).headers["link"]
    ),
    "linkset-content-type": lambda app, dl: (
        ask(app, dl, accept=LINKSET).headers["content-type"].startswith(LINKSET)
    ),
    "default-link-exists": lambda app, dl: "defaultLink" in merged(linkset(app, dl)),
    "default-link-single": _has_single_default_links,
    "default-redirect": lambda app, dl: (
        head(app, dl).status == 307
        and head(app, dl).headers["location"] == merged(linkset(app, dl))["defaultLink"][0]["href"]
    ),
    "default-multi-needs-two": lambda app, dl: "defaultLinkMulti" not in merged(linkset(app, dl)),
    "redirect-by-link-type": _leads_by_type,
    "redirect-by-attributes": _leads_by_attributes,
    "multiple-choices": _offers_choices,
    "link-types-known": lambda app, dl: merged(linkset(app, dl)).keys() <= KNOWN_TYPES,
    "unknown-link-type-404": lambda app, dl: head(app, f"{dl}?linkType=gs1:nosuchlt").status == 404,
    "query-passed-on": lambda app, dl: "foo=bar" in head(app, f"{dl}?foo=bar").headers["location"],
}
ELSEWHERE = {"tls", "http-version"}
"""Lines of the checklist about the server: TLS ends in front of it; the version has its test."""
PLACES = [
    ("app", BAG),
    ("app", BAG.rpartition("/21/")[0]),
    ("app", PRODUCT),
    ("app", f"/01/{GTIN}/21/{SERIAL}"),
    ("market", f"/01/{TRADED}/10/P1"),
    ("market", PALLET),
    ("market", f"/414/{GLN}"),
    ("market", f"/417/{GLN}"),
]


def test_every_line_of_the_checklist_has_its_check() -> None:
    lines = {line["id"] for line in load(CHECKLIST)["statements"]}
    assert lines == CHECKS.keys() | ELSEWHERE


def test_answers_are_of_http_1_1(app: ASGIApp) -> None:
    with serving(app) as client:
        answer = client.head(BAG)
        assert (answer.status_code, answer.http_version) == (307, "HTTP/1.1")
        shown = client.get(BAG, follow_redirects=True)
        assert str(shown.url) == f"{client.base_url}/page{BAG}"
        assert 'data-headline="verified"' in shown.text


@pytest.mark.parametrize("line", CHECKS)
@pytest.mark.parametrize(("ledger", "dl"), PLACES)
def test_the_checklist_holds(
    request: pytest.FixtureRequest, ledger: str, dl: str, line: str
) -> None:
    assert CHECKS[line](request.getfixturevalue(ledger), dl)


def test_a_level_hands_its_links_down(app: ASGIApp) -> None:
    anchors = [context["anchor"] for context in linkset(app, BAG)]
    assert anchors == [ROOT + BAG, f"{ROOT}/01/{GTIN}/10/{LOT}", f"{ROOT}/01/{GTIN}"]
    kinds = merged(linkset(app, BAG)).keys()
    assert {"verificationService", "certificationInfo"} <= kinds
    assert "sustainabilityInfo" not in kinds, "nobody stated any emission"
    assert {"epcis", "jws", "pip", "recallStatus", "traceability"} <= kinds
    epcis = head(app, f"{BAG}?linkType=gs1:epcis").headers["location"]
    assert epcis == f"{ROOT}/lots/{GTIN}/{LOT}/epcis"


def test_every_link_leads_to_what_it_says(app: ASGIApp, market: ASGIApp) -> None:
    for served, dl in [(app, BAG), (market, PALLET), (market, f"/414/{GLN}"),
                       (market, f"/01/{TRADED}/10/P1")]:  # fmt: skip
        for context in linkset(served, dl):
            for kind, links in links_of(context).items():
                for link in links:
                    answer = ask(served, link["href"].removeprefix(ROOT))
                    assert answer.status == 200, (kind, link)
                    said = answer.headers["content-type"].partition(";")[0]
                    assert said == link.get("type", "text/html"), (kind, link)
                    if "hreflang" in link:
                        assert answer.headers["content-language"] == link["hreflang"][0]


@pytest.mark.parametrize(
    "dl",
    [
        f"/01/{GTIN}/10/{LOT}/21/{SERIAL[:-1]}0",
        f"/01/{GTIN}/10/{LOT}/21/SN-417",
        f"/01/{GTIN}/10/KL8G/21/{SERIAL}",
    ],
)
def test_an_invented_bag_has_the_links_of_what_it_would_be_one_of_and_none_of_its_own(
    app: ASGIApp, dl: str
) -> None:
    for context in linkset(app, dl):
        assert "/21/" not in context["anchor"]
        assert not {"verificationService", "sustainabilityInfo"} & links_of(context).keys()
    assert "/21/" not in head(app, dl).headers["location"]
    shown = browse(app, dl)
    assert shown.status in {400, 404}, "a person is told"
    assert "verdict green" not in shown.text


def test_a_shopper_is_shown_the_page_at_the_link_and_never_data(app: ASGIApp) -> None:
    shown = browse(app, BAG, accept_language="vi", host=HOST)
    assert shown.status == 200
    assert 'data-headline="verified"' in shown.text
    assert 'rel="linkset"' in shown.headers["link"]
    assert shown.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    for kind in ("linkset", "epcis", "jws", "certificationInfo", "traceability", "nothing", ""):
        answer = browse(app, f"{BAG}?linkType=gs1:{kind}" if kind else BAG, host=HOST)
        if answer.status == 307:
            answer = browse(app, answer.headers["location"].removeprefix(ROOT))
        assert answer.headers["content-type"].startswith("text/html"), kind
    listed = browse(app, f"{BAG}?linkType=linkset")
    assert listed.status == 200
    assert "Những gì đã ghi trong sổ" in listed.text


def test_emissions_have_a_link_where_they_were_stated() -> None:
    (bag,) = linkset(make_pages(Bench()), PATH)
    assert "sustainabilityInfo" in links_of(bag)


@pytest.mark.parametrize(
    ("accept", "language", "leads_to"),
    [
        (None, None, f"/page{LOT_DL}?lang=vi"),
        ("*/*", "en;q=0.3, vi;q=0.8", f"/page{LOT_DL}?lang=vi"),
        ("text/html", "fr", f"/page{LOT_DL}?lang=fr"),
        ("text/html", "pt", f"/page{LOT_DL}?lang=en"),
        ("application/json", "vi", f"/lots/{GTIN}/{LOT}/trace"),
        ("application/*;q=0.9, text/*;q=0.1", "en", f"/lots/{GTIN}/{LOT}/trace"),
        ("application/json;q=0, */*", "en", f"/page{LOT_DL}?lang=en"),
        ("image/png", "en", f"/page{LOT_DL}?lang=en"),
        ("\xff;q=x,,;;,/;q=", "vi;q=nan, en;q=1e9, vi;q=-1", f"/page{LOT_DL}?lang=vi"),
    ],
)
def test_wishes_decide_between_links_of_a_type(
    app: ASGIApp, accept: str | None, language: str | None, leads_to: str
) -> None:
    wishes = {"accept": accept, "accept_language": language}
    given = {name: wish for name, wish in wishes.items() if wish is not None}
    answer = head(app, f"{LOT_DL}?linkType=gs1:traceability", **given)
    assert answer.status == 307
    assert answer.headers["location"] == ROOT + leads_to


def test_a_program_that_asks_for_json_gets_the_linkset_as_json(app: ASGIApp) -> None:
    for query in ("", "?linkType=linkset"):
        answer = ask(app, BAG + query, accept="application/json")
        assert answer.headers["content-type"] == "application/json"
        assert len(json.loads(answer.text)["linkset"]) == 3


def test_several_recalls_are_offered_to_choose_from(market: ASGIApp) -> None:
    lot = f"/01/{TRADED}/10/P1?linkType=gs1:recallStatus"
    assert head(market, lot, accept_language="vi").status == 300
    page = browse(market, lot, accept_language="vi")
    assert page.status == 300
    assert page.text.count('href="/recall/') == 2
    data = ask(market, lot, accept="application/json", accept_language="vi", host=HOST)
    assert data.status == 300
    assert len(json.loads(data.text)["linkset"][0][f"{VOCABULARY}recallStatus"]) == 2


@pytest.mark.parametrize(
    "kind",
    [
        "gs1:traceability",
        "traceability",
        f"{VOCABULARY}traceability",
        "https://gs1.org/voc/traceability",
        "https%3A%2F%2Fwww.gs1.org%2Fvoc%2Ftraceability",
    ],
)
def test_a_type_has_its_names(app: ASGIApp, kind: str) -> None:
    answer = head(app, f"{BAG}?linkType={kind}&a=1&a=2&b=%26")
    assert answer.headers["location"] == f"{ROOT}/page{BAG}?lang=vi&a=1&a=2&b=%26"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"{BAG}?15=270401&utm=x", 307),
        (f"{BAG}?15=270499", 400),
        (f"{BAG}?10=A", 400),
        (f"{BAG}?9999=1", 400),
        ("/01/09521234009993", 404),
        ("/00/095212340000000990", 404),
        ("/414/9521234100041", 404),
        ("/8003/09521234100027", 404),
        ("/01/09521234000304", 400),
        (f"/414/{GLN}/254/SILO-3", 307),
        ("/page/", 404),
        ("/page/01/1", 400),
    ],
)
def test_what_cannot_be_read_or_is_not_known(market: ASGIApp, target: str, status: int) -> None:
    target = target.replace(BAG, f"/01/{TRADED}/10/P1")
    assert head(market, target).status == status
    assert browse(market, target).status == (200 if status == 307 else status)
    if status >= 400 and target != "/page/":
        told = ask(market, target, accept=f"{LINKSET}, application/problem+json", host=HOST)
        assert told.status == status
        assert told.headers["content-type"] == "application/problem+json"
        problem = json.loads(told.text)
        assert problem["type"] == f"/problems/{problem['code']}"
        assert ask(market, problem["type"]).status == 200


def test_options_are_told_without_looking_at_the_link(app: ASGIApp) -> None:
    for target in (BAG, "/01/1", f"/page{BAG}"):
        answer = ask(app, target, "OPTIONS", origin="https://other.example")
        assert answer.status == 204
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("host", "leads_to"),
    [
        (HOST, f"{ROOT}/page{PRODUCT}"),
        ("other.example:8443", f"http://other.example:8443/page{PRODUCT}"),
        ("[::1]", f"/page{PRODUCT}"),
        ("evil.example/x?", f"/page{PRODUCT}"),
        ("a b<script>", f"/page{PRODUCT}"),
        ("", f"/page{PRODUCT}"),
    ],
)
def test_only_an_address_is_taken_for_one(app: ASGIApp, host: str, leads_to: str) -> None:
    assert ask(app, PRODUCT, host=host).headers["location"] == leads_to


def test_a_product_and_a_place_say_nothing_good_of_any_bag(market: ASGIApp) -> None:
    product = browse(market, f"/01/{TRADED}?lang=en")
    assert "It says nothing of any one bag" in product.text
    assert "recalled" in product.text
    place = browse(market, f"/414/{GLN}?lang=en")
    assert "Mill &lt;b&gt;Three&lt;/b&gt;" in place.text
    assert "Thanh An Commune" in place.text
    for shown in (product, place, browse(market, PALLET)):
        assert "green" not in shown.text
        assert "đ/kg" not in shown.text
