"""Boxes in which two devices of one organisation leave each other a message for a few minutes.

A new device leaves a draft that it has signed, an administrator's device leaves the receipt. A box
is found by whoever knows its name, 128 random bits that one device shows the other as a symbol;
nothing in it is believed for having been there: a draft is read, checked, shown and compared by
the person who signs it.

Boxes are kept in the memory of one process; where several serve the pages, those below
``/workplace/boxes`` have to reach the same one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from ledger.errors import CODES, MalformedError, Words

KEPT_SECONDS = 900
BOXES_MAX = 1_000
MESSAGE_LENGTH_MAX = 16_384
MESSAGES_MAX = 4
_NAME_LENGTH = 32

CODES |= {
    "box_name": Words(
        "This is not the name of a box: 32 digits from 0 to 9 and a to f.",
        "Đây không phải tên hộp: cần 32 ký tự từ 0 đến 9 và a đến f.",
    ),
    "box_full": Words(
        "This box holds all it can. Begin again with a new invitation.",
        "Hộp này đã đầy. Hãy bắt đầu lại bằng lời mời mới.",
    ),
}


class Boxes:
    """All boxes of one process; the oldest give way where there are too many."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._boxes: OrderedDict[str, tuple[float, list[bytes]]] = OrderedDict()

    def put(self, name: str, message: bytes) -> int:
        """Leave a message; return which of its box it is, from 1 on."""
        _check_name(name)
        if len(message) > MESSAGE_LENGTH_MAX:
            raise MalformedError("oversized", length=len(message), limit=MESSAGE_LENGTH_MAX)
        with self._lock:
            self._forget()
            _, messages = self._boxes.setdefault(name, (self._seconds(), []))
            if message in messages:  # sent again after a lost answer
                return messages.index(message) + 1
            if len(messages) >= MESSAGES_MAX:
                raise MalformedError("box_full")
            messages.append(message)
            while len(self._boxes) > BOXES_MAX:
                self._boxes.popitem(last=False)
            return len(messages)

    def take(self, name: str, number: int) -> bytes | None:
        """Return a message by its number, if it is there; it stays until its time is over."""
        _check_name(name)
        with self._lock:
            self._forget()
            _, messages = self._boxes.get(name, (0.0, []))
            return messages[number - 1] if 1 <= number <= len(messages) else None

    def _forget(self) -> None:
        """Drop what was begun too long ago; boxes stand in the order they were begun."""
        since = self._seconds() - KEPT_SECONDS
        while self._boxes and next(iter(self._boxes.values()))[0] < since:
            self._boxes.popitem(last=False)


def _check_name(name: str) -> None:
    if len(name) != _NAME_LENGTH or not set(name) <= set("0123456789abcdef"):
        raise MalformedError("box_name")
