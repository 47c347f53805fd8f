"""At 390 pixels: work desk, a chapter of a score table, the director's decision."""

import pytest

from greendistrict.processes import until
from tests.browsers import WAIT_MS
from tests.e2e.steps import score
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.setting import accounts
from tools.demo.story import CHANYE, HUPAN, XINCHENG

pytestmark = pytest.mark.slow
PHONE = (390, 844)


@pytest.fixture
def at(demo, browser, album):
    """A seat with a phone in the hand."""
    actors = []

    def opened(seat):
        actors.append(Actor(browser, demo.url, album, accounts(demo)[seat], size=PHONE))
        return actors[-1]

    yield opened
    for actor in actors:
        actor.close()


def fits(actor, title):
    """Nothing is wider than the screen, nothing is unreachable for assistive technology."""
    assert actor.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    actor.shoot(title, axe=True)


LISTS = ("/cases/titles/", "/assessments/tables/", "/assessments/stages/", "/assessments/post-evaluations/", "/assessments/inspections/",
         "/assessments/reviews/", "/assessments/experts/", "/standards/", "/districts/yearly-plans/", "/desk/?tab=done",
         "/cases/", "/obligations/", "/assessments/self-checks/", "/assessments/yearly-reports/", "/districts/")  # fmt: skip
CUT = """() => [...document.querySelectorAll("table[data-heads]")].filter((table) => {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    const place = (cell) => [...cell.parentElement.cells].slice(0, cell.cellIndex).reduce((sum, before) => sum + before.colSpan, 0);
    const cells = [...table.querySelectorAll(":is(tbody, tfoot) td:not(.gd-state, [colspan])")].filter((cell) => cell.cellIndex);
    return Math.max(table.getBoundingClientRect().right, table.scrollWidth) > document.documentElement.clientWidth
        || !cells.length || cells.some((cell) => cell.dataset.head !== heads[place(cell)]);
}).length"""


def test_a_list_is_read_without_moving_sideways(at):
    officer = at("city_officer")
    for path in LISTS:
        officer.open(path)
        assert officer.page.locator("table[data-heads]").count() == 1, path
        assert officer.page.evaluate(CUT) == 0, path
    fits(officer, "list")


WIDE = {
    "city_officer": ("/policy/", "/policy-check/", "/policy-check/APPLY-LAND-RATIO/", "/cases/settings/", "/cases/settings/selfcheck.due/",
                     "/reports/", "/reports/examination/", "/reports/awards/"),
    "system_keeper": ("/operations/",),
    "preparer": tuple(f"/districts/yan-shi-xin-cheng-qu-xu-gou/{place}" for place in
                      ("", "?tab=indicators", "?tab=carbon", "?tab=assessments", "?tab=titles", "?tab=archive", "boundaries/")),
}  # fmt: skip
SIDEWAYS = """() => [...document.querySelectorAll("main .gd-tablewrap, main .table-responsive")]
    .filter((frame) => frame.scrollWidth > frame.clientWidth + 1).map((frame) => frame.textContent.trim().slice(0, 40))"""


@pytest.mark.parametrize("seat", WIDE)
def test_tables_of_policy_settings_and_operations_stand_below_one_another(at, seat):
    actor = at(seat)
    for path in WIDE[seat]:
        actor.open(path)
        assert actor.page.evaluate(SIDEWAYS) == [], path
        assert actor.page.evaluate(CUT) == 0, path
        fits(actor, f"wide{path.replace('/', '-')}")


def test_the_desk_shows_what_waits(at):
    preparer = at("preparer")
    preparer.open("/desk/", HUPAN.name, "待我处理")
    fits(preparer, "desk")


def test_a_clause_is_typed_and_saved(demo, at):
    preparer = at("preparer")
    preparer.open("/assessments/tables/")
    preparer.page.locator("main tr", has_text=HUPAN.name).get_by_role("link").first.click()
    preparer.page.locator("#chapters a").last.wait_for()
    preparer.open(score.chapters(preparer.page)[-1])
    fits(preparer, "chapter")
    before = score.total(preparer)
    preparer.page.locator("#messages").wait_for(state="attached")
    score.fill_clauses(preparer, {"10.2.2": "60"})
    assert score.total(preparer) == before + 2
    preparer.see("已保存")


