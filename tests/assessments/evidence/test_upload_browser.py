"""Files of a clause that go up piece by piece, as a person puts one after the other."""

import pytest
from playwright.sync_api import expect

from assessments.tables.models import RowEvidence
from tests.assessments.browsing import signed_in, url
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check
from tests.files import pdf

pytestmark = [pytest.mark.area("assessments/evidence", "static/js/evidence-upload.js"), pytest.mark.django_db(transaction=True)]
ITEM = "7.2.7"
TITLE = "#id_upload-title"


@pytest.fixture
def page(browser, live_server, transactional_db):
    people = cast()
    page = signed_in(browser, live_server, people.preparer)
    page.goto(f"{live_server.url}{url('row_evidence', make_self_check(people).table, ITEM)}")
    yield page
    assert page.faults == []
    page.net.close()


def paste(page, name, content):
    page.evaluate(
        """([name, content]) => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([new Uint8Array(content)], name, { type: "application/pdf" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
        }""",
        [name, list(content)],
    )


def test_a_title_is_that_of_the_file_put_in_next_and_of_no_other(page):
    page.net.set_offline(True)
    page.fill(TITLE, "能耗监测报告")
    for name in ("甲.pdf", "乙.pdf"):
        paste(page, name, pdf())
    expect(page.locator(TITLE)).to_have_value("")
    page.net.set_offline(False)
    expect(page.locator("#evidence-files")).to_contain_text("乙")
    titles = RowEvidence.objects.filter(row__item_id=ITEM).order_by("pk").values_list("document__title", flat=True)
    assert list(titles) == ["能耗监测报告", "乙"]


def test_the_title_of_a_refused_file_is_back_unless_another_was_typed(page):
    for refused, typed, left in ((1, "", "能耗监测报告"), (2, "计算书", "计算书")):
        page.net.set_offline(True)
        page.fill(TITLE, "能耗监测报告")
        paste(page, "甲.pdf", b"not a pdf")
        page.fill(TITLE, typed)
        page.net.set_offline(False)
        expect(page.locator("#uploads .gd-field-error", has_text="甲.pdf")).to_have_count(refused)
        assert page.input_value(TITLE) == left
