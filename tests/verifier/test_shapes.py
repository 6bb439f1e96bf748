from __future__ import annotations

import re

from tests.verifier.shapes import SCRIPT, script


def test_the_shapes_are_those_of_the_types() -> None:
    """Where this fails, ``python -m tests.verifier.shapes`` writes the file anew."""
    assert SCRIPT.read_text(encoding="utf-8") == script()


def test_every_type_that_is_named_is_told() -> None:
    told = script()
    known = set(re.findall(r"^  (\w+): ", told, re.MULTILINE)) | {"any", "bool", "number", "text"}
    named = set(re.findall(r"[;\s][^\s;`]+ ([A-Za-z]\w*)(?=[;\[`])", told))
    assert len(known) > 60
    assert named <= known
