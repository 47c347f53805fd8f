"""State of a district: targets and latest values, last received scores, files that expire soon, dates of its stages."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from approvals.common.enums import TitleKind
from assessments.findings.models import FindingAnswer
from assessments.self_checks.models import SelfCheckState
from assessments.self_checks.selectors.report import TARGET
from assessments.self_checks.selectors.self_checks import received_values, self_checks_visible_to
from assessments.yearly_reports.selectors.text import VerifiedYear, targets_of, verified_years
from carbon.targets.compared_years import aim_words
from carbon.targets.selectors import carbon_path
from districts.common.enums import TITLED, Certainty, Stage
from districts.file.models.district import District
from districts.indicator_systems.row_rules import CARBON
from districts.indicator_systems.selectors import COLOURS, IndicatorProgress, indicators_context, system_in_force
from districts.indicator_systems.target_path import AMBER, GREEN, NONE, RED, light
from districts.indicator_systems.targets import NUMBER, Measure
from districts.overview.selectors.tabs import stage_bar
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import Series, radar
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import fixed, percent
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import in_sight
from indicators.scoring.numbers import plain
from portal.district_page.selectors.presence import EXPIRING_DAYS, expiring_in, present_in
from reports.annual.figures import AnnualFigures, district_figures

SIGNALS = dict(COLOURS)
SHOWN_BEHIND = 6
UNIT = "kgCO₂e/(m²·a)"
LOWER = Measure(NUMBER, UNIT, better=-1)


@dataclass(frozen=True)
class Compared:
    """A target and the latest value, with its signal; ``reason`` is the district's explanation, ``aim`` says what the target is."""

    name: str
    target: str
    found: str
    unit: str
    colour: str
    words: str
    reason: str = ""
    aim: str = ""

    @property
    def signal(self) -> str:
        """Name of the signal's colour."""
        return SIGNALS[self.colour]


@dataclass(frozen=True)
class Compares:
    """Targets compared with actual values: carbon intensity, indicators behind target, number in each state."""

    carbon: Compared | None
    behind: tuple[Compared, ...]
    more: int
    tally: tuple[tuple[str, str, int], ...]

    @property
    def lines(self) -> tuple[Compared, ...]:
        """Lines of the table."""
        return (*((self.carbon,) if self.carbon else ()), *self.behind)


def compared_of(viewer: Viewer, district: District) -> Compares:
    """Targets of plan and indicator system compared with values of visible reports and received self-checks."""
    system = system_in_force(district) if "system" in present_in(district, viewer.today) else None
    actuals = received_values(viewer, district, edition=system.edition.code) if system else None
    found = indicators_context(district, actuals) if system else {}
    lines: list[IndicatorProgress] = [one for _, group in found.get("groups", ()) for one in group if one.line.row.key != CARBON]
    behind = sorted((line for line in lines if line.light.colour in {AMBER, RED}), key=lambda one: one.light.colour != RED)
    reasons = _reasons(viewer, district) if behind else {}
    shown = tuple(_behind(one, found["years"], reasons) for one in behind[:SHOWN_BEHIND])
    return Compares(_carbon(viewer, district), shown, max(len(behind) - SHOWN_BEHIND, 0), tuple(found.get("tally", ())))


def _behind(one: IndicatorProgress, years: Sequence[int], reasons: dict[str, str]) -> Compared:
    """The newest value and its year compared with the path of that year; another part of the page may show a newer value."""
    row, measure = one.line.row, one.line.measure
    year, reached = next(known for known in zip(reversed(years), reversed(one.reached), strict=True) if known[1] not in {"", "—"})
    name, words = f"{row.item_id} {row.title}".strip(), f"{year}年度，{one.light.words}"
    return Compared(name, one.due, reached, measure.unit, one.light.colour, words, reasons.get(row.item_id, ""))


def _reasons(viewer: Viewer, district: District) -> dict[str, str]:
    """The district's explanations of missed targets in the newest visible received self-check, by clause."""
    received = self_checks_visible_to(viewer).filter(district=district, status=SelfCheckState.RECEIVED).order_by("-year")
    answers = FindingAnswer.objects.filter(table_id__in=received.values("table_id")[:1], rule=TARGET)
    return dict(answers.values_list("item_id", "text"))


