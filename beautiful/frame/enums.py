"""States of a document of the programme."""

from django.db import models


class DocumentState(models.TextChoices):
    """What this portal knows of a document of the frame “1+1+X+1”."""

    DRAFT = "draft", "征求意见稿"
    IN_FORCE = "in_force", "已施行"
    UNKNOWN = "unknown", "未收到文本"
