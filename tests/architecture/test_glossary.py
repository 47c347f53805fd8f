"""The glossary names classes, functions and modules that exist, and each term once."""

import re
from collections import Counter
from importlib import import_module

import pytest

from tests.architecture.sources import ROOT

ROW = re.compile(r"^\| (?P<chinese>[^|]+) \| (?P<english>[^|]+) \| (?P<code>`[^|]+`) \|$", re.MULTILINE)
ROWS = [match.groupdict() for match in ROW.finditer((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))]


def resolved(name):
    """What a dotted name stands for: a module, or an attribute of one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            found = getattr(found, attribute)
        return found
    raise LookupError(name)


@pytest.mark.parametrize("name", [name for row in ROWS for name in re.findall(r"`([^`]+)`", row["code"])])
def test_what_the_glossary_names_exists(name):
    assert resolved(name) is not None


def test_each_term_stands_once():
    assert len(ROWS) > 90
    for column in ("english", "code"):
        assert [term for term, times in Counter(row[column] for row in ROWS).items() if times > 1] == []
