"""Models of expert review."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.common.enums import CommentKind, Conclusion
from assessments.experts.models import ExpertProfile
from assessments.reviews.enums import ENDED_STATES, Judgement, MemberState, PaperState, Reading, ReviewState
from assessments.tables.models import ScoreTable
from districts.common.enums import Star
from greendistrict.core.constraints import between, one_of
from greendistrict.documents.models import Evidence

# Models of a review: the review, draws, panel members, assignments, scores and agreements.

REVIEW_STATES = tuple(ReviewState)


class Review(models.Model):
    """Review of one submitted score table by an expert panel.

    ``subject`` holds the papers as frozen at opening: title, number, kind, parties, documents, star applied for; ``claims`` the district's
    claim per clause (value, points as text, exclusion, explanation, evidence). A table resubmitted after 修改后重审 is reviewed again; a
    table has at most one open review.
    """

    table = models.ForeignKey(ScoreTable, models.PROTECT, related_name="reviews", verbose_name="评分表")
    subject = models.JSONField("评审对象")
    claims = models.JSONField("申报内容", default=dict)
    status = models.CharField("状态", max_length=12, default="preparing")
    opened_at = models.DateTimeField("开始时间")
    score_due = models.DateField("评分截止", null=True, blank=True)
    planned_due = models.DateField("预定评分截止", null=True, blank=True)
    planned_meeting = models.DateField("预定评审会日期", null=True, blank=True)
    meeting_at = models.DateTimeField("评审会时间", null=True, blank=True)
    meeting_place = models.CharField("地点", max_length=100, blank=True)
    current_item = models.CharField("当前条", max_length=20, blank=True, default="", help_text="clause that screens show which follow")
    conclusion = models.CharField("评审结论", max_length=14, choices=Conclusion, blank=True)
    star = models.PositiveSmallIntegerField("评定星级", choices=Star, null=True, blank=True)
    star_reason = models.TextField("星级不同的理由", blank=True, help_text="评定星级与申报星级不同时必填")
    opinion = models.TextField("评审意见", blank=True)
    signed_sheet = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签名页扫描件")
    result = models.JSONField("评定得分", default=dict)
    concluded_at = models.DateTimeField("结论时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "专家评审"
        ordering = ("-opened_at",)
        constraints: ClassVar = [
            one_of("status", REVIEW_STATES, name="review_status_known"),
            one_of("conclusion", Conclusion.values, name="review_conclusion_known", blank=True),
            between("star", 1, 3, name="review_star_1_3"),
            models.UniqueConstraint(fields=["table"], condition=~models.Q(status__in=ENDED_STATES), name="review_one_open_per_table"),
        ]

    def __str__(self) -> str:
        return f"{self.subject.get('number', '')} {self.subject.get('title', '')}专家评审".strip()

    @property
    def timeline_scope(self) -> str:
        """Groups the entry with its district on the timeline."""
        return f"districts.district:{self.table.district_id}"

    @property
    def conclusion_tone(self) -> str:
        """Tone of the tag of its conclusion; empty without one."""
        return Conclusion(self.conclusion).tone if self.conclusion else ""

    @property
    def star_words(self) -> str:
        """The star awarded, in words, marked where the scores rest on an edition that is not the official standard; empty without one."""
        return f"{Star(self.star).label}{self.table.guess}" if self.star else ""

    @property
    def star_grounds(self) -> str:
        """What was applied for, and why this star was awarded: beside the score another one may seem due. Empty without a star."""
        if not self.star or not self.asked_words:
            return self.star_reason.strip() if self.star else ""
        why = self.star_reason.strip().rstrip("。") or ("按申报的星级评定" if self.star == self.subject["star_asked"] else "")
        return "，".join(part for part in (f"申报{self.asked_words}", why) if part)

    @property
    def concluded_words(self) -> str:
        """Conclusion with the star awarded, and why that star."""
        words = "，".join(part for part in (self.get_conclusion_display(), self.star_words) if part)
        return f"{words}（{self.star_grounds}）" if self.star_grounds else words

    @property
    def asked_words(self) -> str:
        """The star applied for, in words."""
        asked = self.subject.get("star_asked")
        return str(Star(asked).label) if asked else ""


class Draw(models.Model):
    """A seeded, repeatable draw (docs/draw.md); the hash of its secret is recorded before the list freezes.

    ``terms`` is everything else the draw depends on: size, dimensions to cover, members kept. ``list_digest`` covers list and terms. A row
    with a ``reason`` is an appointment, made because no valid panel existed.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField("次", default=1)
    secret_digest = models.CharField("种子校验值", max_length=64)
    secret = models.CharField("种子", max_length=64, blank=True)
    pool = models.JSONField("候选名单", default=list, help_text="expert id, specialties, conflict reasons")
    terms = models.JSONField("条件", default=dict)
    list_digest = models.CharField("名单校验值", max_length=64, blank=True)
    result = models.JSONField("结果", default=list)
    tries = models.PositiveIntegerField("抽取次数", default=0)
    reason = models.CharField("指定理由", max_length=500, blank=True)
    committed_at = models.DateTimeField("校验值登记时间")
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "抽取"
        constraints: ClassVar = [models.UniqueConstraint(fields=["review", "number"], name="draw_number_once")]

    def __str__(self) -> str:
        return f"{self.review} 第{self.number}次抽取"


