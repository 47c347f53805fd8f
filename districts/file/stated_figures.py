"""Figures that a district states and the city sums: they count there once the applicant's reviewer has checked them.

The district's own pages go on showing what was entered, with ``MARK`` where nobody has checked it.
"""

from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models

from districts.file.models.district import District
from districts.file.rules import is_reviewer
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core import clock
from greendistrict.workflow.second_person import CheckedRows, ReturnableRecord

MARK = "待核对"
Stated = TypeVar("Stated", bound="StatedFigure")


class StatedFigures(CheckedRows[Stated]):
    """Figures by how far they are."""

    def for_desk(self, held: HeldPosts) -> Self:
        """Those that wait for the reviewer's post of the person."""
        found = self.waiting().filter(district__applicant_id__in=held.organisations_as(Role.REVIEWER), district__merged_into=None)
        return found.select_related("district").defer("district__boundary")

    def unchecked(self) -> Self:
        """Those that do not count: not checked yet, or sent back."""
        return self.filter(checked_at__isnull=True)


class StatedFigure(ReturnableRecord):
    """A figure of a district; entered anew it waits anew. One that was sent back waits for who entered it."""

    SECOND = "申报主体审核签发岗位的另一人"
    ENTERED: ClassVar[str] = "entered"

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="城区")
    entered_at = models.DateTimeField("填写时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), related_name="+", verbose_name="填写人"
    )

    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def times_changed(self) -> int:
        """Its version."""
        return self.version

    @classmethod
    def opens_to(cls, held: HeldPosts) -> bool:
        """Whether there is a reviewer's post."""
        return held.has(Role.REVIEWER)

    def is_checked_by(self, held: HeldPosts) -> bool:
        """Whether it is a reviewer's post of the applicant; nobody checks after a merger into another district."""
        return self.opens_to(held) and self.district.merged_into_id is None and is_reviewer(held, self.district)

    @property
    def subject(self) -> str:
        """What a task calls it: with its district."""
        return f"{self.district}：{self}"

    @property
    def is_fictional(self) -> bool:
        """Whether its district is."""
        return self.district.is_demo

    def enter(self, by: User) -> None:
        """Note who entered it now; who checked the value of before, or sent it back, is no longer said."""
        self.entered_at, self.entered_by = clock.now(), by
        self.checked_at = self.checked_by = self.returned_at = self.returned_by = None
        self.return_reason = ""
