"""The tasks by which daily work is judged, done in a browser as a person would and counted (``make tasks``)."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.cases.models.cases import Case
from assessments.prefill import services as prefill
from assessments.reviews.models import ExpertScore
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import SECTIONS
from assessments.tables.models import ScoreRow
from districts.common.enums import Stage
from districts.plots.models import Plot
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from obligations.models import Urging
from tests.browsers import at_rest
from tests.factories.accounts import cast as make_cast
from tests.factories.approvals import Filing
from tests.factories.assessments import make_table
from tests.factories.districts import make_district
from tests.factories.received import at, received_self_check
from tests.factories.reviews import Scene
from tests.factories.workbooks import saved
from tests.files import chinese_pdf
from tests.tasks.hands import hands_of

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
MOVED = "7.2.17"
CLAUSES = 20
COMMENT = "第2页只有一期数据，按低一档计。"


@pytest.fixture
def check():
    """The self-check on 2026, a year after one that was received; green travel is another than last year."""
    people = make_cast()

    def told(check):
        check.report |= {section.key: f"{section.title}：全年推进各项工作，成立工作专班，每季度召开例会。" for section in SECTIONS}
        check.save()
        ScoreRow.objects.filter(table=check.table, item_id=MOVED).update(value="86")

    before = received_self_check(people, year=2025, building=False, change=told)
    table = make_table(before.district, year=2026, previous=before.table)
    prefill.prefill_table(table)
    made = SelfCheck.objects.create(district=before.district, year=2026, table=table, report={}, opened_at=clock.now())
    made.people = people
    return made


def test_a_second_year_self_check(at_work, live_server, check, found):
    """From sign-in to hand-up: what is unchanged at once, one value with its reason, the report from last year's, the check."""
    with hands_of(at_work, live_server.url, check.people.preparer) as hands:
        page = hands.page
        hands.go(page.locator(f"main a[href*='/tables/{check.table_id}/'], main a[href*='/self-checks/{check.pk}/']").first)
        if "/tables/" not in page.url:
            hands.go(page.get_by_role("link", name="自评分表", exact=True))
        page.wait_for_load_state("networkidle")
        hands.go(page.get_by_role("button", name="条无变化"))
        hands.see("条已确认无变化")
        hands.go(page.locator("#chapters a", has_text="低碳高效"))
        hands.type(page.locator(f"input[name='{MOVED}-value']"), "52")
        hands.press("Tab")
        at_rest(page)
        hands.go(page.get_by_role("link", name="自评报告", exact=True).first)
        hands.click(page.get_by_role("button", name="空白各节全部带入上年文字"))
        at_rest(page)
        hands.click(page.get_by_role("textbox", name="五、存在问题与下一年计划"))
        hands.press("Control+End")
        hands.write("\n下一年完成两处屋顶光伏并网。")
        hands.press("Tab")
        at_rest(page)
        hands.go(page.get_by_role("link", name="提交前核对").first)
        answer = page.locator("li", has_text="与上年86%相差较大")
        if answer.locator("textarea").is_hidden():
            hands.click(answer.locator("summary").first)
        hands.type(answer.locator("textarea"), "调查口径由出行次数改为出行距离")
        hands.click(answer.get_by_role("button", name="保存说明"))
        hands.see("说明已保存")
        hands.go(page.get_by_role("button", name="提交审核", exact=True))
        hands.see("已办理：提交审核")
    check.refresh_from_db()
    assert check.status == "signing"
    fields = check.table.rows.count() + len(SECTIONS)
    share = round(100 * len(hands.counts.fields) / fields, 1)
    found["second-year self-check with its report"] = hands.counts.told(share_of_fields=share)
    assert share <= 30
    assert hands.counts.minutes < 10


def test_twenty_clauses_reviewed_beside_their_evidence(at_work, live_server, found):
    """Each with its paper open; every tenth judged otherwise with a comment."""
    scene = Scene().to_scoring().cite_paper()
    member = scene.members[0]
    with hands_of(at_work, live_server.url, member.expert.user) as hands:
        page = hands.page
        hands.go(page.locator("main a[href$='/score/']").first)
        title = page.locator(".gd-case h2[tabindex]")
        for number in range(1, CLAUSES + 1):
            expect(page.locator(".gd-viewer [data-paper]")).to_have_attribute("data-state", "open")
            left = title.inner_text()
            if number % 10:
                hands.press("c")
                hands.press("Enter")
            else:
                hands.press("q")
                hands.write(COMMENT)
                hands.press("Control+Enter")
            expect(title).not_to_have_text(left)
    judged = ExpertScore.objects.filter(assignment__member=member).exclude(judgement="")
    assert judged.count() == CLAUSES
    assert judged.filter(seen_at=None).count() == 0
    found["20 clauses reviewed with evidence"] = hands.counts.told()


