"""Standards and targets in a browser: an edition is mended and published, an indicator system approved, the cheapest star found."""

import copy

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.tables.models import ScoreRow
from assessments.tables.selectors.tables import result_of
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import CARBON, measure_for
from indicators.catalogue import parse
from indicators.catalogue.normal_form import text_of
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.editions.services import DATA
from tests.e2e.steps.seats import desk
from tests.factories.assessments import fill_table, make_table, published_edition
from tests.factories.districts import SpecialPlanFactory, make_district
from tests.factories.indicator_systems import best
from tests.factories.received import received_self_check

pytestmark = [pytest.mark.area("indicators", "districts/indicator_systems"), pytest.mark.django_db(transaction=True)]


def revised():
    """The reference edition as the city would revise it."""
    document = copy.deepcopy(parse((DATA / "reference-2024.yaml").read_bytes()).document)
    document["edition"] |= {"code": "GD-REF-2027", "title": "绿色生态城区参考评价体系（2027）", "replaces": "GD-REF-2024"}
    document["levels"][0]["min"] = 52
    return text_of(document)


def broken(text):
    """Three errors: star lines that fall, a word where yes or no is meant, a key nobody knows."""
    wrong = text.replace("min: 65", "min: 40", 1).replace("official: false", "official: maybe", 1)
    return wrong.replace("total:\n", "surprise: 1\ntotal:\n", 1)


def test_a_draft_edition_is_mended_published_and_compared(local_browser, live_server, album, tmp_path, people):
    published_edition()
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(revised(), encoding="utf-8")
    bad.write_text(broken(revised()), encoding="utf-8")
    with desk(local_browser, live_server, album, people) as seats:
        officer = seats["city_officer"]
        officer.open(reverse("indicators:edition_list"))
        officer.follow("导入标准")
        officer.fill({"标准文件": bad})
        officer.press("检查并导入", "有3处错误，没有导入", "星级门槛应逐级升高", "应为 true 或 false", "不认识的键", expected=422)
        officer.shoot("three-errors", axe=True)
        officer.fill({"标准文件": good})
        officer.press("检查并导入", "GD-REF-2027 已导入为草稿")
        officer.press("校核")
        page = officer.page.url
        director = seats["city_director"]
        director.open(page)
        director.step("发布", "已发布")
        director.shoot("published", axe=True)
        director.open(reverse("indicators:edition_list"))
        director.follow("比较两份标准")
        old, new = (Edition.objects.get(code=code) for code in ("GD-REF-2024", "GD-REF-2027"))
        director.fill({"原标准": str(old), "新标准": str(new)})
        director.press("比较", "一星级50分", "一星级52分")
        director.shoot("compared", axe=True)
    assert Edition.objects.get(code="GD-REF-2027").status == "published"


def filled_workbook(path, system):
    """Every empty cell of the workbook filled in as a person would."""
    book = load_workbook(path)
    sheet, items = book.worksheets[0], rules_for(system.edition).items
    rows = {row.key: row for row in system.rows.all()}
    heads = {cell.value: cell.column for cell in sheet[4]}
    for line in range(5, sheet.max_row + 1):
        row = rows.get(str(sheet.cell(line, heads["键"]).value))
        if row is None:
            continue
        measure = measure_for(row, items)
        value = "30" if row.key == CARBON else dict(measure.options).get(best(measure), best(measure))
        words = {"yes": "是"}.get(value, value)
        for head in ("近期目标", "中期目标", "远期目标"):
            sheet.cell(line, heads[head]).value = words
        sheet.cell(line, heads["责任部门"]).value = "演示区建设管理委"
        sheet.cell(line, heads["数据来源"]).value = "统计年报"
    filled = path.with_name("filled.xlsx")
    book.save(filled)
    return filled


def test_an_indicator_system_comes_from_excel_and_stands_against_actuals(local_browser, live_server, album, tmp_path, people):
    district = received_self_check(people).district
    SpecialPlanFactory(district=district)
    with desk(local_browser, live_server, album, people) as seats:
        preparer = seats["preparer"]
        preparer.open(reverse("districts:indicator_system", kwargs={"code": district.code}))
        preparer.press("建立指标体系")
        preparer.fill({"近期目标年": "2027", "中期目标年": "2030", "远期目标年": "2035"})
        preparer.press("保存目标年")
        book = preparer.download(preparer.page.get_by_role("link", name="导出 Excel"), tmp_path)
        preparer.follow("从 Excel 导入")
        preparer.fill({"填好的工作簿": filled_workbook(book, IndicatorSystem.objects.get())})
        preparer.press("预览")
        preparer.shoot("preview", axe=True)
        with preparer.page.expect_navigation(wait_until="load"):
            preparer.page.get_by_role("button", name="写入").click()
        preparer.press("提交审核")
        page = preparer.page.url
        for seat, steps in (("reviewer", ["签发并上报"]), ("authority", ["批准", "批准"])):
            seats[seat].open(page)
            for step in steps:
                seats[seat].press(step)
        preparer.open(reverse("districts:indicator_actuals", kwargs={"code": district.code}))
        preparer.fill({"碳排放强度实际值": "28.5"})
        preparer.page.locator("main form[method=post] button[type=submit]").click()
        preparer.see("年实际值已保存")
        preparer.open(f"{reverse('districts:district_detail', kwargs={'code': district.code})}?tab=indicators")
        preparer.see("2026年", "实线为实际，虚线为目标路径", "已提前达到2027年目标", "28.5", "参考版")
        preparer.shoot("targets", axe=True)
    assert IndicatorSystem.objects.get().status == "approved"


def test_a_what_if_finds_the_cheapest_star(local_browser, live_server, album, people):
    table = fill_table(make_table(make_district(people, key_areas=["五个新城"])))
    rows = ScoreRow.objects.filter(table=table)
    scored = [item.id for item in rules_for(table.edition).table(table.type, table.stage).items.values() if not item.is_control]
    rows.filter(item_id__in=scored[::2]).update(value=None)
    before = result_of(table).total
    with desk(local_browser, live_server, album, people) as seats:
        preparer = seats["preparer"]
        preparer.open(reverse("assessments:score_table", args=[table.pk]))
        preparer.page.locator("summary", has_text="更多").click()
        preparer.follow("试算", str(before), "最容易提高的分", "到下一星级", "最少", "步可以达到", "推定", within="body")
        preparer.shoot("what-if", axe=True)
        steps = preparer.page.locator("#way").locator("xpath=ancestor::section").locator("ol li")
        first = steps.first.inner_text().split("　")[0].split(" ")[0]
        assert first in scored
        assert steps.count() >= 1
    assert result_of(table).total == before
