"""The cases: what each bundle is, why it is judged so, and how it was made.

A case is a function; its docstring is the README of its folder. The folder's name ends in ``_fail``
where the verdict says that the record is damaged, unknown, or does not bear out what the bag says.
What a lying log let in is named in ``Made.let_in``: the rules that its entries should have met.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import structs

from ledger.log import encoding, note
from ledger.log.checkpoint import cosign_checkpoint
from ledger.log.keys import SigningKey
from ledger.proof.bundle import Bundle, BundleEntry, State, format_state, parse_state, write_bundle
from ledger.proof.trust import Trust, write_trust
from ledger.rice import acts, events
from tests.vectors import small_harvest as season
from tests.vectors.small_harvest import Step, and_then, instead, on
from tests.vectors.unruly_log import UnrulyLog


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a vector, and which rules a lying log let pass."""

    bundle: bytes
    trust: bytes
    at: datetime
    let_in: tuple[str, ...] = ()


CASES: dict[str, Callable[[], Made]] = {}


def case(name: str) -> Callable[[Callable[[], Made]], Callable[[], Made]]:
    """Keep a case under the name of its folder."""

    def keep(make: Callable[[], Made]) -> Callable[[], Made]:
        assert name not in CASES
        CASES[name] = make
        return make

    return keep


@dataclass(slots=True)
class Scene:
    """A log, ready to show the evidence of bag 7."""

    log: UnrulyLog
    at: datetime = season.JUDGED
    signed: datetime = season.SIGNED
    trust: Trust = field(init=False)

    def __post_init__(self) -> None:
        self.trust = trust_in(self.log)

    def bundle(self, number: int = 7) -> Bundle:
        """Return the evidence as the log serves it."""
        serial = season.serial(number)
        return self.log.bundle(self.signed, season.BAGGED, season.LOT, serial)

    def made(self, bundle: Bundle | bytes | None = None, let_in: tuple[str, ...] = ()) -> Made:
        """Return the files, with another bundle than the log would serve if one is given.

        ``let_in`` names the rules that the log was blind to because of what it pretended.
        """
        bundle = self.bundle() if bundle is None else bundle
        data = bundle if isinstance(bundle, bytes) else write_bundle(bundle)
        let_in = (*self.log.refused.values(), *let_in)
        return Made(data, write_trust(self.trust), self.at, let_in)


def scene(
    steps: Sequence[Step] | None = None,
    *,
    before: dict[str, Callable[[UnrulyLog], None]] | None = None,
) -> Scene:
    """Return the scene after these steps; ``before`` one, the log may be made to believe things."""
    log = UnrulyLog(season.ORIGIN, season.key("log"))
    for step in season.steps() if steps is None else steps:
        if before and step.name in before:
            before[step.name](log)
        log.append(step.data, step.at, step.meant)
    log.disclose(season.batch(), season.LOT, season.secret())
    return Scene(log)


def trust_in(log: UnrulyLog, *, rest: str = "quorum none\n") -> Trust:
    """Return the trust of somebody who knows this log."""
    founding = encoding.encode_base64(log.entries[0].statement_digest)
    return Trust(founding=founding, policy=f"log {vkey(log.key)}\n{rest}", fresh_hours=72)


def vkey(key: SigningKey, name: str = season.ORIGIN, kind: int = note.ED25519) -> str:
    """Return a verifier key."""
    return note.format_vkey(note.note_key(name, key.public, kind))


def restated(bundle: Bundle, log: UnrulyLog, **changes: object) -> Bundle:
    """Return the bundle with another state, signed by the log."""
    state = structs.replace(stated(bundle), **changes)
    signed = note.sign_note(format_state(state), season.ORIGIN, log.key)
    return structs.replace(bundle, state=signed)


def stated(bundle: Bundle) -> State:
    """Return what the state note of a bundle says."""
    return parse_state(note.parse_note(bundle.state).text)


def recall(lots: tuple[str, ...], signer: str = season.MILL) -> bytes:
    """Return a recall."""
    body = acts.Recall(
        lots=lots, reason=season.words("bao ẩm", "damp bags"), contact="0292 000 000 (demo)"
    )
    return season.act(body, signer)


