"""The cases that need no rule about rice: signatures, hashes, proofs, the reader's trust."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from msgspec import structs

from ledger.log import encoding, note
from ledger.log.checkpoint import cosign_checkpoint
from ledger.proof.bundle import Bundle, BundleEntry, write_bundle
from tests.vectors import small_harvest as season
from tests.vectors.scenes import (
    BAGS_URI,
    Made,
    Scene,
    case,
    payload_of,
    recall,
    restated,
    scene,
    stated,
    trust_in,
    vkey,
)
from tests.vectors.small_harvest import Step, and_then, instead, on


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
    payload = payload_of(good).replace(b"White rice", b"White \\ud800rice")
    bad = season.act_of(payload, season.MILL)
    return scene(instead(season.steps(), "rice", bad, meant=good)).made()


@case("payload-with-duplicate-member_fail")
def payload_with_duplicate_member() -> Made:
    """The grant names its issuer's signature once and its own id twice: which one counts?"""
    good = next(step.data for step in season.steps() if step.name == "grant")
    payload = payload_of(good)
    payload = payload[:-1] + b',"id":"https://demo.rice.example/attestations/CN-02"}'
    bad = season.credential_of(payload, season.ASSOCIATION)
    return scene(instead(season.steps(), "grant", bad, meant=good)).made()


@case("float-mass_fail")
def float_mass() -> Made:
    """A harvest of 3e3 kg: the same number, in another spelling."""
    good = season.event(
        season.harvest(1, season.AREA_1, season.GROWER_1, 3_000_000), season.GROWER_1
    )
    payload = payload_of(good).replace(b'"quantity":3000', b'"quantity":3e3')
    assert payload != payload_of(good)
    bad = season.event_of(payload, season.GROWER_1)
    return scene(instead(season.steps(), "harvest 1", bad, meant=good)).made()


@case("name-not-nfc_fail")
def name_not_nfc() -> Made:
    """The goods are named with marks beside their vowels: it looks the same and is other bytes."""
    good = season.product(season.RICE, "head_rice", "Gạo", "White rice")
    payload = unicodedata.normalize("NFD", payload_of(good).decode()).encode()
    assert payload != payload_of(good)
    bad = season.act_of(payload, season.MILL)
    return scene(instead(season.steps(), "rice", bad, meant=good)).made()
