"""What the lives of matters filed with the city share: the row under lock, a step with what belongs to it, the message about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.urls import reverse

from assessments.models import PostEvaluation, StageAssessment, YearlyReport
from assessments.services.parties import people_of
from greendistrict.accounts.models import User
from greendistrict.core.errors import Stale
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import perform

Filed = TypeVar("Filed", YearlyReport, PostEvaluation, StageAssessment)
Facts = Mapping[str, Any] | None


@dataclass(frozen=True)
class Life(Generic[Filed]):
    """One kind of filed matter: its machine, whom each action concerns (names of ``people_of``), the page a message opens.

    ``message`` tells of a new state, ``remark`` of a step that changes none. ``key`` begins the keys of messages.
    """

    model: type[Filed]
    machine: Machine
    told: Mapping[str, tuple[str, ...]]
    message: Message
    page: str
    key: str
    remark: Message | None = None
    related: tuple[str, ...] = ("district",)

    def locked(self, found: Filed) -> Filed:
        """The row under lock; needs a transaction."""
        rows = self.model._default_manager.select_for_update(of=("self",))
        return rows.select_related(*self.related).get(pk=found.pk)

    def take(
        self,
        found: Filed,
        action: str,
        by: User | None,
        *,
        facts: Callable[[Filed], Facts],
        follow: Callable[[Filed, str, User | None, str], None],
        reason: str = "",
        version: int | None = None,
    ) -> TransitionRecord:
        """Take one step, do what follows from it, and tell those concerned. Raises as ``perform``; ``Stale`` for an old form."""
        with transaction.atomic():
            locked = self.locked(found)
            if version is not None:
                hold_version(locked, version, "期间已有人办理或修改，请核对最新情况后再办")
            record = perform(machine=self.machine, obj=locked, action=action, by=by, facts=facts(locked), reason=reason)
            follow(locked, action, by, reason.strip())
            locked.version += 1
            locked.save()
            self._tell(locked, record)
        found.refresh_from_db()
        return record

    def send(self, found: Filed, title: str, receivers: Iterable[User], *, key: str, body: str = "", kind: Message | None = None) -> None:
        """One message to each receiver, that opens the matter's page."""
        notify(
            kind=kind or self.message,
            key=f"{self.key}:{found.pk}:{key}",
            receivers=receivers,
            title=title[:200],
            body=body,
            link=reverse(self.page, args=[found.pk]),
            demo=found.district.is_demo,
        )

    def _tell(self, found: Filed, record: TransitionRecord) -> None:
        receivers = [user for user in people_of(found.district, self.told.get(record.action, ())) if user.pk != record.actor_id]
        body = f"理由：{record.reason}" if record.reason else ""
        if record.source != record.target:
            words, kind = self.machine.state(record.target).label, self.message
        else:
            step = self.machine.find(record.action, record.source)
            words, kind = step.label if step else record.action, self.remark or self.message
        self.send(found, f"{found}：{words}", receivers, key=str(record.pk), body=body, kind=kind)


def hold_version(locked: Any, version: int, words: str = "期间已有人修改，请核对后再保存") -> None:
    """Raises ``Stale`` with what is stored for a form that was opened before the last change."""
    if locked.version != version:
        raise Stale(words, current=locked)
