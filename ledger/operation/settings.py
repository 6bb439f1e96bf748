"""How a server is run: each setting from an option, else the environment, else a file, else usual.

Nothing secret is a setting: keys and passphrases are named by the file they lie in. What a setting
is, and where it came from, can be shown to anybody (`show`). Which proxies are believed stands in
``scans.json`` beside what it is needed for (`scans.settings`), and which database in
``ledger.json``: neither changes from one start of the server to the next.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from msgspec import Meta, MsgspecError, Struct, convert, json, structs

from ledger.errors import CODES, MalformedError, NotFoundError, Words
from ledger.rice.digital_link import parse_digital_link

CODES |= {
    "settings_unreadable": Words(
        "The configuration {file} cannot be read: {what}.",
        "Không đọc được tệp cấu hình {file}: {what}.",
    ),
    "setting_unknown": Words(
        "{where} sets {name}, and there is no such setting. There are: {known}.",
        "{where} đặt {name}, nhưng không có thiết lập nào như vậy. Có các thiết lập: {known}.",
    ),
    "setting_refused": Words(
        "{where} sets {name} to something it cannot be: {what}.",
        "{where} đặt {name} bằng giá trị không dùng được: {what}.",
    ),
}

PREFIX = "RICE_LEDGER_"
USUAL = "usual"
_GTIN_LINK = "/01/09521234000303"
_PATHS = {"folder", "log_key_file", "passphrase_file"}

Seconds = Annotated[float, Meta(ge=0.1, le=3600)]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Host = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9.:_-]{1,255}\Z")]
FilePath = Annotated[str, Meta(pattern=r"\A[^\0]*\Z")]


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a server is run."""

    folder: Annotated[str, Meta(pattern=r"\A[^\0]+\Z")] = "."
    """Folder of the ledger."""
    host: Host = "127.0.0.1"
    port: Port = 8000
    """0 for a free one."""
    log_key_file: FilePath = ""
    """``log.age`` in the folder if not given."""
    passphrase_file: FilePath = ""
    publish_seconds: Seconds = 2.0
    """How long an entry waits for its checkpoint."""
    late_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 60
    """How long it may have waited before the server calls itself not ready."""
    resolver: str = ""
    """What links on labels begin with, if not what ``ledger.json`` says."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"
    metrics_host: Host = "127.0.0.1"
    metrics_port: Port = 0
    """0 for none. Metrics have an address of their own, which the public is never shown."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings in force, where each came from, and variables that look like one and are not."""

    settings: Settings
    sources: Mapping[str, str]
    unknown: tuple[str, ...]


_TYPES = get_type_hints(Settings, include_extras=True)
_OTHER_VARIABLES = {"CONFIG", "PASSPHRASE", "PIN"}


def read_settings(
    file: Path | None, environment: Mapping[str, str], options: Mapping[str, object]
) -> InForce:
    """Return the settings in force: options go before variables, those before the file.

    An empty variable, and an option that is None, count as not given. Paths in the file are meant
    from the file's own folder.
    """
    values: dict[str, object] = {}
    sources = dict.fromkeys(_TYPES, USUAL)
    if file is not None:
        for name, (value, where) in _in_file(file).items():
            values[name], sources[name] = value, where
    for name in _TYPES:
        variable = PREFIX + name.upper()
        if text := environment.get(variable, ""):
            values[name] = _checked(name, text, variable, strict=False)
            sources[name] = variable
        option = options.get(name)
        if option is not None:
            where = f"--{name.replace('_', '-')}"
            values[name], sources[name] = _checked(name, option, where), where
    ours = _OTHER_VARIABLES | {name.upper() for name in _TYPES}
    unknown = sorted(
        one
        for one in environment
        if one.startswith(PREFIX) and one.removeprefix(PREFIX) not in ours
    )
    return InForce(Settings(**values), sources, tuple(unknown))  # type: ignore[arg-type]


def show(force: InForce) -> list[str]:
    """Return the settings as lines of a configuration file, each with where it came from."""
    shown = structs.asdict(force.settings)
    lines = {name: f"{name} = {json.encode(value).decode()}" for name, value in shown.items()}
    width = max(map(len, lines.values()))
    return [f"{line:{width}}  # {force.sources[name]}" for name, line in lines.items()]


def _in_file(file: Path) -> dict[str, tuple[object, str]]:
    """Return what a configuration file sets, and on which line."""
    try:
        text = file.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError as error:
        raise NotFoundError("file_closed", file=str(file), what=str(error.strerror)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MalformedError("settings_unreadable", file=str(file), what=str(error)) from error
    found: dict[str, tuple[object, str]] = {}
    for name, value in table.items():
        where = f"{file}:{_line_of(name, text)}"
        if name not in _TYPES:
            raise MalformedError("setting_unknown", where=where, name=name, known=", ".join(_TYPES))
        checked = _checked(name, value, where)
        if name in _PATHS and checked:
            checked = str(file.parent / str(checked))
        found[name] = checked, where
    return found


def _checked(name: str, value: object, where: str, *, strict: bool = True) -> object:
    """Return a value as the setting keeps it, or refuse it."""
    try:
        kept: Any = convert(value, _TYPES[name], strict=strict)
        if isinstance(kept, float) and not isfinite(kept):
            raise MalformedError("setting_refused", where=where, name=name, what=str(value))
        if name == "resolver" and kept:
            parse_digital_link(f"{kept}{_GTIN_LINK}")
    except (MsgspecError, MalformedError) as error:
        raise MalformedError("setting_refused", where=where, name=name, what=str(error)) from error
    return kept


def _line_of(name: str, text: str) -> int:
    """Return the line on which a member of the top of a file begins."""
    begins = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}["']?\s*[=.\]]""")
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if begins.match(line)), 1)
