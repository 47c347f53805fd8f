"""Draft of a batch's announcement, laid out like the real ones: 某年第N批, a table of 序号、城区名称、星级、类型."""

import datetime as dt

from approvals.cases.models.cases import Case
from approvals.cases.rules import decided_as
from approvals.common.enums import CaseKind, LossGround, TitleKind
from approvals.common.wording import WORDS
from approvals.titles.enums import PUBLIC_STATES, AnnouncementState
from approvals.titles.letters import RECORDED_MARK
from approvals.titles.models.publicity import Announcement
from greendistrict.policy import citing
from greendistrict.workflow.letters import BLANK, Letter

TITLE_OF = {CaseKind.APPLICATION: TitleKind.PILOT, CaseKind.ACCEPTANCE: TitleKind.DEMONSTRATION}
GRANTED_BY = {CaseKind.APPLICATION: citing.PILOT_GRANTED, CaseKind.ACCEPTANCE: citing.DEMONSTRATION_GRANTED}
ENDED_BY = {LossGround.CANCEL: citing.PILOT_CANCELLED, LossGround.REVOKE: citing.TITLE_REVOKED}
GRANTED = ("序号", "城区名称", "星级", "类型")
ENDED = ("序号", "城区名称", "原称号", "原星级", "处理", "决定文号")


def batch_letter(batch: Announcement) -> Letter:
    """Announcement of a batch, published or not."""
    return _historic(batch) if batch.historic else _drafted(batch)


def _historic(batch: Announcement) -> Letter:
    """An announcement from before the portal: its own words where they are known, the list of its titles, and whence they are."""
    *text, signed = batch.text.splitlines() or ("公告的文字没有收到，名单按出处登记。", "")
    titles = batch.titles.select_related("district", "case__table__edition").order_by("pk")
    return Letter(
        title=batch.title,
        to="",
        number=batch.number,
        paragraphs=tuple(text),
        heads=GRANTED,
        lines=tuple(
            (f"{number}", title.district.name, title.star_words, title.get_kind_display()) for number, title in enumerate(titles, start=1)
        ),
        closing=tuple(f"出处：{source}" for source in (batch.source,) if source),
        day=batch.announced_on,
        by=signed,
        marks=(RECORDED_MARK, *((str(batch.state.label),) if batch.state == AnnouncementState.WITHDRAWN else ())),
        is_numbered=bool(batch.number),
        is_sealed=False,
        is_public=batch.status in PUBLIC_STATES,
    )


def _drafted(batch: Announcement) -> Letter:
    rows = batch.lines.select_related("case__district", "case__loss", "case__table__edition").order_by("order")
    cases = [line.case for line in rows]
    ends = bool(cases) and all(case.kind == CaseKind.LOSS for case in cases)
    day = batch.announced_on
    kinds = dict.fromkeys(case.kind for case in cases)
    grounds = [citing.cited(GRANTED_BY[CaseKind(kind)], day) for kind in kinds if kind in GRANTED_BY]
    named = "、".join(grounds) or citing.named(day)
    text = (
        f"依据{_ended_by(cases, day)}，经事先告知{_heard(cases)}、法制审核和集体讨论，"
        f"决定取消或撤销下列城区的称号，现予公告（{batch.word}）。"
        if ends
        else f"根据{named}，经专家评审，决定授予下列城区{_named(cases)}称号，现予公告（{batch.word}）。"
    )
    return Letter(
        title=batch.title,
        to="",
        number=batch.number,
        paragraphs=(text,),
        heads=ENDED if ends else GRANTED,
        lines=tuple((f"{number}", *(_ended(case) if ends else _granted(case))) for number, case in enumerate(cases, start=1)),
        day=day,
        by=citing.issuer(day),
        marks=(str(batch.state.label),) if batch.state == AnnouncementState.WITHDRAWN else (),
        is_public=batch.status in PUBLIC_STATES,
    )


def _heard(cases: list[Case]) -> str:
    """Of statements only where each holder made one; all were told that they may."""
    return "、陈述申辩" if all(case.loss.was_heard for case in cases) else "（包括陈述申辩的权利）"


def _ended_by(cases: list[Case], day: dt.date | None) -> str:
    """Sentences that announce the end of the batch's titles."""
    grounds = dict.fromkeys(LossGround(case.loss.ground) for case in cases)
    return "、".join(citing.cited(ENDED_BY[ground], day) for ground in grounds)


def _named(cases: list[Case]) -> str:
    """Full names of the titles in the batch."""
    kinds = dict.fromkeys(str(TITLE_OF[CaseKind(case.kind)].label) for case in cases)
    return "、".join(f"“上海市绿色生态城区{kind}”" for kind in kinds) or "绿色生态城区"


def _granted(case: Case) -> tuple[str, ...]:
    return case.district.name, case.star_words or "未定", str(TITLE_OF[CaseKind(case.kind)].label)


def _ended(case: Case) -> tuple[str, ...]:
    title = case.district.titles.order_by("-granted_on", "-pk").first()
    kind, star = (title.get_kind_display(), title.star_words) if title else ("", "")
    return case.district.name, kind, star, f"{WORDS[LossGround(decided_as(case))]}称号", case.decision_number or BLANK
