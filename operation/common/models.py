"""Base model of the ledger: an entry of one section, district and year."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models

from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import between

KEEPERS = (Role.PREPARER, Role.CONSULTANT, Role.AUTHORITY)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class LedgerEntry(InDistrict, models.Model):
    """An entry of the ledger. An entry copied from last year does not count until somebody confirms or saves it.

    ``counts_since`` is the first day on which the entry was complete; only the service writes it.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="operation_%(class)ss", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    note = models.CharField("说明", max_length=500, blank=True)
    is_confirmed = models.BooleanField("已核对", default=True)
    counts_since = models.DateField("计入日期", null=True, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=KEEPERS, null=True, related_name="+", verbose_name="登记人")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ("district", "-year", "pk")
        indexes: ClassVar = [models.Index(fields=["year", "district"], name="%(class)s_year")]
        constraints: ClassVar = [between("year", FIRST_YEAR, LAST_YEAR, name="%(class)s_year_known")]

    @property
    def lacks(self) -> str:
        """What is missing before the entry counts; empty if it only has to be confirmed, or counts already."""
        return ""

    def counted_from(self, today: dt.date) -> dt.date | None:
        """First day on which the entry counts, given the state on ``today``; an earlier day is kept while the entry still counts."""
        return (self.counts_since or today) if self.is_confirmed and not self.lacks else None
