"""Record changes of plots, and revoke them."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.common.enums import PlotChangeKind
from districts.file.models.district import District
from districts.file.services import hold_constraints, hold_editor, locked
from districts.plausibility.expectations import least_days
from districts.plausibility.services import carry_answers
from districts.plot_changes.models import PLOT_CHANGE_PROOF, PlotChange
from districts.plot_changes.proposals import NewPlot, Proposal
from districts.plots.frozen import frozen_among
from districts.plots.models import Plot, PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused, Stale
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store

# Record a previewed change of plots in one transaction.

CARRIED = (
    "district_id", "sub_area", "buildable", "owner", "acquisition", "planned_acquisition", "planned_start", "planned_finish", "acquired_on",
    "started_on", "built_on", "conforms", "backfill_id", "is_demo",
)  # fmt: skip
CHANGED = ("number", "area_ha", "floor_area", "land_use", "land_use_code", "lineage", "origins")
KEPT = ("number", "area_ha", "floor_area", "land_use")
VALUES = (
    "key",
    "required",
    "designed",
    "built",
    "by_consultation",
    "designed_short",
    "built_short",
    "excepted",
    "exception_reason",
    "exception_on",
)


def plots_to_change(district: District, numbers: Iterable[str]) -> list[Plot]:
    """Current plots by number, in the given order, with related data. Raises ``Refused`` naming unknown ones."""
    wanted = list(dict.fromkeys(numbers))
    rows = district.plots.filter(number__in=wanted).select_related("control", "shape")
    found = {plot.number: plot for plot in rows.prefetch_related("indicators", "opinions", "checks", "key_projects")}
    if unknown := [number for number in wanted if number not in found]:
        raise Refused([Refusal(f"没有地块{'、'.join(unknown)}", field="others")])
    for plot in found.values():
        plot.district = district
    return [found[number] for number in wanted]


def record_change(
    *,
    district: District,
    propose: Callable[[], Proposal],
    read: str,
    on: dt.date,
    reason: str,
    upload: "UploadedFile[Any] | None",
    by: User,
    number: str = "",
) -> PlotChange:
    """Record a change; ``propose`` computes it again under the lock, ``read`` is the text that the preview had read.

    Raises ``NotAllowed``, ``Stale`` if a plot was changed since the preview, ``Refused`` for reasons against the change, a plot of the
    pilot baseline, a future day, a missing ground or a missing file.
    """
    hold_editor(by, district)

    def paper(proposal: Proposal) -> Evidence:
        hold_outside_baseline(proposal)
        found = []
        if on > clock.today():
            found.append(Refusal("日期不能晚于今天", field="on"))
        if not reason.strip():
            found.append(Refusal("请填写依据和事由", field="reason"))
        if upload is None:
            found.append(Refusal("请上传依据文件", field="upload"))
        if found or upload is None:
            raise Refused(found)
        return store(owner=district, upload=upload, kind=PLOT_CHANGE_PROOF, title="地块变更依据文件", by=by)

    return _write(district, propose, read, paper, {"on": on, "number": number.strip(), "reason": reason.strip(), "recorded_by": by})


def record_decided(
    *,
    district: District,
    propose: Callable[[], Proposal],
    read: str,
    on: dt.date,
    reason: str,
    document: Evidence,
    case_number: str,
    by: User,
    number: str = "",
) -> PlotChange:
    """Do what a change case decided, in the decision's transaction; the case holds the permission, the paper and the reasons against it.

    Raises ``Stale`` when a plot was changed since the case was filled in, ``Refused`` for what stands against it.
    """
    act = {"on": on, "number": number.strip(), "reason": reason.strip(), "recorded_by": by, "case_number": case_number}
    return _write(district, propose, read, lambda _proposal: document, act)


def _write(
    district: District, propose: Callable[[], Proposal], read: str, paper: Callable[[Proposal], Evidence], act: Mapping[str, Any]
) -> PlotChange:
    with transaction.atomic():
        locked(district, None)
        proposal = propose()
        for plot in proposal.before:
            locked(plot, None)
        proposal = propose()
        if proposal.read != read:
            msg = "核对之后有人改过这些地块，这次没有登记；请重新核对"
            raise Stale(msg)
        before = [row_of(plot) for plot in proposal.before]
        change = PlotChange(
            district=district, kind=proposal.kind, document=paper(proposal), before=before, after=[], recorded_at=clock.now(), **act
        )
        change.save()
        made = _succeed(proposal, change) if proposal.ends else [_alter(proposal.before[0], proposal.after[0])]
        change.after = [row_of(plot) for plot in made]
        hold_constraints(change)
        change.save(update_fields=["after"])
        _told(change, proposal, made, act["recorded_by"])
    return change


def hold_outside_baseline(proposal: Proposal) -> None:
    """Raise ``Refused`` for a change that touches the pilot baseline and so takes a case."""
    plots = proposal.before
    if frozen := frozen_among(plots[0].district, plots):
        text = f"地块{'、'.join(plot.number for plot in frozen)}已列入试点基线，不能直接{proposal.kind.label}"
        remedy = "提出变更，经市级批准后登记"
        raise Refused([Refusal(text, remedy=remedy, field="others" if len(plots) > 1 else "")])


def row_of(plot: Plot) -> dict[str, Any]:
    """Fields of a plot that a change stores."""
    return {"id": plot.pk, **{name: None if getattr(plot, name) is None else str(getattr(plot, name)) for name in KEPT}}


def _alter(plot: Plot, new: NewPlot) -> Plot:
    for name in CHANGED:
        setattr(plot, name, getattr(new, name))
    plot.version += 1
    hold_constraints(plot)
    plot.save()
    return plot


def _succeed(proposal: Proposal, change: PlotChange) -> list[Plot]:
    """End the old plots before creating the new ones, which may take over a number."""
    before = proposal.before
    for plot in before:
        plot.ended_by, plot.version = change, plot.version + 1
        plot.save(update_fields=["ended_by", "version"])
    made = []
    for new in proposal.after:
        values = {name: getattr(before[0], name) for name in CARRIED} | {name: getattr(new, name) for name in CHANGED}
        plot = Plot(**values)
        hold_constraints(plot)
        plot.save()
        carry_answers(before[0], plot, CARRIED)
        for old in before:
            carry_answers(old, plot, least_days())
        _carry(before, plot)
        made.append(plot)
    move_projects(before, made)
    return made


def _carry(before: Sequence[Plot], plot: Plot) -> None:
    """Copy control table, values, answers and checks; copied answers and checks refer to their originals."""
    controls = [old.control for old in before if hasattr(old, "control")]
    if controls:
        first = controls[0]
        PlotControl.objects.create(
            plot=plot, table=first.table, status=first.status, with_scheme=first.with_scheme, steps=_steps([one.steps for one in controls])
        )
    PlotIndicator.objects.bulk_create(
        PlotIndicator(plot=plot, **{name: getattr(row, name) for name in VALUES}) for row in before[0].indicators.all()
    )
    for old in before:
        PlotOpinion.objects.bulk_create(PlotOpinion(plot=plot, **_copied(row)) for row in old.opinions.all())
        PlotCheck.objects.bulk_create(PlotCheck(plot=plot, **_copied(row)) for row in old.checks.all())


def _copied(row: PlotOpinion | PlotCheck) -> dict[str, Any]:
    """Fields of a copied answer or check, with a reference to the original record."""
    names = [field.attname for field in row._meta.concrete_fields if field.name not in ("id", "plot", "carried_from")]
    return {"carried_from_id": row.carried_from_id or row.pk, **{name: getattr(row, name) for name in names}}


def _steps(steps: Sequence[dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Steps of a merged table; if the numbers of one day differ, all of them are kept."""
    found = {name: dict(step) for name, step in steps[0].items()}
    for name, step in found.items():
        numbers = [str(one[name]["number"]) for one in steps if one.get(name, {}).get("number")]
        if numbers:
            step["number"] = "、".join(dict.fromkeys(numbers))
    return found


