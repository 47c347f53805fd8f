"""Words of cases, notices and titles."""

from django.db import models


class CaseKind(models.TextChoices):
    """Four kinds of case with the prefix of their numbers."""

    APPLICATION = "SQ", "试点申报"
    ACCEPTANCE = "YS", "终期验收"
    LOSS = "CX", "取消与撤销"
    CHANGE = "BG", "变更"


class TitleKind(models.TextChoices):
    """The two titles of the programme."""

    PILOT = "pilot", "试点"
    DEMONSTRATION = "demonstration", "示范"


class TitleEnd(models.TextChoices):
    """How a title ended; it is never deleted."""

    SUPERSEDED = "superseded", "升为示范"
    CANCELLED = "cancelled", "取消"
    REVOKED = "revoked", "撤销"
    WITHDRAWN = "withdrawn", "主动退出"


class EndorsementMode(models.TextChoices):
    """Whose 批复 an application needs (settings: endorsement_mode)."""

    COMPANY_OR_BUREAU = "company_or_bureau", "所在区政府批复"
    UNDER_COMMITTEE = "under_committee", "管委会批复（其所属公司申报）"
    COMMITTEE_ITSELF = "committee_itself", "所在区政府批复（管委会自行申报）"
    APPLICANT_IS_REGISTRAR = "applicant_is_registrar", "申报主体即区专门机构，市级经办核对原件"


class DossierStep(models.TextChoices):
    """When the dossier of a decision was frozen."""

    DECISION = "decision", "审定时"
    ANNOUNCEMENT = "announcement", "公告时"
    CORRECTION = "correction", "更正时"
