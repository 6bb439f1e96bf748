from __future__ import annotations

from datetime import date

from ledger.scans.counting import Seen
from ledger.scans.notes import ScanNote, note_of
from web.scan_line import seen_text
from web.words import Voice

MAY = date(2026, 5, 3)


def note(devices: int, *places: str) -> ScanNote:
    return note_of(Seen(devices=devices, places=places, first_on=MAY, last_on=MAY), MAY)


def test_the_line_is_said_in_every_language() -> None:
    seen = note(1204, "VN-48", "JP")
    assert seen_text(seen, Voice("ja")) == (
        "2026年5月3日から、2の省・市または国の1,204台の端末で読み取られました"
    )
    assert "1.204 perangkat di 2 provinsi atau negara" in seen_text(seen, Voice("id"))
    assert seen_text(note(9, "JP"), Voice("zh")).endswith("在 9 台设备上被扫描")


def test_where_the_note_has_words_of_its_own_they_are_shown() -> None:
    seen = note(9, "VN-48", "VN-31")
    assert seen_text(seen, Voice("en")) == seen.text.en
    assert seen_text(seen, Voice("vi")) == seen.text.vi
