"""A small season with two applications that wait, served with the certifier's pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.main import create_app
from ledger.rice import acts
from ledger.rice.certificate_facts import Attestation
from ledger.rice.facts import find
from ledger.rice.life_facts import Application
from tests.certified_season import Season
from tests.drawn import serving
from tests.vectors import small_harvest as season
from tests.vectors.scenes import SECOND_KEY
from tests.vectors.small_harvest import Step, on
from web.site import make_site

FIRST, SECOND = (f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
CERTIFY = f"/workplace/{season.CONFIRMER}/certify"
GRANTS = f"/workplace/{season.ASSOCIATION}/certify"
DOSSIER = f"{CERTIFY}/areas/{season.AREA_1}/{season.SEASON}"
PAGES = (
    CERTIFY,
    GRANTS,
    DOSSIER,
    f"{CERTIFY}/sample?season={season.SEASON}",
    f"{CERTIFY}/applications/{SECOND}",
    f"{CERTIFY}/second",
    f"{CERTIFY}/attestations/XN-01",
    f"{GRANTS}/change/CN-01",
    "/certificates/CN-01",
)
"""Every page of a certifier, and the public page of a certificate."""


@dataclass(frozen=True, slots=True)
class Served:
    """A small season, and where its pages are."""

    season: Season
    address: str

    def attestation(self, name: str) -> Attestation:
        """Return an attestation as the ledger knows it."""
        with self.season.ledger.reading() as view:
            known = find(view, Attestation, f"attestation:{name}")
        assert known is not None
        return known

    def application(self, name: str) -> Application:
        """Return an application as the ledger knows it."""
        with self.season.ledger.reading() as view:
            known = find(view, Application, f"application:{name}")
        assert known is not None
        return known


@contextmanager
def serving_certifier(folder: Path) -> Iterator[Served]:
    """Serve the pages; the association has the key of a second device."""
    made = Season(folder / "book")
    device = acts.EnrolKey(actor=season.ASSOCIATION, key=season.new_key(SECOND_KEY, admin=False))
    made.take(Step("enrol", on("04-15"), season.act(device, season.ASSOCIATION, SECOND_KEY)))
    for name in (FIRST, SECOND):
        made.apply(name, on("04-16"))
    made.ledger.publish()
    pages = make_site(made.ledger, clock=made.clock)
    with serving(create_app(made.ledger, pages=pages, clock=made.clock)) as address:
        yield Served(made, address)
    made.ledger.close()
