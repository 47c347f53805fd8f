"""Services of a district's three lists: plots, key projects and works."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, TypeVar

from django.db import transaction

from districts.common.enums import ControlStep, ProjectState
from districts.file.models.district import District
from districts.file.services.locking import assign, hold_constraints, hold_editor, label_of, locked
from districts.lists.selectors.questions import figures_of, questions_about
from districts.plausibility.services import ask
from districts.plots.checks import BACKFILLED, BY_STEPS, entered_wrongly, problems_of
from districts.plots.frozen import fixed_problems, pilot_rows
from districts.plots.models import Plot, PlotControl
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.locks import one_at_a_time

Listed = TypeVar("Listed", Plot, KeyProject, Work)
LISTS = {Plot: "plots", KeyProject: "key_projects", Work: "works"}
PAST_DAYS = ("started_on", "finished_on", "built_on", "in_use_on")


@transaction.atomic
def save(
    model: type[Listed],
    *,
    district: District,
    values: Mapping[str, Any],
    by: User,
    row: Listed | None = None,
    version: int | None = None,
    explanation: str = "",
) -> Listed:
    """Add or change a row. Areas in 公顷 (land) and m² (floor), investment in 万元, ``plots`` of a project as plot numbers.

    Raises ``NotAllowed``, ``Stale``, ``Refused``, also with questions about changed figures and days that ``explanation`` does not answer.
    """
    hold_editor(by, district)
    if row is None:
        one_at_a_time(f"districts.list:{district.pk}")  # two who add the same at once: the second reads the first and is told so
    own = {name: value for name, value in values.items() if name != "plots"}
    stored = locked(row, version) if row is not None else model(district=district, is_demo=district.is_demo)
    Refused.when(stored.district_id != district.pk, "这一条不属于本城区")
    found = fixed_problems(stored, own) if isinstance(stored, Plot) else []
    before = copy(stored)
    changed = assign(stored, own)
    found += progress_problems(stored)
    if isinstance(stored, Plot):
        found += control_problems(stored, changed)
        found += [Refusal(words, field=name) for name, words in entered_wrongly(stored, changed, district.area_km2)]
    if isinstance(stored, Work):
        found += [Refusal(words, field=name) for name, words in settled_days(stored, changed)]
    if found:
        raise Refused(found)
    _drop_old_proof(stored, changed)
    hold_constraints(stored)
    asked = None
    if figures_of(stored) != figures_of(before) or "plots" in values:
        questions = questions_about(stored, clock.today(), values.get("plots"))
        asked = ask(stored, questions, stored, before if row is not None else None, explanation)
    if row is not None:
        stored.version += 1
    stored.save()
    if asked is not None:
        asked.keep(stored, by)
    if changed:
        data = {"district": district.code, "changed": changed}
        audit.record(action=f"districts.{model._meta.model_name}_save", by=by, obj=stored, data=data)
    if isinstance(stored, KeyProject) and "plots" in values:
        stored.plots.set(_plots_named(district, values["plots"]))
    return stored


def _drop_old_proof(stored: Plot | KeyProject | Work, changed: Mapping[str, Any]) -> None:
    """Proof of a fact that was typed anew is dropped."""
    if isinstance(stored, Plot) and stored.backfill_id and set(BACKFILLED) & set(changed):
        stored.backfill = None
    if isinstance(stored, KeyProject) and {"state", "in_use_on", "started_on", "finished_on"} & set(changed):
        stored.use_basis = ""  # what was proven is another fact than the one typed now


def _plots_named(district: District, numbers: Iterable[str]) -> list[Plot]:
    """Plots by number. Raises ``Refused`` naming unknown numbers."""
    found = {plot.number: plot for plot in district.plots.filter(number__in=list(numbers))}
    if unknown := [number for number in numbers if number not in found]:
        raise Refused([Refusal(f"没有地块{'、'.join(unknown)}", field="plots")])
    return list(found.values())


def progress_problems(row: Plot | KeyProject | Work) -> list[Refusal]:
    """Contradictions in the progress: dates in the future, a state without its date."""
    if isinstance(row, Plot):
        return [Refusal(words, field=name) for name, words in problems_of(row, clock.today())]
    names = [name for name in PAST_DAYS if getattr(row, name, None) and getattr(row, name) > clock.today()]
    found = [Refusal(f"{label_of(row, name)}不能晚于今天", field=name) for name in names]
    if isinstance(row, Work) and row.built_on and not row.started_on:
        found.append(Refusal("填了建成日期，请填写开工日期", field="started_on"))
    if isinstance(row, KeyProject) and (row.state == ProjectState.IN_USE) != bool(row.in_use_on):
        text = "请填写投用日期" if row.state == ProjectState.IN_USE else "填了投用日期，状态应为投用"
        found.append(Refusal(text, field="in_use_on"))
    return found


def control_problems(plot: Plot, changed: Iterable[str]) -> list[Refusal]:
    """Refusals for fields decided by the control table, and for 符合 contradicting the built values (七（二）5)."""
    if plot.pk is None:
        return []
    found = []
    control = PlotControl.objects.filter(plot=plot).exclude(status=ControlStep.PREPARE).first()
    if control is not None:
        found = [Refusal(f"{label_of(plot, name)}按管控步骤登记，不能直接填写", field=name) for name in BY_STEPS if name in set(changed)]
    if plot.conforms and plot.indicators.filter(built_short=True).exists():
        found.append(Refusal("有指标的建成值差于要求，不能登记为符合", rule="PLOT-COMPLETION", cite="七（二）5", field="conforms"))
    return found


def settled_days(work: Work, changed: Iterable[str]) -> list[tuple[str, str]]:
    """Dates of a work that can no longer be changed in the list: field and words of each."""
    names = [name for name in ("started_on", "built_on") if name in set(changed)]
    if work.pk is None or not names:
        return []
    if work.conforms is not None:
        return [(name, f"{label_of(work, name)}已由竣工验收登记确定，登记有误的先撤回竣工登记") for name in names]
    if "started_on" in names and work.started_on is None and work.indicators.exists():
        return [("started_on", "开工日期可以更正，不能清空：绿色生态要求自开工起不再修改")]
    return []


def against_deleting(row: Plot | KeyProject | Work) -> list[Refusal]:
    """Why a row is kept; empty if it may be deleted."""
    if isinstance(row, Plot) and PlotControl.objects.filter(plot=row).exclude(status=ControlStep.PREPARE).exists():
        return [Refusal(f"地块“{row}”已在办理建设管控，不能删除")]
    if isinstance(row, Plot) and row.origins:
        return [Refusal(f"地块“{row}”由分割、合并而来，基线中的原地块由它延续，不能删除")]
    if isinstance(row, Work) and row.conforms is not None:
        return [Refusal(f"设施“{row}”已登记竣工验收，不能删除")]
    if in_pilot_baseline(row):
        text = f"“{row}”已列入试点基线，不能删除；确需调整须经变更办理"
        return [Refusal(text, remedy="提出变更，经市级批准后更新基线")]
    return []


def delete(row: Plot | KeyProject | Work, *, by: User) -> None:
    """Delete a row. Raises ``NotAllowed``, ``Refused`` with what ``against_deleting`` finds."""
    hold_editor(by, row.district)
    with transaction.atomic():
        stored = locked(row, None)
        if found := against_deleting(stored):
            raise Refused(found)
        data = {"district": stored.district.code}
        audit.record(action=f"districts.{stored._meta.model_name}_delete", by=by, obj=stored, data=data)
        stored.delete()


def in_pilot_baseline(row: Plot | KeyProject | Work) -> bool:
    """Whether the newest pilot baseline contains the row."""
    return row.pk in pilot_rows(row.district, LISTS[type(row)])