def move_projects(before: Sequence[Plot], made: Sequence[Plot]) -> None:
    """Move key projects from some plots to others."""
    links = Plot.key_projects.through
    old = links.objects.filter(plot__in=[plot.pk for plot in before])
    projects = sorted(set(old.values_list("keyproject_id", flat=True)))
    old.delete()
    links.objects.bulk_create(links(keyproject_id=project, plot=plot) for project in projects for plot in made)


def _told(change: PlotChange, proposal: Proposal, made: Iterable[Plot], by: User) -> None:
    data = {"district": change.district.code, "kind": change.kind, "number": change.number, "before": change.before, "after": change.after}
    data |= {"case": change.case_number} if change.case_number else {}
    audit.record(action="districts.plot_change", by=by, obj=change, data=data)
    source = "，".join(part for part in (proposal.kind.label, change.number, change.case_number) if part)
    names = [*CARRIED, *KEPT, *(f"{row.key}.{stage}" for row in proposal.before[0].indicators.all() for stage in VALUES[1:4])]
    if not proposal.ends:
        names = [name for name in KEPT if str(change.before[0][name]) != str(change.after[0][name])] or ["number"]
    for plot in made:
        audit.record(action="districts.plot_changed", by=by, obj=plot, data={"source": source, "changed": names, "change": change.pk})


# Revoke a split or merge while nothing depends on the new plots: reasons against it, and the act.

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
