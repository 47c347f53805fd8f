"""The specialised plan 专业规划 (七（一）): its versions, its three parts as files, its approval."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.baselines.models import Baseline
from districts.baselines.services import freeze_baseline
from districts.common.enums import PLAN_APPROVAL, BaselineKind, PlanPart, Stage
from districts.file.models.district import District
from districts.file.services.locking import assign, hold_constraints, hold_editor, locked
from districts.special_plans.models import SpecialPlan, SpecialPlanPart
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, Refusal, Refused, Stale
from greendistrict.documents.services import store

PLAIN = (
    "diagnosis_parts",
    "positioning",
    "merged_document",
    "indicator_dimensions",
    "scheme_dimensions",
    "scheme_in_unit_plan",
    "scheme_in_renewal_plan",
    "carbon_intensity_target",
    "carbon_stage_targets",
)
KIND = "专业规划"


def current_plan(district: District) -> SpecialPlan | None:
    """Newest version of the plan."""
    return district.plans.order_by("-number").first()


def save_plan(
    *, district: District, values: Mapping[str, Any], files: Mapping[str, "UploadedFile[Any]"] | None = None, version: int, by: User
) -> SpecialPlan:
    """Save fields of the newest version (the first one is made) and keep its parts, ``files`` by ``PlanPart`` value.

    Raises ``NotAllowed``, ``Stale``, ``Refused`` (a file or value does not do), ``Closed`` when the version is approved.
    """
    hold_editor(by, district)
    with transaction.atomic():
        plan = _locked_plan(district, version)
        changed = assign(plan, {name: values[name] for name in PLAIN if name in values})
        plan.version += 1
        hold_constraints(plan)
        plan.save()
        for part, upload in (files or {}).items():
            changed[part] = ["", _keep_part(plan, PlanPart(part), upload, by)]
        if changed:
            audit.record(action="districts.save_plan", by=by, obj=plan, data={"district": district.code, "changed": changed})
    return plan


def _locked_plan(district: District, version: int) -> SpecialPlan:
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    newest = current_plan(district)
    if newest is None:
        return SpecialPlan(district=district)
    Closed.when(newest.approved_on, "这一版专业规划已登记批准，不能再改；需要修改请新编一版")
    return locked(newest, version)


def _keep_part(plan: SpecialPlan, part: PlanPart, upload: "UploadedFile[Any]", by: User) -> str:
    row = plan.parts.select_related("document").filter(part=part).first()
    document = store(
        owner=plan.district,
        upload=upload,
        kind=KIND,
        title=f"{part.label}（第{plan.number}版）",
        by=by,
        replaces=row.document if row else None,
    )
    SpecialPlanPart.objects.update_or_create(plan=plan, part=part, defaults={"document": document})
    return document.sha256


def approve_plan(
    *,
    plan: SpecialPlan,
    approved_on: dt.date,
    approval_number: str,
    by: User,
    version: int | None = None,
    scan: "UploadedFile[Any] | None" = None,
) -> Baseline:
    """Record the approval of the plan and freeze its plot and land list as the plan baseline.

    Raises ``Refused`` with everything that is missing at once, ``Closed`` when it is approved already.
    """
    hold_editor(by, plan.district)
    with transaction.atomic():
        stored = locked(plan, version)
        Closed.when(stored.approved_on, "这一版专业规划已登记批准")
        if missing := _missing_for_approval(stored, approved_on, approval_number):
            raise Refused(missing)
        stored.approved_on, stored.approval_number = approved_on, approval_number.strip()
        stored.version += 1
        stored.save()
        if scan:
            store(owner=stored.district, upload=scan, kind=PLAN_APPROVAL, title=f"专业规划批准文件（第{stored.number}版）", by=by)
        data = {"approved_on": str(approved_on), "number": stored.approval_number}
        audit.record(action="districts.approve_plan", by=by, obj=stored, data=data)
        reason = f"专业规划第{stored.number}版批准（{stored.approval_number}）"
        return freeze_baseline(district=stored.district, kind=BaselineKind.PLAN, reason=reason, by=by)


def _missing_for_approval(plan: SpecialPlan, approved_on: dt.date, approval_number: str) -> list[Refusal]:
    missing = []
    if approved_on > clock.today():
        missing.append(Refusal("批准日期不能晚于今天", field="approved_on"))
    if not approval_number.strip():
        missing.append(Refusal("请填写批准文号", field="approval_number"))
    held = set(plan.parts.values_list("part", flat=True))
    missing += [Refusal(f"请先上传{part.label}", cite="七（一）") for part in PlanPart if part not in held]
    if not plan.district.plots.exists():
        missing.append(Refusal("请先登记地块：批准时冻结的规划基线以地块清单为准", cite="八（一）"))
    if plan.district.area_km2 is None or plan.district.developable_km2 is None:
        missing.append(Refusal("请先填写规划范围面积和待开发用地面积：批准时一并冻结", cite="六（一）"))
    return missing


def start_plan_version(*, district: District, by: User) -> SpecialPlan:
    """Begin the next version from the approved one. After a title this needs a change case, so it is refused."""
    hold_editor(by, district)
    if district.stage in (Stage.PILOT, Stage.DEMONSTRATION):
        raise Refused([Refusal("称号授予后，专业规划的修改须经变更办理", remedy="提出变更，经市级批准后更新")])
    with transaction.atomic():
        District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
        old = current_plan(district)
        if old is None or not old.approved_on:
            msg = "现有一版尚未登记批准，请直接修改"
            raise Stale(msg, current=old)
        values = {name: getattr(old, name) for name in PLAIN}
        plan = SpecialPlan.objects.create(district=district, number=old.number + 1, **values)
        for row in old.parts.all():
            SpecialPlanPart.objects.create(plan=plan, part=row.part, document_id=row.document_id)
        audit.record(action="districts.start_plan_version", by=by, obj=plan, data={"district": district.code, "number": plan.number})
    return plan
