"""What a trace finds, told in a terminal or written to files; shared by whoever shows a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import check_new, write_new
from ledger.cli.speech import Speech
from ledger.errors import MalformedError, NotFoundError, Words

if TYPE_CHECKING:
    from ledger.affected import Affected
    from ledger.rice.acts import BagRange, Scope
    from ledger.service import Ledger

CsvFile = Annotated[
    Path | None, typer.Option("--csv", help="Write the list as CSV to this file; - for output.")
]
XlsxFile = Annotated[Path | None, typer.Option("--xlsx", help="Write the list as a workbook.")]
Bags = Annotated[
    list[str] | None,
    typer.Option(
        "--bags", help="Of a batch of labels only these bags, as 7,9,10-20; may be repeated."
    ),
]
LotName = Annotated[
    str, typer.Argument(metavar="LOT", help="lot:GTIN/LOT, or a batch of its labels.")
]
ScopeText = Annotated[
    str,
    typer.Option(
        help="Where the trouble began: area:CODE/SEASON, input:PRODUCT/SEASON, lot:GTIN/LOT,"
        " pallet:SSCC, container:NUMBER, labels:BATCH or attestation:NUMBER."
    ),
]


def scope_of(book: Ledger, what: str, season: str = "") -> Scope:
    """Return what a word stands for: a scope, or the plain name of a lot, label batch or area."""
    from ledger.rice.acts import Scope
    from ledger.rice.facts import Area, LabelBatch, Lot, find
    from ledger.rice.scopes import KINDS, read_scope

    if what.partition(":")[0] in KINDS:
        return read_scope(what)
    with book.reading() as view:
        if find(view, Lot, f"lot:{what}"):
            return Scope(kind="lot", id=what)
        if find(view, LabelBatch, f"labels:{what}"):
            return Scope(kind="labels", id=what)
        if find(view, Area, f"area:{what}"):
            return Scope(kind="area", id=what, season=season)
    raise NotFoundError("nothing_named", name=what)


def lot_named(book: Ledger, text: str) -> str:
    """Return the lot of a scope, or of a batch of labels."""
    from ledger.rice.facts import LabelBatch, find

    scope = scope_of(book, text)
    if scope.kind == "lot":
        return scope.id
    with book.reading() as view:
        issued = find(view, LabelBatch, f"labels:{scope.id}") if scope.kind == "labels" else None
    if issued is None:
        raise NotFoundError("labels_unknown", batch=scope.id)
    return issued.lot


def ranges_of(scope: Scope, texts: list[str] | None) -> tuple[BagRange, ...]:
    """Return the bags somebody wrote as ``10-20`` or ``7,9``, in order."""
    from msgspec import ValidationError, convert

    from ledger.rice.acts import BagRange

    ranges = []
    for text in ",".join(texts or ()).split(",") if texts else ():
        first, _, last = text.partition("-")
        try:
            whole = {"batch": scope.id, "first": int(first), "last": int(last or first)}
            ranges.append(convert(whole, BagRange))
        except (ValueError, ValidationError) as error:
            raise MalformedError("malformed", what=f"--bags {text}") from error
    return tuple(sorted(ranges, key=lambda one: one.first))


def write_lists(
    speech: Speech,
    found: Affected,
    csv: Path | None,
    xlsx: Path | None,
    marks: Mapping[str, Words] | None = None,
) -> None:
    """Write a list to the files that were asked for, with marks beside lots."""
    from ledger.lists import write_csv, write_xlsx

    check_new(csv, xlsx)
    language = speech.languages[0]
    if csv is not None:
        write_new(csv, write_csv(found, language, marks))
    if xlsx is not None:
        write_new(xlsx, write_xlsx(found, language, marks))
    for file in filter(None, (csv, xlsx)):
        speech.note(speech.phrase("list_written", file=str(file)))


def tell_list(speech: Speech, found: Affected) -> None:
    """Show a list to whoever reads the terminal."""
    if not (found.lots or found.areas):
        speech.tell(speech.phrase("trace_empty"))
        return
    headings = [speech.phrase(name) for name in ("what", "name", "now_with", "bags", "mass")]
    speech.table(headings, list(_rows(speech, found)), right=2)
    speech.tell(
        speech.phrase(
            "affected_total",
            lots=len(found.lots),
            pallets=len(found.pallets),
            containers=len(found.containers),
            buyers=len(found.buyers),
            bags=found.bags,
            mass=amount_words(found.bagged_g),
        )
    )


def kilograms(mass_g: int) -> str:
    """Return grams as kilograms, to the gram if need be."""
    whole, grams = divmod(mass_g, 1000)
    return f"{whole}.{grams:03}" if grams else str(whole)


def amount_words(mass_g: int) -> Words:
    """Return grams as kilograms with thousands apart, as each language writes them."""
    whole, grams = divmod(mass_g, 1000)
    en = f"{whole:,}.{grams:03}" if grams else f"{whole:,}"
    return Words(en, en.translate({ord(","): ".", ord("."): ","}))


def _rows(speech: Speech, found: Affected) -> Iterator[tuple[str, str, str, str, str]]:
    from ledger.lists import KINDS, WORKS, lot_name, pallet_name

    kind = {name: speech.text(words) for name, words in KINDS.items()}
    for box in found.containers:
        whom = " ".join(filter(None, (box.buyer.actor if box.buyer else "", box.country)))
        where = " ".join(filter(None, (whom, box.arrived_on or box.shipped_on or box.loaded_on)))
        mass = kilograms(box.mass_g)
        yield kind["container"], box.container, where, str(box.bags), mass
    for labels in found.labels:
        bags = f"{labels.first}-{labels.last}"
        yield kind["labels"], labels.batch, lot_name(labels.lot), bags, ""
    for pallet in found.pallets:
        where = pallet.container or (pallet.sent_to or pallet.holder).actor
        name, mass = pallet_name(pallet.pallet), kilograms(pallet.mass_g)
        yield kind["pallet"], name, where, str(pallet.bags), mass
    for lot in found.lots:
        where = (lot.sent_to or lot.holder).actor
        bags, mass = str(lot.bags_meant or ""), kilograms(lot.meant_g)
        yield kind["lot"], lot_name(lot.lot), where, bags, mass
    for area in found.areas:
        name = f"{area.area}/{area.season}"
        yield kind["area"], name, area.manager.actor if area.manager else "", "", ""
        for line in area.diary:
            work = speech.text(WORKS[line.work])
            yield kind["diary"], name, f"{line.on} {work} {line.with_what}".strip(), "", ""
