"""Write key projects and municipal works."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from districts.common.enums import CheckResult, CheckStage, ProjectState, UseBasis
from districts.file.models.district import District
from districts.file.rules import fills_plot
from districts.file.selectors.bodies import department_of
from districts.file.services import assign, hold_constraints, hold_editor, locked
from districts.land.green_indicators import WrongIndicatorValue, parse
from districts.plausibility.comparisons import PlausibilityFinding
from districts.plausibility.expectations import NEAR, DayOfRow, least_days, near
from districts.plausibility.services import ask_about, drop_answers
from districts.plausibility.undertakings import PROJECT_DAYS
from districts.plots.check_matrix import objecting
from districts.plots.services.opinions import keep_paper, proof_of_check
from districts.projects.checks import is_conforming, measure, unbuilt
from districts.projects.models import PROJECT_PLAN, KeyProject, KeyProjectPlan, Work, WorkCheck, WorkIndicator
from districts.projects.rules import ACCEPTING_WORDS, accepting_body, records_use, records_work, withdraws_work
from districts.projects.selectors import green_values
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.documents.models import Evidence
from greendistrict.documents.office.inspection import display_name
from greendistrict.documents.services import store

# What the registration of an acceptance or of use needs from those who record it: file, and 补录 with its reason.


class Proof(NamedTuple):
    """File of a registration, whether and why it is a 补录, and why days that were asked about are right."""

    upload: "UploadedFile[Any] | None" = None
    backfill: bool = False
    backfill_reason: str = ""
    explanation: str = ""


NO_PROOF = Proof()


def against_proof(proof: Proof, *, is_own: bool, paper: str) -> Iterator[Refusal]:
    """What is missing; ``is_own``: the person acts for the body that does it."""
    if not is_own and not proof.backfill:
        yield Refusal(f"由{ACCEPTING_WORDS}登记；代为登记的是补录，请勾选“补录”", field="backfill")
    if not is_own and not proof.backfill_reason.strip():
        yield Refusal("请填写补录的理由", field="backfill_reason")
    if proof.upload is None:
        yield Refusal(f"请上传{paper}", field="upload")


def near_end(begun: DayOfRow, ended: DayOfRow) -> list[PlausibilityFinding]:
    """What is asked about an end that is implausibly near the beginning."""
    return list(near(ended, begun, least_days()[ended.part]))


def stored_proof(proof: Proof, *, district: District, title: str, is_own: bool, by: User) -> Evidence:
    """File of a registration in the district's library. Raises ``Refused`` for a file that is not accepted."""
    if proof.upload is None:
        msg = "a registration without its file is refused before"
        raise TypeError(msg)
    return keep_paper(district=district, upload=proof.upload, title=title, is_own=is_own, by=by)


# Record the approved plan of key projects (八（一）), and add project photos.

FINISHED = "finished_on"
PHOTO_KIND = "项目照片"
PHOTOS = ("jpg", "jpeg", "png")


