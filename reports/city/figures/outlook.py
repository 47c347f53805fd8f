"""Warnings and recommendations of part 9: titles at risk, award candidates, figures for the annual examination, missing records."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from approvals.losses.city_assessments import CityResult, last_failures, results_of
from approvals.losses.selectors import ENOUGH
from approvals.titles.models.publicity import Title
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy import citing
from greendistrict.policy.duty_table import OF_DISTRICT
from obligations.duties import Obligation
from obligations.selectors import due
from reports.annual.figures import AnnualFigures
from reports.awards.selectors import NO_RECORD, AwardLine, award_lines
from reports.city.figures.standing import TitleStand
from reports.city.sources import CityFigure, SourceRow
from reports.examination.figures import Examination, examination

TWO_LATE = 2


@dataclass(frozen=True)
class Warned:
    """A district at risk of losing its title, with the ground and the remedy."""

    district: str
    ground: str
    basis: str
    remedy: str
    href: str


@dataclass(frozen=True)
class CityAward:
    """Result for one title about a national award, with reasons."""

    district: str
    word: str
    grounds: tuple[str, ...]


@dataclass(frozen=True)
class CityOutlook:
    """Content of part 9. ``unconfirmed``: districts with as many late duties as a warning takes, by terms the city has not confirmed."""

    warned: tuple[Warned, ...]
    awards: tuple[CityAward, ...]
    examination: Examination
    idle: tuple[str, ...]
    figures: tuple[CityFigure, ...]
    unconfirmed: tuple[str, ...] = ()


def outlook_figures(stood: TitleStand, scored: Iterable[AnnualFigures], today: dt.date) -> CityOutlook:
    """Warnings and recommendations; ``scored`` are received self-checks. A constant number of queries."""
    late = _late(stood, today)
    ordered = _in_order(_warned(stood, scored, late, today))
    unconfirmed = tuple(row.name for row in stood.rows if len(late[row.district.pk]) >= TWO_LATE > len(_confirmed(late[row.district.pk])))
    titles = Title.objects.filter(district__in=stood.by_district)
    awards = award_lines(titles, today)
    idle = tuple(row.name for row in stood.rows if row.district.applicant_id is None)
    told = tuple(CityAward(stood.by_district[award.title.district_id].name, award.word, award.grounds) for award in awards)
    figures = _figures(stood, ordered, awards)
    return CityOutlook(ordered, told, examination(stood.year, today, demo=stood.is_demo), idle, figures, unconfirmed)


def shown_outlook(stood: TitleStand, scored: Iterable[AnnualFigures], today: dt.date) -> tuple[CityFigure, ...]:
    """Figures of ``outlook_figures`` alone, for the page."""
    warned = _in_order(_warned(stood, scored, _late(stood, today), today))
    return _figures(stood, warned, award_lines(Title.objects.filter(district__in=stood.by_district), today))


def _in_order(warned: Iterable[Warned]) -> tuple[Warned, ...]:
    return tuple(sorted(warned, key=lambda one: (one.district, one.basis)))


def _figures(stood: TitleStand, warned: Iterable[Warned], awards: Iterable[AwardLine]) -> tuple[CityFigure, ...]:
    named = [(stood.by_district[line.title.district_id], line.merits) for line in awards if line.is_candidate]
    candidates = tuple(SourceRow(row.name, "；".join(merits), row.href) for row, merits in named)
    return (
        CityFigure("warned", "预警", "项", tuple(SourceRow(one.district, one.ground, one.href) for one in warned)),
        CityFigure("candidates", "国家级奖项拟推荐", "个", candidates),
        CityFigure("idle", NO_RECORD, "个", tuple(SourceRow(row.name, "申报主体未在平台办理", row.href) for row in stood.rows
                                            if row.district.applicant_id is None)),
    )  # fmt: skip


def _consequence(failures: int) -> str:
    """Both conditions of 八（四）, with how many failures in a row there are."""
    both = citing.TITLE_REVOKED.words
    return f"已连续{failures}次评估不合格；{both}，是否未按要求实施由市级认定" if failures >= ENOUGH else both


def _late(stood: TitleStand, today: dt.date) -> dict[int, list[Obligation]]:
    """Overdue duties by district, those by unconfirmed terms among them."""
    late: dict[int, list[Obligation]] = defaultdict(list)
    for duty in due(Viewer(None, as_of=today), kinds=OF_DISTRICT):
        if duty.district_id and duty.district_id in stood.by_district and duty.is_overdue(today):
            late[duty.district_id].append(duty)
    return late


def _confirmed(duties: Sequence[Obligation]) -> list[Obligation]:
    return [duty for duty in duties if not duty.is_default_date]


def _warned(
    stood: TitleStand, received: Iterable[AnnualFigures], late: Mapping[int, Sequence[Obligation]], today: dt.date
) -> Iterator[Warned]:
    """One failed assessment since the last passed one (another failure permits 撤销), controls not fulfilled, two or more overdue duties.

    Controls count as in the received self-check; none for a district under construction.
    """
    results: Mapping[int, Sequence[CityResult]] = results_of(stood.by_district, today)
    for row in stood.rows:
        if failures := last_failures(results.get(row.district.pk, ())):
            last = failures[-1]
            ground = f"{last.on.year}年{last.on.month}月{last.what}{last.conclusion.label}"
            asked = "按整改通知完成整改并通过复核；" if last.orders_mending else ""
            yield Warned(row.name, ground, "八（四）", f"{asked}{_consequence(len(failures))}", row.href)
    for scored in received:
        place = stood.by_district.get(scored.district.pk)
        if place and scored.failed_controls and not scored.building:
            words = "、".join(f"{item.id}{item.title}" for item in scored.failed_controls)
            yield Warned(place.name, f"控制项不满足：{words}", "评价标准", "在下一次自查前满足全部控制项", place.href)
    for key, duties in late.items():
        if len(counted := _confirmed(duties)) >= TWO_LATE:
            row = stood.by_district[key]
            ground = f"{len(counted)}项应报事项逾期：{'、'.join(duty.title for duty in counted)}"
            yield Warned(row.name, ground, "、".join(sorted({duty.cite for duty in counted})), "补报逾期事项", row.href)
