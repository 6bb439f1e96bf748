"""What must agree within one row; each check yields the field and the code of what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.imports import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

Finding = tuple[str, str]  # field, code


def weigh_ticket(row: rows.Row) -> Iterator[Finding]:
    """The net mass is the difference of the two weighings; paddy is cut before it is weighed."""
    assert isinstance(row, rows.WeighTicket)
    if row.gross_g - row.tare_g != row.wet_g:
        yield "wet_g", "net_differs"
    if row.weighed_at.date() < row.harvested_on:
        yield "weighed_at", "order_reversed"


def drying_run(row: rows.Row) -> Iterator[Finding]:
    """A run ends after it starts."""
    assert isinstance(row, rows.DryingRun)
    yield from _in_order(row.started_at, row.ended_at, "ended_at")


_WORK_SAYS: dict[str, tuple[str, ...]] = {
    "land_preparation": ("area_m2",),
    "sowing": ("area_m2", "variety", "seed_class", "seed_g"),
    "fertiliser": ("input_name", "ingredient", "fertiliser_g", "n_g", "p2o5_g", "k2o_g"),
    "pesticide": ("area_m2", "input_name", "ingredient", "dose", "wait_days"),
    "irrigation": ("area_m2", "water_l"),
    "drainage": ("area_m2",),
    "straw_before": (),
    "straw_after": (),
    "harvest": ("area_m2", "variety", "wet_g", "moisture_ppt"),
    "packaging": ("packaging_bought_g", "packaging_returned_g"),
}


def field_work(row: rows.Row) -> Iterator[Finding]:
    """Each kind of work says what was done: a sowing without seed is no sowing."""
    assert isinstance(row, rows.FieldWork)
    for field in _WORK_SAYS[row.activity]:
        if getattr(row, field) in {None, ""}:
            yield field, "value_missing"


def milling_batch(row: rows.Row) -> Iterator[Finding]:
    """A second silo comes with its mass."""
    assert isinstance(row, rows.MillingBatch)
    yield from _paired(row.silo_2, row.from_silo_2_g, "silo_2")


def packed_lot(row: rows.Row) -> Iterator[Finding]:
    """Further batches come with their mass; rice is packed before it expires."""
    assert isinstance(row, rows.PackedLot)
    yield from _paired(row.batch_2, row.from_batch_2_g, "batch_2")
    yield from _paired(row.batch_3, row.from_batch_3_g, "batch_3")
    yield from _in_order(row.packed_on, row.best_before, "best_before")
    yield from _counted(row.bags, "bags")


def pallet(row: rows.Row) -> Iterator[Finding]:
    """A pallet carries bags."""
    assert isinstance(row, rows.Pallet)
    yield from _counted(row.bags, "bags")


def organisation(row: rows.Row) -> Iterator[Finding]:
    """A licence ends after it begins."""
    assert isinstance(row, rows.Organisation)
    yield from _in_order(row.licence_from, row.licence_to, "licence_to")


def certification(row: rows.Row) -> Iterator[Finding]:
    """A decision ends after it begins."""
    assert isinstance(row, rows.Certification)
    yield from _in_order(row.valid_from, row.valid_to, "valid_to")


def document(row: rows.Row) -> Iterator[Finding]:
    """A file name names a file of its folder and nothing else."""
    assert isinstance(row, rows.Document)
    plain = row.file_name.replace("-", "").replace("_", "").replace(".", "")
    if not plain.isalnum() or row.file_name.startswith("."):
        yield "file_name", "file_name_unsafe"


def _in_order(first: date | None, then: date | None, field: str) -> Iterator[Finding]:
    if first is not None and then is not None and then < first:
        yield field, "order_reversed"


def _paired(source: str, mass_g: int | None, field: str) -> Iterator[Finding]:
    if bool(source) != bool(mass_g):
        yield field, "pair_incomplete"


def _counted(count: int, field: str) -> Iterator[Finding]:
    if count == 0:
        yield field, "number_out_of_range"