BAGS_URI = season.uri(season.BAGGED, season.LOT)


# What an honest log shows.


@case("one-bag")
def one_bag() -> Made:
    """Twenty marked bags from two confirmed areas; everything is as it should be.

    A season with the sample keys, judged an hour after the log signed its state.
    """
    return scene().made()


@case("not-certified")
def not_certified() -> Made:
    """The packer names no grant: the record is sound, and nobody is said to have certified it."""
    bare = season.event(season.packing(grant=""), season.MILL)
    return scene(instead(season.steps(), "packing", bare)).made()


@case("shipped-with-others")
def shipped_with_others() -> Made:
    """Our bags left in a container with bags of another lot, of which the bundle says nothing.

    Twelve bags on a pallet and one loose one are ours; five loose bags are of a lot packed from the
    same rice. The container's entry is judged as far as it speaks of ours.
    """
    other = structs.replace(
        season.packing("L260410B"), bags=5, inputs=((season.uri(season.RICE, "M1"), 125_000),)
    )
    # The first lot draws less, so that enough is left for the second.
    first = structs.replace(season.packing(), bags=19)
    first = structs.replace(first, inputs=((season.uri(season.RICE, "M1"), 475_000),))
    steps = instead(season.steps(), "packing", season.event(first, season.MILL))
    steps = instead(steps, "labels", season.labels(count=19))
    pallet = events.Palletising(
        event_id=season.event_id("palletising"),
        at="2026-04-11T10:00:00+07:00",
        pallet=PALLET,
        lot=BAGS_URI,
        bags=12,
    )
    shipping = events.Shipping(
        event_id=season.event_id("shipping"),
        at="2026-04-12T10:00:00+07:00",
        pallets=(PALLET,),
        bags=((BAGS_URI, 1), (season.uri(season.BAGGED, "L260410B"), 5)),
        consigned_to=season.did(season.GROWER_1),
        container="CSQU3054383",
        seal="DEMO1",
        country="DE",
        papers=(),
    )
    shown = scene(
        and_then(
            steps,
            Step("packing B", on("04-10", 12), season.event(other, season.MILL)),
            Step("palletising", on("04-11"), season.event(pallet, season.MILL)),
            Step("shipping", on("04-12"), season.event(shipping, season.MILL)),
        )
    )
    shown.log.disclose(season.batch(count=19), season.LOT, season.secret())
    serial = season.serial(7, count=19)
    return shown.made(shown.log.bundle(shown.signed, season.BAGGED, season.LOT, serial))


PALLET = "https://id.gs1.org/00/095212340000000013"


@case("recalled")
def recalled() -> Made:
    """One act recalls this lot and another one, of which the bundle knows nothing.

    The other lot was packed from the same rice. What an act says of lots elsewhere must not hide
    what it says of this one.
    """
    other = structs.replace(
        season.packing("L260410B"), bags=4, inputs=((season.uri(season.RICE, "M1"), 100_000),)
    )
    both = (season.uri(season.BAGGED, "L260410B"), BAGS_URI)
    return scene(
        and_then(
            season.steps(),
            Step("packing B", on("04-10", 12), season.event(other, season.MILL)),
            Step("recall", on("04-20"), recall(both)),
        )
    ).made()


@case("recalled-in-the-field")
def recalled_in_the_field() -> Made:
    """A slip of paddy that went into the silo is recalled by the cooperative that grew it."""
    steps = and_then(
        season.steps(),
        Step("recall", on("04-20"), recall((season.uri(season.PADDY, "P2"),), season.GROWER_2)),
    )
    return scene(steps).made()


def _hold() -> Step:
    hold = acts.Hold(lot=BAGS_URI, reason=season.words("chờ thử nghiệm", "waiting for a test"))
    return Step("hold", on("04-20"), season.act(hold, season.MILL))


@case("on-hold")
def on_hold() -> Made:
    """The packer has put the lot on hold."""
    return scene(and_then(season.steps(), _hold())).made()


@case("hold-cleared")
def hold_cleared() -> Made:
    """The hold on the lot was cleared by whoever set it: the record is as good as before."""
    cleared = acts.ClearHold(
        lot=BAGS_URI, hold_index=len(season.steps()), reason=season.words("đạt", "passed")
    )
    step = Step("clear", on("04-21"), season.act(cleared, season.MILL))
    return scene(and_then(season.steps(), _hold(), step)).made()


