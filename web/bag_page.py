"""What the page of one bag shows: a verdict, put in order for reading.

Nothing is decided here. Tones follow the headline, the axes and the states that the verdict holds;
steps, certificates and areas are only grouped so that a small screen shows them in few lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from ledger.errors import MalformedError
from ledger.proof.rules import HEADLINES, RULES
from ledger.proof.verdict import AXES, Bag, Finding, Origin, Result, Verdict, Vouching
from ledger.rice.digital_link import format_path, parse_identity
from ledger.rice.labels import format_code
from ledger.rice.life import IN_FORCE
from ledger.rice.terms import LocalText
from web.drawings import Bars, Sketch, draw_bars, draw_sketch
from web.journey import Stage, stages
from web.words import Voice

HEADLINE_ICONS = {
    "recalled": "recall",
    "damaged": "torn",
    "mistyped": "pencil",
    "unknown_code": "search",
    "label_voided": "tag-crossed",
    "label_waiting": "tag-waiting",
    "on_hold": "pause",
    "certificate_withdrawn": "seal-crossed",
    "certificate_suspended": "seal-paused",
    "certificate_reduced": "seal-reduced",
    "not_covered": "seal-missing",
    "not_valid": "unequal",
    "cannot_check": "offline",
    "bag_opened": "bag-open",
    "bag_sold": "bag-sold",
    "superseded_after_packing": "check-next",
    "reduction_sold": "check-clock",
    "expired_after_packing": "check-clock",
    "not_certified": "paper",
    "verified": "check",
}
RESULT_ICONS: dict[Result, str] = {"pass": "check", "fail": "cross", "unknown": "search"}
RESULT_TONES: dict[Result, str] = {"pass": "green", "fail": "red", "unknown": "grey"}
STATE_TONES = {
    **dict.fromkeys(IN_FORCE, "green"),
    "suspended": "amber",
    "withdrawn": "red",
    "disputed": "red",
}

_EFFECTS = ("licenses", "covers", "states", "transacts", "refers")
"""What attestations bring about, the weightiest first."""
_ENDED = frozenset({"expired", "superseded"})
"""States in which a certificate that was in force when the bag was packed came to a good end."""
_BASELINE = "baseline-co2e-per-ha"
_PROJECT = "project-co2e-per-ha"
RECKONED_BY = ("method", "factor-set", "gwp-set")
"""Figures of an emission certificate that name how it was reckoned."""
_RUNS_SHOWN = 8
_WORST_FIRST: tuple[Result, ...] = ("fail", "unknown", "pass")


@dataclass(frozen=True, slots=True)
class Headline:
    """The first thing seen: what the verdict is, in two languages, and what that means."""

    code: str
    tone: str
    icon: str
    text: str
    other: str
    about: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One line on who says what."""

    tone: str
    icon: str
    title: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, its number on the sketch, and the origins in it."""

    mark: int
    commune: str
    share_ppt: int
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Papers:
    """The certificates of one kind, and how many of them have changed since packing."""

    kind: LocalText
    tone: str
    changed: int
    vouchings: tuple[Vouching, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One finding in plain words, and the records it rests on."""

    icon: str
    tone: str
    text: str
    entries: str


@dataclass(frozen=True, slots=True)
class Check:
    """One axis: its result and what was found on it."""

    name: str
    result: Result
    tone: str
    icon: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class BagPage:
    """Everything the template shows of a verdict about a bag."""

    headline: Headline
    code: str
    chips: tuple[Chip, ...]
    places: tuple[Place, ...]
    communes: str
    sketch: Sketch | None
    stages: tuple[Stage, ...]
    bars: Bars | None
    papers: tuple[Papers, ...]
    checks: tuple[Check, ...]
    passed: int
    doubted: frozenset[str]
    evidence: str


