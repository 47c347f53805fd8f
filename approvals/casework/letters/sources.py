"""Matters of this app that letters are written from: cases, consultations, announcements, titles."""

from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.rules import may_announce, may_approve_announcement
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.letters.kinds import case_drafts
from approvals.consultations.letters import letters_of_consultation
from approvals.consultations.models import Consultation
from approvals.consultations.selectors import consultations_visible_to
from approvals.publicity.letters import batch_letter
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from greendistrict.accounts.models import User
from greendistrict.workflow.letters import Draft, LetterSource


def _case(user: User, pk: int) -> Case | None:
    related = ("district__edition", "applicant", "table__edition", "review", "created_by")
    return cases_visible_to(user).select_related(*related).filter(pk=pk).first()


def _batch(user: User, pk: int) -> Announcement | None:
    return Announcement.objects.filter(pk=pk).first() if may_announce(user) or may_approve_announcement(user) else None


def _batch_drafts(batch: Announcement, user: User) -> Iterator[Draft]:
    del user
    yield Draft("announcement", "公告", partial(batch_letter, batch), ("publish",))


def _batch_page(batch: Announcement) -> str:
    draft = batch.status == AnnouncementState.DRAFT
    return reverse("approvals:announcement_edit", args=[batch.pk]) if draft else reverse("approvals:announcement_list")


SOURCES = (
    LetterSource(Case, _case, case_drafts, lambda case: reverse("approvals:case", args=[case.pk]), lambda case: case.is_demo),
    LetterSource(
        Consultation,
        lambda user, pk: consultations_visible_to(user).filter(pk=pk).first(),
        letters_of_consultation,
        lambda one: reverse("approvals:consultation", args=[one.pk]),
        lambda one: one.case.is_demo,
    ),
    LetterSource(Announcement, _batch, _batch_drafts, _batch_page, lambda batch: batch.is_demo),
)
