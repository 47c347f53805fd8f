"""Base of the tables of the ledger: an entry of one section, district and year."""

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
    """An entry of the ledger. One taken over from the year before is not confirmed until somebody saves it, and counts for nothing.

    ``counts_since`` is the day since which the entry holds all that its section asks of one that counts; the service alone writes it.
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
        """Why the entry does not count yet; empty where nothing stands against it but confirming."""
        return ""

    def counted_from(self, today: dt.date) -> dt.date | None:
        """Day since which it counts, as ``today`` finds it: the earlier one while it still does."""
        return (self.counts_since or today) if self.is_confirmed and not self.lacks else None
