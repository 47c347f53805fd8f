"""Works copied from last year's plan: marked until somebody confirms or saves them, and the plan is not filed before."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from districts.yearly_plans import services
from districts.yearly_plans.columns import CARRIED
from districts.yearly_plans.models import PlanItem
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.workflow.procedure import take
from reports.matters.yearly_plans import compose
from tests.factories.accounts import make_organisation, make_user
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
WORK = {"work": "works", "money": Decimal(120), "start": dt.date(2026, 3, 1), "finish": dt.date(2027, 6, 30)}
COPIED = ("district", "work", "name", "department", "money", "money_source", "start", "finish", "note")


@pytest.fixture(params=[1, 3])
def carried(request, people, district):
    """The plan of 2027 with one work or three of last year's."""
    last = services.open_plan(authority=people.authority_body, year=2026, by=people.authority)
    for number in range(request.param):
        values = {**WORK, "district": district, "name": f"跨年道路{number + 1}", "note": "第一标段（虚构）"}
        services.save_item(plan=last, values=values, by=people.authority)
    return services.open_plan(authority=people.authority_body, year=2027, by=people.authority, copy_last=True)


def waiting(plan):
    return list(plan.items.filter(is_confirmed=False).order_by("pk"))


def contents(items):
    return list(items.order_by("pk").values_list(*COPIED))


def filed(plan, by):
    plan.refresh_from_db()
    return take(obj=plan, action="file", by=by, version=plan.version)


def address(plan, name="implementation_plan_edit", *more):
    return reverse(f"districts:{name}", args=[plan.pk, *more])


def said(client, plan, name="implementation_plan_edit", *more):
    return client.get(address(plan, name, *more)).content.decode()


def printed(plan, user):
    return str(compose(Viewer(user), plan).blocks)


def test_page_form_and_paper_mark_each_work_until_it_is_confirmed(client, people, carried):
    client.force_login(people.authority)
    first, *rest = waiting(carried)
    number = len(rest) + 1
    assert f"{number}项　核对后确认" in said(client, carried)
    assert (said(client, carried).count(f">{CARRIED}</span>"), printed(carried, people.authority).count(CARRIED)) == (number, number)
    assert f"{CARRIED}</b>" in said(client, carried, "plan_item_edit", first.pk)
    assert client.post(address(carried, "plan_item_confirm", first.pk))["Location"] == address(carried)
    assert waiting(carried) == rest
    assert (said(client, carried).count(f">{CARRIED}</span>"), printed(carried, people.authority).count(CARRIED)) == (len(rest),) * 2
    assert CARRIED not in said(client, carried, "plan_item_edit", first.pk)
    assert ("全部确认" in said(client, carried)) == bool(rest)


def test_the_plan_is_not_filed_before_each_is_confirmed(client, people, carried):
    names = "、".join(item.name for item in waiting(carried))
    with pytest.raises(Refused) as caught:
        filed(carried, people.authority)
    (refusal,) = caught.value.refusals
    assert (refusal.text, refusal.href) == (f"沿用上年，尚未确认：{names}", f"{address(carried)}#carried")
    client.force_login(people.authority)
    assert 'id="carried"' in said(client, carried), "what the refusal leads to"
    *others, last = waiting(carried)
    for item in others:
        services.confirm_items(plan=carried, by=people.authority, item=item)
    refuses(last.name, filed, carried, people.authority)
    services.confirm_items(plan=carried, by=people.authority, item=last)
    filed(carried, people.authority)
    assert carried.status == "filed"


def test_all_are_confirmed_at_one_press_as_they_stand(client, people, carried):
    before, names, version = contents(carried.items), [item.name for item in waiting(carried)], carried.version
    client.force_login(people.authority)
    answer = client.post(address(carried, "plan_items_confirm"), follow=True).content.decode()
    assert f"沿用上年的工作{len(names)}项已确认" in answer
    assert (waiting(carried), contents(carried.items)) == ([], before)
    carried.refresh_from_db()
    assert carried.version == version + 1, "an older page does not file it"
    assert sorted(AuditRecord.objects.get(action="districts.confirm_plan_items").data["items"]) == sorted(names)
    assert "没有待确认的工作" in client.post(address(carried, "plan_items_confirm"), follow=True).content.decode()
    assert AuditRecord.objects.filter(action="districts.confirm_plan_items").count() == 1


def test_saving_a_work_confirms_it_changed_or_not(people, carried):
    first, *rest = waiting(carried)
    services.save_item(plan=carried, values={"money": Decimal(150)}, by=people.authority, item=first, version=0)
    assert waiting(carried) == rest
    for item in rest:
        services.save_item(plan=carried, values={"money": item.money}, by=people.authority, item=item, version=0)
    assert waiting(carried) == []
    assert set(carried.items.values_list("money", flat=True)) == {Decimal(120), Decimal(150)} - ({Decimal(120)} if not rest else set())
    records = AuditRecord.objects.filter(action="districts.save_plan_item", data__changed__has_key="is_confirmed")
    assert records.count() == len(rest) + 1


def test_only_the_authority_confirms_and_not_once_the_plan_is_filed(client, people, carried):
    item = waiting(carried)[0]
    elsewhere = make_user("authority", make_organisation("authority"))
    for user, status in ((people.bureau, 403), (elsewhere, 404), (people.preparer, 404), (people.city_officer, 404)):
        client.force_login(user)
        for name, more in (("plan_items_confirm", ()), ("plan_item_confirm", (item.pk,))):
            assert client.post(address(carried, name, *more)).status_code == status, (user, name)
        refuses(NotAllowed, services.confirm_items, plan=carried, by=user)
    client.force_login(people.bureau)
    assert (CARRIED in said(client, carried), "全部确认" in said(client, carried)) == (True, False)
    assert item in waiting(carried)
    services.confirm_items(plan=carried, by=people.authority)
    filed(carried, people.authority)
    refuses(Closed, services.confirm_items, plan=carried, by=people.authority)


def test_what_is_typed_anew_needs_no_word(people, district):
    plan = services.open_plan(authority=people.authority_body, year=2027, by=people.authority)
    services.save_item(plan=plan, values={**WORK, "district": district, "name": "新道路"}, by=people.authority)
    assert PlanItem.objects.get().is_confirmed
