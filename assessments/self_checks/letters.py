"""Letters of a yearly self-check: forwarding letter (报送函) of the district and receipt (回执) of the filing."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Protocol

from django.urls import reverse

from assessments.self_checks.models import SIGNED_STATES, SelfCheck
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.tables.selectors.tables import latest_version
from districts.common.enums import Stage
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.registry import Registry
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow.letters import BLANK, Draft, Letter, LetterSource


class _Title(Protocol):
    @property
    def kind(self) -> str:
        """Stage that the title is of."""


# Filled by ``wiring.py`` of approvals, which keeps titles.
titles_on: Registry[Callable[[dt.date, Collection[int]], Mapping[int, _Title]]] = Registry(
    "titles held on a day", entry="a selector of the titles that districts (their keys) held on a day, by district"
)


def check_drafts(check: SelfCheck, viewer: Viewer) -> Iterator[Draft]:
    """The district's own letter; after filing also for the city, and the receipt for everybody."""
    handed_in = check.status in SIGNED_STATES
    if handed_in or not viewer.held.has(*CITY, Role.SECRETARIAT):
        yield Draft("sending", "报送函", partial(_sending, check), ("sign", "countersign"))
    if handed_in:
        yield Draft("receipt", "回执", partial(_receipt, check))


def _filed_on(check: SelfCheck) -> dt.date | None:
    return check.filed_at.astimezone(clock.SHANGHAI).date() if check.filed_at and check.status in SIGNED_STATES else None


def _applicant(check: SelfCheck) -> str:
    return check.district.applicant.name if check.district.applicant else BLANK


def _of_demonstration(check: SelfCheck) -> bool:
    """Whether it was a demonstration at the end of the year reported on: 八（二） asks for the self-check of pilots, 八（四） of both."""
    last = dt.date(check.year, 12, 31)
    district, title = check.district, titles_on.only()(last, [check.district_id]).get(check.district_id)
    if title is not None:
        return title.kind == Stage.DEMONSTRATION
    return district.stage == Stage.DEMONSTRATION and (district.titled_on is None or district.titled_on <= last)


def _sending(check: SelfCheck) -> Letter:
    day = _filed_on(check)
    asked = citing.REPORTED if _of_demonstration(check) else citing.SELF_CHECKED
    return Letter(
        title=f"关于报送{check.district.name}{check.year}年度自查材料的函",
        to=citing.issuer(day),
        paragraphs=(
            (
                f"根据{citing.cited(asked, day)}，我单位组织开展了{check.district.name}{check.year}年度自查，"
                f"编制了自评报告和自评分表，现予报送，请予接收。"
            ),
            "我单位对材料的真实性、准确性和完整性负责。",
        ),
        annexes=(f"{check.year}年度自评报告", f"{check.year}年度自评分表"),
        day=day,
        by=_applicant(check),
        contact=letter_texts.contact_of(_applicant(check)),
        copied_to=tuple(check.district.authorities.order_by("pk").values_list("name", flat=True)),
    )


def _receipt(check: SelfCheck) -> Letter:
    day, version = _filed_on(check), latest_version(check.table)
    number = f"（{check.number}）" if check.number else ""
    digest = f"自评分表第{version.number}版的校验值（SHA-256）为{version.digest}，可凭以核对。" if version else ""
    return Letter(
        title=f"{check.district.name}{check.year}年度自查材料回执",
        to=_applicant(check),
        paragraphs=(
            (
                f"你单位于{cn_date(day)}报送的{check.district.name}{check.year}年度自查材料{number}已经收到，"
                "包括自评报告和自评分表，内容自报送时起不再变动。"
            ),
            f"{digest}本回执由平台自动出具，只证明收到材料，不表示对材料内容的认可。",
        ),
        day=day,
        by=citing.issuer(day),
        is_numbered=False,
        is_sealed=False,
    )


SOURCE = LetterSource(
    SelfCheck,
    lambda viewer, pk: self_checks_visible_to(viewer).select_related("district__applicant", "table").filter(pk=pk).first(),
    check_drafts,
    lambda check: reverse("assessments:selfcheck", args=[check.pk]),
    lambda check: check.district.is_demo,
)
