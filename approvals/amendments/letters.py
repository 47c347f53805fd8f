"""Draft letters that correct or withdraw an announcement."""

from approvals.titles.models.amendments import Amendment
from greendistrict.core.days import day_in_words
from greendistrict.policy import citing
from greendistrict.workflow.letters import BLANK, Letter, sentences

HEADS = ("序号", "更正内容", "原内容", "更正为")


def amendment_letter(amendment: Amendment) -> Letter:
    """更正公告 or 撤回公告, before or after its publication."""
    batch, day = amendment.announcement, amendment.published_on
    name = (amendment.original or {}).get("title") or batch.title
    number = (amendment.original or {}).get("number") or batch.number
    announced = day_in_words(batch.announced_on) if batch.announced_on else BLANK
    named = f"《{name}》（{number or BLANK}，{batch.word}）"
    if amendment.is_withdrawal:
        withdrawn = (
            f"经核查，现撤回{announced}公布的{named}，该公告自本公告公布之日起不再有效。",
            "撤回的理由如下。",
            *sentences(amendment.reason),
            "该公告授予的称号同时终止，该公告终止的称号同时恢复；以平台公布的称号名录为准。",
        )
        return Letter(
            f"关于撤回《{name}》的公告",
            "",
            withdrawn,
            number=amendment.number,
            day=day,
            by=citing.issuer(day),
            is_public=_is_public(amendment),
        )
    paragraphs = (
        f"经核查，{announced}公布的{named}的{amendment.what}有误，现予更正，公告的其他内容不变。",
        "更正的理由如下。",
        *sentences(amendment.reason),
    )
    line = ("1", amendment.what, amendment.before_words, amendment.after_words)
    return Letter(
        f"关于更正《{name}》的公告",
        "",
        paragraphs,
        number=amendment.number,
        heads=HEADS,
        lines=(line,),
        day=day,
        by=citing.issuer(day),
        is_public=_is_public(amendment),
    )


def _is_public(amendment: Amendment) -> bool:
    return amendment.published_on is not None
