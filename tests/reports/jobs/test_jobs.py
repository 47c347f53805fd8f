from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, papers
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from portal.public.selectors import find
from reports.closings.figures import year_figures
from reports.jobs import lease, services
from reports.jobs.enums import JobState, ReportKind
from reports.jobs.kinds import report_kinds
from reports.jobs.models import Asker, ExportJob
from reports.jobs.requests import request_report
from reports.jobs.selectors import jobs_visible_to
from reports.jobs.services import hand_on_reports, reports_awaited
from reports.signing import keys
from reports.signing.verification import Integrity, checked
from tests import leases
from tests.factories.accounts import cast
from tests.factories.once import copy_of, once
from tests.factories.received import received_self_check
from tests.reports.world import built

AREA = pytest.mark.area("reports")
FORMATS = {"pdf", "docx", "xlsx", "json", "csv"}  # of a district's report
QUICK = ("xlsx", "json")


def received():
    people = cast()
    return SimpleNamespace(people=people, check=received_self_check(people))


made = once(received)
world = copy_of("made")


def automatic():
    """The job that the receipt of the self-check asked for."""
    return ExportJob.objects.get()


def quick():
    """The same without its PDF, which takes most of the time: how often it is made and by whom does not hang on what is made."""
    ExportJob.objects.update(formats=list(QUICK))
    return automatic()


def test_received_self_check_asks_for_its_report_which_is_made_with_progress_and_digests_and_a_signature(world, monkeypatch):
    seen, real = [], services.report_progress

    def noted(job, done):
        real(job, done)
        row = ExportJob.objects.get()
        seen.append((row.state, row.done, row.total))

    monkeypatch.setattr(services, "report_progress", noted)
    job = automatic()
    assert (job.kind, job.year, job.district, job.state) == (ReportKind.ANNUAL_DISTRICT, 2026, world.check.district, JobState.QUEUED)
    assert (job.done, job.total, job.is_demo) == (0, 1 + len(FORMATS), True)
    assert OutboxMessage.objects.filter(kind="report").count() == 1
    assert services.run(job.pk) is True
    job.refresh_from_db()
    steps = 1 + len(FORMATS)
    assert seen == [("running", done, steps) for done in range(1, steps + 1)]
    assert (job.state, job.done, job.error) == (JobState.DONE, steps, "")
    assert job.started_at <= job.finished_at
    assert job.edition == year_figures(2026, clock.today()).edition_words == "未核定"
    files = {one.format: one.document for one in job.files.all()}
    assert set(files) == FORMATS
    told = find(papers.code_of(job))
    assert (told.kind, told.on) == (job.label, clock.today())
    issued = {"zip" if one == "csv" else one: document.sha256 for one, document in files.items()}  # tables as CSV are files in a ZIP
    assert {file.format: file.sha256 for file in told.files} == issued
    assert {file.format for file in told.files if file.signed} == {"pdf"}
    assert all(len(document.sha256) == 64 and document.is_demo for document in files.values())
    assert files["pdf"].original_name == f"{world.check.district.name}2026年度评估报告.pdf"
    with files["pdf"].file.open() as stream:
        verdict = checked(stream.read())
    assert (verdict.integrity, verdict.signer) == (Integrity.INTACT, keys.DEMO_NAME)


def test_second_worker_with_the_same_job_keeps_nothing(world, monkeypatch):
    """A job that is delivered again because the first worker was too slow."""
    job = quick()
    real = services.making.made

    def overtaken(*claimed):
        monkeypatch.setattr(services.making, "made", real)
        leases.run_out()
        assert services.run(job.pk) is True
        return real(*claimed)

    monkeypatch.setattr(services.making, "made", overtaken)
    assert services.run(job.pk) is False
    assert services.run(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.files.count()) == (JobState.DONE, len(QUICK))
    assert Evidence.objects.filter(owner=f"reports.exportjob:{job.pk}").count() == len(QUICK)


def test_requester_is_told_when_it_is_ready(world):
    job = request_report(kind=ReportKind.ANNUAL_CITY, year=2026, by=world.people.city_officer, formats=("json",))
    services.run(job.pk)
    while outbox.drain():
        pass
    note = Notification.objects.get(receiver=world.people.city_officer, kind="report_ready", title="全市2026年度评估报告已生成")
    assert note.link == reverse("reports:job", args=[job.pk])
    size = filesizeformat(job.files.get().document.size)
    assert note.body == f"JSON（{size}）；内部资料。请登录平台下载。"
    ExportJob.objects.filter(pk=job.pk).update(pages=41, confidentiality=Confidentiality.PUBLIC)
    job.refresh_from_db()
    assert services.what_it_is(job) == f"共41页；JSON（{size}）。请登录平台下载。"


