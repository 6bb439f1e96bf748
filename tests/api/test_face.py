"""The face as a whole: its description, its neighbours, its troubles."""

from __future__ import annotations

import re
from datetime import timedelta
from operator import itemgetter
from typing import Any

import httpx
import jsonschema_rs
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.main import create_app
from api.problems import codes
from ledger.errors import CODES
from ledger.log.keys import EcdsaSigningKey
from ledger.log.methods import read_methods
from ledger.log.statement import seal_many
from ledger.proof.offline import judge_code
from ledger.proof.trust import read_trust
from ledger.proof.verify import verify_bytes
from ledger.rice import acts
from ledger.rice.rulebook import RULES
from ledger.service import Ledger
from tests.api import one_bag
from tests.api.conftest import NOW
from tests.conversation import ask, browse
from tests.small_season import ORIGIN, Clock, harvest, key_of, offered
from web.pages import make_pages

JOSE = {"content-type": "application/jose"}


def elsewhere(request: Request) -> Response:
    return PlainTextResponse(f"a page at {request.scope['raw_path'].decode()}")


def test_the_description_is_openapi_and_closed(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {tag["name"] for tag in document["tags"]} == {
        operation["tags"][0] for path in document["paths"].values() for operation in path.values()
    }
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["summary"] and one["description"] for one in operations)
    schemas = document["components"]["schemas"]
    wanted = set(re.findall(r"'#/components/schemas/([^']+)'", str(document)))
    assert wanted == set(schemas)
    assert not [name for name, one in schemas.items() if one["additionalProperties"] is not False]


TARGETS = """
/entries?limit=3 /entries/0 /proofs/consistency?old=1&new=2
/actors /actors/htx /areas /areas/VN-CTO-0001 /attestations /schemes
/lots /lots/09521234000303/P1 /lots/09521234000303/P1/trace /trace?scope=labels:P1&direction=back
/trace?scope=area:VN-CTO-0001/DX-2026 /trace?scope=x
/problems /problems/key_unknown /health/live /health/ready /nowhere /entries/x
"""


