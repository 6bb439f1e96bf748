"""A database made anew from the entries and statements of the old one; all else follows from them.

This is how a ledger comes to a newer version of its tables, and how projections that were damaged
are mended. Nothing is taken over but what was signed and what lies beside the log in private; the
rulebook judges every statement again, and every signed checkpoint has to hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from msgspec import structs
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from ledger.audit import audit_store
from ledger.errors import CODES, ConflictError, CorruptedError, Words
from ledger.event_index import EventIndex
from ledger.folder import CONFIG, database_url, format_config, read_config
from ledger.log.merkle import Frontier
from ledger.log.note import parse_vkey
from ledger.operation.backup import read_checkpoints
from ledger.operation.workplace import check_unused, put_in_place, settle, workplace
from ledger.replay import LONG_CHUNK, Progress, Replay
from ledger.rice.facts import encode_fact
from ledger.store.checkpoints import Signed
from ledger.store.projections import NO_WARNINGS
from ledger.store.source import StoredLog
from ledger.store.store import (
    DISCLOSURE,
    ENTRY,
    FACT,
    LINK,
    MENTION,
    TILE,
    Addition,
    EntryTuple,
    Head,
    Reading,
    StatementTuple,
    Store,
)

CODES |= {
    "rebuild_unsound": Words(
        "The log itself is damaged ({finding}, entry {index}): nothing can be rebuilt from it."
        " Bring back a backup, and run audit to see more. Nothing was changed.",
        "Chính sổ đã hỏng ({finding}, mục {index}): không dựng lại được. Hãy khôi phục từ bản sao"
        " lưu và chạy audit để xem thêm. Chưa thay đổi gì.",
    ),
    "rebuild_overtaken": Words(
        "Entries were added while the database was rebuilt. Stop the server, and rebuild again."
        " Nothing was changed.",
        "Có mục mới được ghi trong lúc dựng lại. Hãy dừng máy chủ rồi dựng lại. Chưa thay đổi gì.",
    ),
    "rebuild_where": Words(
        "This ledger's database is no file. Name an empty database with --database.",
        "Cơ sở dữ liệu của sổ này không phải là tệp. Hãy chỉ ra cơ sở dữ liệu trống bằng"
        " --database.",
    ),
}

_MENDED = {"warnings_differ", "tile_differs"}
"""Findings about what is worked out anyway."""
_AT_ONCE = 2_000
_COMPARED = (FACT, MENTION, LINK, TILE)
_OTHERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A database that was rebuilt: entries, tables in which it differs from the old, the old."""

    size: int
    differing: tuple[str, ...]
    kept: str


class _Truth(StoredLog):
    """The log in a database whose head is not believed."""

    def __init__(self, view: Reading) -> None:
        super().__init__(view)
        last = view.ask(select(func.max(ENTRY.c.index)))[0][0]
        self.size = 0 if last is None else last + 1


def rebuild(
    folder: Path, vkey: str, *, database: str = "", progress: Progress | None = None
) -> Rebuilt:
    """Make the database of a ledger anew, and put it in the place of the old one.

    1. The whole log is judged again. A crash here or in 2 leaves the old database as it is, and at
       most a folder ``rebuilding``, which the next one clears.
    2. What follows is written to a new database, which is then audited by its hashes.
    3. Nobody has written meanwhile, and nobody has the old database open.
    4. The new one takes its place: a file by a renaming, any other by ``ledger.json``.
    """
    config = read_config(folder)
    signed = read_checkpoints(folder)
    old_url = database_url(folder, config.database)
    is_file = make_url(old_url).drivername.startswith("sqlite")
    if not database and not is_file:
        raise ConflictError("rebuild_where")
    with workplace(folder / "rebuilding") as work:
        new_url = database or f"sqlite:///{work.absolute() / 'new.db'}"
        with closing(Store.open(old_url, any_version=True)) as old:
            # 1. and 2.
            with old.reading() as view:
                replay = _replayed(view, signed, vkey, progress)
                _write(view, replay, new_url, config.origin)
            differing = _check(old, new_url, signed, vkey)
            # 3.
            _check_still(old, replay.report.size)
        if is_file:
            place = Path(str(make_url(old_url).database))
            check_unused(place)
        # 4.
        if database:
            changed = work / CONFIG
            changed.write_bytes(format_config(structs.replace(config, database=database)))
            settle(changed)
            changed.replace(folder / CONFIG)
            settle(folder)
            return Rebuilt(replay.report.size, differing, config.database)
        kept = put_in_place(work / "new.db", place, "rebuild")
        return Rebuilt(replay.report.size, differing, str(kept))


