"""What a draft says, in plain words: everything its signatures would bind, and nothing else.

Every line follows from the bytes that will be signed. An act is shown member by member, as it
stands, and so is a certificate, after what the ledger will take from it; an event as the record it
reads as, in grams, which no other bytes read as. A member without words is refused: nobody signs
what was not shown.

What no signature binds (for which ledger a draft was prepared, and when) comes last and says so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from msgspec import Struct, json, structs, to_builtins

from ledger.errors import CODES, MalformedError, Words
from ledger.log import encoding
from ledger.log.draft import Draft
from ledger.rice import certifying_words, plain_words
from ledger.rice.acts import Act
from ledger.rice.anchors import Accredited
from ledger.rice.case import Meaning, open_meaning
from ledger.rice.claim_words import ATTESTED, CLAIMS
from ledger.rice.credentials import Attested
from ledger.rice.kinds import kind_of, step_of
from ledger.rice.plain_words import VALUES

CODES |= {
    "draft_of_other_purpose": Words(
        "The draft says it is for {said}, and what would be signed is {found}. Do not sign it.",
        "Bản thảo ghi là để {said}, nhưng nội dung sẽ ký là {found}. Đừng ký.",
    ),
    "member_without_words": Words(
        "This cannot be shown in plain words, so it cannot be signed here: {member}.",
        "Không diễn giải được nên không ký được ở đây: {member}.",
    ),
}

KINDS: Mapping[str, Words] = {**plain_words.KINDS, **certifying_words.KINDS}
MEMBERS: Mapping[str, Words] = {**plain_words.MEMBERS, **certifying_words.MEMBERS}
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters that look like nothing."""

_SIGNED = Words("WHAT YOU SIGN", "NỘI DUNG BẠN KÝ")
_HEAD = Words("How it is signed", "Cách ký")
_UNSIGNED = Words("NOT SIGNED, only told by who prepared it", "KHÔNG KÝ, chỉ do người soạn ghi")
_DIGEST = Words("SHA-256 of the content", "SHA-256 của nội dung")
_TYP = Words("Type of statement", "Kiểu văn bản")
_LEDGER = Words("For this ledger only", "Chỉ dùng cho sổ")
_NO_LEDGER = Words("For any ledger", "Dùng cho mọi sổ")
_CTY = Words("Type of content", "Kiểu nội dung")
_KEY = Words("Signs: key", "Khóa ký")
_ALG = Words("Algorithm", "Thuật toán")
_IS_SIGNED = Words("Has signed", "Đã ký")
_PREPARED_FOR = Words("Prepared for the ledger", "Soạn cho sổ")
_SIZE = Words("when it had entries", "khi sổ có số mục")
_ROOT = Words("with the root", "với gốc")
_PROFILE = ATTESTED["profile"]
HEADINGS: Mapping[str, Words] = {
    "read": Words("What the ledger takes from it", "Sổ sẽ ghi nhận"),
    "whole": Words("Every word of it", "Toàn văn"),
    "cte": Words("Kind of event", "Loại sự việc"),
}
"""What stands above members, beside the words that members have."""


class Line(Struct, frozen=True):
    """One line of what is shown: how deep, what it is, its exact value, and what that means.

    ``value`` is spelled as JSON spells it, so that no two values look the same.
    """

    depth: int
    label: Words
    value: str = ""
    meaning: Words | None = None


def open_draft(draft: Draft) -> Meaning:
    """Return what a draft says, if it can be shown whole; or refuse it."""
    statement = draft.unsigned
    meaning = open_meaning(statement)
    if isinstance(meaning.body, Attested):
        claims = encoding.parse_json(statement.payload, decimals=True)
        # Two spellings would be shown alike.
        if encoding.canonical_json(claims) != statement.payload:
            raise MalformedError("malformed_draft", what="a certificate that is not canonical")
    found = kind_of(meaning)
    if draft.purpose != found:
        raise MalformedError("draft_of_other_purpose", said=draft.purpose, found=found)
    return meaning


def tell_draft(draft: Draft) -> list[Line]:
    """Return everything a draft says, in order; refuse what cannot be shown whole."""
    meaning = open_draft(draft)
    statement = meaning.statement
    digest = encoding.encode_base64(sha256(statement.payload).digest())
    return [
        Line(0, _SIGNED),
        Line(1, _words(KINDS, draft.purpose)),
        *_said(meaning),
        Line(1, _HEAD),
        *_signers(draft),
        Line(2, _TYP, spelled(statement.typ)),
        Line(2, _CTY, '"vc"') if statement.ledger is None else _ledger(statement.ledger),
        Line(2, _DIGEST, digest),
        Line(0, _UNSIGNED),
        Line(1, _PREPARED_FOR, spelled(draft.checkpoint.origin)),
        Line(1, _SIZE, str(draft.checkpoint.size)),
        Line(1, _ROOT, encoding.encode_base64(draft.checkpoint.root)),
    ]


