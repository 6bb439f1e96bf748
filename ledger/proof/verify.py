"""Evidence in, verdict out: is what this bag says true, as far as a log can show?

The steps, in order; the code below repeats the numbers. Every check is a rule of rules.json.

1. The bundle is one this module can read, and nothing in it is spelled twice.
2. Its checkpoint is signed by a log key the reader pinned, and by enough of the reader's witnesses.
3. Every entry is in the tree of that checkpoint (RFC 6962 section 2.1.1), and the log's clock never
   ran backwards.
4. Every statement is signed by the key it names, and that key comes from an earlier entry.
5. The log's signed state says which entries speak of each subject; none is missing, none too many.
6. The ledger began with the founding statement the reader pinned.
7. Every statement obeys the rulebook, read again in order from what the bundle holds; what was
   later said of keys and areas is held against it.
8. The serial is one the label batch committed to; labels do not outnumber bags.
9. What the mark needs was there on the packing day: a grant, confirmations (`mark`).
10. What became of it since: suspensions, withdrawals (`mark`), holds, recalls.
11. How old all this is.

A step that stops leaves everything after it unknown, never passed. What needs the network, the
clock or a key of ours is not here: the caller brings the bytes, the trust and the moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledger.errors import Detail, LedgerError, ProofError
from ledger.log import encoding, keys, merkle
from ledger.log.checkpoint import Checkpoint, open_checkpoint
from ledger.log.note import open_note
from ledger.log.policy import Policy
from ledger.log.statement import Statement, parse_statement, verify_signatures
from ledger.proof import show, stops
from ledger.proof.bundle import (
    Bundle,
    State,
    first_subjects,
    gather,
    leaf_of,
    lot_uri,
    may_follow,
    parse_state,
    read_bundle,
)
from ledger.proof.mark import check_mark
from ledger.proof.replay import Broken, Replay
from ledger.proof.rules import RULES
from ledger.proof.trust import Trust
from ledger.proof.verdict import AXES, Axis, Bag, Finding, Result, Verdict
from ledger.rice import acts
from ledger.rice.areas import state_on
from ledger.rice.case import Meaning, Place, admitted, open_meaning
from ledger.rice.events import Harvest
from ledger.rice.facts import Area, LabelBatch, Lettering, Lot, MarkedBag
from ledger.rice.key_life import is_disputed
from ledger.rice.labels import LabelBatch as Batch
from ledger.rice.labels import Membership, check_membership
from ledger.rice.lettering import span_of

CLOCK_SKEW = timedelta(minutes=5)

_BADNESS: tuple[Result, ...] = ("pass", "unknown", "fail")
_RECALLED = frozenset({"not_recalled", "bag_not_recalled"})
_CERTIFICATE = frozenset(
    {
        *("mark_granted", "origins_covered", "issuers_accredited", "criteria_met"),
        *("changes_follow", "quota_kept"),
    }
)


class _StoppedError(Exception):
    """A step failed on which every later one depends."""


@dataclass(slots=True)
class _Judgement:
    """A verdict in the making."""

    trust: Trust
    at: datetime
    findings: dict[str, Finding] = field(default_factory=dict)

    def note(self, rule: str, result: Result, *entries: int, **details: Detail) -> None:
        """Record a result; of several the worst stands, and of those the first."""
        before = self.findings.get(rule)
        if before is None or _BADNESS.index(result) > _BADNESS.index(before.result):
            self.findings[rule] = Finding(
                rule=rule,
                axis=RULES[rule].axis,
                result=result,
                details=details,
                entries=entries,
            )

    def stop(self, rule: str, *entries: int, **details: Detail) -> _StoppedError:
        """Record a failure and return what to raise."""
        self.note(rule, "fail", *entries, **details)
        return _StoppedError()

    def object(self, broken: Broken, index: int) -> None:
        """Record that an entry breaks a rule of the rulebook, with what the words of it name."""
        words = RULES[broken.rule]
        known = {**broken.details, "code": broken.code, "index": index}
        details = {name: known.get(name, "") for name in ("code", *words.blanks)}
        self.note(broken.rule, "fail", index, **details)
        if words.severity == "stop":
            raise _StoppedError


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A bundle whose entries are known to be in the log and signed."""

    bundle: Bundle
    checkpoint: Checkpoint
    state: State
    meanings: Mapping[int, Meaning]
    recorded: Mapping[int, datetime]


