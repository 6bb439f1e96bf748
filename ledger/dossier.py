"""What the ledger computed from the field for one area and season, for whoever is to vouch for it.

Every figure stands with the entries behind it, and beside the emission everything that has to: the
method, the names of its sets, the range, the deduction, and whose keys measured, reported and
verified. Nothing here was typed in.

The cost follows what was said of the area, and of the dryings and millings its paddy went through;
not the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from ledger.closing import settings_of
from ledger.errors import NotFoundError
from ledger.log import encoding
from ledger.log.statement import parse_statement
from ledger.rice.case import Meaning, open_meaning
from ledger.rice.certificate_facts import (
    Attestation,
    Covered,
    Scheme,
)
from ledger.rice.comparison import (
    METRICS,
    REGIME,
    Asked,
    Computed,
    Metric,
    Stated,
    ask,
    compare,
    metrics_of,
)
from ledger.rice.emission import Emission
from ledger.rice.emission_claims import reduction_kg_per_ha
from ledger.rice.events import (
    Correction,
    Dividing,
    Drying,
    Event,
    Fertilising,
    FieldWork,
    Harvest,
    Irrigation,
    LandPreparation,
    Milling,
    PackagingReturn,
    Reaping,
    Receiving,
    Sowing,
    Spraying,
    Storing,
    StrawHandling,
    WaterReading,
)
from ledger.rice.facts import (
    Area,
    Key,
    Product,
    find,
)
from ledger.rice.field_sums import Grown, area_figures, choice_of, processed
from ledger.rice.figures import AreaFigures
from ledger.rice.lots import births_of, gtin_of
from ledger.rice.paper_facts import Baseline
from ledger.rice.water import WaterRegime
from ledger.store.store import Reading
from ledger.tracing import find_all, told_of

Value = Decimal | int | bool | None
Kinds = tuple[type[Event], ...]

_MACHINES: Kinds = (LandPreparation, Sowing, Spraying, Reaping)
_LOSSES: Kinds = (Reaping, Harvest, Drying, Milling)
_WATER: Kinds = (WaterReading, Reaping, Harvest)
_EMISSION: Kinds = (*_WATER, LandPreparation, StrawHandling, Fertilising)
_ON_THE_WAY = (Drying, Storing, Dividing)
BEHIND: Mapping[str, tuple[str, Kinds, bool]] = {
    "seed_kg_per_ha": ("kg/ha", (Sowing,), False),
    "n_kg_per_ha": ("kg/ha", (Fertilising,), False),
    "p2o5_kg_per_ha": ("kg/ha", (Fertilising,), False),
    "k2o_kg_per_ha": ("kg/ha", (Fertilising,), False),
    "n_reduction_pct": ("%", (Fertilising,), True),
    "pesticide_applications": ("", (Spraying,), False),
    "pesticide_reduction_pct": ("%", (Spraying,), True),
    "water_m3_per_ha": ("m3/ha", (Irrigation,), False),
    "water_reduction_pct": ("%", (Irrigation,), True),
    "mechanised_pct": ("%", _MACHINES, False),
    "fully_mechanised": ("", _MACHINES, False),
    "straw_collected_g": ("g", (StrawHandling,), False),
    "straw_incorporated_g": ("g", (StrawHandling,), False),
    "straw_burned_g": ("g", (StrawHandling,), False),
    "straw_collected_pct": ("%", (StrawHandling,), False),
    "packaging_returned_pct": ("%", (PackagingReturn,), False),
    "harvested_14_kg": ("kg", (Harvest,), False),
    "yield_t_ha": ("t/ha", (Harvest,), False),
    "field_to_mill_pct": ("%", (Reaping, Harvest), False),
    "drying_loss_pct": ("%", (Drying,), False),
    "milling_loss_pct": ("%", (Milling,), False),
    "post_harvest_loss_pct": ("%", _LOSSES, False),
    "co2e_kg_per_kg_rice": ("kg/kg", (*_EMISSION, Milling), True),
}
"""Each figure's unit, the kinds of event it follows from, and whether the baseline is behind it."""


class Figure(Struct, frozen=True, kw_only=True):
    """One figure, and the entries it follows from."""

    name: str
    value: Value
    unit: str
    entries: tuple[int, ...]


class Signer(Struct, frozen=True, kw_only=True):
    """A key that signed, whose it is, and how many statements it signed."""

    actor: str
    key: str
    statements: int