def _carbon(viewer: Viewer, district: District) -> Compared | None:
    """The carbon intensity; None if neither a target nor a verified value is known."""
    there = present_in(district, viewer.today)
    if "inventories" in there and (newest := (path := carbon_path(viewer, district)).newest) is not None:
        # The newest inventory that counts, instead of values stated in reports.
        return Compared(
            "碳排放强度",
            newest.due,
            fixed(newest.found, 1),
            UNIT,
            newest.light.colour,
            f"{newest.year}年度清单，{newest.light.words}",
            newest.reason,
            path.aim(newest),
        )
    known = targets_of(district, viewer.today)
    year = last_verified(verified_years(viewer, district)) if "verifications" in there else None
    control = known["plan"].carbon_intensity_target if known["plan"] else None
    points = [(row["year"], str(row["value"])) for row in known["targets"]]
    if year is None or year.intensity is None:
        if control is None and not points:
            return None
        target = plain(control) if control is not None else f"{points[0][0]}年{points[0][1]}"
        words = "没有已报送的核查值" if viewer.held.is_city else "暂无您可以查看的核查值"  # the city reads every report
        return Compared("碳排放强度", target, "", UNIT, NONE, words)
    value, when = fixed(year.intensity, 1), f"{year.report.year}年度核查"
    if control is not None:
        over = year.intensity - control
        met = "达到控制目标" if over <= 0 else f"比控制目标高{percent(over, control)}" if control else "高于控制目标"
        return Compared(
            "碳排放强度", plain(control), value, UNIT, RED if over > 0 else GREEN, f"{when}，{met}", aim=f"控制目标{plain(control)}"
        )
    if not points:
        return Compared("碳排放强度", "", value, UNIT, NONE, f"{when}，未设目标")
    seen = light(LOWER, year.report.year, plain(year.intensity), baseline=None, targets=points)
    first = f"{points[0][0]}年{points[0][1]}"
    aim = aim_words(year.report.year, seen.due, [(at, Decimal(target)) for at, target in points]) or f"目标{first}"
    return Compared("碳排放强度", seen.due or first, value, UNIT, seen.colour, f"{when}，{seen.words}", aim=aim)


def last_verified(years: Iterable[VerifiedYear]) -> VerifiedYear | None:
    """The newest verification whose intensity the user may read."""
    return next((year for year in years if year.readable and year.intensity is not None), None)


def carbon_figure(carbon: Compared | None) -> list[dict[str, Any]]:
    """The carbon intensity among the figures: the value found, else the target."""
    if carbon is None:
        return []
    note = f"{carbon.aim}，{carbon.words}" if carbon.found and carbon.aim else carbon.words
    label = f"碳排放强度{'' if carbon.found else '目标'} {UNIT}"
    warn = carbon.colour in {AMBER, RED}
    return [{"label": label, "value": carbon.found or carbon.target, "note": note, "href": "?tab=carbon", "warn": warn}]


@dataclass(frozen=True)
class Expiring:
    """A file whose validity ends soon."""

    file: Evidence
    days: int


def expiring_files(viewer: Viewer, district: District) -> list[Expiring]:
    """Files of the district and its score tables that expire within sixty days and have no newer version, next to expire first."""
    if "expiring" not in present_in(district, viewer.today):
        return []
    today, last = viewer.today, viewer.today + dt.timedelta(days=EXPIRING_DAYS)
    files = expiring_in(district.pk, subject_of(district), today, last)
    expiring = in_sight(viewer, files).order_by("valid_to", "title", "pk")
    return [Expiring(file, (file.valid_to - today).days) for file in expiring if file.valid_to]


