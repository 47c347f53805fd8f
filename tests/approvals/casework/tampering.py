"""Changing one stored byte, looking whether it is named, and taking it back; a real panel for a walk of a case."""

from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from approvals.cases.dossier import label_of
from approvals.cases.models.cases import DecisionRecord
from approvals.casework.selectors.verification import decision_by_number, verify
from tests.factories.reviews import Scene, make_experts


def panel_of(walk):
    """The tests' panel, seated for a case of its own."""
    scene = object.__new__(Scene)
    scene.people, scene.secretary, scene.review = walk.people, walk.people.secretariat, walk.case.review
    scene.experts = make_experts(walk.people)
    return scene


@contextmanager
def savepoint():
    """Take back what a block changed."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def more(field):
    """One byte at the end."""
    return {field: Concat(F(field), Value("x"))}


def in_json(table, column, path, pk):
    """One word inside a stored JSON."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = jsonb_set({column}, %s, %s) WHERE {pk}", [path, '"x"'])  # noqa: S608 -- names of the test


def first(model, **changed):
    """Change of the first row."""
    return lambda: model.objects.filter(pk=model.objects.order_by("pk").first().pk).update(**changed)


def is_named(walk, part, change) -> None:
    """The change is named by its part."""
    with savepoint():
        change()
        found = verify(decision_by_number(walk.case.number))
        assert part in {row.part for row in found.changed}
        assert not found.holds


def file_is_named(walk, file, part="佐证材料", where="") -> None:
    """One byte of a stored file is named as what the file is."""
    path = Path(file.file.path)
    kept = path.read_bytes()
    try:
        path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        found = verify(decision_by_number(walk.case.number))
    finally:
        path.write_bytes(kept)
    assert [(row.part, row.where) for row in found.changed] == [(part, where or f"{file.key}.stored")]


def parts_with_content(case) -> set[str]:
    """Words of the parts that were frozen with something in them."""
    records = DecisionRecord.objects.filter(case=case)
    return {label_of(key) for record in records for key, part in record.parts.items() if any(part["content"].values())}
