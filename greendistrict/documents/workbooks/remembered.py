"""Columns that the people of a body chose for heads of its sheets, kept for the next sheet of the same kind of import."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from greendistrict.core.writing import writing
from greendistrict.documents.models import ChosenHeads
from greendistrict.documents.workbooks.heads_alike import bare_head

if TYPE_CHECKING:
    from django.http import QueryDict


def remembered_heads(kind: str, bodies: Collection[int]) -> dict[str, str]:
    """Labels of columns by head (``bare_head``) as they were chosen in these bodies (keys); empty for a head that is not read."""
    kept = ChosenHeads.objects.filter(kind=kind, organisation__in=bodies).order_by("organisation")
    return {head: label for heads in kept.values_list("heads", flat=True) for head, label in heads.items()}


def given_heads(data: "QueryDict") -> list[tuple[str, str]]:
    """Heads and the labels chosen for them in a form (``_columns.html``)."""
    return list(zip(data.getlist("head"), data.getlist("column"), strict=False))


def newly_chosen(given: Iterable[tuple[str, str]], read: Collection[str], before: Mapping[str, str]) -> dict[str, str]:
    """Labels by head (``bare_head``) as a form gives them: (head, label).

    An empty label is a choice for a head that is ``read`` or was chosen ``before``; for any other it leaves things as they are.
    """
    return {bare: label for head, label in given if label or head in read or bare_head(head) in before for bare in [bare_head(head)]}


@writing
def remember_heads(kind: str, bodies: Collection[int], heads: Mapping[str, str]) -> None:
    """Keep labels of columns by head for these bodies; the last choice of a head counts."""
    for body in sorted(bodies) if heads else ():
        kept, _ = ChosenHeads.objects.select_for_update(no_key=True).get_or_create(kind=kind, organisation_id=body)
        kept.heads = {**kept.heads, **heads}
        kept.save(update_fields=["heads"])
