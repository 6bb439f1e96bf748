"""The pages of a ledger in which a season was told, a recall included, served for a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs

from ledger.rice import acts
from ledger.rice.scopes import read_scope
from tests.drawn import serving
from tests.kept import kept
from tests.tables import play, sscc
from tests.test_tracing import STORY
from tests.world import lot, registration, role, season, words
from web.pages import make_pages

GLN = "9521234100027"
TARGETS = (
    "/affected",
    "/affected?kind=area&name=A009",
    "/affected?scope=area:A001/DX-2026",
    "/affected?scope=labels:N1&back=1",
    "/recall/52",
    "/01/09521234000303/10/P1",
    "/01/09521234000303/10/P1?linkType=linkset",
    "/01/09521234000303",
    "/01/09521234009993",
    f"/00/{sscc('1')[-18:]}",
    f"/414/{GLN}",
)
"""Every kind of page that is about no single bag."""


@contextmanager
def serving_traced_pages(folder: Path) -> Iterator[str]:
    """Serve the pages; give their address."""
    world = season()
    play(world, STORY)
    ledger = kept(world, folder / "book")
    recall = acts.Recall(
        lots=(lot("P1"), lot("Q1")),
        reason=words("dư lượng thuốc vượt mức cho phép"),
        contact="0292 000 000",
        scope=read_scope("area:A001/DX-2026"),
    )
    mill = registration("may-3", role("mill"), commune="31231")
    ledger.append(
        [world.sign("xa", recall), world.sign("so+may-3", structs.replace(mill, gln=GLN))]
    )
    with serving(make_pages(ledger)) as address:
        yield address
    ledger.close()
