"""A log that takes whatever it is sent: what a lying operator could sign, with good proofs.

It chains, hashes and signs as it must, and keeps facts and mentions as the store does, but asks no
rule of the rulebook; it only remembers which rule each entry should have been refused by.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import structs

from ledger.evidence import Published, build_bundle
from ledger.log import entry, merkle
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.keys import SigningKey
from ledger.log.statement import parse_statement
from ledger.proof.bundle import Bundle, read_bundle
from ledger.rice import judge as rules
from ledger.rice.case import Meaning, Place, open_case, open_meaning
from ledger.rice.facts import Fact, Facts
from ledger.rice.labels import LabelBatch, commit


class UnrulyLog(Facts):
    """Entries, their tree, and what was made of them, in memory."""

    def __init__(self, origin: str, key: SigningKey) -> None:
        self.origin = origin
        self.key = key
        self.entries: list[entry.Entry] = []
        self.refused: dict[int, str] = {}
        self.facts: dict[str, Fact] = {}
        self._shown: list[bytes] = []
        self._meant: list[bytes] = []
        self._mentions: dict[str, list[int]] = {}
        self._disclosed: dict[str, bytes] = {}

    def append(self, data: bytes, at: datetime, meant: bytes = b"") -> int:
        """Add a statement; return its index. ``meant`` is what unreadable bytes stand for."""
        index = len(self.entries)
        meaning = open_meaning(parse_statement(meant or data))
        place = Place(index, at)
        try:
            puts = rules.judge(meaning, place, self, self).puts
        except rules.RuleError as refusal:
            self.refused[index] = refusal.code
            puts = rules.fold(open_case(meaning, place, self)).puts
        for fact in puts.values():
            self.pretend(fact)
            self._mentions.setdefault(fact.key, []).append(index)
        shown = parse_statement(data)
        before = self.entries[-1] if self.entries else None
        self.entries.append(
            entry.Entry(
                origin=self.origin,
                index=index,
                previous=before.leaf_hash if before else entry.NO_ENTRY,
                recorded_at=at,
                kind=shown.kind,
                statement_digest=shown.digest,
            )
        )
        self._shown.append(data)
        self._meant.append(meant or data)
        return index

    def told(self, key: str, /) -> Sequence[int]:
        """Return the entries that changed a fact."""
        return self._mentions.get(key, ())

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        """Return where an entry stands and what it means."""
        place = Place(index, self.entries[index].recorded_at)
        return place, open_meaning(parse_statement(self._meant[index]))

    def pretend(self, fact: Fact) -> None:
        """Believe something no entry says, so that the next one seems to fit."""
        self.facts[fact.key] = fact

    def mentioned(self) -> Mapping[str, Sequence[int]]:
        """Return which entries changed which fact."""
        return self._mentions

    def mention(self, subject: str, index: int) -> None:
        """List an entry under a subject it does not change."""
        insort(self._mentions.setdefault(subject, []), index)

    def forget(self, subject: str, index: int) -> None:
        """Leave an entry out of what is known of a subject."""
        self._mentions[subject].remove(index)

    def disclose(self, batch: LabelBatch, name: str, secret: bytes) -> None:
        """Keep what the proofs of a label batch are made from."""
        self._disclosed[name] = secret + commit(batch, secret).shelf

    def checkpoint(self) -> Checkpoint:
        """Return the log as it stands."""
        hashes = [each.leaf_hash for each in self.entries]
        return Checkpoint(self.origin, len(hashes), merkle.root_of(hashes))

    def bundle(self, at: datetime, gtin: str, lot: str, serial: str) -> Bundle:
        """Return the evidence of one bag, as the log would serve it."""
        head = self.checkpoint()
        note = sign_checkpoint(self.origin, head.size, head.root, self.key)
        data = build_bundle(
            self, Published(head, note), self.key, at, gtin=gtin, lot=lot, serial=serial
        )
        bundle = read_bundle(data)
        entries = tuple(
            structs.replace(each, statement=self._shown[each.index].decode())
            for each in bundle.entries
        )
        return structs.replace(bundle, entries=entries)

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, or nothing."""
        return self.facts.get(key)

    def mentions(self, keys: Collection[str], size: int) -> Mapping[str, tuple[int, ...]]:
        """Return the entries that changed each fact."""
        assert size == len(self.entries)
        return {key: tuple(self._mentions.get(key, ())) for key in keys}

    def entries_at(self, indexes: Collection[int]) -> Iterable[tuple[int, bytes, bytes, bytes]]:
        """Return entries by index."""
        for index in indexes:
            leaf = entry.format_entry(self.entries[index])
            yield index, leaf, merkle.leaf_hash(leaf), b""

    def statements_at(self, indexes: Collection[int]) -> Iterable[tuple[int, bytes, bytes]]:
        """Return what entries mean, by index."""
        for index in indexes:
            yield index, self.entries[index].statement_digest, self._meant[index]

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the hashes of a tile; this log never outgrows its first one."""
        assert (level, index) == (0, 0)
        return b"".join(each.leaf_hash for each in self.entries[:width])

    def disclosure(self, kind: str, name: str) -> bytes | None:
        """Return what was disclosed under a name."""
        assert kind == "labels"
        return self._disclosed.get(name)
