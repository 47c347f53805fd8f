"""A second year together: a chapter goes to a bureau, unchanged rows take one click, findings are explained, evidence survives a reload."""

import pytest
from django.urls import reverse

from assessments.findings.models import FindingAnswer
from assessments.prefill import services as prefill
from assessments.prefill.models import RowPrefill
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import SECTIONS
from assessments.sharing.models import RowShare
from assessments.tables.models import RowEvidence, ScoreRow
from greendistrict.core import clock
from tests.browsers import saving
from tests.e2e.steps.seats import desk
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_table
from tests.factories.received import received_self_check
from tests.files import jpeg_of

pytestmark = [
    pytest.mark.area(
        "assessments/sharing", "assessments/share_page", "assessments/findings", "assessments/prefill", "assessments/evidence"
    ),
    pytest.mark.django_db(transaction=True),
]
CHAPTER, ITEM, MOVED = "innovation", "10.2.2", "7.2.17"
LARGE = 5 * 1024 * 1024


def last_years(check):
    """Last year's green travel was high; this year's will be typed low and explained."""
    ScoreRow.objects.filter(table=check.table, item_id=MOVED).update(value="86")


@pytest.fixture
def check():
    people = make_cast()
    before = received_self_check(people, year=2025, building=False, change=last_years)
    table = make_table(before.district, year=2026, previous=before.table)
    prefill.prefill_table(table)
    report = {section.key: "已开展。" for section in SECTIONS}
    made = SelfCheck.objects.create(district=before.district, year=2026, table=table, report=report, opened_at=clock.now())
    made.people = people
    return made


@pytest.fixture
def seats(local_browser, live_server, album, check):
    with desk(local_browser, live_server, album, check.people) as opened:
        yield opened


def at_page(actor, name, *args, query=""):
    actor.open(f"{reverse(f'assessments:{name}', args=args)}{query}")


def test_the_work_is_shared_declared_explained_and_handed_up(seats, check):
    people, table = check.people, check.table
    preparer, bureau = seats["preparer"], seats["bureau"]
    at_page(preparer, "share_list", table.pk)
    preparer.page.check(f"input[name=chapters][value={CHAPTER}]")
    preparer.page.select_option("select[name=assignee]", f"bureau:{people.bureau_body.pk}")
    preparer.page.click("button:text-is('分派')")
    preparer.page.wait_for_selector("text=条已分派给")
    share = RowShare.objects.get()

    bureau.open("/desk/")
    bureau.page.click("text=填写分派的条文并签认")
    with saving(bureau.page, ITEM):
        bureau.page.fill(f"input[name='{ITEM}-value']", "31")
        bureau.page.press(f"input[name='{ITEM}-value']", "Tab")
    bureau.page.wait_for_selector("#saved:has-text('已保存')")
    bureau.page.click("button:has-text('条无变化')")
    bureau.page.wait_for_selector("text=条已确认无变化")
    bureau.page.click("button:text-is('签认')")
    bureau.page.wait_for_selector("text=已签认")
    share.refresh_from_db()
    assert (share.status, share.signed_by) == ("signed", people.bureau)

    at_page(preparer, "score_table", table.pk)
    preparer.page.click("button:has-text('条无变化')")
    preparer.page.wait_for_selector("text=条已确认无变化")
    assert not RowPrefill.objects.filter(row__table=table, row__version=0, confirmed_by=None).exists()
    at_page(preparer, "score_table", table.pk, query=f"?item={MOVED}")
    with saving(preparer.page, MOVED):  # the page says 已保存 of what was saved before as well
        preparer.page.fill(f"input[name='{MOVED}-value']", "52")
        preparer.page.press(f"input[name='{MOVED}-value']", "Tab")

    at_page(preparer, "selfcheck_check", check.pk)
    finding = preparer.page.locator("li", has_text="与上年86%相差较大")
    finding.locator("summary").click()
    finding.locator("textarea").fill("调查口径由出行次数改为出行距离")
    finding.locator("button:text-is('保存说明')").click()
    preparer.page.wait_for_selector("text=说明已保存")
    assert FindingAnswer.objects.get().item_id == MOVED
    preparer.page.click("button:text-is('提交审核')")
    preparer.page.wait_for_selector("text=已办理：提交审核")
    at_page(seats["reviewer"], "selfcheck_check", check.pk)
    seats["reviewer"].see("调查口径由出行次数改为出行距离")


def test_a_dropped_file_goes_on_after_a_reload_where_it_stood(seats, check, tmp_path):
    preparer = seats["preparer"]
    at_page(preparer, "row_evidence", check.table_id, MOVED)
    large = tmp_path / "现场照片.jpg"
    large.write_bytes(jpeg_of(LARGE))
    offsets, before = [], clock.now()
    preparer.context.on("request", lambda one: offsets.append(one.headers["upload-offset"]) if "upload-offset" in one.headers else None)

    def cut(route):
        if int(route.request.headers.get("upload-offset", 0)) >= LARGE // 2:
            route.abort()
        else:
            route.continue_()

    preparer.context.route("**/documents/uploads/*/", cut)
    drop(preparer.page, large)
    preparer.page.wait_for_selector("#uploads:has-text('接通后自动继续')")
    assert not RowEvidence.objects.filter(row__table=check.table, row__item_id=MOVED).exists()
    stood = max(map(int, offsets))
    offsets.clear()  # first: the page tries again by itself
    preparer.context.unroute("**/documents/uploads/*/")
    preparer.page.reload()
    preparer.page.wait_for_selector("#evidence-files:has-text('现场照片')")
    assert min(map(int, offsets)) == stood
    link = RowEvidence.objects.select_related("document").get(row__table=check.table, row__item_id=MOVED)
    assert link.by == check.people.preparer
    assert before <= link.document.uploaded_at <= clock.now()
    preparer.complaints.clear()  # of the requests that were cut


def drop(page, path):
    """Drop a file of the disk onto the upload area."""
    page.set_input_files("body > input#carrier, #id_upload-upload", str(path))
    page.eval_on_selector(
        "#id_upload-upload",
        """input => {
            const carried = new DataTransfer();
            for (const file of input.files) carried.items.add(file);
            input.value = "";
            input.closest(".gd-drop").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried }));
        }""",
    )
