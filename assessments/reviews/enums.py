"""States of a review, duties of its members, states of paper scores."""

from enum import StrEnum

from django.db import models


class ReviewState(StrEnum):
    """States of a review."""

    PREPARING = "preparing"
    INVITING = "inviting"
    SCORING = "scoring"
    MEETING = "meeting"
    CONCLUDED = "concluded"
    STOPPED = "stopped"


WITH_PANEL = (ReviewState.INVITING, ReviewState.SCORING, ReviewState.MEETING)  # from the draw of the panel to its conclusion
BEFORE_MEETING = (ReviewState.INVITING, ReviewState.SCORING)  # the panel may still be completed
FROM_MEETING = (ReviewState.MEETING, ReviewState.CONCLUDED)  # the readings are open to the panel
AT_WORK = (ReviewState.SCORING, ReviewState.MEETING)  # the members score or meet
ENDED_STATES = (ReviewState.CONCLUDED, ReviewState.STOPPED)  # stopped: the case behind it was withdrawn
BEFORE_SCORING = (ReviewState.PREPARING, ReviewState.INVITING)


class SeatDuty(StrEnum):
    """What an expert owes as a member of a panel; also the kind of the obligation."""

    INVITATION = "invitation"
    SCORES = "scores"
    SIGNATURES = "signatures"


class PaperState(StrEnum):
    """State of scores received on paper."""

    TYPING = "typing"
    CHECKING = "checking"
    CHECKED = "checked"


class MemberState(models.TextChoices):
    """State of a seat on a panel."""

    INVITED = "invited", "待答复"
    ACCEPTED = "accepted", "已接受"
    DECLINED = "declined", "已谢绝"
    RECUSED = "recused", "已回避"
    LEFT = "left", "已退出"
    LAPSED = "lapsed", "逾期未答复"


ON_PANEL = (MemberState.INVITED, MemberState.ACCEPTED)  # members of a panel who did not fall out


class Reading(models.TextChoices):
    """Role in which an expert reads a clause: lead, second or general reader."""

    LEAD = "lead", "主审"
    SECOND = "second", "复核"
    GENERAL = "general", "全员"


class Judgement(models.TextChoices):
    """A reader's judgement of a clause."""

    AGREE = "agree", "一致"
    DIFFER = "differ", "不同"
    DOUBT = "doubt", "存疑"
