"""公示 before a title is granted (setting ``publicity``): its dates, draft text, and effects of its steps."""

import datetime as dt

from approvals.cases.facts import latest_notice
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Notice
from approvals.common.enums import CaseKind, TitleKind
from approvals.titles.plan_facts import in_words, plan_facts
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.policy import parameters
from greendistrict.workflow import outbox
from greendistrict.workflow.dry_run import tell
from greendistrict.workflow.procedure import Taken

ISSUED = "notice_issued"  # event kind of the outbox; an app on a higher layer makes the paper
TITLE_WORDS: dict[str, str] = {
    CaseKind.APPLICATION: str(TitleKind.PILOT.label),
    CaseKind.ACCEPTANCE: str(TitleKind.DEMONSTRATION.label),
}


def notice_span(opens_on: dt.date, days: int, calendar: workdays.WorkCalendar) -> tuple[dt.date, dt.date]:
    """First and last day of a notice of ``days`` working days; the first day counts if it is a working day."""
    first = calendar.roll_forward(opens_on)
    return first, calendar.add(first, days - 1)


def standard_text(case: Case) -> str:
    """Draft text of the notice (参考稿): review and intention. Page and letter say where to object."""
    reviewed = "终期验收审查" if case.kind == CaseKind.ACCEPTANCE else "专家技术审查"
    return (
        f"经{reviewed}，{case.district.name}（申报主体：{case.applicant.name}）达到绿色生态城区{case.star_words}要求，"
        f"拟授予“上海市绿色生态城区{TITLE_WORDS[case.kind]}”称号，现予公示。"
    )


def on_open_notice(taken: Taken) -> None:
    """公示: open for the setting's number of working days from ``opens_on`` (default today).

    Facts of the plan are published only where the officer says so.
    """
    case, typed = taken.obj, taken.values
    start = typed.get("opens_on") or clock.today()
    first, last = notice_span(start, parameters.load().integer("publicity.days"), workdays.current())
    title = f"{case.district.name}拟授予绿色生态城区{TITLE_WORDS[case.kind]}称号的公示"
    text = str(typed.get("body") or "").strip() or standard_text(case)
    facts = plan_facts(case, clock.today()) if typed.get("with_facts") else []
    values = {"title": title, "body": text, "opens_on": first, "closes_on": last, "facts": facts}
    issued(Notice.objects.create(case=case, opened_by=taken.person, **values))
    tell("公众页", f"公示{day_in_words(first)}至{day_in_words(last)}，规划概况：{in_words(facts) or '不公布'}")


def occasion_of(notice: Notice) -> str:
    """The issue or extension that gave a notice its present last day."""
    return f"{ISSUED}:{notice.pk}:{notice.closes_on.isoformat()}"


def issued(notice: Notice) -> None:
    """Say that a notice was opened or extended, so that its paper is made; once for each last day."""
    outbox.emit(ISSUED, occasion_of(notice), {"notice": notice.pk})


def on_close_notice(taken: Taken) -> None:
    """公示结束: after the last day, every objection answered."""
    notice = latest_notice(taken.obj)
    if notice is not None:
        notice.closed_at = clock.now()
        notice.save(update_fields=["closed_at"])