class PanelMember(models.Model):
    """A member of the panel, shown as 专家1 … until the meeting."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="members")
    expert = models.ForeignKey(ExpertProfile, models.PROTECT, related_name="memberships")
    number = models.PositiveSmallIntegerField("序号")
    chair = models.BooleanField("组长", default=False)
    state = models.CharField("答复", max_length=10, choices=MemberState, default=MemberState.INVITED)
    invited_at = models.DateTimeField("邀请时间")
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True, help_text="谢绝或回避时填写，只给评审秘书看")
    declared = models.BooleanField("已声明无应回避情形", default=False)
    submitted_at = models.DateTimeField("评分提交时间", null=True, blank=True)
    unseen = models.PositiveSmallIntegerField(
        "未打开材料即确认", null=True, blank=True, help_text="clauses, counted when the scores were handed in"
    )
    vote = models.CharField("表决", max_length=14, choices=Conclusion, blank=True)
    voted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="表决记录人"
    )
    vote_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="书面表决核对人"
    )
    signed_at = models.DateTimeField("签名时间", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签名记录人"
    )
    sign_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="书面签名核对人"
    )
    present_at = models.DateTimeField("签到时间", null=True, blank=True)
    present_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签到记录人"
    )
    hours = models.DecimalField("工时", max_digits=5, decimal_places=1, null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "评审专家"
        ordering = ("review", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "expert"], name="member_once"),
            models.UniqueConstraint(fields=["review", "number"], name="member_number_once"),
            models.UniqueConstraint(fields=["review"], condition=models.Q(chair=True), name="one_chair"),
            one_of("state", MemberState.values, name="member_state_known"),
        ]

    def __str__(self) -> str:
        return f"专家{self.number}"

    @property
    def voted_on_paper(self) -> bool:
        """Whether the vote was entered from paper."""
        return bool(self.vote) and self.voted_by_id is not None and self.voted_by_id != self.expert.user_id

    @property
    def wants_check(self) -> bool:
        """Whether the signature was entered from paper and has not been compared by a second person yet."""
        on_paper = self.signed_at is not None and self.signed_by_id is not None and self.signed_by_id != self.expert.user_id
        return on_paper and self.sign_checked_by_id is None


class Assignment(models.Model):
    """A clause assigned to a member."""

    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="assignments")
    item_id = models.CharField("条文号", max_length=20)
    reading = models.CharField("分派", max_length=8, choices=Reading)

    class Meta:
        verbose_name = "分派"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "item_id"], name="assignment_once"),
            one_of("reading", Reading.values, name="assignment_reading_known"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.item_id}"


class ExpertScore(models.Model):
    """A member's own judgement of an assigned clause, hidden from others until all members have handed in."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="score")
    judgement = models.CharField("判断", max_length=8, choices=Judgement, blank=True)
    points = models.DecimalField("评分", max_digits=7, decimal_places=2, null=True, blank=True)
    holds = models.BooleanField("控制项满足", null=True, blank=True)
    exclusion_founded = models.BooleanField("不参评成立", null=True, blank=True)
    comment = models.TextField("意见", blank=True)
    comment_kind = models.CharField("意见性质", max_length=8, choices=CommentKind, blank=True)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField("首次打开条文材料", null=True, blank=True)

    class Meta:
        verbose_name = "专家评分"
        constraints: ClassVar = [
            one_of("judgement", Judgement.values, name="score_judgement_known", blank=True),
            one_of("comment_kind", CommentKind.values, name="score_comment_kind_known", blank=True),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.judgement}"