def verify_bytes(data: bytes, trust: Trust, at: datetime) -> Verdict:
    """Return the verdict on a bundle file; one that cannot be read is judged, not raised."""
    judgement = _Judgement(trust, at)
    try:
        bundle = read_bundle(data)
    except LedgerError:
        judgement.note("bundle_readable", "fail")
        return _conclude(judgement, None, None)
    return _verify(bundle, judgement)


def verify(bundle: Bundle, trust: Trust, at: datetime) -> Verdict:
    """Return the verdict on a bundle, as a reader with this trust sees it at this moment."""
    return _verify(bundle, _Judgement(trust, at))


def _verify(bundle: Bundle, judgement: _Judgement) -> Verdict:
    evidence, bag = None, None
    judgement.note("bundle_readable", "pass")
    try:
        evidence = _open(bundle, judgement)
        replay = _replay(evidence, judgement)
        bag = _judge_bag(evidence, replay, judgement)
    except _StoppedError:
        pass
    return _conclude(judgement, evidence, bag)


def _open(bundle: Bundle, judgement: _Judgement) -> _Evidence:
    """Return the evidence, once steps 2 to 6 hold."""
    policy = judgement.trust.logs()
    checkpoint = _check_checkpoint(bundle, policy, judgement)
    statements, recorded = _check_entries(bundle, checkpoint, judgement)
    meanings = _check_statements(statements, judgement)
    state = _check_state(bundle, policy, checkpoint, meanings, judgement)
    # 6. Anyone can run a ledger under this name; only one began with this statement.
    founding = statements.get(0)
    if founding is None or encoding.encode_base64(founding.digest) != judgement.trust.founding:
        raise judgement.stop("founded_as_trusted", 0)
    judgement.note("founded_as_trusted", "pass", 0)
    return _Evidence(bundle, checkpoint, state, meanings, recorded)


def _check_checkpoint(bundle: Bundle, policy: Policy, judgement: _Judgement) -> Checkpoint:
    # 2. Keys inside a bundle are not trust: only the reader's policy opens the note.
    try:
        checkpoint = open_checkpoint(bundle.checkpoint, policy.logs)
    except LedgerError as error:
        raise judgement.stop("checkpoint_signed") from error
    judgement.note("checkpoint_signed", "pass", size=checkpoint.size)
    try:
        witnesses = policy.witnesses_of(bundle.checkpoint)
    except LedgerError as error:
        raise judgement.stop("witnesses_agree") from error
    met = policy.is_met_by(witnesses)
    judgement.note("witnesses_agree", "pass" if met else "unknown")
    return checkpoint


def _check_entries(
    bundle: Bundle, checkpoint: Checkpoint, judgement: _Judgement
) -> tuple[dict[int, Statement], dict[int, datetime]]:
    # 3. The leaf is written again from its parts, so there is no second copy to disagree with it.
    try:
        hashes = [encoding.decode_base64(text) for text in bundle.hashes]
    except LedgerError as error:
        raise judgement.stop("entries_included", index="-") from error
    used: set[int] = set()
    statements: dict[int, Statement] = {}
    recorded: dict[int, datetime] = {}
    before = None
    for item in bundle.entries:
        try:
            statement = parse_statement(item.statement.encode())
            leaf = leaf_of(checkpoint.origin, item, statement)
            merkle.check_inclusion(
                checkpoint.root,
                checkpoint.size,
                item.index,
                leaf.leaf_hash,
                [hashes[position] for position in item.proof],
            )
        except (LedgerError, IndexError) as error:
            raise judgement.stop("entries_included", item.index, index=item.index) from error
        if not may_follow(before, leaf):
            raise judgement.stop("entries_included", item.index, index=item.index)
        used.update(item.proof)
        statements[item.index] = statement
        recorded[item.index] = leaf.recorded_at
        before = leaf
    if used != set(range(len(hashes))) or len(set(bundle.hashes)) != len(hashes):
        raise judgement.stop("entries_included", index="-")
    judgement.note("entries_included", "pass", count=len(statements))
    return statements, recorded


