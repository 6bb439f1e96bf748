"""Evidence and judgement: the bundle of a bag, its verdict offline, the audit of a whole log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.exits import Exit
from ledger.cli.opening import Passphrases, log_key, log_vkey, opened, read_bytes, write_new
from ledger.cli.options import HERE, AsJson, Folder, LogKeyFile, PassphraseFile
from ledger.cli.phrases import PHRASES
from ledger.cli.speech import Speech, words_record
from ledger.cli.written import moment_of
from ledger.errors import Detail, MalformedError

if TYPE_CHECKING:
    from ledger.findings import Report
    from ledger.papers import Papers
    from ledger.proof.verdict import Bag, Result, Verdict
    from ledger.rice.attachments import Attachment
    from ledger.service import Ledger
    from web.words import Voice

SOUND = frozenset({"verified", "expired_after_packing", "not_certified"})
_NAME = b"rice-ledger/bundle@"
"""What every bundle says it is, whatever became of the rest of it."""
CANNOT_TELL = "cannot_check"
_WORDS_OF_A_BAG = 3
_MARKS: dict[Result, str] = {"pass": "+", "fail": "!", "unknown": "?"}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(bundle)
    app.command()(verify)
    app.command()(audit)


def bundle(
    ctx: typer.Context,
    bag: Annotated[
        list[str],
        typer.Argument(help="GTIN, lot and serial; or the link of the QR code; or the typed code."),
    ],
    ledger: Folder = HERE,
    out: Annotated[
        Path | None, typer.Option(help="File to write; <serial>.bundle.json if not given.")
    ] = None,
    log_key_file: LogKeyFile = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write the evidence for one bag.

    It is all that is needed to judge the bag without the ledger.
    """
    speech: Speech = ctx.obj
    key = log_key(ledger, log_key_file, Passphrases(speech, passphrase_file))
    with opened(ledger, key) as book:
        gtin, lot, serial = _name_bag(book, bag)
        data = book.bundle(gtin, lot, serial)
    path = out or Path(f"{serial}.bundle.json")
    write_new(path, data)
    speech.note(speech.phrase("bundle_written", serial=serial, file=str(path)))


