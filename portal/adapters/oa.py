"""OA: letters of the office go out to be numbered and issued; 文号 and day of issue come back."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import F

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import waits_for_number
from approvals.cases.services import enter_number
from approvals.titles.models.publicity import Announcement
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.columns import room_in
from greendistrict.core.disk import FileMissing
from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.documents.enums import Confidentiality
from greendistrict.policy import citing
from greendistrict.workflow.letters import Letter, as_data, letter_from
from portal.adapters.declaration import DAY, TEXT, Adapter, Incoming, ItemField, ItemFields, OutAsk, Outgoing, OutItem, SentFile
from portal.adapters.enums import Direction
from portal.adapters.models import ExchangeItem
from reports.composition.enums import FileFormat
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob
from reports.letters.models import LetterCopy
from reports.letters.selectors import seen_draft
from reports.letters.services import LETTER

KEY, MADE_WITHIN = "letter-", dt.timedelta(days=30)
KEY_EXAMPLE = f"{KEY}12"
LONGEST_NUMBER = room_in(Case, "decision_number")
SOURCES = ("case", "announcement", "stageassessment", "inspection")  # matters whose letters the office issues and no person is named in
DECISIONS = frozenset({"grant", "not-passed", "decision", "agreed"})  # letters of a case that carry its decision's number


def _letters(ask: OutAsk) -> Iterator[OutItem]:
    """Finished letters, oldest first."""
    recent = ExportJob.objects.filter(kind=LETTER, state=JobState.DONE, finished_at__gte=clock.now() - MADE_WITHIN)
    for job in recent.exclude(confidentiality=Confidentiality.CLASSIFIED).order_by("finished_at", "pk"):
        key = f"{KEY}{job.subject}"
        if ask.is_sent(key):
            continue
        copy = LetterCopy.objects.filter(pk=int(job.subject), source__in=SOURCES).first()
        asked = _officer_of(job) if copy else None
        if copy and asked and _is_finished(copy, asked) and (pdf := _pdf(job)):
            yield OutItem(key, _told(copy), SentFile(f"{key}.pdf", "application/pdf", pdf), copy.is_demo)


def _officer_of(job: ExportJob) -> User | None:
    """The officer who asked for the file, and by that for it to be issued."""
    people = (asker.user for asker in job.askers.select_related("user").order_by("at", "pk"))
    held = set(holders(Role.CITY_OFFICER).values_list("pk", flat=True))
    return next((user for user in people if user.pk in held), None)


def _is_finished(copy: LetterCopy, asked: User) -> bool:
    """Whether it is the office's own, has no blank and no number, and reads as it would be written now; a decision must be decided."""
    found = seen_draft(Viewer(asked), copy.source, copy.matter, copy.key)
    if found is None:
        return False
    _, matter, draft = found
    letter = draft.write()
    if letter.blanks or letter.number or not letter.is_numbered or letter.by != citing.issuer(letter.day):
        return False
    if not _is_taken(matter, copy.key, letter):
        return False
    return _is_text_of(copy, letter)