def spelled(value: object) -> str:
    """Return a value as JSON, with every character escaped that could hide or turn writing."""
    if not isinstance(value, str):
        return f"{value:f}" if isinstance(value, Decimal) else json.encode(value).decode()
    return '"' + "".join(map(_visible, value)) + '"'


def _visible(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign == " ":
        return sign
    is_hidden = unicodedata.category(sign)[0] in "CMZ" or sign in _FILLERS
    if is_hidden or unicodedata.bidirectional(sign) in {"R", "AL"}:
        return f"\\u{{{ord(sign):04x}}}"
    return sign


def _ledger(origin: str) -> Line:
    return Line(2, _LEDGER, spelled(origin))


def _signers(draft: Draft) -> Iterator[Line]:
    for slot in draft.slots:
        yield Line(2, _KEY, spelled(slot.signer.kid))
        yield Line(3, _ALG, spelled(slot.signer.alg))
        if slot.signature:
            yield Line(3, _IS_SIGNED)
    if draft.unsigned.ledger is None:
        yield Line(2, _NO_LEDGER)


def _said(meaning: Meaning) -> Iterator[Line]:
    body = meaning.body
    if isinstance(body, Attested | Accredited):
        claims = encoding.parse_json(meaning.statement.payload, decimals=True)
        yield Line(1, HEADINGS["read"])
        for line in _members(_without_nothing(body), ATTESTED, 2):
            yield structs.replace(line, meaning=_kind(claims)) if line.label == _PROFILE else line
        yield Line(1, HEADINGS["whole"])
        yield from _members(claims, CLAIMS, 2)
        return
    if isinstance(body, Act):
        yield from _members(encoding.check_canonical(meaning.statement.payload), MEMBERS, 2)
        return
    yield Line(2, HEADINGS["cte"], spelled(step_of(meaning.statement.payload)))
    yield from _members(_without_nothing(body), MEMBERS, 2)


def _members(
    members: Mapping[str, object], words: Mapping[str, Words], depth: int
) -> Iterator[Line]:
    for name, value in members.items():
        label = Words(spelled(name), spelled(name)) if words is _OPEN else _words(words, name)
        if isinstance(value, int) and (meaning := _amount(name, value)):
            yield Line(depth, label, spelled(value), meaning)
            continue
        # Figures of a certificate have names of their own.
        yield from _value(value, label, _OPEN if name == "figures" else words, depth)


def _kind(claims: Mapping[str, Any]) -> Words:
    """Return what a certificate itself calls its kind."""
    name = spelled(claims["credentialSubject"]["referenceProfile"]["name"])
    return Words(name, name)


def _amount(name: str, value: int) -> Words | None:
    """Return grams as kilograms and square metres as hectares, as people write them."""
    suffix = name.rpartition("_")[2]
    if suffix not in _LARGER or name.endswith("_g_m2"):  # a yield is no area
        return None
    unit, factor = _LARGER[suffix]
    amount = Decimal(value) / factor
    en = f"{amount.normalize():,f} {unit}"
    return Words(en, en.translate({ord(","): ".", ord("."): ","}))


_LARGER = {"g": ("kg", 1_000), "m2": ("ha", 10_000)}
_OPEN: Mapping[str, Words] = {}


def _value(value: Any, label: Words, words: Mapping[str, Words], depth: int) -> Iterator[Line]:  # noqa: ANN401  (any JSON value)
    if isinstance(value, dict) and value:
        yield Line(depth, label)
        yield from _members(value, words, depth + 1)
    elif isinstance(value, list | tuple) and value and not _is_pair(value):
        yield Line(depth, label)
        for number, one in enumerate(value, 1):
            yield from _value(one, Words(str(number), str(number)), words, depth + 1)
    elif _is_pair(value):
        yield Line(depth, label, ", ".join(map(spelled, value)))
    else:
        text = value if isinstance(value, str) else spelled(value)
        yield Line(depth, label, spelled(value), VALUES.get(text))


def _is_pair(value: object) -> bool:
    """Tell whether this is a lot with an amount."""
    kinds = tuple(map(type, value)) if isinstance(value, list | tuple) else ()
    return kinds == (str, int)


def _without_nothing(body: Struct) -> dict[str, Any]:
    """Return the members of a record that its bytes have, down to the last."""
    return {
        name: _pruned(value)
        for name, value in to_builtins(body, builtin_types=(Decimal,)).items()
        if not _is_nothing(value)
    }


def _pruned(value: Any) -> Any:  # noqa: ANN401  (any part of a record)
    if isinstance(value, dict):
        return {name: _pruned(one) for name, one in value.items() if not _is_nothing(one)}
    if isinstance(value, list | tuple):
        return [_pruned(one) for one in value]
    return value


def _is_nothing(value: object) -> bool:
    return value is None or value in ("", (), [], {})


def _words(words: Mapping[str, Words], name: str) -> Words:
    found = words.get(name)
    if found is None:
        raise MalformedError("member_without_words", member=name)
    return found
