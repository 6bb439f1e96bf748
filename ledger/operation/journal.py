"""What a server tells of itself: one line for each event of note, and never about whom.

A line says what happened, under which route template, how long it took, which code refused. What is
named in an address, who asked, with which program, and what a database or a sender put into words
stays out: of lines that libraries write only the template is kept, of an exception only its type
and where it arose.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, TextIO

from msgspec import json

from ledger.errors import LedgerError

FOREIGN_LENGTH_MAX = 200
FRAMES_MAX = 12
_ROOT = Path(__file__).parents[2]
_MEMBERS = "rice_ledger_members"
_log = logging.getLogger("rice-ledger")
_encode = json.Encoder().encode

Member = str | int | float | list[str]


def note(event: str, *, level: int = logging.INFO, **members: Member) -> None:
    """Write down an event."""
    _log.log(level, event, extra={_MEMBERS: members})


def note_request(method: str, route: str, status: int, told: Mapping[str, Member]) -> None:
    """Write down a request that was answered."""
    if _log.isEnabledFor(logging.INFO):
        members = {"method": method, "route": route, "status": status, **told}
        _log.info("request", extra={_MEMBERS: members})


def note_trouble(error: BaseException, route: str) -> str:
    """Write down a trouble of ours; return the number under which it is found again."""
    reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    note(
        "trouble",
        level=logging.ERROR,
        reference=reference,
        route=route,
        **_told(error),
    )
    return reference


def note_refusal(refusal: LedgerError, route: str) -> None:
    """Write down a refusal that is our side's, not the sender's."""
    note("not_done", level=logging.ERROR, code=refusal.code, route=route, **_told(refusal))


def begin_log(stream: TextIO, level: str = "info", form: Literal["json", "text"] = "json") -> None:
    """Have everything that is logged in this process written to a stream, in one form."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level.upper())
    for library in ("uvicorn", "httpx", "httpcore", "asyncio", "multipart"):
        logging.getLogger(library).setLevel(
            logging.WARNING
        )  # their news are not ours, or are addresses


class JsonLines(logging.Formatter):
    """One JSON object on each line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return _encode(_record(record)).decode()


class TextLines(logging.Formatter):
    """The same for people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        said = _record(record)
        begin = " ".join(str(said.pop(name)) for name in ("at", "level", "event"))
        return " ".join([begin, *(f"{name}={value}" for name, value in said.items())])


def _record(record: logging.LogRecord) -> dict[str, Member]:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    said: dict[str, Member] = {"at": at.replace("+00:00", "Z"), "level": record.levelname.lower()}
    members: Mapping[str, Member] | None = getattr(record, _MEMBERS, None)
    if members is not None:
        return {**said, "event": str(record.msg), **members}
    # Somebody else's line: what was put into it may name anything, and so may an exception's words.
    template = str(record.msg).strip().partition("\n")[0][:FOREIGN_LENGTH_MAX]
    said |= {"event": "library", "logger": record.name, "template": template}
    if record.exc_info and record.exc_info[1] is not None:
        said |= _told(record.exc_info[1])
    return said


def _told(error: BaseException) -> dict[str, Member]:
    """Return of an exception and what caused it the types, and where each arose."""
    kinds, frames = list[str](), list[str]()
    seen: BaseException | None = error
    while seen is not None and len(kinds) < FRAMES_MAX:
        code = f" {seen.code}" if isinstance(seen, LedgerError) else ""
        kinds.append(f"{type(seen).__name__}{code}")
        frames += _frames(seen.__traceback__)
        seen = seen.__cause__ or seen.__context__
    return {"kinds": kinds, "frames": frames[-FRAMES_MAX:]}


def _frames(trace: TracebackType | None) -> list[str]:
    return [
        f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]


def _short(file: str) -> str:
    """Return a file's path within what is installed: where that is concerns nobody."""
    path = Path(file)
    if path.is_relative_to(_ROOT):
        return path.relative_to(_ROOT).as_posix()
    return "/".join(path.parts[-2:])
