"""check_data: one fault of each kind is planted and found by its name; data that nobody touched are quiet. One decided case serves all."""

import hashlib
import io
import json
import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from approvals.cases.models.cases import Case
from assessments.post_evaluations.models import SampleDraw
from assessments.reviews.models import Draw
from assessments.tables.models import TableVersion
from assessments.versions.models import Receipt
from assessments.versions.receipts import canonical
from assessments.versions.services import digest_of
from greendistrict.audit.models import AuditPending
from greendistrict.core import clock, sealing
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store_bytes
from portal.data_check import checks as file_checks
from portal.data_check import services
from portal.data_check.checks import DataFault
from portal.data_check.models import DataCheckRun
from portal.operations.selectors.status import JOBS
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob, ReportFile
from tests.approvals.casework.tampering import panel_of, savepoint
from tests.factories.approvals import Filing, pdf
from tests.factories.once import once
from tests.factories.received import received_self_check
from tests.files import pdf as paper
from tests.steps import step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/data_check", "approvals", "assessments", "greendistrict/documents")


def make_world():
    """A decided case with a drawn panel, and a received self-check."""
    filing = Filing()
    for row in Evidence.objects.filter(file="evidence/none"):  # the factories of districts keep no content
        name = default_storage.save(f"evidence/2026/{row.key}", ContentFile(b"kept"))
        Evidence.objects.filter(pk=row.pk).update(file=name, size=4, sha256=hashlib.sha256(b"kept").hexdigest())
    filing.to_reviewing()
    scene = panel_of(filing).to_scoring().finish_scoring()
    scene.sign_all()
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=filing.case.star_asked, star_reason="")
    filing.fresh()
    filing.open_notice()
    filing.end_notice().do("close_notice", "city_officer").do("agree", "city_checker")
    filing.do("decide", "city_director", number="演沪建〔2026〕8号", decided_on=clock.today(), scan=pdf())
    check = received_self_check(filing.people)
    return filing, check


world = once(make_world)


def found(check=None):
    """Kinds of findings with what they are about."""
    counts = {}

    def counted(what, number=1):
        counts[what] = counts.get(what, 0) + number

    checks = [check] if check else services.CHECKS
    return {(one.kind, one.where) for each in checks for one in each(counted)}, counts


def kinds(check):
    return {kind for kind, _where in found(check)[0]}


def files(counted):
    return file_checks.named_files_are_there(counted, services.WHOLE)


@contextmanager
def on_disk(name, content=None):
    """Another content of a stored file, or none, for a while."""
    path = Path(default_storage.path(name))
    kept = path.read_bytes()
    try:
        path.unlink() if content is None else path.write_bytes(content)
        yield kept
    finally:
        path.write_bytes(kept)


def test_clean_data_are_quiet_and_everything_is_looked_at(world, capsys):
    result = services.check_all()
    assert result.findings == []
    wanted = {"files", "versions", "scores", "receipts", "decisions", "draws", "tables"}
    assert {name for name in wanted if result.counts[name] > 0} == wanted
    call_command("check_data")
    assert "没有发现问题" in capsys.readouterr().out
    call_command("check_data", "--json")
    assert json.loads(capsys.readouterr().out)["found"] == 0


def test_a_missing_and_an_altered_file_are_named(world):
    evidence = Evidence.objects.order_by("pk").first()
    with on_disk(evidence.file.name):
        assert found(files)[0] == {(DataFault.MISSING_FILE, evidence.file.name)}
    with on_disk(evidence.file.name, b"x" * evidence.size):
        nights = [list(file_checks.named_files_are_there(lambda *_: None, (night, services.NIGHTS))) for night in range(services.NIGHTS)]
        assert sorted(map(len, nights)) == [0] * (services.NIGHTS - 1) + [1], "each file is read once in a week"
    for content in (b"x" * evidence.size, b"shorter"):
        with on_disk(evidence.file.name, content):
            assert found(files)[0] == {(DataFault.ALTERED_FILE, evidence.file.name)}
    assert found(files)[0] == set()


def test_a_file_that_nothing_names_is_found_after_a_week(world):
    name = default_storage.save("evidence/2020/nobody", ContentFile(b"left over"))
    try:
        assert found(file_checks.stored_files_are_named)[0] == set()
        os.utime(default_storage.path(name), (0, 0))
        assert found(file_checks.stored_files_are_named)[0] == {(DataFault.UNNAMED_FILE, name)}
    finally:
        default_storage.delete(name)


def test_a_received_total_that_is_computed_to_something_else_is_found(world):
    version = TableVersion.objects.filter(counts=True).first()
    with savepoint():
        content = {**version.content, "result": {**version.content["result"], "total": "99.99"}}
        TableVersion.objects.filter(pk=version.pk).update(content=content)
        assert kinds(services.versions_hold) == {DataFault.VERSION, DataFault.SCORE}
        TableVersion.objects.filter(pk=version.pk).update(digest=digest_of(content))
        assert kinds(services.versions_hold) == {DataFault.SCORE}, "whoever mends the digest does not mend the sum"
        assert kinds(services.receipts_hold) == {DataFault.RECEIPT}, "nor the receipt"


def test_an_altered_receipt_and_a_decision_whose_case_was_changed_are_found(world, settings, tmp_path):
    receipt = Receipt.objects.first()
    forged = {**receipt.content, "submitted_by": "演示某人"}
    own, settings.RECEIPT_KEY_PATH = settings.RECEIPT_KEY_PATH, str(tmp_path / "another-key")
    resigned = {"content": forged, "signature": sealing.sign(canonical(forged)), "public_key": sealing.public_pem()}
    settings.RECEIPT_KEY_PATH = own
    for changed in ({"content": forged}, {"public_key": "none"}, resigned):
        with savepoint():
            Receipt.objects.filter(pk=receipt.pk).update(**changed)
            assert found(services.receipts_hold)[0] == {(DataFault.RECEIPT, receipt.number)}
    filing, _check = world
    with savepoint():
        Case.objects.filter(pk=filing.case.pk).update(decision_number="演沪建〔2026〕9号")
        assert found(services.decisions_hold)[0] == {(DataFault.DECISION, filing.case.number)}


