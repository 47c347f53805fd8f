"""Closed lists of the archive."""

from enum import StrEnum

from django.db import models


class VolumeState(StrEnum):
    """States of a volume."""

    PREPARING = "preparing"
    CLOSED = "closed"
    HANDED_OVER = "handed_over"


class Retention(models.TextChoices):
    """保管期限 as 国家档案局令第8号 knows them."""

    PERMANENT = "permanent", "永久"
    THIRTY_YEARS = "y30", "30年"
    TEN_YEARS = "y10", "10年"


class ItemKind(models.TextChoices):
    """What an item is: a file that was handed in or registered, or a paper of the portal."""

    FILE = "file", "材料"
    LETTER = "letter", "文书参考稿"
    REPORT = "report", "平台报告"