@case("suspended-since")
def suspended_since() -> Made:
    """The grant was suspended after the packing day: valid when packed, now being looked into."""
    change = season.change("CN-01", "suspended", "2026-04-20", season.ASSOCIATION)
    return scene(and_then(season.steps(), Step("change", on("04-20"), change))).made()


@case("reinstated")
def reinstated() -> Made:
    """The grant was suspended after the packing day and granted again."""
    first = season.change("CN-01", "suspended", "2026-04-20", season.ASSOCIATION)
    second = season.change("CN-01", "granted", "2026-04-25", season.ASSOCIATION)
    return scene(
        and_then(
            season.steps(), Step("first", on("04-20"), first), Step("second", on("04-25"), second)
        )
    ).made()


@case("withdrawn-since")
def withdrawn_since() -> Made:
    """The confirmation of the areas was withdrawn after the packing day."""
    change = season.change("XN-01", "withdrawn", "2026-04-20", season.CONFIRMER)
    return scene(and_then(season.steps(), Step("change", on("04-20"), change))).made()


def _short_grant() -> list[Step]:
    grant = season.credential(
        "CN-01", "grant", season.ASSOCIATION, season.MILL, until_on="2026-04-15", quota_g=10**6
    )
    return instead(season.steps(), "grant", grant)


@case("expired-after-packing")
def expired_after_packing() -> Made:
    """The grant's time ran out after the packing day; nothing else happened to it."""
    return scene(_short_grant()).made()


@case("withdrawn-behind-expired")
def withdrawn_behind_expired() -> Made:
    """The grant has expired and the confirmation behind it was withdrawn: the graver is told."""
    change = season.change("XN-01", "withdrawn", "2026-04-20", season.CONFIRMER)
    return scene(and_then(_short_grant(), Step("change", on("04-20"), change))).made()


@case("stale")
def stale() -> Made:
    """The log's word is older than the reader allows: newer facts may exist, nothing is green."""
    shown = scene()
    shown.at = shown.signed + timedelta(hours=72, seconds=1)
    return shown.made()


@case("clock-behind")
def clock_behind() -> Made:
    """The log signed six minutes after the moment of judging: one of the two clocks is wrong."""
    shown = scene()
    shown.at = shown.signed - timedelta(minutes=6)
    return shown.made()


@case("key-rotated")
def key_rotated() -> Made:
    """The mill's first key was replaced before the packing, and signs nothing afterwards."""
    enrol = acts.EnrolKey(actor=season.MILL, key=season.new_key(SECOND_KEY))
    revoke = acts.RevokeKey(kid=season.key(season.MILL).public.kid, reason="rotated")
    steps = and_then(
        season.steps(),
        Step("enrol", on("04-05"), season.act(enrol, season.REGISTRAR, SECOND_KEY)),
        Step("revoke", on("04-06"), season.act(revoke, SECOND_KEY)),
    )
    steps = instead(steps, "packing", season.event(season.packing(), SECOND_KEY))
    issued = acts.read_act(_payload(season.labels()))
    return scene(instead(steps, "labels", season.act(issued, SECOND_KEY))).made()


SECOND_KEY = "thu-mua-kenh-ngang"
"""A sample key lent to the mill as its second one."""


def _payload(data: bytes) -> bytes:
    return encoding.decode_base64url(data.split(b".")[1])


@case("mill-yield-at-the-limit")
def mill_yield_at_the_limit() -> Made:
    """720 g of white rice from 1,000 g of paddy at 14 % moisture: what the settings just allow."""
    milled = season.event(season.milling(head_g=720_000), season.MILL)
    return scene(instead(season.steps(), "milling", milled)).made()


# What is seen without any rule about rice: signatures, hashes, the reader's trust.


@case("unreadable_fail")
def unreadable() -> Made:
    """The bundle has a member nobody knows."""
    shown = scene()
    data = write_bundle(shown.bundle())
    return shown.made(data[:-1] + b',"verified":true}')


