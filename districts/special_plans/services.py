"""Services of the specialised plan (专业规划, 七（一）): versions, three parts as files, approval."""

import datetime as dt
from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.baselines.models import Baseline
from districts.baselines.services import freeze_baseline
from districts.common.enums import TITLED, BaselineKind
from districts.file.models.district import District
from districts.file.services import assign, hold_constraints, hold_editor, locked
from districts.plausibility.comparisons import PlausibilityFinding, limits_of
from districts.plausibility.expectations import DESIGN_DAYS, SCHEME_DAYS, IntensityPath, asked_of_design, asked_of_path
from districts.plausibility.services import ask, carry_answers
from districts.special_plans.models import (
    PLAN_APPROVAL,
    PlanPart,
    PlanSection,
    PlanSectionFile,
    PlanSectionKind,
    SectionState,
    SpecialPlan,
    SpecialPlanPart,
)
from districts.special_plans.rules import CITES, PIECES, kinds_for, state_of
from districts.special_plans.selectors import path_beside
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, Refusal, Refused, Stale
from greendistrict.documents.services import store
from greendistrict.policy import parameters

PLAIN = (
    "merged_document",
    "urban_design",
    "design_started_on",
    "design_approved_on",
    "scheme_started_on",
    "scheme_in_unit_plan",
    "scheme_in_renewal_plan",
    "carbon_intensity_target",
    "carbon_stage_targets",
)
KIND = "专业规划"
ASKED_ABOUT = {"carbon_intensity_target", "carbon_stage_targets", *DESIGN_DAYS, *SCHEME_DAYS}
CLOSED = "这一版专业规划已登记批准，不能再改；需要修改请新编一版"


def current_plan(district: District) -> SpecialPlan | None:
    """Newest version of the plan."""
    return district.plans.order_by("-number").first()


def save_plan(
    *,
    district: District,
    values: Mapping[str, Any],
    files: Mapping[str, "UploadedFile[Any]"] | None = None,
    version: int,
    by: User,
    explanation: str = "",
) -> SpecialPlan:
    """Save fields of the newest version (created if there is none) and store its parts, ``files`` by ``PlanPart`` value.

    Raises ``NotAllowed``, ``Stale``, ``Refused`` (invalid file or value, carbon targets or days asked about that ``explanation`` does not
    answer), ``Closed`` if the version is approved.
    """
    hold_editor(by, district)
    with transaction.atomic():
        plan = _locked_plan(district, version)
        before = copy(plan) if plan.pk else None
        changed = assign(plan, {name: values[name] for name in PLAIN if name in values})
        plan.version += 1
        hold_constraints(plan)
        asked = ask(plan, _questions, plan, before, explanation) if ASKED_ABOUT & set(changed) else None
        plan.save()
        if asked is not None:
            asked.keep(plan, by)
        for part, upload in (files or {}).items():
            changed[part] = ["", _keep_part(plan, PlanPart(part), upload, by)]
        if changed:
            audit.record(action="districts.save_plan", by=by, obj=plan, data={"district": district.code, "changed": changed})
    return plan


def _questions(plan: SpecialPlan, _stored: SpecialPlan | None) -> list[PlausibilityFinding]:
    """What is asked about carbon targets and days of the design."""
    stages = {int(target["year"]): Decimal(target["value"]) for target in plan.carbon_stage_targets}
    path, today = IntensityPath(plan.carbon_intensity_target, stages), clock.today()
    days = {name: getattr(plan, name) for name in (*DESIGN_DAYS, *SCHEME_DAYS)}
    return [*asked_of_path(path, path_beside(plan), limits_of(parameters.load()), today), *asked_of_design(days, today)]


