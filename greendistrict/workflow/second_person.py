"""Records that count once a second person has checked them: their columns, who may check, the two acts and the desk.

The second person is of the city, or whoever the kind names. A feature declares its kind once by a model under ``CheckedRecord``; whoever
counts its rows asks ``counted()``.
"""

from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow.todo import Task

Row = TypeVar("Row", bound="CheckedRecord")
Returned = TypeVar("Returned", bound="ReturnableRecord")


# Who acts here: for people of the city the kinds of ``CheckedRecord`` itself, for reviewers those that a district states.
CHECKERS = CITY | {Role.REVIEWER}
CHANGED = "内容刚刚改过，请核对现在的内容"


class CheckedRows(models.QuerySet[Row]):
    """Records by how far they are."""

    def counted(self) -> Self:
        """Those that a second person has checked, or that stood before anybody had to."""
        return self._open().filter(checked_at__isnull=False)

    def waiting(self) -> Self:
        """Those that nobody has checked or sent back, oldest first."""
        return self._open().filter(checked_at__isnull=True).order_by("pk")

    def _open(self) -> Self:
        return self.filter(**{f"{self.model.ENDED}__isnull": True})


class CheckedRecord(models.Model):
    """A record entered by one person and checked by another, of the city unless the kind names somebody else.

    ``NAME``: what a row is called. ``SECOND``: who checks it, in words. ``ENTERED``: ``recorded`` of ``recorded_by`` and ``recorded_at``.
    ``ENDED``: field of the moment from which it does not count any more. ``NOTED``: fields that the audit notes. ``ACTS``, ``PAGES``:
    audited actions and routes of check and return.
    """

    NAME: ClassVar[str]
    SECOND: ClassVar[str] = "市级的另一人"
    ENTERED: ClassVar[str] = "recorded"
    ENDED: ClassVar[str] = "returned_at"
    NOTED: ClassVar[tuple[str, ...]]
    ACTS: ClassVar[tuple[str, str]]
    PAGES: ClassVar[tuple[str, str]]

    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    checked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=CHECKERS, null=True, blank=True, related_name="+", verbose_name="核对人"
    )

    class Meta:
        abstract = True

    @property
    def waits(self) -> bool:
        """Whether nobody has checked it or sent it back."""
        return self.checked_at is None and getattr(self, self.ENDED) is None

    @property
    def entered(self) -> tuple[str, Any]:
        """Who entered it, as printed, and when."""
        return getattr(self, f"{self.ENTERED}_by_named"), getattr(self, f"{self.ENTERED}_at")

    @property
    def times_changed(self) -> int:
        """Grows when the content is changed, so that nobody checks what he has not read; most kinds never change."""
        return 0

    @classmethod
    def opens_to(cls, held: HeldPosts) -> bool:
        """Whether these posts may check rows of this kind at all."""
        return held.is_city

    def is_checked_by(self, held: HeldPosts) -> bool:
        """Whether these posts may check this row, whoever entered it."""
        return self.opens_to(held)

    @property
    def subject(self) -> str:
        """What a task calls it."""
        return str(self)

    @property
    def is_fictional(self) -> bool:
        """Whether it belongs to the demo's data."""
        return False

    def on_checked(self) -> None:
        """What follows from the check, in its transaction; for most kinds it is enough that they count."""

    def noted(self) -> dict[str, Any]:
        """What the audit notes of an act on it; what JSON does not know is noted as text."""
        values = {name: getattr(self, name) for name in self.NOTED}
        return {name: value if isinstance(value, (int, list, str)) else str(value) for name, value in values.items()}


class ReturnableRecord(CheckedRecord):
    """One that is sent back with a reason as long as nobody has checked it; it stays on record, and its place is free again."""

    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=CHECKERS, null=True, blank=True, related_name="+", verbose_name="退回人"
    )
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        abstract = True


def another_person(name: str, entered: str = "recorded") -> models.CheckConstraint:
    """Nobody checks what he entered himself."""
    return models.CheckConstraint(condition=~Q(checked_by=F(f"{entered}_by")), name=f"{name}_second_person")


def checked_or_returned(name: str) -> models.CheckConstraint:
    """What is sent back is not checked."""
    return models.CheckConstraint(condition=Q(checked_at__isnull=True) | Q(returned_at__isnull=True), name=f"{name}_checked_or_returned")


def may_check(held: HeldPosts, row: CheckedRecord) -> bool:
    """Whoever the kind names but the person who entered the row, until it is checked or sent back."""
    return row.waits and row.is_checked_by(held) and getattr(row, f"{row.ENTERED}_by_id") != held.person


def _held(row: Row, by: User) -> Row:
    held = type(row)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    Refused.unless(held.waits, f"{row.NAME}已经核对或者退回")
    NotAllowed.unless(may_check(posts_of(by), held), f"{row.NAME}由{row.SECOND}核对，登记人不能核对自己登记的内容")
    Refused.unless(held.times_changed == row.times_changed, CHANGED)
    return held


@transaction.atomic
def check(*, row: Row, by: User) -> Row:
    """Check a row, as it was read, as somebody else than who entered it: from now on it counts. Raises ``NotAllowed``, ``Refused``."""
    held = _held(row, by)
    held.checked_at, held.checked_by = clock.now(), by
    held.save()
    held.on_checked()
    audit.record(action=row.ACTS[0], by=by, obj=held, data=held.noted())
    return held


@transaction.atomic
def send_back(*, row: Returned, reason: str, by: User) -> Returned:
    """Send an unchecked row back; it stays on record and its place is free again. Raises ``NotAllowed``, ``Refused``."""
    held = _held(row, by)
    if not reason.strip():
        raise Refused([Refusal("请写明理由", field="reason")])
    held.returned_at, held.returned_by, held.return_reason = clock.now(), by, reason.strip()
    held.save()
    audit.record(action=row.ACTS[1], by=by, obj=held, data={**held.noted(), "reason": held.return_reason})
    return held


def check_tasks(user: User, rows: CheckedRows[Any]) -> list[Task]:
    """Work-desk tasks: those of the rows that the person may check.

    Nothing is read for people whose posts check no row of the kind.
    """
    posts = posts_of(user)
    if not rows.model.opens_to(posts):
        return []
    return [
        Task(
            title=f"核对{row.NAME}",
            subject=row.subject,
            link=reverse(row.PAGES[0], args=[row.pk]),
            since=row.entered[1],
            kind=row.ACTS[0],
            is_demo=row.is_fictional,
        )
        for row in rows
        if may_check(posts, row)
    ]