@case("checkpoint-signed-by-key-in-bundle_fail")
def checkpoint_signed_by_key_in_bundle() -> Made:
    """The checkpoint and state are signed by a key that stands in the bundle, not in the trust.

    It is the mill's, under the log's name. Keys in a bundle are not trust.
    """
    shown = scene()
    shown.log.key = season.key(season.MILL)
    return shown.made()


@case("checkpoint-of-other-log_fail")
def checkpoint_of_other_log() -> Made:
    """The whole evidence is of another ledger than the one the reader trusts."""
    shown = scene()
    shown.trust = structs.replace(
        shown.trust, policy=f"log {vkey(shown.log.key, 'demo.rice.example/other')}\nquorum none\n"
    )
    return shown.made()


@case("wrong-founding_fail")
def wrong_founding() -> Made:
    """The log's key is the one trusted, but the ledger began with another founding act."""
    shown = scene()
    shown.trust = structs.replace(
        shown.trust, founding=encoding.encode_base64(sha256(b"another").digest())
    )
    return shown.made()


@case("witnessed")
def witnessed() -> Made:
    """The reader asks for a witness, and that witness has cosigned the checkpoint."""
    shown, bundle = _witnessed()
    return shown.made(bundle)


@case("witness-missing")
def witness_missing() -> Made:
    """The reader asks for a witness that has not cosigned: neither good nor bad."""
    shown, _ = _witnessed()
    return shown.made()


@case("witness-signature-bad_fail")
def witness_signature_bad() -> Made:
    """A line in the name of the reader's witness stands under the checkpoint and does not hold."""
    shown, bundle = _witnessed()
    lines = bundle.checkpoint.rstrip("\n").split("\n")
    stamp = encoding.decode_base64(lines[-1].rpartition(" ")[2])
    bent = encoding.encode_base64(stamp[:-1] + bytes([stamp[-1] ^ 1]))
    lines[-1] = f"{lines[-1].rpartition(' ')[0]} {bent}"
    return shown.made(structs.replace(bundle, checkpoint="\n".join(lines) + "\n"))


def _witnessed() -> tuple[Scene, Bundle]:
    shown, name = scene(), "witness.rice.example"
    witness = season.key("witness")
    rest = f"witness w1 {vkey(witness, name, note.COSIGNATURE)}\nquorum w1\n"
    shown.trust = trust_in(shown.log, rest=rest)
    bundle = shown.bundle()
    signed = cosign_checkpoint(bundle.checkpoint, name, witness, int(shown.signed.timestamp()))
    return shown, structs.replace(bundle, checkpoint=signed)


def _changed(bundle: Bundle, index: int, **changes: object) -> Bundle:
    entries = list(bundle.entries)
    entries[index] = structs.replace(entries[index], **changes)
    return structs.replace(bundle, entries=tuple(entries))


@case("entry-changed_fail")
def entry_changed() -> Made:
    """The time of one entry was changed by a millisecond after the log had signed it."""
    shown = scene()
    return shown.made(_changed(shown.bundle(), 14, recorded="2026-03-01T10:00:00.001Z"))


@case("statement-changed_fail")
def statement_changed() -> Made:
    """A harvest was made heavier in the statement; neither its digest nor its signature fits."""
    shown = scene()
    heavier = structs.replace(
        season.harvest(1, season.AREA_1, season.GROWER_1, 3_000_000), mass_g=3_500_000
    )
    resealed = season.event(heavier, season.GROWER_1)
    return shown.made(_changed(shown.bundle(), 14, statement=resealed.decode()))


@case("statement-forged_fail")
def statement_forged() -> Made:
    """The log itself took a harvest whose signature is over other words."""
    honest = season.event(
        season.harvest(1, season.AREA_1, season.GROWER_1, 3_000_000), season.GROWER_1
    )
    heavier = season.event(
        season.harvest(1, season.AREA_1, season.GROWER_1, 3_500_000), season.GROWER_1
    )
    forged = heavier.rpartition(b".")[0] + b"." + honest.rpartition(b".")[2]
    return scene(instead(season.steps(), "harvest 1", forged)).made()


