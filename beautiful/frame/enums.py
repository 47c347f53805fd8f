"""States of the programme's documents."""

from django.db import models


class DocumentState(models.TextChoices):
    """State of a document of the framework “1+1+X+1”, as far as this portal knows."""

    DRAFT = "draft", "征求意见稿"
    IN_FORCE = "in_force", "已施行"
    UNKNOWN = "unknown", "未收到文本"
