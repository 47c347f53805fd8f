from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.text import verified_years
from carbon.inventories import services as inventories
from carbon.inventories.content import digest_of
from carbon.inventories.selectors import inventories_visible_to
from carbon.verification import services
from carbon.verification.models import CarbonVerification
from carbon.verification.selectors import tasks_for
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.documents.selectors import evidence_of
from obligations.selectors import everything
from tests.carbon.inventories.world import HEAD, NOW, ROWS, make_inventory, to_filed
from tests.carbon.verification.world import (
    ANSWER,
    FOUND,
    STATEMENT,
    YEAR,
    answered,
    corrected,
    handed_up,
    make_mandated,
    on_paper,
    paper,
    put,
    settled,
    signed,
    stated,
)
from tests.factories.accounts import make_organisation, make_user
from tests.factories.once import copy_of, item_of, once
from tests.refusing import refuses
from tests.steps import reaches, step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]
mandated = once(make_mandated)
world = copy_of("mandated")
people, found = item_of("world", 0), item_of("world", 1)


def inventory_of(found):
    return found.district.carbon_inventories.order_by("-edition").first()


def url(found, name="", *more):
    return reverse(f"carbon:verification{name and f'_{name}'}", args=[found.pk, *more])


def post(client, user, found, name, data, *more):
    client.force_login(user)
    found.refresh_from_db()
    return client.post(url(found, name, *more), {"version": found.version, **data})


def test_a_verifier_sees_that_inventory_and_nothing_else_of_the_district(client, people, found):
    verifier, one = people.verifier, inventory_of(found)
    to_filed(make_inventory(people, name="演示另一城区（虚构）"), people)
    other = make_user(Role.VERIFIER, make_organisation(OrganisationKind.VERIFIER))
    assert list(inventories_visible_to(Viewer(verifier))) == [one]
    assert not inventories_visible_to(Viewer(other)).exists()
    made = inventories.open_inventory(district=found.district, year=YEAR - 1, by=people.preparer)
    inventories.save(inventory=made, head=HEAD, boundary=None, rows=ROWS, version=0, by=people.preparer)
    to_filed(made, people)
    assert list(inventories_visible_to(Viewer(verifier))) == [one]
    assert set(districts_visible_to(Viewer(verifier))) == set(districts_visible_to(Viewer(other)))
    client.force_login(verifier)
    assert [client.get(reverse("carbon:inventory", args=[row.pk])).status_code for row in (one, made)] == [200, 404]
    step(found, "withdraw", people.authority, "改由他方核查（虚构）")
    assert not inventories_visible_to(Viewer(verifier)).exists()


def test_a_filed_inventory_tells_the_body_whose_turn_it_is(client, people):
    filed = to_filed(make_inventory(people, year=YEAR, name="演示邻近城区（虚构）", code="yanshi-lin"), people)
    page, opens = (reverse(f"carbon:{name}", args=[filed.pk]) for name in ("inventory", "verification_open"))
    told = {}
    for seat in ("authority", "preparer"):
        client.force_login(getattr(people, seat))
        shown = client.get(page).content.decode()
        told[seat] = ("轮到您委托核查机构" in shown, opens in shown, "现在没有需要您办理的步骤" in shown)
    assert told == {"authority": (True, True, False), "preparer": (False, False, False)}


