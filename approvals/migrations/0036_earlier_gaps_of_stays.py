"""Titles stayed more than once get back the days of their earlier losses, as the stays of the remedies against the loss tell them."""

import datetime as dt
from collections.abc import Iterator

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange


def gaps_between(since: dt.date, stays: list[tuple[dt.date, dt.date | None]]) -> Iterator[DateRange]:
    """The days on which a decision of this day was carried out before the last of these stays began."""
    for on, ended_on in sorted(stays, key=lambda stay: stay[0]):
        if on > since:
            yield DateRange(since, on)
        if ended_on is None:
            return
        since = max(since, ended_on)


def keep(apps: StateApps, _schema: object) -> None:
    """Tell each loss by the stays that followed it; a title of which the last stay is another than recorded is left as it is."""
    titles, remedies = apps.get_model("approvals", "Title").objects, apps.get_model("approvals", "Remedy").objects
    for title in titles.filter(lapsed_on__isnull=False, end_announcement__announced_on__isnull=False).select_related("end_announcement"):
        stays = []
        for remedy in remedies.filter(case_id=title.end_case_id, stayed_on__isnull=False):
            stays += [(dt.date.fromisoformat(stay["on"]), dt.date.fromisoformat(stay["ended_on"])) for stay in remedy.earlier_stays]
            stays.append((remedy.stayed_on, remedy.stay_ended_on))
        *earlier, last = [*gaps_between(title.end_announcement.announced_on, stays)] or [None]
        if earlier and last.upper == title.stood_again_on:
            titles.filter(pk=title.pk).update(earlier_gaps=earlier, lapsed_on=last.lower)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("approvals", "0035_earlier_gaps")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