@case("proof-hash-flipped_fail")
def proof_hash_flipped() -> Made:
    """One bit of one tree hash is wrong."""
    shown = scene()
    bundle = shown.bundle()
    first = encoding.decode_base64(bundle.hashes[0])
    bent = encoding.encode_base64(bytes([first[0] ^ 1]) + first[1:])
    return shown.made(structs.replace(bundle, hashes=(bent, *bundle.hashes[1:])))


@case("hash-with-stray-bits_fail")
def hash_with_stray_bits() -> Made:
    """A tree hash is spelled with base64 whose last two bits say nothing: the same bytes, twice.

    A reader that passes over them would take two files for one; ours once fell over instead.
    """
    shown = scene()
    bundle = shown.bundle()
    text = bundle.hashes[0]
    after = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    stray = text[:42] + after[after.index(text[42]) + 1] + "="
    return shown.made(structs.replace(bundle, hashes=(stray, *bundle.hashes[1:])))


@case("clock-ran-backwards_fail")
def clock_ran_backwards() -> Made:
    """The log recorded the receipt of a slip an hour before the harvest it had recorded earlier."""
    steps = season.steps()
    names = [step.name for step in steps]
    at = names.index("receiving 1")
    steps[at] = Step("receiving 1", steps[at].at - timedelta(hours=2), steps[at].data)
    return scene(steps).made()


@case("chain-broken_fail")
def chain_broken() -> Made:
    """An entry names another hash before it than that of the entry before it.

    The log rewrote an entry and signed a tree over both; the tree is sound, the chain is not.
    """
    shown = scene()
    entries = shown.log.entries
    entries[20] = replace(entries[20], previous=sha256(b"another").digest())
    return shown.made()


@case("entry-left-out_fail")
def entry_left_out() -> Made:
    """The server leaves the last entry out, a suspension, that the log's state lists."""
    change = season.change("CN-01", "suspended", "2026-04-20", season.ASSOCIATION)
    shown = scene(and_then(season.steps(), Step("change", on("04-20"), change)))
    bundle = shown.bundle()
    return shown.made(_rehashed(bundle, bundle.entries[:-1]))


@case("entry-too-many_fail")
def entry_too_many() -> Made:
    """The bundle carries an entry, well proved, that nothing in it asks for."""
    lone = season.registration(
        "mrv-phu-sa", season.words("Phù Sa", "Phu Sa"), ("laboratory",), season.REGISTRAR
    )
    shown = scene(and_then(season.steps(), Step("lone", on("04-20"), lone)))
    honest = shown.bundle()
    shown.log.mention("ledger:", len(season.steps()))
    entries = stated(honest).entries
    return shown.made(restated(shown.bundle(), shown.log, entries=entries))


def _rehashed(bundle: Bundle, entries: Sequence[BundleEntry]) -> Bundle:
    """Return the bundle with fewer entries and only the hashes that they use."""
    used = sorted({place for each in entries for place in each.proof})
    new = {place: at for at, place in enumerate(used)}
    kept = tuple(
        structs.replace(each, proof=tuple(new[place] for place in each.proof)) for each in entries
    )
    hashes = tuple(bundle.hashes[place] for place in used)
    return structs.replace(bundle, entries=kept, hashes=hashes)


@case("state-of-other-size_fail")
def state_of_other_size() -> Made:
    """The log's state is of one entry fewer than its checkpoint."""
    shown = scene()
    bundle = shown.bundle()
    state = stated(bundle)
    last = state.size - 1
    entries = {
        subject: tuple(index for index in listed if index < last)
        for subject, listed in state.entries.items()
    }
    return shown.made(restated(bundle, shown.log, size=last, entries=entries))


@case("state-signed-before-entries_fail")
def state_signed_before_entries() -> Made:
    """The log says that it signed its state before it recorded the last entry in it."""
    shown = scene()
    return shown.made(restated(shown.bundle(), shown.log, signed_at="2026-04-10T10:59:59.999Z"))


@case("state-by-other-log_fail")
def state_by_other_log() -> Made:
    """The reader trusts two logs; the second one signed the state of the first."""
    shown = scene()
    other = season.key("witness")
    name = "demo.rice.example/other"
    shown.trust = trust_in(shown.log, rest=f"log {vkey(other, name)}\nquorum none\n")
    bundle = shown.bundle()
    state = note.sign_note(note.parse_note(bundle.state).text, name, other)
    return shown.made(structs.replace(bundle, state=state))


