"""Read opinions: visibility, look-up by receipt, published summaries, tasks.

Also here: Permissions on opinions of the public.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from approvals.cases.selectors.cases import day_of
from approvals.cases.terms import OBJECTION, objection_term
from assessments.common.owed_papers import Deadline, deadline
from districts.common.enums import World
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.policy import parameters
from greendistrict.policy.dates import TermSettings
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from outreach.common.receipts import digest_of
from outreach.opinions.models import OpinionProgress, PublicOpinion


def may_read_opinions(held: HeldPosts) -> bool:
    """Only the city."""
    return bool(held.roles & CITY)


def may_handle_opinions(held: HeldPosts) -> bool:
    """The city's officer answers, publishes and sets aside."""
    return held.has(Role.CITY_OFFICER)


ANSWERED = Q(replied_at__isnull=False) | Q(objection__replied_at__isnull=False)
LEAD = Q(objection__isnull=False, objection__name="")
FICTION = Q(district__is_demo=True) | Q(objection__notice__case__district__is_demo=True)  # as ``PublicOpinion.is_demo``
OF_WORLD = {World.REAL: ~FICTION, World.DEMO: FICTION}
STANDING: Mapping[str, Q] = {
    OpinionProgress.ANSWERED: ANSWERED,
    OpinionProgress.ASIDE: Q(aside_at__isnull=False) & ~ANSWERED,
    OpinionProgress.LEAD: LEAD & ~ANSWERED & Q(aside_at__isnull=True),
    OpinionProgress.AWAITED: ~ANSWERED & ~LEAD & Q(aside_at__isnull=True),
}


def opinions_visible_to(viewer: Viewer) -> QuerySet[PublicOpinion]:
    """All of them for the city, none for others."""
    rows = PublicOpinion.objects.select_related("district", "objection__notice__case__district")
    return rows if may_read_opinions(viewer.held) else rows.none()


def term_settings() -> TermSettings:
    """The city's settings and working-day calendar, for computing the terms of several opinions."""
    return TermSettings(parameters.load(), workdays.current())


def term_of(opinion: PublicOpinion, terms: TermSettings) -> Deadline | None:
    """Term of the answer (``objection_reply_days``; for an objection as moved or waived); None if no answer is owed."""
    if opinion.progress != OpinionProgress.AWAITED:
        return None
    own = objection_term(day_of(opinion.filed_at), terms)
    if opinion.objection is None:
        return Deadline(own)
    return deadline(f"objection_reply:notice-{opinion.objection.notice_id}:{opinion.objection.pk}", own)


def due_of(opinion: PublicOpinion, terms: TermSettings) -> dt.date | None:
    """Last day of the answer; None if no answer is owed, or not any more."""
    term = term_of(opinion, terms)
    return term.awaited_on if term else None


def opinions_published() -> QuerySet[PublicOpinion]:
    """Published summaries, newest first; public pages and search read nothing else."""
    rows = PublicOpinion.objects.filter(published_at__isnull=False).select_related("district", "objection__notice__case__district")
    return rows.order_by("-published_at", "-pk")


def opinion_of_receipt(code: str) -> PublicOpinion | None:
    """The opinion with this receipt code; None if there is none."""
    rows = PublicOpinion.objects.select_related("district", "objection__notice__case__district")
    return rows.filter(digest=digest_of(code)).first()


def _waiting() -> QuerySet[PublicOpinion]:
    rows = PublicOpinion.objects.filter(STANDING[OpinionProgress.AWAITED], objection__isnull=True)
    return rows.select_related("district", "objection").order_by("filed_at", "pk")


@among(_waiting)
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: opinions waiting for the officer's answer, real and fictional apart (objections are tasks of their case)."""
    return list(_tasks()) if may_handle_opinions(viewer.held) else []


def _tasks() -> Iterator[Task]:
    counted = _waiting().order_by().aggregate(**{world.value: Count("pk", filter=condition) for world, condition in OF_WORLD.items()})
    for world, condition in OF_WORLD.items():
        if number := counted[world.value]:
            first = _waiting().filter(condition)[0]
            link = f"{reverse('outreach:opinion_list')}?standing={OpinionProgress.AWAITED.value}&world={world.value}"
            title, due = f"公众意见待答复{number}条", due_of(first, term_settings())
            task = Task(title, str(first), link, since=first.filed_at, due=due, kind="public_opinion", is_demo=first.is_demo)
            yield replace(task, rests_on=OBJECTION)


def closed_before(moment: dt.datetime) -> QuerySet[PublicOpinion]:
    """Opinions filed before a moment and finished, for deletion after the retention period; objections stay with their case."""
    return PublicOpinion.objects.filter(ANSWERED | LEAD | Q(aside_at__isnull=False), filed_at__lt=moment)


def aside_before(moment: dt.datetime) -> QuerySet[PublicOpinion]:
    """Opinions filed before a moment that were set aside."""
    return PublicOpinion.objects.filter(aside_at__isnull=False, filed_at__lt=moment)


def filed_since(moment: dt.datetime, **where: Any) -> int:
    """Number of opinions filed since a moment, for the daily limit."""
    return PublicOpinion.objects.filter(filed_at__gte=moment, **where).count()
