"""Writing self-checks: opening, report, signing by two people, countersigning, receipt and return."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from assessments.calendar import self_check_window
from assessments.enums import Purpose, ScoringStage
from assessments.lifecycle.selfcheck import SELF_CHECK
from assessments.models import ScoreTable, SelfCheck, TableVersion
from assessments.report import KEYS, LONGEST, SECTIONS
from assessments.selectors.selfchecks import OPEN_STATES, all_findings, blocking_texts
from assessments.services import tables
from assessments.services.prefill import bring_into_next_year, prefill_table
from districts.enums import Stage
from districts.models import District
from districts.rules import may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from greendistrict.core.numbers import next_number
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.policy import parameters
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import perform
from indicators.models import Edition
from indicators.selectors import published_editions

COUNTERSIGN_REQUIRED = "required"
SAVE_SECTION = """
    UPDATE assessments_selfcheck
    SET report = jsonb_set(report, ARRAY[%(key)s], to_jsonb(%(text)s::text)), report_version = report_version + 1
    WHERE id = %(check)s AND report_version = %(version)s AND status = ANY(%(open)s)
    RETURNING report_version
"""


def open_due(today: dt.date) -> list[SelfCheck]:
    """Open the self-checks whose drafts may begin by ``today``, for every district with a current title; safe to repeat.

    A district needs an applicant, a type and an edition: without them there is nobody and nothing to fill in.
    """
    titled = District.objects.filter(stage__in=(Stage.PILOT, Stage.DEMONSTRATION), guideline_area=False, applicant__isnull=False).exclude(
        type=""
    )
    opened = []
    for district in titled.select_related("edition").order_by("pk"):
        for year in _years(district, today):
            check = _open_one(district, year)
            if check is not None:
                opened.append(check)
    return opened


def _years(district: District, today: dt.date) -> list[int]:
    """Years to report on: this one and the last, not before the year of the title (第一次启用之前不追溯)."""
    first = (
        TransitionRecord.objects.filter(machine="district", subject=f"districts.district:{district.pk}")
        .filter(target__in=(Stage.PILOT, Stage.DEMONSTRATION))
        .order_by("at")
        .values_list("at", flat=True)
        .first()
    )
    since = first.astimezone(clock.SHANGHAI).year if first else today.year - 1
    years = [year for year in (today.year - 1, today.year) if year >= since]
    return [year for year in years if self_check_window(year).draft_from <= today]


@transaction.atomic
def _open_one(district: District, year: int) -> SelfCheck | None:
    """Open one; None when it is there already or no edition fits."""
    District.objects.select_for_update(of=("self",)).get(pk=district.pk)
    if SelfCheck.objects.filter(district=district, year=year).exists():
        return None
    planned = _planned(district)
    edition = _edition(district, planned)
    if edition is None:
        return None
    table = tables.open_table(
        district=district,
        edition=edition,
        purpose=Purpose.SELF_CHECK,
        stage=ScoringStage.OPERATION,
        by=None,
        year=year,
        planned=planned,
        previous=ScoreTable.objects.filter(district=district, purpose=Purpose.SELF_CHECK, year=year - 1, status="received").first(),
        building=district.stage == Stage.PILOT,
    )
    prefill_table(table)
    check = SelfCheck.objects.create(
        district=district,
        year=year,
        table=table,
        opened_at=clock.now(),
        countersign_required=parameters.load().text("selfcheck.bureau_countersign") == COUNTERSIGN_REQUIRED,
    )
    _tell(check, Message.SELF_CHECK_OPENED, f"{year}年度自查已开放", _fillers(check), key="opened")
    return check


def _planned(district: District) -> ScoreTable | None:
    """Planning-stage table of the application that counts."""
    found = ScoreTable.objects.filter(district=district, purpose=Purpose.APPLICATION, status__in=("received", "submitted"))
    return found.select_related("edition").order_by("-submitted_at", "-pk").first()


def _edition(district: District, planned: ScoreTable | None) -> Edition | None:
    if district.edition is not None:
        return district.edition
    return planned.edition if planned else published_editions().order_by("-in_force").first()


def save_section(*, check: SelfCheck, key: str, text: str, version: int, by: User) -> int:
    """Save one section of the report with a version check; returns the new version.

    Raises ``NotAllowed``, ``Closed``, ``Refused`` (too long), ``Stale`` with the text stored now.
    """
    if not may_edit_district(by, check.district):
        msg = "您可以查看这份自查，不能填报"
        raise NotAllowed(msg)
    if key not in KEYS:
        msg = "自评报告没有这一节"
        raise Refused(msg)
    if len(text) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(text)}字", field=key)])
    values: dict[str, Any] = {"key": key, "text": text, "check": check.pk, "version": version, "open": list(OPEN_STATES)}
    with connection.cursor() as cursor:
        cursor.execute(SAVE_SECTION, values)
        row = cursor.fetchone()
    return int(row[0]) if row else _explain_section(check, key, text)


def _explain_section(check: SelfCheck, key: str, text: str) -> int:
    stored = SelfCheck.objects.get(pk=check.pk)
    if stored.status not in OPEN_STATES:
        msg = "自查已送审或提交，报告不能再改；刚才填写的内容没有保存，可以复制留用"
        raise Closed(msg)
    current = str(stored.report.get(key, ""))
    if current == text:
        return stored.report_version
    msg = "这一节刚才有人改过，请选定用哪一个"
    raise Stale(msg, current=(current, stored.report_version))


def _facts(check: SelfCheck) -> dict[str, Any]:
    return {"blocking": blocking_texts(all_findings(check))}


@transaction.atomic
def hand_up(*, check: SelfCheck, by: User) -> None:
    """Preparer → reviewer; the cells close. Raises ``Refused`` with everything that blocks."""
    check = _locked(check)
    facts = _facts(check)
    check.handed_up_by = by
    check.save(update_fields=["handed_up_by"])
    record = perform(machine=SELF_CHECK, obj=check, action="hand_up", by=by, facts=facts)
    tables.lock_table(table=check.table)
    reviewers = holders(Role.REVIEWER, organisation_ids={check.district.applicant_id or 0}).exclude(pk=by.pk)
    _tell(check, Message.SELF_CHECK_TODO, f"{check}待签发", reviewers, key=f"hand_up:{record.pk}")


@transaction.atomic
def take_back(*, check: SelfCheck, by: User) -> None:
    """Preparer takes back what is not signed yet."""
    check = _locked(check)
    perform(machine=SELF_CHECK, obj=check, action="take_back", by=by)
    tables.unlock_table(table=check.table)


@transaction.atomic
def send_back(*, check: SelfCheck, by: User, reason: str) -> None:
    """Reviewer → preparer, with the reason."""
    check = _locked(check)
    record = perform(machine=SELF_CHECK, obj=check, action="send_back", by=by, reason=reason)
    tables.unlock_table(table=check.table)
    _tell(check, Message.SELF_CHECK_RETURNED, f"{check}退回填报", _fillers(check), key=f"send_back:{record.pk}", body=reason)


@transaction.atomic
def sign_and_submit(*, check: SelfCheck, by: User) -> TableVersion:
    """Reviewer signs: number, frozen version, on to the city or first to the designated body. The reviewer is not the preparer."""
    check = _locked(check)
    facts = _facts(check)
    action = "sign_for_countersign" if check.countersign_required else "sign"
    now = clock.now()
    check.number = check.number or next_number("ZC", now.year)
    check.filed_at, check.countersigned_at, check.countersigned_by, check.findings = now, None, None, []
    check.save(update_fields=["number", "filed_at", "countersigned_at", "countersigned_by", "findings"])
    record = perform(machine=SELF_CHECK, obj=check, action=action, by=by, facts=facts)
    version = tables.submit_table(
        table=check.table, by=by, extra={"number": check.number, "report": [[one.title, check.report.get(one.key, "")] for one in SECTIONS]}
    )
    receivers = _authorities(check) if check.countersign_required else [*holders(Role.CITY_OFFICER), *_authorities(check)]
    words = "待会签" if check.countersign_required else "已报送"
    _tell(check, Message.SELF_CHECK_TODO, f"{check}{words}", receivers, key=f"sign:{record.pk}")
    return version


@transaction.atomic
def countersign(*, check: SelfCheck, by: User) -> None:
    """Designated body countersigns: before filing where the setting wants it, else once while it waits for receipt."""
    check = _locked(check)
    action = "countersign" if check.status == "countersigning" else "countersign_after"
    record = perform(machine=SELF_CHECK, obj=check, action=action, by=by)
    check.countersigned_by, check.countersigned_at = by, clock.now()
    check.save(update_fields=["countersigned_by", "countersigned_at"])
    _tell(check, Message.SELF_CHECK_TODO, f"{check}已会签", holders(Role.CITY_OFFICER), key=f"countersign:{record.pk}")


@transaction.atomic
def recall(*, check: SelfCheck, by: User, reason: str) -> None:
    """Reviewer takes a submission back before receipt."""
    check = _locked(check)
    record = perform(machine=SELF_CHECK, obj=check, action="recall", by=by, reason=reason)
    tables.recall_table(table=check.table, by=by)
    _tell(check, Message.SELF_CHECK_TODO, f"{check}已撤回", holders(Role.CITY_OFFICER), key=f"recall:{record.pk}", body=reason)


@transaction.atomic
def receive(*, check: SelfCheck, by: User) -> None:
    """City receives: the newest version counts."""
    check = _locked(check)
    check.received_at = clock.now()
    check.save(update_fields=["received_at"])
    record = perform(machine=SELF_CHECK, obj=check, action="receive", by=by)
    tables.receive_table(table=check.table, by=by)
    bring_into_next_year(check.table)
    people = [*_fillers(check), *_reviewers(check), *_authorities(check)]
    _tell(check, Message.SELF_CHECK_RECEIVED, f"{check}已接收", people, key=f"receive:{record.pk}")


@transaction.atomic
def return_(*, check: SelfCheck, by: User, reason: str, findings: Sequence[Mapping[str, str]] = (), action: str = "return") -> None:
    """City or designated body returns with everything at once: ``findings`` are ``{"item_id", "text"}``, an empty id is the whole."""
    check = _locked(check)
    check.findings = [{"item_id": one["item_id"], "text": one["text"].strip()} for one in findings if one["text"].strip()]
    check.save(update_fields=["findings"])
    record = perform(machine=SELF_CHECK, obj=check, action=action, by=by, reason=reason, facts={"findings": check.findings})
    tables.return_table(table=check.table, by=by, reason=reason)
    people = [*_fillers(check), *_reviewers(check), *(_authorities(check) if action == "return" else ())]
    _tell(check, Message.SELF_CHECK_RETURNED, f"{check}退回补充", people, key=f"return:{record.pk}", body=reason)


def _locked(check: SelfCheck) -> SelfCheck:
    locked = SelfCheck.objects.select_for_update(of=("self",)).select_related("district", "table__district", "table__edition")
    return locked.get(pk=check.pk)


def _fillers(check: SelfCheck) -> list[User]:
    return list(holders(Role.PREPARER, organisation_ids={check.district.applicant_id or 0}))


def _reviewers(check: SelfCheck) -> list[User]:
    return list(holders(Role.REVIEWER, organisation_ids={check.district.applicant_id or 0}))


def _authorities(check: SelfCheck) -> list[User]:
    """People of the implementing bodies and of the designated bodies below them."""
    leading = set(check.district.authorities.values_list("pk", flat=True))
    below = set(Organisation.objects.filter(parent__in=leading).values_list("pk", flat=True))
    return list(holders(Role.AUTHORITY, organisation_ids=leading | below))


def _tell(check: SelfCheck, kind: Message, title: str, receivers: Iterable[User], *, key: str, body: str = "") -> None:
    unique = {receiver.pk: receiver for receiver in receivers}
    notify(
        kind=kind,
        key=f"selfcheck:{check.pk}:{key}",
        receivers=unique.values(),
        title=title,
        body=body,
        link=reverse("assessments:selfcheck", args=[check.pk]),
        demo=check.district.is_demo,
    )
