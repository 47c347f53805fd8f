"""Every kind of report fits the report centre, the command and the tables; the registry is the only list of them."""

import datetime as dt

import pytest

from reports.composition.enums import FileFormat
from reports.jobs.enums import ReportKind, Scope
from reports.jobs.kinds import Report, YearlyRun, report_kinds
from reports.jobs.making import CONTENT_TYPES
from reports.jobs.models import ExportJob, ReportFile


def test_kinds_that_code_asks_for_are_registered():
    assert set(ReportKind) <= set(report_kinds.by_key)


@pytest.mark.parametrize("key", list(report_kinds.by_key))
def test_a_kind_has_what_pages_files_and_tables_need(key):
    report = report_kinds.by_key[key]
    assert key.isidentifier()
    assert len(key) <= ExportJob._meta.get_field("kind").max_length
    assert report.formats
    assert set(report.formats) <= set(CONTENT_TYPES)
    assert FileFormat.ZIP not in report.formats or report.formats == (FileFormat.ZIP,), "a package is the only file of its kind"
    assert all(len(name) <= ReportFile._meta.get_field("format").max_length for name in report.formats)
    title = report.title.format(whose="某城区", year=2026, subject="某事项")
    assert ("某城区" in title) >= (report.scope == Scope.DISTRICT)
    assert report.word
    assert not set(report.word) & set("{}")
    assert not report.offered or report.about, "the report centre says what stands in it"


def test_no_two_kinds_have_one_name():
    words = [report.word for report in report_kinds]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    "given", [{}, {"compose": print, "files": print}, {"files": print, "scope": Scope.MATTER}, {"files": print, "scope": Scope.BATCH}]
)
def test_a_kind_that_cannot_be_made_is_refused(given):
    with pytest.raises(ValueError, match="报告"):
        Report("报告", **given)


def test_a_yearly_report_is_due_on_its_day_and_thirty_days_after():
    june = YearlyRun(6, 1)
    assert [june.year_on(dt.date(2027, *day)) for day in ((5, 31), (6, 1), (7, 1), (7, 2))] == [None, 2026, 2026, None]
    assert YearlyRun(1, 1).year_on(dt.date(2028, 1, 1)) == 2027


@pytest.mark.django_db
def test_a_job_of_a_kind_that_is_no_longer_made_stays_readable():
    job = ExportJob(kind="chapters_of_old", year=2026)
    assert job.label == "全市2026年度报告"
