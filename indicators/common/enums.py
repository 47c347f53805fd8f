"""Closed lists of the standard editions, in the values of the edition format."""

from django.db import models


class EditionStatus(models.TextChoices):
    """States of an edition: frozen once it was used; superseded once it was replaced, and still readable."""

    DRAFT = "draft", "草稿"
    CHECKED = "checked", "已校核"
    PUBLISHED = "published", "已发布"
    FROZEN = "frozen", "已锁定"
    SUPERSEDED = "superseded", "已被代替"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {EditionStatus.DRAFT: "amber", EditionStatus.CHECKED: "blue", EditionStatus.SUPERSEDED: "line"}.get(self, "green")