def headline(code: str, voice: Voice, verdict: Verdict | None = None) -> Headline:
    """Return a headline as it is shown, with the sentence that fits the verdict if there is one."""
    words = HEADLINES[code]
    key = f"headline.{code}"
    about = words.sentence_for(verdict) if verdict else "about"
    return Headline(
        code=code,
        tone=words.tone,
        icon=HEADLINE_ICONS[code],
        text=voice.say(key),
        other=voice.other.say(key),
        about=voice.say(f"{key}.{about}"),
    )


def lay_out(verdict: Verdict, voice: Voice) -> BagPage:
    """Return what the page shows of a verdict."""
    bag = verdict.bag
    checks = tuple(_check(axis, verdict, voice) for axis in AXES)
    places = _places(bag.origins) if bag else ()
    return BagPage(
        headline=headline(verdict.headline, voice, verdict),
        code=format_code(bag.serial) if bag else "",
        chips=tuple(_chips(bag, verdict, voice)) if bag else (),
        places=places,
        communes=voice.join(voice.commune(place.commune) for place in places),
        sketch=draw_sketch([(place.mark, place.commune) for place in places]),
        stages=stages(bag.journey) if bag else (),
        bars=emission_bars(bag.vouchings) if bag else None,
        papers=_papers(bag.vouchings) if bag else (),
        checks=checks,
        passed=sum(check.result == "pass" for check in checks),
        evidence=evidence_path(bag) if bag else "",
        doubted=_doubted(bag) if bag else frozenset(),
    )


def _doubted(bag: Bag) -> frozenset[str]:
    """Return the areas whose confirmation was good when the bag was packed and is not now."""
    return frozenset(
        area
        for vouching in bag.vouchings
        if vouching.effect == "covers" and vouching.state_now in {"suspended", "withdrawn"}
        for area in vouching.areas
    )


def bag_path(gtin: str, lot: str, serial: str) -> str:
    """Return the path of a bag's page, as its QR symbol spells it."""
    return format_path(("01", gtin), ("10", lot), ("21", serial))


def evidence_path(bag: Bag) -> str:
    """Return the path under which a bag's bundle is served."""
    return "/bundles/" + "/".join(quote(part, safe="") for part in (bag.gtin, bag.lot, bag.serial))


def capitalised(text: str) -> str:
    """Return a term as it begins a line; only its first letter changes."""
    return text[:1].upper() + text[1:]


def _worst(verdict: Verdict, *axes: str) -> Result:
    """Return the worst result on some axes; notes are of later days and have their own chips."""
    results = {
        finding.result
        for finding in verdict.findings
        if finding.axis in axes and RULES[finding.rule].severity != "note"
    }
    return next((result for result in _WORST_FIRST if result in results), "unknown")


def _chips(bag: Bag, verdict: Verdict, voice: Voice) -> Iterable[Chip]:
    """Yield who says what, trouble first; the packer's own word comes last and grey.

    Green needs more than a certificate: the record it stands in must be good, the rice its own,
    and nothing behind it taken back.
    """
    certified = _worst(verdict, "certification")
    grants = [vouching for vouching in bag.vouchings if vouching.effect == "licenses"]
    beyond = _reduced_below(verdict)
    changed = [
        one
        for one in bag.vouchings
        if one.state_now not in {*IN_FORCE, *_ENDED} or one.number in beyond
    ]
    if not bag.marked:
        yield _chip("grey", "paper", "who.none", voice)
    elif certified == "fail":
        yield _chip("amber", "seal-missing", "who.unproven", voice)
    elif certified == "unknown" or not grants:
        yield _chip("grey", "search", "who.unchecked", voice)
    for vouching in changed:
        yield _changed(vouching, voice)
    yield from _sold(verdict, voice)
    if certified == "pass":
        is_sound = _worst(verdict, "integrity", "authority", "custody") == "pass" and not changed
        for grant in grants:
            if grant not in changed:
                yield _signed(grant, voice, is_sound=is_sound)
    stated = voice.join(filter(None, (bag.variety, voice.term("custody", bag.custody))))
    yield Chip("grey", "person", voice.say("who.packer"), (stated,))


