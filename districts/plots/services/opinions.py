"""Opinions of departments on the design with their deadlines, and checks at the four stages (七（二）2).

Also here: Files of the steps of plots, works and key projects, and what a department's check needs from those who record it (七（二）).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.common.enums import CheckResult, CheckStage, OpinionPurpose
from districts.file.models.district import District
from districts.file.rules import fills_plot
from districts.file.selectors.bodies import department_of
from districts.file.services import hold_constraints, locked
from districts.land.green_indicators import design_departments
from districts.plots.models import BACKFILL_PROOF, STEP_PAPER, OpinionResult, Plot, PlotCheck, PlotOpinion
from districts.plots.rules import answers_opinion, asks_departments, speaks_for
from districts.plots.selectors.plots import design_bodies
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.locks import move_later
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store
from greendistrict.policy import parameters


def keep_paper(*, district: District, upload: "UploadedFile[Any]", title: str, is_own: bool, by: User) -> Evidence:
    """Store a file in the district's library: the paper of the body whose step it is (``is_own``), or the proof of a 补录.

    Raises ``Refused`` for a file that is not accepted.
    """
    kind = STEP_PAPER if is_own else BACKFILL_PROOF
    return store(owner=district, upload=upload, kind=kind, title=title, by=by, may_add=True)


def proof_of_check(
    *, district: District, department: str, result: str, title: str, by: User, upload: "UploadedFile[Any] | None"
) -> dict[str, Any]:
    """Columns ``document`` and ``is_backfill`` of a check. A finding that another than the department records wants its scan.

    That a department was asked needs none. Raises ``Refused``.
    """
    is_backfill = result != CheckResult.ASKED and not speaks_for(posts_of(by), district, department)
    if is_backfill and upload is None:
        words = f"{department}的审查结论由该部门登记；代为登记的是补录，请上传书面审查意见的扫描件"
        raise Refused([Refusal(words, field="upload")])
    if upload is None:
        return {"is_backfill": is_backfill}
    title = f"{title}　{department}审查意见"
    return {
        "is_backfill": is_backfill,
        "document": keep_paper(district=district, upload=upload, title=title, is_own=not is_backfill, by=by),
    }


def _hold_asker(by: User, plot: Plot) -> None:
    NotAllowed.unless(asks_departments(posts_of(by), plot.district), "部门意见由规划资源部门征询；申报主体及其咨询单位可以代为登记")


def ask_opinions(*, plot: Plot, departments: Iterable[str], by: User, on: dt.date | None = None) -> list[PlotOpinion]:
    """Ask departments about the design; due after ``consult_days``. The policy's list decides which are 必询.

    A department with a bureau in the portal finds the question on its desk. Raises ``NotAllowed``, ``Refused`` (asked already).
    """
    day, (must, _) = on or clock.today(), design_departments()
    due = workdays.current().add(day, parameters.load().integer("consult_days"))
    with transaction.atomic():
        stored = locked(plot, None)
        _hold_asker(by, stored)
        if day > clock.today():
            raise Refused([Refusal("日期不能晚于今天", field="on")])
        made, bodies = [], design_bodies(stored.district, clock.today())
        for name in departments:
            opinion = PlotOpinion(plot=stored, purpose=OpinionPurpose.DESIGN, department=name, organisation=bodies.get(name),
                                  mandatory=name in must, asked_on=day, asked_by=by, due_on=due)  # fmt: skip
            hold_constraints(opinion)
            opinion.save()
            made.append(opinion)
        if not made:
            raise Refused([Refusal("请选择要征询的部门", field="departments")])
        data = {"plot": stored.number, "departments": [opinion.department for opinion in made]}
        audit.record(action="districts.ask_opinions", by=by, obj=stored, data=data)
    return made


def answer_opinion(
    *,
    opinion: PlotOpinion,
    result: str,
    text: str,
    by: User,
    number: str = "",
    on: dt.date | None = None,
    upload: "UploadedFile[Any] | None" = None,
) -> PlotOpinion:
    """Answer for the department, or enter its answer on paper, which is a 补录 with number and scan.

    An answer is final; for another one the department is asked again.

    Raises ``NotAllowed``, ``Refused``.
    """
    day = on or clock.today()
    with transaction.atomic():
        stored = locked(opinion, None)
        if stored.organisation_id and not answers_opinion(posts_of(by), stored):
            msg = f"这份意见由{stored.organisation}答复"
            raise NotAllowed(msg)
        if not stored.organisation_id:
            _hold_asker(by, stored.plot)
        if found := _against_answer(stored, result, text, number, day, upload):
            raise Refused(found)
        if upload is not None:
            plot, is_own = stored.plot, stored.organisation_id is not None
            title = f"地块{plot.number}　{stored.department}答复"
            stored.document = keep_paper(district=plot.district, upload=upload, title=title, is_own=is_own, by=by)
        stored.result, stored.text, stored.number = result, text.strip(), fitted(stored, "number", number.strip())
        stored.answered_on, stored.answered_by = day, by
        stored.save()
        data = {"plot": stored.plot.number, "department": stored.department, "result": result}
        audit.record(action="districts.answer_opinion", by=by, obj=stored, data=data)
    return stored


def move_opinion(opinion: int, day: dt.date) -> dt.date:
    """Postpone the deadline of an answer, by decision or by the outage rule. Returns the previous deadline."""
    return move_later(PlotOpinion.objects.filter(pk=opinion), "due_on", day)


def _against_answer(  # noqa: PLR0917 -- what is typed
    opinion: PlotOpinion, result: str, text: str, number: str, day: dt.date, upload: "UploadedFile[Any] | None"
) -> list[Refusal]:
    found = []
    if opinion.answered_on or opinion.purpose != OpinionPurpose.DESIGN:
        found.append(Refusal("这份意见已答复"))
    if result not in OpinionResult.values:
        found.append(Refusal("请选择结论", field="result"))
    if result != OpinionResult.AGREED and not text.strip():
        found.append(Refusal("请写明意见", field="text"))
    if not opinion.organisation_id and not number.strip():
        found.append(Refusal("登记书面意见请填写文号", field="number"))
    if not opinion.organisation_id and upload is None:
        found.append(Refusal("登记书面意见是补录，请上传扫描件", field="upload"))
    if not opinion.asked_on <= day <= clock.today():
        found.append(Refusal("答复日期应在征询之后、不晚于今天", field="on"))
    return found


def add_check(
    *,
    plot: Plot,
    stage: str,
    department: str,
    result: str,
    by: User,
    on: dt.date,
    text: str = "",
    upload: "UploadedFile[Any] | None" = None,
) -> PlotCheck:
    """Enter a department's check of green indicators and scheme; for another department with its scan, as 补录.

    Raises ``NotAllowed``, ``Refused``.
    """
    with transaction.atomic():
        stored = locked(plot, None)
        NotAllowed.unless(fills_plot(posts_of(by), stored.district), "部门意见和审查由申报主体、其咨询单位或区级部门登记")
        if on > clock.today():
            raise Refused([Refusal("日期不能晚于今天", field="checked_on")])
        if result == CheckResult.NOT_HELD and not text.strip():
            raise Refused([Refusal("不符合的请写明意见", field="text")])
        name, title = department.strip(), f"地块{stored.number}"
        proof = proof_of_check(district=stored.district, department=name, result=result, title=title, by=by, upload=upload)
        check = PlotCheck(plot=stored, stage=CheckStage(stage), department=name, checked_on=on, result=CheckResult(result),
                          **proof, department_key=department_of(department), text=fitted(PlotCheck, "text", text.strip()),
                          entered_by=by)  # fmt: skip
        hold_constraints(check)
        check.save()
        data = {"plot": stored.number, "stage": stage, "department": department, "result": result, "backfill": check.is_backfill}
        audit.record(action="districts.add_check", by=by, obj=check, data=data)
    return check
