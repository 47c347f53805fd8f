"""Papers of a review's meeting for one user: agenda, members, ballots and declarations of the members."""

from dataclasses import dataclass

from assessments.reviews.enums import MemberState
from assessments.reviews.models.review import PanelMember, Review
from assessments.reviews.rules.reviews import oversees_reviews
from assessments.reviews.selectors.agenda import Agenda, agenda_of
from assessments.reviews.selectors.reviews import PanelPerson, panel_for
from greendistrict.accounts.viewer import Viewer

COMMITMENTS = (
    "一、与上述单位三年内没有任职关系，没有参与过本项目的规划、设计、咨询和核查，没有其他可能影响公正的利害关系；评审中发现应回避情形的，立即声明回避。",
    "二、独立、客观评审，不受任何单位和个人干预，对所提意见负责。",
    "三、评审会前不与其他专家交流评分，不与申报主体接触，不收受财物。",
    "四、对申报材料、评审过程和意见保密，不复制、不外传，评审结束后不留存。",
)


@dataclass(frozen=True)
class MeetingPack:
    """Data of the papers; ``named``: the user sees names; before the conclusion only overseers do."""

    agenda: Agenda
    steps: tuple[str, ...]
    people: list[PanelPerson]
    named: bool

    @property
    def members(self) -> list[PanelMember]:
        """Members who sit on the panel."""
        return [one.member for one in self.people]


def pack_of(review: Review, viewer: Viewer) -> MeetingPack:
    """The papers. Callers must have checked ``scores_are_open`` and ``takes_part_in_meeting``."""
    agenda = agenda_of(review)
    steps = (
        "签到，核对到会人数",
        "申报主体介绍，专家质询",
        f"逐条商定有争议的条文（{len(agenda.lines)}条，见下）",
        "到会专家逐条确认商定结果，保留意见记录在案",
        "组长修改评审意见，宣读",
        "表决，签名",
    )
    people = [one for one in panel_for(review, viewer) if one.member.state == MemberState.ACCEPTED]
    return MeetingPack(agenda, steps, people, oversees_reviews(viewer.held))