@pytest.fixture
def incomplete():
    """An application whose table lacks two clauses, whose reasons are not given and whose papers are not uploaded."""
    filing = Filing()
    keys = list(ScoreRow.objects.filter(table=filing.case.table, prefill=None).order_by("order").values_list("pk", flat=True)[:2])
    assert set(ScoreRow.objects.filter(pk__in=keys).values_list("value", flat=True)) == {True}
    ScoreRow.objects.filter(pk__in=keys).update(value=None)
    Case.objects.filter(pk=filing.case.pk).update(reasons={})
    return filing


def test_an_incomplete_application_until_it_can_be_handed_up(at_work, live_server, incomplete, found):
    """From the desk along the links of what blocks, each mended where its link leads, until it is handed up."""
    case = reverse("approvals:case", args=[incomplete.case.pk])
    with hands_of(at_work, live_server.url, incomplete.people.preparer) as hands:
        page = hands.page
        blocking = page.locator("[id^='blocked-hand_up']").first

        def each(words, link):
            """Follow the first line of these words until none is left; back to the case by its crumb or the browser's own way."""
            for _ in range(10):
                line = blocking.locator("li", has_text=words)
                if not line.count():
                    return
                said = line.first.inner_text()
                hands.go(line.first.get_by_role("link", name=link).first)
                yield said
                hands.press("Alt+ArrowLeft")
                page.goto(case)

        hands.go(page.locator(f"main a[href*='{case}']").first)
        for said in each("：未填", "前往办理"):
            item = said.partition("：")[2].split()[0]
            hands.click(page.locator(f"input[name='{item}-value'][value='true'] + label"))
            at_rest(page)
        for _ in each("须写明理由", "前往办理"):
            for area in page.locator("main form textarea").all():
                if not area.input_value():
                    hands.type(area, "已列入下一年度计划，正在报批。")
            hands.go(page.locator("main form").get_by_role("button", name="保存").first)
        for _ in each("缺材料", "上传"):
            content = chinese_pdf("一二三十", "可再生能源替代率", "小计")
            hands.give(
                page.locator("main form input[type=file]").first, {"name": "材料.pdf", "mimeType": "application/pdf", "buffer": content}
            )
            hands.go(page.locator("main form").get_by_role("button", name="上传", exact=True))
            hands.see("已上传")
        assert not blocking.count(), blocking.inner_text()
        hands.click(page.get_by_role("radio", name="提交审核"))
        hands.go(page.get_by_role("button", name="办理", exact=True))
        hands.see("待签发")
    assert Case.objects.get(pk=incomplete.case.pk).status == "signing"
    found["an incomplete application until it is handed up"] = hands.counts.told()


def test_an_overdue_district_is_found_and_urged(at_work, live_server, found):
    """From sign-in: the list of what falls due begins with what is overdue; one is urged in the words that are shown."""
    people = make_cast()
    Setting.objects.create(key="obligations_from", value="2024-01-05", by=people.city_director, at=at(2024, 1, 5), reason="首次启用")
    make_district(people, name="演示甲城（虚构）", stage=Stage.PILOT, titled_on=dt.date(2024, 6, 1))
    with hands_of(at_work, live_server.url, people.city_officer) as hands:
        page = hands.page
        hands.go(page.get_by_role("link", name="到期").first)
        hands.go(page.locator("main tbody tr", has_text="演示甲城（虚构）").first.get_by_role("link", name="催办"))
        hands.go(page.locator("main").get_by_role("button", name="催办").first)
        hands.see("已催办1项")
    assert Urging.objects.count() == 1
    found["an overdue district found and urged"] = hands.counts.told()


