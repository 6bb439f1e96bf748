"""An office file tried out: what would become of each row, and what one organisation would sign.

Nothing is signed or kept. Whoever sent the file gets back, in order, the payloads of their own rows
that would pass, each judged on what those before it would have changed. A row may take several
statements by several organisations; those of others are told apart, and so is what is recorded
already: events by the name that follows from their row, acts by the text that would be signed.

Only advice, as `trial`: the rules decide when a statement is submitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from ledger.errors import CODES, LedgerError, MalformedError, NotFoundError, Words
from ledger.imports.kinds import KINDS
from ledger.imports.tables import Mended, Table, read_table, recognise
from ledger.log import encoding
from ledger.log.entry import parse_entry
from ledger.log.statement import ACT, EVENT, format_header, join_compact, parse_statement
from ledger.programme import Programme
from ledger.rice import acts, profile
from ledger.rice.acts import Act, PublishScheme
from ledger.rice.case import Meaning, Place, open_meaning
from ledger.rice.certificate_facts import Scheme
from ledger.rice.events import AnyEvent, Event, Packing
from ledger.rice.facts import Actor, Fact, Founding, Key, find
from ledger.rice.judge import Decision, judge
from ledger.rice.kinds import kind_of
from ledger.row_outcomes import (
    RowOutcome,
    outcome_of_caution,
    outcome_of_notice,
    outcome_of_refusal,
    outcome_of_row,
    outcome_of_unknown_area,
)
from ledger.season import Unspoken, unspoken
from ledger.store.store import Reading
from ledger.unsigned import Labelling

CODES |= {
    "import_private": Words(
        "A file of {kind} holds what is private: names, phones or prices. It is not sent anywhere:"
        " take it in with rice-ledger import, on the office's own computer.",
        "Tệp {kind} chứa thông tin riêng tư: tên, số điện thoại hoặc giá. Tệp này không gửi đi đâu:"
        " hãy nhập bằng rice-ledger import trên máy của đơn vị.",
    ),
    "import_season_unread": Words(
        "{season} names no season: write DX-2026, HT-2026 or TD-2026.",
        "{season} không phải tên vụ: hãy ghi DX-2026, HT-2026 hoặc TD-2026.",
    ),
    "import_many": Words(
        "The file says {count} things; at most {limit} are tried at once. Cut it into parts, or"
        " take it in with rice-ledger import.",
        "Tệp có {count} nội dung; mỗi lần chỉ thử tối đa {limit}. Hãy chia nhỏ tệp, hoặc nhập bằng"
        " rice-ledger import.",
    ),
    "scheme_unpublished": Words(
        "No scheme has been published in this ledger yet; its owner does that first.",
        "Sổ này chưa công bố chương trình nào; chủ chương trình phải công bố trước.",
    ),
    "signers_several": Words(
        "This takes the signatures of {names} on one text: rice-ledger draft prepares it.",
        "Nội dung này cần {names} cùng ký trên một văn bản: rice-ledger draft sẽ soạn.",
    ),
    "labels_elsewhere": Words(
        "Its labels are issued on the page of labels, once the lot is recorded.",
        "Tem của lô được phát ở trang tem, sau khi lô đã được ghi.",
    ),
    "others_first": Words(
        "{names} must record their part of this row first.",
        "{names} phải ghi phần của mình trong dòng này trước.",
    ),
    "signer_without_key": Words(
        "{actor} has no key that counts now.",
        "{actor} không có khóa nào đang có giá trị.",
    ),
}

STATEMENTS_MAX = 10_000
"""As many as the ledger takes in one request."""
_ALGORITHMS = {"OKP": ("EdDSA", "Ed25519"), "EC": ("ES256",), "RSA": ("PS256", "RS256")}


class State(StrEnum):
    """What would become of a row, as far as one organisation has a part in it."""

    PASSES = "passes"
    RECORDED = "recorded"
    REFUSED = "refused"
    WAITS = "waits"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A statement that would be taken, as it is to be signed; ``row`` is a place in the report."""

    row: int
    kind: str
    typ: str
    payload: str
    mass_g: int


