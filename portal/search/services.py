"""Collect the names whose pinyin is searched."""

from django.db.models import Exists, Model, OuterRef

from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import Organisation, User
from greendistrict.core.pinyin import search_key
from greendistrict.documents.models import Evidence
from indicators.editions.models import Clause
from outreach.exchange.models import ExchangeEvent
from outreach.stories.models import Story
from portal.search.models import SearchName

AT_ONCE = 500
SOURCES: tuple[tuple[type[Model], str], ...] = (
    (KeyProject, "name"),
    (Work, "name"),
    (Plot, "owner"),
    (Story, "title"),
    (ExchangeEvent, "title"),
    (Evidence, "title"),
    (Clause, "title"),
    (Organisation, "name"),
    (User, "name"),
)


def collect_names() -> int:
    """Store the pinyin of names that have none yet; returns the number. Idempotent, and safe to run concurrently."""
    found: set[str] = set()
    for model, field in SOURCES:
        known = Exists(SearchName.objects.filter(text=OuterRef(field)))
        # Names in ASCII alone are found as they are.
        names = model._default_manager.filter(~known, **{f"{field}__regex": "[^\\x01-\\x7F]"})
        found.update(names.order_by().values_list(field, flat=True).distinct())
    rows = [SearchName(text=name, key=search_key(name)) for name in found]
    SearchName.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(rows)
