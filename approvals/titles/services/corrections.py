"""Corrections of titles: a star or a day with all that copies it, and the facts of a title that was recorded from before the portal."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import ProtectedError, Q, QuerySet

from approvals.cases.document_numbers import number_taken
from approvals.common.enums import TitleEnd, TitleKind
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.corrections import TitleCorrection
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.recorded import NOTICE, OWN, as_texts, from_texts, recorded_facts
from approvals.titles.selectors import against_grant_day, first_holders
from approvals.titles.services.history import BATCH, BATCHES, policies_for
from approvals.titles.services.titles import as_held
from districts.common.enums import Certainty
from districts.file.models.district import District
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal, Refused
from greendistrict.documents.models import Evidence
from indicators.editions.models import Edition

CHANGED_SINCE = "登记的内容在提出以后已经改过，请退回，由经办按现在的内容重新提出"


def set_star(titles: QuerySet[Title], star: int) -> None:
    """Set another star on titles, and on the districts that currently hold them."""
    titles.update(star=star)
    _copy_to_districts(titles)


def _copy_to_districts(titles: QuerySet[Title]) -> None:
    """Write what districts copy of the titles they hold, all columns at once: a day and its certainty change together."""
    standing = Title.objects.filter(end="", district__in=titles.values("district_id")).select_related("announcement")
    for title in standing:
        District.objects.filter(pk=title.district_id).update(**as_held(title))


def _tell_edition(title: Title) -> None:
    """The district that holds a title has its standard; an applicant's file tells the one by which it is assessed now."""
    edition = Edition.objects.filter(code=title.edition_text).first() if title.edition_text else None
    told = {"edition_text": title.edition_text, "edition_certainty": title.edition_certainty, "edition": edition}
    District.objects.filter(pk=title.district_id, applicant=None).update(**told)


def move_announcement(batch: Announcement, day: dt.date) -> None:
    """Move the day of a batch, with the titles that it granted or ended."""
    wrong = batch.announced_on
    Announcement.objects.filter(pk=batch.pk).update(announced_on=day)
    move_grants(Title.objects.filter(announcement=batch), wrong, day)
    Title.objects.filter(end_announcement=batch).exclude(end="").filter(lapsed_on=None).update(ended_on=day)
    Title.objects.filter(end_announcement=batch, lapsed_on=wrong).update(lapsed_on=day)
    for title in Title.objects.filter(end_announcement=batch, earlier_gaps__len__gt=0):
        moved = [DateRange(day, gap.upper) if gap.lower == wrong else gap for gap in title.earlier_gaps]
        Title.objects.filter(pk=title.pk).update(earlier_gaps=[gap for gap in moved if gap.lower < gap.upper])


def move_grants(titles: QuerySet[Title], wrong: dt.date | None, day: dt.date | None) -> None:
    """Move the day of grants (None: unknown), and what follows it: the end of the title before, copies, bodies responsible since."""
    titles.update(granted_on=day)
    shown = titles.filter(kind=TitleKind.DEMONSTRATION).values("district_id")
    Title.objects.filter(district__in=shown, end=TitleEnd.SUPERSEDED, ended_on=wrong).update(ended_on=day)
    first_holders(titles, wrong).update(since=day)
    _copy_to_districts(titles)


class Aim(NamedTuple):
    """Where a title stands once it is corrected: in ``batch``, in a new one with ``key`` (year and number), or in none that is known."""

    batch: Announcement | None = None
    key: tuple[int, int] | None = None
    is_other: bool = False

    @property
    def moves_batch(self) -> bool:
        """Whether the batch of the title stays its own, so that its day and words are corrected for all titles in it."""
        return self.batch is not None and not self.is_other


def _aim(title: Title, facts: Mapping[str, Any], changed: Collection[str], *, scan: bool) -> Aim:
    """A batch that the title has alone is renumbered; else the title goes to the batch of that number, or to a new one."""
    own = title.announcement
    if own is not None and "batch" not in changed:
        return Aim(own)
    found = BATCH.fullmatch(facts["batch"])
    number = BATCHES.get(found["batch"]) if found else None
    if found is None or number is None or not (scan or {"batch", *NOTICE}.intersection(changed)):
        return Aim()
    key = int(found["year"]), number
    other = Announcement.objects.filter(year=key[0], batch=key[1], is_demo=title.district.is_demo).first()
    if other is not None:
        return Aim(other, is_other=True)
    is_alone = own is not None and list(own.titles.values_list("pk", flat=True)) == [title.pk]
    return Aim(own if is_alone else None, key)


def against_correction(title: Title, facts: Mapping[str, Any], changed: Collection[str], *, scan: bool) -> list[Refusal]:
    """Reasons against these facts of a recorded title; ``scan``: whether the paper of the announcement comes with them."""
    if not title.is_correctable:
        return [Refusal("由本平台审定、公告的称号不在这里更正，经办件或者公告的更正办理")]
    aim = _aim(title, facts, changed, scan=scan)
    return [
        *_against_batch(aim, facts, changed, scan=scan),
        *_against_day(title, aim, facts["granted_on"]),
        *_against_words(title, facts),
    ]


def _against_batch(aim: Aim, facts: Mapping[str, Any], changed: Collection[str], *, scan: bool) -> Iterator[Refusal]:
    says = set(NOTICE) & set(changed)
    if aim == Aim():
        if scan or any(facts[name] for name in says):
            yield Refusal("没有写明批次的，不能登记公告的标题、文号、原文和扫描件：请写明批次，如2024年第五批", field="batch")
        return
    if aim.is_other and aim.batch is not None:
        yield from _against_joining(aim.batch, facts, says)
        return
    if facts["granted_on"] is None:
        yield Refusal("写明公告批次的，须填授予日期，即公告日期", field="granted_on")
    if not facts["notice_title"]:
        yield Refusal("写明公告批次的，须填公告标题", field="notice_title")
    if (aim.batch is None or "notice_number" in changed) and (taken := number_taken(facts["notice_number"], aim.batch or Announcement())):
        yield Refusal(taken, field="notice_number")


