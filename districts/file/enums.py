"""Renewal, funds and papers of a district."""

from django.db import models


class RenewalProjectKind(models.TextChoices):
    """Building programmes that a renewal district includes (六（二）)."""

    STREET = "street", "美丽街区"
    HOME = "home", "美丽家园"


class DistrictPaperKind(models.TextChoices):
    """Papers that apply to a district."""

    GUIDELINE = "guideline", "导则"
    POLICY = "policy", "区级政策"


class FundKind(models.TextChoices):
    """Planning money comes from the treasury of the same level (七（一）); subsidies from elsewhere."""

    PLANNING = "planning", "专业规划编制资金"
    SUBSIDY = "subsidy", "补助资金"
    REWARD = "reward", "奖励资金"
    OTHER = "other", "其他"


class FundState(models.TextChoices):
    """Progress of a fund."""

    APPLIED = "applied", "已申请"
    APPROVED = "approved", "已批复"
    PAID = "paid", "已拨付"
    REFUSED = "refused", "未批准"
