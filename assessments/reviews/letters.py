"""Opinion of a panel (专家评审意见) as a letter: meeting, members, vote, conclusion, and requirements by clause."""

from collections.abc import Iterator, Sequence

from assessments.common.enums import CommentKind, Conclusion
from assessments.reviews.enums import MemberState
from assessments.reviews.models import PanelMember, Review
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.workflow.letters import BLANK, Letter, sentences

Asked = tuple[str, str, str, CommentKind, str]  # clause, its title, text, weight, responsible body


def panel_opinion(review: Review, *, title: str, rows: Sequence[Asked]) -> Letter:
    """The opinion. Members are named, because anonymity towards the district ends with the conclusion."""
    members = list(review.members.filter(state=MemberState.ACCEPTED).select_related("expert__user").order_by("-chair", "number"))
    must = sum(kind == CommentKind.MUST for _, _, _, kind, _ in rows)
    asked = (
        f"评审组提出意见{len(rows)}条，其中须修改{must}条，建议{len(rows) - must}条，逐条列表如下。"
        if rows
        else "评审组没有提出须修改的意见。"
    )
    return Letter(
        title=title,
        to="",
        paragraphs=(*_meeting(review, members), *_concluded(review, members), asked),
        heads=("序号", "条文", "意见", "性质", "责任单位") if rows else (),
        lines=tuple(
            (f"{number}", f"{clause} {name}", text, str(kind.label), body or "—")
            for number, (clause, name, text, kind, body) in enumerate(rows, start=1)
        ),
        closing=("评审组组长（签名）＿＿＿＿＿＿", "评审组成员（签名）＿＿＿＿＿＿＿＿＿＿＿＿"),
        day=review.concluded_at.astimezone(clock.SHANGHAI).date() if review.concluded_at else None,
        by="评审组",
        is_numbered=False,
        is_sealed=False,
    )


def _meeting(review: Review, members: list[PanelMember]) -> Iterator[str]:
    held = cn_date(review.meeting_at.astimezone(clock.SHANGHAI).date()) if review.meeting_at else BLANK
    place = f"在{review.meeting_place}" if review.meeting_place else ""
    chair = next((member for member in members if member.chair), None)
    others = "、".join(f"{member.expert.user}" for member in members if not member.chair)
    leads = f"，组长{chair.expert.user}" if chair else ""
    named = f"评审组由{len(members)}名专家组成{leads}{f'，成员{others}' if others else ''}。" if members else ""
    yield f"{held}，评审组{place}召开评审会，听取汇报，审阅材料，经质询和讨论，形成意见如下。{named}"


def _concluded(review: Review, members: list[PanelMember]) -> Iterator[str]:
    conclusion = Conclusion(review.conclusion).label if review.conclusion else BLANK
    votes = [member.vote for member in members if member.vote]
    agreed = sum(vote == review.conclusion for vote in votes)
    counted = f"表决{len(votes)}人，同意这一结论的{agreed}人。" if votes else ""
    total = review.result.get("total")
    score = f"评定总分{total}分。" if total else ""
    why = f"（{review.star_grounds}）" if review.star_grounds else ""
    star = f"评定星级为{review.star_words}{why}。" if review.star else ""
    yield from sentences(review.opinion)
    yield f"评审结论为“{conclusion}”。{counted}{score}{star}"