def verify(
    ctx: typer.Context,
    evidence: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The bundle; - for input.")],
    trust: Annotated[
        Path, typer.Option(help="What you trust; get it by another way than the bundle.")
    ],
    at: Annotated[
        str, typer.Option(help="Judge as of this moment, such as 2026-05-01T00:00:00Z.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Judge the evidence for a bag, offline.

    The verdict follows from the bundle, from what you trust and from the moment, nothing else.
    """
    from ledger.proof.trust import read_trust
    from ledger.proof.verdict import write_verdict
    from ledger.proof.verify import verify_bytes

    speech: Speech = ctx.obj
    speech.to_program = as_json
    moment = moment_of(at, "--at")
    trusted = read_trust(read_bytes(trust))
    data = read_bytes(evidence)
    verdict = verify_bytes(data, trusted, moment)
    if as_json:
        typer.echo(write_verdict(verdict), nl=False)
    else:
        _tell_verdict(speech, verdict)
    if _NAME not in data:
        raise typer.Exit(Exit.UNREADABLE)  # another kind of file; a bundle that was bent is no
    if verdict.headline == CANNOT_TELL:
        raise typer.Exit(Exit.CANNOT_TELL)
    if verdict.headline not in SOUND:
        raise typer.Exit(Exit.NO)


def audit(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="A ledger's folder, an exported one, or an archive.")
    ],
    log_key_text: Annotated[
        str, typer.Option("--log-key", help="The log's public key, name+hash+key.")
    ] = "",
    trust: Annotated[Path | None, typer.Option(help="A trust file that names the log.")] = None,
    hashes_only: Annotated[
        bool, typer.Option("--hashes-only", help="Leave out signatures and rules.")
    ] = False,
    papers: Annotated[
        Path | None, typer.Option(help="A folder of papers to hold against the entries.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work the whole log out again from entry 0.

    Everything is compared with what is stored and signed. Without a key from elsewhere the one
    in the folder or archive is taken, which shows slips and damage but not a log made anew.
    """
    from ledger import audit as auditing
    from ledger.papers import compare_papers

    speech: Speech = ctx.obj
    speech.to_program = as_json
    vkey = log_vkey(folder, log_key_text, trust)
    with speech.steps({"opening_archive": "opening_archive", "auditing": "auditing"}) as move:
        report = auditing.audit(
            folder,
            vkey,
            hashes_only=hashes_only,
            progress=lambda done, of: move("auditing", done, of),
            opening=lambda done, of: move("opening_archive", done, of),
        )
    is_known = report.judged == report.size  # else some entry may commit to any paper
    compared = compare_papers(papers, report.attachments) if papers and is_known else None
    if not log_key_text and trust is None and not as_json:
        speech.note(speech.phrase("audit_own_key"))
    if as_json:
        _answer_report(speech, report, compared)
    else:
        _tell_report(speech, report)
        if compared:
            _tell_papers(speech, compared)
        elif papers:
            speech.tell(speech.phrase("papers_left"))
    if report.findings:
        raise typer.Exit(Exit.NO)
    if report.withheld or (papers and (compared is None or compared.missing)):
        raise typer.Exit(Exit.CANNOT_TELL)


def _name_bag(book: Ledger, bag: list[str]) -> tuple[str, str, str]:
    """Return GTIN, lot and serial of a bag, however it was named."""
    from ledger.rice.digital_link import parse_digital_link
    from ledger.rice.labels import read_code

    if len(bag) == _WORDS_OF_A_BAG:
        return bag[0], bag[1], bag[2]
    if len(bag) != 1:
        raise MalformedError("link_unreadable", read=" ".join(bag))
    if "://" not in bag[0]:
        serial = read_code(bag[0])
        return (*book.find_bag(serial), serial)
    link = parse_digital_link(bag[0])
    lot, named = link.get("10"), link.get("21")
    if link.identifier != "01" or named is None:
        raise MalformedError("link_no_key", read=bag[0])
    return (link.value, lot, named) if lot else (*book.find_bag(named), named)


def _tell_verdict(speech: Speech, verdict: Verdict) -> None:
    """Say the verdict as the bag's page says it, in each language spoken."""
    from web.bag_page import RESULT_ICONS, lay_out
    from web.words import Voice

    marks = {RESULT_ICONS[result]: mark for result, mark in _MARKS.items()}
    for language in speech.languages:
        voice = Voice(language)
        page = lay_out(verdict, voice)
        speech.tell(f"{page.headline.text} [{verdict.headline}]")
        speech.tell(page.headline.about)
        if verdict.bag is not None:
            speech.tell(f"\n{voice.say('compare.title')}")
            for line in _bag_lines(verdict.bag, voice):
                speech.tell(f"  {line}")
        for check in page.checks:
            speech.tell(f"\n{check.name}: {voice.say(f'result.{check.result}')}")
            for said in check.said:
                speech.tell(f"  {marks[said.icon]} {said.text}")
        limits = PHRASES["limits"]
        speech.tell(f"\n{voice.choose(limits)}\n")


def _bag_lines(bag: Bag, voice: Voice) -> Iterator[str]:
    """Yield what a buyer compares with the bag in hand."""
    numbered = voice.say("compare.bag", number=bag.number, count=bag.count)
    yield f"{voice.choose(bag.product)} · {voice.kilograms(bag.net_g)} · {numbered}"
    yield f"{voice.say('compare.packed')}: {voice.day(bag.packed_on)}"
    yield f"{voice.say('compare.packer')}: {voice.choose(bag.packer.name)}"
    yield f"{voice.say('compare.lot')}: {bag.lot}"


def _answer_report(speech: Speech, report: Report, papers: Papers | None) -> None:
    record: dict[str, object] = {
        "findings": [
            {"code": one.code, "details": one.details, "words": words_record(one.words)}
            for one in report.findings
        ],
        "judged": report.judged,
        "ok": report.ok,
        "size": report.size,
        "withheld": report.withheld,
    }
    if papers:
        record["papers"] = {
            "matched": [{"file": file, **_attachment(one)} for file, one in papers.matched],
            "missing": [_attachment(one) for one in papers.missing],
            "salted": papers.salted,
            "unknown": papers.unknown,
        }
    speech.answer(record)


def _tell_report(speech: Speech, report: Report) -> None:
    if report.ok:
        speech.tell(speech.phrase("audit_clean", size=report.size))
    if report.withheld:
        counts = {"size": report.size, "withheld": report.withheld, "judged": report.judged}
        speech.tell(speech.phrase("audit_withheld", **counts))
    if report.findings:
        count = len(report.findings)
        speech.tell(speech.phrase("audit_found", size=report.size, count=count))
        for one in report.findings:
            speech.tell(f"  {speech.text(one.words)} [{one.code}]")


def _tell_papers(speech: Speech, papers: Papers) -> None:
    for file, one in papers.matched:
        speech.tell(f"  + {speech.phrase('paper_matched', file=file, **_attachment(one))}")
    for one in papers.missing:
        speech.tell(f"  ? {speech.phrase('paper_missing', **_attachment(one))}")
    for file in papers.unknown:
        speech.tell(f"  ! {speech.phrase('paper_unknown', file=file)}")
    matched = len(papers.matched)
    counts = {"of": matched + len(papers.missing), "matched": matched, "salted": papers.salted}
    speech.tell(speech.phrase("papers_counted", **counts))


def _attachment(one: Attachment) -> dict[str, Detail]:
    return {"digest": one.digest, "index": one.index, "kind": one.kind, "of": one.of}