def test_failed_job_says_so_without_inner_words(world, monkeypatch, caplog):
    def broken(*_args, **_kw):
        msg = "secret inner words"
        raise RuntimeError(msg)

    report = report_kinds.by_key[ReportKind.ANNUAL_DISTRICT]
    monkeypatch.setitem(report_kinds.by_key, ReportKind.ANNUAL_DISTRICT, replace(report, compose=broken))
    job = request_report(kind=ReportKind.ANNUAL_DISTRICT, year=2026, by=world.people.preparer, district=world.check.district)
    with pytest.raises(RuntimeError):
        services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "生成时出错，原因已记录，请联系系统管理员")
    assert "secret inner words" in caplog.text
    outbox.drain()
    assert Notification.objects.filter(receiver=world.people.preparer, kind="report_failed").count() == 1
    assert services.run(job.pk) is False


def test_half_made_report_leaves_no_row(world, monkeypatch):
    def stop(*_args):
        raise OSError

    monkeypatch.setattr(default_storage, "_save", stop)
    job = quick()
    with pytest.raises(OSError):  # noqa: PT011 -- any
        services.run(job.pk)
    assert (Evidence.objects.count(), job.files.count()) == (0, 0)


def test_who_may_not_ask_is_refused(world):
    """For the report of a district, and for that of the city, which the city alone asks for."""
    district = {"kind": ReportKind.ANNUAL_DISTRICT, "district": world.check.district}
    refused = [(seat, district) for seat in ("outsider_preparer", "expert1", "audit_keeper", "consultant", "partner")]
    refused += [(seat, {"kind": ReportKind.ANNUAL_CITY}) for seat in ("preparer", "authority", "partner", "secretariat")]
    for seat, asked in refused:
        with pytest.raises(NotAllowed):
            request_report(year=2026, by=world.people.everybody[seat], **asked)


CITY = {"city_officer", "city_checker", "city_director", "city_legal"}
SEES = CITY | {"secretariat", "partner", "authority", "bureau", "preparer", "reviewer", "consultant"}


def test_report_of_a_district_is_seen_by_who_reads_its_file_and_that_of_the_city_by_the_city(client, world):
    job, of_city = automatic(), request_report(kind=ReportKind.ANNUAL_CITY, year=2026, by=world.people.city_officer)
    for seat, user in world.people.everybody.items():
        client.force_login(user)
        seen = jobs_visible_to(Viewer(user))
        assert [seen.filter(pk=one.pk).exists() for one in (job, of_city)] == [seat in SEES, seat in CITY], seat
        assert client.get(reverse("reports:job", args=[job.pk])).status_code == (200 if seat in SEES else 404), seat
        assert (world.check.district.name in client.get(reverse("reports:report_center")).content.decode()) == (seat in SEES), seat


def test_job_page_shows_progress_and_then_files(client, world):
    job = quick()
    client.force_login(world.people.city_officer)
    url = reverse("reports:job", args=[job.pk])
    waiting = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in waiting, "hx-get" in waiting) == (False, True)
    services.run(job.pk)
    done = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert (done.count("/documents/"), "hx-get" in done) == (len(QUICK), False)


def test_command_writes_and_names_the_files_of_a_job_with_a_code_that_verifies(world, tmp_path):
    [path] = built("annual_district", "--year=2026", "--all", "--format=xlsx", f"--out={tmp_path / 'all'}")
    assert path.name == f"{world.check.district.name}2026年度评估报告.xlsx"
    for _ in range(2):
        [path] = built("annual_city", "--year=2026", "--format=xlsx", f"--out={tmp_path}")
    assert path.name == "全市2026年度评估报告.xlsx"
    job = ExportJob.objects.get(kind=ReportKind.ANNUAL_CITY)
    assert (job.state, job.requested_by, OutboxMessage.objects.filter(key=f"report:{job.pk}").exists()) == (JobState.DONE, None, False)
    told = find(papers.code_of(job))
    assert [(file.format, file.sha256) for file in told.files] == [("xlsx", job.files.get().document.sha256)]


@AREA
def test_command_writes_every_format_where_none_is_named(world, tmp_path):
    paths = built("annual_district", "--year=2026", f"--district={world.check.district.code}", f"--out={tmp_path / 'a' / 'b'}")
    endings = ("csv.zip", "docx", "json", "pdf", "xlsx")
    assert [path.name for path in paths] == [f"{world.check.district.name}2026年度评估报告.{ending}" for ending in endings]
    assert [path.read_bytes()[:2] for path in paths] == [b"PK", b"PK", b"{\n", b"%P", b"PK"]