def test_returned_corrected_and_signed(client, people, found):
    """A verifier finds something, the district corrects the inventory and answers, the verifier settles and signs; the duty is met."""
    first = inventory_of(found)
    duty = f"carbon_verification:{found.district_id}:{YEAR}"
    assert state_of(duty) == "due"
    assert post(client, people.verifier, found, "find", {"text": FOUND}).status_code == 302
    assert [task.title for task in tasks_for(Viewer(people.verifier))] == ["核查碳排放清单"]
    step(found, "return", people.verifier)
    assert [task.title for task in tasks_for(Viewer(people.preparer))] == ["答复核查发现"]
    refuses("没有填写更正情况", step, found, "answer", people.preparer)
    assert post(client, people.preparer, found, "reply", {"reply": ANSWER}, 1).status_code == 302
    second = corrected(first, people)
    step(found, "answer", people.preparer)
    refuses("没有关闭", step, found, "hand_up", people.verifier)
    assert post(client, people.verifier, found, "settle", {"note": "相符（虚构）"}, 1).status_code == 302
    refuses("“核查声明”未填", step, found, "hand_up", people.verifier)
    told = {"statement": STATEMENT, "conclusion": "qualified"}
    assert post(client, people.verifier, found, "save", told).status_code == 302
    refuses("没有上传核查意见", step, found, "hand_up", people.verifier)
    assert post(client, people.verifier, found, "file", {"upload": paper()}).status_code == 302
    step(found, "hand_up", people.verifier)
    assert [task.title for task in tasks_for(Viewer(people.city_officer))] == ["复核签发核查报告"]
    step(found, "sign", people.city_officer)

    assert (found.inventory, found.digest) == (second, digest_of(found.frozen))
    assert found.frozen["inventory"] == {"edition": 2, "digest": second.digest, "total": "5040.00", "per_m2_kg": "42.000"}
    assert [(one["text"], one["reply"]) for one in found.frozen["findings"]] == [(FOUND, ANSWER)]
    report = YearlyReport.objects.get(district=found.district, year=YEAR, kind="carbon")
    assert (report.status, report.verifier, report.verifier_body) == ("filed", people.verifier_body.name, people.verifier_body)
    assert (report.figures, bool(report.number)) == ({"total": "5040.00", "area": "12"}, True)
    assert sorted(file.kind for file in evidence_of(report)) == sorted(["核查意见", "碳排放核查报告"])
    assert state_of(duty) == "met"
    [year] = verified_years(Viewer(people.city_officer), found.district)
    assert (str(year.total), str(year.intensity)) == ("5040.00", "42.0")
    client.force_login(people.city_officer)
    assert "针对清单的另一版" in client.get(reverse("carbon:inventory", args=[first.pk])).content.decode()


def state_of(key):
    today = clock.today()
    return next(row.state(today) for row in everything(Viewer(None, as_of=today)) if row.key == key)


def test_the_papers_say_what_was_signed(people, found):
    settled(put(found, people), people)
    signed(found, people)
    report = YearlyReport.objects.get(kind="carbon")
    books = {file.kind: load_workbook(BytesIO(Path(file.file.path).read_bytes())) for file in evidence_of(report)}
    opinion = {row[0].value: row[1].value for row in books["核查意见"].active.iter_rows(max_col=2)}
    told = [opinion[name] for name in ("校验值（SHA-256）", "核查结论", "年碳排放总量")]
    assert told == [found.digest, "无保留意见", "5756.19 tCO₂e"]
    findings, rows = books["碳排放核查报告"].worksheets
    assert FOUND in [cell.value for row in findings.iter_rows() for cell in row]
    assert next(rows.iter_rows(min_row=2))[5].value == "5040.00"


@pytest.mark.parametrize("typed", ["120,000", "１２００００", "120 000.0"])
def test_the_area_is_read_as_it_was_typed(people, found, typed):
    made = inventories.correct(inventory=found.district.carbon_inventories.get(), reason="更正（虚构）", by=people.preparer)
    head = replace(HEAD, area_m2=typed)
    inventories.save(inventory=made, head=head, boundary=None, rows=ROWS, version=made.version, by=people.preparer)
    to_filed(made, people)
    assert signed(found, people).frozen["inventory"]["per_m2_kg"] == "47.968"
    assert YearlyReport.objects.get(district=found.district, kind="carbon").figures["area"] == "12"


def test_a_report_filed_before_stays_as_it_is(people, found):
    YearlyReport.objects.create(
        district=found.district, kind="carbon", year=YEAR, status="filed", figures={"total": "1"}, verifier="他方（虚构）",
        opened_at=NOW, filed_at=NOW,
    )  # fmt: skip
    signed(found, people)
    report = YearlyReport.objects.get(kind="carbon")
    assert (report.status, report.figures, report.verifier) == ("filed", {"total": "1"}, "他方（虚构）")


def test_nothing_is_signed_or_sent_back_while_an_edition_is_filled_in(people, found):
    stated(found, people)
    on_paper(found, people)
    inventories.correct(inventory=inventory_of(found), reason=FOUND, by=people.preparer)
    refuses("新版尚未签发", step, found, "hand_up", people.verifier)
    answer = put(found, people)
    step(found, "return", people.verifier)
    answered(answer, people)
    refuses("新版尚未签发", step, found, "answer", people.preparer)


