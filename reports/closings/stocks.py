"""Stock known only as of today, stored after the snapshot day: districts, their plots, the designated bodies.

Titles and areas of a past day come from the decisions (``approvals/casework/selectors/titles_on_day.py``), plots from their changes. Dates
stored in rows, such as a plot's completion, are compared with the day here too, so that stock stored late differs as little as possible.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from django.db.models import Q

from approvals.casework.selectors.known_on_day import applicants_changed_since, leading_on, name_on
from approvals.casework.selectors.titles_on_day import areas_changed_since, titles_held_on
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody
from districts.plot_changes.selectors import plots_on as plots_of_day
from districts.plots.selectors.as_of_day import PlotOnDay
from greendistrict.accounts.models import Organisation
from reports.closings.plain import JSON, to_plain


def districts_on(day: dt.date) -> JSON:
    """Every district with title, area, type, applicant and leading bodies, by its code."""
    held, changed, applicants = titles_held_on(day), areas_changed_since(day), applicants_changed_since(day)
    found = (
        District.objects.filter(guideline_area=False).select_related("applicant").prefetch_related("authorities").order_by("name_pinyin")
    )
    rows = list(found)
    led = {row.pk: leading_on(day, row.pk, [body.pk for body in row.authorities.all()]) for row in rows}
    named = dict(Organisation.objects.filter(pk__in=set(chain.from_iterable(led.values()))).values_list("pk", "name"))
    return {
        row.code: {
            "name": name_on(row, day),
            "title": held[row.pk].kind if row.pk in held else "",
            "star": held[row.pk].star if row.pk in held else None,
            "area_km2": to_plain(changed.get(row.pk, row.area_km2)),
            "type": row.type,
            "applicant": applicants.get(row.pk, row.applicant.name if row.applicant else row.applicant_text),
            "authorities": [named[body] for body in led[row.pk]],
        }
        for row in rows
    }


def plots_on(day: dt.date) -> JSON:
    """Number and hectares of plots of every district, by district code."""
    codes = dict(District.objects.filter(guideline_area=False).order_by("code").values_list("pk", "code"))
    found = plots_of_day(codes, day)
    return {code: to_plain(_counts_of(found[key])) for key, code in codes.items() if key in found}


def _counts_of(plots: list[PlotOnDay]) -> dict[str, int | Decimal]:
    buildable = [plot for plot in plots if plot.buildable]
    got = [plot for plot in buildable if plot.is_supplied]
    return {
        "plots": len(plots),
        "hectares": sum((plot.area_ha for plot in plots), Decimal(0)),
        "to_build": len(buildable),
        "got": len(got),
        "got_hectares": sum((plot.area_ha for plot in got), Decimal(0)),
        "begun": sum(plot.started_on is not None for plot in buildable),
        "done": sum(plot.built_on is not None for plot in buildable),
        "conforming": sum(plot.conforms is True for plot in buildable),
        "failing": sum(plot.conforms is False for plot in buildable),
    }


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
