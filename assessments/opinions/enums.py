"""States of opinions."""

from django.db import models


class OpinionState(models.TextChoices):
    """States of a panel opinion, whatever the panel judged."""

    OPEN = "open", "待答复"
    REPLIED = "replied", "待复核"
    CLOSED = "closed", "已销号"
