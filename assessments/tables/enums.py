"""States of a score table."""

from django.db import models


class TableState(models.TextChoices):
    """States of a score table."""

    OPEN = "open", "填报中"
    LOCKED = "locked", "待签发"
    SUBMITTED = "submitted", "已提交"
    RETURNED = "returned", "退回补充"
    RECEIVED = "received", "已接收"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {TableState.OPEN: "", TableState.RETURNED: "warning", TableState.RECEIVED: "success"}.get(self, "info")


WITH_VERSION = (TableState.SUBMITTED, TableState.RECEIVED)  # score tables whose newest version is with the city