class AgreedScore(models.Model):
    """The meeting's agreement on a disputed clause."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="agreed")
    item_id = models.CharField("条文号", max_length=20)
    points = models.DecimalField("商定分", max_digits=7, decimal_places=2, null=True, blank=True)
    holds = models.BooleanField("控制项满足", null=True, blank=True)
    exclusion_founded = models.BooleanField("不参评成立", null=True, blank=True)
    reason = models.CharField("理由", max_length=500)
    dissent = models.CharField("保留意见", max_length=500, blank=True)
    comment_kind = models.CharField("意见性质", max_length=8, choices=CommentKind, blank=True)  # where readers' comments contradict
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="记录人")

    class Meta:
        verbose_name = "商定得分"
        constraints: ClassVar = [models.UniqueConstraint(fields=["review", "item_id"], name="agreed_once")]

    def __str__(self) -> str:
        return f"{self.review_id} {self.item_id}"


# Confirmation or dissent of a member about an agreed score.


class AgreedConfirmation(models.Model):
    """A member's confirmation of or dissent from an agreed score; it lapses if the clause is agreed again.

    ``by`` is the member, or the person who entered it from the signed sheet; in that case ``checked_by`` is the second person who compared
    it.
    """

    agreed = models.ForeignKey(AgreedScore, models.CASCADE, related_name="confirmations")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="confirmations")
    agrees = models.BooleanField("同意")
    dissent = models.CharField("保留意见", max_length=500, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核对人")

    class Meta:
        verbose_name = "商定确认"
        ordering = ("agreed", "member__number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreed", "member"], name="agreed_confirmed_once"),
            models.CheckConstraint(condition=~models.Q(checked_by=models.F("by")), name="agreed_checked_by_another"),
            models.CheckConstraint(condition=models.Q(agrees=True) | ~models.Q(dissent=""), name="agreed_dissent_said"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.agreed_id}"


# Files that an expert attaches to a score, and scores received on paper.

PAPER_STATES = tuple(PaperState)


class ScoreFile(models.Model):
    """A file attached to a clause by an expert, stored without author metadata."""

    score = models.ForeignKey(ExpertScore, models.PROTECT, related_name="files")
    document = models.OneToOneField(Evidence, models.PROTECT, related_name="+", verbose_name="附件")

    class Meta:
        verbose_name = "评审附件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.document)


class PaperScores(models.Model):
    """A member's scores on paper, typed by the secretariat; they count only after a second person's check.

    ``entries`` holds by clause the typed judgement, points, comment and comment_kind; ``scan`` is the scanned paper if there is one.
    """

    member = models.OneToOneField(PanelMember, models.PROTECT, related_name="paper", verbose_name="席位")
    status = models.CharField("状态", max_length=10, default="typing")
    entries = models.JSONField("录入内容", default=dict)
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="扫描件")
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人")
    typed_at = models.DateTimeField("录入时间")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人")
    checked_at = models.DateTimeField("复核时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "纸质评分"
        constraints: ClassVar = [
            one_of("status", PAPER_STATES, name="paper_status_known"),
            models.CheckConstraint(condition=~models.Q(checked_by=models.F("typed_by")), name="paper_checked_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.member} 纸质评分"
