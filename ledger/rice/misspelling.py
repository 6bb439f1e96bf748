"""What is wrong with fields that cannot be read, in words: which member, and what it has to be.

The reader stops at the first slip and speaks of types and patterns. People are told the member,
what stands there, and an example; of members that are missing or unknown all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from msgspec import Meta, ValidationError, inspect

from ledger.errors import Words
from ledger.rice import terms

_PATH = re.compile(r"\A(.*?)(?: - at `(?:key in )?\$(.*)`)?\Z", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[([0-9]+|\.\.\.)\]")
_TWICE = re.compile(r"\A(.+) names one twice\Z")
_BEFORE = re.compile(r"\A(.+) is before (.+)\Z")
_SHOWN_MAX = 60
_TERMS: tuple[tuple[Any, Words], ...] = (
    (terms.Day, Words("a day such as 2026-03-24", "ngày như 2026-03-24")),
    (terms.Moment, Words("a moment such as 2026-03-24T00:00:00Z", "lúc như 2026-03-24T00:00:00Z")),
    (terms.Season, Words("a season: DX-, HT- or TD- and the year", "vụ: DX-, HT- hoặc TD- và năm")),
    (terms.ActorId, Words("an id such as htx-kenh-xang", "mã đơn vị như htx-kenh-xang")),
    (terms.AreaCode, Words("an area code such as VN-CTOR-0001", "mã vùng như VN-CTOR-0001")),
    (terms.Commune, Words("a commune's five digits", "mã xã gồm 5 chữ số")),
    (terms.Gtin, Words("a GTIN of 14 digits", "GTIN gồm 14 chữ số")),
    (
        terms.LotUri,
        Words("a lot: https://id.gs1.org/01/GTIN/10/LOT", "lô: https://id.gs1.org/01/GTIN/10/LÔ"),
    ),
    (terms.Digest, Words("a SHA-256 in base64", "SHA-256 dạng base64")),
    (terms.DigestOrNone, Words("a SHA-256 in base64, or empty", "SHA-256 dạng base64, hoặc trống")),
    (terms.Kid, Words("a key's name of 43 characters", "tên khóa gồm 43 ký tự")),
    (terms.Uri, Words("an address: https://, urn: or did:", "địa chỉ: https://, urn: hoặc did:")),
    (
        terms.UriOrNone,
        Words("an address (https://, urn:, did:) or empty", "địa chỉ (https://, urn:), hoặc trống"),
    ),
    (terms.ContractUri, Words("urn:rice:contract:NUMBER", "urn:rice:contract:SỐ")),
    (terms.PaperUri, Words("urn:rice:paper:NUMBER", "urn:rice:paper:SỐ")),
    (terms.HouseholdRef, Words("4 to 40 letters and digits", "4 đến 40 chữ cái và chữ số")),
    (terms.KindName, Words("a kind such as harvest", "loại như harvest")),
    (terms.Slug, Words("a name such as seed-rate", "tên như seed-rate")),
    (terms.UnitCode, Words("a unit's code such as KGM", "mã đơn vị đo như KGM")),
    (terms.DecimalText, Words("a number as text, such as 12.5", "số dạng chữ, như 12.5")),
)
_OF_PATTERN = {
    part.pattern: words for of, words in _TERMS for part in get_args(of) if isinstance(part, Meta)
}


def explain(error: ValidationError, kind: Any, said: object) -> Words:  # noqa: ANN401  (a type)
    """Return in words why fields are not of a kind; ``kind`` may be a union that a tag decides."""
    found = _PATH.match(str(error))
    assert found is not None
    text, path = found[1], found[2] or ""
    node, value = inspect.type_info(kind), said
    for name, index in _STEP.findall(path):
        node, value = _within(node, value, name) if name else _item(node, value, index)
    where = path.removeprefix(".")
    if not text.startswith(("Expected", "Object", "Invalid")):
        return _of_ours(text, where)
    record = _record(node, value)
    if text.startswith("Object") and record is not None and isinstance(value, Mapping):
        return _members(record, value, where)
    wanted = _wanted(node)
    shown = _shown(value)
    return Words(
        f"{where} is {shown}, and has to be {wanted.en}", f"{where} là {shown}, mà cần {wanted.vi}"
    )


def misnamed(kind: Any, said: Mapping[str, object]) -> Words | None:  # noqa: ANN401  (a type)
    """Return which members of a record are missing or unknown, if any are."""
    record = _record(inspect.type_info(kind), said)
    assert record is not None
    names = {one.encode_name for one in record.fields}
    required = {one.encode_name for one in record.fields if one.required}
    return _members(record, said, "") if said.keys() - names or required - said.keys() else None


def _of_ours(text: str, where: str) -> Words:
    """Return what a record says of itself, in both languages as far as it is said often."""
    place = f" ({where})" if where else ""
    if found := _TWICE.match(text):
        return Words(f"{text}{place}", f"{found[1]} nêu một mục hai lần{place}")
    if found := _BEFORE.match(text):
        return Words(f"{text}{place}", f"{found[1]} sớm hơn {found[2]}{place}")
    return Words(f"{text}{place}", f"{text}{place}")


def _record(node: inspect.Type, value: object) -> inspect.StructType | None:
    """Return the record that a value is read as; of several the one its tag names."""
    if isinstance(node, inspect.StructType):
        return node
    if not isinstance(node, inspect.UnionType):
        return None
    records = [one for one in node.types if isinstance(one, inspect.StructType)]
    tag = value.get(records[0].tag_field) if records and isinstance(value, Mapping) else None
    named = [one for one in records if len(records) == 1 or one.tag == tag]
    return named[0] if named else None


def _within(node: inspect.Type, value: object, name: str) -> tuple[inspect.Type, object]:
    """Return the type and value one step further; what cannot be followed stays as it is."""
    record = _record(node, value)
    fields = record.fields if record else ()
    held = value.get(name) if isinstance(value, Mapping) else None
    return next((one.type for one in fields if one.encode_name == name), inspect.AnyType()), held


def _item(node: inspect.Type, value: object, index: str) -> tuple[inspect.Type, object]:
    """Return the type and value of an item; which key of an object is meant is not known."""
    held = value[int(index)] if isinstance(value, Sequence) and index.isdigit() else "…"
    for item in ("item_type", "value_type"):
        if hasattr(node, item):
            return getattr(node, item), held
    return inspect.AnyType(), held


def _members(record: inspect.StructType, value: Mapping[str, object], where: str) -> Words:
    """Return which members are missing, and which nobody knows, with what may have been meant."""
    names = [one.encode_name for one in record.fields]
    missing = [
        one.encode_name for one in record.fields if one.required and one.encode_name not in value
    ]
    unknown = [name for name in value if name not in names and name != record.tag_field]
    en, vi = [], []
    if missing:
        listed = ", ".join(missing)
        en.append(f"missing: {listed}")
        vi.append(f"thiếu: {listed}")
    strange = []
    for name in unknown:
        if near := get_close_matches(name, names, n=1):
            en.append(f"there is no {name}; perhaps {near[0]}?")
            vi.append(f"không có {name}; có phải {near[0]}?")
        else:
            strange.append(name)
    if strange:
        listed, known = ", ".join(strange), ", ".join(names)
        en.append(f"there is no {listed}; there are {known}")
        vi.append(f"không có {listed}; chỉ có {known}")
    place = f" ({where})" if where else ""
    return Words("; ".join(en) + place, "; ".join(vi) + place)


def _shown(value: object) -> str:
    if value is None:
        return "null"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"“{text[:_SHOWN_MAX]}”"


def _wanted(node: inspect.Type) -> Words:
    """Return what a value of a type has to be."""
    if isinstance(node, inspect.UnionType):
        parts = [one for one in node.types if not isinstance(one, inspect.NoneType)]
        return _either(_wanted(one) for one in parts)
    if isinstance(node, inspect.LiteralType):
        listed = ", ".join(map(str, node.values))
        return Words(f"one of: {listed}", f"một trong: {listed}")
    if isinstance(node, inspect.StrType):
        return _text(node)
    if isinstance(node, inspect.IntType):
        between = _between(node.ge if node.gt is None else node.gt + 1, node.le)
        return Words(f"a whole number{between.en}", f"số nguyên{between.vi}")
    if isinstance(node, inspect.BoolType):
        return Words("true or false", "true hoặc false")
    if isinstance(node, inspect.VarTupleType | inspect.ListType):
        between = _between(node.min_length, node.max_length)
        return Words(f"a list [ ]{between.en}", f"danh sách [ ]{between.vi}")
    if isinstance(node, inspect.StructType):
        listed = ", ".join(one.encode_name for one in node.fields if one.required)
        return Words(f"an object {{ }} with {listed}", f"đối tượng {{ }} gồm {listed}")
    return Words("a number", "một số")


def _text(node: inspect.StrType) -> Words:
    if node.pattern is not None:
        other = Words(f"text of the form {node.pattern}", f"chữ theo mẫu {node.pattern}")
        return _OF_PATTERN.get(node.pattern, other)
    between = _between(node.min_length, node.max_length)
    return Words(f"text{between.en}", f"chữ trong ngoặc kép{between.vi}")


def _between(least: float | None, most: float | None) -> Words:
    en = f" from {least}" if least is not None else ""
    vi = f" từ {least}" if least is not None else ""
    if most is not None:
        en, vi = f"{en} to {most}", f"{vi} đến {most}"
    return Words(en, vi)


def _either(parts: Iterable[Words]) -> Words:
    listed = list(dict.fromkeys(parts))
    return Words(" or ".join(one.en for one in listed), " hoặc ".join(one.vi for one in listed))
