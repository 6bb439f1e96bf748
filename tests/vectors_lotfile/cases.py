"""Cases of a code held against a lot file; a function's docstring is the README of its folder.

A folder's name ends in ``_fail`` where the file itself is not to be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import structs

from ledger.log import encoding, note
from ledger.log.checkpoint import cosign_checkpoint, sign_checkpoint
from ledger.proof.lot_file import (
    Batch,
    LotFacts,
    Stop,
    Voided,
    code_digest,
    digests_hash,
    write_lot_file,
)
from ledger.proof.marked import spell_numbers
from ledger.proof.trust import Trust, write_trust
from ledger.proof.verdict import Party, StopKind
from ledger.rice.labels import LabelBatch, format_code, label_at
from ledger.rice.scopes import BagRange
from tests.vectors import small_harvest as season

ANEW = "L260410A-2"
FOUNDING = sha256(season.founding()).digest()
ROOT = sha256(b"the tree of a vector").digest()
SIZE = 120
WITNESS = "witness.rice.example/one"
_PACKER = Party(
    actor=season.MILL,
    name=season.words("Nhà máy gạo Sông Hậu Xanh (demo)", "Song Hau Xanh rice mill (demo)"),
    commune=season.COMMUNE,
)


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a vector."""

    file: bytes
    code: str
    trust: bytes
    at: datetime


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
    """A lot of twenty bags: its file as the log signs it, and a reader who trusts that log."""

    facts: LotFacts
    digests: list[bytes]
    origin: str = season.ORIGIN
    signer: str = "log"
    code: str = ""
    at: datetime = season.JUDGED
    rest: str = "quorum none\n"
    founding: bytes = field(default=FOUNDING)

    def file(self) -> bytes:
        """Return the file as the log signs it."""
        return write_lot_file(self.facts, self.digests, self.origin, season.key(self.signer))

    def made(self, file: bytes | None = None) -> Made:
        """Return the files; bag 7 is asked for unless another code is given."""
        vkey = note.format_vkey(note.note_key(season.ORIGIN, season.key("log").public))
        trust = Trust(
            founding=encoding.encode_base64(self.founding),
            policy=f"log {vkey}\n{self.rest}",
            fresh_hours=72,
        )
        code = self.code or code_of(7)
        return Made(file or self.file(), code, write_trust(trust), self.at)


def code_of(number: int, name: str = season.LOT, count: int = season.BAGS) -> str:
    """Return the code on a bag, as it is printed."""
    batch = LabelBatch(season.BAGGED, season.LOT, count)
    return format_code(label_at(batch, season.secret(name), number).serial)


def link_of(number: int, lot: str = season.LOT) -> str:
    """Return what the QR symbol of a bag says."""
    batch = LabelBatch(season.BAGGED, lot, season.BAGS)
    serial = label_at(LabelBatch(season.BAGGED, season.LOT, season.BAGS), season.secret(), number)
    return batch.link(serial.serial, "https://demo.rice.example")


def scene(
    *stops: Stop,
    voided: Iterable[Voided] = (),
    waiting: Iterable[tuple[int, int]] = (),
    sold: Iterable[tuple[int, int]] = (),
    opened: Iterable[tuple[int, int]] = (),
) -> Scene:
    """Return the scene of a lot of which this was known."""
    first, data = _batch(season.LOT, season.BAGS)
    batch = structs.replace(
        first,
        voided=tuple(voided),
        waiting=spell_numbers(waiting),
        sold=spell_numbers(sold),
        opened=spell_numbers(opened),
    )
    facts = LotFacts(
        as_of=encoding.format_time(season.SIGNED),
        checkpoint=sign_checkpoint(season.ORIGIN, SIZE, ROOT, season.key("log")),
        founding=encoding.encode_base64(FOUNDING),
        gtin=season.BAGGED,
        lot=season.LOT,
        product=season.words("Gạo thơm phát thải thấp, bao 25 kg", "Low-emission rice, 25 kg"),
        variety="OM5451",
        grade="",
        packer=_PACKER,
        bag_g=season.BAG_G,
        bags=season.BAGS,
        packed_on="2026-04-10",
        best_before_on="2027-04-10",
        batches=(batch,),
        stops=stops,
    )
    return Scene(facts, [data])