def _reduced_below(verdict: Verdict) -> set[str | int]:
    """Return the number of the grant that was reduced to less than reaches this lot."""
    return {
        finding.details["number"]
        for finding in verdict.findings
        if finding.rule == "attestations_still_good" and finding.details.get("state") == "reduced"
    }


def _sold(verdict: Verdict, voice: Voice) -> Iterable[Chip]:
    """Yield where the emission reduction behind the bag was sold or counted, if it was."""
    for finding in verdict.findings:
        if finding.rule == "reduction_unclaimed" and finding.result == "fail":
            parts = tuple(str(finding.details[name]) for name in ("registry", "number", "origin"))
            yield Chip("amber", "warning", voice.say("who.sold"), parts)


def _changed(vouching: Vouching, voice: Voice) -> Chip:
    """Return what became of a certificate that was in force when the bag was packed.

    One that was reduced is here only if it leaves out this lot: in force, and no comfort.
    """
    what = voice.say(
        "who.changed",
        what=voice.name(vouching.kind),
        state=voice.term("state", vouching.state_now),
    )
    since = voice.say("who.since", day=voice.day(vouching.state_since))
    parts = (voice.name(vouching.issuer.name), vouching.number, since)
    tone = "amber" if vouching.state_now in IN_FORCE else state_tone(vouching.state_now)
    return Chip(tone, "warning", what, parts)


def _signed(grant: Vouching, voice: Voice, *, is_sound: bool) -> Chip:
    """Return who granted the mark, for what, and until when."""
    is_ended = grant.state_now in _ENDED
    key, icon = ("who.ended", "check-clock") if is_ended else ("who.certified", "seal")
    until = voice.say(
        f"{key}.until",
        since=voice.day(grant.from_on),
        day=voice.day(grant.state_since if is_ended else grant.until_on),
    )
    scope = filter(None, (grant.season and voice.season(grant.season), _extent(grant, voice)))
    parts = (voice.name(grant.issuer.name), grant.number, voice.join(scope), until)
    if is_sound:
        return Chip("green", icon, voice.say(key), parts)
    return Chip("grey", "paper", voice.say("who.signed"), parts)


def _extent(grant: Vouching, voice: Voice) -> str:
    """Return how much land a grant is for."""
    return voice.count("areas", len(grant.areas)) if grant.areas else ""


def _chip(tone: str, icon: str, key: str, voice: Voice) -> Chip:
    return Chip(tone, icon, voice.say(key), (voice.say(f"{key}.text"),))


def _places(origins: Sequence[Origin]) -> tuple[Place, ...]:
    """Return origins by commune, the largest share first."""
    grouped: dict[str, list[Origin]] = defaultdict(list)
    for origin in sorted(origins, key=lambda origin: (-origin.share_ppt, origin.area)):
        grouped[origin.commune].append(origin)
    shares = {code: sum(o.share_ppt for o in members) for code, members in grouped.items()}
    ordered = sorted(grouped, key=lambda code: -shares[code])
    return tuple(
        Place(mark, code, shares[code], tuple(grouped[code]))
        for mark, code in enumerate(ordered, 1)
    )


def _papers(vouchings: Sequence[Vouching]) -> tuple[Papers, ...]:
    """Return certificates by kind, the grant of the mark first."""
    grouped: dict[LocalText, list[Vouching]] = defaultdict(list)
    for vouching in sorted(vouchings, key=lambda each: _EFFECTS.index(each.effect)):
        grouped[vouching.kind].append(vouching)
    return tuple(_paper_group(kind, papers) for kind, papers in grouped.items())


def _paper_group(kind: LocalText, vouchings: Sequence[Vouching]) -> Papers:
    tones = {state_tone(vouching.state_now) for vouching in vouchings}
    worst = next(tone for tone in ("red", "amber", "grey", "green") if tone in tones)
    changed = sum(vouching.state_now not in IN_FORCE for vouching in vouchings)
    return Papers(kind, worst, changed, tuple(vouchings))


def state_tone(state: str) -> str:
    """Return the tone of a certificate's state; a state that says neither yes nor no is grey."""
    return STATE_TONES.get(state, "grey")