@AREA
def test_a_draw_that_does_not_repeat_is_found(world):
    made = Draw.objects.filter(drawn_at__isnull=False).first()
    with savepoint():
        Draw.objects.filter(pk=made.pk).update(result=list(reversed(made.result))[1:])
        assert kinds(services.draws_repeat) == {DataFault.DRAW}
    with savepoint():
        now = clock.now()
        SampleDraw.objects.create(
            year=2030, secret_digest="0" * 64, secret="1" * 64, terms={"share": "0.4", "least": 1}, committed_at=now, drawn_at=now
        )
        assert kinds(services.draws_repeat) == {DataFault.DRAW}


def test_a_paper_that_was_exchanged_with_its_digest_is_found(world):
    filing, _check = world
    now = clock.now()
    with savepoint():
        done = {"state": JobState.DONE, "requested_at": now, "finished_at": now, "requested_by": filing.people.city_officer}
        job = ExportJob.objects.create(kind="annual_city", year=2025, asked="一", **done)
        document = store_bytes(owner=job, content=paper(), name="a.pdf", content_type="application/pdf", kind="报告", title="报告")
        ReportFile.objects.create(job=job, document=document, format="pdf")
        assert found(services.papers_were_issued) == (set(), {"papers": 1})
        Evidence.objects.filter(pk=document.pk).update(sha256="0" * 64)
        assert found(services.papers_were_issued)[0] == {(DataFault.PAPER, document.file.name)}
    default_storage.delete(document.file.name)


@AREA
def test_a_gap_in_the_audit_record_is_found(world):
    with savepoint(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_auditrecord WHERE id = (SELECT max(record_id) FROM audit_auditpending)")
        assert AuditPending.objects.exists()
        assert kinds(services.audit_is_whole) == {DataFault.AUDIT}


@AREA
def test_a_value_that_is_no_choice_is_found(world):
    evidence = Evidence.objects.order_by("pk").first()
    with savepoint(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be looked at keeps a table from being altered
        cursor.execute("ALTER TABLE documents_evidence DROP CONSTRAINT evidence_confidentiality_known")
        Evidence.objects.filter(pk=evidence.pk).update(confidentiality="hidden")
        where = f"材料 documents_evidence：{evidence.pk}"
        assert found(file_checks.rows_keep_their_rules)[0] == {(DataFault.CHOICE, where), (DataFault.CONSTRAINT, where)}
        assert found(file_checks.constraints_are_there)[0] == {(DataFault.NO_CONSTRAINT, "documents_evidence")}
        cursor.execute("ALTER TABLE documents_evidence ADD CONSTRAINT evidence_confidentiality_known CHECK (size > 0) NOT VALID")
        assert found(file_checks.constraints_are_there)[0] == {(DataFault.NO_CONSTRAINT, "evidence_confidentiality_known")}


def test_a_reference_to_nothing_and_a_file_without_its_owner_are_found(world):
    kept = Evidence.objects.filter(pk=Evidence.objects.order_by("pk").first().pk)
    with savepoint():
        kept.update(uploaded_by=999_999)  # the database looks at the end of the transaction
        assert found(file_checks.rows_keep_their_rules)[0] == {(DataFault.REFERENCE, f"材料 documents_evidence：{kept.get().pk}")}
    with savepoint():
        kept.update(owner="districts.district:999999")
        assert found(file_checks.owners_are_there)[0] == {(DataFault.NO_OWNER, "districts.district:999999")}


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(world):
    with savepoint(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE assessments_receipt RENAME TO elsewhere")
        result = services.check_all()
    assert {(one.kind, one.where) for one in result.findings} >= {(DataFault.UNCHECKED, "receipts_hold")}
    assert result.counts["draws"] > 0


def stored(filing):
    return store_bytes(owner=filing.district, content=paper(), name="a.pdf", content_type="application/pdf", kind="演示", title="材料")


@AREA
def test_files_are_asked_for_in_batches(world, kept_queries):
    filing, _check = world
    for number in (1, 3):
        with savepoint():
            for _ in range(number):
                stored(filing)
            with kept_queries():
                assert list(file_checks.named_files_are_there(lambda *_: None, services.WHOLE)) == []
            names = list(Evidence.objects.values_list("file", flat=True))
        for name in names:
            if not Evidence.objects.filter(file=name).exists():
                default_storage.delete(name)


def test_findings_stand_on_the_page_of_operations(world, client):
    filing, _check = world
    client.force_login(filing.people.system_keeper)
    assert "尚未核对" in client.get(reverse("portal:operations")).content.decode()
    evidence = stored(filing)
    with on_disk(evidence.file.name):
        with pytest.raises(CommandError, match="发现1处问题") as said:
            call_command("check_data", stdout=io.StringIO())
        assert evidence.file.name in str(said.value)
        shown = client.get(reverse("portal:operations")).content.decode()
    assert all(words in shown for words in ("数据核对发现1处问题", "文件缺失", evidence.file.name, "份回执"))
    assert services.nightly() == 0
    assert DataCheckRun.objects.count() == 1
    assert "数据核对发现" not in client.get(reverse("portal:operations")).content.decode()
    assert JOBS["check-data"]
