"""Works the whole log out again from entry 0 and compares it with what is stored and signed.

Nothing stored is believed, only the log's key. For every entry, in order:

1. It stands at its index, and its leaf is spelled as the entries before it and its own statement
   demand; its hash is the one stored.
2. The log's clock has not gone backwards.
3. The statement is there, with the digest in the leaf, and understood.
4. Every signature is good.
5. The rulebook, on the facts so far, accepts it and warns of the same.

Then, over the whole log:

6. The tiles follow from the leaves.
7. Every checkpoint is signed by the log and has the root the tree had at that size.
8. Facts, mentions, links and the head are those that follow from the entries; nothing is left over.
   What is kept in private of labels is what was committed to, or deleted. What events are searched
   by follows from them, as far as it goes.

Exported files, in a folder or an archive, go through the same, but for what only a database has
(8, and the warnings of 5). Of an archive also every file is accounted for, and what it says of
keys, actors, schemes, settings and attachments is that which follows. A statement that was withheld
is counted; nothing after it can be judged (4, 5). ``hashes_only`` leaves out what a statement says
and who signed it (4, 5, 8, and what an archive says that follows from statements).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ledger.archive import open_export
from ledger.disclosures import damaged
from ledger.errors import MalformedError
from ledger.event_index import differences
from ledger.findings import Report
from ledger.folder import CHECKPOINTS, CONFIG, database_url, read_config
from ledger.log import encoding
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.merkle import Frontier
from ledger.log.note import parse_note, parse_vkey
from ledger.replay import Progress, Replay
from ledger.rice.facts import encode_fact
from ledger.store.checkpoints import Checkpoints, Signed
from ledger.store.source import ExportedLog, StoredLog
from ledger.store.store import (
    DISCLOSURE,
    ENTRY,
    FACT,
    HEAD,
    LINK,
    MENTION,
    STATEMENT,
    TILE,
    VERSION,
    Head,
    MentionTuple,
    Reading,
    Store,
)

_ABSENT = object()


def audit(
    place: Path,
    vkey: str,
    *,
    hashes_only: bool = False,
    progress: Progress | None = None,
    opening: Progress | None = None,
) -> Report:
    """Audit a ledger's folder, or what was exported from one, by the log's own key.

    Exported files are audited by the key in them where ``vkey`` is empty. ``opening`` is told how
    many bytes of an archive are looked at.
    """
    folder, config_file = place, place / CONFIG
    if not config_file.exists():
        return audit_export(
            place, vkey, hashes_only=hashes_only, progress=progress, opening=opening
        )
    config = read_config(folder)
    checkpoints = Checkpoints(folder / CHECKPOINTS)
    store = Store.open(database_url(folder, config.database))
    try:
        return audit_store(
            store, checkpoints.all(), vkey, hashes_only=hashes_only, progress=progress
        )
    finally:
        store.close()
        checkpoints.close()


def audit_store(
    store: Store,
    checkpoints: Sequence[Signed],
    vkey: str,
    *,
    hashes_only: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Audit a database against the log's key and every checkpoint it has signed."""
    with store.reading() as view:
        source = StoredLog(view)
        replay = Replay(parse_vkey(vkey), source, hashes_only=hashes_only)
        replay.run(progress)
        replay.check_tiles()
        notes = [
            (one.size, one.root, note) for one in checkpoints for note in (one.note, one.cosigned)
        ]
        for size, root, note in notes:
            replay.check_checkpoint(note, size, root)
        _check_left_over(view, source.head, replay)
        if store.origin != replay.origin:
            replay.report.add("row_differs", table=VERSION.name, key=store.origin)
        if not checkpoints:  # a ledger signs one when it is founded
            replay.report.add("checkpoint_unknown", size=source.size)
        if not hashes_only and replay.is_sound:
            _check_projections(view, replay)
        return replay.report


def audit_export(
    place: Path,
    vkey: str,
    *,
    hashes_only: bool = False,
    progress: Progress | None = None,
    opening: Progress | None = None,
) -> Report:
    """Audit an exported folder or archive against the log's key, without the database."""
    with open_export(place, opening or (lambda _done, _of: None)) as exported:
        vkey = vkey or exported.own_key()
        note, checkpoint = exported.published(vkey)
        source = ExportedLog(exported.files, checkpoint.size)
        replay = Replay(parse_vkey(vkey), source, hashes_only=hashes_only)
        replay.run(progress)
        replay.check_tiles()
        replay.check_checkpoint(note, checkpoint.size, checkpoint.root)
        for name, earlier in exported.notes():
            try:
                said = parse_checkpoint(parse_note(earlier).text)
                size = encoding.parse_count(name)
            except MalformedError:
                replay.report.add("checkpoint_unsigned", size=name)
            else:
                replay.check_checkpoint(earlier, size, said.root)
        is_worked_out = replay.is_sound and not hashes_only
        views = replay.register.views() if is_worked_out else {}
        for code, file in exported.faults(checkpoint, vkey, views):
            replay.report.add(code, file=file)
        return replay.report


def _check_left_over(view: Reading, head: Head, replay: Replay) -> None:
    """Find entries and statements outside the log, and a head that is not its end."""
    for table in (ENTRY, STATEMENT):
        for index in view.outside(table, head.size):
            replay.report.add("row_left_over", table=table.name, index=index)
    for level, index in replay.left_over(row[:2] for row in view.table(TILE)):
        replay.report.add("tile_differs", level=level, index=index)
    frontier = Frontier(head.size, head.frontier) if _fits(head.size, head.frontier) else None
    told = (head.hash, head.recorded)
    if frontier is None or frontier.root() != replay.root(head.size) or told != replay.end:
        replay.report.add("row_differs", table=HEAD.name, key="head")


def _check_projections(view: Reading, replay: Replay) -> None:
    """Compare every projection, row by row, with what follows from the entries."""
    facts = {key: (encode_fact(fact), replay.changed_at[key]) for key, fact in replay.facts.items()}
    stored = ((row[0], (row[1], row[2])) for row in view.table(FACT))
    _compare(replay.report, FACT.name, facts, stored)
    mentions: dict[MentionTuple, tuple[()]] = {
        (key, index): () for key, indexes in replay.mentions.items() for index in indexes
    }
    stored_mentions = ((tuple(r), ()) for r in view.table(MENTION))
    _compare(replay.report, MENTION.name, mentions, stored_mentions)
    links = {
        (source, target, index): mass_g
        for source, target, index, mass_g in replay.links
        if (source, index) not in replay.unlinked
    }
    _compare(replay.report, LINK.name, links, ((tuple(r[:3]), r[3]) for r in view.table(LINK)))
    for table, key in differences(view):
        replay.report.add("row_differs", table=table, key=key)
    for name in damaged(view, replay.facts):
        replay.report.add("row_differs", table=DISCLOSURE.name, key=name)


def _fits(size: int, frontier: Sequence[bytes]) -> bool:
    return size >= 0 and size.bit_count() == len(frontier)


def _compare(
    report: Report, table: str, expected: dict[Any, Any], stored: Iterator[tuple[Any, Any]]
) -> None:
    """Note every row that is stored and does not follow, or follows and is not stored."""
    for key, value in stored:
        if expected.pop(key, _ABSENT) != value:
            report.add("row_differs", table=table, key=str(key))
    for key in expected:
        report.add("row_differs", table=table, key=str(key))
