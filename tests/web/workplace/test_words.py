"""Two catalogs for the workplaces that say the same things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.rice.profile import SPELLINGS
from tests.house import ROOT, blanks, unkind_words
from web.catalogs import CATALOGS
from web.workplace.steps import STEPS
from web.workplace.words import LANGUAGES, WORK, WorkLanguage

# Words that both languages share.
SAME = {
    *("unit.kg", "unit.percent", "unit.hectares", "unit.cm", "unit.number"),
    *("recall.kind.container", "recall.kind.pallet", "silos.silo"),
}
ADDED_UP = {"storing": {"mass_g"}}
"""Members that follow from what a form asks: a silo takes in what is put into it, to the gram."""
SAID = re.compile(r"""voice\.(?:say|count)\("([a-z_.]+)"[,)]""")
SCRIPT_SAID = re.compile(r"""\bsay\("([a-z_.]+)"[,)]""")


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    assert WORK["vi"].keys() == WORK["en"].keys()
    for key, text in WORK["en"].items():
        assert blanks(text) == blanks(WORK["vi"][key]), key
    assert {key for key, text in WORK["en"].items() if text == WORK["vi"][key]} <= SAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_twice_and_nothing_unkindly(language: WorkLanguage) -> None:
    assert not WORK[language].keys() & CATALOGS[language].keys()
    assert not unkind_words(WORK[language], language)


def test_every_sentence_of_templates_and_scripts_is_there() -> None:
    known = WORK["en"].keys() | CATALOGS["en"].keys()
    templates = (ROOT / "web/templates/workplace").glob("*.html")
    for file in templates:
        for key in SAID.findall(file.read_text(encoding="utf-8")):
            assert key in known or f"{key}.one" in known, f"{file.name} says {key}"
    for file in (ROOT / "web/static/workplace").glob("*.js"):
        for key in SCRIPT_SAID.findall(file.read_text(encoding="utf-8")):
            assert f"js.{key}" in WORK["en"], f"{file.name} says {key}"


def test_there_is_a_form_for_every_event_of_the_profile() -> None:
    assert {step.kind for step in STEPS} == {spelling.cte for spelling in SPELLINGS}
    for step in STEPS:
        assert f"do.{step.kind}" in WORK["vi"], step.kind


def test_a_form_asks_for_every_member_that_no_page_can_know() -> None:
    of_the_page = {"event_id", "at", "place", "continues", "conforms"}
    records = {spelling.cte: spelling.record for spelling in SPELLINGS}
    for step in STEPS:
        members = set(records[step.kind].__struct_fields__)
        asked = members - of_the_page - ADDED_UP.get(step.kind, set())
        assert {field.name for field in step.fields} == asked, step.kind


def test_a_catalog_is_a_file_for_each_part_and_language() -> None:
    for file in Path(ROOT / "web/i18n/workplace").iterdir():
        assert re.fullmatch(r"[a-z]+\.(vi|en)\.json", file.name), file.name
