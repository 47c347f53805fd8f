"""Table of duties: docs equal the declarations, each duty rests on a policy rule, none is declared without a collector."""

from pathlib import Path

from greendistrict.policy.loader import all_policies
from obligations.duties import kinds
from obligations.duty_table import OF_DISTRICT, ROWS
from scripts.duties_table import table

DOCS = Path(__file__).resolve().parents[2] / "docs" / "obligations.md"


def test_the_docs_show_the_declarations():
    """Run ``.venv/bin/python -m scripts.duties_table`` and replace the table."""
    assert table() in DOCS.read_text(encoding="utf-8")


def test_each_row_stands_on_a_rule_that_exists():
    rules = {rule.id: rule.cite for policy in all_policies() for rule in policy.rules}
    assert {row.rule for row in ROWS if row.rule} <= set(rules)


def test_what_is_registered_is_declared():
    declared = {row.key: row for row in ROWS}
    assert len(declared) == len(ROWS)
    assert all(declared[key] is kind for key, kind in kinds().items())
    assert set(declared) >= OF_DISTRICT
