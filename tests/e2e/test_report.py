"""自评报告 in the browser: taken over from last year, figures put in, edited in Word and brought back, sent through the check."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document
from playwright.sync_api import expect

from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from tests.browsers import at_rest
from tests.e2e.steps.cases import calendar
from tests.e2e.steps.seats import desk
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import PlotFactory
from tests.factories.received import received_self_check
from tests.files import photo

pytestmark = [
    pytest.mark.area(
        "assessments/self_checks", "reports/matters", "static/js/report.js", "static/js/report-editor.js", "static/js/report-text.js"
    ),
    pytest.mark.django_db(transaction=True),
]
WIDTHS = (1920, 1366, 390)


PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def fits(page) -> None:
    """Nothing is wider than the window, once the page has taken up its new width."""
    for _ in range(20):
        if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            return
        page.wait_for_timeout(100)
    pytest.fail("wider than the window")


def field(page, key):
    """What is saved: the field under the editor."""
    return page.locator(f"textarea[name='{key}']")


def enter(page, name: str) -> None:
    """The caret into the editor of a section; the editor puts it back where it was within 20 ms."""
    page.get_by_role("textbox", name=name).focus()
    page.wait_for_timeout(100)


AT_END = """editor => {
    const { focusNode: node, focusOffset: offset } = getSelection(), rest = document.createRange();
    if (!editor.contains(node)) return false;
    rest.selectNodeContents(editor);
    rest.setStart(node, offset);
    return rest.toString().trim() === "";
}"""


def to_end(page, editor) -> None:
    """The caret behind the last word, where it stays: a busy machine puts it back later than usual."""
    stayed = 0
    for _ in range(100):
        stayed = stayed + 1 if editor.evaluate(AT_END) else 0
        if stayed == 3:
            return
        if not stayed:
            page.keyboard.press("Control+End")
        page.wait_for_timeout(50)
    pytest.fail("the caret does not stay at the end")


def lay_out(page) -> None:
    """A heading and a list by their buttons, bold by its keys, a table pasted from a workbook; one step back takes it out again."""
    name = "五、存在问题与下一年计划"
    editor = page.get_by_role("textbox", name=name)
    bar = page.get_by_role("group", name=f"{name}格式")
    before = field(page, "plan").input_value()
    enter(page, name)
    to_end(page, editor)
    page.keyboard.press("Enter")
    page.keyboard.type("建设计划")
    bar.get_by_role("button", name="标题").press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("接通")
    page.keyboard.press("Control+B")
    page.keyboard.type("全部")
    page.keyboard.press("Control+B")
    page.keyboard.type("管网")
    bar.get_by_role("button", name="编号").press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("开园")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # out of the list
    page.evaluate(PASTE, "道路\t长度\r\n甲路\t3km\r\n")
    at_rest(page)
    laid = f"{before}\n\n## 建设计划\n\n1. 接通<b>全部</b>管网\n2. 开园"
    table = "| 道路 | 长度 |\n| --- | --- |\n| 甲路 | 3km |"
    expect(field(page, "plan")).to_have_value(f"{laid}\n\n{table}")
    expect(editor.get_by_role("heading", name="建设计划")).to_be_visible()
    page.keyboard.press("Control+Z")  # one step, as everywhere
    expect(field(page, "plan")).to_have_value(laid)
    page.keyboard.press("Control+Y")
    expect(field(page, "plan")).to_have_value(f"{laid}\n\n{table}")
    editor.get_by_role("cell", name="甲路").click()
    page.wait_for_timeout(100)  # the editor hears of the caret a moment later
    page.keyboard.press("Enter")  # a row more
    page.keyboard.type("乙路")
    page.keyboard.press("Tab")
    page.keyboard.type("5km")
    page.keyboard.press("Tab")  # and out
    expect(field(page, "plan")).to_have_value(f"{laid}\n\n{table}\n| 乙路 | 5km |")
    at_rest(page)


def put_picture(preparer) -> None:
    """A picture behind the line of the caret, by the button over the field."""
    page = preparer.page
    enter(page, "四、管理机制建立情况")
    page.keyboard.press("Control+Home")
    page.wait_for_timeout(50)
    page.get_by_role("link", name="在四、管理机制建立情况中插入图片").click()
    expect(page.get_by_label("章节")).to_have_value("management")
    preparer.shoot("picture", axe=True)
    page.get_by_label("新图片").set_input_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo().read()})
    page.get_by_label("图题").fill("专班例会")
    page.get_by_role("button", name="放入自评报告").click()
    expect(page.locator("#id_management figcaption")).to_have_text("专班例会")


def through_word(preparer) -> None:
    """The report is edited in Word: one section changed, one left; the other changes stay on the portal."""
    page = preparer.page
    preparer.follow("用 Word 编辑")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Word").click()
    document = Document(download.value.path())
    (changed,) = [one for one in document.paragraphs if "1500万元" in one.text]
    changed.runs[0].text = changed.text.replace("1500", "1600")
    changed.insert_paragraph_before("统筹推进", style="Heading 2")
    stream = BytesIO()
    document.save(stream)
    page.get_by_label("改好的 Word 文件").set_input_files(
        {
            "name": "报告.docx",
            "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "buffer": stream.getvalue(),
        }
    )
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("没有改动的：一、年度工作概况；二、")).to_be_visible()
    expect(page.locator("ins", has_text="1600")).to_be_visible()
    expect(page.get_by_role("heading", name="统筹推进")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        fits(page)
        preparer.shoot(f"word-{width}", axe=width == WIDTHS[0])
    page.get_by_role("button", name="写入选定的各节").click()
    preparer.see("已从 Word 带回1节")
    expect(field(page, "management")).to_have_value(
        re.compile(r"^## 统筹推进\n\n成立工作专班，每月召开例会，落实建设资金1600万元。\n\n!\[专班例会\]\(file:[0-9a-f-]{36}\)$")
    )


@pytest.fixture
def check(settings, tmp_path):
    """The self-check on 2026; that on 2025 was received with figures of its time."""
    calendar(settings, tmp_path)(clock.today().replace(year=2027, month=3, day=10))
    people = make_cast()

    def told(check):
        check.report |= {
            "overview": "全年推进基础设施建设，竣工道路3条。\n"
            "地块1个，用地面积1.25公顷，其中可建设1个；已出让或划拨0个，建成且符合0个（地块数据，2026年3月10日取自平台）。",
            "management": "成立工作专班，每季度召开例会，落实建设资金1200万元。",
        }
        check.save()

    before = received_self_check(people, year=2025, change=told)
    check = make_self_check(people, district=before.district)
    SelfCheck.objects.filter(pk=check.pk).update(report={})
    for number in range(2):
        PlotFactory(district=check.district, number=f"P{number}")
    check.people = people
    return check


def test_a_report_is_taken_over_from_last_year_and_its_figures_are_renewed(local_browser, live_server, album, check):
    with desk(local_browser, live_server, album, check.people) as seats:
        preparer = seats["preparer"]
        page = preparer.page
        preparer.open(reverse("assessments:selfcheck_report", args=[check.pk]))
        preparer.shoot("empty", axe=True)
        page.keyboard.press("Tab")  # by keyboard alone from here on
        page.get_by_role("button", name="空白各节全部带入上年文字").focus()
        page.keyboard.press("Enter")
        expect(field(page, "overview")).to_have_value(re.compile("竣工道路3条"))
        at_rest(page)
        expect(page.locator("#last-plan")).to_contain_text("已带入，尚未修改")
        enter(page, "四、管理机制建立情况")
        page.keyboard.press("Control+A")
        page.keyboard.insert_text("成立工作专班，每月召开例会，落实建设资金1500万元。")
        page.keyboard.press("Tab")
        expect(page.locator("#last-management ins").first).to_have_text("月")
        at_rest(page)
        lay_out(page)
        preparer.follow("提交前核对", "中的地块数字已变化，现为：截至2026年12月31日地块2个，用地面积2.50公顷")
        page.get_by_role("link", name="自评报告").first.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.locator("[data-figure='地块'] button").first.focus()
        page.keyboard.press("Enter")
        at_rest(page)
        expect(page.locator("[data-figure='地块'] [data-stale]")).to_have_count(0)
        assert field(page, "overview").input_value().splitlines() == [
            "全年推进基础设施建设，竣工道路3条。",
            "截至2026年12月31日地块2个，用地面积2.50公顷，其中可建设2个；已出让或划拨0个，建成且符合0个（地块数据，2027年3月10日取自平台）。",
        ]
        preparer.shoot("taken-over", axe=True)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            fits(page)
            preparer.shoot(f"taken-over-{width}")
        put_picture(preparer)
        through_word(preparer)
        preparer.follow("提交前核对")
        assert "数字已变化" not in preparer.text()
