"""The commonest task of each seat beside the applicant and the city, done in a browser and counted (``make tasks``)."""

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from assessments.prefill import services as prefill
from assessments.reviews.models import Review
from assessments.self_checks.models import SelfCheck
from assessments.sharing.models import RowShare
from greendistrict.core import clock
from tests.browsers import at_rest
from tests.carbon.verification import world
from tests.factories.accounts import cast as make_cast
from tests.factories.approvals import Filing
from tests.factories.assessments import make_table
from tests.factories.received import received_self_check
from tests.factories.reviews import make_experts
from tests.files import pdf
from tests.tasks.hands import hands_of

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
CHAPTER, ITEM = "innovation", "10.2.2"
PRESSES_TO_DRAW = 2  # and the question before it


def paper(name):
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": pdf()}


def test_an_application_is_endorsed_and_sent_up(at_work, live_server, found):
    """From the desk of the leading body: both papers recorded, the case sent to the city."""
    filing = Filing().to_endorsing()
    with hands_of(at_work, live_server.url, filing.people.authority) as hands:
        page = hands.page
        hands.go(page.locator(f"main a[href*='/cases/{filing.case.pk}/']").first)
        hands.go(page.locator("main").get_by_role("link", name="前往办理").first)
        for name, number in (("approval", "演甲府〔2026〕18号"), ("letter", "演甲建函〔2026〕42号")):
            hands.type(page.locator(f"input[name={name}_number]"), number)
            hands.click(page.locator(f"input[name={name}_on]"))
            page.fill(f"input[name={name}_on]", clock.today().isoformat())
            hands.give(page.locator(f"input[name={name}_scan]"), paper(name))
        hands.go(page.get_by_role("button", name="登记"))
        page.goto(reverse("approvals:case", args=[filing.case.pk]))
        hands.click(page.locator("label", has=page.locator("input[name=action][value=send_up]")))
        hands.go(page.get_by_role("button", name="办理", exact=True))
        hands.go(page.locator("main form button.btn-primary[type=submit]").last)
    assert Case.objects.get(pk=filing.case.pk).status == "sent"
    found["an application endorsed and sent to the city"] = hands.counts.told()


def test_a_review_is_opened_and_its_experts_are_invited(at_work, live_server, found):
    """From the desk of the secretariat: form review, review opened, experts drawn and invited."""
    filing = Filing().to_accepted()
    make_experts(filing.people, 6)
    with hands_of(at_work, live_server.url, filing.people.secretariat) as hands:
        page = hands.page
        hands.go(page.locator(f"main a[href*='/cases/{filing.case.pk}/']").first)
        hands.go(page.locator("main").get_by_role("link", name="前往办理").first)
        hands.go(page.get_by_role("button", name="其余全部符合，保存"))
        if "/form-review/" in page.url:
            page.goto(reverse("approvals:case", args=[filing.case.pk]))
        hands.click(page.locator("label", has=page.locator("input[name=action][value=open_review]")))
        hands.go(page.get_by_role("button", name="办理", exact=True))
        hands.go(page.locator("main form button.btn-primary[type=submit]").last)
        hands.go(page.locator("main a[href*='/reviews/']").first)
        hands.go(page.get_by_role("button", name="登记抽取种子校验值"))
        for _ in range(PRESSES_TO_DRAW):
            hands.go(page.get_by_role("button", name="抽取专家"))
        hands.see("已办理：抽取专家")
    [review] = Review.objects.all()
    assert (review.status, review.members.filter(state="invited").exists()) == ("inviting", True)
    found["a review opened and its experts invited"] = hands.counts.told()


def test_an_inventory_is_verified(at_work, live_server, found):
    """From the desk of the verifier: conclusion, statement, paper, handed to the second person."""
    people, verification = world.make_mandated()
    with hands_of(at_work, live_server.url, people.verifier) as hands:
        page = hands.page
        hands.go(page.locator(f"main a[href*='/verifications/{verification.pk}/']").first)
        hands.click(page.locator("#id_conclusion"))
        page.select_option("#id_conclusion", "unqualified")
        hands.type(page.locator("#id_statement"), world.STATEMENT)
        hands.go(page.locator("main form", has=page.locator("#id_statement")).get_by_role("button", name="保存"))
        hands.give(page.locator("#id_upload"), paper("核查意见"))
        hands.go(page.get_by_role("button", name="上传材料"))
        hands.go(page.get_by_role("button", name="提交复核签发"))
        hands.see("已办理：提交复核签发")
    verification.refresh_from_db()
    assert verification.status == "reviewing"
    found["an inventory verified and handed to the second person"] = hands.counts.told()


def test_clauses_that_a_department_answers_for_a_district(at_work, live_server, found):
    """From the desk of a department: one value of its clauses typed, the unchanged ones confirmed at once, signed."""
    people = make_cast()
    before = received_self_check(people, year=2025, building=False)
    table = make_table(before.district, year=2026, previous=before.table)
    prefill.prefill_table(table)
    SelfCheck.objects.create(district=before.district, year=2026, table=table, report={}, opened_at=clock.now())
    with hands_of(at_work, live_server.url, people.preparer) as hands:
        page = hands.page
        page.goto(reverse("assessments:share_list", args=[table.pk]))
        page.check(f"input[name=chapters][value={CHAPTER}]")
        page.select_option("select[name=assignee]", f"bureau:{people.bureau_body.pk}")
        page.click("button:text-is('分派')")
        hands.see("条已分派给")
    with hands_of(at_work, live_server.url, people.bureau) as hands:
        page = hands.page
        hands.go(page.locator("main").get_by_role("link", name="填写分派的条文并签认").first)
        hands.type(page.locator(f"input[name='{ITEM}-value']"), "31")
        hands.press("Tab")
        at_rest(page)
        hands.go(page.get_by_role("button", name="条无变化"))
        hands.go(page.get_by_role("button", name="签认", exact=True))
        hands.see("已签认")
    assert RowShare.objects.get().status == "signed"
    found["clauses answered by a department"] = hands.counts.told()
