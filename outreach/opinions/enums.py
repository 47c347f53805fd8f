"""Subject and progress of opinions."""

from django.db import models


class OpinionSubject(models.TextChoices):
    """What an opinion is about."""

    NOTICE = "notice", "公示"
    DISTRICT = "district", "城区"
    PROGRAMME = "programme", "绿色生态城区工作"


class OpinionProgress(models.TextChoices):
    """Progress of an opinion, derived from its recorded dates."""

    AWAITED = "awaited", "待答复"
    LEAD = "lead", "留作线索"
    ANSWERED = "answered", "已答复"
    ASIDE = "aside", "不予办理"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {OpinionProgress.ANSWERED: "success", OpinionProgress.AWAITED: "info"}.get(self, "")
