"""What another edition or moved limits would do to received tables: figures, job, page, workbook; nothing stored changes."""

import copy
import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.tables.models import ScoreTable, TableVersion
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from indicators.catalogue import parse
from indicators.catalogue.normal_form import text_of
from indicators.editions.models import Edition
from indicators.editions.services import DATA, import_document
from reports.jobs import services
from reports.jobs.enums import JobState, ReportKind
from reports.jobs.models import ExportJob
from reports.sensitivity.adjust import again, limits_of, moved, star_lines
from reports.sensitivity.figures import TargetEdition, received_versions, rows_under
from reports.sensitivity.services import request_sensitivity
from tests.factories.districts import make_district
from tests.factories.received import received_self_check
from tests.factories.titles import give_title
from tests.refusing import refuses

# the worker computes every table of the city anew
pytestmark = [pytest.mark.area("reports/sensitivity", "reports/jobs", "assessments/tables", "indicators"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def draft_text():
    """The reference edition revised: one clause renumbered, one renamed beyond recognition, the third star out of reach."""
    data = parse((DATA / "reference-2024.yaml").read_bytes()).document
    data = copy.deepcopy(data)
    data["edition"] |= {"code": "GD-REF-2027", "title": "修订稿"}
    data["levels"][-1]["min"] = 200
    items = {item["id"]: item for chapter in data["chapters"] for item in chapter["items"]}
    items["4.2.1"]["id"] = "4.2.99"
    items["4.2.2"]["title"] = "另一条要求"
    return text_of(data)


@pytest.fixture
def finished(people):
    """A received self-check of a demonstration, best in everything."""
    district = make_district(people, type="new", key_areas=["五个新城"], stage=Stage.DEMONSTRATION)
    return received_self_check(people, district=district, building=False)


def edition():
    return Edition.objects.select_related("stored").get(code="GD-REF-2024")


def run(job):
    services.run(job.pk)
    job.refresh_from_db()
    return job


def test_limits_are_the_numbers_of_star_lines_and_rules():
    document = parse((DATA / "reference-2024.yaml").read_bytes()).document
    assert [one.value for one in star_lines(document)] == [str(level["min"]) for level in document["levels"]]
    names = [item["id"] for chapter in document["chapters"] for item in chapter["items"]]
    found = limits_of(document, names)
    assert len({one.key for one in found}) == len(found)
    first = limits_of(document, ["4.2.1"])[0]
    parsed, changes = moved(document, [first], {first.key: Decimal(first.value) + 1})
    assert parsed.problems == []
    assert [(change.old, change.new) for change in changes] == [(f"{first.value}{first.unit}", f"{Decimal(first.value) + 1}{first.unit}")]
    assert again(document, [change.plain() for change in changes]).digest == parsed.digest
    assert moved(document, [first], {first.key: Decimal(first.value)})[1] == []
    lines = star_lines(document)
    parsed, _ = moved(document, lines, {lines[0].key: Decimal(99)})
    assert any("逐级升高" in problem.text for problem in parsed.problems), "refused by the checks of the import"


def test_the_edition_itself_changes_nothing_and_a_draft_tells_who_would_lose_a_star(finished, draft_text):
    (row,) = rows_under(TargetEdition(edition().document, same=edition()), received_versions(clock.today()))
    assert (row["before"], row["change"], row["kind"], row["lost"], row["title"]) == (row["after"], "0.00", "same", 0, "2026年度自查")
    drafted = import_document(parsed=parse(draft_text)).edition
    (row,) = rows_under(TargetEdition(drafted.document, same=drafted), received_versions(clock.today()))
    assert (row["level_before"], row["level_after"], row["kind"], row["said"], row["lost"]) == ("三星级", "二星级", "lose", "降为二星级", 1)
    assert Decimal(row["after"]) < Decimal(row["before"])


def test_a_table_of_a_district_under_construction_draws_no_verdict(people, draft_text):
    give_title(received_self_check(people).district, granted_on=dt.date(2024, 6, 1))
    drafted = import_document(parsed=parse(draft_text)).edition
    (row,) = rows_under(TargetEdition(drafted.document, same=drafted), received_versions(clock.today()))
    assert (row["kind"], row["said"]) == ("none", "建设期不作结论")


def test_the_worker_computes_and_nothing_stored_changes(people, finished):
    def stored():
        return list(TableVersion.objects.values("content", "digest")), list(ScoreTable.objects.values("result", "status"))

    before = stored()
    lines = star_lines(edition().document)
    _, changes = moved(edition().document, lines, {lines[2].key: Decimal(200)})
    job = run(request_sensitivity(edition=edition(), changes=changes, by=people.city_officer))
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)
    (row,) = job.sensitivity.rows
    assert (row["kind"], row["change"], row["level_after"]) == ("lose", "0.00", "二星级")
    assert stored() == before
    assert services.run(job.pk) is False
    with job.files.get().document.file.open() as stream:
        book = load_workbook(BytesIO(stream.read()))
    assert book.sheetnames == ["测算", "明细", "口径说明"]
    assert [cell.value for cell in book["明细"][4]][9] == "降为二星级"
    assert [word in book["测算"]["A2"].value for word in ("参考版", "演示数据")] == [True, True]


def test_an_edition_imported_anew_in_between_fails_in_words(people, finished, draft_text):
    drafted = import_document(parsed=parse(draft_text)).edition
    job = request_sensitivity(edition=drafted, changes=[], by=people.city_officer)
    import_document(parsed=parse(draft_text.replace("修订稿", "修订第二稿")))
    assert run(job).state == JobState.FAILED
    assert "重新导入过" in job.error


def test_what_stands_against_asking(people, finished):
    refuses(NotAllowed, request_sensitivity, edition=edition(), changes=[], by=people.preparer)
    TableVersion.objects.update(counts=False)
    refuses(Refused, request_sensitivity, edition=edition(), changes=[], by=people.city_officer)


def test_the_page_asks_and_the_job_shows_the_result(officer, finished):
    address = reverse("reports:sensitivity")
    asked = f"{address}?edition={edition().pk}&items=4.2.1"
    page = officer.get(asked).content.decode()
    assert ("三星级门槛" in page, "4.2.1 " in page) == (True, True)
    assert officer.get(f"{address}?edition={edition().pk}&items=99.9.9").status_code == 422
    limits = [*star_lines(edition().document), *limits_of(edition().document, ["4.2.1"])]
    data = {f"l{at}": one.value for at, one in enumerate(limits)}
    wrong = officer.post(asked, {**data, "l0": "99"})
    assert (wrong.status_code, "逐级升高" in wrong.content.decode()) == (422, True)
    made = officer.post(asked, {**data, "l2": "200"})
    job = ExportJob.objects.get(kind=ReportKind.SENSITIVITY)
    assert made.url == reverse("reports:job", args=[job.pk])
    run(job)
    shown = officer.get(made.url).content.decode()
    for words in ("降为二星级", "80分 → 200分", "降星或失去星级1张", "参考版", "演示数据", "只作测算"):
        assert words in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_result_takes_the_same_queries_for_one_table_and_for_three(officer, people, count, kept_queries):
    for _ in range(count):
        received_self_check(people)
    job = run(request_sensitivity(edition=edition(), changes=[], by=people.city_officer))
    officer.get(reverse("reports:job", args=[job.pk]))
    with kept_queries():
        assert officer.get(reverse("reports:job", args=[job.pk])).status_code == 200