CASE_STEPS = {  # by task: who takes the step, how the case comes to it, the step
    "an application signed by its reviewer": ("reviewer", Filing.to_signing, "sign"),
    "an application accepted by the officer": ("city_officer", Filing.to_sent, "accept"),
    "an application decided by the director": ("city_director", Filing.to_deciding, "decide"),
}
PAGES_OF_A_STEP = 2  # its form, and the question before it


@pytest.mark.parametrize("name", CASE_STEPS)
def test_a_step_of_a_case_from_the_desk_to_done(at_work, live_server, found, name):
    """From the desk to the case that waits: the step chosen, its form sent as it comes, confirmed."""
    seat, come, step = CASE_STEPS[name]
    filing = come(Filing())
    before = Case.objects.get(pk=filing.case.pk).status
    with hands_of(at_work, live_server.url, getattr(filing.people, seat)) as hands:
        page = hands.page
        hands.go(page.locator(f"main a[href*='/cases/{filing.case.pk}/']").first)
        hands.click(page.locator("label", has=page.locator(f"input[name=action][value={step}]")))
        hands.go(page.get_by_role("button", name="办理", exact=True))
        for _ in range(PAGES_OF_A_STEP):
            if Case.objects.get(pk=filing.case.pk).status == before:
                day = page.locator("main input[name=decided_on]")
                if day.count() and not day.input_value():
                    hands.click(day)
                    day.fill(clock.today().isoformat())
                hands.go(page.locator("main form button.btn-primary[type=submit]").last)
    assert Case.objects.get(pk=filing.case.pk).status != before
    found[name] = hands.counts.told()


def land_bureau_sheet(number=60):
    """A register of land as its office keeps it: a title, heads of two lines, sub-totals, units of its own, codes of today and before."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2026供地台账"
    sheet.append(["演示新城出让地块一览表（虚构）"])
    sheet.append(["序号", "宗地编号", "规划条件", None, None, "供地情况", None, "备注"])
    sheet.append([None, None, "土地用途", "用地面积（亩）", "建筑面积（万㎡）", "供地方式", "成交日期", None])
    for cells in ("A1:H1", "A2:A3", "B2:B3", "C2:E2", "F2:G2", "H2:H3"):
        sheet.merge_cells(cells)
    for line in range(1, number + 1):
        use = ("070102", 901, "中小学用地", "M1", "1401")[line % 5]
        day = (dt.date(2026, 3, line % 28 + 1), f"2026.3.{line % 28 + 1}", f"2026年3月{line % 28 + 1}日")[line % 3]
        sheet.append([line, f"PD-{line:02d}", use, 15 + line % 20, round(1.2 + line / 100, 2), ("出让", "划拨")[line % 2], day, ""])
        if line % 20 == 0:
            sheet.append(["小计", None, None, 500, 30, None, None, None])
    sheet.append(["合计", None, None, 1500, 90, None, None, None])
    sheet.append(["注：数据截至2026年10月底，由规划科提供。"])
    return saved(book)


def test_a_sheet_of_the_land_bureau_becomes_plots(at_work, live_server, found):
    """From sign-in to stored plots, with what the preview asks."""
    people = make_cast()
    district = make_district(people, name="演示甲城（虚构）")
    with hands_of(at_work, live_server.url, people.preparer) as hands:
        page = hands.page
        hands.go(page.locator(f"main a[href*='/districts/{district.code}/']").first)
        hands.go(page.locator(f"a[href$='/districts/{district.code}/plots/']").first)
        hands.go(page.get_by_role("link", name="从 Excel 导入").first)
        file = {"name": "2026供地台账.xlsx", "mimeType": "application/octet-stream", "buffer": land_bureau_sheet()}
        hands.give(page.locator("main input[type=file]").first, file)
        hands.go(page.get_by_role("button", name="预览"))
        hands.go(page.get_by_role("button", name="写入").first)
        hands.see("合计60个")
    stored = dict(Plot.objects.filter(district=district).values_list("number", "land_use_code"))
    assert (len(stored), [stored[f"PD-0{number}"] for number in range(1, 6)]) == (60, ["0901", "080403", "100101", "1401", "070102"])
    assert Plot.objects.get(number="PD-01").area_ha == Decimal("1.0667")  # 16 亩
    found["a sheet of the land bureau until its plots are stored"] = hands.counts.told()
    assert hands.counts.minutes <= 3
