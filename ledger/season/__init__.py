"""A season of office files as statements: which row becomes which act, event or attestation.

Each office's rows are signed with that office's own key, taken from a `Keyring`; rows of offices
whose key is not there wait for them. Rows are put in the order they happened. Everything is derived
from the rows and the keys, so that importing the same files twice gives the same bytes, and the
ledger answers with the receipts it gave before. An event's name follows from the digest of its row.

Whether a row may stand is the rulebook's question; what could not even be read has a notice from
`imports` already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ledger.imports.rows import Row
from ledger.imports.tables import Table
from ledger.log import statement
from ledger.programme import Keyring, KeyWantedError, NoKeys, Programme, Said
from ledger.rice import acts
from ledger.rice.disclosed import Private
from ledger.rice.events import Event
from ledger.rice.labels import LabelBatch
from ledger.season import decisions, field, mill, register, trade
from ledger.season.books import Books, Known, Nothing, Saying, organisation_of
from ledger.unsigned import Body, Unsigned, sealed


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that nobody here can sign: whose key it waits for.

    No office is named where the row is about an area that nobody knows.
    """

    row: Row | None
    office: str


@dataclass(frozen=True, slots=True)
class Unspoken:
    """What somebody would have to sign, with nobody's key at hand.

    ``wanted`` says why ``body`` is missing: making it takes a secret of a speaker's.
    """

    speakers: frozenset[str]
    body: Body | None
    row: Row | None
    wanted: KeyWantedError | None = None


def unspoken(
    tables: Mapping[str, Table], programme: Programme, known: Known, mill: str = ""
) -> Iterator[Unspoken]:
    """Yield everything that files say where no key is, in the order it happened.

    ``mill`` is whose weighbridge wrote the slips, where that is known from elsewhere.
    """
    season = Season(tables, programme, NoKeys(), known, mill)
    for saying in season.sayings():
        speakers = frozenset(map(organisation_of, saying.speakers))
        try:
            yield Unspoken(speakers, saying.make(), saying.row)
        except KeyWantedError as wanted:
            yield Unspoken(speakers, None, saying.row, wanted)


class Season:
    """One season's tables, with the keys to say what they say."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        programme: Programme,
        keyring: Keyring,
        known: Known | None = None,
        mill: str = "",
    ) -> None:
        self.tables = tables
        self.books = Books(tables, programme, keyring, known or Nothing(), mill)
        self.waiting: list[Waiting] = []
        self.count = 0
        self._keyring = keyring
        self._programme = programme

    def founding(self) -> bytes:
        """Return the founding act, signed by every root key."""
        keys = [self._keyring.key(name) for name in self._programme.root_keys]
        payload = acts.write_act(register.founding(self.books))
        return statement.seal_many(payload, keys=keys, ledger=self._programme.origin)

    def statements(self) -> Iterator[Said]:
        """Yield everything the files say, after the founding, in the order it happened.

        ``count`` is how many there are at the most. What waits for somebody's key is in ``waiting``
        afterwards.
        """
        for saying in self._sayable():
            draft = self._draft(saying)
            yield Said(saying.at, sealed(draft), saying.row, _kind(draft.body))

    def drafts(self) -> Iterator[tuple[Unsigned, Row | None]]:
        """Do as `statements`, but leave the signing to whoever has several processors for it."""
        for saying in self._sayable():
            yield self._draft(saying), saying.row

    def label_secrets(self) -> Iterator[tuple[LabelBatch, bytes]]:
        """Yield the label batches of the season with the secret each follows from."""
        for row in self.books.packed.values():
            if row.packer in self._keyring:
                yield trade.label_batch(row), trade.label_secret(self.books, row)

    def private(self) -> Iterator[Private]:
        """Yield what the statements only commit to, as far as its keepers' keys are here."""
        for source in (field.private_of, decisions.private_of):
            yield from source(self.books)

    def sayings(self) -> Iterator[Saying]:
        """Yield everything the files say before anybody has signed it, in the order it happened."""
        yield from register.sayings(self.books)
        yield from field.households(self.books)
        happened = [
            *register.lives_of_areas(self.books),
            *decisions.sayings(self.books),
            *field.sayings(self.books),
            *mill.sayings(self.books),
            *trade.sayings(self.books),
        ]
        yield from sorted(happened, key=lambda saying: saying.at)

    def _sayable(self) -> Iterator[Saying]:
        """Yield what can be said with the keys that are here; note what waits for others."""
        self.waiting.clear()
        sayings = list(self.sayings())
        self.count = len(sayings)
        is_here = cache(self._keyring.__contains__)  # it may take a look into a folder
        for saying in sayings:
            missing = [name for name in saying.speakers if not is_here(name)]
            if missing:
                self.waiting.append(Waiting(saying.row, missing[0]))
            else:
                yield saying

    def _draft(self, saying: Saying) -> Unsigned:
        keys = tuple([self._keyring.key(name) for name in saying.speakers])
        body, origin = saying.make(), self._programme.origin
        if isinstance(body, bytes):
            return Unsigned(
                body,
                keys,
                origin,
                f"{self._programme.did(saying.speakers[0])}#{keys[0].public.kid}",
            )
        return Unsigned(body, keys, origin)


def _kind(body: Body) -> str:
    """Return the kind of statement a draft makes: of an event, which one."""
    if isinstance(body, bytes):
        return "attestation"
    return type(body).__name__.lower() if isinstance(body, Event) else "act"
