"""What a notice tells the public: one text for its page and its paper. Also here: registry of the papers of notices."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from approvals.cases.models.correspondence import Notice
from approvals.titles.plan_facts import Fact
from greendistrict.core.days import day_in_words
from greendistrict.core.registry import Registry
from greendistrict.policy import parameters

REPLY = "objection_reply_days"


@dataclass(frozen=True)
class NoticeSheet:
    """The parts of a notice in the order in which they are told; ``facts`` is empty unless the officer published them."""

    title: str
    body: str
    terms: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    about_facts: str
    until: str
    how: str
    office: tuple[Fact, ...]


def sheet_of(notice: Notice) -> NoticeSheet:
    """The notice with its case's number and applicant, as it stands; no query where these are read with it."""
    case, facts = notice.case, tuple((label, value) for label, value in notice.facts)
    days = f"{parameters.load().integer(REPLY)}个工作日内答复{parameters.default_mark(REPLY, '拟')}"
    terms = (
        ("公示期", f"{day_in_words(notice.opens_on)}至{day_in_words(notice.closes_on)}"),
        ("编号", case.number or ""),
        ("申报主体", case.applicant.name),
    )
    return NoticeSheet(
        title=notice.title,
        body=notice.body,
        terms=tuple((label, value) for label, value in terms if value),
        facts=facts,
        about_facts="发布公示时登记的数字，此后不再改变。" if facts else "规划的数字没有随这次公示公布。",
        until=f"{day_in_words(notice.closes_on)}截止，当天仍可以提出。",
        how=f"公示期内任何单位和个人都可以提出，不用登录；具名的，收到后{days}",
        office=tuple((label, value) for label, value in settings.CONTACT_OFFICE.items() if value),
    )


@dataclass(frozen=True)
class NoticePaper:
    """The PDF of a notice as anybody may download it, the code by which it is verified, whether the portal signed it, its day."""

    href: str
    code: str
    size: int
    is_signed: bool
    made_on: dt.date


notice_papers: Registry[Callable[[Notice], NoticePaper | None]] = Registry(
    "papers of notices", entry="the PDF of a public notice as it stands, None while there is none: reports"
)