@pytest.mark.parametrize("path", ["/obligations/", "/cases/", "/assessments/self-checks/", "/assessments/yearly-reports/"])
def test_a_list_shows_the_state_of_every_row(at, path):
    officer = at("city_officer")
    officer.open(path)
    states = officer.page.locator("main .gd-state")
    assert states.count() >= 3
    edges = states.evaluate_all("found => found.map(cell => cell.getBoundingClientRect().right)")
    assert max(edges) <= PHONE[0]
    fits(officer, f"list{path.replace('/', '-')}")


def test_a_reason_is_asked_for_where_it_can_be_read(demo, at):
    preparer = at("preparer")
    preparer.page.set_viewport_size({"width": 1366, "height": 900})
    preparer.open("/assessments/self-checks/")
    preparer.page.locator("main tr", has_text=XINCHENG.name).first.get_by_role("link").click()
    preparer.page.get_by_role("link", name="提交前核对").first.click()
    asked = preparer.page.locator(".gd-explain").first
    asked.locator("summary").click()
    assert asked.bounding_box()["width"] > 600


@pytest.mark.parametrize("page", ["print", "what-if"])
def test_wide_tables_scroll_in_their_frame(at, page):
    preparer = at("preparer")
    preparer.open("/assessments/tables/")
    preparer.page.locator("main tr", has_text=HUPAN.name).get_by_role("link").first.click()
    preparer.page.locator("#chapters a").last.wait_for()
    preparer.open(f"{preparer.page.url.partition('?')[0].removeprefix(preparer.url)}{page}/")
    fits(preparer, page)


def test_the_director_decides(demo, at):
    director = at("city_director")
    director.open("/desk/", CHANYE.name)
    fits(director, "desk-of-the-director")
    director.follow("试点申报")
    fits(director, "case")
    director.page.get_by_role("radio", name="审定同意授予试点称号").check()
    director.press("办理")
    director.fill({"决定文号": "演示建〔2027〕3号"})
    fits(director, "decision")
    director.step("审定同意授予试点称号", "已办理：审定同意授予试点称号", "已审定")


def test_what_a_stage_assessment_lacks_is_read_in_one_line(at):
    officer = at("city_officer")
    officer.open("/assessments/stages/")
    rows = officer.page.locator("main tbody").get_by_role("link")
    addresses = [row.get_attribute("href") for row in rows.all()]
    assert addresses, officer.page.content()
    for address in addresses:  # the first lines of the list may lack nothing
        officer.open(address)
        if officer.page.get_by_text("差距", exact=True).count():
            break
    lacking = officer.page.get_by_text("差距", exact=True).first
    assert lacking.locator("xpath=..").bounding_box()["width"] > PHONE[0] / 2


def in_sight(actor, selector):
    """The element's place in its row comes to lie on the screen: the script of the page moves the row when it begins."""

    def on_screen():
        box = actor.page.locator(selector).first.bounding_box()
        return box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0]

    assert until(on_screen, WAIT_MS / 1000), actor.page.locator(selector).first.bounding_box()


def test_the_current_tab_and_step_are_in_sight(at):
    officer = at("city_officer")
    officer.open("/districts/")
    officer.page.get_by_role("link", name=XINCHENG.name).locator("visible=true").first.click()
    officer.page.get_by_role("link", name="档案", exact=True).click()
    officer.page.locator(".gd-tabs [aria-current]", has_text="档案").wait_for()
    in_sight(officer, ".gd-tabs [aria-current]")
    officer.open("/cases/")
    officer.page.locator("main tr", has_text="公示中").get_by_role("link").first.click()
    officer.page.locator(".gd-steps").wait_for()
    in_sight(officer, ".gd-steps [aria-current]")
