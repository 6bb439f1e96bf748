"""What cooperatives say of their fields: the diary, the water in the tubes, who grows there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from ledger.imports.rows import FieldWork, Household, WaterLevel
from ledger.rice import acts, events
from ledger.rice.disclosed import Private
from ledger.season.books import START, Books, Saying, at, event_id, technician


def sayings(books: Books) -> Iterator[Saying]:
    """Yield every line of the diary and every reading of a tube."""
    for row in books.rows("field_diary", FieldWork):
        make = partial(_work, books, row)
        yield Saying(at(row.worked_on, "07:00:00"), (books.manager(row.area),), make, row)
    for reading in books.rows("water_levels", WaterLevel):
        read_at = reading.read_at.isoformat(timespec="seconds")
        speaker = technician(books.manager(reading.area))
        yield Saying(read_at, (speaker,), partial(_reading, books, reading), reading)


def households(books: Books) -> Iterator[Saying]:
    """Yield who grows rice on each area, without saying who."""
    for row in books.rows("farmers_private", Household):
        yield Saying(START, (books.manager(row.area),), partial(_household, books, row), row)


def private_of(books: Books) -> Iterator[Private]:
    """Yield what is private of each household whose cooperative's key is here."""
    for row in books.rows("farmers_private", Household):
        if books.manager(row.area) in books.keyring:
            yield from _private(books, row)


def _private(books: Books, row: Household) -> Iterator[Private]:
    of, keeper = f"{row.reference}/{row.area}", books.manager(row.area)
    fields = (("name", row.name), ("phone", row.phone), ("land", str(row.area_m2)))
    for field, value in fields:
        if value:
            salt = books.keyring.secret(keeper, f"private/household/{of}/{field}")
            yield Private("household", of, field, salt, value)


def _household(books: Books, row: Household) -> acts.EnrolHousehold:
    digests = {private.field: private.digest for private in _private(books, row)}
    return acts.EnrolHousehold(household=row.reference, area=row.area, **digests)


def _reading(books: Books, row: WaterLevel) -> events.WaterReading:
    return events.WaterReading(
        event_id=event_id(row, "reading"),
        at=row.read_at.isoformat(timespec="seconds"),
        area=row.area,
        season=books.programme.season,
        tube=f"urn:rice:tube:{quote(row.tube, safe='')}",
        level_mm=row.level_mm,
        source=row.source or "manual",
    )


def _work(books: Books, row: FieldWork) -> events.AnyFieldWork:
    where: dict[str, Any] = {
        "event_id": event_id(row, row.activity),
        "at": at(row.worked_on, "07:00:00"),
        "area": row.area,
        "season": books.programme.season,
    }
    record, members = _WORK[row.activity]
    return record(**where, **members(row))


def _worked(row: FieldWork) -> dict[str, Any]:
    return {"worked_m2": row.area_m2, "by_machine": row.by_machine}


def _straw(straw_of: str, row: FieldWork) -> dict[str, Any]:
    return {
        "straw_of": straw_of,
        "by_machine": row.by_machine,
        "collected_g": row.straw_collected_g or 0,
        "buried_lt_30_g": row.straw_buried_lt_30_g or 0,
        "buried_gt_30_g": row.straw_buried_gt_30_g or 0,
        "burned_g": row.straw_burned_g or 0,
    }


def _sown(row: FieldWork) -> dict[str, Any]:
    seed = {"variety": row.variety, "seed_class": row.seed_class, "seed_g": row.seed_g}
    return {**_worked(row), **seed}


def _spread(row: FieldWork) -> dict[str, Any]:
    return {
        "by_machine": row.by_machine,
        "product": row.input_name,
        "composition": row.ingredient,
        "mass_g": row.fertiliser_g,
        "n_g": row.n_g,
        "p2o5_g": row.p2o5_g,
        "k2o_g": row.k2o_g,
    }


def _sprayed(row: FieldWork) -> dict[str, Any]:
    return {
        **_worked(row),
        "product": row.input_name,
        "ingredient": row.ingredient,
        "dose": row.dose,
        "wait_days": row.wait_days,
    }


def _reaped(row: FieldWork) -> dict[str, Any]:
    paddy = {"variety": row.variety, "mass_g": row.wet_g, "moisture_ppt": row.moisture_ppt}
    return {**_worked(row), **paddy}


_Members = Callable[[FieldWork], dict[str, Any]]
_WORK: Mapping[str, tuple[type[events.AnyFieldWork], _Members]] = {
    "land_preparation": (events.LandPreparation, _worked),
    "sowing": (events.Sowing, _sown),
    "fertiliser": (events.Fertilising, _spread),
    "pesticide": (events.Spraying, _sprayed),
    "irrigation": (
        events.Irrigation,
        lambda row: {**_worked(row), "water_l": row.water_l},
    ),
    "drainage": (events.Drainage, _worked),
    "straw_before": (events.StrawHandling, partial(_straw, "crop_before")),
    "straw_after": (events.StrawHandling, partial(_straw, "this_crop")),
    "harvest": (events.Reaping, _reaped),
    "packaging": (
        events.PackagingReturn,
        lambda row: {
            "bought_g": row.packaging_bought_g,
            "returned_g": row.packaging_returned_g,
        },
    ),
}
"""Which event each kind of work is, and what the row says of it; `imports.checks` has asked."""