def test_nobody_signs_alone(people, found):
    """Another person of the body signs, or the city's officer; whoever handed it up does not, also after it was sent back."""
    second = make_user(Role.VERIFIER, people.verifier_body)
    handed_up(found, people)
    assert (tasks_for(Viewer(people.verifier)), [task.title for task in tasks_for(Viewer(second))]) == ([], ["复核签发核查报告"])
    others = {name: user for name, user in people.everybody.items() if name != "city_officer"}
    for user in others.values():
        refuses(NotAllowed, step, found, "sign", user)
    step(found, "send_back", second, "结论与意见书不一致（虚构）")
    stated(found, people, conclusion="qualified")
    step(found, "hand_up", second)
    refuses(NotAllowed, step, found, "sign", second)
    step(found, "sign", people.verifier)
    assert (found.status, [one["title"] for one in found.frozen["papers"]]) == ("signed", ["核查意见"])


def test_what_was_signed_changes_no_more(people, found):
    finding = put(found, people)
    settled(finding, people)
    refuses("已关闭", settled, finding, people)
    signed(found, people)
    before = found.digest
    corrected(inventory_of(found), people)
    found.refresh_from_db()
    assert (found.digest, found.inventory.edition) == (before, 1)
    for attempt in (stated, put):
        refuses(NotAllowed, attempt, found, people)
    refuses("已委托", services.mandate, district=found.district, year=YEAR, body=people.verifier_body, by=people.authority)


def test_answers_are_the_districts_and_settling_the_verifiers(client, people, found):
    put(found, people)
    step(found, "return", people.verifier)
    tried = [(people.verifier, "reply", 1), (people.preparer, "settle", 1), (people.preparer, "reply", 7), (people.consultant, "reply", 1)]
    told = {"reply": ANSWER, "note": "试"}
    assert [post(client, user, found, name, told, number).status_code for user, name, number in tried] == [403, 403, 404, 302]
    assert found.findings.get().reply == ANSWER


def test_who_is_slower_sees_both(client, people, found):
    old = found.version
    stated(found, people)
    client.force_login(people.verifier)
    answer = client.post(url(found, "save"), {"version": old, "statement": "另一种说法（虚构）", "conclusion": "adverse"})
    said = (STATEMENT, "另一种说法（虚构）")
    assert (answer.status_code, [words for words in said if words not in answer.content.decode()]) == (409, [])
    refuses(Stale, services.add_finding, verification=found, text=FOUND, version=old, by=people.verifier)
    again = client.post(url(found, "find"), {"version": old, "text": FOUND})
    assert (again.status_code, FOUND in again.content.decode()) == (409, True)
    assert post(client, people.verifier, found, "find", {"text": ""}).status_code == 422


def test_whom_and_what_may_be_mandated(client, people, found):
    district, body = found.district, people.verifier_body
    step(found, "withdraw", people.authority, "改由他方核查（虚构）")
    refuses(NotAllowed, services.mandate, district=district, year=YEAR, body=body, by=people.preparer)
    people.applicant_body.group = "演示集团（虚构）"
    people.applicant_body.save()
    near = make_organisation(OrganisationKind.VERIFIER, group="演示集团（虚构）")
    for year, whom, words in (
        (2026, body, "尚未结束"), (2015, body, "不需报送"), (2024, body, "没有已报送"), (YEAR, people.consultant_body, "不是核查机构"),
        (YEAR, near, "同属一家"),
    ):  # fmt: skip
        refuses(words, services.mandate, district=district, year=year, body=whom, by=people.authority)
    address = reverse("carbon:verification_open", args=[inventory_of(found).pk])
    client.force_login(people.authority)
    assert client.post(address, {"body": near.pk}).status_code == 409
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"body": body.pk})["Location"] == url(CarbonVerification.objects.get(status="checking"))


def test_the_mandate_reaches_the_verifier_and_the_applicant(world):
    people, found = world
    assert reaches(people, found, "begun", by="authority", 核查机构={"verifier"}) == {f"{found}已委托"}
