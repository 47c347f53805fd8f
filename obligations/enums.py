"""Closed lists of obligations."""

from django.db.models import TextChoices


class ObligationState(TextChoices):
    """State of an obligation on a day; values are used in JSON and URLs, labels on pages."""

    UPCOMING = "upcoming", "未到办理期"
    DUE = "due", "待办"
    OVERDUE = "overdue", "逾期"
    MET = "met", "已完成"
    LATE = "late", "逾期完成"
    WAIVED = "waived", "免报"
    NONE = "none", "无记录"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {ObligationState.OVERDUE: "danger", ObligationState.MET: "success", ObligationState.WAIVED: "line"}.get(self, "")
