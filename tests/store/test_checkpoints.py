"""The file of signed checkpoints only grows, and only from where its reader saw it end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import ConflictError, CorruptedError, NotFoundError
from ledger.store.checkpoints import Checkpoints, Signed


@pytest.fixture
def checkpoints(tmp_path: Path) -> Iterator[Checkpoints]:
    made = Checkpoints.create(tmp_path / "checkpoints.db")
    yield made
    made.close()


def signed(size: int, note: str = "note") -> Signed:
    return Signed(size, bytes([size]) * 32, note, note)


def test_every_checkpoint_is_kept(tmp_path: Path, checkpoints: Checkpoints) -> None:
    assert checkpoints.last() is None
    checkpoints.publish(signed(1), None)
    checkpoints.publish(signed(4), signed(1))
    assert checkpoints.last() == checkpoints.at(4) == signed(4)
    again = Checkpoints(tmp_path / "checkpoints.db")
    assert again.all() == [signed(1), signed(4)]
    again.close()
    with pytest.raises(NotFoundError):
        checkpoints.at(2)


def test_whoever_is_late_does_not_publish(checkpoints: Checkpoints) -> None:
    checkpoints.publish(signed(3), None)
    for late in (None, signed(2)):
        with pytest.raises(ConflictError) as lost:
            checkpoints.publish(signed(5), late)
        assert lost.value.code == "checkpoint_moved"
    assert checkpoints.all() == [signed(3)]


def test_no_size_is_signed_twice(checkpoints: Checkpoints) -> None:
    checkpoints.publish(signed(3), None)
    with pytest.raises(CorruptedError):
        checkpoints.publish(signed(3, "another past"), signed(3))
    assert checkpoints.last() == signed(3)


def test_a_cosigned_copy_replaces_only_the_one_it_was_made_from(checkpoints: Checkpoints) -> None:
    checkpoints.publish(signed(3), None)
    old = checkpoints.at(3)
    checkpoints.cosign(old, "note and a witness")
    with pytest.raises(ConflictError):
        checkpoints.cosign(old, "note and another witness")
    last = checkpoints.last()
    assert last is not None
    assert (last.note, last.cosigned) == ("note", "note and a witness")


def test_the_file_is_neither_made_twice_nor_by_accident(
    tmp_path: Path, checkpoints: Checkpoints
) -> None:
    with pytest.raises(ConflictError):
        Checkpoints.create(tmp_path / "checkpoints.db")
    with pytest.raises(CorruptedError):
        Checkpoints(tmp_path / "elsewhere.db")
    assert not (tmp_path / "elsewhere.db").exists()
