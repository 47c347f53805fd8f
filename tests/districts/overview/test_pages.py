"""Pages of the district file: lists, forms, what is kept when something is refused."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from districts.baselines.models import Baseline
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.plots.models import Plot
from greendistrict.audit.models import AuditRecord
from tests.factories.approvals import pdf
from tests.factories.districts import PlotFactory, make_district

pytestmark = pytest.mark.django_db


def url(name, district, **kw):
    return reverse(f"districts:{name}", kwargs={"code": district.code, **kw})


def profile(district, **changed):
    values = {"version": district.version, "type": "new", "areas": [area.pk for area in district.areas.all()], "area_km2": "2.5"}
    return {**values, "developable_km2": "1.5", "do": "save", **changed}


def test_the_list_filters_by_pinyin_initials_stage_and_kind(client, people):
    make_district(people, name="演示甲城（虚构）", stage=Stage.PILOT)
    make_district(name="桃浦", is_demo=False, sources=["https://example.invalid"], status_certainty="unknown")
    make_district(name="某导则区", is_demo=False, guideline_area=True)
    client.force_login(people.city_officer)

    demo, real, both = ["演示甲城"], ["桃浦"], ["演示甲城", "桃浦"]
    wanted = {
        "": both, "q=taopu": real, "q=ysjc": demo, "stage=titled": demo, "stage=unknown": real, "kind=guideline": ["某导则区"],
        f"authority={people.authority_body.pk}": demo, "star=3": [], "order=-name&page=99": both, "stage=nonsense": both,
    }  # fmt: skip
    for query, names in wanted.items():
        page = client.get(f"{reverse('districts:district_list')}?{query}").content.decode()
        assert [name for name in (*both, "某导则区") if f">{name}" in page] == names, query


def test_the_export_is_the_filtered_list_as_text_and_says_demo(client, people):
    make_district(people, name="=演示城（虚构）", stage=Stage.PILOT)
    make_district(name="桃浦", is_demo=False, sources=["https://example.invalid"])
    client.force_login(people.city_officer)
    response = client.get(reverse("districts:district_export") + "?kind=demo")
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert "含演示数据" in sheet["A1"].value
    assert [cell.value for cell in sheet["B"][3:]] == ["=演示城（虚构）"]
    assert sheet["B4"].data_type == "s"
    assert AuditRecord.objects.filter(action="districts.export").count() == 1


def test_a_preparer_registers_a_district_and_goes_on_to_its_profile(preparer, people, district):
    data = {"name": "演示二城（虚构）", "type": "renewal", "areas": [district.areas.get().pk], "authority": people.authority_body.pk}
    response = preparer.post(reverse("districts:district_create"), data)
    made = District.objects.get(name="演示二城（虚构）")
    assert response.url == url("profile_edit", made)
    assert (made.applicant, made.is_demo, made.stage, made.code) == (people.applicant_body, True, "candidate", "yan-shi-er-cheng-xu-gou")
    assert preparer.post(reverse("districts:district_create"), data).status_code == 422
    real = preparer.post(reverse("districts:district_create"), {**data, "name": "前滩国际商务区"})
    assert "演示账号登记的城区" in real.content.decode()


def test_a_draft_may_leave_anything_empty(preparer, district):
    response = preparer.post(url("profile_edit", district), {"version": 0, "do": "save"})
    assert response.status_code == 302
    district.refresh_from_db()
    assert (district.type, district.area_km2, district.version) == ("", None, 1)
    record = AuditRecord.objects.get(action="districts.save_profile")
    assert record.data["changed"]["area_km2"] == ["2.5000", ""]


def test_what_only_renewal_fills_in_is_not_asked_of_a_new_district(preparer, district):
    page, asked = url("profile_edit", district), ("更新导向", "区域更新方案正在编制")

    def shown(**stored):
        District.objects.filter(pk=district.pk).update(**stored)
        text = preparer.get(page).content.decode()
        return [words in text for words in asked]

    assert (shown(type="new"), shown(type="renewal"), shown(type="")) == ([False, False], [True, True], [True, True])
    assert shown(type="new", renewal_drives=["功能提升"]) == [True, False], "what is stored stays in sight"
    assert preparer.post(page, profile(district, type="new")).status_code == 302


def test_wrong_values_are_refused_and_stay_in_the_form(preparer, district):
    given = {"area_km2": "两平方公里", "developable_km2": "9", "population": "-3"}
    response = preparer.post(url("profile_edit", district), profile(district, **given))
    page = response.content.decode()
    said = ("请填数字，不带单位和逗号", "不能小于0", 'value="两平方公里"')
    assert (response.status_code, [words for words in said if words not in page]) == (422, [])
    response = preparer.post(url("profile_edit", district), profile(district, area_km2="2", developable_km2="2.01"))
    assert (response.status_code, "待开发用地面积不能大于规划范围面积（2平方公里）" in response.content.decode()) == (422, True)
    district.refresh_from_db()
    assert district.version == 0


def test_a_stale_profile_shows_both_and_keeps_what_was_typed(preparer, district):
    District.objects.filter(pk=district.pk).update(area_km2="3.1", version=4)
    response = preparer.post(url("profile_edit", district), profile(district, area_km2="2.75"))
    page = response.content.decode()
    said = ("他人刚刚修改过", "<td>3.1</td><td>2.75</td>", 'value="2.75"', 'name="version" value="4"')
    assert (response.status_code, [words for words in said if words not in page]) == (409, [])
    assert District.objects.get(pk=district.pk).version == 4
    assert preparer.post(url("profile_edit", district), profile(district, area_km2="2.75", version=4)).status_code == 302


def test_a_title_fixes_what_the_gates_run_over(preparer, district):
    District.objects.update(stage=Stage.PILOT)
    response = preparer.post(url("profile_edit", district), profile(district, area_km2="9", developable_km2="1"))
    assert "须经变更办理" in response.content.decode()
    assert District.objects.get(pk=district.pk).area_km2 == 2.5


def test_the_way_back_is_ours_only(preparer, district):
    page = preparer.get(url("profile_edit", district) + "?next=https://example.invalid/").content.decode()
    assert ('href="https://example.invalid' in page, '<input type="hidden" name="next" value="">' in page) == (False, True)
    assert "返回申报" in preparer.get(url("profile_edit", district) + "?next=/cases/1/").content.decode()


def test_a_plot_is_added_changed_and_dropped_without_scripts(preparer, district):
    values = {"number": "YC-01", "area_ha": "2.35", "buildable": "true", "acquisition": "grant", "acquired_on": "2026-03-01"}
    assert preparer.post(url("plot_create", district), values).status_code == 302
    plot = Plot.objects.get()
    assert (plot.is_demo, plot.buildable) == (True, True)
    changed = {**values, "area_ha": "2.4", "version": 0}
    assert preparer.post(url("plot_edit", district, pk=plot.pk), changed).status_code == 302
    stale = preparer.post(url("plot_edit", district, pk=plot.pk), {**changed, "area_ha": "9"})
    assert (stale.status_code, "<td>2.4</td><td>9</td>" in stale.content.decode()) == (409, True)
    assert preparer.get(url("plot_edit", district, pk=PlotFactory().pk)).status_code == 404, "a plot of another district"
    assert preparer.post(url("plot_delete", district, pk=plot.pk), {"confirmed": "1"}).status_code == 302
    assert not district.plots.exists()


@pytest.mark.parametrize(("values", "words"), [
    ({"area_ha": "0"}, "不能小于0.0001"), ({"acquired_on": "2026-03-01"}, "请选择取得方式"),
    ({"acquisition": "own", "acquired_on": "2026-03-01"}, "自有土地没有出让或划拨"),
    ({"acquisition": "grant", "acquired_on": "2100-01-01"}, "取得日期不能晚于今天"), ({"conforms": "true"}, "请填写建成日期"),
    ({"number": "D-1"}, "地块编号已有"), ({"acquired_on": "三月一日"}, "请填写日期，例如2026-11-20"),
])  # fmt: skip
def test_a_plot_that_contradicts_itself_is_refused(preparer, district, values, words):
    PlotFactory(district=district, number="D-1")
    response = preparer.post(url("plot_create", district), {"number": "D-2", "area_ha": "1", "buildable": "true", **values})
    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert Plot.objects.count() == 1


def test_a_plan_keeps_parts_and_stage_targets_and_is_frozen_when_approved(preparer, district, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plan = {"version": 0, "do": "save", "stage_0_year": "2030", "stage_0_value": "30.50", "stage_1_year": "2035"}
    response = preparer.post(url("plan_edit", district), plan)
    assert (response.status_code, "年份和碳排放强度要一起填" in response.content.decode()) == (422, True)
    fake = SimpleUploadedFile("规划.pdf", b"MZ\x00 not a pdf")
    assert preparer.post(url("plan_edit", district), {"version": 0, "file_scheme": fake}).status_code == 422
    assert not district.plans.exists()
    files = {f"file_{name}": pdf() for name in ("indicators", "scheme", "carbon")}
    assert preparer.post(url("plan_edit", district), {**plan, "stage_1_value": "28", **files}).status_code == 302
    stored = district.plans.get()
    assert stored.carbon_stage_targets == [{"year": 2030, "value": "30.5"}, {"year": 2035, "value": "28"}]
    assert stored.parts.count() == 3
    approval = {"version": stored.version, "approved_on": "2026-02-01", "approval_number": "演示府〔2026〕1号"}
    assert "请先登记地块" in preparer.post(url("plan_approve", district), approval).content.decode()
    PlotFactory(district=district, number="D-9")
    assert preparer.post(url("plan_approve", district), approval).status_code == 302
    assert Baseline.objects.get().content["plots"][0]["number"] == "D-9"
    assert preparer.post(url("plan_edit", district), plan | {"stage_1_value": "1"}).status_code == 410
    assert preparer.post(url("plan_renew", district)).status_code == 302
    assert [(row.number, row.approved_on) for row in district.plans.all()] == [(2, None), (1, dt.date(2026, 2, 1))]


def test_an_applicant_authorises_and_ends_a_consultant(preparer, district, people):
    ending = url("mandate_end", district, pk=district.mandates.get().pk)
    assert [preparer.post(ending, {"confirmed": "1"}).status_code for _ in range(3)] == [302, 409, 409]
    assert AuditRecord.objects.filter(action="districts.end_mandate").count() == 1
    preparer.force_login(people.consultant)
    assert preparer.get(url("profile_edit", district)).status_code == 404
    preparer.force_login(people.preparer)
    values = {"organisation": people.consultant_body.pk, "valid_from": "2026-01-01"}
    assert preparer.post(url("mandate_add", district), values).status_code == 302
    preparer.force_login(people.consultant)
    assert preparer.get(url("profile_edit", district)).status_code == 200
    assert preparer.post(url("mandate_add", district), values).status_code == 403


def test_the_overview_of_progress_is_narrowed(preparer, people, district):
    other = make_district(people, name="演示另一城区（虚构）", type="renewal")

    def rows(**chosen):
        return [row["code"] for row in preparer.get(reverse("districts:plot_overview"), chosen).context["page"]]

    assert rows(q="另一") == rows(type="renewal") == [other.code]
    assert set(rows()) == {district.code, other.code}


def test_the_index_stands_where_the_server_has_trigrams():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')")
        [available] = cursor.fetchone()
        cursor.execute("SELECT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'district_search_trigrams')")
        [indexed] = cursor.fetchone()
    assert indexed == available
