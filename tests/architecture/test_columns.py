"""How often a label of a column is written by hand instead of read from its declaration (docs/adr/0022): may only fall."""

import ast
import re
from collections import Counter

from django.conf import settings

from tests.architecture.sources import nodes, said

HEAD = re.compile(r"<th\b[^>]*>\s*[^<{\s][^<]*</th>|\{% sort_head \"")
BY_HAND = {
    "field of a form": 405,
    "column of a workbook": 82,
    "column of a paper": 243,
    "field of the API": 249,
    "head of a list": 1518,
}
CALLS = {
    "field of a form": {"CharField", "ChoiceField", "TypedChoiceField", "BooleanField", "figure", "whole", "day", "yes_no", "several"},
    "column of a workbook": {"Column"},
    "column of a paper": {"PaperColumn"},
}


def by_hand():
    found = Counter()
    for _, node in nodes(ast.Call):
        name = said(node.func).split(".")[-1]
        labels = [node.args[0] if node.args else None, *(key.value for key in node.keywords if key.arg in {"label", "help_text"})]
        if not any(isinstance(label, ast.Constant) and isinstance(label.value, str) for label in labels if label):
            continue
        if said(node.func).startswith("serializers."):
            found["field of the API"] += 1
        elif not said(node.func).startswith("models."):
            found.update(what for what, names in CALLS.items() if name in names)
    found["head of a list"] = sum(
        len(HEAD.findall(path.read_text(encoding="utf-8"))) for path in (settings.BASE_DIR / "templates").rglob("*.html")
    )
    return dict(found)


def test_labels_are_written_by_hand_less_and_less():
    assert by_hand() == BY_HAND, "lower the number where it fell; declare the column where it rose"
