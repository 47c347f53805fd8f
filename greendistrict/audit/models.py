"""Append-only audit record and the hash chain that seals it; the database refuses changes and deletions of both."""

from django.db import models

from greendistrict.audit.action_labels import label_of


class AuditRecord(models.Model):
    """Who did what, when, to which object. The actor's name is copied, so that the record is independent of the account.

    ``at`` is business time; ``stored_at`` is set by a trigger from the database's clock (None for records from before it existed).
    """

    at = models.DateTimeField("时间", db_index=True)
    actor_id = models.BigIntegerField("人员编号", null=True, blank=True, db_index=True)
    actor_name = models.CharField("人员", max_length=60, blank=True)
    action = models.CharField("动作", max_length=60, db_index=True)
    subject = models.CharField("对象", max_length=80, blank=True, db_index=True)
    subject_label = models.CharField("对象名称", max_length=200, blank=True)
    data = models.JSONField("内容", default=dict)
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    address = models.CharField("来源地址", max_length=64, blank=True)
    stored_at = models.DateTimeField("数据库时间", null=True, editable=False)

    class Meta:
        verbose_name = "审计记录"
        ordering = ("pk",)

    @property
    def action_label(self) -> str:
        """The action in words."""
        return label_of(self.action)

    @property
    def acting_name(self) -> str:
        """Name of the actor, with the name of the person represented if any."""
        principal = self.data.get("principal", "")
        return f"{self.actor_name}（受{principal}委托）" if principal else self.actor_name

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action}"


class AuditPending(models.Model):
    """A record not sealed yet; rows are inserted and deleted by triggers."""

    record_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = "待封存记录"

    def __str__(self) -> str:
        return str(self.record_id)


class AuditSeal(models.Model):
    """One link of the chain, in the order of sealing. Record ids are assigned at the beginning of a transaction, seals after its end.

    ``content``: digest of the record, empty if the record was deleted before sealing. No foreign key, because a seal outlives its record.
    """

    number = models.BigIntegerField("封存号", primary_key=True)
    record_id = models.BigIntegerField("记录编号", unique=True)
    content = models.CharField("内容校验值", max_length=64, blank=True)
    digest = models.CharField("链校验值", max_length=64)
    sealed_at = models.DateTimeField("封存时间")
    stored_at = models.DateTimeField("数据库时间", null=True, editable=False)

    class Meta:
        verbose_name = "审计封存"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number}: {self.record_id}"


class AuditArchive(models.Model):
    """A file with records that are no longer in the table. Their seals stay; ``seals`` lists their numbers, such as ``1-5,8``.

    The signature covers all fields above it, so that a forged row cannot explain missing records.
    """

    file = models.CharField("文件", max_length=100, unique=True)
    sha256 = models.CharField("校验值", max_length=64)
    made_at = models.DateTimeField("归档时间")
    before = models.DateTimeField("早于")
    count = models.PositiveIntegerField("记录数")
    seals = models.TextField("封存号")
    key = models.CharField("公钥编号", max_length=16)
    signature = models.CharField("签名", max_length=100)

    class Meta:
        verbose_name = "审计归档"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.file
