"""How often a label of a column is written by hand instead of read from its declaration (docs/adr/0022): may only fall.

``pytest -s`` prints the modules by what they name and why: ``stored`` is left to be declared, all else has its reason in ``REASONS``.
"""

import ast
import re
import sys
from collections import Counter, defaultdict

from django.apps import apps
from django.conf import settings

from tests.architecture.sources import nodes, said

HEAD = re.compile(r"<th\b[^>]*>\s*[^<{\s][^<]*</th>|\{% sort_head \"")
BY_HAND = {
    "field of a form": 224,
    "column of a workbook": 38,
    "column of a paper": 200,
    "field of the API": 85,
    "head of a list": 1352,
}
FIELDS = "CharField ChoiceField TypedChoiceField BooleanField figure whole day yes_no several ChosenFilter WordsFilter DayFilter"
CALLS = {
    "field of a form": set(FIELDS.split()),
    "column of a workbook": {"Column"},
    "column of a paper": {"PaperColumn"},
}


STORED, LIST, BELOW, PAGE = "stored under this name", "on a list that is not declared", "below the columns", "in a table of one page"
CONDITION = "condition of a list, which asks for what many columns hold"
REASONS = {
    "field of a form": "asked by a step, and stored under another name or nowhere",
    "column of a workbook": "filled in its own way, or shown beside what is filled in",
    "column of a paper": "joined, computed or frozen for the paper",
    "field of the API": "computed, frozen, or published under another name",
}


def named(call):
    """What a call makes under a label written by hand; None for anything else."""
    labels = [*call.args[:1], *(key.value for key in call.keywords if key.arg in {"label", "help_text"})]
    if not any(isinstance(label, ast.Constant) and isinstance(label.value, str) for label in labels):
        return None
    name = said(call.func)
    if name.startswith(("serializers.", "models.")):
        return "field of the API" if name.startswith("serializers.") else None
    return next((what for what, names in CALLS.items() if name.split(".")[-1] in names), None)


def reason_of(what, path, call, owner, stored):
    """Why the label is written by hand."""
    name, cls = owner
    words = [part.value for part in (*call.args[:2], *(key.value for key in call.keywords)) if isinstance(part, ast.Constant)]
    if what == "field of a form" and re.search("Filter|Query|Search", cls):
        return CONDITION
    if path.startswith("greendistrict/"):
        return BELOW
    known = {(one, re.split("[，；]", str(label))[0]) for one in (name, words[0] if words else "") for label in words} & stored
    return STORED if known and what != "column of a paper" else REASONS[what]


def by_reason():
    """Modules and templates by what they name by hand and why, as often as they do."""
    found = defaultdict(Counter)
    fields = (field for model in apps.get_models() for field in model._meta.get_fields())
    stored = {(field.name, str(field.verbose_name)) for field in fields if hasattr(field, "verbose_name")}
    owners = {
        id(line.value): (said(line.targets[0]), f"{cls.name} {ast.get_docstring(cls)}")
        for _, cls in nodes(ast.ClassDef)
        for line in cls.body
        if isinstance(line, ast.Assign)
    }
    for source, call in nodes(ast.Call):
        if what := named(call):
            found[what, reason_of(what, source.path, call, owners.get(id(call), ("", "")), stored)][source.path] += 1
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        reason = LIST if 'extends "base_list.html"' in text else PAGE
        found["head of a list", reason][path.relative_to(settings.BASE_DIR).as_posix()] += len(HEAD.findall(text))
    return found


def test_labels_are_written_by_hand_less_and_less():
    found, by_hand = by_reason(), Counter()
    for (what, reason), places in sorted(found.items()):
        by_hand[what] += places.total()
        where = ", ".join(f"{path} {number}" for path, number in places.most_common() if number)
        sys.stdout.write(f"{what}, {reason}: {places.total()}\n    {where}\n")
    assert by_hand == BY_HAND, "lower the number where it fell; declare the column where it rose"