def _replayed(view: Reading, signed: list[Signed], vkey: str, progress: Progress | None) -> Replay:
    """Return the log worked out again; refuse one that does not bear it."""
    replay = Replay(parse_vkey(vkey), _Truth(view), hashes_only=False)
    replay.run(progress)
    for one in signed:
        replay.check_checkpoint(one.note, one.size, one.root)
    found = [one for one in replay.report.findings if one.code not in _MENDED]
    if found or not replay.is_sound:
        first = found[0]
        index = first.index if first.index is not None else first.details.get("size", "-")
        raise CorruptedError("rebuild_unsound", finding=first.code, index=index)
    return replay


def _write(view: Reading, replay: Replay, url: str, origin: str) -> None:
    """Write entries, what follows from them, and what is private, to a new database."""
    with closing(Store.create(url, origin)) as new:
        frontier = Frontier(0, ())
        for entries, statements in _rows(view, replay):
            for entry in entries:
                frontier.append(entry[2])
            last, recorded = replay.end
            head = Head(frontier.size, entries[-1][2], recorded, tuple(frontier.hashes))
            added = Addition(head, entries, statements)
            if frontier.size == replay.report.size:
                assert entries[-1][2] == last
                added.facts = {
                    key: (key, encode_fact(fact), replay.changed_at[key])
                    for key, fact in replay.facts.items()
                }
                added.mentions = [
                    (key, at) for key, indexes in replay.mentions.items() for at in indexes
                ]
                added.links = [
                    one for one in replay.links if (one[0], one[2]) not in replay.unlinked
                ]
                added.tiles = replay.tiles
            with new.writing() as writing:
                writing.add(added)
        private = list[tuple[str, str, bytes]]()
        for row in view.table(DISCLOSURE):
            private.append((row[0], row[1], bytes(row[2])))
        for first in range(0, len(private), _AT_ONCE):
            with new.writing() as writing:
                writing.disclose(private[first : first + _AT_ONCE])
        EventIndex(new).catch_up()


def _rows(view: Reading, replay: Replay) -> Iterator[tuple[list[EntryTuple], list[StatementTuple]]]:
    """Yield entries and statements, with what the rules warn of now."""
    for first in range(0, replay.report.size, LONG_CHUNK):
        rows = view.joined(first, min(first + LONG_CHUNK, replay.report.size))
        entries, statements = [], []
        for index, (leaf, hashed, _, digest, data) in enumerate(rows, first):
            entries.append((index, leaf, hashed, replay.warnings.get(index, NO_WARNINGS)))
            statements.append((index, digest, data))
        yield entries, statements


def _check(old: Store, url: str, signed: list[Signed], vkey: str) -> tuple[str, ...]:
    """Audit the new database by its hashes; return the tables in which the old one differs."""
    with closing(Store.open(url)) as new:
        report = audit_store(new, signed, vkey, hashes_only=True)
        if not report.ok:
            first = report.findings[0]
            raise CorruptedError("rebuild_unsound", finding=first.code, index=str(first.index))
        if old.version != new.version:
            return ()
        with old.reading() as before, new.reading() as after:
            return tuple(
                str(table.name)
                for table in _COMPARED
                if any(map(_differ, zip_longest(before.table(table), after.table(table))))
            )


def _differ(pair: tuple[Any, Any]) -> bool:
    before, after = pair
    return before is None or after is None or tuple(before) != tuple(after)


def _check_still(old: Store, size: int) -> None:
    """Refuse if the old database has grown, or another program has it open."""
    with old.reading() as view:
        if _Truth(view).size != size:
            raise ConflictError("rebuild_overtaken")
        if old.engine.dialect.name == "postgresql" and view.ask(_OTHERS)[0][0] > 1:
            raise ConflictError("ledger_in_use", file=str(old.engine.url.database))
