"""Pages about goods, pallets and places: what a Digital Link names that is no bag and no lot.

They say what is on record of a kind of goods or of an organisation, and never that a bag is good:
nothing on them is green.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ledger.catalogue import pallet_sheet, places, product_sheet
from ledger.errors import NotFoundError
from ledger.lists import lot_name, pallet_name
from ledger.rice.digital_link import DigitalLink, format_path
from ledger.rice.facts import Actor
from web.frame import Frame
from web.levels import Bags
from web.trace_pages import affected_path, lot_path

STATE_TONES = {"recalled": "red", "recalled_in_part": "red", "held": "amber", "free": "grey"}


class GoodsPages:
    """The pages of one ledger that are about more, or less, than rice in a lot."""

    def __init__(self, bags: Bags, frame: Frame) -> None:
        self._bags = bags
        self._frame = frame

    def show(self, request: Request, link: DigitalLink) -> Response:
        """Return the page of what a link names; raise `NotFoundError` if nothing is known."""
        if link.identifier == "01" and link.get("10") is None:
            return self._product(request, link.value)
        if link.identifier == "00":
            return self._pallet(request, link)
        if link.identifier in {"414", "417"}:
            return self._place(request, link.value)
        raise NotFoundError("link_unlisted", link=link.path[:200])

    def _product(self, request: Request, gtin: str) -> Response:
        with self._bags.reading() as view:
            sheet = product_sheet(view, gtin)
        return self._frame.show(request, "product.html", sheet=sheet, **_TOOLS)

    def _pallet(self, request: Request, link: DigitalLink) -> Response:
        with self._bags.reading() as view:
            sheet = pallet_sheet(view, link.identity)
        scope = f"pallet:{link.value}"
        return self._frame.show(request, "pallet.html", sheet=sheet, scope=scope, **_TOOLS)

    def _place(self, request: Request, gln: str) -> Response:
        with self._bags.reading() as view:
            found = places(view, gln)
        if not found:
            raise NotFoundError("link_unlisted", link=f"(414) {gln}")
        return self._frame.show(request, "place.html", gln=gln, places=found, **_TOOLS)


def _product_path(gtin: str) -> str:
    return format_path(("01", gtin))


def _offices(actor: Actor) -> list[str]:
    """Return the offices an organisation holds, each once."""
    return list(dict.fromkeys(role.role for role in actor.roles if role.ended_on is None))


_TOOLS: dict[str, Any] = {
    "affected_path": affected_path,
    "lot_name": lot_name,
    "lot_path": lot_path,
    "offices": _offices,
    "pallet_name": pallet_name,
    "product_path": _product_path,
    "state_tones": STATE_TONES,
}