def test_command_lists_every_kind(db):
    out = StringIO()
    call_command("build_report", "--list", stdout=out)
    rows = [line.split("\t") for line in out.getvalue().splitlines()]
    assert [row[0] for row in rows] == list(report_kinds.by_key)
    assert ["annual_city", "city", "pdf,docx,xlsx,json,csv", "全市年度评估报告"] in rows


WRONG = {
    "annual_city --year=2020": "2020年度尚无已接收的自查", "annual_district --year=2026 --district=nowhere": "没有城区nowhere",
    "annual_district --year=2020 --all": "2020年度没有可以生成城区年度评估报告的城区",
    "annual_district --year=2026": "城区年度评估报告须选择城区", "annual_city --year=2026 --subject=1": "不按事项生成",
    "annual_city --year=2026 --format=odt": "没有这种格式：odt", "annual_city": "--year is required",
    "annual_city --year=0": "--year 应在1990至2100之间", "annual_city --year=9999999999": "--year 应在",
    "sensitivity --year=2026": "只在“标准调整影响测算”页申请", "annual_city --year=two": "invalid int value",
    "annual --year=2026": "没有这种报告：annual",
    "annual_city --year=2026 --by=nobody": "没有账号nobody", "obligations_plan --year=2026": "请说明由谁申请",
    "carbon --subject=1": "请说明由谁申请",
}  # fmt: skip


def test_command_says_why_it_makes_nothing(world, tmp_path):
    every = {f"{kind} --year=2026 --subject={2**31 - 1}": "." for kind in report_kinds.by_key}
    for options, words in (WRONG | every).items():
        with pytest.raises(CommandError, match=words):
            call_command("build_report", *options.split(), f"--out={tmp_path}")
    assert list(tmp_path.iterdir()) == []


@AREA
def test_the_page_of_a_job_of_any_kind_opens_in_any_state(world, client):
    """Also of one that lacks what its kind keeps beside it, as a failed command left it."""
    client.force_login(world.people.city_officer)
    for number, kind in enumerate(report_kinds.by_key):
        job = ExportJob.objects.create(kind=kind, year=2026, requested_at=clock.now(), asked=f"bare:{kind}", total=1)
        for state in JobState.values:
            ExportJob.objects.filter(pk=job.pk).update(state=state)
            headers = {"HX-Request": "true"} if number % 2 else {}
            assert client.get(reverse("reports:job", args=[job.pk]), headers=headers).status_code == 200, kind


def test_everything_open_is_handed_over_at_a_start_without_a_worker(world, monkeypatch):
    """``make demo`` broken off in the main job: the claim is fresh, its worker is gone."""
    handed = []
    monkeypatch.setattr(services, "hand_over", handed.append)
    job = quick()
    assert services._claim(job.pk) is not None
    assert services.requeue_lost() == 0
    assert services.requeue_open() == 1
    job.refresh_from_db()
    assert (handed, job.state, lease.is_free(job)) == ([job.pk], JobState.QUEUED, True)
    assert services.run(job.pk)
    assert services.requeue_open() == 0


def test_unreachable_broker_leaves_the_row_waiting(world, settings, monkeypatch):
    """The real broker client, pointed at a socket where nobody listens."""
    from greendistrict.celery import app

    monkeypatch.setattr(app.conf, "broker_url", "redis+socket:///tmp/gd-nobody/redis.sock")
    monkeypatch.setattr(app.conf, "broker_write_url", "redis+socket:///tmp/gd-nobody/redis.sock")
    app.pool.force_close_all()
    outbox.drain()
    row = OutboxMessage.objects.get(kind="report")
    app.pool.force_close_all()
    assert (row.done_at, row.attempts, automatic().state) == (None, 1, JobState.QUEUED)


def test_a_report_waited_for_goes_to_who_goes_on_as_far_as_it_is_theirs(world):
    people, job = world.people, automatic()
    Asker.objects.create(job=job, user=people.preparer, at=clock.now())
    assert reports_awaited(people.preparer) == 1
    assert hand_on_reports(people.preparer, people.outsider_preparer) == 0
    assert hand_on_reports(people.preparer, people.reviewer) == 1
    assert {people.preparer.pk, people.reviewer.pk} <= set(job.askers.values_list("user", flat=True))
    assert not job.askers.filter(user=people.outsider_preparer).exists()
    assert hand_on_reports(people.preparer, people.reviewer) == 0
