"""Draft letters of a reconsideration or suit: the city's reply, and the notice that a title is restored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.urls import reverse

from approvals.cases.rules import is_city
from approvals.remedies.rules import needs_redoing
from approvals.remedies.selectors import remedies_visible_to
from approvals.titles.enums import JudgmentForm, RemedyKind
from approvals.titles.models.remedies import Remedy, RemedyRecord
from approvals.titles.selectors import title_ended_by
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.days import day_in_words
from greendistrict.policy import citing
from greendistrict.workflow.letters import BLANK, Draft, Letter, LetterSource, drafts_of

NAMES = {
    RemedyKind.REVIEW: ("行政复议答复书", "申请人", "行政复议申请"),
    RemedyKind.SUIT: ("行政诉讼答辩状", "原告", "行政起诉状"),
    RemedyKind.APPEAL: ("行政诉讼二审答辩状", "上诉人", "行政上诉状"),
}


# Letters of a case by which something was decided that its holder may contest.
DECISIONS = frozenset({"decision", "not-passed", "refusal", "refused"})
NOWHERE = "作出该决定的事实、证据、依据和程序，见该件的决定书和案卷。"


@dataclass(frozen=True)
class Contested:
    """What is contested, in words, and the letter by which it was decided (None if the portal has none, as for decisions of before)."""

    decision: str
    letter: Callable[[], Letter | None]

    def account(self, us: str, holder: str) -> tuple[str, ...]:
        """Facts, grounds and procedure as the decision states them, told to a third body."""
        letter = self.letter()
        if letter is None:
            return (NOWHERE,)
        words = {"我委": us, "本机关": us, "你单位": holder, "你（单位）": holder, "列表如下": "见决定书所附列表"}
        told = "\n".join(letter.paragraphs)
        for ours, theirs in words.items():
            told = told.replace(ours, theirs)
        return (f"{us}作出该决定所查明的事实、依据和办理经过如下。", *told.split("\n"))


def reply_letter(remedy: RemedyRecord, who: str, contested: Contested) -> Letter:
    """行政复议答复书 or 行政诉讼答辩状 to the deciding body; ``who`` contests the decision."""
    if remedy.kind != RemedyKind.REVIEW:
        return _defence(remedy, who, contested)
    title, side, paper = NAMES[RemedyKind(remedy.kind)]
    day = remedy.replied_on
    came = f"我委于{day_in_words(remedy.served_on)}收到副本，现答复如下。"
    decided = day_in_words(remedy.against_on) if remedy.against_on else BLANK
    against = f"我委{decided}作出的{contested.decision}（{remedy.against_number or BLANK}）"
    return Letter(
        title=title,
        to=remedy.body,
        number=remedy.reply_number,
        paragraphs=(
            f"{side}{who}不服{against}，向你单位提出{paper}（{remedy.number}）。{came}",
            *contested.account("我委", side),
            f"对{side}主张的事实和理由，我委认为{BLANK}。",
            "综上，请求依法维持该决定。",
        ),
        annexes=("作出决定的证据、依据和其他有关材料",),
        day=day,
        by=citing.issuer(day),
    )


def _defence(remedy: RemedyRecord, who: str, contested: Contested) -> Letter:
    """行政诉讼答辩状: the parties first, the court at the end, no number of the office."""
    title, _side, paper = NAMES[RemedyKind(remedy.kind)]
    day, suit = remedy.replied_on, remedy.after
    came = f"答辩人于{day_in_words(remedy.served_on)}收到副本，现答辩如下。"
    decided = (
        f"{day_in_words(remedy.against_on) if remedy.against_on else BLANK}作出的{contested.decision}（{remedy.against_number or BLANK}）"
    )
    against, ask = f"答辩人{decided}", "驳回原告的诉讼请求"
    if remedy.kind == RemedyKind.APPEAL and suit is not None:
        form = suit.get_judgment_display()
        against = f"{suit.body}的一审{form}（{suit.outcome_number}）"
        ask = f"驳回上诉，维持原{'裁定' if suit.judgment == JudgmentForm.RULING else '判'}"
    return Letter(
        title=title,
        to="",
        paragraphs=(
            f"答辩人：{citing.issuer(day)}",
            f"被答辩人：{who}",
            f"被答辩人不服{against}，向{remedy.body}提出{paper}（{remedy.number}）。{came}",
            *contested.account("答辩人", "被答辩人"),
            f"对被答辩人主张的事实和理由，答辩人认为{BLANK}。",
            f"综上，请求依法{ask}。",
        ),
        closing=("此致", remedy.body),
        annexes=("作出决定的证据、依据和其他有关材料",),
        day=day,
        by=citing.issuer(day),
        is_numbered=False,
    )


def reply_drafts(remedy: RemedyRecord, who: str, contested: Contested) -> Iterator[Draft]:
    """Draft of the city's reply, if it owes one."""
    if remedy.owes_reply:
        yield Draft("reply", NAMES[RemedyKind(remedy.kind)][0], partial(reply_letter, remedy, who, contested), ("reply",))


def restoration_letter(remedy: Remedy) -> Letter:
    """恢复称号的通知 to the title's holder, after an outcome set the loss of title aside."""
    case, day = remedy.case, remedy.outcome_on
    title = title_ended_by(case)
    name = f"“上海市绿色生态城区{title.get_kind_display()}”称号" if title else f"{BLANK}称号"
    decided = day_in_words(remedy.against_on) if remedy.against_on else BLANK
    decision = f"我委{decided}的决定（{remedy.against_number or BLANK}）"
    return Letter(
        title=f"关于恢复{case.district.name}称号的通知",
        to=case.applicant.name,
        paragraphs=(
            f"{remedy.body}就{decision}作出{remedy.outcome_number}，结果为{remedy.get_outcome_display()}。",
            f"据此，{case.district.name}的{name}自{day_in_words(day) if day else BLANK}起恢复，编号和授予日期不变。",
        ),
        day=day,
        by=citing.issuer(day),
    )


def _decision_on(remedy: Remedy, viewer: Viewer) -> Letter | None:
    return next((draft.write() for draft in drafts_of(remedy.case, viewer) if draft.key in DECISIONS), None)


def _drafts(remedy: Remedy, viewer: Viewer) -> Iterator[Draft]:
    held = viewer.held
    if is_city(held):
        yield from reply_drafts(remedy, remedy.case.applicant.name, Contested("决定", partial(_decision_on, remedy, viewer)))
    if remedy.restores and not needs_redoing(remedy) and (is_city(held) or remedy.closed_at):
        yield Draft("restoration", "恢复称号的通知", partial(restoration_letter, remedy), ("confirm",))


SOURCE = LetterSource(
    Remedy,
    lambda viewer, pk: remedies_visible_to(viewer).filter(pk=pk).first(),
    _drafts,
    lambda remedy: reverse("approvals:remedy", args=[remedy.pk]),
    lambda remedy: remedy.is_demo,
)
