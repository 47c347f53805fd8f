"""Reports asked for by several: one job, handed out while it stands, taken over from a worker that is silent; and the kinds of reports."""

import datetime as dt
from functools import partial

import pytest

from greendistrict.accounts.enums import Role
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from reports.composition.enums import FileFormat
from reports.jobs import lease, services
from reports.jobs.enums import JobState, ReportKind, Scope, Sight
from reports.jobs.kinds import Report, YearlyRun, report_kinds
from reports.jobs.making import CONTENT_TYPES
from reports.jobs.models import Asker, ExportJob, ReportFile
from reports.jobs.requests import request_report
from reports.jobs.sights import reader_of
from reports.sensitivity.services import request_sensitivity
from tests.factories.accounts import PostFactory, cast, make_organisation, make_user
from tests.factories.received import at, received_self_check
from tests.leases import run_out
from tests.waiting import race

AREA = pytest.mark.area("reports")

TIMES = 20


def city_report(by):
    """Asked for without its PDF: who shares it does not hang on what is made."""
    return request_report(kind=ReportKind.ANNUAL_CITY, year=2026, by=by, formats=("csv",))


@AREA
@pytest.mark.django_db(transaction=True)
def test_twenty_who_ask_at_once_get_one_job():
    found = cast()
    received_self_check(found)
    people = [found.city_officer, found.city_checker, found.city_director]
    jobs = [job.pk for job in race(*[partial(city_report, people[number % 3]) for number in range(TIMES)])]
    assert (len(jobs), len(set(jobs))) == (TIMES, 1)
    assert OutboxMessage.objects.filter(key=f"report:{jobs[0]}").count() == 1
    assert {asker.user for asker in Asker.objects.filter(job=jobs[0])} == set(people)
    assert services.run(jobs[0]) is True
    while outbox.drain():
        pass
    told = Notification.objects.filter(title="全市2026年度评估报告已生成")
    assert sorted(told.values_list("receiver", flat=True)) == sorted(user.pk for user in people)


@pytest.mark.django_db
def test_a_paper_is_made_for_however_many_seats_somebody_holds():
    person = make_user(Role.CONSULTANT)
    for _ in range(40):
        PostFactory(user=person, organisation=make_organisation(), role=Role.CONSULTANT)
    job = request_report(kind="obligations_plan", year=2026, by=person, formats=("csv",))
    assert (len(job.sight.split()), reader_of(job).held.sight) == (41, job.sight)


@pytest.mark.django_db
def test_one_persons_many_reports_queue_behind_each_other_and_nobody_else_behind_them(people):
    made = [(people.city_officer, n) for n in range(2000, 2025)] + [(people.city_checker, 2025)]
    jobs = [ExportJob(kind="x", year=year, asked=str(year), requested_by=by, requested_at=clock.now()) for by, year in made]
    jobs = ExportJob.objects.bulk_create(jobs)
    with clock.at(clock.now() + dt.timedelta(minutes=1)):
        assert next(lease.in_turn(jobs[4].pk)) == jobs[0].pk, "the oldest, whichever is named"
        ExportJob.objects.filter(pk=jobs[0].pk).update(state=JobState.RUNNING)
        assert next(lease.in_turn(jobs[1].pk)) == jobs[25].pk, "the first of the other, asked for last"
        assert list(lease.in_turn(jobs[0].pk))[:2] == [jobs[0].pk, jobs[25].pk], "its task came after it was taken up"
        ExportJob.objects.filter(pk=jobs[25].pk).update(state=JobState.RUNNING)
        assert next(lease.in_turn(jobs[25].pk + 1000)) == jobs[25].pk + 1000
        assert list(lease.in_turn(jobs[2].pk)) == [jobs[1].pk] * lease.TRIES, "nobody idles"


@AREA
@pytest.mark.django_db
def test_a_report_that_is_ready_is_handed_out_while_its_figures_stand(world):
    """Deadlines pass without anybody doing anything: what was made yesterday is made anew."""
    officer, checker = world.people.city_officer, world.people.city_checker
    with clock.at(at(2027, 4, 9)):
        first = city_report(officer)
        services.run(first.pk)
        assert city_report(checker) == first
        assert {asker.user for asker in first.askers.all()} == {officer, checker}
        assert request_report(kind=ReportKind.ANNUAL_CITY, year=2026, by=officer, formats=("xlsx",)) != first
        audit.record(action="reports.request", by=None, obj=first)  # changes no figure
        assert city_report(officer) == first
        audit.record(action="districts.save_profile", by=None, obj=world.check.district)
        second = city_report(officer)
        assert second != first
        type(world.check).objects.update(received_at=world.check.received_at + dt.timedelta(hours=1))
        third = city_report(officer)
        assert third != second
    with clock.at(at(2027, 4, 10)):
        assert city_report(officer) != third


@pytest.mark.django_db
def test_the_same_computation_is_one_job(world):
    edition = world.check.table.edition
    one, other = (request_sensitivity(edition=edition, changes=[], by=by) for by in (world.people.city_officer, world.people.city_checker))
    assert one == other
    assert one.askers.count() == 2


@pytest.mark.django_db
def test_who_joined_sees_the_job_and_finds_it_on_the_desk(client, world):
    job = city_report(world.people.city_officer)
    city_report(world.people.city_checker)
    client.force_login(world.people.city_checker)
    page = client.get(f"/reports/jobs/{job.pk}/").content.decode()
    assert f"{world.people.city_officer.name}、{world.people.city_checker.name}" in page
    assert f"/reports/jobs/{job.pk}/" in client.get("/desk/?tab=started").content.decode()


