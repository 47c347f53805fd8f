"""Data of a plot's page: step bar, indicators in three columns, opinions, checks, history."""

from typing import Any

from django.db.models import Q

from districts.common.enums import CheckStage, ControlStep, OpinionPurpose
from districts.file.selectors.bodies import bodies_of
from districts.land.green_indicators import demand_of, indicators, show
from districts.plots.check_matrix import check_lines, line_of, missing, stages_reached, waiting
from districts.plots.lifecycle import FIRST, RESUME, STEPS, TABLES, in_words
from districts.plots.models import Plot, PlotControl, PlotIndicator, PlotOpinion
from districts.plots.rules import OFFICES
from districts.plots.selectors.plots import newest, supervision_of_plot
from greendistrict.accounts.departments import missing_words
from greendistrict.accounts.selectors import has_people_by
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.workflow import timeline


def step_bar(control: PlotControl) -> list[dict[str, str]]:
    """Steps of the table for ``components/steps.html``, each with the day it was completed."""
    steps = STEPS[control.table]
    over = control.status in (ControlStep.DONE, ControlStep.SHORT)
    at = len(steps) if over else (steps.index(control.status) if control.status in steps else -1)
    bar = []
    for index, step in enumerate(steps):
        name = FIRST[control.table] if index == 0 else str(ControlStep(step).label)  # type: ignore[index]
        note = "补录" if RESUME in control.steps and index < steps.index(ControlStep.DESIGN) else _left_on(control, step)
        bar.append({"name": name, "state": "done" if index < at else ("now" if index == at else ""), "note": note})
    return bar


def _left_on(control: PlotControl, step: str) -> str:
    """Day on which the step was completed: that of the last action leading from it to a later step."""
    leaving = [move.action for move in TABLES[control.table].leaving(step) if move.action not in ("step_back", "recall", "begin")]
    days = [control.steps[action]["on"] for action in leaving if action in control.steps]
    return in_words(max(days, default=""))


def next_by(control: PlotControl) -> list[str]:
    """Whose steps come next, as sentences, and which department no body of the district has; one query."""
    steps = [one.action for one in TABLES[control.table].leaving(control.status) if one.action in OFFICES and one.tone != "link"]
    offices = dict.fromkeys(OFFICES[action] for action in steps if action != RESUME)
    if not offices:
        return []
    held = {key for body in bodies_of(control.plot.district) for key in body.departments}
    lacking = [departments[0] for _, departments in offices if held.isdisjoint(departments)]
    whose = "、".join(words for words, _ in offices)
    return [f"下一步由{whose}登记；申报主体填报人可以补录。", *(f"{missing_words(key)}。" for key in lacking)]


def indicator_lines(plot: Plot, *, is_stated: bool) -> list[dict[str, Any]]:
    """The nine indicators with required, designed and built values as text, kind of requirement, and comparisons."""
    rows = {row.key: row for row in plot.indicators.all()}
    lines = []
    for key, known in indicators().items():
        row = rows.get(key) or PlotIndicator(plot=plot, key=key)
        words = {name: show(known, getattr(row, name)) for name in ("required", "designed", "built")}
        source = ("征询提出" if row.by_consultation else "专业规划") if row.required else ""
        demand = demand_of(row.required, is_stated=is_stated)
        lines.append({"known": known, "row": row, "source": source, "demand": demand, **words})
    return lines


def plot_page(plot: Plot, control: PlotControl | None) -> dict[str, Any]:
    """Template context without forms; eight queries."""
    asked = plot.opinions.select_related("organisation", "answered_by", "asked_by", "document")
    opinions = list(asked.annotate(is_owed=has_people_by("organisation", "due_on")))
    is_stated = any(opinion.answered_on for opinion in opinions if opinion.purpose == OpinionPurpose.CONDITIONS)
    reached = stages_reached(is_begun=plot.started_on is not None, is_built=plot.built_on is not None)
    matrix = check_lines(
        plot.checks.select_related("entered_by", "document"),
        reached,
        [(line_of(one.purpose, one.department), _asked(one)) for one in opinions],
    )
    return {
        "lines": indicator_lines(plot, is_stated=is_stated),
        "conditions": [opinion for opinion in opinions if opinion.purpose == OpinionPurpose.CONDITIONS],
        "opinions": [opinion for opinion in opinions if opinion.purpose == OpinionPurpose.DESIGN],
        "matrix": matrix,
        "stages": [stage.label for stage in CheckStage],
        "missing_checks": missing(matrix),
        "asked_checks": waiting(matrix),
        "steps": step_bar(control) if control else [],
        "state": TABLES[control.table].state(control.status) if control else None,
        "entries": entries_of(control) if control else [],
        "next_by": next_by(control) if control and plot.ended_by_id is None else [],
        "papers": list(control.papers.select_related("document")) if control else [],
        "supervision": newest(supervision_of_plot(plot)),
        **lineage_of(plot),
    }


def _asked(opinion: PlotOpinion) -> str:
    """Texts about when a department was asked and whether it answered."""
    answer = f"{cn_date(opinion.answered_on)}答复" if opinion.answered_on else "待答复"
    return f"{cn_date(opinion.asked_on)}已征询，{answer}"


def lineage_of(plot: Plot) -> dict[str, Any]:
    """Recorded changes to and from the plot, newest first, and the plots it came from with their steps.

    Read through relations, because plot changes are a higher package: one query, two more for a plot that resulted from a change.
    """
    wanted = Q(before__contains=[{"id": plot.pk}])
    for pk in (plot.pk, *map(int, plot.origins)):
        wanted |= Q(after__contains=[{"id": pk}])
    plot_changes = plot.district.plot_changes.filter(wanted).select_related("document", "recorded_by")
    forebears = Plot.with_ended.filter(pk__in=map(int, plot.origins)).select_related("control").order_by("pk") if plot.origins else []
    return {
        "changes": list(plot_changes),
        "forebears": [{"plot": one, "entries": entries_of(one.control) if hasattr(one, "control") else []} for one in forebears],
    }


def entries_of(control: PlotControl) -> list[dict[str, Any]]:
    """Steps taken, newest first, for ``components/timeline.html``."""
    return [
        {
            "at": record.at,
            "title": timeline.action_label(record),
            "who": "　".join(part for part in (record.organisation, record.actor_name) if part),
            "note": "　".join(part for part in _details(record.facts, record.reason) if part),
        }
        for record in reversed(timeline.of_subject(control))
    ]


def _details(facts: dict[str, Any], reason: str) -> tuple[str, ...]:
    backfilled = f"补录：{facts.get('backfill_reason') or ''}" if facts.get("backfill") else ""
    return (in_words(str(facts.get("on") or "")), str(facts.get("number") or ""), reason, backfilled)