def save_project_plan(
    *, district: District, values: Mapping[str, Any], by: User, version: int | None = None, upload: "UploadedFile[Any] | None" = None
) -> KeyProjectPlan:
    """Record approving body, day and number of the plan, with its file. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    hold_editor(by, district)
    with transaction.atomic():
        known = KeyProjectPlan.objects.filter(district=district).first()
        plan = locked(known, version) if known else KeyProjectPlan(district=district)
        changed = assign(plan, values)
        if isinstance(plan.approved_on, dt.date) and plan.approved_on > clock.today():
            raise Refused([Refusal("批准日期不能晚于今天", field="approved_on")])
        if upload is not None:
            plan.document = store(owner=district, upload=upload, kind=PROJECT_PLAN, title=PROJECT_PLAN, by=by)
        plan.version += 1 if known else 0
        hold_constraints(plan)
        plan.save()
        audit.record(action="districts.key_project_plan", by=by, obj=plan, data={"district": district.code, "changed": changed})
    return plan


def put_in_use(*, project: KeyProject, on: dt.date, by: User, version: int | None = None, proof: Proof = NO_PROOF) -> KeyProject:
    """Register that a project is in use, or prove the typed state; recorded by the applicant it is a 补录.

    Raises ``NotAllowed``, ``Stale``, ``Refused`` with everything missing.
    """
    posts = posts_of(by)
    with transaction.atomic():
        stored = locked(project, version)
        NotAllowed.unless(records_use(posts, stored), f"投用由{ACCEPTING_WORDS}登记，申报主体填报人可以补录")
        body = accepting_body(posts, stored.district)
        found = list(_against_use(stored, on))
        found += against_proof(proof, is_own=body is not None, paper="竣工验收合格报告或投用证明")
        if found:
            raise Refused(found)
        asked = ask_about(stored, NEAR, FINISHED, near_of(stored), proof.explanation)
        assign(stored, {"state": ProjectState.IN_USE, "in_use_on": on})
        stored.use_basis = UseBasis.OFFICE if body else UseBasis.BACKFILL
        stored.use_backfill = "" if body else fitted(stored, "use_backfill", proof.backfill_reason.strip())
        title = f"{stored.name}　投用证明"
        stored.use_proof = stored_proof(proof, district=stored.district, title=title, is_own=body is not None, by=by)
        hold_constraints(stored)
        stored.version += 1
        stored.save()
        data = {"project": stored.name, "on": on.isoformat(), "basis": stored.use_basis, "reason": stored.use_backfill}
        data |= {"explanation": proof.explanation.strip()} if asked.explained else {}
        audit.record(action="districts.project_use", by=by, obj=stored, data=data)
        asked.keep(stored, by)
    return stored


def near_of(project: KeyProject) -> list[PlausibilityFinding]:
    """What is asked about the actual days of a project before its use is registered."""
    days = ((part, PROJECT_DAYS[part], getattr(project, part)) for part in ("started_on", FINISHED))
    return near_end(*(DayOfRow(*day) for day in days))


def _against_use(project: KeyProject, on: dt.date) -> Iterator[Refusal]:
    if project.started_on is None or project.finished_on is None:
        yield Refusal("请先在项目资料里填写实际开工和实际竣工日期")
    if project.finished_on is not None and on < project.finished_on:
        yield Refusal("投用日期不能早于实际竣工", field="on")
    if on > clock.today():
        yield Refusal("投用日期不能晚于今天", field="on")


def add_photo(*, project: KeyProject, upload: "UploadedFile[Any]", title: str, by: User) -> Evidence:
    """Add a photo to a project. Raises ``NotAllowed``, ``Refused`` (not an image)."""
    hold_editor(by, project.district)
    if (upload.name or "").rpartition(".")[2].lower() not in PHOTOS:
        raise Refused([Refusal(f"“{display_name(upload.name or '')}”不是 jpg 或 png 图片，照片只收这两种", field="upload")])
    return store(owner=project, upload=upload, kind=PHOTO_KIND, title=title, by=by)


# Green requirements of municipal works (七（二）): requirements and values, checks, acceptance.

VALUES = {"required": "要求值", "designed": "设计值", "built": "建成值"}
BUILT = "built_on"
DEFINING = ("name", "kind", "unit", "required")
CITE, RULE = "七（二）", "WORKS-GREEN"
BEGUN = "开工后要求不能修改或删除；确需调整的，写入变更依据另加一项"


def _hold_filler(by: User, work: Work) -> None:
    NotAllowed.unless(fills_plot(posts_of(by), work.district), "市政设施的绿色生态内容由申报主体、其咨询单位或区级部门填写")


def _opened(work: Work, version: int | None, by: User) -> Work:
    """The work, locked. Raises ``NotAllowed``, ``Stale``, ``Closed`` once it is accepted as conforming."""
    stored = locked(work, version)
    _hold_filler(by, stored)
    _hold_unaccepted(stored)
    return stored


def _hold_unaccepted(work: Work) -> None:
    Closed.when(work.conforms is True, "竣工验收已登记为符合，内容不能再改；登记有误的先撤回竣工登记")


def _moved(work: Work, action: str, by: User, data: Mapping[str, Any]) -> None:
    work.version += 1
    work.save()
    audit.record(action=f"districts.{action}", by=by, obj=work, data={"work": work.name, **data})


def save_indicator(
    *, work: Work, values: Mapping[str, str], by: User, version: int | None = None, row: WorkIndicator | None = None
) -> WorkIndicator:
    """Add a requirement, or save its values as typed. Requirements are fixed once the work has begun.

    Raises ``NotAllowed``, ``Stale``, ``Closed``, ``Refused`` with each wrong value at its field.
    """
    with transaction.atomic():
        stored = _opened(work, version, by)
        kept = stored.indicators.get(pk=row.pk) if row is not None else WorkIndicator(work=stored)
        changed = assign(kept, _checked(values))
        Closed.when(kept.pk and stored.started_on and set(DEFINING) & set(changed), BEGUN)
        if changed:
            hold_constraints(kept)
            kept.save()
            _moved(stored, "work_indicator", by, {"indicator": kept.name, "changed": changed})
    return kept


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    """Values in stored form. Raises ``Refused`` with each invalid one."""
    known, found = measure(values["name"].strip(), values["kind"], values["unit"].strip()), []
    checked = {"name": known.name, "kind": values["kind"], "unit": known.unit}
    for name, label in VALUES.items():
        try:
            checked[name] = parse(known, values[name])
        except WrongIndicatorValue as wrong:
            found.append(Refusal(f"{label}：{wrong}", field=name))
    if not found and not checked["required"]:
        found.append(Refusal("请填写要求值", rule=RULE, field="required"))
    if found:
        raise Refused(found)
    return checked


def drop_indicator(*, row: WorkIndicator, by: User, version: int | None = None) -> None:
    """Remove a requirement before the work begins. Raises ``NotAllowed``, ``Stale``, ``Closed``."""
    with transaction.atomic():
        stored = _opened(row.work, version, by)
        Closed.when(stored.started_on, BEGUN)
        stored.indicators.filter(pk=row.pk).delete()
        _moved(stored, "work_indicator_drop", by, {"indicator": row.name, "required": row.required})


def check_work(
    *,
    work: Work,
    stage: str,
    department: str,
    result: str,
    by: User,
    on: dt.date,
    text: str = "",
    version: int | None = None,
    upload: "UploadedFile[Any] | None" = None,
) -> WorkCheck:
    """Add a department's check; for another department with its scan, as 补录. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    with transaction.atomic():
        stored = locked(work, version)
        _hold_filler(by, stored)
        if on > clock.today():
            raise Refused([Refusal("日期不能晚于今天", field="checked_on")])
        if result == CheckResult.NOT_HELD and not text.strip():
            raise Refused([Refusal("不符合的请写明意见", field="text")])
        name = department.strip()
        proof = proof_of_check(district=stored.district, department=name, result=result, title=stored.name, by=by, upload=upload)
        check = WorkCheck(work=stored, stage=CheckStage(stage), department=name, checked_on=on, result=CheckResult(result),
                          **proof, department_key=department_of(department), text=fitted(WorkCheck, "text", text.strip()),
                          entered_by=by)  # fmt: skip
        hold_constraints(check)
        check.save()
        data = {"work": stored.name, "stage": stage, "department": department, "result": result, "backfill": check.is_backfill}
        audit.record(action="districts.add_check", by=by, obj=check, data=data)
    return check


