"""The bare words of CBV 2.0 that EPCIS 2.0.1 JSON may use, and the long forms they stand for.

A word may also be spelled as a compact or whole URI of the same meaning (``cbv:BizStep-shipping``);
in this ledger the bare word is kept. Words of the first version (``urn:epcglobal:cbv:…``) are no
words of JSON, and ``transforming`` is none any more: commissioning says the same.
"""

from __future__ import annotations

EVENT_TYPES = (
    "ObjectEvent",
    "AggregationEvent",
    "AssociationEvent",
    "TransactionEvent",
    "TransformationEvent",
)
ACTIONS = ("ADD", "OBSERVE", "DELETE")
_STEPS = """
    accepting arriving assembling collecting commissioning consigning creating_class_instance
    cycle_counting decommissioning departing destroying disassembling dispensing encoding
    entering_exiting holding inspecting installing killing loading other packing picking receiving
    removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting
    shipping staging_outbound stock_taking stocking storing transporting unloading unpacking
    void_shipping
"""
STEPS = tuple(_STEPS.split())
_DISPOSITIONS = """
    active available completeness_inferred completeness_verified conformant container_closed
    container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit
    inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match
    non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned
    sellable_accessible sellable_not_accessible stolen unavailable unknown
"""
DISPOSITIONS = tuple(_DISPOSITIONS.split())
REASONS = ("did_not_occur", "incorrect_data")
_PAPERS = "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"
PAPERS = tuple(_PAPERS.split())
PARTIES = ("owning_party", "possessing_party", "location")
ALERTS = ("ALARM_CONDITION", "ERROR_CONDITION")
_COMPONENTS = """
    x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting
    northing latitude longitude altitude
"""
COMPONENTS = tuple(_COMPONENTS.split())
_MEASUREMENTS = """
    AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area
    Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent
    DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity
    ElectricFieldStrength Energy Exposure Force Frequency Illuminance Inductance Irradiance
    KinematicViscosity Length LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux
    MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
    MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power
    Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity
    SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage
    Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber
"""
MEASUREMENTS = tuple(_MEASUREMENTS.split())

CBV = "https://ref.gs1.org/cbv/"
VOCABULARIES = ("https://gs1.org/voc/", "https://ref.gs1.org/voc/")
"""Two names of one vocabulary."""

STEP, DISPOSITION, PAPER, PARTY, REASON, COMPONENT = "BizStep", "Disp", "BTT", "SDT", "ER", "Comp"
"""What stands before the word in the long form of each list."""


def bare(kind: str, word: str) -> str:
    """Return a word of one of the lists in its bare form; what is of no such form stays."""
    for start in (f"{CBV}{kind}-", f"cbv:{kind}-"):
        if word.startswith(start):
            return word.removeprefix(start)
    return word


def measured(word: str) -> str:
    """Return a kind of measurement in its bare form; what is of no such form stays."""
    for start in (*VOCABULARIES, "gs1:"):
        if word.startswith(start):
            return word.removeprefix(start)
    return word
