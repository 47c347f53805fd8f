"""Freeze the lists over which the gates of acceptance are computed."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from districts.baselines.models import Baseline
from districts.common.enums import BaselineKind
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused

PLOT = ("id", "number", "land_use", "area_ha", "floor_area", "buildable", "acquisition")
WORK = ("id", "name", "kind", "main")
PROJECT = ("id", "name", "category", "investment", "planned_start", "planned_finish")


def freeze_baseline(*, district: District, kind: str, reason: str, by: User | None) -> Baseline:
    """Store land, plots, works and key projects as the next version of a baseline.

    Called when the specialised plan is approved (``plan``), when 试点 is granted, and by the change case that adds the baseline of a title
    granted elsewhere (``pilot``). Decimals are stored as text. Raises ``ValueError`` for an unknown kind.
    """
    with transaction.atomic():
        stored = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
        last = stored.baselines.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
        baseline = Baseline.objects.create(
            district=stored,
            kind=BaselineKind(kind),
            number=last + 1,
            content=content_of(stored),
            reason=fitted(Baseline, "reason", reason),
            frozen_at=clock.now(),
            frozen_by=by,
        )
        counts = {name: len(rows) for name, rows in baseline.content.items() if isinstance(rows, list)}
        audit.record(action="districts.freeze_baseline", by=by, obj=stored, data={"kind": kind, "number": last + 1, **counts})
    return baseline


def content_of(district: District) -> dict[str, Any]:
    """The lists as JSON; ``heirs`` names, where needed, the earlier plots that a plot of the list replaces."""
    heirs = {str(pk): sorted(map(int, origins)) for pk, origins in district.plots.exclude(origins={}).values_list("pk", "origins")}
    return {
        **({"heirs": heirs} if heirs else {}),
        "land": {
            "type": district.type,
            "area_km2": _text(district.area_km2),
            "developable_km2": _text(district.developable_km2),
        },
        "plots": [_row(PLOT, row) for row in district.plots.order_by("number").values(*PLOT)],
        "works": [_row(WORK, row) for row in district.works.order_by("name").values(*WORK)],
        "key_projects": [_row(PROJECT, row) for row in district.key_projects.order_by("planned_start", "name").values(*PROJECT)],
    }


def _row(fields: tuple[str, ...], row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] if isinstance(row[name], bool | int) else _text(row[name]) for name in fields}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def change_baseline(*, district: District, content: dict[str, Any], reason: str, by: User | None) -> Baseline:
    """Store changed content as the next version of the pilot baseline.

    Called only by an approved change case, in its decision's transaction; ``content`` is that of
    ``districts.facts.baseline_change.changed_content``. Raises ``Refused`` if the district has no pilot baseline.
    """
    with transaction.atomic():
        stored = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
        last = stored.baselines.filter(kind=BaselineKind.PILOT).order_by("-number").first()
        if last is None:
            msg = "尚无试点基线，不需要变更"
            raise Refused(msg)
        baseline = Baseline.objects.create(district=stored, kind=BaselineKind.PILOT, number=last.number + 1, content=content,
                                           reason=fitted(Baseline, "reason", reason), frozen_at=clock.now(), frozen_by=by)  # fmt: skip
        counts = {name: [len(last.content[name]), len(content[name])] for name in ("plots", "works", "key_projects")}
        audit.record(action="districts.change_baseline", by=by, obj=stored, data={"number": baseline.number, **counts})
    return baseline