class Dossier(Struct, frozen=True, kw_only=True):
    """An area's season as the ledger computed it at one size.

    ``measured_by`` are the keys of the tube readings, ``reported_by`` those of the other lines of
    the diary, ``verified_by`` those of the emission statements. Without readings nobody measured,
    and the regime is what is assumed: continuous flooding. ``metrics`` are the figures that
    certificates have names for; ``asked`` is what the schemes of the
    baseline and certificates ask for on the day of the last entry, ``stated`` what the
    certificates state, each beside what was computed.
    """

    size: int
    area: str
    season: str
    cooperative: str
    commune: str
    ha: Decimal
    began_on: str
    ended_on: str
    baseline_index: int | None
    figures: tuple[Figure, ...]
    water: WaterRegime
    sf_w: Decimal
    water_entries: tuple[int, ...]
    emission: Emission | None
    emission_entries: tuple[int, ...]
    measured_by: tuple[Signer, ...]
    reported_by: tuple[Signer, ...]
    verified_by: tuple[Signer, ...]
    metrics: tuple[Metric, ...]
    asked: tuple[Asked, ...]
    stated: tuple[Stated, ...]


def dossier(view: Reading, code: str, season: str) -> Dossier:
    """Return an area's season; raise `NotFoundError` if nobody registered the area."""
    area = find(view, Area, f"area:{code}")
    if area is None:
        raise NotFoundError("name_unknown", name=code)
    origin = f"{code}/{season}"
    said = said_of_season(view, origin)
    events = {index: meaning.body for index, meaning in said.items()}
    cut = {index: each for index, each in events.items() if isinstance(each, Harvest)}
    work = {index: each for index, each in events.items() if isinstance(each, FieldWork)}
    made = _made_of(view, cut)
    base = find(view, Baseline, f"baseline:{origin}")
    grown = Grown(
        area=area,
        season=season,
        work=list(work.values()),
        cut=list(cut.values()),
        baseline=base,
        processed=processed(
            (each for each in made.values() if isinstance(each, Drying)),
            (each for each in made.values() if isinstance(each, Milling)),
            _moisture_ppt(view, made.values()),
            _forms(view, made.values()),
        ),
    )
    found = area_figures(grown, choice_of(settings_of(view)))
    behind = _Behind({**work, **cut, **made}, (base.index,) if base else ())
    settings = view.mentions(["ledger:"], view.head().size)["ledger:"][-1:]
    emission_entries = sorted({*behind.entries(_EMISSION, with_baseline=True), *settings})
    known = attestations_over(view, origin)
    computed = _computed(found)
    return Dossier(
        size=view.head().size,
        area=code,
        season=season,
        cooperative=area.manager,
        commune=area.commune,
        ha=found.ha,
        began_on=min((each.on for each in grown.work), default=""),
        ended_on=max((each.on for each in grown.work if isinstance(each, Reaping)), default=""),
        baseline_index=base.index if base else None,
        figures=tuple(_figures(found, behind)),
        water=found.water,
        sf_w=found.sf_w,
        water_entries=behind.entries(_WATER),
        emission=found.emission,
        emission_entries=tuple(emission_entries) if found.emission else (),
        measured_by=_signers(view, _of_kinds(said.values(), (WaterReading,))),
        reported_by=_signers(view, _reports(said.values())),
        verified_by=_signers(view, _verifications(view, known)),
        metrics=tuple(metrics_of(computed)),
        asked=tuple(_asked(view, {each.scheme for each in known} | _schemes_of(base), computed)),
        stated=tuple(compare(known, computed)),
    )


class _Behind:
    """The entries of an area's season by the kind of event they say."""

    def __init__(self, events: Mapping[int, Event], baseline: tuple[int, ...]) -> None:
        self._events = events
        self._baseline = baseline

    def entries(self, kinds: Kinds, *, with_baseline: bool = False) -> tuple[int, ...]:
        """Return the entries that say events of these kinds, in order, with the baseline's."""
        found = {index for index, each in self._events.items() if isinstance(each, kinds)}
        return tuple(sorted(found.union(self._baseline if with_baseline else ())))

    def without_crop_before(self) -> _Behind:
        """Return the same without the straw of the crop before, which only the emission is from."""
        return _Behind(
            {
                index: each
                for index, each in self._events.items()
                if not isinstance(each, StrawHandling) or each.straw_of == "this_crop"
            },
            self._baseline,
        )


def _figures(found: AreaFigures, behind: _Behind) -> Iterator[Figure]:
    this_crop = behind.without_crop_before()
    for name, (unit, kinds, is_compared) in BEHIND.items():
        of = this_crop if name.startswith("straw_") else behind
        entries = of.entries(kinds, with_baseline=is_compared)
        yield Figure(name=name, value=getattr(found, name), unit=unit, entries=entries)


def said_of_season(view: Reading, origin: str, size: int | None = None) -> dict[int, Meaning]:
    """Return the diary and harvests of an ``area/season`` by entry, without those declared wrong.

    With ``size`` only what the first so many entries said counts.
    """
    keys = [f"diary:{origin}", f"harvested:{origin}"]
    mentioned = view.mentions(keys, view.head().size if size is None else size)
    found: dict[int, Meaning] = {}
    wrong: set[str] = set()
    for index, _, data in view.statements_at({i for listed in mentioned.values() for i in listed}):
        meaning = open_meaning(parse_statement(data))
        if isinstance(meaning.body, Correction):
            wrong.add(meaning.body.event_id)
        elif isinstance(meaning.body, Event):
            found[index] = meaning
    return {index: found[index] for index in sorted(found) if _id_of(found[index]) not in wrong}


