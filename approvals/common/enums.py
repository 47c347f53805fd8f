"""Closed lists of values of cases, notices and titles."""

from django.db import models

from districts.common.enums import Stage


class CaseKind(models.TextChoices):
    """Four kinds of case with the prefix of their numbers."""

    APPLICATION = "SQ", "试点申报"
    ACCEPTANCE = "YS", "终期验收"
    LOSS = "CX", "取消与撤销"
    CHANGE = "BG", "变更"

    @property
    def machine_name(self) -> str:
        """Name of the machine and the procedure of this kind."""
        return self.name.lower()


class TitleKind(models.TextChoices):
    """The two titles of the programme."""

    PILOT = Stage.PILOT.value, Stage.PILOT.label
    DEMONSTRATION = Stage.DEMONSTRATION.value, Stage.DEMONSTRATION.label

    @property
    def tone(self) -> str:
        """Tone of its tag, that of the stage which it gives."""
        return Stage(self.value).tone


class TitleEnd(models.TextChoices):
    """How a title ended; the title is never deleted."""

    SUPERSEDED = "superseded", "已转为示范"
    CANCELLED = "cancelled", "取消"
    REVOKED = "revoked", "撤销"
    WITHDRAWN = "withdrawn", "主动退出"
    RECALLED = "recalled", "公告撤回"


LOST = (TitleEnd.CANCELLED, TitleEnd.REVOKED)


class LossGround(models.TextChoices):
    """Ground for taking a title away."""

    CANCEL = "cancel", "终期验收未通过，取消试点称号"
    REVOKE = "revoke", "连续两次评估不合格，撤销称号"


class WrongField(models.TextChoices):
    """Data that can be rectified after a decision."""

    DECISION_NUMBER = "decision_number", "决定文号"
    DECIDED_ON = "decided_on", "决定日期"
    STAR = "star", "评定星级"
    ANNOUNCEMENT_NUMBER = "announce_number", "公告文号"
    ANNOUNCED_ON = "announced_on", "公告日期"


class EntryWay(models.TextChoices):
    """How a matter entered by the officer came in."""

    PAPER = "paper", "纸质来件"
    PHONE = "phone", "电话"


class EndorsementMode(models.TextChoices):
    """Whose 批复 an application needs (settings: endorsement_mode)."""

    COMPANY_OR_BUREAU = "company_or_bureau", "所在区政府"
    UNDER_COMMITTEE = "under_committee", "管委会（申报主体为其所属公司）"
    COMMITTEE_ITSELF = "committee_itself", "所在区政府（申报主体为管委会）"
    APPLICANT_IS_REGISTRAR = "applicant_is_registrar", "申报主体即区专门机构，市级经办核对原件"


class DossierStep(models.TextChoices):
    """When the dossier of a decision was frozen."""

    DECISION = "decision", "审定时"
    ANNOUNCEMENT = "announcement", "公告时"
    CORRECTION = "correction", "更正时"
    NUMBER = "number", "登记文号时"


class BulkKind(models.TextChoices):
    """Kinds of bulk actions."""

    REMIND = "remind", "批量催办"
    ANNOUNCE = "announce", "批量列入公告"
    ARCHIVE = "archive", "批量存查"
    TITLES = "titles", "历史称号补录"
    CHECKS = "checks", "历史自查补录"
