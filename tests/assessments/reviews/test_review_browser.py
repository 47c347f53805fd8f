"""The viewer beside a clause, and saving by the queue of the score table."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assessments.reviews.models import ExpertScore
from greendistrict.documents.services import store_bytes
from tests.assessments.browsing import signed_in, url
from tests.browsers import at_rest
from tests.factories.reviews import Scene
from tests.files import chinese_pdf

pytestmark = [pytest.mark.area("assessments/reviews", "static/js/review.js"), pytest.mark.django_db(transaction=True)]


def paper(pages=3):
    """A real PDF of some pages."""
    import weasyprint

    said = "<style>td { padding-right: 2em }</style><p style='margin-top:40em'>结果见表5-3。</p><p>表5-3 替代率</p>"
    table = f"{said}<table><tr><td>光伏<td>7.9<tr><td>合计<td>12.6</table><p>以上以公顷计</p>"
    text = "".join(f"<h1 style='page-break-before:always'>第{number}页 可再生能源利用</h1>{table}" for number in range(1, pages + 1))
    return weasyprint.HTML(string=text).write_pdf()


def kept(owner, title, content):
    return store_bytes(owner=owner, content=content, name=f"{title}.pdf", content_type="application/pdf", kind="plan", title=title)


@pytest.fixture
def desk(browser, live_server, transactional_db):
    """The workspace of the first expert at a clause with points and a paper."""
    scene = Scene().to_scoring()
    member = scene.members[0]
    item = scene.clause(member)
    file = kept(scene.review.table.district, "能源专项规划", paper())
    # Chinese type that is not in the file
    printed = kept(scene.review.table.district, "批复", chinese_pdf("一二三十", "可再生能源替代率", "小计"))
    scene.review.refresh_from_db()
    scene.review.claims[item]["evidence"] = [
        {"title": file.title, "key": str(file.key), "type": file.content_type, "page": 2, "passage": "表5-3"}
    ]
    scene.review.subject["documents"] = [{"title": one.title, "key": str(one.key)} for one in (file, printed)]
    scene.review.save(update_fields=["claims", "subject"])
    page = signed_in(browser, live_server, member.expert.user)
    page.member, page.item, page.printed = member, item, printed
    page.base = f"{live_server.url}{url('review', scene.review)}score/"
    page.goto(f"{page.base}{item}/")
    yield page
    assert page.faults == []
    page.net.close()


def stored(page):
    return ExpertScore.objects.get(assignment__member=page.member, assignment__item_id=page.item)


def violations(page):
    """What axe finds on the page."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    return [(entry["id"], [node["html"][:160] for node in entry["nodes"]]) for entry in found.response["violations"]]


def test_a_judgement_typed_without_a_network_is_kept_and_sent_later(desk):
    desk.net.set_offline(True)
    desk.keyboard.press("q")
    desk.fill("#id_comment", "第2页没有测算表")
    desk.press("#id_comment", "Tab")
    desk.wait_for_selector("#saved:has-text('未保存1项')")
    desk.locator(".gd-actionbar button", has_text="确认，下一条").click()
    at_rest(desk)
    assert desk.url.endswith(f"/{desk.item}/"), "it does not leave what is not saved"
    assert stored(desk).version == 0
    desk.net.set_offline(False)
    desk.wait_for_selector("#saved:has-text('已保存')")
    assert (stored(desk).judgement, stored(desk).comment) == ("doubt", "第2页没有测算表")
    desk.locator(".gd-actionbar button", has_text="确认，下一条").click()
    desk.wait_for_url(lambda url: not url.endswith(f"/{desk.item}/"))
    assert stored(desk).comment == "第2页没有测算表"


def test_two_windows_on_one_clause_ask_which_judgement_stands(desk):
    score = stored(desk)
    ExpertScore.objects.filter(pk=score.pk).update(judgement="doubt", comment="别处写的", version=1)
    desk.keyboard.press("c")
    desk.wait_for_selector("text=这一条已在别处修改")
    assert desk.locator("text=别处写的").count()
    desk.get_by_role("button", name="以我填的为准").click()
    desk.wait_for_selector("#saved:has-text('已保存')")
    assert stored(desk).judgement == "agree"


