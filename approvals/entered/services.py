"""Entries by the officer on behalf of others, from paper or phone (代录), apart from the steps of a case."""

from collections.abc import Mapping

from django.db import transaction

from approvals.applications.services import prereview
from approvals.applications.services.drafts import start_application
from approvals.cases.enums import ANSWERABLE, CaseState
from approvals.cases.facts import latest_notice
from approvals.cases.models.cases import Case, CaseDocument
from approvals.cases.models.correspondence import Objection
from approvals.cases.services import held, touch
from approvals.changes import services as changes
from approvals.requests.services import ProxyEntry, enter
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow.procedure import notify_event


@transaction.atomic
def enter_filing(*, district: District, by: User, entry: ProxyEntry, star_asked: int | None = None) -> Case:
    """代录申报: create a draft for the applicant and ask its people to complete it. Raises as ``start_application``."""
    _hold_officer(by)
    case = start_application(district=district, by=by, star_asked=star_asked, entered=True)
    return _laid(case, by, "filing", entry, "评分表和其余材料仍由填报人填写，书面签发的由经办登记")


@transaction.atomic
def enter_change(*, district: District, kind: str, by: User, entry: ProxyEntry) -> Case:
    """代录变更: create a draft that the officer completes from the paper and submits by ``enter_sign``. Raises as ``start_change``."""
    _hold_officer(by)
    case = changes.start_change(district=district, kind=kind, by=by, entered=True)
    return _laid(case, by, "filing_change", entry, "变更内容由市级经办按来件填写，也可以由填报人在平台上填写")


def _hold_officer(by: User) -> None:
    NotAllowed.unless(posts_of(by).has(Role.CITY_OFFICER), "代录由市级经办办理")


def _laid(case: Case, by: User, action: str, entry: ProxyEntry, body: str) -> Case:
    """Store the paper with the draft and notify the applicant's people."""
    kept = enter(case=case, by=by, action=action, entry=entry)
    if kept.scan is not None:
        CaseDocument.objects.create(case=case, slot="application", document=kept.scan)
    notify_event(case, "enter", by, reason=body)
    return case


@transaction.atomic
def enter_replies(*, case: Case, by: User, entry: ProxyEntry, answers: Mapping[int, str], version: int | None = None) -> Case:
    """代录预评审答复 (question id → text) until the review is asked for."""
    case = held(case, version)
    Refused.unless(case.status in ANSWERABLE, "预评审问题在受理以后、提请评审以前答复")
    enter(case=case, by=by, action="replies", entry=entry)
    return prereview.keep_replies(case, by=by, answers=answers)


@transaction.atomic
def enter_objection(*, case: Case, by: User, entry: ProxyEntry, text: str, name: str = "", version: int | None = None) -> Objection:
    """代录公示意见: an objection received within the notice's days on paper or by phone; an anonymous one is kept as a lead."""
    case = held(case, version)
    notice = latest_notice(case)
    if case.status != CaseState.NOTICE or notice is None or notice.closed_at:
        msg = "没有正在公示的内容"
        raise Refused(msg)
    if not notice.opens_on <= entry.received_on <= notice.closes_on:
        raise Refused([Refusal("收到日期不在公示期内", field="received_on")])
    if not text.strip():
        raise Refused([Refusal("请写明意见", field="text")])
    enter(case=case, by=by, action="objection", entry=entry)
    made = Objection.objects.create(notice=notice, name=fitted(Objection, "name", name.strip()), text=text.strip(), filed_at=clock.now())
    touch(case)
    return made
