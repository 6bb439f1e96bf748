"""What the script of the workplaces works out, as Node runs its modules."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.verifier.node import printed_by_node
from web.static_files import MODULES
from web.workplace.frame import spoken
from web.workplace.words import WorkLanguage, WorkVoice

RUNNER = Path(__file__).with_name("run.mjs")


@cache
def _folder() -> TemporaryDirectory[str]:
    """Return a folder with every module as it is served."""
    folder = TemporaryDirectory(prefix="rice-device-")
    for path, source in MODULES.items():
        file = Path(folder.name) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    (Path(folder.name) / "run.mjs").write_text(RUNNER.read_text("utf-8"), encoding="utf-8")
    return folder


def tried_on_device(cases: list[list[Any]], language: WorkLanguage = "vi") -> list[dict[str, Any]]:
    """Return what the modules answer to each question, or the code of a refusal; never a bug."""
    given = {"language": language, "words": spoken(WorkVoice(language)), "cases": cases}
    printed = printed_by_node(Path(_folder().name) / "run.mjs", given=json.dumps(given))
    answers: list[dict[str, Any]] = json.loads(printed)
    assert not [answer["bug"] for answer in answers if "bug" in answer]
    return answers


def asked_of_device(cases: list[list[Any]], language: WorkLanguage = "vi") -> list[Any]:
    """Return what the modules answer to each question; none is refused."""
    return [answer["answer"] for answer in tried_on_device(cases, language)]
