"""A server of one vector's bag, which says of it whatever it is told to say."""

from __future__ import annotations

import json
from collections.abc import Mapping

from msgspec import structs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from ledger.log import encoding
from ledger.proof.bundle import Bundle, read_bundle
from ledger.proof.rules import HEADLINES
from ledger.proof.transport import pack
from ledger.proof.trust import read_trust
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify_bytes
from tests.vectors.make import FOLDER
from tests.verdicts import Bench
from web.bag_page import bag_path
from web.pages import make_pages


class VectorBench(Bench):
    """A ledger that has the bag of one vector."""

    def __init__(self) -> None:
        super().__init__()
        self.show("one-bag")

    def show(self, name: str, **said: object) -> None:
        """Have the bag of a vector; of its verdict the server says some things otherwise."""
        self.folder = FOLDER / name
        self.said = said

    @property
    def bundle(self) -> Bundle:
        """The bundle of the bag."""
        return read_bundle((self.folder / "bundle.json").read_bytes())

    @property
    def at(self) -> str:
        """The moment at which the vector is judged."""
        return (self.folder / "at.txt").read_text().rstrip("\n")

    @property
    def path(self) -> str:
        """The path of the bag's page."""
        return bag_path(self.bundle.gtin, self.bundle.lot, self.bundle.serial)

    def trust(self) -> bytes:
        """Return the trust of the vector."""
        return (self.folder / "trust.json").read_bytes()

    def judge(self, *_bag: str) -> Verdict:
        """Return the verdict on the bag, with what the server says otherwise."""
        data = (self.folder / "bundle.json").read_bytes()
        found = verify_bytes(data, read_trust(self.trust()), encoding.parse_time(self.at))
        return structs.replace(found, **self.said)


def make_site(bench: VectorBench) -> Starlette:
    """Return the pages of that bag, with what the JSON face adds to them."""

    def packed(_request: Request) -> Response:
        return Response(pack(bench.bundle))

    def trust(_request: Request) -> Response:
        return Response(bench.trust())

    return Starlette(
        routes=[
            Route("/bundles/{gtin}/{lot}/{serial}/packed", packed),
            Route("/trust", trust),
            Mount("/", make_pages(bench)),
        ]
    )


def _of_headlines() -> Mapping[str, str]:
    """Return for each headline a vector that has it and that a server could have."""
    found: dict[str, str] = {}
    for folder in sorted(FOLDER.iterdir()):
        if (folder / "verdict.json").exists() and folder.name not in _FORGED:
            headline = json.loads((folder / "verdict.json").read_bytes())["headline"]
            found.setdefault(headline, folder.name)
    return {headline: found[headline] for headline in HEADLINES if headline in found}


_FORGED = frozenset({"batch-of-no-lot_fail", "chain-broken_fail", "number-of-another-bag_fail"})
OF_HEADLINES = _of_headlines()
