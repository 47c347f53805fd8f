"""Services of self-checks: opening, report, effects of the steps."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.common.calendar import self_check_windows
from assessments.common.enums import Purpose, ScoringStage
from assessments.common.owed_papers import SELF_CHECK, owes, waived
from assessments.common.services import Autosave
from assessments.prefill.services import bring_into_next_year, prefill_table
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import KEYS, LONGEST, SECTIONS, with_figures, with_line
from assessments.self_checks.report_word import digest_of
from assessments.self_checks.selectors.opening import against_opening, edition_for, planned_of
from assessments.self_checks.selectors.report import OwnFigures, last_report, offered_figures
from assessments.self_checks.selectors.self_checks import OPEN_STATES, held_uploads, same_picture
from assessments.tables.models import ScoreTable, TableState
from assessments.versions.services import lock_table, open_table, recall_table, receive_table, return_table, submit_table, unlock_table
from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from greendistrict.core.layout_text import LayoutBlock, LayoutKind, layout_blocks, picture_line
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents import uploads
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.office.word_pictures import WordPicture
from greendistrict.documents.office.word_text import WordBlock, WordText
from greendistrict.documents.services import store
from greendistrict.policy import parameters
from greendistrict.policy.parameters import first_day_in_use
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event
from indicators.editions.selectors import against_scoring

PICTURE = "插图"
MOST_PICTURES = 20
SECTION = Autosave(
    table="assessments_selfcheck",
    row="r.id = %(check)s AND r.status = ANY(%(open)s)",
    columns={"report": "jsonb_set(r.report, ARRAY[%(key)s], to_jsonb(%(text)s::text))"},
    version="report_version",
)


def open_due(today: dt.date) -> list[SelfCheck]:
    """Open the self-checks whose drafts may begin by ``today``, for every district that owes them; idempotent.

    A district without applicant, type or edition is skipped, because nobody could fill it in or it would have no table; so is what fell due
    before the portal was in use, and what was waived. Earlier years are owed where a title was entered late.
    """
    since = first_day_in_use()
    windows = self_check_windows(range(since.year - 1, today.year + 1))
    asked = [year for year, window in sorted(windows.items()) if window.due >= since and window.draft_from <= today]
    titled = District.objects.filter(stage__in=TITLED, guideline_area=False, applicant__isnull=False).exclude(type="")
    there = waived(SELF_CHECK) | set(SelfCheck.objects.filter(year__in=asked).values_list("district_id", "year"))
    wanted = [
        (district, year)
        for district in titled.select_related("edition").order_by("pk")
        for year in asked
        if (district.pk, year) not in there and owes(district.stage, district.held_since, year)
    ]
    opened = one_by_one("open-self-checks", wanted, lambda one: _open_one(*one), called=lambda one: f"{one[0]} {one[1]}年度")
    return [check for check in opened if check is not None]


@transaction.atomic
def begin(*, district: District, year: int, by: User) -> SelfCheck:
    """Open an owed self-check before the nightly job does. Raises ``NotAllowed``, ``Refused`` with all that stands against it."""
    NotAllowed.unless(may_edit_district(posts_of(by), district), "年度自查由申报主体填报人开始填报")
    if found := against_opening(district, year, clock.today()):
        raise Refused(found)
    made = _open_one(district, year, by)
    if made is None:
        msg = f"{year}年度自查已经开始填报"
        raise Refused(msg)
    audit.record(action="self_check.begin", by=by, obj=made)
    return made


@transaction.atomic
def _open_one(district: District, year: int, by: User | None = None) -> SelfCheck | None:
    """Open one self-check; None if it exists already. Raises ``Refused`` if no edition fits."""
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    if SelfCheck.objects.filter(district=district, year=year).exists():
        return None
    planned = planned_of(district)
    edition = edition_for(district, planned)
    if edition is None:
        raise Refused(against_scoring(None, real=not district.is_demo))
    table = open_table(
        district=district,
        edition=edition,
        purpose=Purpose.SELF_CHECK,
        stage=ScoringStage.OPERATION,
        by=None,
        year=year,
        planned=planned,
        previous=ScoreTable.objects.filter(
            district=district, purpose=Purpose.SELF_CHECK, year=year - 1, status=TableState.RECEIVED
        ).first(),
        building=district.stage == Stage.PILOT,
    )
    prefill_table(table)
    check = SelfCheck.objects.create(
        district=district,
        year=year,
        table=table,
        opened_at=clock.now(),
        countersign_required=parameters.load().flag("selfcheck.bureau_countersign"),
    )
    notify_event(check, BEGUN, by)
    return check


def save_section(*, check: SelfCheck, key: str, text: str, version: int, by: User) -> int:
    """Save one section of the report with a version check; returns the new version.

    Raises ``NotAllowed``, ``Closed``, ``Refused`` (too long), ``Stale`` with the text stored now.
    """
    NotAllowed.unless(may_edit_district(posts_of(by), check.district), "您可以查看这份自查，不能填报")
    Refused.when(key not in KEYS, "自评报告没有这一节")
    if len(text) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(text)}字", field=key)])
    values: dict[str, Any] = {"key": key, "text": text, "check": check.pk, "version": version, "open": list(OPEN_STATES)}
    saved = SECTION.save(values)
    return int(saved[0][0]) if saved else _explain_section(check, key, text)


def _explain_section(check: SelfCheck, key: str, text: str) -> int:
    stored = SelfCheck.objects.get(pk=check.pk)
    Closed.when(stored.status not in OPEN_STATES, "自查已送审或提交，报告不能再改；刚才填写的内容没有保存，可以复制留用")
    current = str(stored.report.get(key, ""))
    if current == text:
        return stored.report_version
    msg = "这一节刚才有人改过，请选定用哪一个"
    raise Stale(msg, current=(current, stored.report_version))


def hold_pictures(*, check: SelfCheck, document: WordText, by: User) -> list[WordBlock]:
    """Blocks of a document. Its new pictures get the key of the same picture in the library, else of a pending upload.

    A picture that cannot be uploaded is reported as lost, with the reason.
    """
    keys, refused = dict[str, str](), dict[str, str]()
    for place, (key, picture) in enumerate(document.pictures.items()):
        try:
            Refused.when(place >= MOST_PICTURES, f"一份文件一次最多带回{MOST_PICTURES}张新图片")
            keys[key] = str(_held_picture(check, picture, by))
        except Refused as problem:
            refused[key] = f"图片（{problem}）"

    def placed(one: WordBlock) -> WordBlock:
        file = one.block.file
        if file in refused:
            return replace(one, block=LayoutBlock(LayoutKind.PARAGRAPH, ("",)), lost=(*one.lost, refused[file]))
        return replace(one, block=replace(one.block, file=keys[file])) if file in keys else one

    return [placed(one) for one in document.blocks]


def _held_picture(check: SelfCheck, picture: WordPicture, by: User) -> UUID:
    """Key of the same picture in the library, else of a pending upload; each picture is uploaded only once. Raises ``Refused``."""
    if (same := same_picture(Viewer(by), check, picture.content, picture.name)) is not None:
        return same.key
    name = f"{PICTURE}-{sha256(picture.content).hexdigest()[:12]}.{picture.name.rpartition('.')[2].lower()}"
    waiting = held_uploads(Viewer(by), check).filter(name=name).first()
    return (waiting or uploads.hold(owner=check.table, name=name, content=picture.content, by=by)).key


def _with_stored_pictures(check: SelfCheck, texts: Mapping[str, str], new: Collection[str], by: User) -> dict[str, str]:
    """The texts, with their new pictures stored as files of the score table. Raises ``Refused`` if an upload is no longer pending."""
    captions = {
        block.file: block.lines[0]
        for text in texts.values()
        for block in layout_blocks(text)
        if block.kind == LayoutKind.PICTURE and block.file in new
    }
    done = dict(texts)
    for file, caption in captions.items():
        upload = held_uploads(Viewer(by), check).filter(key=file).first()
        if upload is None:
            msg = "新图片已失效，请重新上传 Word 文件"
            raise Refused(msg)
        with uploads.completed(upload) as content:
            stored = store(owner=check.table, upload=content, kind=PICTURE, title=caption, by=by)
        done = {key: text.replace(f"(file:{file})", f"(file:{stored.key})") for key, text in done.items()}
    return done


@transaction.atomic
def bring_back(
    *, check: SelfCheck, texts: Mapping[str, str], seen: Mapping[str, str], by: User, new_pictures: Collection[str] = ()
) -> None:
    """Replace texts by those of a Word document, all or none; ``seen`` are digests (``digest_of``) of the texts shown.

    Its ``new_pictures`` are stored with them. Raises as ``save_section`` does.
    """
    stored = SelfCheck.objects.select_for_update(of=("self",), no_key=True).get(pk=check.pk)
    moved = [one.title for one in SECTIONS if one.key in texts and digest_of(str(stored.report.get(one.key, ""))) != seen.get(one.key)]
    if moved:
        msg = f"{'、'.join(moved)}刚才有人改过，请再看一次改动"
        raise Stale(msg, current=dict(stored.report))
    version = stored.report_version
    for key, text in _with_stored_pictures(check, texts, new_pictures, by).items():
        version = save_section(check=stored, key=key, text=text, version=version, by=by)
    audit.record(action="self_check.import_report", by=by, obj=check, data={"sections": sorted(texts)})


@transaction.atomic
def add_picture(
    *, check: SelfCheck, key: str, caption: str, document: Evidence | None, upload: "UploadedFile[Any] | None", at: int | None, by: User
) -> None:
    """Insert a picture into a section; a new picture is stored with the files of the score table.

    Raises as ``save_section`` and ``documents.services.store`` do.
    """
    Closed.when(check.status not in OPEN_STATES, "自查已送审或提交，报告不能再改")
    if document is None and upload is not None:
        document = store(owner=check.table, upload=upload, kind=PICTURE, title=caption, by=by)
    Refused.when(document is None or document.is_classified, f"标为“{Confidentiality.CLASSIFIED.label}”的图片不能放进自评报告")
    stored = str(check.report.get(key, ""))
    text = with_line(stored, picture_line(caption, str(document.key)), at) if document else stored
    save_section(check=check, key=key, text=text, version=check.report_version, by=by)


def take_over(*, check: SelfCheck, keys: Iterable[str], version: int, by: User) -> list[str]:
    """Copy last year's text into those of the sections that are empty; returns the sections filled.

    Raises as ``save_section`` does.
    """
    last, taken = last_report(check), []
    for key in keys:
        text = last.texts.get(key, "") if last else ""
        if text.strip() and not str(check.report.get(key, "")).strip():
            version = save_section(check=check, key=key, text=text, version=version, by=by)
            taken.append(key)
    return taken


def insert_figure(*, check: SelfCheck, key: str, figure: str, version: int, by: User) -> None:
    """Insert a current figure with its day into a section: at the end, or in place of an earlier one.

    Raises as ``save_section`` does, and ``Refused`` where there is nothing to state.
    """
    stored = str(check.report.get(key, ""))
    offered = offered_figures(OwnFigures(check, clock.today()), {key: stored}).get(key, [])
    found = next((one for one in offered if one.key == figure and one.sentence), None)
    if found is None:
        msg = "平台现在没有这项数据"
        raise Refused(msg)
    save_section(check=check, key=key, text=with_figures(found.label, stored, found.dated), version=version, by=by)


def on_hand_up(taken: Taken) -> None:
    """Lock the cells and store who handed it up; that person may not sign."""
    taken.obj.handed_up_by = taken.by
    lock_table(table=taken.obj.table)


def on_take_back(taken: Taken) -> None:
    """Unlock the cells after signing was refused or recalled."""
    unlock_table(table=taken.obj.table)


def on_sign(taken: Taken) -> None:
    """Assign number and code and freeze the version; earlier findings and countersignature are cleared."""
    check, now = taken.obj, clock.now()
    check.number = check.number or next_number("ZC", now.year)
    give(check)
    check.filed_at, check.countersigned_at, check.countersigned_by, check.findings = now, None, None, []
    report = [[one.title, check.report.get(one.key, "")] for one in SECTIONS]
    submit_table(table=check.table, by=taken.by, extra={"number": check.number, "report": report})


def on_countersign(taken: Taken) -> None:
    """Store who countersigned and when."""
    taken.obj.countersigned_by, taken.obj.countersigned_at = taken.by, clock.now()


def on_recall(taken: Taken) -> None:
    """Recall the submission; its frozen version stays."""
    recall_table(table=taken.obj.table, by=taken.by)


def on_receive(taken: Taken) -> None:
    """Mark the newest version as the one that counts, and prefill next year's table."""
    taken.obj.received_at = clock.now()
    receive_table(table=taken.obj.table, by=taken.by)
    bring_into_next_year(taken.obj.table)


def on_return(taken: Taken) -> None:
    """Store the findings tied to clauses: ``{"item_id", "text"}``, an empty id for the whole self-check."""
    taken.obj.findings = list(taken.values.get("findings", ()))
    return_table(table=taken.obj.table, by=taken.by, reason=taken.record.reason)