def _against_joining(batch: Announcement, facts: Mapping[str, Any], says: Collection[str]) -> Iterator[Refusal]:
    if not batch.historic or batch.status != AnnouncementState.PUBLISHED:
        yield Refusal(f"{batch}不是补录的公告，补录的称号不能列入", field="batch")
    if batch.announced_on and facts["granted_on"] != batch.announced_on:
        yield Refusal(f"{batch}的公告日期是{day_in_words(batch.announced_on)}，授予日期应与它相同", field="granted_on")
    registered = dict(zip(NOTICE, (batch.title, batch.number, batch.text), strict=True))
    for name in sorted(name for name in says if facts[name] != registered[name]):
        yield Refusal(f"{batch}已经登记，先列入这一批次；标题、文号、原文有误的，另行更正", field=name)


def _against_day(title: Title, aim: Aim, day: dt.date | None) -> Iterator[Refusal]:
    if day is None:
        return
    if day > clock.today():
        yield Refusal("授予日期不能晚于今天", field="granted_on")
    moved = aim.batch.titles.select_related("district") if aim.moves_batch and aim.batch else [title]
    for one in moved:
        if one.granted_on != day:
            yield from (Refusal(words, field="granted_on") for words in against_grant_day(one, day))


def _against_words(title: Title, facts: Mapping[str, Any]) -> Iterator[Refusal]:
    if facts["granted_on"] is not None and facts["date_certainty"] == Certainty.UNKNOWN:
        yield Refusal("填了授予日期的，写明有出处或者推定", field="date_certainty")
    if not facts["source"]:
        yield Refusal("请写明出处", field="source")
    known = policies_for(facts["granted_on"])
    if facts["policy"] not in known:
        yield Refusal(f"依据文件在授予日期须有效，应为{'、'.join(sorted(known))}", field="policy")
    same = Title.objects.filter(number=facts["number"]).exclude(pk=title.pk).select_related("district").first()
    if facts["number"] and same is not None:
        yield Refusal(f"编号已用于{same}", field="number")


@transaction.atomic
def correct_recorded(correction: TitleCorrection) -> None:
    """Write the right facts of a recorded title and all that copies them. Raises ``Refused`` if something stands against it by now."""
    title, after, scan = correction.title, correction.after, correction.scan
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=title.district_id)
    held = Title.objects.select_for_update(of=("self",), no_key=True).select_related("district", "announcement").get(pk=title.pk)
    stored = recorded_facts(held)
    now = as_texts(stored)
    Refused.when(any(now[name] != words for name, words in correction.before.items()), CHANGED_SINCE)
    facts = stored | from_texts(after)
    if found := against_correction(held, facts, after, scan=scan is not None):
        raise Refused(found)
    _write(held, facts, _aim(held, facts, after, scan=scan is not None), scan)
    audit.record(action="title.correct", by=correction.checked_by, obj=held, data=correction.noted())


def _write(title: Title, facts: Mapping[str, Any], aim: Aim, scan: Evidence | None) -> None:
    left, wrong, day = title.announcement, title.granted_on, facts["granted_on"]
    edition = title.edition_text, title.edition_certainty
    for name in OWN:
        setattr(title, name, facts[name])
    title.announcement = _announcement(title, facts, aim, scan)
    title.reported_time = "" if title.announcement else facts["batch"]
    title.save(update_fields=[*OWN, "announcement", "reported_time"])
    mine = Title.objects.filter(pk=title.pk)
    if aim.moves_batch and aim.batch is not None:
        mine = Title.objects.filter(announcement=aim.batch)
        mine.update(date_certainty=facts["date_certainty"])
        if aim.batch.announced_on != day:
            move_announcement(aim.batch, day)
    elif wrong != day:
        move_grants(mine, wrong, day)
    if left is not None and left != title.announcement:
        _drop_empty(left)
    _copy_to_districts(mine)
    if not title.end and edition != (title.edition_text, title.edition_certainty):
        _tell_edition(title)


def _announcement(title: Title, facts: Mapping[str, Any], aim: Aim, scan: Evidence | None) -> Announcement | None:
    """The announcement of the corrected title as corrected, but for its day."""
    if aim == Aim():
        return None
    batch = aim.batch
    if batch is None:
        batch = Announcement(status=AnnouncementState.PUBLISHED, announced_on=facts["granted_on"], historic=True)
        batch.is_demo, batch.source = title.district.is_demo, fitted(batch, "source", facts["source"])
    if aim.key is not None:
        batch.year, batch.batch = aim.key
    if not aim.is_other:
        right = tuple(facts[name] for name in NOTICE)
        if right != (batch.title, batch.number, batch.text):
            batch.source = fitted(batch, "source", facts["source"])
        batch.title, batch.number, batch.text = right
    batch.scan = scan or batch.scan
    batch.save()
    return batch


def _drop_empty(batch: Announcement) -> None:
    """Remove a recorded announcement that names no title any more and of which nothing else tells."""
    if batch.scan_id or Title.objects.filter(Q(announcement=batch) | Q(end_announcement=batch)).exists():
        return
    try:
        with transaction.atomic():
            batch.delete()
    except ProtectedError:
        return