def _batch(name: str, count: int) -> tuple[Batch, bytes]:
    salt = sha256(f"salt of {name}".encode()).digest()[:16]
    batch = LabelBatch(season.BAGGED, season.LOT, count)
    labels = (label_at(batch, season.secret(name), number) for number in range(1, count + 1))
    data = b"".join(code_digest(salt, label.serial) for label in labels)
    said = Batch(
        batch=name,
        count=count,
        digests=digests_hash(data),
        salt=encoding.encode_base64(salt),
        voided=(),
        waiting="",
        sold="",
        opened="",
    )
    return said, data


def _void(first: int, last: int, reason: str = "stolen") -> Voided:
    return Voided(first=first, last=last, reason=reason)


def _stop(kind: StopKind, *bags: tuple[int, int], entry: int = 100) -> Stop:
    return Stop(
        kind=kind,
        by=_PACKER,
        reason=season.words("bao ẩm", "damp bags"),
        contact="0292 000 000 (demo)" if kind == "recall" else "",
        on="2026-04-30",
        entry=entry,
        ranges=tuple(BagRange(batch=season.LOT, first=first, last=last) for first, last in bags),
    )


def _bent(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@case("issued")
def issued() -> Made:
    """The code of bag 7 as somebody types it from the label."""
    return scene().made()


@case("issued-by-link")
def issued_by_link() -> Made:
    """The link in the QR symbol of bag 7."""
    return _asked(link_of(7))


@case("issued-typed-carelessly")
def issued_typed_carelessly() -> Made:
    """The code in small letters with spaces, O for 0 and l for 1: it means the same."""
    return _asked(code_of(7).lower().replace("-", "  ").replace("0", "o").replace("1", "l"))


@case("issued-anew")
def issued_anew() -> Made:
    """Two labels were cancelled and two issued in their place; this is the second of those."""
    shown = _with_labels_anew()
    shown.code = code_of(2, ANEW, 2)
    return shown.made()


@case("issued-other-bags-stopped")
def issued_other_bags_stopped() -> Made:
    """Other bags of the lot were recalled, cancelled, sold; this one was not."""
    recall = _stop("recall", (1, 6), (8, 9))
    states = {"voided": [_void(6, 6), _void(8, 8)], "sold": [(1, 5)], "opened": [(9, 20)]}
    return scene(recall, waiting=[(10, 20)], **states).made()  # type: ignore[arg-type]


@case("issued-long-ago")
def issued_long_ago() -> Made:
    """The file is four days old, one more than the reader trusts."""
    shown = scene()
    shown.at = season.SIGNED + timedelta(days=4)
    return shown.made()


@case("issued-and-witnessed")
def issued_and_witnessed() -> Made:
    """The reader asks for a witness, and the checkpoint carries its cosignature."""
    shown = scene()
    shown.rest = _witnessed()
    signed = cosign_checkpoint(
        shown.facts.checkpoint, WITNESS, season.key("mrv-phu-sa"), 1_777_687_200
    )
    shown.facts = structs.replace(shown.facts, checkpoint=signed)
    return shown.made()


@case("recalled")
def recalled() -> Made:
    """The whole lot was recalled."""
    return scene(_stop("recall")).made()


@case("recalled-by-number")
def recalled_by_number() -> Made:
    """Bags 5 to 9 were recalled, and the lot is on hold as well."""
    return scene(_stop("hold", entry=99), _stop("recall", (5, 9))).made()


@case("recalled-as-the-link-says")
def recalled_as_the_link_says() -> Made:
    """An invented code in a link that names the recalled lot: the bag claims to be of it."""
    shown = scene(_stop("recall"))
    other = label_at(LabelBatch(season.BAGGED, season.LOT, season.BAGS), bytes(32), 7).serial
    shown.code = f"https://demo.rice.example/01/{season.BAGGED}/10/{season.LOT}/21/{other}"
    return shown.made()


@case("voided")
def voided() -> Made:
    """The packer cancelled this label: the roll was stolen."""
    return scene(voided=[_void(1, 1, "misprinted"), _void(5, 9)]).made()


@case("waiting")
def waiting() -> Made:
    """The labels from 7 on wait to be put to use."""
    return scene(waiting=[(7, 20)]).made()


@case("on-hold")
def on_hold() -> Made:
    """The lot is on hold."""
    return scene(_stop("hold")).made()


@case("sold")
def sold() -> Made:
    """The bag was marked as sold."""
    return scene(sold=[(3, 3), (7, 8)]).made()


@case("sold-among-scattered")
def sold_among_scattered() -> Made:
    """Every other bag was marked as sold, so that the marks are spelled as bits."""
    return scene(sold=[(number, number) for number in range(1, 20, 2)]).made()


@case("opened")
def opened() -> Made:
    """The bag was marked as opened."""
    return scene(opened=[(7, 7)]).made()


@case("mistyped")
def mistyped() -> Made:
    """Two characters that stand next to each other are swapped."""
    code = code_of(7)
    place = next(at for at in range(5, 18) if code[at] != code[at + 1] and "-" not in code[at:][:2])
    return _asked(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@case("mistyped-too-short")
def mistyped_too_short() -> Made:
    """The last group is missing."""
    return _asked(code_of(7)[:-5])


@case("mistyped-no-code")
def mistyped_no_code() -> Made:
    """The last character is a digit of another script."""
    return _asked(code_of(7)[:-1] + "\N{ARABIC-INDIC DIGIT SEVEN}")


@case("mistyped-other-link")
def mistyped_other_link() -> Made:
    """The link of a pallet."""
    return _asked("https://id.gs1.org/00/095212340000000019")


@case("code-of-other-batch")
def code_of_other_batch() -> Made:
    """A well-formed code of bag 7 that this packer never issued."""
    other = label_at(LabelBatch(season.BAGGED, season.LOT, season.BAGS), bytes(32), 7).serial
    return _asked(format_code(other))


@case("code-beyond-the-lot")
def code_beyond_the_lot() -> Made:
    """A well-formed code of bag 21, of twenty."""
    other = label_at(LabelBatch(season.BAGGED, season.LOT, 21), season.secret(), 21).serial
    return _asked(format_code(other))


@case("link-of-other-lot")
def link_of_other_lot() -> Made:
    """The link names another lot, with a code of this one: the file says nothing of it."""
    return _asked(link_of(7, "L260411A"))


@case("witness-missing")
def witness_missing() -> Made:
    """The reader asks for a witness that has not signed."""
    shown = scene()
    shown.rest = _witnessed()
    return shown.made()


@case("clock-behind")
def clock_behind() -> Made:
    """The file was signed an hour after what the reader's clock says."""
    shown = scene()
    shown.at = season.SIGNED - timedelta(hours=1)
    return shown.made()


@case("signed-by-other-key_fail")
def signed_by_other_key() -> Made:
    """Somebody else signed the file under the log's name."""
    shown = scene()
    shown.signer = season.MILL
    return shown.made()


@case("checkpoint-by-other-key_fail")
def checkpoint_by_other_key() -> Made:
    """The note is the log's, the checkpoint in it somebody else's."""
    shown = scene()
    signed = sign_checkpoint(season.ORIGIN, SIZE, ROOT, season.key(season.MILL))
    shown.facts = structs.replace(shown.facts, checkpoint=signed)
    return shown.made()


@case("of-other-ledger_fail")
def of_other_ledger() -> Made:
    """A file of another ledger, with its own key."""
    shown = scene()
    shown.origin, shown.signer = "demo.rice.example/other", season.MILL
    signed = sign_checkpoint(shown.origin, SIZE, ROOT, season.key(season.MILL))
    shown.facts = structs.replace(shown.facts, checkpoint=signed)
    return shown.made()


@case("founded-otherwise_fail")
def founded_otherwise() -> Made:
    """Key and name are the same, but the reader's ledger began with another statement."""
    shown = scene()
    shown.founding = bytes(32)
    return shown.made()


@case("digest-changed_fail")
def digest_changed() -> Made:
    """One bit of a digest was changed, far from the one that is asked for."""
    data = scene().file()
    return scene().made(_bent(data, len(data) - 1))


@case("state-changed_fail")
def state_changed() -> Made:
    """Somebody took a recall out of the note."""
    signed = scene(_stop("recall")).file()
    start, end = signed.index(b'"stops":['), signed.index(b'],"variety"')
    return scene().made(signed[:start] + b'"stops":[' + signed[end:])


@case("cut-short_fail")
def cut_short() -> Made:
    """The last digest is missing."""
    return scene().made(scene().file()[:-8])


@case("with-more-behind_fail")
def with_more_behind() -> Made:
    """A digest too many stands behind the others."""
    return scene().made(scene().file() + bytes(8))


@case("ranges-out-of-order_fail")
def ranges_out_of_order() -> Made:
    """The log signed ranges in another order than the one there is."""
    return scene(voided=[_void(8, 9), _void(3, 3)]).made()


@case("marks-spelled-otherwise_fail")
def marks_spelled_otherwise() -> Made:
    """The log signed bag numbers as lengths that are shorter as bits."""
    signed = scene(sold=[(7, 7)]).file()
    return scene().made(_resigned(signed, b'"sold":"AUA="', b'"sold":"AAYB"'))


@case("mark-beyond-the-batch_fail")
def mark_beyond_the_batch() -> Made:
    """The log signed that a bag was sold which the batch does not have."""
    return scene(sold=[(7, 7), (21, 21)]).made()


@case("range-beyond-the-batch_fail")
def range_beyond_the_batch() -> Made:
    """The log signed a range of bags that the batch does not have."""
    return scene(voided=[_void(20, 21)]).made()


@case("spelled-with-a-blank_fail")
def spelled_with_a_blank() -> Made:
    """The log signed JSON with a blank in it: a second spelling of the same."""
    return scene().made(_resigned(scene().file(), b'{"as_of":', b'{"as_of": '))


@case("with-an-unknown-member_fail")
def with_an_unknown_member() -> Made:
    """The log signed a member that this version does not know."""
    return scene().made(_resigned(scene().file(), b'"bag_g":', b'"also":1,"bag_g":'))


@case("length-with-a-zero_fail")
def length_with_a_zero() -> Made:
    """The log signed a length with a zero before it."""
    return scene().made(_resigned(scene().file(), b"\n160\n", b"\n0160\n"))


@case("recall-of-no-batch_fail")
def recall_of_no_batch() -> Made:
    """The log signed a recall of bags of a batch that the file does not have."""
    return scene(_stop("recall", (1, 21))).made()


@case("no-lot-file_fail")
def no_lot_file() -> Made:
    """A picture."""
    return scene().made(b"\x89PNG\r\n\x1a\n" + bytes(64))


def _asked(code: str) -> Made:
    shown = scene()
    shown.code = code
    return shown.made()


def _with_labels_anew() -> Scene:
    shown = scene(voided=[_void(8, 9, "damaged")])
    batch, data = _batch(ANEW, 2)
    shown.facts = structs.replace(shown.facts, batches=(*shown.facts.batches, batch))
    shown.digests.append(data)
    return shown


def _witnessed() -> str:
    key = note.note_key(WITNESS, season.key("mrv-phu-sa").public, note.COSIGNATURE)
    return f"witness W1 {note.format_vkey(key)}\nquorum W1\n"


def _resigned(file: bytes, old: bytes, new: bytes) -> bytes:
    """Return a file with something else in its note, signed again."""
    length = season.BAGS * 8
    text = note.parse_note(file[:-length].decode()).text.replace(old.decode(), new.decode(), 1)
    return note.sign_note(text, season.ORIGIN, season.key("log")).encode() + file[-length:]
