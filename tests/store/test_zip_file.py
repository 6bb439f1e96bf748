"""One spelling of a ZIP file: anybody's program reads it, and nothing else is read."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import pytest

from ledger.errors import LedgerError, MalformedError
from ledger.store import zip_file
from ledger.store.zip_file import ZipReader, ZipWriter

FILES = {
    "README.txt": "Sổ lúa gạo\n".encode(),
    "empty": b"",
    "tile/0/x001/x234/067.p/5": bytes(range(160)),
}
HEAD, NAME = 30, b"README.txt"
LIMIT = 1 << 20


def written(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    writer = ZipWriter(out)
    for name, data in files.items():
        assert writer.add(name, data) == sha256(data).digest()
    length, digest = writer.close()
    assert (length, digest) == (len(out.getvalue()), sha256(out.getvalue()).digest())
    return out.getvalue()


def opened(data: bytes) -> ZipReader:
    return ZipReader(io.BytesIO(data), lambda _done, _of: None)


def other(fill: Callable[[zipfile.ZipFile], object]) -> bytes:
    """Return a ZIP file as other people's software makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        fill(made)
    return out.getvalue()


def plain(name: str) -> zipfile.ZipInfo:
    """Return a file as near to ours as other software makes it."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o100644 << 16
    return info


def test_anybody_can_unpack_what_is_written() -> None:
    with zipfile.ZipFile(io.BytesIO(written(FILES))) as made:
        assert made.testzip() is None
        assert {name: made.read(name) for name in made.namelist()} == FILES
        assert {info.compress_type for info in made.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_written_is_read_again() -> None:
    told: list[tuple[int, int]] = []
    data = written(FILES)
    reader = ZipReader(io.BytesIO(data), lambda done, of: told.append((done, of)))
    assert told[-1] == (len(data), len(data))
    assert list(reader.names()) == list(FILES)
    for name, content in FILES.items():
        assert reader.read(name, LIMIT) == content
        assert reader.digest(name) == sha256(content).digest()
    assert reader.read("README.txt", 4) is None
    assert reader.read("nowhere", LIMIT) is None
    assert reader.digest("nowhere") is None


def test_the_same_files_are_the_same_bytes_on_every_machine() -> None:
    digest = sha256(written(FILES)).hexdigest()
    assert digest == "30725f858b64b252e06712483351614195523e6cd62bd423dc2cc75a29db699c"


def test_any_flipped_bit_is_noticed() -> None:
    data = written(FILES)
    for at in range(len(data)):
        for bit in range(8):
            bent = bytearray(data)
            bent[at] ^= 1 << bit
            assert not _is_as_written(bytes(bent)), f"bit {bit} of byte {at}"
    assert _is_as_written(data)


def _is_as_written(data: bytes) -> bool:
    try:
        reader = opened(data)
    except MalformedError:
        return False
    digests = {name: reader.digest(name) for name in reader.names()}
    return digests == {name: sha256(content).digest() for name, content in FILES.items()}


def test_a_file_that_ends_early_or_late_is_refused() -> None:
    data = written(FILES)
    for length in range(len(data)):
        with pytest.raises(MalformedError, match="no archive"):
            opened(data[:length])
    for more in (b"\0", data):
        with pytest.raises(MalformedError, match="behind its end"):
            opened(data + more)
    with pytest.raises(MalformedError, match="does not begin"):
        opened(b"#!/bin/sh\n" + data)


HOSTILE: dict[str, Callable[[zipfile.ZipFile], object]] = {
    "a bomb": lambda made: made.writestr(plain("bomb"), bytes(LIMIT), zipfile.ZIP_DEFLATED),
    "a path outside": lambda made: made.writestr(plain("../../etc/passwd"), b"x"),
    "a path from the root": lambda made: made.writestr(plain("/etc/passwd"), b"x"),
    "a path of Windows": lambda made: made.writestr(plain("C:\\x"), b"x"),
    "a folder": lambda made: made.writestr(plain("tile/"), b""),
    "a hidden step": lambda made: made.writestr(plain("tile/./x"), b""),
    "a name in other letters": lambda made: made.writestr(plain("README\u200b.txt"), b"x"),
    "a long name": lambda made: made.writestr(plain("x" * 101), b"x"),
    "a date": lambda made: made.writestr(zipfile.ZipInfo("x", (2026, 3, 1, 8, 0, 0)), b"x"),
    "nothing": lambda _made: None,
}


@pytest.mark.parametrize("fill", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_others_pack_is_refused(fill: Callable[[zipfile.ZipFile], object]) -> None:
    with pytest.raises(MalformedError) as refusal:
        opened(other(fill))
    assert refusal.value.code == "archive_unreadable"
    assert refusal.value.words.vi != refusal.value.words.en


def test_a_plain_file_that_others_pack_is_told_from_a_link_a_comment_and_an_extra_field() -> None:
    def refused(name: str, value: object) -> bool:
        info = plain("x")
        setattr(info, name, value)
        try:
            opened(other(lambda made: made.writestr(info, b"y")))
        except LedgerError:
            return True
        return False

    assert not refused("comment", b"")  # as near to ours as that: the same bytes
    assert refused("external_attr", 0o120777 << 16)
    assert refused("comment", b"hello")
    assert refused("extra", struct.pack("<2H4s", 0xCAFE, 4, b"hide"))
    assert refused("create_system", 0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(plain("x"), b"y")
        made.comment = b"z"
    with pytest.raises(MalformedError, match="list of files"):
        opened(out.getvalue())


def test_a_name_twice_is_refused() -> None:
    out = io.BytesIO()
    writer = ZipWriter(out)
    writer.add("x", b"1")
    writer.add("x", b"2")
    writer.close()
    with pytest.raises(MalformedError, match="twice"):
        opened(out.getvalue())


def test_files_that_overlap_are_refused() -> None:
    """One run of bytes under a thousand names unpacks into a thousand times its length."""
    out = io.BytesIO()
    writer = ZipWriter(out)
    writer.add("x", bytes(1000))
    kernel = writer._members[0]
    writer._members += [
        zip_file.Member(f"x{number}", 0, kernel.length, kernel.crc, kernel.digest)
        for number in range(1000)
    ]
    writer.close()
    with pytest.raises(MalformedError, match="list of files"):
        opened(out.getvalue())


def test_a_head_that_says_another_name_than_the_list_is_refused() -> None:
    data = written(FILES)
    for start in (data.index(NAME), data.rindex(NAME)):
        with pytest.raises(MalformedError, match="list of files"):
            opened(data[:start] + b"README.exe" + data[start + len(NAME) :])


def test_a_length_beyond_the_file_is_refused_before_it_is_read() -> None:
    data = bytearray(written(FILES))
    data[18:26] = b"\xff\xff\xff\x7f" * 2
    with pytest.raises(MalformedError, match=r"ends inside README\.txt"):
        opened(bytes(data))


def test_more_files_than_memory_has_room_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(FILES)
    monkeypatch.setattr(zip_file, "FILES_MAX", len(FILES))
    assert len(list(opened(data).names())) == len(FILES)
    monkeypatch.setattr(zip_file, "FILES_MAX", len(FILES) - 1)
    with pytest.raises(MalformedError, match="more than 2 files"):
        opened(data)


def test_more_files_than_two_bytes_count() -> None:
    files = {f"statements/{number:05}": b"" for number in range(1 << 16)}
    data = written(files)
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        assert made.namelist() == list(files)
    assert list(opened(data).names()) == list(files)


def test_a_file_beyond_four_gibibytes(tmp_path: Path) -> None:
    """The bytes before it are a hole; other people's software finds the file all the same."""
    name, content, offset = "statements/999", b"x", 5 << 30
    out = io.BytesIO()
    ZipWriter(out).add(name, content)
    member = zip_file.Member(name, offset, 1, crc32(content), sha256(content).digest())
    path = tmp_path / "long.zip"
    with path.open("wb") as file:
        file.seek(offset)
        file.write(out.getvalue())
        for piece in zip_file._directory([member], offset + len(out.getvalue())):
            file.write(piece)
    with zipfile.ZipFile(path) as made:
        assert made.infolist()[0].header_offset == offset
        assert made.read(name) == content