def test_answers_are_what_the_description_says(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    for target in TARGETS.split():
        answer = client.get(target)
        schema = {"$ref": "#/components/schemas/Problem"}
        if answer.status_code == 200:
            responses = operation_of(document, target.partition("?")[0])["responses"]
            schema = responses["200"]["content"]["application/json"]["schema"]
        validator = jsonschema_rs.validator_for(schema | {"components": document["components"]})
        assert not list(validator.iter_errors(answer.json())), target
        assert not validator.is_valid(answer.json() | {"more": 1}), target


def operation_of(document: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the description of what a GET of the path does: the most particular one."""
    found = [
        (template.count("{"), operations["get"])
        for template, operations in document["paths"].items()
        if "get" in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    operation: dict[str, Any] = min(found, key=itemgetter(0))[1]
    return operation


def test_the_receipt_is_what_the_description_says(client: httpx.Client) -> None:
    schemas = client.get("/openapi.json").json()["components"]
    answer = client.post("/entries", content=harvest(1), headers=JOSE)
    schema = {"$ref": "#/components/schemas/Receipt", "components": schemas}
    assert jsonschema_rs.is_valid(schema, answer.json())


def test_a_bundle_fetched_is_a_bundle_that_can_be_judged(client: httpx.Client) -> None:
    data = client.get(f"/bundles/{one_bag.PACKED}/P1/{one_bag.SERIAL}").content
    trust = read_trust(client.get("/trust").content)
    verdict = verify_bytes(data, trust, NOW + timedelta(hours=1))
    assert verdict.bag is not None
    assert verdict.bag.number == 42


def test_a_lot_file_fetched_is_one_that_checks_codes_and_is_sent_once(client: httpx.Client) -> None:
    path = f"/lots/{one_bag.PACKED}/P1/lotfile"
    answer = client.get(path)
    trust = read_trust(client.get("/trust").content)
    verdict = judge_code(answer.content, one_bag.SERIAL, trust, NOW + timedelta(hours=2))
    assert (verdict.headline, verdict.age_hours) == ("issued", 1)
    again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    client.post("/entries", content=harvest(1), headers=JOSE)
    waiting = client.get(path)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "head_moved")


def test_a_ledger_whose_checkpoint_falls_behind_is_not_ready(
    client: httpx.Client, small_ledger: Ledger, clock: Clock
) -> None:
    client.post("/entries", content=harvest(1), headers=JOSE)
    soon = client.get("/health/ready")
    assert soon.status_code == 200
    assert soon.json()["size"] == soon.json()["published_size"] + 1
    clock.now += timedelta(minutes=2)
    late = client.get("/health/ready")
    assert (late.status_code, late.json()["status"]) == (503, 503)
    assert late.json()["code"] == "checkpoint_late"
    assert late.headers["cache-control"] == "no-store"
    small_ledger.publish()
    assert client.get("/health/ready").status_code == 200


def test_keys_are_shown_for_both_worlds(client: httpx.Client) -> None:
    # RFC 7517 members beside the multikey of did:key's own P-256 vectors' form: zDn…
    phone = EcdsaSigningKey.from_number(7)
    act = acts.EnrolKey(actor="htx", key=offered(phone, admin=False))
    data = seal_many(acts.write_act(act), keys=[key_of("htx"), phone], ledger=ORIGIN)
    assert client.post("/entries", content=data, headers=JOSE).status_code == 201
    answer = client.get("/actors/htx/did.json")
    document = answer.json()
    methods = {one["id"].partition("#")[2]: one for one in document["verificationMethod"]}
    assert methods[phone.public.kid]["publicKeyJwk"]["crv"] == "P-256"
    assert methods[f"{phone.public.kid}-multikey"]["publicKeyMultibase"].startswith("zDn")
    assert methods[f"{key_of('htx').public.kid}-multikey"]["publicKeyMultibase"].startswith("z6Mk")
    assert document["assertionMethod"] == [one["id"] for one in document["verificationMethod"]]
    # Whoever reads our certificates with our own command can use this document as it is.
    read = read_methods(answer.content, NOW)
    assert {phone.public.kid, key_of("htx").public.kid} <= set(read)
    assert {method.controller for method in read.values()} == {document["id"]}


def test_every_code_is_explained(client: httpx.Client) -> None:
    listed = client.get("/problems").json()["codes"]
    assert [one["code"] for one in listed] == [rule.code for rule in RULES] + list(CODES)
    assert len(codes()) == len({one["code"] for one in listed})


def test_what_is_not_the_json_face_is_a_page(small_ledger: Ledger, clock: Clock) -> None:
    pages = Starlette(routes=[Route("/{path:path}", elsewhere)])
    app = create_app(small_ledger, pages=pages, clock=clock)
    for path in ("/", "/01/09521234000303/10/A%2FB/21/X", "/nowhere", "/entriesx"):
        assert ask(app, path).text == f"a page at {path}"
    for path in ("/entries/x/y", "/tile/9", "/lots", "/problems/nonsense"):
        answer = ask(app, path)
        assert answer.headers["content-type"].startswith("application/")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_bag_has_its_page_and_its_bundle_side_by_side(small_ledger: Ledger, clock: Clock) -> None:
    app = create_app(small_ledger, pages=make_pages(small_ledger), clock=clock)
    bag = f"{one_bag.PACKED}/10/P1/21/{one_bag.SERIAL}"
    page = browse(app, f"/01/{bag}")
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert ask(app, f"/bundles/{one_bag.PACKED}/P1/{one_bag.SERIAL}").status == 200
    assert ask(app, "/").headers["content-type"].startswith("text/html")


def test_a_bug_of_ours_is_told_without_its_particulars(
    small_ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble() -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(small_ledger, "published", stumble)
    answer = ask(create_app(small_ledger, clock=clock), "/checkpoint", accept_language="vi")
    assert answer.status == 500
    assert answer.raised is None
    assert '"code":"trouble"' in answer.text
    assert "Phía chúng tôi" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