@case("state-leaves-out-recall")
def state_leaves_out_recall() -> Made:
    """The log has a recall of this lot and has signed a state without it.

    This is what a reader alone cannot see, and why the verdict is good. But the log has signed: the
    state note and the recall's own proof together show anybody that it lied, and whoever replays
    the log finds the recall.
    """
    shown = scene(and_then(season.steps(), Step("recall", on("04-20"), recall((BAGS_URI,)))))
    shown.log.forget(f"lot:{BAGS_URI}", len(season.steps()))
    return shown.made()


@case("state-leaves-out-half-a-recall")
def state_leaves_out_half_a_recall() -> Made:
    """The log leaves a recall out of this lot's line, and keeps it in that of the rice inside.

    One act recalls both; wherever an entry comes from, all that it says counts.
    """
    both = (season.uri(season.RICE, "M1"), BAGS_URI)
    shown = scene(and_then(season.steps(), Step("recall", on("04-20"), recall(both))))
    shown.log.forget(f"lot:{BAGS_URI}", len(season.steps()))
    return shown.made()


@case("serial-of-other-bag_fail")
def serial_of_other_bag() -> Made:
    """The evidence is bag 8's, under the serial of bag 7."""
    shown = scene()
    return shown.made(structs.replace(shown.bundle(8), serial=season.serial(7)))


@case("serial-mistyped_fail")
def serial_mistyped() -> Made:
    """Two characters of the serial are swapped."""
    shown = scene()
    bundle = shown.bundle()
    code = bundle.serial
    return shown.made(structs.replace(bundle, serial=code[:5] + code[6] + code[5] + code[7:]))


@case("salt-changed_fail")
def salt_changed() -> Made:
    """The salt of the bag's leaf is another one."""
    shown = scene()
    salt = encoding.encode_base64(bytes(16))
    return shown.made(structs.replace(shown.bundle(), salt=salt))


@case("batch-of-no-lot_fail")
def batch_of_no_lot() -> Made:
    """The bundle names a batch of labels that was not issued for this lot."""
    shown = scene()
    return shown.made(structs.replace(shown.bundle(), batch="L260410B"))


# Payloads that have more than one reading. The log took them; nobody else may.


@case("payload-with-lone-surrogate_fail")
def payload_with_lone_surrogate() -> Made:
    """A name of goods holds half a character, escaped, that no UTF-8 can spell."""
    good = season.product(season.RICE, "head_rice", "Gạo", "White rice")
    payload = _payload(good).replace(b"White rice", b"White \\ud800rice")
    bad = season.act_of(payload, season.MILL)
    return scene(instead(season.steps(), "rice", bad, meant=good)).made()


@case("payload-with-duplicate-member_fail")
def payload_with_duplicate_member() -> Made:
    """The grant names its issuer's signature once and its own id twice: which one counts?"""
    good = next(step.data for step in season.steps() if step.name == "grant")
    payload = _payload(good)
    payload = payload[:-1] + b',"id":"https://demo.rice.example/attestations/CN-02"}'
    bad = season.credential_of(payload, season.ASSOCIATION)
    return scene(instead(season.steps(), "grant", bad, meant=good)).made()


@case("float-mass_fail")
def float_mass() -> Made:
    """A harvest of 3e3 kg: the same number, in another spelling."""
    good = season.event(
        season.harvest(1, season.AREA_1, season.GROWER_1, 3_000_000), season.GROWER_1
    )
    payload = _payload(good).replace(b'"quantity":3000', b'"quantity":3e3')
    assert payload != _payload(good)
    bad = season.event_of(payload, season.GROWER_1)
    return scene(instead(season.steps(), "harvest 1", bad, meant=good)).made()


@case("name-not-nfc_fail")
def name_not_nfc() -> Made:
    """The goods are named with marks beside their vowels: it looks the same and is other bytes."""
    good = season.product(season.RICE, "head_rice", "Gạo", "White rice")
    payload = unicodedata.normalize("NFD", _payload(good).decode()).encode()
    assert payload != _payload(good)
    bad = season.act_of(payload, season.MILL)
    return scene(instead(season.steps(), "rice", bad, meant=good)).made()
