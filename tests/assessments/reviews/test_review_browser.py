"""The viewer beside a clause, and saving by the queue of the score table."""

import os

import pytest
from django.test import Client
from django.urls import reverse

from assessments.reviews.models.review import ExpertScore
from greendistrict.documents.services import store_bytes
from tests.browsers import at_rest
from tests.factories.reviews import Scene

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("GD_TEST_SHOTS", "")


def paper(owner, pages=3):
    """A real PDF of some pages."""
    import weasyprint

    text = "".join(f"<h1 style='page-break-after:always'>第{number}页 可再生能源利用</h1>" for number in range(1, pages + 1))
    content = weasyprint.HTML(string=text).write_pdf()
    return store_bytes(owner=owner, content=content, name="能源规划.pdf", content_type="application/pdf", kind="plan", title="能源专项规划")


@pytest.fixture
def scene():
    return Scene().to_scoring()


@pytest.fixture
def desk(browser, live_server, scene):
    """The workspace of the first expert at a clause with points and a paper."""
    member = scene.members[0]
    item = scene.clause(member)
    file = paper(scene.review.table.district)
    scene.review.refresh_from_db()
    scene.review.claims[item]["evidence"] = [{"title": file.title, "key": str(file.key), "type": file.content_type, "page": 2}]
    scene.review.subject["documents"] = [{"title": file.title, "key": str(file.key)}]
    scene.review.save(update_fields=["claims", "subject"])
    client = Client()
    client.force_login(member.expert.user)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.member, page.item, page.file, page.net = member, item, file, context
    page.base = f"{live_server.url}{reverse('assessments:review', args=[scene.review.pk])}score/"
    page.goto(f"{page.base}{item}/")
    yield page
    assert page.faults == []
    context.close()


def stored(page):
    return ExpertScore.objects.get(assignment__member=page.member, assignment__item_id=page.item)


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
    with desk.expect_navigation():
        desk.locator(".gd-actionbar button", has_text="确认，下一条").click()
    assert not desk.url.endswith(f"/{desk.item}/")
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


def test_the_paper_is_shown_at_the_stated_page(desk):
    frame = desk.locator(".gd-viewer iframe")
    assert frame.get_attribute("src").endswith(f"/documents/{desk.file.key}/?view=1#page=2&navpanes=0")
    answer = desk.request.get(frame.evaluate("node => node.src"))
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "sandbox" not in answer.headers["content-security-policy"]
    assert answer.body().startswith(b"%PDF")
    for width in (1366, 820, 390):
        desk.set_viewport_size({"width": width, "height": 1180 if width == 820 else 768})
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        if SHOTS:
            desk.wait_for_timeout(1500)
            desk.screenshot(path=f"{SHOTS}/review-desk-{width}.png", full_page=width < 1000)
