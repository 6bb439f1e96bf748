"""Modules of JavaScript as one script, without what only their readers need.

A phone on a slow line would ask for seventy small files one after the other; joined and without
comments and indentation they are one, and half as large. There is no build step: the files in
``static`` run as they are, and this turns their text into other text.

Only the JavaScript that this house writes is understood: one import or export to a statement that
begins its line, no default export but an object, no template within a template, no cycle. Anything
else is an assertion, and `tests/web/test_joining.py` joins every module there is.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"""
      (?P<text> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | `(?:\\.|[^`\\])*` )
    | (?P<comment> /\*.*?\*/ | //[^\n]* )
    | (?P<pattern> (?: ^ | (?<=[(,=:\[!&|?{};>]) | (?<=return) ) \s*
        /(?![/*]) (?: \\. | \[(?:\\.|[^\]\\\n])*\] | [^/\\\n\[] )+ / [a-z]* )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
# A sign before a sign of its kind would become another (`a + +b`), so these two are left alone.
_LOOSE = re.compile(r"[ ]*([=,:{}()?|&;<>*\[\]!])[ ]*")
# Where a line ends or the next begins with such a sign, no statement can end there.
_ENDLESS = re.compile(r"(?<=[{;,(\[=&|?:>])\n+|\n+(?=[)\]},;.?:&|])")
_IMPORT = re.compile(
    r"^import (?:\* as (?P<whole>\w+)|(?P<one>\w+)|\{(?P<some>[^}]*)\}) from \"(?P<path>[^\"]+)\""
    r"(?: with \{ type: \"json\" \})?;$",
    re.MULTILINE,
)
_PASSED_ON = re.compile(r"^export \{(?P<some>[^}]*)\} from \"(?P<path>[^\"]+)\";$", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*? |class |const )(\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (?=\{)", re.MULTILINE)


def slim(source: str) -> str:
    """Return a script without comments, indentation, and blanks and line ends around signs."""
    slimmed, at = "", 0
    for token in _TOKEN.finditer(source):
        slimmed = _add(slimmed, source[at : token.start()]) + _kept(token)
        at = token.end()
    return _add(slimmed, source[at:])


def _add(slimmed: str, code: str) -> str:
    """Add code to what is slim already, without empty lines."""
    lines = (_LOOSE.sub(r"\1", line.strip(" ")) for line in code.split("\n"))
    tight = _ENDLESS.sub("", re.sub(r"\n+", "\n", "\n".join(lines)))
    is_begun = slimmed and slimmed[-1] not in "\n{;,(["
    return slimmed + (tight if is_begun else tight.lstrip("\n"))


def join(modules: Mapping[str, str], entry: str) -> str:
    """Return one script that does what a module and all it imports do, each run once.

    Paths name the modules; one that ends in ``.json`` is data.
    """
    names: dict[str, str] = {}
    begun: list[str] = []
    parts: list[str] = []

    def name_of(path: str) -> str:
        if path not in names:
            assert path not in begun, f"modules in a circle: {' '.join(begun)}"
            begun.append(path)
            if path.endswith(".json"):
                written = f"{{default:{_compact(modules[path])}}}"
            else:
                written = f"(()=>{{\n{_as_body(modules[path], path, name_of)}}})()"
            begun.pop()
            names[path] = f"$m{len(names)}"
            parts.append(f"const {names[path]}={written};\n")
        return names[path]

    name_of(entry)
    return f'(()=>{{\n"use strict";\n{"".join(parts)}}})();\n'


def _as_body(source: str, path: str, name_of: Callable[[str], str]) -> str:
    """Return a module as the body of a function that returns what the module exports."""
    folder = posixpath.dirname(path)
    exported = {name: name for name in _EXPORTED.findall(source)}

    def named(found: re.Match[str]) -> str:
        return name_of(posixpath.normpath(posixpath.join(folder, found["path"])))

    def imported(found: re.Match[str]) -> str:
        if found["whole"]:
            return f"const {found['whole']}={named(found)};"
        if found["one"]:
            return f"const {found['one']}={named(found)}.default;"
        return f"const {{{found['some'].replace(' as ', ':')}}}={named(found)};"

    def passed_on(found: re.Match[str]) -> str:
        module = named(found)
        for name in filter(None, re.split(r"[,\s]+", found["some"])):
            exported[name] = f"{module}.{name}"
        return ""

    body = _PASSED_ON.sub(passed_on, _IMPORT.sub(imported, source))
    if _DEFAULT.search(body):
        exported["default"] = "$default"
        body = _DEFAULT.sub("const $default=", body)
    body = re.sub(r"^export (?=async |function|class |const )", "", body, flags=re.MULTILINE)
    assert not re.search(r"^(import|export)\b", body, re.MULTILINE), f"{path}: what is exported?"
    listed = ",".join(
        name if name == value else f"{name}:{value}" for name, value in exported.items()
    )
    return slim(body) + f"return{{{listed}}};\n"


def _compact(data: str) -> str:
    """Return JSON without blanks; JSON is JavaScript (ECMA-262, edition of 2019)."""
    return json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":"))


def _kept(token: re.Match[str]) -> str:
    """Return what is kept of a token; a comment within a line held its place as a blank."""
    if token["comment"]:
        is_last = token.string[token.end() : token.end() + 1] in {"", "\n"}
        return "" if is_last else " "
    _, blank, after = token[0].rpartition("${")
    is_whole = after.count("}") > after.count("{")
    assert is_whole or not blank or token[0][0] != "`", f"a template within one: {token[0]}"
    return token[0]