def _is_text_of(copy: LetterCopy, letter: Letter) -> bool:
    """Whether a letter reads as its stored text does."""
    now = json.dumps(as_data(letter.spaced(clock.today())), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(now.encode()).hexdigest() == copy.digest


def _is_superseded(copy: LetterCopy, officer: User) -> bool:
    """Whether the letter would be written otherwise now than the text that went out."""
    found = seen_draft(Viewer(officer), copy.source, copy.matter, copy.key)
    return found is None or not _is_text_of(copy, found[2].write())


def _replaced(copy: LetterCopy) -> str | None:
    """Key of the earlier text of the same letter that went out last; the other side may drop that one."""
    same = LetterCopy.objects.filter(source=copy.source, matter=copy.matter, key=copy.key).exclude(pk=copy.pk)
    keys = [f"{KEY}{pk}" for pk in same.values_list("pk", flat=True)]
    sent = ExchangeItem.objects.filter(adapter="oa", direction=Direction.OUT, key__in=keys).order_by("at", "pk").last()
    return sent.key if sent else None


def _is_taken(matter: Any, key: str, letter: Letter) -> bool:
    """Whether the step that the letter tells of was taken: its day is recorded; what is numbered before its step must be approved."""
    if isinstance(matter, Announcement) and key == "announcement":
        return letter.day is not None or matter.approved_at is not None
    if isinstance(matter, Case) and key in DECISIONS:
        return waits_for_number(matter)
    if isinstance(matter, Case) and key == "intent" and matter.status == CaseState.TELLING:
        return True
    return letter.day is not None


def _pdf(job: ExportJob) -> bytes:
    """Its PDF; empty if there is none, it is lost or too large."""
    file = job.files.filter(format=FileFormat.PDF).select_related("document").first()
    if file is None:
        return b""
    try:
        with file.document.file.open("rb") as stored:
            content: bytes = stored.read(settings.ADAPTER_MAX_BYTES + 1)
    except (FileMissing, OSError):
        return b""
    return content if len(content) <= settings.ADAPTER_MAX_BYTES else b""


def _told(copy: LetterCopy) -> dict[str, Any]:
    letter = letter_from(copy.content)
    case = Case.objects.filter(pk=copy.matter).first() if copy.source == "case" else None
    return {
        "title": copy.title,
        "letter": copy.key,
        "matter": (case.number or "") if case else "",
        "to": letter.to,
        "copied_to": "，".join(letter.copied_to),
        "issuer": letter.by,
        "text_digest": copy.digest,
        "written_on": copy.written_at.astimezone(clock.SHANGHAI).date().isoformat(),
        "replaces": _replaced(copy),
    }


def _take_number(given: Mapping[str, Any], today: dt.date) -> str:
    """Enter the number of a case's decision, in the name of the officer whose letter was sent. Raises ``Refused``."""
    copy = _sent_letter(given["letter"])
    case = Case.objects.filter(pk=copy.matter).first() if copy.source == "case" and copy.key in DECISIONS else None
    if case is None:
        msg = "这份文书的文号在平台上由经办随办理步骤登记，接口不登记"
        raise Refused(msg)
    jobs = ExportJob.objects.filter(kind=LETTER, subject=str(copy.pk), state__in=(JobState.DONE, JobState.EXPIRED))
    officer = next((user for job in jobs.order_by(F("finished_at").desc(nulls_last=True)) if (user := _officer_of(job))), None)
    if officer is None:
        msg = "送出这份文书的经办已不在任，请在任的市级经办在办件上登记"
        raise Refused(msg)
    issued = given["issued_on"]
    Refused.when(issued > today, f"发文日期{issued}晚于今天")
    Refused.when(case.decided_on is not None and issued < case.decided_on, f"发文日期{issued}早于审定日期{case.decided_on}")
    Refused.when(
        waits_for_number(case) and _is_superseded(copy, officer),
        f"{given['letter']}送出以后文书有改动，请按现在的文书编号；没有再送出的，由经办重新下载",
    )
    enter_number(case=case, by=officer, number=given["number"], source=f"系统对接：{OA.name}")
    return f"{case.number or ''}登记文号{given['number']}，发文日期{issued}"


def _sent_letter(key: str) -> LetterCopy:
    number = whole(key.removeprefix(KEY)) if key.startswith(KEY) else None
    sent = ExchangeItem.objects.filter(adapter="oa", direction=Direction.OUT, key=key)
    copy = LetterCopy.objects.filter(pk=number).first() if number is not None and sent.exists() else None
    if copy is None:
        msg = f"平台没有送出过{key}"
        raise Refused(msg)
    return copy


OA = Adapter(
    key="oa",
    name="办公系统（OA）",
    system="本单位的公文办理系统",
    purpose="拟好的文书送出办文，编定的文号收回登记",
    out=Outgoing(
        ItemFields(
            "文书",
            (
                ItemField("title", TEXT, "标题", "关于授予演示城区“上海市绿色生态城区试点”称号的决定"),
                ItemField("letter", TEXT, "文书种类", "grant"),
                ItemField("matter", TEXT, "受理编号，不是办件的为空", "SQ-2026-0001", is_required=False),
                ItemField("to", TEXT, "主送", "演示开发有限公司", is_required=False),
                ItemField("copied_to", TEXT, "抄送", "演示区人民政府", is_required=False),
                ItemField("issuer", TEXT, "发文单位", "上海市住房和城乡建设管理委员会"),
                ItemField("text_digest", TEXT, "正文的校验值（SHA-256）", "9f86d081…"),
                ItemField("written_on", DAY, "形成日期", "2026-11-20"),
                ItemField("replaces", TEXT, "由这份文书替换的、先前送出的同一文书的key，没有的为空", "letter-9", is_required=False),
            ),
            "随附PDF：文件夹里放在旁边，网址交换的放在file的base64里。",
        ),
        _letters,
        key_example=KEY_EXAMPLE,
        has_file=True,
    ),
    into=Incoming(
        ItemFields(
            "文号",
            (
                ItemField("letter", TEXT, "所编文书的编号，即送出时的key", KEY_EXAMPLE),
                ItemField("number", TEXT, "文号", "沪建绿〔2026〕8号", longest=LONGEST_NUMBER),
                ItemField("issued_on", DAY, "发文日期，只核对", "2026-11-20"),
            ),
        ),
        _take_number,
        by_hand=False,
    ),
    rules=(
        "送出的是市级经办要过PDF、没有空白、应编文号而没有文号、正文与现状相同的文书；决定类的须已审定，公告须已审定，事先告知书须已同意告知，其他的须已办结相应的步骤。",
        f"只送{MADE_WITHIN.days}天以内生成的PDF，过期没有送出的，由经办重新下载。",
        "只送办件、公告、阶段评估、监督检查的文书；申请公开和复议的文书涉及个人，不送。",
        "文号按“登记决定文号”的规则登记在办件上，记为送办的经办登记，审计日志注明来自系统对接；已有文号的不改，不合规则的不收，原因留存。",
        "发文日期只核对（不早于审定日期、不晚于今天），不登记；送出以后文书有改动的，先前送出的文书不再收文号。",
        "不同意变更的复函不登记文号；不能由管理员人工交换。",
        "公告等随办理步骤登记文号的文书，仍由经办在平台登记。",
    ),
)
