"""Reports that the portal makes of a matter, proposed as items of its volume: kinds, days, bodies."""

import pytest
from django.urls import reverse

from approvals.acceptances.facts import latest_visit
from approvals.cases.models.cases import Case
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.policy import citing
from greendistrict.workflow import outbox
from reports.archive import services
from reports.jobs import services as jobs
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from tests.factories.stages import make_stage
from tests.reports.matters import worlds

pytestmark = pytest.mark.django_db


def reports_of(source, matter, people):
    """Day and body of the reports in a volume made now, by kind."""
    volume = services.open_volume(source=source, matter=matter.pk, by=people.city_officer)
    rows = volume.items.filter(kind="report").values_list("job__kind", "dated", "responsible")
    return {kind: (day, body) for kind, day, body in rows}


def test_an_acceptance_brings_its_report_the_record_of_its_review_and_the_papers_of_its_panel():
    walk = worlds.accepted()
    Case.objects.filter(pk=walk.case.pk).update(status="announced")
    case = Case.objects.get(pk=walk.case.pk)
    found = reports_of("case", case, walk.people)
    assert found.keys() - {"score_sheet"} == {
        "acceptance",
        "technical_review",
        "panel_record",
        "meeting_minutes",
        "review_opinion",
        "site_visit",
    }
    assert found["site_visit"][0] == latest_visit(case).planned_on
    assert (found["acceptance"], found["review_opinion"][1]) == ((case.decided_on, citing.issuer(case.decided_on)), "专家组")


def told(person):
    """Titles, bodies and number of messages about volumes and reports."""
    while outbox.drain():
        pass
    return list(Notification.objects.filter(receiver=person, kind__in=("archive_volume", "report_ready", "report_failed")).order_by("pk"))


def test_who_prepares_a_volume_is_told_once_when_its_papers_have_ended_and_which_were_not_made(people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.update(status="qualified", number="JD-2026-001")
    volume = services.open_volume(source="stageassessment", matter=stage.pk, by=people.city_officer)
    first, *others = list(ExportJob.objects.filter(pk__in=volume.items.values("job")).order_by("pk"))
    jobs.run(first.pk)
    assert (told(people.city_officer) == []) is bool(others)
    for job in others:
        jobs.run(job.pk)
    [note] = told(people.city_officer)
    assert (note.title, note.link) == (f"{volume}：文书和报告已全部生成", reverse("reports:archive_volume", args=[volume.pk]))
    item = volume.items.get(kind="report")
    ExportJob.objects.filter(pk=item.job_id).update(state="failed")
    volume.refresh_from_db()
    services.collect(volume=volume, version=volume.version, by=people.city_officer)
    again = ExportJob.objects.get(pk=volume.items.get(kind="report").job_id)
    jobs.finish(again, JobState.FAILED, "没有内容（虚构）")
    _, second = told(people.city_officer)
    assert (second.title, item.title in second.body) == (f"{volume}：1份文书和报告没有生成", True)


def test_a_report_asked_for_beside_a_volume_is_told_of_as_ever(people):
    stage = make_stage(people, filled=False)
    job = request_report(kind="stage_assessment", year=2026, by=people.city_checker, subject=str(stage.pk))
    jobs.run(job.pk)
    assert [note.kind for note in told(people.city_checker)] == ["report_ready"]


def test_a_post_evaluation_brings_its_report_of_the_day_of_its_conclusion():
    people, evaluation = worlds.post_evaluated()
    day = evaluation.concluded_at.astimezone(clock.SHANGHAI).date()
    assert reports_of("postevaluation", evaluation, people) == {"post_evaluation": (day, citing.issuer(day))}


def test_a_report_on_operation_brings_what_was_written_and_nothing_where_only_files_were_handed_in():
    people, report = worlds.operated()
    day = report.received_at.astimezone(clock.SHANGHAI).date()
    assert reports_of("yearlyreport", report, people) == {"operation_report": (day, str(report.district.applicant))}
    other = YearlyReport.objects.create(district=report.district, kind="operation", year=2024, opened_at=clock.now(), status="received")
    assert reports_of("yearlyreport", other, people) == {}
