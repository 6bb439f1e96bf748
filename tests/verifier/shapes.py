"""The shapes of statements for the verifier in JavaScript; running this module writes them anew.

Every record that a statement is read into is told by the types it has in Python, in a small
language that ``web/static/verifier/rice/shape_check.js`` reads::

    RegisterActor: `act=register_actor;actor ActorId;legal_id?"" UpTo40;keys NewKey[1,8]`

First the member that tags it; an open record begins with ``~``. Then the members as JSON names
them, with ``?`` and the default in JSON where it may be left out. A type is a name of the list, one
of several words (``=a|b``), an integer within bounds (``0..9``), a list (``X[1,8]``), ``bool``,
``number``, ``text`` or ``any``. Texts with a pattern or a length stand as regular expressions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from msgspec import NODEFAULT, Struct, inspect

from ledger.rice import acts, anchors, credentials, epcis, schemes, scopes, terms, trust_acts
from ledger.rice.certifying_acts import PublishScheme

SCRIPT = Path(__file__).parents[2] / "web" / "static" / "verifier" / "rice" / "shapes.js"

ROOTS: tuple[type[Struct], ...] = (
    *get_args(acts.AnyAct),
    *get_args(epcis.AnyEpcisEvent),
    credentials._Credential,
    anchors._Anchor,
)
MORE = {
    "Version": schemes.Version,
    "Custody": terms.Custody,
    "AccreditedRole": terms.AccreditedRole,
}
"""What modules ask for by name though it is no member's type, or is one under this name."""

HEAD = "// Written by `python -m tests.verifier.shapes`: what is read, by its types in Python.\n"
_WIDTH = 100
_CONTEXT = "@context"


class _Shapes:
    """Collects the types that records need, each under one name."""

    def __init__(self) -> None:
        self.shapes: dict[str, str | re.Pattern[str]] = {}
        self._of_class: dict[type, str] = {}
        self._aliases = dict(_aliases())
        self._named: dict[str, str] = {}

    def record(self, kind: type[Struct]) -> str:
        """Return the name of a record, and see that it is told."""
        if kind not in self._of_class:
            name = kind.__name__.lstrip("_")
            if name in self.shapes:
                if self.shapes[name] == ";".join(self._told(kind)):
                    return name
                name = kind.__module__.rpartition(".")[2].removesuffix("s").title() + name
            assert name not in self.shapes, name
            self._of_class[kind] = name
            self.shapes[name] = ""  # its place in the list is before what it needs
            self.shapes[name] = ";".join(self._told(kind))
        return self._of_class[kind]

    def named(self, name: str, of: object) -> None:
        """Tell a type under a name of its own."""
        self._tell(name, inspect.type_info(of))

    def _told(self, kind: type[Struct]) -> Iterator[str]:
        config = kind.__struct_config__
        told = inspect.type_info(kind)
        assert isinstance(told, inspect.StructType)
        mark = "" if told.forbid_unknown_fields else "~"
        yield f"{mark}{told.tag_field}={told.tag}" if told.tag_field else mark
        for member in told.fields:
            default = self._default(member, is_told=config.omit_defaults or mark == "~")
            name = member.name if member.encode_name != _CONTEXT else "context"
            own = kind.__name__.lstrip("_") + name.title().replace("_", "")
            type_ = "any" if name == "context" and not mark else self._type(member.type, own)
            yield f"{member.encode_name}{default} {type_}"

    @staticmethod
    def _default(member: inspect.Field, *, is_told: bool) -> str:
        """Return how absence is read; a member that is written again though absent is required."""
        if member.required:
            return ""
        if member.default is NODEFAULT:
            return "?"  # msgspec tells UNSET so
        return "?" + json.dumps(member.default) if is_told else ""

    def _type(self, told: inspect.Type, own: str) -> str:
        match told:
            case inspect.UnionType(types=types):
                kinds = [each for each in types if not isinstance(each, inspect.NoneType)]
                if all(isinstance(each, inspect.IntType | inspect.DecimalType) for each in kinds):
                    return "number"
                (one,) = kinds
                return self._type(one, own)
            case inspect.StructType(cls=cls):
                return self.record(cls)
            case inspect.VarTupleType(item_type=item, min_length=least, max_length=most):
                return f"{self._type(item, own)}[{least or 0},{'' if most is None else most}]"
            case inspect.IntType(gt=gt, ge=ge, le=le):
                least = ge if gt is None else gt + 1
                return f"{_number(least)}..{_number(le)}"
            case inspect.BoolType():
                return "bool"
            case inspect.DecimalType():
                return "number"
            case inspect.CustomType(cls=cls) if cls is object:
                return "any"
            case inspect.StrType(min_length=None, max_length=None, pattern=None):
                return "text"
            case inspect.LiteralType() if repr(told) not in self._aliases:
                return _words(told)
            case inspect.StrType() | inspect.LiteralType():
                return self._name(told, own)
        raise AssertionError(told)

    def _name(self, told: Any, own: str) -> str:  # noqa: ANN401  (a type of text)
        name = self._named.get(repr(told)) or self._aliases.get(repr(told))
        if name is None:
            is_length = isinstance(told, inspect.StrType) and told.pattern is None
            name = f"UpTo{told.max_length}" if is_length and not told.min_length else own
        assert name not in self.shapes or repr(told) in self._named, name
        self._tell(name, told)
        return name

    def _tell(self, name: str, told: inspect.Type) -> None:
        self._named[repr(told)] = name
        if isinstance(told, inspect.LiteralType):
            self.shapes[name] = _words(told)
        else:
            assert isinstance(told, inspect.StrType), told
            self.shapes[name] = _pattern(told)


