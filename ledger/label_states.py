"""What became of the labels of a lot: which wait, which are cancelled, which bags are marked.

Nothing is kept per bag but the marks, so everything here is ranges of bag numbers, both ends
included, in order and apart from each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ledger.errors import CODES, NotFoundError, Words
from ledger.rice.facts import LabelBatch, LabelSpan, Lettering, Lot, MarkedBag, find
from ledger.rice.labels import LabelBatch as Issue
from ledger.rice.lettering import labels_left
from ledger.store.store import Reading

CODES |= {
    "labels_all_issued": Words(
        "Every bag of lot {lot} has a label. Cancel those that are lost or spoiled first"
        " (void-labels); as many may then be issued anew.",
        "Bao nào của lô {lot} cũng đã có tem. Hãy hủy tem mất hoặc hỏng trước (void-labels); sau"
        " đó được phát lại đúng số đã hủy.",
    ),
}

Range = tuple[int, int]

_BAGS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch of labels and what became of it; cancelled labels neither wait nor are in use."""

    issued: LabelBatch
    waiting: tuple[Range, ...]
    sold: tuple[Range, ...]
    opened: tuple[Range, ...]

    @property
    def voided(self) -> tuple[LabelSpan, ...]:
        """The spans of cancelled labels, in order; no label is cancelled twice."""
        return tuple(sorted(self.issued.voided, key=lambda span: span.first))

    @property
    def in_use(self) -> int:
        """How many labels count on a bag."""
        voided = size_of((span.first, span.last) for span in self.issued.voided)
        return self.issued.count - voided - size_of(self.waiting)


def batches_of(view: Reading, lot: str) -> list[BatchState]:
    """Return the batches issued for a lot, in order of entry."""
    lettering = find(view, Lettering, f"lettering:{lot}")
    known = (find(view, LabelBatch, f"labels:{name}") for name in _names(lettering))
    return [_state_of(view, issued) for issued in known if issued is not None]


def left_to_issue(view: Reading, lot: str) -> int:
    """Return how many labels may still be issued for a lot."""
    known = find(view, Lot, f"lot:{lot}")
    if known is None:
        raise NotFoundError("name_unknown", name=lot)
    return max(0, labels_left(known, find(view, Lettering, f"lettering:{lot}")))


def next_batch_name(view: Reading, lot: str) -> str:
    """Return the name of a lot's next batch: the first one's and a number."""
    before = find(view, Lettering, f"lettering:{lot}")
    if before is None:
        return Issue.of_lot(lot, 1).lot
    return f"{before.batches[0]}-{len(before.batches) + 1}"


def size_of(ranges: Iterable[Range]) -> int:
    """Return how many numbers are in ranges that do not overlap."""
    return sum(last - first + 1 for first, last in ranges)


def _names(lettering: Lettering | None) -> tuple[str, ...]:
    return lettering.batches if lettering else ()


def _state_of(view: Reading, issued: LabelBatch) -> BatchState:
    marks = list(_marks(view, issued.id))
    gone = [(span.first, span.last) for span in (*issued.used, *issued.voided)]
    return BatchState(
        issued=issued,
        waiting=tuple(_between(gone, issued.count)) if issued.waiting else (),
        sold=tuple(_runs(bag.number for bag in marks if bag.state == "sold")),
        opened=tuple(_runs(bag.number for bag in marks if bag.state == "opened")),
    )


def _marks(view: Reading, batch: str) -> Iterator[MarkedBag]:
    """Yield the marks on bags of a batch, by reading no others."""
    after = f"bag:{batch}/"
    while page := view.facts_of("bag", after, _BAGS_AT_ONCE):
        for bag in page:
            if not isinstance(bag, MarkedBag) or bag.batch != batch:
                return
            yield bag
        after = page[-1].key


def _runs(numbers: Iterable[int]) -> Iterator[Range]:
    """Yield numbers as ranges."""
    # Neighbours have the same distance to their places in the row.
    for _, pairs in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in pairs]
        yield run[0], run[-1]


def _between(ranges: Iterable[Range], count: int) -> Iterator[Range]:
    """Yield the numbers from 1 to ``count`` that are in no range; ranges may overlap."""
    reached = 0
    for first, last in sorted(ranges):
        if first > reached + 1:
            yield reached + 1, first - 1
        reached = max(reached, last)
    if reached < count:
        yield reached + 1, count
