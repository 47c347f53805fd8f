"""Draft letters by kind of case."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from approvals.amendments.letters import amendment_letter
from approvals.applications import letters as filing
from approvals.cases.letters import outcomes
from approvals.cases.letters.examination import LetterKind, examination_letters, notices_of
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_secretary, may_announce, may_approve_announcement
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.titles_on_day import areas_changed_since
from approvals.changes import letters as changes
from approvals.common.enums import CaseKind
from approvals.consultations.letters import consultations_of, letters_of_consultation
from approvals.consultations.models import Consultation
from approvals.consultations.selectors import consultations_visible_to
from approvals.losses import letters as losses
from approvals.publicity.letters import batch_letter
from approvals.publicity.selectors import amendments_public
from approvals.requests.letters import extensions_of
from approvals.titles.enums import AnnouncementState
from approvals.titles.letters import certificate
from approvals.titles.models.amendments import amended_words
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.selectors import titles_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.letters import Draft, Letter, LetterSource, letter_from

# Drafts (参考稿) of the letters that the office issues outside the portal, generated from the case.
#
# Each kind states when its draft is available to the city (``ready``) and from when others may read it (``readable_outside``);
# ``letters_of`` collects those of a case. Every draft is plain data printed by a single template.

KINDS: dict[str, tuple[LetterKind, ...]] = {
    CaseKind.APPLICATION: (*filing.APPLYING, *filing.LETTERS, *examination_letters(CaseKind.APPLICATION), *outcomes.LETTERS),
    CaseKind.ACCEPTANCE: (*filing.ASKING_FOR_ACCEPTANCE, *filing.LETTERS, *examination_letters(CaseKind.ACCEPTANCE), *outcomes.LETTERS),
    CaseKind.LOSS: losses.LETTERS,
    CaseKind.CHANGE: changes.LETTERS,
}
FILED = frozenset({CaseKind.APPLICATION, CaseKind.ACCEPTANCE})


def letters_of(case: Case, *, inside: bool) -> list[LetterKind]:
    """Drafts of a case in the order in which they come up; with ``inside`` also those only the city may read yet."""
    return [kind for kind in _kinds_of(case) if kind.readable_outside(case) or (inside and kind.ready(case))]


def _kinds_of(case: Case) -> Iterator[LetterKind]:
    """Kinds of letters of the case's kind, then one kind for each round, notice, question and request."""
    yield from KINDS[case.kind]
    if case.kind in FILED:
        yield from filing.receipts_of(case)
        yield from filing.corrections_of(case)
        yield from notices_of(case)
    yield from consultations_of(case)
    yield from extensions_of(case)


def case_drafts(case: Case, viewer: Viewer) -> list[Draft]:
    """Drafts of a case that a person who may see the case may read."""
    inside = is_city(viewer.held) or is_secretary(viewer.held, case)
    return [Draft(kind.key, kind.title, partial(kind.write, case), kind.actions) for kind in letters_of(case, inside=inside)]


# Objects of this app that letters are generated from: cases, consultations, announcements, titles.


def _case(viewer: Viewer, pk: int) -> Case | None:
    related = ("district__edition", "applicant", "table__edition", "review", "created_by")
    return cases_visible_to(viewer).select_related(*related).filter(pk=pk).first()


def _batch(viewer: Viewer, pk: int) -> Announcement | None:
    held = viewer.held
    return Announcement.objects.filter(pk=pk).first() if may_announce(held) or may_approve_announcement(held) else None


def _batch_drafts(batch: Announcement, viewer: Viewer) -> Iterator[Draft]:
    del viewer
    yield Draft("announcement", "公告", partial(batch_letter, batch), ("publish",))
    for row in batch.amendments.select_related("title__district").order_by("pk"):
        row.announcement = batch
        yield Draft(f"amendment-{row.pk}", f"{row.get_kind_display()}公告", partial(amendment_letter, row), ("publish",))
        if row.original and not batch.historic:
            yield Draft(f"original-{row.pk}", f"公告原文（{row.get_kind_display()}前）", partial(letter_from, row.original))


def _batch_page(batch: Announcement) -> str:
    draft = batch.status == AnnouncementState.DRAFT
    return reverse("approvals:announcement_edit" if draft else "approvals:amendments", args=[batch.pk])


def _batch_since(pk: int, key: str, moment: dt.datetime) -> str:
    """Corrections and withdrawal of an announcement published after ``moment``, in words; empty for letters other than the announcement."""
    if key != "announcement":
        return ""
    return "；".join(
        map(amended_words, amendments_public().filter(announcement=pk, published_at__gt=moment).order_by("published_at", "pk"))
    )


def _title(viewer: Viewer, pk: int) -> Title | None:
    related = ("district", "announcement", "case__table__edition", "end_case")
    return titles_visible_to(viewer).select_related(*related).filter(pk=pk).first()


def _title_drafts(title: Title, viewer: Viewer) -> Iterator[Draft]:
    if title.number:
        yield Draft("certificate", "证书", partial(_certificate, title, viewer.today))


def _certificate(title: Title, today: dt.date) -> Letter:
    changed = areas_changed_since(title.granted_on) if title.granted_on else {}
    return certificate(title, today, area=changed.get(title.district_id, title.district.area_km2))


CASE_SOURCE = LetterSource(Case, _case, case_drafts, lambda case: reverse("approvals:case", args=[case.pk]), lambda case: case.is_demo)
CONSULTATION_SOURCE = LetterSource(
    Consultation,
    lambda viewer, pk: consultations_visible_to(viewer).filter(pk=pk).first(),
    letters_of_consultation,
    lambda one: reverse("approvals:consultation", args=[one.pk]),
    lambda one: one.case.is_demo,
)
TITLE_SOURCE = LetterSource(
    Title, _title, _title_drafts, lambda title: reverse("approvals:title", args=[title.pk]), lambda title: title.district.is_demo
)
ANNOUNCEMENT_SOURCE = LetterSource(Announcement, _batch, _batch_drafts, _batch_page, lambda batch: batch.is_demo, _batch_since)
