from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ledger.labels.design import arrange
from ledger.labels.drawings import Draughtsman, dark_runs
from ledger.labels.layouts import LAYOUTS, SYMBOL
from ledger.labels.series import unpack
from tests.label_samples import LONG, prints


def drawn(name: str) -> ET.Element:
    design = arrange(LONG, LAYOUTS.get(name, SYMBOL), 45)
    return ET.fromstring(Draughtsman(design).render(prints(1)[0]))  # noqa: S314  (our own drawing)


def test_the_symbol_alone_is_exactly_the_modules_in_millimetres() -> None:
    drawing = drawn(SYMBOL)
    assert drawing.attrib["width"] == drawing.attrib["height"] == "33.75mm"
    assert drawing.attrib["viewBox"] == "0 0 33.75 33.75"
    _, panel, symbol = drawing
    assert panel.attrib == {"fill": "#fff", "d": "M0 0h33.75v33.75h-33.75z"}
    assert symbol.attrib["transform"] == "translate(0 0) scale(0.75)"
    modules = np.zeros((45, 45), np.bool_)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", symbol.attrib["d"]):
        modules[int(y), int(x) : int(x) + int(length)] = True
    bits = prints(1)[0].bits
    assert np.array_equal(modules, unpack(bits, 45))
    assert sum(length for _, _, length in dark_runs(bits)) == modules.sum()


@pytest.mark.parametrize("name", ["roll-100x50", "a6"])
def test_a_label_has_its_words_as_outlines(name: str) -> None:
    drawing = drawn(name)
    title, _, symbol, *words = drawing
    assert title.text == prints(1)[0].bag.serial
    assert symbol.attrib["transform"].startswith("translate(")
    design = arrange(LONG, LAYOUTS[name], 45)
    assert len(words) == len(design.fixed) + 2
    assert all(one.attrib["d"] and "scale(" in one.attrib["transform"] for one in words)
    assert not drawing.findall(".//{*}text")
