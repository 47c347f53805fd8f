"""口径说明: every meaning names a selector that exists; workbooks that are written by hand carry the sheet."""

import importlib
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from greendistrict.core import clock
from indicators.editions.models import Edition
from reports.common import definitions
from reports.common.definitions import HEADS, SHEET, TERMS
from reports.examination.figures import COLUMNS, examination, examination_book
from reports.sensitivity.figures import SensitivityOutcome
from reports.sensitivity.xlsx import HEAD, workbook

REGISTRIES = [value for name, value in vars(definitions).items() if name.endswith("_MEANINGS")]


def lines(content):
    """Rows of the sheet below its heads."""
    sheet = load_workbook(BytesIO(content))[SHEET]
    assert [cell.value for cell in sheet[3]] == list(HEADS)
    return list(sheet.iter_rows(min_row=4, values_only=True))


@pytest.mark.parametrize("registry", REGISTRIES)
def test_each_meaning_is_said_and_names_a_selector_that_exists(registry):
    missing = []
    for key, meaning in registry.items():
        module, _, name = meaning.selector.rpartition(".")
        if not callable(getattr(importlib.import_module(module), name, None)):
            missing.append((key, meaning.selector))
        assert len(meaning.words) >= 4
        assert not re.search(r"[A-Za-z_]{4,}|。$", meaning.words.replace("SHA-256", "")), key
    assert missing == []


def test_a_word_is_explained_once():
    assert len({name for name, _ in TERMS}) == len(TERMS)


@pytest.mark.django_db
def test_the_examination_says_what_each_column_counts():
    found = examination(2026, clock.today(), demo=True)
    rows = lines(examination_book(found))
    assert [(name, unit) for name, unit, *_ in rows] == [(name, "个") for name in COLUMNS.values()]
    assert all(all(row) for row in rows)


def test_the_sensitivity_says_what_its_figures_are():
    rows = lines(workbook(SensitivityOutcome(Edition(code="GD-REF", title="参考"), [], [])))
    assert {row[0] for row in rows} == {head for head in HEAD if "总分" in head or "取值" in head}
    assert all(all(row) for row in rows)