@dataclass(slots=True)
class TriedRow:
    """A row of a file: where it stood, what would become of it, what there is to tell."""

    line: int
    sheet: str
    state: State = State.OTHERS
    told: list[RowOutcome] = field(default_factory=list)
    cells: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A whole file, tried: its rows, and the payloads to sign in order."""

    kind: str
    file: str
    rows: tuple[TriedRow, ...]
    payloads: tuple[Unsigned, ...]
    remarks: tuple[RowOutcome, ...]

    def count(self, state: str) -> int:
        """Return how many rows are in a state."""
        return sum(row.state == state for row in self.rows)


def read_office_file(name: str, content: bytes, mended: Mended) -> Table:
    """Return the rows of a file that somebody sent, with what they wrote over its cells."""
    kind = recognise(Path(name), content)
    if kind is None:
        raise MalformedError("import_kind_unknown", kind=name[:40], known=", ".join(KINDS))
    if KINDS[kind].private:
        raise MalformedError("import_private", kind=kind)
    return read_table(content, kind, file=name, mended=mended)


def try_file(
    view: Reading, actor: Actor, table: Table, season: str, now: datetime, kid: str = ""
) -> Tried:
    """Return what would become of a file's rows if this organisation signed its own.

    ``kid`` is the key it would sign with; one that counts is taken if none is named.
    """
    programme = _programme(view, season)
    trial = _Trial(view, actor, _keys_of(view, actor.id, now), kid, now)
    mill = actor.id if any(role.role == "mill" for role in actor.roles) else ""
    rows = {
        id(row): TriedRow(row.line, row.sheet, cells=table.cells.get((row.sheet, row.line), ()))
        for row in table.rows
    }
    places = {row: place for place, row in enumerate(rows)}
    report = _Report(table, rows, trial)
    for count, said in enumerate(unspoken({table.kind: table}, programme, view, mill), start=1):
        if count > STATEMENTS_MAX:
            raise MalformedError("import_many", count=f"{STATEMENTS_MAX} +", limit=STATEMENTS_MAX)
        if said.row is not None:
            report.add(said, places[id(said.row)])
    refused, remarks = _left_out(table)
    every = sorted([*rows.values(), *refused], key=lambda row: (row.sheet, row.line))
    at = {id(row): place for place, row in enumerate(every)}
    by_place = list(rows.values())
    # A row is taken whole or not at all.
    payloads = [
        _at(one, at[id(by_place[one.row])])
        for one in report.payloads
        if by_place[one.row].state is State.PASSES
    ]
    return Tried(table.kind, table.file, tuple(every), tuple(payloads), remarks)


def _at(one: Unsigned, row: int) -> Unsigned:
    return Unsigned(row, one.kind, one.typ, one.payload, one.mass_g)


def _left_out(table: Table) -> tuple[list[TriedRow], tuple[RowOutcome, ...]]:
    """Return the rows that could not be read, and what is told of the others and of the file."""
    refused: dict[tuple[str, int], TriedRow] = {}
    remarks = []
    for notice in table.notices:
        place = notice.sheet, notice.line
        if notice.level == "refuse":
            row = refused.setdefault(
                place,
                TriedRow(notice.line, notice.sheet, State.REFUSED, [], table.cells.get(place, ())),
            )
            row.told.append(outcome_of_notice(notice))
        else:
            remarks.append(outcome_of_notice(notice))
    return list(refused.values()), tuple(remarks)


class _Report:
    """Gathers what becomes of rows, statement after statement."""

    def __init__(self, table: Table, rows: Mapping[int, TriedRow], trial: _Trial) -> None:
        self.payloads: list[Unsigned] = []
        self._table = table
        self._rows = rows
        self._trial = trial

    def add(self, said: Unspoken, place: int) -> None:
        """Add what becomes of one statement of a row."""
        assert said.row is not None
        tried, mine = self._rows[id(said.row)], self._trial.actor
        if mine not in said.speakers:
            self._add_others(said, tried)
        elif tried.state is State.REFUSED:
            return  # what follows from a refused statement is refused with it
        elif (
            said.body is None or len(said.speakers) > 1 or isinstance(said.body, Labelling | bytes)
        ):
            self._add_unsignable(said, tried)
        else:
            self._add_own(said.body, said, tried, place)

    def _add_others(self, said: Unspoken, tried: TriedRow) -> None:
        """Note whose part is still missing; only an event can be looked for."""
        if "" in said.speakers:
            tried.state = State.REFUSED
            assert said.row is not None
            tried.told.append(outcome_of_unknown_area(self._table, said.row))
        elif not (isinstance(said.body, Event) and self._trial.knows_event(said.body)):
            tried.others = tuple(sorted({*tried.others, *said.speakers}))

    def _add_unsignable(self, said: Unspoken, tried: TriedRow) -> None:
        """Tell why a statement cannot be signed on one device."""
        assert said.row is not None
        if self._table.kind == "packing":
            code, words = "labels_elsewhere", CODES["labels_elsewhere"]
        elif said.wanted is not None:
            code, words = said.wanted.code, said.wanted.words
        else:
            code = "signers_several"
            words = CODES[code].fill({"names": ", ".join(sorted(said.speakers))})
        if all(one.code != code for one in tried.told):
            tried.told.append(outcome_of_row(self._table, said.row, "wait", code, words))
        if tried.state is State.OTHERS:
            tried.state = State.WAITS

    def _add_own(self, body: Act | AnyEvent, said: Unspoken, tried: TriedRow, place: int) -> None:
        assert said.row is not None
        try:
            payload, meaning = self._trial.open(body)
            if self._trial.is_said(meaning):
                tried.state = State.RECORDED if tried.state is State.OTHERS else tried.state
                return
            decision = self._trial.take(meaning)
        except LedgerError as refusal:
            self._refuse(refusal, said, tried)
            return
        cautions = (outcome_of_caution(self._table, said.row, one) for one in decision.warnings)
        tried.told += cautions
        tried.state = State.PASSES
        typ = ACT if isinstance(body, Act) else EVENT
        kind = kind_of(meaning)
        self.payloads.append(Unsigned(place, kind, typ, payload.decode(), _mass_g(body)))

    def _refuse(self, refusal: LedgerError, said: Unspoken, tried: TriedRow) -> None:
        """A refusal is not a row's fault while others have yet to say their part of it."""
        assert said.row is not None
        if tried.others:
            words = CODES["others_first"].fill({"names": ", ".join(tried.others)})
            tried.told.append(outcome_of_row(self._table, said.row, "wait", "others_first", words))
            tried.state = State.WAITS if tried.state is State.OTHERS else tried.state
            return
        tried.told.append(outcome_of_refusal(self._table, said.row, refusal))
        tried.state = State.REFUSED


