"""What a fact is: something known under one key, perhaps with a life. The facts are in `facts`."""

from __future__ import annotations

from msgspec import Struct


class Fact(Struct, frozen=True, kw_only=True, tag_field="fact", gc=False):
    """Anything known under a key.

    No fact can hold itself, so none is looked at for cycles: a long append keeps many. So it is
    with acts, events and rows of files.
    """

    @property
    def key(self) -> str:
        """Return the key this fact is kept under."""
        raise NotImplementedError


class Spell(Struct, frozen=True, kw_only=True):
    """A state that holds from a day on (that day included) until the next spell.

    ``kids`` are the keys that signed it and ``recorded_at`` is when, where that can come to matter.
    """

    from_on: str
    state: str
    reason: str = ""
    kids: tuple[str, ...] = ()
    recorded_at: str = ""
    index: int
