"""Stock known only as of today, stored after the snapshot day: districts, their plots, the designated bodies.

Titles and areas of a past day come from the decisions (``approvals/casework/selectors/titles_on_day.py``). Dates stored in rows, such as a
plot's completion, are compared with the day here too, so that stock stored late differs as little as possible.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from approvals.casework.selectors.titles_on_day import areas_changed_since, titles_held_on
from districts.common.enums import Acquisition
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody
from districts.plots.models import Plot
from reports.closings.plain import JSON, to_plain


def districts_on(day: dt.date) -> JSON:
    """Every district with title, area, type, applicant and leading bodies, by its code."""
    held, changed = titles_held_on(day), areas_changed_since(day)
    rows = District.objects.filter(guideline_area=False).select_related("applicant").prefetch_related("authorities").order_by("name_pinyin")
    return {
        row.code: {
            "name": row.name,
            "title": held[row.pk].kind if row.pk in held else "",
            "star": held[row.pk].star if row.pk in held else None,
            "area_km2": to_plain(changed.get(row.pk, row.area_km2)),
            "type": row.type,
            "applicant": row.applicant.name if row.applicant else row.applicant_text,
            "authorities": [body.name for body in row.authorities.all()],
        }
        for row in rows
    }


def plots_on(day: dt.date) -> JSON:
    """Number and hectares of plots of every district, by district code."""
    got = Q(buildable=True, acquired_on__lte=day, acquisition__in=(Acquisition.GRANT, Acquisition.ALLOCATION))
    built = Q(buildable=True, built_on__lte=day)
    rows = Plot.objects.filter(district__guideline_area=False).order_by("district__code").values("district__code")
    counted = rows.annotate(
        plots=Count("pk"),
        hectares=Sum("area_ha"),
        to_build=Count("pk", filter=Q(buildable=True)),
        got=Count("pk", filter=got),
        got_hectares=Sum("area_ha", filter=got, default=0),
        begun=Count("pk", filter=Q(buildable=True, started_on__lte=day)),
        done=Count("pk", filter=built),
        conforming=Count("pk", filter=built & Q(conforms=True)),
        failing=Count("pk", filter=built & Q(conforms=False)),
    )
    return {row["district__code"]: to_plain({name: value for name, value in row.items() if name != "district__code"}) for row in counted}


def bodies_on(day: dt.date) -> JSON:
    """The body each leading body had designated by the day, by name of the leading body."""
    rows = DesignatedBody.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day).select_related("authority")
    return {
        row.authority.name: {"name": row.name, "document": row.document, "since": to_plain(row.since)}
        for row in rows.order_by("authority__name_pinyin", "-since")
    }


@dataclass(frozen=True)
class StockKind:
    """Stock that cannot be determined for a past day: ``take(day)`` returns it as plain data once the day is over."""

    title: str
    take: Callable[[dt.date], JSON]


STOCK_KINDS: Mapping[str, StockKind] = {
    "districts": StockKind("城区", districts_on),
    "plots": StockKind("地块", plots_on),
    "bodies": StockKind("区专门机构", bodies_on),
}