class _Trial:
    """The ledger as it would be: a rice `Facts`, and the `Past` of what is judged on it."""

    def __init__(
        self, view: Reading, actor: Actor, keys: Sequence[Key], kid: str, now: datetime
    ) -> None:
        if not keys:
            raise NotFoundError("signer_without_key", actor=actor.id)
        self.actor = actor.id
        self._view = view
        self._keys = keys
        self._key = next((key for key in keys if key.kid == kid), keys[0])
        founding = find(view, Founding, "ledger:")
        assert founding is not None, "a ledger begins with its founding"
        self._origin = founding.origin
        self._size = view.head().size
        self._at = max(now, encoding.parse_time(view.head().recorded))
        self._changed: dict[str, Fact] = {}
        self._taken: list[Meaning] = []
        self._told: dict[str, list[int]] = {}

    def get(self, key: str, /) -> Fact | None:
        """Return a fact as what would have been said so far has left it."""
        return self._changed.get(key) or self._view.get(key)

    def told(self, key: str, /) -> Sequence[int]:
        """Return the entries that changed a fact, and those that would have."""
        return (*self._view.mentions([key], self._size)[key], *self._told.get(key, ()))

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        """Return where an entry stands and what it says."""
        if index >= self._size:
            return Place(index, self._at), self._taken[index - self._size]
        recorded_at = parse_entry(self._view.entry(index)[1]).recorded_at
        return Place(index, recorded_at), open_meaning(parse_statement(self._view.statement(index)))

    def open(self, body: Act | AnyEvent) -> tuple[bytes, Meaning]:
        """Return the payload of what is said, and what it says as the ledger reads it."""
        if isinstance(body, Act):
            payload, typ = acts.write_act(body), ACT
        else:
            payload, typ = profile.write_event(body), EVENT
        alg = _ALGORITHMS[self._key.jwk.kty][0]
        header = format_header(typ, alg, self._key.kid, self._origin)
        data = join_compact(header, encoding.encode_base64url(payload), bytes(64))
        return payload, open_meaning(parse_statement(data))

    def is_said(self, meaning: Meaning) -> bool:
        """Tell whether the organisation has said this already, with any of its keys."""
        if isinstance(meaning.body, Event):
            return self.knows_event(meaning.body)
        text = encoding.encode_base64url(meaning.statement.payload)
        digests = (
            sha256(f"{format_header(ACT, alg, key.kid, self._origin)}.{text}".encode()).hexdigest()
            for key in self._keys
            for alg in _ALGORITHMS[key.jwk.kty]
        )
        return bool(self._view.facts([f"said:{digest}" for digest in digests]))

    def knows_event(self, event: Event) -> bool:
        """Tell whether somebody has said an event of this name."""
        return self._view.get(f"said:{event.event_id}") is not None

    def take(self, meaning: Meaning) -> Decision:
        """Judge what would be said next, and let it change what comes after."""
        place = Place(self._size + len(self._taken), self._at)
        decision = judge(meaning, place, self, self)
        self._taken.append(meaning)
        self._changed |= decision.puts
        for key in decision.puts:
            self._told.setdefault(key, []).append(place.index)
        return decision


