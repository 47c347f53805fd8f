"""States of announcements and their amendments, kinds and outcomes of remedies, and holders of titles."""

from enum import StrEnum

from django.db import models


class AnnouncementState(models.TextChoices):
    """States of an announcement batch."""

    DRAFT = "draft", "拟稿"
    PUBLISHED = "published", "已公告"
    WITHDRAWN = "withdrawn", "已撤回"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {AnnouncementState.PUBLISHED: "success", AnnouncementState.WITHDRAWN: "danger"}.get(self, "")


PUBLIC_STATES = (AnnouncementState.PUBLISHED, AnnouncementState.WITHDRAWN)


class AmendmentState(StrEnum):
    """States of a correction or withdrawal of an announcement."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PUBLISHED = "published"
    REFUSED = "refused"
    DROPPED = "dropped"


class AmendmentKind(models.TextChoices):
    """Amendment of a published announcement: correction or withdrawal."""

    CORRECT = "correct", "更正"
    WITHDRAW = "withdraw", "撤回"


class AmendedField(models.TextChoices):
    """Fields of an announcement that can be corrected."""

    TITLE = "title", "公告标题"
    NUMBER = "number", "公告文号"
    DAY = "announced_on", "公告日期"
    STAR = "star", "评定星级"


class RemedyKind(models.TextChoices):
    """Remedies against a decision."""

    REVIEW = "review", "行政复议"
    SUIT = "suit", "行政诉讼"
    APPEAL = "appeal", "行政诉讼二审"


class RemedySide(models.TextChoices):
    """Side that appeals."""

    HOLDER = "holder", "当事人"
    CITY = "city", "市住房城乡建设管理委"
    BOTH = "both", "双方"


class JudgmentForm(models.TextChoices):
    """Form of the result of a first instance."""

    JUDGMENT = "judgment", "判决"
    RULING = "ruling", "裁定"


class RemedyState(StrEnum):
    """States of a remedy. ``judged``: decided by the first instance, not in force; ``redoing``: the decision is being made anew."""

    OPEN = "open"
    JUDGED = "judged"
    APPEALED = "appealed"
    FOUND = "found"
    REDOING = "redoing"
    CLOSED = "closed"


CONFIRMED_REMEDIES = (RemedyState.CLOSED, RemedyState.REDOING)  # remedies whose outcome was confirmed


class RemedyOutcome(models.TextChoices):
    """Outcomes of a remedy, in the words of its paper."""

    UPHELD = "upheld", "维持"
    REJECTED = "rejected", "驳回"
    WITHDRAWN = "withdrawn", "撤回申请或者撤诉"
    SETTLED = "settled", "调解或者和解"
    UNLAWFUL = "unlawful", "确认违法，不撤销"
    CHANGED = "changed", "变更，称号不恢复"
    CHANGED_BACK = "changed_back", "变更，称号恢复"
    ANNULLED = "annulled", "撤销"
    VOID = "void", "确认无效"
    AFFIRMED = "affirmed", "驳回上诉，维持原判"
    REMANDED = "remanded", "发回重审"


RESTORING = (RemedyOutcome.ANNULLED, RemedyOutcome.VOID, RemedyOutcome.CHANGED_BACK)
ENDED_UNDECIDED = (RemedyOutcome.WITHDRAWN, RemedyOutcome.SETTLED)
AFTER_APPEAL = (RemedyOutcome.AFFIRMED, RemedyOutcome.REMANDED)
FOLLOWING_FIRST = (RemedyOutcome.AFFIRMED, RemedyOutcome.WITHDRAWN)  # outcomes with which the judgment of the first instance takes effect


class HolderSide(models.TextChoices):
    """Role in which a body is responsible for a titled district."""

    AUTHORITY = "authority", "实施主体"
    APPLICANT = "applicant", "申报主体"


class TransferGround(models.TextChoices):
    """Reasons why another body becomes responsible."""

    MERGED = "merged", "合并"
    DISSOLVED = "dissolved", "撤销"
    SPLIT = "split", "分立"
    REFORMED = "reformed", "改制"
    REASSIGNED = "reassigned", "职能调整"