def _aliases() -> Iterator[tuple[str, str]]:
    modules: tuple[ModuleType, ...] = (scopes, trust_acts, schemes, epcis, terms)
    for module in modules:
        for name, value in vars(module).items():
            if name[0].isupper() and get_args(value):
                told = inspect.type_info(value)
                if isinstance(told, inspect.StrType | inspect.LiteralType):
                    yield repr(told), name


def _number(value: int | None) -> str:
    """Return a bound as JavaScript reads it; no bound is what every integer is within."""
    digits = "" if value is None else str(value)
    return re.sub(r"(?<=1)0{4,}\Z", lambda zeros: f"e{len(zeros[0])}", digits)


def _words(told: inspect.LiteralType) -> str:
    words = [str(value) for value in told.values]
    assert not any(set(word) & set("|; ,[") for word in words), words
    return "=" + "|".join(words)


def _pattern(told: inspect.StrType) -> re.Pattern[str]:
    """Return one pattern for what Python checks as pattern and length, in code points."""
    least, most = told.min_length or 0, told.max_length
    if told.pattern is None:
        return re.compile(f"^.{{{least},{'' if most is None else most}}}$")
    pattern = told.pattern
    assert pattern.startswith(r"\A") and pattern.endswith(r"\Z"), pattern  # noqa: PT018
    body = pattern[2:-2]
    assert not re.search(r"\\[dwsbDWSBAZ]|\(\?[^:]|(?<!\\)[$^](?!\\x)", body), body
    ahead = "" if most is None and not least else f"(?=.{{{least},{most}}}$)"
    alone = f"(?:{body})" if "|" in re.sub(r"\([^()]*\)", "", body) else body
    return re.compile(f"^{ahead}{alone}$")


def script() -> str:
    """Return the module."""
    shapes = _Shapes()
    for kind in ROOTS:
        shapes.record(kind)
    for name, of in MORE.items():
        shapes.named(name, of)
    lines = [f"{_spelled(f'  {name}: ', shape)},\n" for name, shape in shapes.shapes.items()]
    return f"{HEAD}export default {{\n{''.join(lines)}}};\n"


def _spelled(name: str, shape: str | re.Pattern[str]) -> str:
    if isinstance(shape, re.Pattern):
        return f"{name}/{shape.pattern.replace('/', chr(92) + '/')}/su"
    if ";" not in shape:
        return name + json.dumps(shape)
    lines, line = [], f"{name}`"
    for part in shape.split(";"):
        if len(line) + len(part) > _WIDTH - 4:
            lines.append(line)
            line = "    "
        line += part + ";"
    return "\n".join([*lines, line[:-1]]) + "`"


assert PublishScheme in ROOTS, "schemes are read as acts carry them"

if __name__ == "__main__":
    SCRIPT.parent.mkdir(parents=True, exist_ok=True)
    SCRIPT.write_text(script(), encoding="utf-8")