def accept_work(
    *, work: Work, on: dt.date, number: str, by: User, version: int | None = None, reason: str = "", proof: Proof = NO_PROOF
) -> Work:
    """Register the acceptance; 符合 or 不符合 follows from the values and each department's newest check at completion.

    After 不符合 it is registered again once mended, with the ``reason``. It needs the report; recorded by the applicant it is a 补录 with
    its own reason. Raises ``NotAllowed``, ``Stale``, ``Closed``, ``Refused``.
    """
    posts = posts_of(by)
    with transaction.atomic():
        stored = locked(work, version)
        NotAllowed.unless(records_work(posts, stored), f"竣工验收由{ACCEPTING_WORDS}登记，申报主体填报人可以补录")
        _hold_unaccepted(stored)
        values = green_values(stored)
        body = accepting_body(posts, stored.district)
        found = list(_against(stored, on, number, reason))
        if not values:
            found.append(Refusal("没有绿色生态指标要求，无从比较", rule=RULE, cite=CITE, remedy="先登记要求值", href=_values_of(stored)))
        if names := unbuilt(values):
            remedy = "按竣工验收报告填写建成值"
            found.append(Refusal(f"缺建成值：{'、'.join(names)}", rule=RULE, cite=CITE, remedy=remedy, href=_values_of(stored)))
        found += against_proof(proof, is_own=body is not None, paper="竣工验收合格报告")
        if found:
            raise Refused(found)
        near = near_end(DayOfRow("", "开工日期", stored.started_on), DayOfRow(BUILT, "竣工验收日期", on))
        asked = ask_about(stored, NEAR, BUILT, near, proof.explanation)
        stored.built_on, stored.acceptance_number = on, fitted(stored, "acceptance_number", number.strip())
        stored.conforms = is_conforming(values, objecting(stored.checks.all()))
        stored.accepted_by_id = body or stored.district.applicant_id
        stored.acceptance_backfill = "" if body else fitted(stored, "acceptance_backfill", proof.backfill_reason.strip())
        title = f"{stored.name}　竣工验收合格报告"
        stored.acceptance_report = stored_proof(proof, district=stored.district, title=title, is_own=body is not None, by=by)
        hold_constraints(stored)
        data = {"on": on.isoformat(), "number": number, "conforms": stored.conforms, "reason": reason}
        data |= {"explanation": proof.explanation.strip()} if asked.explained else {}
        _moved(stored, "work_accept", by, {**data, "backfill": stored.acceptance_backfill})
        asked.keep(stored, by)
    return stored