def test_a_clause_is_judged_by_keys_alone(desk):
    focused = "document.activeElement.id"
    desk.keyboard.press("d")
    assert desk.evaluate(focused) == "id_points"
    desk.locator("body").focus()
    desk.keyboard.press("Escape")
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press("q")
    assert desk.evaluate(focused) == "id_comment"
    desk.keyboard.type("d 第2页没有测算表")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(lambda url: not url.endswith(f"/{desk.item}/"))
    assert (stored(desk).judgement, stored(desk).comment) == ("doubt", "d 第2页没有测算表")


def test_going_on_keeps_the_page_its_keys_and_the_way_back(desk):
    """The next clause is put into the page; keys, autosave and viewer go on, and the browser goes back."""
    title = desk.locator(".gd-case h2")
    expect(desk.locator(".gd-viewer [data-paper]")).to_have_attribute("data-state", "open")
    desk.evaluate("window.stays = true")
    first = title.text_content()
    desk.keyboard.press("c")
    desk.keyboard.press("Enter")
    expect(title).not_to_have_text(first)
    second = title.text_content()
    assert second.split()[0] in desk.title()
    assert desk.url.endswith(f"/{second.split()[0]}/")
    expect(desk.locator("#review-clauses [aria-current]")).to_contain_text(second.split()[0])
    expect(desk.locator("#review-counts")).to_contain_text("1 /")
    expect(title).to_be_focused()
    expect(desk.locator(".gd-viewer [data-paper]")).to_have_attribute("data-state", "open")
    desk.keyboard.press("q")
    assert desk.evaluate("document.activeElement.id") == "id_comment"
    desk.keyboard.type("第2页没有测算表")
    desk.keyboard.press("Control+Enter")
    expect(title).not_to_have_text(second)
    judged = ExpertScore.objects.get(assignment__member=desk.member, assignment__item_id=second.split()[0])
    assert (judged.judgement, judged.comment) == ("doubt", "第2页没有测算表")
    expect(title).to_be_focused()
    desk.keyboard.press("k")
    expect(title).to_have_text(second)
    assert desk.input_value("#id_comment") == "第2页没有测算表"
    desk.go_back()
    expect(title).not_to_have_text(second)
    desk.go_back()
    expect(title).to_have_text(second)
    expect(desk.locator(".gd-viewer [data-paper]")).to_have_attribute("data-state", "open")
    desk.locator(f"#review-clauses a[href$='/{desk.item}/']").click()
    expect(title).to_have_text(first)
    desk.locator(".gd-viewer-files a:not([aria-current])", has_text="批复").first.click()
    expect(desk.locator(".gd-viewer header b")).to_have_text("批复")
    assert desk.evaluate("window.stays") is True, "the page was never loaded again"
    desk.go_back()
    expect(desk.locator(".gd-viewer header b")).to_have_text("能源专项规划")


def test_the_paper_opens_at_the_stated_page(desk):
    paper = desk.locator(".gd-viewer [data-paper]")
    expect(paper).to_have_attribute("data-state", "open")
    expect(desk.get_by_label("页码")).to_have_value("2")
    assert desk.locator(".gd-viewer [data-part=count]").text_content() == "3"
    expect(desk.locator(".page[data-page-number='2'] .textLayer")).to_contain_text("第2页")
    marked = desk.locator(".gd-cited")
    expect(marked.first).to_be_in_viewport()
    assert "".join(marked.all_text_contents()).replace(" ", "") == "表5-3替代率光伏7.9合计12.6"
    assert desk.locator(".page[data-page-number='2'] .gd-cited").count() == marked.count()
    for width in (1920, 1366, 820, 390):
        desk.set_viewport_size({"width": width, "height": 1180 if width == 820 else 768})
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert width < 1000 or desk.evaluate("document.documentElement.scrollHeight <= innerHeight"), width