def tell_reason(paper: Vouching, voice: Voice) -> str:
    """Return why a certificate is in its state: the reason of the closed list, and the remark."""
    reason = voice.term("reason", paper.reason)
    if not paper.remark:
        return reason
    return voice.say("reason.remark", reason=reason, remark=paper.remark)


def emission_bars(vouchings: Sequence[Vouching]) -> Bars | None:
    """Return the emission pair, as the range over the statements that give both figures."""
    pairs = []
    for vouching in vouchings:
        before = _kilograms(vouching.figures.get(_BASELINE, ""))
        now = _kilograms(vouching.figures.get(_PROJECT, ""))
        if before is not None and now is not None:
            pairs.append((vouching, before, now))
    if not pairs:
        return None
    issuers = tuple(
        {vouching.issuer.actor: vouching.issuer.name for vouching, _, _ in pairs}.values()
    )
    areas = len({area for vouching, _, _ in pairs for area in vouching.areas})
    before_all = [before for _, before, _ in pairs]
    now_all = [now for _, _, now in pairs]
    named = {
        name: tuple(sorted({one.figures[name] for one, _, _ in pairs if name in one.figures}))
        for name in RECKONED_BY
    }
    return draw_bars(before_all, now_all, issuers, areas, named)


def _kilograms(figure: str) -> Decimal | None:
    """Return a figure in kilograms (UN/CEFACT Recommendation 20: KGM), or None."""
    amount, _, unit = figure.partition(" ")
    try:
        return Decimal(amount) if unit == "KGM" else None
    except InvalidOperation:
        return None


def _check(axis: str, verdict: Verdict, voice: Voice) -> Check:
    result = verdict.axes.get(axis, "unknown")
    found = [finding for finding in verdict.findings if finding.axis == axis]
    return Check(
        name=voice.say(f"axis.{axis}"),
        result=result,
        tone=RESULT_TONES[result],
        icon=RESULT_ICONS[result],
        said=tuple(_say(finding, voice) for finding in sorted(found, key=_worst_first)),
    )


def _worst_first(finding: Finding) -> int:
    return _WORST_FIRST.index(finding.result)


def _say(finding: Finding, voice: Voice) -> Said:
    """Return a finding in the words of its rule, its blanks as people write them."""
    shown = {name: _shown(name, value, voice) for name, value in finding.details.items()}
    return Said(
        icon=RESULT_ICONS[finding.result],
        tone=RESULT_TONES[finding.result],
        text=voice.tell(f"rule.{finding.rule}.{finding.result}", shown),
        entries=list_entries(finding.entries, voice),
    )


def _shown(name: str, value: str | int, voice: Voice) -> str:
    if isinstance(value, int):
        return voice.number(value)
    if name in {"state", "custody"}:
        return voice.term(name, value)
    if name in {"since", "on"}:
        return voice.day(value)
    if name == "lot":
        return _lot_number(value)
    return voice.moment(value) if name == "signed_at" else value


def _lot_number(name: str) -> str:
    """Return the lot number in a lot's canonical name; another name is shown as it is."""
    try:
        return parse_identity(name).get("10") or name
    except MalformedError:
        return name


def list_entries(entries: Sequence[int], voice: Voice) -> str:
    """Return the records something rests on, neighbours as runs: 12, 40-58."""
    runs: list[tuple[int, int]] = []
    for entry in sorted(set(entries)):
        if runs and entry == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], entry)
        else:
            runs.append((entry, entry))
    if not runs:
        return ""
    shown = runs[:_RUNS_SHOWN]
    written = voice.join(
        voice.number(first) if first == last else f"{voice.number(first)}-{voice.number(last)}"
        for first, last in shown
    )
    more = sum(last - first + 1 for first, last in runs[_RUNS_SHOWN:])
    if more:
        written = voice.say("records.more", list=written, n=more)
    key = "records.one" if len(entries) == 1 else "records.many"
    return voice.say(key, list=written)