def stages_of(district: District, today: dt.date) -> list[dict[str, str]]:
    """The stage bar with recorded dates, and the condition of the next stage; for a historical record only sourced data."""
    bar = stage_bar(district)
    stage = Stage(district.stage)
    if district.guideline_area or bar[0]["note"] == "未查明":
        return bar
    granted = district.titles.filter(kind=TitleKind.PILOT, granted_on__isnull=False).order_by("granted_on", "pk")
    pilot = granted.first() if stage in TITLED else None
    worked = district.applicant_id is not None
    if stage == Stage.DEMONSTRATION and pilot and pilot.granted_on:
        inferred = "（推定）" if pilot.date_certainty == Certainty.INFERRED else ""
        bar[1]["note"] = f"已完成 · {day_in_words(pilot.granted_on)}公告{inferred}"
    if stage == Stage.PILOT and district.titled_on and district.titled_on_certainty == Certainty.SOURCED:
        since = district.titled_on
        year = today.year - since.year + ((today.month, today.day) >= (since.month, since.day))  # 1 until the first anniversary
        bar[1]["note"] += f"，第{year}年"
    if worked and stage in TITLED:
        # A plan filed after the grant says nothing of how the district came to its title.
        plans = district.implementation_plans.filter(filed_on__lte=pilot.granted_on) if pilot and pilot.granted_on else None
        first = plans.order_by("year").values_list("year", flat=True).first() if plans is not None else None
        bar[0]["note"] = f"已完成 · 列入{first}年度实施计划" if first else "已完成"
    if worked and stage == Stage.PILOT:
        bar[2]["note"] = "未到 · 终期验收通过后"
    if worked and stage == Stage.CANDIDATE:
        bar[1]["note"] = "未到 · 申报评审通过并公告后"
    return bar


AXES = 3


@dataclass(frozen=True)
class Scores:
    """Radar with its table, and the figures. ``lines`` are (dimension, now, planned, difference)."""

    year: int
    annual: AnnualFigures
    chart: ChartDrawing | None
    lines: list[tuple[str, Decimal, Decimal | None, Decimal | None]]
    figures: list[dict[str, Any]]
    legend: list[tuple[str, str]]


def scores_of(viewer: Viewer, district: District) -> Scores | None:
    """Scores of the newest visible received self-check; None if there is none."""
    if "scores" not in present_in(district, viewer.today):
        return None
    received = self_checks_visible_to(viewer).filter(district=district, status=SelfCheckState.RECEIVED).order_by("-year")
    check = received.select_related("district", "table__edition", "table__planned").first()
    if check is None:
        return None
    annual = district_figures(check, viewer.today)
    lines = [(row.dimension, row.score, row.planned, None if row.planned is None else row.score - row.planned) for row in annual.dimensions]
    now, planned = ("已实现", "预期") if annual.building else ("自评", "规划设计")
    legend = [("area", now), *([("goal", planned)] if any(line[2] is not None for line in lines) else [])]
    return Scores(annual.year, annual, _radar(lines, now, planned, annual.year), lines, _figures(annual, check.pk, now, planned), legend)


def _radar(lines: list[tuple[str, Decimal, Decimal | None, Decimal | None]], now: str, planned: str, year: int) -> ChartDrawing | None:
    if len(lines) < AXES:
        return None
    goal = Series(planned, [line[2] for line in lines]) if all(line[2] is not None for line in lines) else None
    return ChartDrawing(
        radar,
        [line[0] for line in lines],
        Series(now, [line[1] for line in lines]),
        goal=goal,
        title=f"{year}年度五个方面{now}与{planned}得分",
    )


def _figures(annual: AnnualFigures, check: int, now: str, planned: str) -> list[dict[str, Any]]:
    href = reverse("assessments:selfcheck", args=[check])
    before = "" if annual.previous_total is None else f"上年{fixed(annual.previous_total)}，"
    verdict = annual.verdict
    total = "—" if annual.total is None else fixed(annual.total)
    figures = [{"label": f"{annual.year}年度 {now}", "value": total, "unit": "分", "note": f"{before}{verdict}", "href": href,
              "guess": annual.reference and not annual.building}]  # fmt: skip
    if annual.planned_total is not None:
        level = annual.planned_level or "未达星级"
        figures.append({"label": planned, "value": fixed(annual.planned_total), "unit": "分", "note": level, "guess": annual.reference})
    return figures
