"""Completion ratios of plots, municipal works and key projects over the lists of a frozen baseline.

The denominator is the list as frozen: a row removed from the live list since then still counts, as not done.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from districts.baselines.models import Baseline
from districts.common.enums import BaselineKind, ProjectState, Stage, UseBasis, WorkState
from districts.file.models.district import District
from districts.plots.milestones import MilestonePlots, acquired_plots, built_plots, entered_words
from districts.projects.selectors import works_by_state
from greendistrict.core import clock
from greendistrict.core.django_internals import Compiled, is_prefetched
from greendistrict.core.rounding import percent
from greendistrict.policy.facts import FactValue

NO_PLAN_BASELINE = "专业规划登记批准后，按冻结的规划基线计"
NO_PILOT_BASELINE = "授予试点后，按冻结的试点基线计"
PILOT_WITHOUT_BASELINE = "尚未建立试点基线"
# What makes a gate known where more rows in the live lists change nothing.
BY_BACKFILL = "由申报主体填报人办理变更“补录试点基线”"
BY_CHANGE = {
    BaselineKind.PILOT: "试点基线的清单为空，由申报主体填报人办理变更，调入清单",
    BaselineKind.PLAN: "规划基线的清单为空，登记在新一版专业规划批准后计入",
}
NONE_BUILDABLE = {
    BaselineKind.PILOT: "试点基线没有可建设地块，由申报主体填报人办理变更，调入地块",
    BaselineKind.PLAN: "规划基线没有可建设地块，登记在新一版专业规划批准后计入",
}
SHOWN_NAMES = 5
ANY_CODE = "-any-district-"
Kept = dict[str, Any]


def _baselines(district: District, kind: str) -> list[Baseline]:
    """Baselines of a kind, oldest first."""
    if is_prefetched(district, "baselines"):
        return sorted((row for row in district.baselines.all() if row.kind == kind), key=lambda row: row.number)
    return list(district.baselines.filter(kind=kind).order_by("number"))


def baseline_on(district: District, kind: str, on: dt.date) -> Baseline | None:
    """Newest baseline of a kind frozen by the day ``on``."""
    if is_prefetched(district, "baselines"):
        frozen = [row for row in _baselines(district, kind) if row.frozen_at.astimezone(clock.SHANGHAI).date() <= on]
        return frozen[-1] if frozen else None
    newest: list[Baseline] = NEWEST.read(district.pk, kind, on)
    for baseline in newest:
        baseline.district = district
    return newest[0] if newest else None


def _newest(district: int, kind: str, on: dt.date) -> QuerySet[Baseline]:
    return Baseline.objects.filter(district=district, kind=kind, frozen_at__date__lte=on).order_by("-number")


MARKS = (-1, "kind", dt.date.min)
NEWEST = Compiled(lambda *marks: _newest(*marks)[:1], *MARKS)
FROZEN = Compiled(lambda *marks: _newest(*marks).defer("content")[:1], *MARKS)  # without the lists that it froze


def page_of(name: str, district: District) -> str:
    """URL of a page of the district, by URL name in ``districts``."""
    return _pattern(name).replace(ANY_CODE, district.code)


@cache
def _pattern(name: str) -> str:
    """Cached URL of a page with a placeholder for the district's code."""
    return reverse(f"districts:{name}", kwargs={"code": ANY_CODE})


def plot_rates(district: District, on: dt.date) -> dict[str, FactValue]:
    """The two plot rates as in ``district_facts``, in at most four queries."""
    listed, found = page_of("plot_list", district), {}
    pilot = _unfrozen(district) if district.stage == Stage.PILOT else FactValue(note=_no_pilot(district), link=f"{listed}?missing=built")
    plan = FactValue(note=NO_PLAN_BASELINE, link=f"{listed}?missing=acquired")
    for name, kind, waiting, done, link in (
        ("plots_acquired_ratio", BaselineKind.PLAN, plan, acquired_plots, f"{listed}?missing=acquired"),
        ("plots_built_ratio", BaselineKind.PILOT, pilot, built_plots, f"{listed}?missing=built"),
    ):
        found[name] = waiting
        for frozen in FROZEN.read(district.pk, kind, on):
            frozen.district = district
            found[name] = plots_ratio(district, frozen, link, done(district, on))
    return found


KeptPlots = tuple[tuple[int, Decimal], ...]


def _buildable(plots: Iterable[Kept]) -> KeptPlots:
    return tuple((row["id"], Decimal(row["area_ha"])) for row in plots if row["buildable"])


@lru_cache(16)
def _frozen_plots(baseline: int) -> KeptPlots:
    """Buildable plots of a stored baseline; cached, because a stored baseline never changes."""
    return _buildable(Baseline.objects.values_list("content__plots", flat=True).get(pk=baseline))


def plots_ratio(district: District, baseline: Baseline, link: str, done: MilestonePlots) -> FactValue:
    """Ratio by number over the baseline's buildable plots; the note gives the ratio by area and the backfilled plots."""
    unread = "content" in baseline.get_deferred_fields()
    kept = _frozen_plots(baseline.pk) if unread else _buildable(baseline.content["plots"])
    reached = [area for pk, area in kept if pk in done.counted]
    entered, link = entered_words({pk for pk, _ in kept}, done, district, link)
    total, part = (sum(areas, Decimal(0)) for areas in ((area for _, area in kept), reached))
    by_area = f"按面积{percent(part, total)}" if total else "基线中没有可建设地块"
    note = joined(by_area, entered, _changes(district, baseline, "plots"))
    supply = "" if kept else NONE_BUILDABLE[BaselineKind(baseline.kind)]
    return FactValue(
        numerator=len(reached), denominator=len(kept), note=note, source=str(baseline), link=link, noun="个地块", supply=supply
    )


