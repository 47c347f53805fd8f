"""Procedure of the 更正 or 撤回 of an announcement: form, effect and receivers of its steps."""

from collections.abc import Iterable

from django.urls import reverse

from approvals.amendments import services
from approvals.amendments.forms import PublishAmendmentForm
from approvals.amendments.lifecycle import AMENDMENT
from approvals.amendments.selectors import against
from approvals.titles.models.amendments import Amendment
from approvals.titles.models.publicity import Announcement
from assessments.common.services import people_of
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken

LONGEST_NOTE = 500


def _lock(pk: int) -> Amendment:
    """Lock the announcement first, then the amendment."""
    announcement = Amendment.objects.values_list("announcement_id", flat=True).get(pk=pk)
    batch = Announcement.objects.select_for_update(no_key=True).get(pk=announcement)
    locked = Amendment.objects.select_for_update(of=("self",), no_key=True).select_related("title__district", "title__case").get(pk=pk)
    locked.announcement = batch
    return locked


def _note(taken: Taken) -> Note:
    amendment = taken.obj
    state = AMENDMENT.state(taken.record.target)
    said = "" if amendment.is_withdrawal else f"{amendment.what}：{amendment.before_words}更正为{amendment.after_words}。"
    body = f"{said}{taken.record.reason or amendment.reason}"
    return Note(
        f"{amendment}{state.label}",
        body[:LONGEST_NOTE],
        reverse("approvals:amendments", args=[amendment.announcement_id]),
        amendment.is_demo,
    )


def _published_note(taken: Taken) -> Note:
    """Message for districts; links to the public page, the only one they can open."""
    note = _note(taken)
    return Note(note.title, note.body, reverse("approvals:announcement", args=[taken.obj.announcement_id]), note.demo)


def _of_districts(*names: str) -> Party:
    def people(amendment: Amendment, _source: str) -> Iterable[User]:
        batch = amendment.announcement
        named = District.objects.filter(titles__announcement=batch) | District.objects.filter(titles__end_announcement=batch)
        found = {user.pk: user for district in named.distinct() for user in people_of(district, names)}
        return found.values()

    return Party("申报主体" if "reviewer" in names else "区专门机构", people)


AMENDMENT_STEPS = Procedure(
    machine=AMENDMENT,
    lock=_lock,
    words=_note,
    facts={"against": against},
    parties={
        "city_officer": Party("市级经办", lambda _amendment, _source: holding(Role.CITY_OFFICER)),
        "city_director": Party("市级审定", lambda _amendment, _source: holding(Role.CITY_DIRECTOR)),
        "applicant": _of_districts("filler", "reviewer"),
        "authority": _of_districts("authority"),
    },
    events={BEGUN: Event(turn=("city_director",), message=Message.CASE_TODO)},
    steps={
        "approve": Step(facts=("against",), turn=("city_officer",), message=Message.CASE_TODO),
        "refuse": Step(informed=("city_officer",), message=Message.CASE_MOVED, informed_words=_note),
        "drop": Step(),
        "publish": Step(
            form=PublishAmendmentForm,
            facts=("against",),
            with_state=services.published,
            effect=services.on_publish,
            makes=("original",),
            informed=("applicant", "authority"),
            message=Message.CASE_MOVED,
            informed_words=_published_note,
        ),
    },
)
