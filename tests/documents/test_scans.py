"""Uploaded files and a real clamd: quarantine until scanned, refused when infected, waiting while nobody answers."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from approvals.cases.models.cases import Case
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import ScoreTable
from greendistrict import env
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.documents import handing_in, scans, services
from greendistrict.documents.enums import ScanState
from greendistrict.documents.models import Evidence, Quarantined
from greendistrict.documents.tasks import scan_file, scan_files
from greendistrict.workflow.declaration import machines
from greendistrict.workflow.machine import Question, Transition
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.services import refusals_of
from portal.operations.selectors import status
from tests.files import docx, pdf
from tests.scanning import EICAR, VIRUS, OwnScanner

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    own = OwnScanner(tmp_path_factory.mktemp("clamd"))
    own.start()
    yield own
    own.end()


@pytest.fixture
def clamd(running, settings, media):
    settings.CLAMD = running.address
    return running


def store(people, district, content=None, name="规划.pdf", **kw):
    upload = SimpleUploadedFile(name, content or pdf())
    return services.store(owner=district, upload=upload, kind="plan", title="专项规划", by=people.preparer, **kw)


def infected():
    return pdf() + b"\n%" + VIRUS + b"\n"


def state(evidence):
    evidence.refresh_from_db()
    return evidence.scan


def told():
    """Receiver, title and body of each message about a virus."""
    rows = OutboxMessage.objects.filter(kind="notification").order_by("pk")
    return [(row.payload["receiver"], row.payload["title"], row.payload["body"]) for row in rows if row.payload["kind"] == scans.MESSAGE]


def test_the_scanner_tells_a_virus_from_none(clamd):
    assert scans.virus_in([EICAR[:20], EICAR[20:]]) == "Eicar-Test.UNOFFICIAL"
    assert scans.virus_in([infected()]) == "GD-Test.UNOFFICIAL"
    assert scans.virus_in([pdf()]) == scans.virus_in([]) == ""


def test_nobody_opens_a_file_before_it_was_scanned(preparer, people, district, clamd):
    evidence = store(people, district)
    assert evidence.scan == ScanState.WAITING
    download, reading = (reverse(f"documents:{name}", args=[evidence.key]) for name in ("download", "reading"))
    shown = preparer.get(download)
    assert (shown.status_code, "正在查毒" in shown.content.decode()) == (409, True)
    assert "正在查毒" in preparer.get(reading).content.decode()
    with pytest.raises(Quarantined):
        evidence.file.open("rb")
    assert AuditRecord.objects.filter(action="documents.download").count() == 0
    assert (scan_file(evidence.pk), state(evidence)) == (True, ScanState.CLEAN)
    with evidence.file.open("rb") as stream:
        assert preparer.get(download).getvalue() == stream.read()
    assert "正在查毒" not in preparer.get(reading).content.decode()
    assert scan_file(evidence.pk) is False, "scanned once"


def test_an_office_file_is_not_converted_before_it_was_scanned(preparer, people, district, clamd, settings):
    settings.OFFICE_PROGRAM = "/bin/false"
    evidence = store(people, district, docx(), name="规划.docx")
    assert "正在查毒" in preparer.get(reverse("documents:converted", args=[evidence.key])).content.decode()
    assert preparer.get(reverse("documents:as_pdf", args=[evidence.key])).status_code == 409
    assert not OutboxMessage.objects.filter(kind="office_copy").exists()


def test_a_virus_is_recorded_and_told_to_uploader_and_keepers(preparer, people, district, clamd):
    evidence = store(people, district, infected())
    assert scan_files() == 1
    assert (state(evidence), evidence.virus) == (ScanState.INFECTED, "GD-Test.UNOFFICIAL")
    assert AuditRecord.objects.get(action="documents.infected").data == {"sha256": evidence.sha256, "virus": evidence.virus}
    messages = told()
    assert {who for who, _, _ in messages} == {people.preparer.pk, people.system_keeper.pk, people.security_keeper.pk}
    assert {"GD-Test.UNOFFICIAL" in body for _, _, body in messages} == {True}
    assert [who for who, title, _ in messages if "专项规划" in title] == [people.preparer.pk], "keepers read no titles"
    shown = preparer.get(reverse("documents:download", args=[evidence.key]))
    assert (shown.status_code, "发现病毒" in shown.content.decode()) == (409, True)
    clean = store(people, district, replaces=evidence)
    assert (clean.version, clean.scan) == (2, ScanState.WAITING), "a clean version replaces it"
    assert scans.scan(evidence.pk, again=True) == ScanState.INFECTED
    assert len(told()) == len(messages), "told once"


def test_while_the_scanner_is_away_a_file_waits_and_the_keeper_is_told(people, district, settings, media, tmp_path):
    own = OwnScanner(tmp_path)
    settings.CLAMD = own.address
    evidence = store(people, district)
    assert scan_file(evidence.pk) is False
    with pytest.raises(scans.ScannerAway, match="没有应答"):
        scan_files()
    assert (state(evidence), scans.overdue(clock.now())) == (ScanState.WAITING, 0)
    Evidence.objects.update(uploaded_at=clock.now() - scans.PATIENCE * 2)
    assert any("1份上传的文件等待查毒超过10分钟" in line for line in status.troubles(clock.now(), []))
    own.start()
    assert scan_files() == 1
    own.end()
    assert state(evidence) == ScanState.CLEAN


def test_an_answer_that_is_none_passes_nothing(people, district, clamd, settings, monkeypatch):
    evidence = store(people, district)
    monkeypatch.setattr(scans, "_answer", lambda _link: "INSTREAM size limit exceeded. ERROR")
    with pytest.raises(scans.ScannerAway, match="size limit"):
        scan_files()
    monkeypatch.setattr(scans, "_answer", lambda _link: "")
    assert scan_file(evidence.pk) is False
    assert state(evidence) == ScanState.WAITING


def test_a_false_alarm_is_released_by_the_command(people, district, clamd, capsys, settings):
    evidence = store(people, district)
    Evidence.objects.update(scan=ScanState.INFECTED, virus="False.Alarm")
    call_command("scan_files")
    assert state(evidence) == ScanState.INFECTED
    call_command("scan_files", "--again")
    assert (state(evidence), evidence.virus) == (ScanState.CLEAN, "")
    assert AuditRecord.objects.filter(action="documents.released").count() == 1
    assert "已查1份，其中0份发现病毒" in capsys.readouterr().out
    settings.CLAMD = ""
    with pytest.raises(CommandError, match="GD_CLAMD"):
        call_command("scan_files")


def test_files_from_before_are_scanned_and_stay_open_until_then(people, district, clamd, settings):
    settings.CLAMD = ""
    evidence, bad = store(people, district), store(people, district, infected())
    assert (evidence.scan, evidence.quarantine) == (ScanState.UNSCANNED, "")
    assert scan_files() == 0
    settings.CLAMD = clamd.address
    assert scan_files() == 2
    assert (state(evidence), state(bad)) == (ScanState.CLEAN, ScanState.INFECTED)
    assert scan_files() == 0


def test_nothing_in_quarantine_is_handed_in(people, district, clamd, settings):
    hand_in = Transition("hand_up", "提交", ("draft",), "sent", ())
    back = Transition("take_back", "收回", ("sent",), "draft", ())

    def refused(transition, *, typed=True):
        return [one.text for one in refusals_of(transition, Question(district, posts_of(people.preparer), {}, typed=typed))]

    assert refused(hand_in) == []
    evidence = store(people, district)
    assert refused(hand_in) == refused(hand_in, typed=False) == ["材料“专项规划”正在查毒，不能提交"]
    assert refused(back) == []
    settings.CLAMD = ""
    assert refused(hand_in) == ["材料“专项规划”正在查毒，不能提交"], "switching the scanner off lets nothing through"
    settings.CLAMD = clamd.address
    Evidence.objects.filter(pk=evidence.pk).update(scan=ScanState.INFECTED, virus="X")
    assert refused(hand_in) == ["材料“专项规划”中发现病毒（X），不能提交"]
    Evidence.objects.filter(pk=evidence.pk).update(scan=ScanState.CLEAN)
    assert refused(hand_in) == []


def test_files_that_rows_of_a_matter_link_belong_to_it():
    table, case = ({(one.__name__, column): way for one, column, way in handing_in._links(model)} for model in (ScoreTable, Case))
    assert (table["RowEvidence", "document_id"], case["Case", "decision_scan_id"]) == ("row__table", "pk")
    assert "case" in case.values()
    assert [field.name for field in SelfCheck._meta.fields if field.one_to_one] == ["table"], "its table is part of it"


def test_steps_that_hand_something_in_are_steps_of_machines():
    actions = {transition.action for machine in machines() for transition in machine.transitions}
    assert actions >= handing_in.HANDING_IN
    handed = {
        transition.action
        for machine in machines()
        for transition in machine.transitions
        if any(word in transition.label for word in ("提交审核", "签发", "提交补正", "提交修改稿", "报送", "上报"))
        and not transition.reason_required and not transition.by_system and not any("市级" in seat.label for seat in transition.seats)
        and not any(word in transition.label for word in ("撤回", "收回", "退回"))
    }  # fmt: skip
    assert handed <= handing_in.HANDING_IN, handed - handing_in.HANDING_IN


def test_an_address_is_read_and_one_that_is_none_stops_the_process(monkeypatch):
    for value in ("", "tcp://clamd:3310", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"):
        monkeypatch.setenv("GD_CLAMD", value)
        assert env.address("GD_CLAMD") == value
    for value in ("localhost:3310", "tcp://localhost", "unix://", "http://localhost:3310", "tcp://a b:1"):
        monkeypatch.setenv("GD_CLAMD", value)
        with pytest.raises(ImproperlyConfigured, match="GD_CLAMD"):
            env.address("GD_CLAMD")