@pytest.mark.django_db
def test_a_silent_worker_loses_its_report_and_one_that_is_heard_keeps_it(world, monkeypatch):
    handed = []
    monkeypatch.setattr(services, "hand_over", handed.append)
    job = services._claim(ExportJob.objects.get().pk)
    assert services.requeue_lost() == 0
    assert services._claim(job.pk) is None
    run_out()
    assert services.requeue_lost() == 1
    assert handed == [job.pk]
    assert services.requeue_lost() == 0  # it is in the queue now
    with pytest.raises(lease.Overtaken):
        lease.report_progress(job, 1)
    assert services._keep(job, {"xlsx": b"x"}) is False
    services._fail(job, "too late")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.QUEUED, "")
    services._claim(job.pk)
    run_out()
    assert services.requeue_lost() == 1
    assert services._claim(job.pk) is not None


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [10, -10])
def test_a_host_whose_clock_is_wrong_takes_no_living_report(world, minutes):
    job = services._claim(ExportJob.objects.get().pk)
    with clock.at(clock.now() + dt.timedelta(minutes=minutes)):
        assert (services.requeue_lost(), services._claim(job.pk)) == (0, None)
        run_out()
        assert services._claim(job.pk) is not None, "and leaves none that is lost"


@pytest.mark.django_db
def test_a_report_that_a_killed_worker_had_taken_but_not_begun_is_handed_over_as_soon(world, monkeypatch):
    """The worker takes more from the queue than it works on; what it had not acknowledged Redis gives back after an hour only."""
    handed = []
    monkeypatch.setattr(services, "hand_over", handed.append)
    job = ExportJob.objects.get()
    assert services.requeue_lost() == 0
    run_out()
    assert services.requeue_lost() == 1
    assert services.requeue_lost() == 0
    run_out()
    assert services.requeue_lost() == 1
    assert handed == [job.pk, job.pk]
    assert services._claim(job.pk) is not None
    assert services._claim(job.pk) is None  # the second of the two that were handed over


@pytest.mark.django_db
def test_a_report_that_ends_every_worker_is_given_up_with_words(world):
    job = ExportJob.objects.get()
    for _ in range(services.MOST_ATTEMPTS):
        assert services._claim(job.pk) is not None
        run_out()
    assert services._claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, services.BROKEN_OFF)


def test_time_that_remains_follows_from_progress():
    now = clock.now()
    for done, started, progressed, words in (
        (0, 20, None, "剩余时间未知"), (1, 20, 10, "还需不到1分钟"),  # 10 s for one, three to go, 10 s of them gone
        (1, 130, 10, "还需约6分钟"), (2, 100, 60, "剩余时间未知"),  # the rest should be ready by now
    ):  # fmt: skip
        job = ExportJob(state=JobState.RUNNING, done=done, total=4, started_at=now - dt.timedelta(seconds=started))
        job.progressed_at = progressed and now - dt.timedelta(seconds=progressed)
        with clock.at(now):
            assert lease.remaining(job) == words
        job.state = JobState.DONE
        assert not lease.remaining(job)


@pytest.mark.parametrize("job", ["report-requeue", "sweep-imports", "sweep-readings", "sweep-copies"])
def test_as_set_a_killed_workers_work_is_taken_up_within_a_minute(settings, job):
    sweep = settings.CELERY_BEAT_SCHEDULE[job]["schedule"]
    assert settings.LEASE_SECONDS + sweep < 60


@pytest.mark.parametrize("key", list(report_kinds.by_key))
def test_a_kind_has_what_pages_files_and_tables_need(key):
    report = report_kinds.by_key[key]
    assert key.isidentifier()
    assert len(key) <= ExportJob._meta.get_field("kind").max_length
    assert set() < set(report.formats) <= set(CONTENT_TYPES)
    assert FileFormat.ZIP not in report.formats or report.formats == (FileFormat.ZIP,), "a package is the only file of its kind"
    assert all(len(name) <= ReportFile._meta.get_field("format").max_length for name in report.formats)
    title = report.title.format(whose="某城区", year=2026, subject="某事项")
    assert ("某城区" in title) >= (report.scope == Scope.DISTRICT)
    assert report.word
    assert not set(report.word) & set("{}")
    assert not report.offered or report.about, "the report centre says what stands in it"


@pytest.mark.django_db
def test_no_two_kinds_have_one_name():
    assert set(ReportKind) <= set(report_kinds.by_key), "kinds that code asks for are registered"
    words = [report.word for report in report_kinds]
    assert sorted(words) == sorted(set(words))
    assert ExportJob(kind="chapters_of_old", year=2026).label == "全市2026年度报告", "one that is no longer made stays readable"


def test_a_kind_that_cannot_be_made_is_refused():
    for given in ({}, {"compose": print, "files": print}, {"files": print, "scope": Scope.MATTER}, {"files": print, "scope": Scope.BATCH}):
        with pytest.raises(ValueError, match="报告"):
            Report("报告", sight=Sight.CITY, **given)


def test_a_yearly_report_is_due_on_its_day_and_thirty_days_after():
    june = YearlyRun(6, 1)
    assert [june.year_on(dt.date(2027, *day)) for day in ((5, 31), (6, 1), (7, 1), (7, 2))] == [None, 2026, 2026, None]
    assert YearlyRun(1, 1).year_on(dt.date(2028, 1, 1)) == 2027
