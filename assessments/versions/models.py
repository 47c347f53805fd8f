"""Receipt (回执): the signed answer to a submission."""

from typing import ClassVar

from django.db import models

from assessments.tables.models import TableVersion


class Receipt(models.Model):
    """The receipt of a frozen version.

    ``content`` is the signed text; the public key is stored with it, in case the portal's key changes.
    """

    version = models.OneToOneField(TableVersion, models.PROTECT, related_name="receipt", verbose_name="版本")
    number = models.CharField("回执编号", max_length=20, unique=True)
    content = models.JSONField("内容")
    signature = models.CharField("签名", max_length=100)
    public_key = models.TextField("公钥")
    issued_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "回执"
        ordering: ClassVar = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        return self.number
