"""What a device writes and shows, as Node runs the modules that a page loads."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.verifier.node import printed_by_node
from web.static_files import MODULES

RUNNER = Path(__file__).with_name("run.mjs")


@cache
def _folder() -> TemporaryDirectory[str]:
    """Return a folder with every module as it is served, the words among them."""
    folder = TemporaryDirectory(prefix="rice-writer-")
    for path, source in MODULES.items():
        file = Path(folder.name) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    runner = Path(folder.name) / "run.mjs"
    runner.write_text(RUNNER.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def asked_of_node(cases: list[list[Any]]) -> list[dict[str, Any]]:
    """Return what Node answers to each question, a name and what it is about, in order."""
    printed = printed_by_node(Path(_folder().name) / "run.mjs", given=json.dumps(cases))
    answers: list[dict[str, Any]] = json.loads(printed)
    assert not [answer["bug"] for answer in answers if "bug" in answer]
    return answers
