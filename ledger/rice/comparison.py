"""What was computed beside what a scheme asks for and what certificates state.

A stated figure differs from the computed one if, rounded half up to as many digits as are stated,
that is another. A difference is a finding for people to look into, never a refusal: who measured
by other means may be right. A certificate over several areas states one figure for all of them, and
is compared for none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from ledger.rice.certificate_facts import Attestation
from ledger.rice.credentials import EMISSIONS
from ledger.rice.schemes import Criterion, Edition, Profile

Computed = Mapping[str, Decimal | int | str | None]

METRICS: Mapping[str, tuple[str, str]] = {
    "seed-rate": ("seed_kg_per_ha", "KGM"),
    "nitrogen-reduction": ("n_reduction_pct", "P1"),
    "pesticide-reduction": ("pesticide_reduction_pct", "P1"),
    "water-reduction": ("water_reduction_pct", "P1"),
    "straw-collected": ("straw_collected_pct", "P1"),
    "packaging-returned": ("packaging_returned_pct", "P1"),
    "mechanised": ("mechanised_pct", "P1"),
    "post-harvest-loss": ("post_harvest_loss_pct", "P1"),
    "baseline-co2e-per-ha": ("baseline_kg_co2e_per_ha", "KGM"),
    "project-co2e-per-ha": ("project_kg_co2e_per_ha", "KGM"),
    "ghg-reduction": ("reduction_pct", "P1"),
}
"""For each metric of schemes and certificates the computed figure, and the unit it is stated in."""
REGIME = "water-regime"


class Metric(Struct, frozen=True, kw_only=True):
    """A computed figure as a certificate states it: ``84.22 KGM``, or a code without a unit."""

    metric: str
    text: str

    def is_for(self, profile: Profile) -> bool:
        """Tell whether it is an attestation of this kind that states it.

        Emissions are for a verification to state, everything else for the others (ISO 14065).
        """
        of_emissions = self.metric in {*EMISSIONS, "ghg-reduction"}
        is_verification = profile.attestation_type == "verification"
        return self.metric == REGIME or of_emissions == is_verification


class Asked(Struct, frozen=True, kw_only=True):
    """A criterion that applies on a day, and what was computed; nothing if that is not computed."""

    scheme: str
    version: str
    profile: str
    criterion: Criterion
    computed: Decimal | None
    is_met: bool | None


class Stated(Struct, frozen=True, kw_only=True):
    """A figure of a certificate and the computed one, both as text."""

    number: str
    profile: str
    metric: str
    unit: str
    stated: str
    computed: str | None
    differs: bool
    entry: int


def metrics_of(computed: Computed) -> Iterator[Metric]:
    """Yield every figure that was computed and that certificates have a name for."""
    for metric, (_, unit) in METRICS.items():
        value = _figure(computed, metric, unit)
        if value is not None:
            yield Metric(metric=metric, text=f"{value:f} {unit}")
    yield Metric(metric=REGIME, text=str(computed[REGIME]))


def ask(scheme: str, edition: Edition, computed: Computed, on: str) -> Iterator[Asked]:
    """Yield every criterion of a scheme that applies on a day, beside what was computed."""
    for profile in edition.profiles:
        for criterion in profile.criteria_on(on):
            figure = _figure(computed, criterion.id, criterion.unit)
            yield Asked(
                scheme=scheme,
                version=edition.version,
                profile=profile.id,
                criterion=criterion,
                computed=figure,
                is_met=None if figure is None else criterion.is_met_by(figure),
            )


def compare(attestations: Iterable[Attestation], computed: Computed) -> Iterator[Stated]:
    """Yield the figures that certificates over one area state, beside what was computed."""
    for known in attestations:
        if len(known.areas) > 1:
            continue
        for metric, text in known.figures.items():
            if metric == REGIME or metric in METRICS:
                yield _compared(known, metric, text, computed)


def _compared(known: Attestation, metric: str, text: str, computed: Computed) -> Stated:
    stated, _, unit = text.partition(" ")
    found = computed[REGIME] if metric == REGIME else _figure(computed, metric, unit)
    if isinstance(found, Decimal):
        value = Decimal(stated)
        found = str(found.quantize(value, ROUND_HALF_UP))
    return Stated(
        number=known.number,
        profile=known.profile,
        metric=metric,
        unit=unit,
        stated=stated,
        computed=None if found is None else str(found),
        differs=found is not None and str(found) != stated,
        entry=known.index,
    )


def _figure(computed: Computed, metric: str, unit: str) -> Decimal | None:
    name, known_unit = METRICS.get(metric, ("", ""))
    value = computed.get(name)
    if unit != known_unit or value is None or isinstance(value, str):
        return None
    return Decimal(value)