def _id_of(meaning: Meaning) -> str:
    assert isinstance(meaning.body, Event)
    return meaning.body.event_id


def _made_of(view: Reading, cut: Mapping[int, Harvest]) -> dict[int, Event]:
    """Return the dryings and millings that paddy went through, by entry.

    What a mill took out of a silo before this paddy was put in is no part of it.
    """
    reached: dict[str, int] = {}
    for index, event in cut.items():
        reached.setdefault(event.lot, index)
    found: dict[int, Event] = {}
    edge = set(reached)
    while edge:
        links = [link for link in view.links_from(edge) if link[2] > reached[link[0]]]
        fresh = {index for _, _, index, _ in links} - found.keys()
        for index, _, data in view.statements_at(fresh):
            body = open_meaning(parse_statement(data)).body
            if isinstance(body, Milling | Drying | Storing | Dividing):
                found[index] = body
        edge = set()
        for _, target, index, _ in links:
            is_new = index < reached.get(target, index + 1)
            if isinstance(found.get(index), _ON_THE_WAY) and is_new:
                reached[target] = index
                edge.add(target)
    return found


def _moisture_ppt(view: Reading, made: Iterable[Event]) -> dict[str, int]:
    """Return the moisture of each lot that was dried, as it was weighed last."""
    lots = {lot for each in made if isinstance(each, Drying) for lot, _ in each.inputs}
    told = told_of(view, [f"lot:{lot}" for lot in lots])
    return {
        each.lot: each.moisture_ppt
        for listed in told.values()
        for _, each in listed
        if isinstance(each, Harvest | Receiving) and each.lot in lots
    }


def _forms(view: Reading, made: Iterable[Event]) -> dict[str, str]:
    gtins = {gtin_of(lot) for each in made for lot, _ in births_of(each)}
    goods = find_all(view, Product, (f"product:{gtin}" for gtin in gtins))
    return {each.gtin: each.form for each in goods.values()}


def _of_kinds(said: Iterable[Meaning], kinds: Kinds) -> Iterator[Meaning]:
    return (each for each in said if isinstance(each.body, kinds))


def _reports(said: Iterable[Meaning]) -> Iterator[Meaning]:
    """Yield the lines of the diary that are no readings."""
    diary = _of_kinds(said, (FieldWork,))
    return (each for each in diary if not isinstance(each.body, WaterReading))


def attestations_over(view: Reading, origin: str) -> list[Attestation]:
    """Return what confirms or states something of an ``area/season``, in order of entry."""
    covered = find(view, Covered, f"covered:{origin}")
    ids = covered.attestations if covered else ()
    return list(find_all(view, Attestation, (f"attestation:{each}" for each in ids)).values())


def _verifications(view: Reading, known: Iterable[Attestation]) -> Iterator[Meaning]:
    """Yield the emission statements among attestations."""
    indexes = [each.index for each in known if reduction_kg_per_ha(each) is not None]
    for _, _, data in view.statements_at(indexes):
        yield open_meaning(parse_statement(data))


def _schemes_of(base: Baseline | None) -> set[str]:
    return {base.scheme} if base else set()


def _asked(view: Reading, schemes: Iterable[str], computed: Computed) -> Iterator[Asked]:
    today = encoding.local_day(encoding.parse_time(view.head().recorded))
    for known in find_all(view, Scheme, (f"scheme:{each}" for each in sorted(schemes))).values():
        yield from ask(known.id, known.on(today), computed, today)


def _computed(found: AreaFigures) -> Computed:
    """Return the figures that schemes ask for and certificates state, by their names."""
    names = {name for name, _ in METRICS.values()}
    figures = {name: getattr(found, name) for name in names if hasattr(found, name)}
    emission = found.emission
    if emission is not None:
        figures |= {
            "baseline_kg_co2e_per_ha": emission.baseline.kg_co2e_per_ha,
            "project_kg_co2e_per_ha": emission.project.kg_co2e_per_ha,
            "reduction_pct": emission.reduction_pct,
        }
    return figures | {REGIME: found.water.regime}


def _signers(view: Reading, said: Iterable[Meaning]) -> tuple[Signer, ...]:
    counted = Counter(kid for meaning in said for kid in meaning.kids)
    known = find_all(view, Key, (f"key:{kid}" for kid in sorted(counted)))
    signers = [
        Signer(actor=key.actor, key=key.kid, statements=counted[key.kid]) for key in known.values()
    ]
    return tuple(sorted(signers, key=lambda one: (one.actor, one.key)))
