"""The line about where a bag was seen, in the language of a page.

A note comes with its words in Vietnamese and English; here the same is said from its numbers.
"""

from __future__ import annotations

from ledger.scans.notes import ScanNote, kind_of_places
from web.words import Voice


def seen_text(note: ScanNote, voice: Voice) -> str:
    """Return how many devices saw a bag, where and since when."""
    if voice.language == voice.nearest:
        return voice.choose(note.text)
    since = voice.day(note.since.isoformat())
    if len(note.places) < 2:  # noqa: PLR2004  (one place, or none that is known)
        return voice.say("seen.anywhere", devices=note.devices, since=since)
    places = voice.say(f"seen.{kind_of_places(note.places)}", n=len(note.places))
    return voice.say("seen.in_places", devices=note.devices, places=places, since=since)
