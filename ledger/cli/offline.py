"""Inspection without a network: the file of a lot, and one code checked against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.exits import Exit
from ledger.cli.listing import LotName, lot_named
from ledger.cli.opening import Passphrases, log_key, opened, read_bytes, write_new
from ledger.cli.options import HERE, AsJson, Folder, LogKeyFile, PassphraseFile
from ledger.cli.phrases import PHRASES
from ledger.cli.speech import Speech
from ledger.errors import Detail

if TYPE_CHECKING:
    from ledger.proof.offline import OfflineVerdict
    from web.words import Voice

_CANNOT_TELL = "cannot_check"
_ISSUED = "issued"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(lotfile)
    app.command("verify-offline")(verify_offline)


def lotfile(
    ctx: typer.Context,
    lot: LotName,
    ledger: Folder = HERE,
    out: Annotated[Path | None, typer.Option(help="File to write; <lot>.lot if not given.")] = None,
    log_key_file: LogKeyFile = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write what checks the codes of a lot where there is no network, signed as of now.

    About 8 bytes a label, and what was known of the lot: cancelled labels, recalls, holds, sales.
    """
    from ledger.proof.lot_file import read_lot_file

    speech: Speech = ctx.obj
    key = log_key(ledger, log_key_file, Passphrases(speech, passphrase_file))
    with opened(ledger, key) as book:
        name = lot_named(book, lot)
        with speech.progress("deriving_digests") as move:
            data = book.lot_file(name, move)
    facts = read_lot_file(data).facts
    path = out or Path(f"{facts.lot}.lot")
    write_new(path, data)
    count = sum(batch.count for batch in facts.batches)
    named = {"file": str(path), "lot": facts.lot}
    speech.note(speech.phrase("lot_file_written", **named, count=count, length=len(data)))


def verify_offline(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The lot file; - for input.")],
    code: Annotated[str, typer.Option(help="The code as printed or typed, or the QR's link.")],
    trust: Annotated[
        Path, typer.Option(help="What you trust; get it by another way than the file.")
    ],
    at: Annotated[
        str, typer.Option(help="Judge as of this moment, such as 2026-05-01T00:00:00Z.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check a bag's code against the file of its lot, with no network.

    It says how old the file is and what it cannot know. Whether a bag was recalled since, only the
    ledger knows.
    """
    from datetime import UTC, datetime

    from ledger.log import encoding
    from ledger.proof.offline import judge_code, write_offline_verdict
    from ledger.proof.trust import read_trust

    speech: Speech = ctx.obj
    speech.to_program = as_json
    moment = encoding.parse_instant(at) if at else datetime.now(UTC)
    trusted = read_trust(read_bytes(trust))
    verdict = judge_code(read_bytes(file), code, trusted, moment)
    if as_json:
        typer.echo(write_offline_verdict(verdict), nl=False)
    else:
        _tell(speech, verdict, trusted.fresh_hours)
    if verdict.headline == _CANNOT_TELL or (verdict.headline == _ISSUED and verdict.is_stale):
        raise typer.Exit(Exit.CANNOT_TELL)
    if verdict.headline != _ISSUED:
        raise typer.Exit(Exit.NO)


def _tell(speech: Speech, verdict: OfflineVerdict, fresh_hours: int) -> None:
    from web.words import Voice

    for language in speech.languages:
        for line in _lines(verdict, Voice(language), fresh_hours):
            speech.tell(line)
        speech.tell("")


def _lines(verdict: OfflineVerdict, voice: Voice, fresh_hours: int) -> Iterator[str]:
    """Yield what a verdict says in one language: the verdict, the bag, its age, what it leaves."""
    from ledger.proof.rules import LIMITS, OFFLINE_HEADLINES, VOIDED, WHYS

    since: dict[str, Detail] = {"since": voice.moment(verdict.as_of)}
    words = OFFLINE_HEADLINES[verdict.headline]
    yield f"{voice.choose(words.words().fill(since))} [{verdict.headline}]"
    yield voice.choose(words.about.words().fill(since))
    if verdict.why:
        yield voice.choose(WHYS[verdict.why])
    if verdict.state:
        reason = voice.choose(VOIDED[verdict.state])
        yield voice.choose(PHRASES["why_voided"].fill({"reason": reason}))
    for notice in verdict.notices:
        where = f" ({notice.contact})" if notice.contact else ""
        yield f"{voice.say(f'notice.{notice.kind}')}: {voice.choose(notice.reason)}"
        yield f"  {voice.day(notice.on)}, {voice.choose(notice.by.name)}{where}"
    yield from _bag_lines(verdict, voice)
    if verdict.as_of:
        age = PHRASES["lot_file_age"].fill({**since, "hours": verdict.age_hours})
        yield f"\n{voice.choose(age)}"
    if verdict.is_stale:
        yield voice.choose(PHRASES["lot_file_stale"].fill({"limit": fresh_hours}))
    if verdict.as_of:
        yield f"\n{voice.choose(PHRASES['offline_limits'])}"
        for limit in verdict.limits:
            yield f"  - {voice.choose(LIMITS[limit].fill(since))}"


def _bag_lines(verdict: OfflineVerdict, voice: Voice) -> Iterator[str]:
    """Yield what an inspector compares with the bag in hand."""
    bag = verdict.bag
    if bag is None:
        return
    yield f"\n{voice.say('compare.title')}"
    product = f"  {voice.choose(bag.product)} · {voice.kilograms(bag.net_g)}"
    if bag.number:
        product += f" · {voice.say('compare.bag', number=bag.number, count=bag.count)}"
    yield product
    yield f"  {voice.say('compare.packed')}: {voice.day(bag.packed_on)}"
    yield f"  {voice.say('compare.packer')}: {voice.choose(bag.packer.name)}"
    yield f"  {voice.say('compare.lot')}: {bag.lot}"
