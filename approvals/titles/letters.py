"""Certificate (证书) of a title: policy, issuing body, number, date, star, area, and whether the title is still valid.

The policy does not provide for certificates; anybody may print one. It can be verified by the title's number and 查验码.
"""

import datetime as dt
from decimal import Decimal

from approvals.common.enums import TitleEnd, TitleKind
from approvals.titles.models.publicity import STANDING_UNKNOWN, Title
from districts.common.enums import Certainty
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing
from greendistrict.policy.in_force import policies
from greendistrict.workflow.letters import BLANK, Letter

RECORDED_MARK = "历史补录，不是原件"  # on what is made of titles and announcements from before the portal
GROUNDS = {TitleKind.PILOT: citing.PILOT_GRANTED, TitleKind.DEMONSTRATION: citing.DEMONSTRATION_GRANTED}
ENDED = {
    TitleEnd.SUPERSEDED: "该称号已转为示范称号",
    TitleEnd.CANCELLED: "该称号已被取消",
    TitleEnd.REVOKED: "该称号已被撤销",
    TitleEnd.WITHDRAWN: "该城区已主动退出，该称号已终止",
    TitleEnd.RECALLED: "授予该称号的公告已撤回",
}


def certificate(title: Title, today: dt.date, *, area: Decimal | None) -> Letter:
    """Certificate with the data of the title today; ``area``: area of the district on the grant date."""
    district, kind = title.district, TitleKind(title.kind)
    known = next((one for one in policies() if one.code == title.policy), None)
    ground = citing.cited(GROUNDS[kind], title.granted_on) if known else f"{title.policy}的规定"
    ground = f"{ground}{_guess(title.historic and title.policy_certainty == Certainty.INFERRED)}"
    standard = _standard(title)
    star = f"{'' if standard else '评定'}星级为{title.star_words}，" if title.star else ""
    size = f"（规划范围面积{area.normalize():f}平方公里）" if area and not district.area_is_inferred else ""
    announced = (
        f"由{title.announcement}公告{f'（{title.announcement.number}）' if title.announcement.number else ''}公布，"
        if title.announcement
        else ""
    )
    return Letter(
        title=f"上海市绿色生态城区{kind.label}证书",
        to="",
        number=f"编号：{title.number}",
        paragraphs=(
            f"根据{ground}，{standard}{star}授予{district.name}{size}“上海市绿色生态城区{kind.label}”称号。",
            f"该称号{announced}{_granted(title)}，编号为{title.number}。",
            _standing(title, today),
        ),
        day=title.granted_on,
        by=known.lead_full if known else BLANK,
        marks=(*((RECORDED_MARK,) if title.historic else ()), *(() if _is_valid(title) else (title.state_word,))),
        is_numbered=False,
        is_framed=True,
        is_public=True,  # public like the title, which anybody can look up by its number
    )


def _guess(is_inferred: bool) -> str:  # noqa: FBT001 -- the mark of what it says
    return "（推定）" if is_inferred else ""


def _granted(title: Title) -> str:
    if not title.granted_on:
        return "授予日期未查明"
    return f"授予日期为{cn_date(title.granted_on)}{_guess(title.date_certainty == Certainty.INFERRED)}"


def _standard(title: Title) -> str:
    edition = title.case.table.edition if title.case and title.case.table else None
    if edition is not None:
        return f"按照《{edition.title}》（{'，'.join(part for part in (edition.code, edition.mark) if part)}）评定，"
    guess = _guess(title.edition_certainty == Certainty.INFERRED)
    return f"按照{title.edition_text}{guess}评定，" if title.edition_text else ""


def _is_valid(title: Title) -> bool:
    return not title.end and title.standing_certainty != Certainty.UNKNOWN


def _standing(title: Title, today: dt.date) -> str:
    """Whether the title is valid, as a sentence."""
    checked = "称号现状以平台公众页“文书核验”按编号或者查验码查询的结果为准。"
    if title.end:
        since = f"于{cn_date(title.ended_on)}" if title.ended_on else ""
        number = title.end_case.decision_number if title.end_case else ""
        decided = f"（{number}）" if number else ""
        return f"{ENDED[TitleEnd(title.end)]}{decided}，本证书{since}失效。{checked}"
    if not _is_valid(title):
        return f"截至{cn_date(today)}，该称号{STANDING_UNKNOWN}。{checked}"
    return f"截至{cn_date(today)}，该称号{title.state_word}。{checked}"