def _no_pilot(district: District) -> str:
    """Why there is no pilot baseline: title not granted, or granted before the portal was in use."""
    return NO_PILOT_BASELINE if district.stage == Stage.CANDIDATE else PILOT_WITHOUT_BASELINE


def _unfrozen(district: District) -> FactValue:
    """Gate of a pilot whose title was granted before the portal; its link is where the change begins that freezes its lists."""
    link = f"{page_of('district_detail', district)}?tab=archive#base-title"
    return FactValue(note=PILOT_WITHOUT_BASELINE, link=link, supply=BY_BACKFILL)


def pilot_gates(district: District, on: dt.date) -> dict[str, FactValue]:
    """Facts over the pilot baseline of a day; without a baseline each fact has no value and a note with the reason."""
    baseline = baseline_on(district, BaselineKind.PILOT, on)
    if baseline is None and district.stage == Stage.PILOT:
        return dict.fromkeys(GATE_PAGES, _unfrozen(district))
    if baseline is None:
        return {name: FactValue(note=_no_pilot(district), link=page_of(page, district)) for name, page in GATE_PAGES.items()}
    return {name: over(district, baseline, on) for name, over in PILOT_GATES.items()}


def _built_ratio(district: District, baseline: Baseline, on: dt.date) -> FactValue:
    return plots_ratio(district, baseline, f"{page_of('plot_list', district)}?missing=built", built_plots(district, on))


def _works_ratio(district: District, baseline: Baseline, on: dt.date) -> FactValue:
    kept = [row for row in baseline.content["works"] if row["main"]]
    works = district.works.all()
    found = works_by_state(works, on)
    unproven = first_names([row["name"] for row in kept if row["id"] in found[WorkState.UNPROVEN]])
    undone = f"未建成；其中{unproven}登记了建成，没有符合的竣工验收登记，不计入" if unproven else "未建成"
    own = {work.pk for work in works if work.acceptance_backfill}
    backfilled = sum(row["id"] in own & found[WorkState.BUILT] for row in kept)
    return _listed_ratio(
        district, baseline, "works", kept, found[WorkState.BUILT], noun="项设施", undone=undone, page="work_list", backfilled=backfilled
    )


def _projects_ratio(district: District, baseline: Baseline, on: dt.date) -> FactValue:
    live = {project.pk: project for project in district.key_projects.all()}
    reached = {pk: project.in_use_on for pk, project in live.items() if project.state == ProjectState.IN_USE}
    typed = {pk for pk, day in reached.items() if day and day <= on}
    used = {pk for pk in typed if live[pk].use_basis}
    kept = baseline.content["key_projects"]
    unproven = first_names([row["name"] for row in kept if row["id"] in typed - used])
    undone = f"未投用；其中{unproven}填了投用，没有投用登记和证明，不计入" if unproven else "未投用"
    backfilled = sum(row["id"] in used and live[row["id"]].use_basis == UseBasis.BACKFILL for row in kept)
    return _listed_ratio(
        district, baseline, "key_projects", kept, used, noun="个项目", undone=undone, page="key_project_list", backfilled=backfilled
    )


GATE_PAGES = {"plots_built_ratio": "plot_list", "main_works_built_ratio": "work_list", "key_projects_in_use_ratio": "key_project_list"}
# Facts over the pilot baseline, each called with district, baseline (stored or proposed) and day.
PILOT_GATES: dict[str, Callable[[District, Baseline, dt.date], FactValue]] = {
    "plots_built_ratio": _built_ratio,
    "main_works_built_ratio": _works_ratio,
    "key_projects_in_use_ratio": _projects_ratio,
}


def _listed_ratio(
    district: District,
    baseline: Baseline,
    name: str,
    kept: list[Kept],
    done: set[int],
    *,
    noun: str,
    undone: str,
    page: str,
    backfilled: int = 0,
) -> FactValue:
    """Share of the frozen rows ``kept`` whose keys are in ``done``; the note names the others and the link lists them.

    ``backfilled`` of those done rest on a 补录 of the applicant.
    """
    left = {row["id"]: row["name"] for row in kept if row["id"] not in done}
    words = f"{first_names(list(left.values()))}{undone}" if left else ("" if kept else "基线清单为空，不能视为全部完成")
    note = joined(words, f"其中补录{backfilled}个，有理由和证明" if backfilled else "", _changes(district, baseline, name))
    source, link = str(baseline), page_of(page, district) + (f"?only={','.join(map(str, left))}" if left else "")
    supply = "" if kept else BY_CHANGE[BaselineKind(baseline.kind)]
    reached = len(kept) - len(left)
    return FactValue(numerator=reached, denominator=len(kept), note=note, source=source, link=link, noun=noun, supply=supply)


def _changes(district: District, baseline: Baseline, name: str) -> str:
    """Original and current list in words if a change case changed it."""
    if baseline.number == 1:
        return ""
    first = next(iter(_baselines(district, baseline.kind)), None)
    return f"原基线{len(first.content[name])}个，现行第{baseline.number}版{len(baseline.content[name])}个" if first else ""


def first_names(names: list[str]) -> str:
    """The first five names, followed by the number of all if there are more."""
    shown = "、".join(names[:SHOWN_NAMES])
    return f"{shown}等{len(names)}个" if len(names) > SHOWN_NAMES else shown


def joined(*parts: str) -> str:
    """The non-empty parts, joined by a semicolon."""
    return "；".join(part for part in parts if part)
