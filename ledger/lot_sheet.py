"""Everything worth telling of one lot: what it is, who stopped it, where its claim was lost."""

from __future__ import annotations

from msgspec import Struct

from ledger.affected import Affected, LotRow, trace
from ledger.errors import NotFoundError
from ledger.proof.verdict import Notice
from ledger.recalling import notice
from ledger.rice.acts import Scope
from ledger.rice.facts import Lot, find
from ledger.store.store import Reading
from ledger.tracing import ClaimLost, claims_lost

LINKS_MAX = 10_000


class LotSheet(Struct, frozen=True, kw_only=True):
    """A lot as it is now, with what came of it and what it came from."""

    row: LotRow
    custody: str
    notices: tuple[Notice, ...]
    claims_lost: tuple[ClaimLost, ...]
    forward: Affected
    back: Affected


def lot_sheet(view: Reading, name: str) -> LotSheet:
    """Return everything worth telling of a lot; raise `NotFoundError` if there is none."""
    lot = find(view, Lot, f"lot:{name}")
    if lot is None:
        raise NotFoundError("name_unknown", name=name)
    scope = Scope(kind="lot", id=name)
    forward = trace(view, scope, "forward", links_max=LINKS_MAX)
    return LotSheet(
        row=forward.lots[0],
        custody=lot.custody,
        notices=(
            *(notice(view, "recall", flag) for flag in lot.recalled),
            *(notice(view, "hold", flag) for flag in lot.held),
        ),
        claims_lost=tuple(claims_lost(view, name)),
        forward=forward,
        back=trace(view, scope, "back", links_max=LINKS_MAX),
    )