def _mass_g(body: Act | AnyEvent) -> int:
    """Return the grams a statement is about, for a summary; nothing where it is about none."""
    if isinstance(body, Packing):
        return body.bags * body.bag_g
    return int(
        getattr(body, "mass_g", 0) or sum(mass_g for _, mass_g in getattr(body, "inputs", ()))
    )


def _programme(view: Reading, season: str) -> Programme:
    """Return what the file does not say, from the ledger: its founding, its first scheme."""
    kind, _, year = season.partition("-")
    if kind not in {"DX", "HT", "TD"} or not (year.isascii() and year.isdigit() and len(year) == 4):  # noqa: PLR2004
        raise MalformedError("import_season_unread", season=season[:20])
    founding = find(view, Founding, "ledger:")
    assert founding is not None, "a ledger begins with its founding"
    published = _first_scheme(view)
    return Programme(
        origin=founding.origin,
        host=founding.host,
        name=founding.name,
        season=season,
        root_keys=(),
        threshold=founding.threshold,
        registrar="",
        scheme_owner=published[0],
        published=published[1],
    )


def _first_scheme(view: Reading) -> tuple[str, PublishScheme]:
    """Return the owner of the scheme that was published first, and the act that did."""
    schemes = view.every(Scheme, "scheme")
    found = [(view.mentions([one.key], view.head().size)[one.key][0], one) for one in schemes]
    if not found:
        raise NotFoundError("scheme_unpublished")
    index, scheme = min(found, key=lambda one: one[0])
    act = open_meaning(parse_statement(view.statement(index))).body
    assert isinstance(act, PublishScheme), "a scheme begins with its publication"
    return scheme.owner, act


def _keys_of(view: Reading, actor: str, now: datetime) -> list[Key]:
    """Return the keys of an organisation that count now, administrators' last."""
    moment = encoding.format_time(now)
    held = (key for key in view.every(Key, "key") if key.actor == actor and key.counts_at(moment))
    return sorted(held, key=lambda key: key.admin)
