"""Revoke a split or merge while nothing depends on the new plots: reasons against it, and the act."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from districts.common.enums import PlotChangeKind
from districts.file.services.locking import hold_constraints, hold_editor, locked
from districts.plot_changes.models import PlotChange
from districts.plot_changes.services.recording import move_projects, row_of
from districts.plots.frozen import frozen_among
from districts.plots.models import Plot
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused

# Relations that a change creates itself; any other related row was added later.
CARRIED_ALONG = {"control", "indicators", "opinions", "checks", "key_projects"}

BY_CASE = "确需恢复的，提出变更，经市级批准后合并或者分割"


def heirs_of(change: PlotChange) -> list[Plot]:
    """Current plots that resulted from a change."""
    found = Plot.with_ended.filter(pk__in=[row["id"] for row in change.after]).select_related("control")
    return list(found.order_by("number", "pk"))


def _lasting(change: PlotChange) -> Refusal | None:
    """Reason why a change can never be revoked: its kind, or a case decided it."""
    if change.kind == PlotChangeKind.REVOKE:
        return Refusal("撤回本身不能再撤回", remedy="确需分割、合并的，重新登记一次")
    if change.kind not in (PlotChangeKind.SPLIT, PlotChangeKind.MERGE):
        return Refusal(f"{change.get_kind_display()}没有产生新地块，不用撤回", remedy="登记有误的，再登记一次更正")
    if change.case_number:
        return Refusal(f"这次{change.get_kind_display()}经变更{change.case_number}决定，不能直接撤回", remedy=BY_CASE)
    return None


def against_revoking(change: PlotChange) -> list[Refusal]:
    """Reasons why a change cannot be revoked; empty if it can."""
    if lasting := _lasting(change):
        return [lasting]
    heirs = heirs_of(change)
    if gone := [plot.number for plot in heirs if plot.ended_by_id is not None]:
        return [Refusal(f"地块{'、'.join(gone)}之后又变更或已撤回", remedy="有后来变更的，先撤回后来的变更")]
    if kept := frozen_among(change.district, heirs):
        return [Refusal(f"地块{'、'.join(plot.number for plot in kept)}已列入试点基线或者接续其中的地块，不能直接撤回", remedy=BY_CASE)]
    if len(heirs) < len(change.after):
        return [Refusal("变更后的地块有的已从清单删除")]
    found = [Refusal(f"地块{plot.number}变更后{'、'.join(words)}") for plot in heirs if (words := list(_built_on(plot)))]
    frozen = change.district.baselines.filter(frozen_at__gte=change.recorded_at)
    if any(_has(baseline.content, heirs) for baseline in frozen):
        found.append(Refusal("变更后的地块已冻结在基线中", remedy="经变更办理更新基线"))
    numbers = [row["number"] for row in change.before]
    taken = change.district.plots.filter(number__in=numbers).exclude(pk__in=[plot.pk for plot in heirs])
    if held := list(taken.order_by("number").values_list("number", flat=True)):
        found.append(Refusal(f"原编号已由别的地块使用：{'、'.join(held)}"))
    return found


def _has(content: object, heirs: list[Plot]) -> bool:
    """Whether a frozen list contains one of the plots."""
    rows = content.get("plots", ()) if isinstance(content, dict) else ()
    return any(row.get("id") in {plot.pk for plot in heirs} for row in rows)


def _built_on(plot: Plot) -> Iterator[str]:
    """Texts about what was entered for a plot since the change."""
    control = getattr(plot, "control", None)
    if plot.version:
        yield "修改过资料或指标值"
    if control is not None and control.version:
        yield "办理过管控步骤"
    if plot.opinions.filter(carried_from=None).exists():
        yield "征询过部门意见"
    if plot.checks.filter(carried_from=None).exists():
        yield "登记过部门审查"
    relations: Any = Plot._meta.related_objects
    for relation in relations:
        model = relation.related_model
        if relation.get_accessor_name() not in CARRIED_ALONG and model._base_manager.filter(**{relation.field.name: plot.pk}).exists():
            yield f"已有{model._meta.verbose_name}"


def revoke_change(*, change: PlotChange, reason: str, by: User) -> PlotChange:
    """Restore the plots before a change in place of those after it; both stay on record, with the file of the change.

    Raises ``NotAllowed``, ``Refused`` without a reason or with all reasons against it.
    """
    hold_editor(by, change.district)
    if not reason.strip():
        raise Refused([Refusal("请填写撤回的理由", field="reason")])
    with transaction.atomic():
        locked(change.district, None)
        for plot in heirs_of(change):
            locked(plot, None)
        if found := against_revoking(change):
            raise Refused(found)
        heirs, before = heirs_of(change), list(Plot.with_ended.filter(ended_by=change).order_by("number", "pk"))
        made = PlotChange(
            district=change.district, kind=PlotChangeKind.REVOKE, on=clock.today(), number=change.number, reason=reason.strip(),
            document=change.document, before=[row_of(plot) for plot in heirs], after=[row_of(plot) for plot in before],
            recorded_at=clock.now(), recorded_by=by,
        )  # fmt: skip
        hold_constraints(made)
        made.save()
        for plot in heirs:
            _end(plot, made)
        for plot in before:
            _end(plot, None)
        move_projects(heirs, before)
        data = {"district": change.district.code, "change": change.pk, "reason": reason.strip()[:200], "after": made.after}
        audit.record(action="districts.plot_change_revoke", by=by, obj=made, data=data)
    return made


def _end(plot: Plot, change: PlotChange | None) -> None:
    plot.ended_by, plot.version = change, plot.version + 1
    plot.save(update_fields=["ended_by", "version"])
