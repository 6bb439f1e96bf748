"""Signed notes and the keys that sign them, as c2sp.org/signed-note.

```text
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
```

Ed25519 signatures (type 0x01) and timestamped Ed25519 cosignatures (0x04, c2sp.org/tlog-cosignature)
are verified. Signatures by keys that nobody brought along are passed over, and so are those of
types not spoken here, ML-DSA (0x06) among them; a bad signature by a key that was brought along
condemns the whole note.
"""  # noqa: E501  (a signature line has no shorter spelling)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import MalformedError, SignatureError
from ledger.log import encoding
from ledger.log.keys import PublicKey, SigningKey, admit_key, ed25519_jwk

ED25519, COSIGNATURE, ML_DSA_COSIGNATURE = 0x01, 0x04, 0x06
NOTE_LENGTH_MAX = 1_000_000
SIGNATURES_MAX = 100

_MARK = "— "
_KEY_ID_LENGTH = 4
_TIME_LENGTH = 8


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key under the name it signs notes with. ``public`` is None for types not spoken here."""

    name: str
    type: int
    raw: bytes
    public: PublicKey | None

    @property
    def id(self) -> bytes:
        """The four bytes that point from a signature line to this key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.raw).digest()[
            :_KEY_ID_LENGTH
        ]

    def verify(self, text: str, signature: bytes) -> None:
        """Raise unless this key signed the text; ``signature`` is what follows the key id."""
        assert self.public is not None
        message = text.encode()
        if self.type == COSIGNATURE:
            message = cosigned_bytes(text, cosignature_time_s(signature))
            signature = signature[_TIME_LENGTH:]
        self.public.verify(message, signature, "Ed25519")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line; nothing is said about whether it is good."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, with its last line feed, and the signatures below it."""

    text: str
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A text and the keys, of those the reader brought, that have signed it."""

    text: str
    signed_by: tuple[tuple[NoteKey, NoteSignature], ...]


def note_key(name: str, public: PublicKey, kind: int = ED25519) -> NoteKey:
    """Return an Ed25519 key under a name for notes (0x01) or cosignatures (0x04)."""
    assert is_key_name(name)
    assert kind in (ED25519, COSIGNATURE)
    return NoteKey(name, kind, encoding.decode_base64url(public.jwk["x"]), public)


def is_key_name(text: str) -> bool:
    """Whether this can name a key: not empty, no space of any alphabet, no plus, no control."""
    odd = any(c.isspace() or c == "+" or c < " " for c in text)
    return bool(text) and not odd and _is_unicode(text)


def format_vkey(key: NoteKey) -> str:
    """Return the verifier key: name, key id, and type with key, joined by plus signs."""
    body = encoding.encode_base64(bytes([key.type]) + key.raw)
    return f"{key.name}+{key.id.hex()}+{body}"


def parse_vkey(text: str) -> NoteKey:
    """Return the key a verifier key spells; one of a type not spoken here never verifies."""
    name, _, rest = text.partition("+")
    _, _, body = rest.partition("+")
    data = encoding.decode_base64(body)
    if not is_key_name(name) or len(data) < 2:  # noqa: PLR2004  (a type and some key)
        raise MalformedError("malformed", what="verifier key")
    public = None
    if data[0] in (ED25519, COSIGNATURE):
        public = admit_key(ed25519_jwk(data[1:]))
    key = NoteKey(name, data[0], data[1:], public)
    if format_vkey(key) != text:
        raise MalformedError("malformed", what="verifier key")
    return key


def format_note(note: Note) -> str:
    """Return the note as it is sent."""
    assert note.text.endswith("\n")
    return note.text + "\n" + "".join(map(format_signature, note.signatures))


def format_signature(signature: NoteSignature) -> str:
    """Return one signature line with its line feed."""
    body = encoding.encode_base64(signature.key_id + signature.signature)
    return f"{_MARK}{signature.name} {body}\n"


def parse_note(note: str) -> Note:
    """Return a note's text and signature lines, none of them verified."""
    if len(note) > NOTE_LENGTH_MAX:
        raise MalformedError("oversized", length=len(note), limit=NOTE_LENGTH_MAX)
    if any(c < " " and c != "\n" for c in set(note)) or not _is_unicode(note):
        raise MalformedError("malformed", what="note with odd characters")
    # The text may have empty lines; the last one ends it.
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise MalformedError("malformed", what="note without signatures")
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise MalformedError("malformed", what="note with too many signatures")
    return Note(body + "\n", tuple(map(_parse_signature, lines)))


def open_note(note: str, keys: Iterable[NoteKey]) -> OpenedNote:
    """Return the text of a note that at least one of ``keys`` has signed, and which did."""
    opened = find_signatures(parse_note(note), keys)
    if not opened.signed_by:
        raise SignatureError("note_not_signed")
    return opened


def find_signatures(note: Note, keys: Iterable[NoteKey]) -> OpenedNote:
    """Return which of ``keys`` have signed, perhaps none; raise if one of them has a bad line."""
    known = {(key.name, key.id): key for key in keys if key.public is not None}
    signed_by = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            key.verify(note.text, signature.signature)
            signed_by.append((key, signature))
    return OpenedNote(note.text, tuple(signed_by))


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """Return the text as a note signed with an Ed25519 key under a name."""
    signature = NoteSignature(name, note_key(name, key.public).id, key.sign(text.encode()))
    return format_note(Note(text, (signature,)))


def cosigned_bytes(text: str, time_s: int) -> bytes:
    """Return what a cosignature of type 0x04 signs: when, and the whole text."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def cosignature_time_s(signature: bytes) -> int:
    """Return the POSIX seconds at the head of a cosignature."""
    time_s = int.from_bytes(signature[:_TIME_LENGTH], "big")
    if len(signature) < _TIME_LENGTH or time_s > encoding.COUNT_MAX:
        raise MalformedError("malformed", what="cosignature")
    return time_s


def cosign_note(text: str, name: str, key: SigningKey, time_s: int) -> NoteSignature:
    """Return a timestamped cosignature over a note's text."""
    assert 0 <= time_s <= encoding.COUNT_MAX
    stamp = time_s.to_bytes(_TIME_LENGTH, "big")
    signature = key.sign(cosigned_bytes(text, time_s))
    return NoteSignature(name, note_key(name, key.public, COSIGNATURE).id, stamp + signature)


def _parse_signature(line: str) -> NoteSignature:
    name, gap, body = line.removeprefix(_MARK).partition(" ")
    data = encoding.decode_base64(body)
    if not line.startswith(_MARK) or not gap or not is_key_name(name):
        raise MalformedError("malformed", what="signature line")
    if len(data) <= _KEY_ID_LENGTH:
        raise MalformedError("malformed", what="signature line")
    return NoteSignature(name, data[:_KEY_ID_LENGTH], data[_KEY_ID_LENGTH:])


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
