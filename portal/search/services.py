"""Collecting the names whose pinyin a search looks through."""

from collections.abc import Iterator

from django.db.models import Exists, Model, OuterRef

from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import Organisation, User
from greendistrict.core.pinyin import search_key
from greendistrict.documents.models import Evidence
from indicators.editions.models import Clause
from portal.search.models import SearchName

AT_ONCE = 500
SOURCES: tuple[tuple[type[Model], str], ...] = (
    (KeyProject, "name"),
    (Work, "name"),
    (Evidence, "title"),
    (Clause, "title"),
    (Organisation, "name"),
    (User, "name"),
)


def collect_names() -> int:
    """Keep the pinyin of the names that have none yet; returns how many. Safe to repeat and to run twice at once."""
    rows = [SearchName(text=name, key=search_key(name)) for name in set(_new_names())]
    SearchName.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(rows)


def _new_names() -> Iterator[str]:
    """Names with characters beyond ASCII that are not kept yet; others are found as they are."""
    for model, field in SOURCES:
        known = Exists(SearchName.objects.filter(text=OuterRef(field)))
        names = model._default_manager.filter(~known, **{f"{field}__regex": "[^\\x01-\\x7F]"})
        yield from names.order_by().values_list(field, flat=True).distinct()
