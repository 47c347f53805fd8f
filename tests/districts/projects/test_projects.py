"""Key projects with plan, dates, plots, clauses and photos; municipal works with their progress."""

import datetime as dt
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from districts.common.enums import ProjectState, WorkState
from districts.projects.models import KeyProject, KeyProjectPlan
from districts.projects.selectors import gantt_of, slips_of
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, file_case

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


def url(name, district, **more):
    return reverse(f"districts:{name}", kwargs={"code": district.code, **more})


def opened(client, link):
    answer = client.get(link)
    b"".join(getattr(answer, "streaming_content", ()))
    return answer.status_code


def photo():
    stream = BytesIO()
    Image.new("RGB", (8, 6), "green").save(stream, "JPEG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"planned_start": dt.date(2999, 1, 1), "planned_finish": dt.date(2999, 2, 1)}, []),
        ({"planned_start": DAY}, [("计划开工日已过，尚未开工", 19)]),
        ({"planned_start": DAY, "state": ProjectState.BUILDING, "started_on": DAY + dt.timedelta(days=5)}, [("开工晚于计划", 5)]),
        ({"planned_start": DAY, "state": ProjectState.BUILDING}, []),
        (
            {"planned_start": DAY, "planned_finish": DAY, "state": ProjectState.COMPLETED, "started_on": DAY,
             "finished_on": DAY + dt.timedelta(days=3)},
            [("竣工晚于计划", 3)],
        ),
        ({"planned_start": DAY, "planned_finish": DAY, "state": ProjectState.COMPLETED}, []),
    ],
)  # fmt: skip
def test_a_slip_is_told_by_days_and_never_guessed(fields, expected):
    project = KeyProjectFactory(**{"planned_finish": dt.date(2999, 1, 1), **fields})
    assert [(slip.what, slip.days) for slip in slips_of(project, DAY + dt.timedelta(days=19))] == expected


def test_a_project_keeps_dates_money_plots_and_clauses(preparer, district):
    PlotFactory(district=district, number="A-1")
    project = KeyProjectFactory(district=district, state=ProjectState.BUILDING)
    values = {
        "name": "演示能源站", "state": "building", "planned_start": "2025-01-01", "planned_finish": "2026-12-31",
        "started_on": "2025-02-01", "funding": "区级财政", "investment": "1200", "clauses": "4.2.13、7.2.7 4.2.13",
        "plots": "A-1、A-9", "version": 0,
    }  # fmt: skip
    edit = url("key_project_edit", district, pk=project.pk)
    refused = preparer.post(edit, values)
    assert (refused.status_code, "没有地块A-9" in refused.content.decode()) == (422, True)
    assert preparer.post(edit, {**values, "plots": "A-1"}).status_code == 302
    project.refresh_from_db()
    assert (project.clauses, [plot.number for plot in project.plots.all()], project.funding) == (["4.2.13", "7.2.7"], ["A-1"], "区级财政")
    page = preparer.get(url("key_project", district, pk=project.pk)).content.decode()
    assert all(words in page for words in ("区级财政", "A-1", "4.2.13", "开工晚于计划", "<svg"))
    assert 'value="4.2.13、7.2.7"' in preparer.get(edit).content.decode()


def test_photos_are_pictures_and_shown_to_readers_only(preparer, district, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    project = KeyProjectFactory(district=district)
    page = url("key_project", district, pk=project.pk)
    wrong = preparer.post(page, {"upload": SimpleUploadedFile("a.pdf", b"%PDF-1.4")})
    assert (wrong.status_code, "“a.pdf”不是 jpg 或 png 图片" in wrong.content.decode()) == (422, True)
    assert preparer.post(page, {"upload": SimpleUploadedFile("a.jpg", photo()), "title": "基坑"}).status_code == 302
    shown = preparer.get(page)
    assert "基坑" in shown.content.decode()
    link = reverse("documents:download", args=[shown.context["photos"][0].key])
    assert opened(preparer, link) == 200
    file_case(district)
    preparer.force_login(people.bureau)
    assert opened(preparer, link) == 200
    assert preparer.post(page, {"upload": SimpleUploadedFile("b.jpg", photo())}).status_code == 403
    preparer.force_login(people.outsider_preparer)
    assert preparer.get(link).status_code == 404


def test_the_approval_of_the_plan_is_recorded_and_shown(preparer, district):
    KeyProjectFactory(district=district)
    values = {"approved_on": "2100-01-01", "approved_by": "演示甲区人民政府", "number": "演示府〔2026〕3号"}
    refused = preparer.post(url("project_plan", district), values)
    assert (refused.status_code, "不能晚于今天" in refused.content.decode()) == (422, True)
    assert preparer.post(url("project_plan", district), {**values, "approved_on": "2026-03-01"}).status_code == 302
    assert "演示府〔2026〕3号" in preparer.get(url("key_project_list", district)).content.decode()
    assert preparer.post(url("project_plan", district), {**values, "approved_on": "2026-03-02", "version": 7}).status_code == 422
    assert KeyProjectPlan.objects.get().approved_on == DAY


def test_works_tell_their_state_by_their_days(preparer, district):
    values = {
        "name": "演示一路", "kind": "桥梁", "main": "true", "length_m": "820.5", "planned_start": "2025-01-01",
        "planned_finish": "2025-12-31", "started_on": "2025-02-01", "green_requirements": "透水铺装",
    }  # fmt: skip
    assert preparer.post(url("work_create", district), values).status_code == 302
    work = district.works.get()
    assert work.progress == WorkState.BUILDING
    page = preparer.get(url("work_list", district)).content.decode()
    assert all(words in page for words in ("在建", "晚于计划", "透水铺装", "821"))
    edit = url("work_edit", district, pk=work.pk)
    for day, status in (("2025-01-01", 422), ("2026-01-01", 302)):
        assert preparer.post(edit, {**values, "built_on": day, "version": 0}).status_code == status
    work.refresh_from_db()
    assert (work.progress, WorkFactory(district=district).progress) == (WorkState.UNPROVEN, WorkState.PLANNED)


def test_a_project_that_goes_on_is_not_drawn_as_finished_today():
    """The bar ends today; its words do not."""
    today, planned = dt.date(2027, 1, 11), {"planned_start": dt.date(2024, 10, 1), "planned_finish": dt.date(2026, 6, 30)}
    begun = {"started_on": dt.date(2024, 10, 31), **planned}
    projects = [
        KeyProject(name="平台", state=ProjectState.BUILDING, **begun),
        KeyProject(name="桥", state=ProjectState.COMPLETED, **begun),
        KeyProject(name="站", state=ProjectState.COMPLETED, finished_on=dt.date(2026, 6, 1), **begun),
    ]
    drawn = str(gantt_of(projects, today))
    said = re.findall(r"实际\d[^<]*", drawn)
    assert said == [
        "实际2024年10月31日起，至今未竣工，晚于计划",
        "实际2024年10月31日起，竣工日期未登记，晚于计划",
        "实际2024年10月31日至2026年6月1日，晚于计划",
    ]