# How much of the square of each sign of a line is dark; boxes in place of signs would be alike.
INK = """([line, signs]) => {
  const canvas = document.querySelector(".page[data-page-number='1'] canvas"), scale = canvas.width / 595, side = Math.floor(60 * scale);
  return [...Array(signs).keys()].map((place) => {
    const { data } = canvas.getContext("2d").getImageData((60 + 60 * place) * scale, (842 - line - 54) * scale, side, side);
    return data.filter((value, at) => at % 4 === 0 && value < 128).length / side / side;
  });
}"""


def test_chinese_type_that_is_not_in_the_file_is_shown(desk):
    desk.goto(f"{desk.base}{desk.item}/?file={desk.printed.key}")
    expect(desk.locator(".gd-viewer [data-paper]")).to_have_attribute("data-state", "open")
    expect(desk.locator(".page[data-page-number='1'] .textLayer")).to_contain_text("一二三十一二三十")
    expect(desk.locator(".page[data-page-number='1'][data-loaded]")).to_be_attached()
    for line in (700, 500):
        one, two, three, ten = desk.evaluate(INK, [line, 4])
        assert 0.005 < one < two < three, (line, one, two, three)
        assert one < ten < three


def test_a_paper_is_read_by_keys_and_buttons(desk):
    desk.goto(f"{desk.base}{desk.item}/?file={desk.printed.key}")
    paper, page = desk.locator(".gd-viewer [data-paper]"), desk.get_by_label("页码")
    expect(paper).to_have_attribute("data-state", "open")
    sight = desk.get_by_role("region", name="批复内容")
    sight.focus()
    desk.keyboard.press("ArrowRight")
    expect(page).to_have_value("2")
    desk.keyboard.press("t")
    thumbs = desk.get_by_role("navigation", name="缩略图")
    expect(thumbs.get_by_role("button", name="第2页")).to_have_attribute("aria-current", "page")
    thumbs.get_by_role("button", name="第3页").click()
    expect(page).to_have_value("3")
    width = "document.querySelector('.page').getBoundingClientRect().width"
    before = desk.evaluate(width)
    desk.get_by_role("button", name="放大").click()
    assert desk.evaluate(width) > before
    sight.focus()
    desk.keyboard.press("r")
    assert desk.evaluate("(({width, height}) => width > height)(document.querySelector('.page').getBoundingClientRect())")
    desk.keyboard.press("Control+f")
    desk.keyboard.type("能源替代")
    expect(desk.locator("[data-part=found]")).to_have_text("第1处，共2处")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-part=found]")).to_have_text("第2处，共2处")
    expect(page).to_have_value("2")
    desk.keyboard.press("Escape")
    assert stored(desk).version == 0, "no key went on to the judgement"
    page.fill("1")
    page.press("Enter")
    expect(page).to_have_value("1")
    assert desk.url.endswith(f"?file={desk.printed.key}"), "Enter in the field does not go on to the next clause"
    assert violations(desk) == []


def test_a_paper_that_cannot_be_shown_is_offered(desk):
    desk.route("**/pdf.worker.min.mjs", lambda route: route.abort())
    desk.route("**/pdf.min.mjs", lambda route: route.abort())
    desk.reload()
    expect(desk.locator(".gd-viewer [data-paper]")).to_have_attribute("data-state", "failed")
    expect(desk.locator(".gd-viewer [data-part=instead]")).to_contain_text("浏览器不能在页内显示这份材料下载后查看，位置在第2页")


def test_two_papers_are_read_side_by_side(desk):
    with desk.net.expect_page() as opening:
        desk.get_by_role("link", name="与批复并排查看").click()
    page = opening.value
    page.on("console", lambda said: desk.faults.append(said.text) if "Content Security Policy" in said.text else None)
    expect(page.locator("[data-paper][data-state=open]")).to_have_count(2)
    assert [field.input_value() for field in page.get_by_label("页码").all()] == ["2", "1"]
    page.get_by_role("region", name="批复内容").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("页码").nth(1)).to_have_value("2")
    assert page.get_by_label("页码").nth(0).input_value() == "2"
    assert violations(page) == []
    for width in (1920, 1366, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