def _values_of(work: Work) -> str:
    """Where the requirements of a work and its values are filled in."""
    return f"{reverse('districts:work', args=[work.district.code, work.pk])}#w-values"


def _against(work: Work, on: dt.date, number: str, reason: str) -> list[Refusal]:
    found = []
    if work.started_on is None:
        page = f"{reverse('districts:work_edit', args=[work.district.code, work.pk])}#id_started_on"
        found.append(Refusal("请先登记开工日期", rule=RULE, remedy="在设施资料里填写开工日期", href=page))
    elif on < work.started_on:
        found.append(Refusal("日期不能早于开工日期", field="on"))
    if on > clock.today():
        found.append(Refusal("日期不能晚于今天", field="on"))
    if not number.strip():
        found.append(Refusal("请填写竣工验收报告编号", field="number"))
    if work.conforms is False and not reason.strip():
        found.append(Refusal("请写明整改措施", field="reason"))
    return found


def withdraw_acceptance(*, work: Work, reason: str, by: User, version: int | None = None) -> Work:
    """Withdraw the registration of an acceptance entered by mistake. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    with transaction.atomic():
        stored = locked(work, version)
        NotAllowed.unless(withdraws_work(posts_of(by), stored), "竣工登记由登记的单位撤回")
        Refused.when(stored.conforms is None, "尚未登记竣工验收")
        if not reason.strip():
            raise Refused([Refusal("请写明理由", field="reason")])
        data = {"on": str(stored.built_on), "number": stored.acceptance_number, "conforms": stored.conforms, "reason": reason}
        drop_answers(stored, NEAR, (BUILT,))
        stored.built_on, stored.conforms, stored.acceptance_number = None, None, ""
        stored.acceptance_report, stored.acceptance_backfill, stored.accepted_by = None, "", None
        _moved(stored, "work_withdraw", by, data)
    return stored
