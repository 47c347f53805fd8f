"""Write scopes of API tokens."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from rest_framework.authtoken.models import Token


class WriteScope(models.TextChoices):
    """What a token may write; every token may read what its owner sees."""

    SCORES = "scores", "填写自查评分表"
    EVIDENCE = "evidence", "上传佐证材料"
    PLOTS = "plots", "登记地块"
    PROJECTS = "projects", "登记近期重点项目"
    WORKS = "works", "登记市政设施"
    ANSWERS = "answers", "答复部门意见征询、登记部门审查"


class TokenScopes(models.Model):
    """Write scopes of a token; a token without this row is read-only. Deleted with the token."""

    token = models.OneToOneField(Token, models.CASCADE, primary_key=True, related_name="granted")
    scopes = ArrayField(models.CharField(max_length=20, choices=WriteScope), verbose_name="写入范围")

    class Meta:
        verbose_name = "接口令牌的写入范围"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(scopes__contained_by=WriteScope.values), name="token_scopes_known"),
        ]

    def __str__(self) -> str:
        return "、".join(WriteScope(scope).label for scope in self.scopes)