def _check_statements(
    statements: Mapping[int, Statement], judgement: _Judgement
) -> dict[int, Meaning]:
    # 4. Keys are taken from the entries before, in the log's order; those being enrolled sign too.
    known: dict[str, keys.PublicKey] = {}
    meanings = {}
    for index, statement in statements.items():
        try:
            meaning = open_meaning(statement)
            if isinstance(meaning.body, acts.Act):
                for new in acts.offered_keys(meaning.body):
                    key = admitted(new)
                    known[key.kid] = key
            signed = zip(statement.signatures, meaning.kids, strict=True)
            by_name = {one.kid: known[kid] for one, kid in signed if kid in known}
            verify_signatures(statement, by_name)
        except LedgerError as error:
            raise judgement.stop("statements_signed", index, index=index) from error
        meanings[index] = meaning
    judgement.note("statements_signed", "pass", count=len(meanings))
    return meanings


def _check_state(
    bundle: Bundle,
    policy: Policy,
    checkpoint: Checkpoint,
    meanings: Mapping[int, Meaning],
    judgement: _Judgement,
) -> State:
    # 5. What must be known follows from what is known, the same way as when it was gathered.
    try:
        logs = [key for key in policy.logs if key.name == checkpoint.origin]
        state = parse_state(open_note(bundle.state, logs).text)
        subjects = first_subjects(bundle.gtin, bundle.lot, bundle.batch, bundle.number)
    except LedgerError as error:
        raise judgement.stop("state_signed", what="signature") from error
    if (state.origin, state.size) != (checkpoint.origin, checkpoint.size):
        raise judgement.stop("state_signed", what="size")
    newest = max((item.recorded for item in bundle.entries), default="")
    if state.signed_at < newest:
        raise judgement.stop("state_signed", what="time")

    def listed(wanted: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
        for subject in sorted(wanted):
            if any(index not in meanings for index in state.entries.get(subject, (-1,))):
                raise judgement.stop("state_signed", what=subject)
        return {subject: state.entries[subject] for subject in wanted}

    def held(indexes: Iterable[int]) -> Mapping[int, Meaning]:
        return {index: meanings[index] for index in indexes}

    known, needed = gather(subjects, listed, held)
    if known.keys() != state.entries.keys():
        raise judgement.stop("state_signed", what="subjects")
    if needed.keys() != meanings.keys():
        raise judgement.stop("state_signed", what="entries")
    judgement.note("state_signed", "pass")
    return state


def _replay(evidence: _Evidence, judgement: _Judgement) -> Replay:
    # 7. The same rulebook as at append; the first rule an entry breaks is what the log let pass.
    replay = Replay(frozenset(evidence.state.entries))
    for index, meaning in sorted(evidence.meanings.items()):
        broken = replay.take(meaning, Place(index, evidence.recorded[index]))
        if broken is not None:
            judgement.object(broken, index)
    for rule in ("keys_in_force", "offices_held", "mass_balances"):
        judgement.note(rule, "pass")
    judgement.note("issuers_accredited", "pass")
    judgement.note("criteria_met", "pass")
    judgement.note("changes_follow", "pass")
    judgement.note("quota_kept", "pass")
    for index, meaning in sorted(evidence.meanings.items()):
        at = encoding.format_time(evidence.recorded[index])
        if any(is_disputed(replay, kid, index, at) for kid in meaning.kids):
            judgement.note("statements_undisputed", "fail", index, index=index)
    judgement.note("statements_undisputed", "pass")
    return replay


def _judge_bag(evidence: _Evidence, replay: Replay, judgement: _Judgement) -> Bag | None:
    bundle = evidence.bundle
    lot = replay.find(Lot, f"lot:{lot_uri(bundle.gtin, bundle.lot)}")
    if lot is None or lot.form != "packed" or not lot.origin:
        judgement.note("lots_connected", "fail", lot=bundle.lot)
        return None
    number, count = _check_serial(bundle, lot, replay, judgement)
    upstream = list(_upstream(replay, lot))
    areas = {name.partition("/")[0] for name in lot.origin}
    judgement.note("lots_connected", "pass", areas=len(areas))
    judgement.note("custody_kept", "pass", custody=lot.custody)
    _check_areas(evidence, lot, {known.id for known in upstream}, replay, judgement)
    today = encoding.local_day(judgement.at)
    scene = show.Scene(replay, evidence.meanings, evidence.recorded, today)
    shipped_on = show.shipped_on(scene, lot)
    names = {known.id for known in upstream}
    for noted in check_mark(replay, lot, names, today, shipped_on):  # 9. and 10.
        judgement.note(noted.rule, noted.result, *noted.entries, **noted.details)
    told = list(stops.stops_of(lot, upstream, bundle.batch, number))
    for stop in told:
        judgement.note(stop.rule, "fail", stop.flag.index, **stop.details)
    for rule in stops.RULES:
        judgement.note(rule, "pass")
    for known in (lot, *upstream):
        for found in known.unbalanced:
            judgement.note("books_balance", "fail", found.index, index=found.index, lot=known.id)
    judgement.note("books_balance", "pass")
    _check_age(evidence, judgement)
    return show.bag(scene, bundle, lot, number, count, (lot, *upstream), told)


def _check_serial(
    bundle: Bundle, lot: Lot, replay: Replay, judgement: _Judgement
) -> tuple[int, int]:
    """Return the bag's number and how many bags the lot has, once step 8 has looked."""
    # 8. The batch must be one issued for this lot, by an entry in this bundle.
    lettering = replay.find(Lettering, f"lettering:{lot.id}")
    labelled = lot.bags_labelled - (lettering.voided if lettering else 0)
    judgement.note("labels_fit_lot", "pass" if labelled <= lot.bags else "fail")
    issued = replay.find(LabelBatch, f"labels:{bundle.batch}")
    if lettering is None or issued is None or issued.id not in lettering.batches:
        judgement.note("serial_committed", "fail", number=0, count=lot.bags)
        return 0, lot.bags
    try:
        batch = Batch(gtin=bundle.gtin, lot=bundle.lot, count=issued.count)
        number = batch.number_of(bundle.serial)
        membership = Membership(
            serial=bundle.serial,
            salt=encoding.decode_base64(bundle.salt),
            path=tuple(encoding.decode_base64(text) for text in bundle.path),
        )
        check_membership(encoding.decode_base64(issued.root), batch, membership)
        if number != bundle.number:
            raise ProofError("proof_refused", what="bag number")
    except LedgerError:
        judgement.note("serial_committed", "fail", issued.index, number=0, count=lot.bags)
        return 0, lot.bags
    judgement.note("serial_committed", "pass", issued.index, number=number, count=lot.bags)
    _check_label(issued, number, replay, judgement)
    return number, lot.bags


def _check_label(issued: LabelBatch, number: int, replay: Replay, judgement: _Judgement) -> None:
    """Look at what was said of this very label: cancelled, not in use yet, sold or opened."""
    voided = span_of(issued.voided, number, number)
    if voided is not None:
        judgement.note("label_not_voided", "fail", voided.index, reason=voided.reason)
    judgement.note("label_not_voided", "pass")
    in_use = not issued.waiting or span_of(issued.used, number, number) is not None
    judgement.note("label_in_use", "pass" if in_use else "fail")
    bag = replay.find(MarkedBag, f"bag:{issued.id}/{number}")
    if bag is not None and bag.state != "unsold":
        judgement.note("bag_not_sold", "fail", bag.index, on=bag.on, by=bag.by, state=bag.state)
    judgement.note("bag_not_sold", "pass")


def _upstream(replay: Replay, lot: Lot) -> Iterator[Lot]:
    """Yield every lot that went into this one, each once."""
    seen, waiting = {lot.id}, [lot.id]
    while waiting:
        for source in replay.sources(waiting.pop()):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
                found = replay.find(Lot, f"lot:{source}")
                if found is not None:
                    yield found


def _check_areas(
    evidence: _Evidence, lot: Lot, upstream: Collection[str], replay: Replay, judgement: _Judgement
) -> None:
    """Look again at the days of harvest: a code may since have been ended from an earlier day."""
    for index, meaning in sorted(evidence.meanings.items()):
        event = meaning.body
        if not isinstance(event, Harvest) or event.lot not in upstream:
            continue
        if replay.is_declared_wrong(event):
            continue
        area = replay.find(Area, f"area:{event.area}")
        if area is not None and f"{event.area}/{event.season}" in lot.origin:
            spell = state_on(area.spells, event.harvested_on)
            if spell is None or spell.state != "active":
                judgement.note("areas_in_force", "fail", index, area=event.area)
    judgement.note("areas_in_force", "pass")


def _check_age(evidence: _Evidence, judgement: _Judgement) -> None:
    # 11. The log's own word: by signing, it says that it had published nothing newer by then.
    signed_at = encoding.parse_time(evidence.state.signed_at)
    age = judgement.at - signed_at
    if age < -CLOCK_SKEW:
        result: Result = "fail"
    else:
        fresh = age <= timedelta(hours=judgement.trust.fresh_hours)
        result = "pass" if fresh else "unknown"
    judgement.note("log_fresh", result, signed_at=evidence.state.signed_at)


def _conclude(judgement: _Judgement, evidence: _Evidence | None, bag: Bag | None) -> Verdict:
    findings = []
    for rule, words in RULES.items():
        found = judgement.findings.get(rule)
        findings.append(found or Finding(rule=rule, axis=words.axis, result="unknown"))
    axes: dict[str, Result] = {axis: _axis(findings, axis) for axis in AXES}
    return Verdict(
        headline=_headline({finding.rule: finding for finding in findings}, axes),
        axes=axes,
        findings=tuple(findings),
        at=encoding.format_time(judgement.at),
        origin=evidence.checkpoint.origin if evidence else "",
        size=evidence.checkpoint.size if evidence else 0,
        signed_at=evidence.state.signed_at if evidence else "",
        bag=bag,
    )


def _axis(findings: list[Finding], axis: Axis) -> Result:
    """Return fail if any check of the axis failed, else unknown if any is, else pass."""
    results = [finding.result for finding in findings if finding.axis == axis]
    return "fail" if "fail" in results else "unknown" if "unknown" in results else "pass"


def _headline(found: Mapping[str, Finding], axes: Mapping[str, Result]) -> str:
    """Return the first headline that fits, in the order of rules.json."""
    failed = {rule for rule, finding in found.items() if finding.result == "fail"}
    stopped = any(RULES[rule].severity == "stop" for rule in failed)
    changed = found["attestations_still_good"].details.get("state")
    became = found["bag_not_sold"].details.get("state")
    marked = found["mark_granted"].result != "unknown"
    # What only a certificate says weighs on a bag that carries the mark, or not at all.
    certificate = failed & _CERTIFICATE if marked else set()
    broken = {rule for rule in failed if RULES[rule].severity == "fail"} - certificate
    vague = {axis for axis, result in axes.items() if result == "unknown"} - {"certification"}
    ladder = (
        ("recalled", bool(failed & _RECALLED)),
        ("damaged", stopped),
        ("unknown_code", "serial_committed" in failed),
        ("label_voided", "label_not_voided" in failed),
        ("label_waiting", "label_in_use" in failed),
        ("on_hold", "not_held" in failed),
        ("not_valid", bool(broken)),
        ("not_covered", bool(certificate)),
        ("certificate_withdrawn", changed == "withdrawn"),
        ("certificate_suspended", changed == "suspended"),
        ("certificate_reduced", changed == "reduced"),
        ("cannot_check", bool(vague) or "log_fresh" in failed or changed == "pending"),
        ("bag_opened", became == "opened"),
        ("bag_sold", became == "sold"),
        ("superseded_after_packing", changed == "superseded"),
        ("reduction_sold", "reduction_unclaimed" in failed),
        ("expired_after_packing", changed == "expired"),
        ("not_certified", not marked),
    )
    return next((headline for headline, fits in ladder if fits), "verified")