def save_section(
    *,
    district: District,
    section: PlanSectionKind,
    texts: Mapping[str, str],
    version: int,
    by: User,
    upload: "UploadedFile[Any] | None" = None,
) -> PlanSection:
    """Save the texts of a section of the newest version (created if there is none) and add a file. Any text may be empty.

    ``version`` is the section's own, so that two people can write different sections at once. Raises ``NotAllowed``, ``Stale``,
    ``Refused`` (invalid file), ``Closed`` if the plan is approved.
    """
    hold_editor(by, district)
    with transaction.atomic():
        plan = _locked_plan(district, None)
        if plan.pk is None:
            plan.save()
        stored = plan.sections.filter(section=section).first()
        row = locked(stored, version) if stored else PlanSection(plan=plan, section=section)
        known = {piece.key for piece in PIECES[section]}
        changed = assign(row, {"texts": {key: text.strip() for key, text in texts.items() if key in known and text.strip()}})
        row.version += 1
        hold_constraints(row)
        row.save()
        if upload:
            title = f"{row}（第{row.plan.number}版）"
            document = store(owner=row.plan.district, upload=upload, kind=KIND, title=title, by=by)
            PlanSectionFile.objects.create(section=row, document=document)
            changed["file"] = ["", document.sha256]
        if changed:
            data = {"district": district.code, "section": str(row), "changed": changed}
            audit.record(action="districts.save_plan_section", by=by, obj=plan, data=data)
    return row


def remove_section_file(*, file: PlanSectionFile, by: User) -> None:
    """Remove a file from its section; other plan versions that use it and the stored file stay.

    Raises ``NotAllowed``, ``Refused``, ``Closed`` if the plan is approved.
    """
    plan = file.section.plan
    hold_editor(by, plan.district)
    with transaction.atomic():
        Closed.when(locked(plan, None).approved_on, CLOSED)
        data = {"district": plan.district.code, "section": str(file.section), "sha256": file.document.sha256}
        audit.record(action="districts.remove_plan_file", by=by, obj=plan, data=data)
        file.delete()


def _locked_plan(district: District, version: int | None) -> SpecialPlan:
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    newest = current_plan(district)
    if newest is None:
        return SpecialPlan(district=district)
    stored = locked(newest, None if newest.approved_on else version)
    Closed.when(stored.approved_on, CLOSED)
    return stored


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
    """Record the approval of the plan and freeze its list of plots and land as the plan baseline.

    Raises ``Refused`` with everything missing, ``Closed`` if it is approved already.
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
    for row in plan.sections.all():
        kind = PlanSectionKind(row.section)
        if kind in kinds_for(plan.district.type) and state_of(kind, row.texts, row.stated) == SectionState.STATED:
            missing.append(Refusal(f"“{row}”只有勾选、没有内容，请补写以后再登记批准", cite=CITES[kind]))
    if not plan.district.plots.exists():
        missing.append(Refusal("请先登记地块：批准时冻结的规划基线以地块清单为准"))
    if plan.district.area_km2 is None or plan.district.developable_km2 is None:
        missing.append(Refusal("请先填写规划范围面积和待开发用地面积：批准时一并冻结"))
    return missing


def against_new_version(district: District) -> list[Refusal]:
    """Why no next version of an approved plan is begun: after a title a change case does that."""
    if district.stage in TITLED:
        return [Refusal("称号授予后，专业规划的修改须经变更办理", remedy="提出变更，经市级批准后更新")]
    return []


def start_plan_version(*, district: District, by: User) -> SpecialPlan:
    """Create the next version from the approved one. Refused after a title, because that requires a change case."""
    hold_editor(by, district)
    if found := against_new_version(district):
        raise Refused(found)
    with transaction.atomic():
        District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
        old = current_plan(district)
        if old is None or not old.approved_on:
            msg = "现有一版尚未登记批准，请直接修改"
            raise Stale(msg, current=old)
        values = {name: getattr(old, name) for name in PLAIN}
        plan = SpecialPlan.objects.create(district=district, number=old.number + 1, **values)
        carry_answers(old, plan)
        for row in old.parts.all():
            SpecialPlanPart.objects.create(plan=plan, part=row.part, document_id=row.document_id)
        for section in old.sections.prefetch_related("files"):
            section_copy = PlanSection.objects.create(plan=plan, section=section.section, texts=section.texts, stated=section.stated)
            PlanSectionFile.objects.bulk_create(
                PlanSectionFile(section=section_copy, document_id=file.document_id) for file in section.files.all()
            )
        audit.record(action="districts.start_plan_version", by=by, obj=plan, data={"district": district.code, "number": plan.number})
    return plan
