"""What cases are made with: a log after some steps, the trust of a reader, the files of a vector.

A case is a function; its docstring is the README of its folder. The folder's name ends in ``_fail``
where the verdict says that the record is damaged, unknown, or does not bear out what the bag says.
What a lying log let in is named in ``Made.let_in``: the rules that its entries should have met.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import structs

from ledger.log import encoding, note
from ledger.log.keys import SigningKey
from ledger.log.statement import parse_statement
from ledger.proof.bundle import Bundle, State, format_state, parse_state, write_bundle
from ledger.proof.trust import Trust, write_trust
from ledger.rice import acts
from ledger.rice.case import Body, open_meaning
from tests.vectors import small_harvest as season
from tests.vectors.small_harvest import Step
from tests.vectors.unruly_log import UnrulyLog


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a vector, and which rules a lying log let pass."""

    bundle: bytes
    trust: bytes
    at: datetime
    let_in: tuple[str, ...] = ()


CASES: dict[str, Callable[[], Made]] = {}


def case(name: str) -> Callable[[Callable[[], Made]], Callable[[], Made]]:
    """Keep a case under the name of its folder."""

    def keep(make: Callable[[], Made]) -> Callable[[], Made]:
        assert name not in CASES
        CASES[name] = make
        return make

    return keep


@dataclass(slots=True)
class Scene:
    """A log, ready to show the evidence of bag 7."""

    log: UnrulyLog
    at: datetime = season.JUDGED
    signed: datetime = season.SIGNED
    trust: Trust = field(init=False)

    def __post_init__(self) -> None:
        self.trust = trust_in(self.log)

    def bundle(self, number: int = 7) -> Bundle:
        """Return the evidence as the log serves it."""
        serial = season.serial(number)
        return self.log.bundle(self.signed, season.BAGGED, season.LOT, serial)

    def made(self, bundle: Bundle | bytes | None = None, let_in: tuple[str, ...] = ()) -> Made:
        """Return the files, with another bundle than the log would serve if one is given.

        ``let_in`` names the rules that the log was blind to because of what it pretended.
        """
        bundle = self.bundle() if bundle is None else bundle
        data = bundle if isinstance(bundle, bytes) else write_bundle(bundle)
        let_in = (*self.log.refused.values(), *let_in)
        return Made(data, write_trust(self.trust), self.at, let_in)


def scene(
    steps: Sequence[Step] | None = None,
    *,
    before: dict[str, Callable[[UnrulyLog], None]] | None = None,
) -> Scene:
    """Return the scene after these steps; ``before`` one, the log may be made to believe things."""
    log = UnrulyLog(season.ORIGIN, season.key("log"))
    for step in season.steps() if steps is None else steps:
        if before and step.name in before:
            before[step.name](log)
        log.append(step.data, step.at, step.meant)
    log.disclose(season.batch(), season.LOT, season.secret())
    return Scene(log)


def trust_in(log: UnrulyLog, *, rest: str = "quorum none\n") -> Trust:
    """Return the trust of somebody who knows this log."""
    founding = encoding.encode_base64(log.entries[0].statement_digest)
    return Trust(founding=founding, policy=f"log {vkey(log.key)}\n{rest}", fresh_hours=72)


def vkey(key: SigningKey, name: str = season.ORIGIN, kind: int = note.ED25519) -> str:
    """Return a verifier key."""
    return note.format_vkey(note.note_key(name, key.public, kind))


def restated(bundle: Bundle, log: UnrulyLog, **changes: object) -> Bundle:
    """Return the bundle with another state, signed by the log."""
    state = structs.replace(stated(bundle), **changes)
    signed = note.sign_note(format_state(state), season.ORIGIN, log.key)
    return structs.replace(bundle, state=signed)


def stated(bundle: Bundle) -> State:
    """Return what the state note of a bundle says."""
    return parse_state(note.parse_note(bundle.state).text)


def recall(
    lots: tuple[str, ...], signer: str = season.MILL, bags: tuple[int, int] | None = None
) -> bytes:
    """Return a recall, perhaps of some bags only."""
    ranges = (acts.BagRange(batch=season.LOT, first=bags[0], last=bags[1]),) if bags else ()
    body = acts.Recall(
        lots=lots,
        reason=season.words("bao ẩm", "damp bags"),
        contact="0292 000 000 (demo)",
        scope=acts.Scope(kind="labels", id=season.LOT) if bags else None,
        bag_ranges=ranges,
    )
    return season.act(body, signer)


def bodies(shown: Scene) -> list[Body]:
    """Return what the entries of a scene's evidence say."""
    entries = shown.bundle().entries
    return [open_meaning(parse_statement(each.statement.encode())).body for each in entries]


BAGS_URI = season.uri(season.BAGGED, season.LOT)
OTHER_SCHEME = f"https://{season.HOST}/schemes/reference-only"
"""Another scheme of the same owner, where one is published."""
SECOND_KEY = "thu-mua-kenh-ngang"
"""A sample key lent to the mill as its second one."""
SUCCESSION = (season.REGISTRAR, season.MILL, SECOND_KEY)
"""Who signs that the mill has a second admin key."""


def payload_of(data: bytes) -> bytes:
    """Return what a compact statement says."""
    return encoding.decode_base64url(data.split(b".")[1])
