"""How a plot is acquired, asked about and answered."""

from django.db import models

BACKFILL_PROOF = "补录证明"  # kinds of the files behind plots entered afterwards, an approved plan, the plan of key projects


STEP_PAPER = "建设过程文件"  # contract, examined drawings, acceptance report


class OpinionResult(models.TextChoices):
    """A department's answer."""

    AGREED = "agreed", "同意"
    AMENDED = "amended", "修改后同意"
    OBJECTED = "objected", "不同意"


class SupplierLevel(models.TextChoices):
    """Level of the land supplier, which determines the 住建 authority to ask."""

    CITY = "city", "市级供地"
    DISTRICT = "district", "区级供地"
