"""The small season of the vectors in a ledger of its own: confirmed, granted, packed, labelled."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ledger.errors import LedgerError
from ledger.rice import acts
from ledger.rice.trust_acts import Reaffirm, RecoverKey
from ledger.service import Ledger
from tests.small_season import Clock
from tests.vectors import small_harvest as season
from tests.vectors.small_harvest import Step

GRANT, CONFIRMATION = season.attestation_id("CN-01"), season.attestation_id("XN-01")
LOT = season.uri(season.BAGGED, season.LOT)
OTHER_LOT = season.uri(season.BAGGED, "L260411A")


class Season:
    """A ledger, its clock, and what is said to it on which day."""

    def __init__(self, folder: Path) -> None:
        first, *rest = season.steps()
        self.clock = Clock(first.at)
        self.ledger = Ledger.create(
            folder, season.key("log"), founding=first.data, clock=self.clock
        )
        for step in rest:
            self.take(step)
        self.ledger.disclose_labels(season.LOT, season.secret())
        self.ledger.publish()

    def take(self, step: Step) -> int:
        """Record a step at its time; return its entry."""
        self.clock.now = max(self.clock.now, step.at)
        (answer,) = self.ledger.append([step.data])
        assert not isinstance(answer, LedgerError), (step.name, answer)
        return answer.index

    def steal(self, holder: str, since: str, at: datetime) -> int:
        """Record that a key was stolen, by the registrar's word, and publish it."""
        kid = season.key(holder).public.kid
        act = acts.RevokeKey(kid=kid, reason="compromised", invalid_from=since)
        index = self.take(Step("steal", at, season.act(act, season.REGISTRAR)))
        self.ledger.publish()
        return index

    def reaffirm(self, holder: str, successor: str, entry: int, at: datetime) -> int:
        """Give who lost a key another one, which stands by an entry of the first; publish that."""
        recover = RecoverKey(actor=holder, key=season.new_key(successor), lost=())
        self.take(Step("recover", at, season.act(recover, *season.ROOT[:2], successor)))
        act = Reaffirm(kid=season.key(holder).public.kid, entries=(entry,))
        index = self.take(Step("reaffirm", at, season.act(act, successor)))
        self.ledger.publish()
        return index

    def apply(self, name: str, at: datetime, of: str = season.SEASON, area_m2: int = 90_000) -> int:
        """Record that a cooperative asks for a confirmation of its area; return the entry."""
        asked = acts.Apply(
            application=name,
            certifier=season.CONFIRMER,
            profile="conformity",
            scheme=season.SCHEME,
            areas=(season.AREA_1,),
            season=of,
            area_m2=area_m2,
        )
        return self.take(Step(name, at, season.act(asked, season.GROWER_1)))

    def change(self, number: str, state: str, from_on: str, at: datetime, **more: object) -> int:
        """Record a change to an attestation by its issuer, and publish it."""
        signer = season.ASSOCIATION if number.startswith("CN") else season.CONFIRMER
        index = self.take(Step(state, at, season.change(number, state, from_on, signer, **more)))
        self.ledger.publish()
        return index
