"""Reserve projects: who proposes and reads, screening rules, sums, workbook, tasks."""

import io
from decimal import Decimal
from http import HTTPStatus

import openpyxl
import pytest
from django.urls import reverse

from beautiful.frame.programme import programme
from beautiful.reserves import selectors, services
from beautiful.reserves.models import ReserveProject
from beautiful.reserves.screening import ADMIT, SUBMIT, lacking, screened, screening
from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from portal.todo.selectors import tasks_of
from tests.beautiful.plans.world import CITY_SEATS, seats
from tests.beautiful.reserves.world import POOL, READY, at, filled, make_project
from tests.factories.accounts import cast
from tests.factories.districts import KeyProjectFactory, make_district
from tests.factories.once import copy_of, once
from tests.refusing import refuses
from tests.steps import step

pytestmark = pytest.mark.django_db


everybody = once(cast)
people = copy_of("everybody")


@pytest.fixture
def project(people):
    return make_project(people)


def submitted(people, project):
    step(project, "submit", people.authority)
    return project


def test_the_libraries_are_those_that_the_draft_names():
    assert programme().pools == ("中央生态环境资金项目储备库", "生态环保金融支持项目储备库", "国家气候投融资重点项目库")
    assert {pool for rule in screening().rules for pool in rule.pools} < set(programme().pools)


def test_each_rule_is_met_by_a_whole_project_and_missed_without_what_it_asks_for():
    empty = {name: "" if name in {"content", "effect", "funding_note"} else None for name in filled()} | {"readiness": {}}
    for pool in programme().pools:
        whole = screened(filled(), pool)
        assert [one.rule.key for one in whole if not one.met] == []
        assert {one.rule.key for one in screened(empty, pool) if one.met} == set()
    assert "social" not in {one.rule.key for one in screened(filled(), programme().pools[0])}


@pytest.mark.parametrize(
    ("change", "at_submit", "at_admission"),
    [
        ({"content": " "}, {"content"}, {"content"}),
        ({"social": None}, set(), {"social"}),
        ({"social": Decimal(0), "fiscal": None}, {"funding"}, {"funding", "social"}),
        ({"readiness": {**READY, "approval": "doing"}}, set(), {"approved"}),
        ({"readiness": {"approval": "done"}}, {"readiness"}, {"readiness", "approved"}),
        ({"ends_on": None}, {"days"}, {"days"}),
    ],
)
def test_what_stands_against_submission_and_admission(change, at_submit, at_admission):
    found = screened(filled(**change), POOL)
    assert {rule.key for rule in lacking(found, SUBMIT)} == at_submit
    assert {rule.key for rule in lacking(found, ADMIT)} == at_admission


def test_a_project_goes_to_the_library_and_into_the_national_one(people, project):
    submitted(people, project)
    assert project.number.startswith("CB-")
    with clock.at(clock.now()):
        step(project, "admit", people.city_officer)
        step(project, "list", people.city_officer, listed_on=clock.today(), listed_basis="演示通知〔2026〕1号（虚构）")
    assert (project.status, project.listed_on) == ("listed", clock.today())
    assert all(one["met"] for one in project.screened)
    step(project, "remove", people.city_officer, reason="资金另有来源（虚构）")
    assert project.status == "removed"


def test_the_page_keeps_what_the_rules_said_when_it_came_in(officer, people, project):
    submitted(people, project)
    address = reverse("beautiful:reserve", args=[project.pk])
    assert "入库时的初筛结果" not in officer.get(address).content.decode()
    step(project, "admit", people.city_officer)
    ReserveProject.objects.filter(pk=project.pk).update(social=None)
    before, _, kept = officer.get(address).content.decode().partition("入库时的初筛结果")
    assert ("未达到" in before, "未达到" in kept, kept.count("金融支持项目写明社会资本")) == (True, False, 1)


def test_a_project_that_misses_a_rule_is_not_admitted(people, project):
    services.save_project(project=project, values=filled(social=None), version=project.version, by=people.authority)
    submitted(people, project)
    refuses("金融支持项目写明社会资本", step, project, "admit", people.city_officer)
    step(project, "return", people.city_officer, reason="补充社会资本（虚构）")
    assert project.status == "returned"


def test_nobody_screens_what_the_same_person_submitted(people):
    own = make_project(people, by="city_officer")
    step(own, "submit", people.city_officer)
    refuses(NotAllowed, step, own, "admit", people.city_officer)
    assert [
        task.subject for task in tasks_of(Viewer(people.city_officer)) if task.link == reverse("beautiful:reserve", args=[own.pk])
    ] == []


def test_who_reads_the_list_and_a_project(client, people, project):
    assert seats(client, people, "reserve_list") == CITY_SEATS | {"partner", "authority"}
    assert seats(client, people, "reserve", project.pk) == {"authority"}
    submitted(people, project)
    assert seats(client, people, "reserve", project.pk) == CITY_SEATS | {"authority"}
    at(project, "reserved")
    assert seats(client, people, "reserve", project.pk) == CITY_SEATS | {"authority", "partner"}


def test_it_waits_on_the_desk_of_whose_turn_it_is(people, project):
    link = reverse("beautiful:reserve", args=[project.pk])

    def waits_for():
        return {seat for seat, user in people.everybody.items() if link in {task.link for task in tasks_of(Viewer(user))}}

    assert waits_for() == {"authority"}
    submitted(people, project)
    assert waits_for() == {"city_officer"}
    step(project, "return", people.city_officer, reason="补充（虚构）")
    assert waits_for() == {"authority"}


def test_only_the_proposing_side_writes_and_a_late_save_is_told(people, project):
    with pytest.raises(NotAllowed):
        services.open_project(proposer=people.authority_body, pool=POOL, area="space", title="别区的（虚构）", by=people.partner)
    refuses(NotAllowed, services.save_project, project=project, values=filled(), version=project.version, by=people.partner)
    old = project.version
    services.save_project(project=project, values=filled(title="新名（虚构）"), version=old, by=people.authority)
    refuses(Stale, services.save_project, project=project, values=filled(), version=old, by=people.authority)


def test_fiction_links_to_fiction_only(people, project):
    real = KeyProjectFactory(district=make_district(people, is_demo=False))
    with pytest.raises(Refused, match="演示项目"):
        services.save_project(project=project, values=filled(key_project=real), version=project.version, by=people.authority)


def test_the_page_keeps_what_was_typed_and_links_a_key_project(client, people, project):
    linked = KeyProjectFactory(district=make_district(people), name="光伏重点项目（虚构）", is_demo=True)
    client.force_login(people.authority)
    address = reverse("beautiful:reserve_save", args=[project.pk])
    typed = {name: "" if value is None else value for name, value in filled(key_project=linked.pk).items() if name != "readiness"}
    typed |= {f"readiness_{key}": value for key, value in READY.items()} | {"version": project.version}
    wrong = client.post(address, typed | {"fiscal": "三百", "content": "刚写的内容（虚构）"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "刚写的内容（虚构）" in wrong.content.decode()
    assert client.post(address, typed).status_code == HTTPStatus.FOUND
    project.refresh_from_db()
    assert (project.key_project, project.total) == (linked, Decimal("1000.50"))
    submitted(people, project)
    text = client.get(reverse("beautiful:reserve", args=[project.pk])).content.decode()
    opened = reverse("districts:key_project", args=[linked.district.code, linked.pk])
    assert opened in text
    assert client.get(opened).status_code == HTTPStatus.OK
    client.force_login(people.city_officer)
    assert (client.get(opened).status_code == HTTPStatus.OK) == (
        opened in client.get(reverse("beautiful:reserve", args=[project.pk])).content.decode()
    )


def test_sums_take_what_is_held_and_state_no_money_where_none_is_stated(people, project):
    at(project, "reserved", number="CB-2026-0001")
    listed = {"listed_on": clock.today(), "listed_basis": "演示（虚构）"}
    at(make_project(people, fiscal=None, social=Decimal(100)), "listed", number="CB-2026-0002", **listed)
    at(make_project(people, social=Decimal(9000)), "declined", number="CB-2026-0003")
    first, second, third = selectors.library_sums(selectors.reserves_visible_to(Viewer(people.city_officer)))
    assert (second.pool, second.projects, second.listed) == (POOL, 2, 1)
    assert (second.fiscal, second.social, second.other) == (Decimal(300), Decimal("800.50"), None)
    assert (first.projects, first.fiscal, third.projects) == (0, None, 0)


def test_the_workbook_has_the_rows_of_the_list(officer, people, project):
    submitted(people, project)
    answer = officer.get(reverse("beautiful:reserve_export"), {"pool": POOL})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "征求意见稿" in rows[0][0]
    [line] = [row for row in rows if project.number in row]
    assert {project.title, POOL, "发展之美", "演示数据", 1000.5, "5/5"} <= set(line)
    assert AuditRecord.objects.get(action="reserve.export").data["rows"] == 1
    empty = officer.get(reverse("beautiful:reserve_export"), {"pool": programme().pools[0]})
    assert project.number not in str([[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(b"".join(empty))).active])


def test_a_project_is_begun_on_the_list(client, people):
    client.force_login(people.partner)
    address = reverse("beautiful:reserve_open")
    given = {"proposer": people.partner_body.pk, "pool": POOL, "area": "culture", "title": "生态文化（虚构）"}
    assert client.post(address, {**given, "title": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(address, {**given, "proposer": people.authority_body.pk}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(address, given).status_code == HTTPStatus.FOUND
    assert ReserveProject.objects.get(title="生态文化（虚构）").proposer == people.partner_body


def test_the_entry_has_a_page_that_keeps_what_was_typed(officer, people, project):
    address = reverse("beautiful:reserve_enter", args=[project.pk])
    submitted(people, project)
    assert officer.get(address).status_code == HTTPStatus.NOT_FOUND
    step(project, "admit", people.city_officer)
    assert officer.get(address).status_code == HTTPStatus.OK
    tomorrow = clock.today().replace(year=clock.today().year + 1)
    typed = {"version": project.version, "listed_on": tomorrow.isoformat(), "listed_basis": "演示（虚构）"}
    refused = officer.post(address, typed)
    assert "列入日期不能晚于今天" in refused.content.decode()
    assert "演示（虚构）" in refused.content.decode()
    assert officer.post(address, typed | {"listed_on": clock.today().isoformat()}).status_code == HTTPStatus.FOUND


def linked_page(client, user, linked):
    client.force_login(user)
    return client.get(reverse("districts:key_project", args=[linked.district.code, linked.pk])).content.decode()


def test_the_page_of_a_key_project_leads_back_to_the_projects_in_sight(client, people, project):
    linked = KeyProjectFactory(district=make_district(people, stage=Stage.PILOT), name="演示能源站（虚构）")
    page = reverse("beautiful:reserve", args=[project.pk])
    assert page not in linked_page(client, people.authority, linked)
    ReserveProject.objects.filter(pk=project.pk).update(key_project=linked)
    assert page in linked_page(client, people.authority, linked)
    assert page not in linked_page(client, people.city_officer, linked)  # the city reads what was ever submitted
    submitted(people, project)
    assert page in linked_page(client, people.city_officer, linked)
    assert page not in linked_page(client, people.preparer, linked)


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_key_project_costs_the_same_for_one_and_three(client, people, number, kept_queries):
    linked = KeyProjectFactory(district=make_district(people))
    ReserveProject.objects.filter(pk__in=[make_project(people).pk for _ in range(number)]).update(key_project=linked)
    linked_page(client, people.authority, linked)
    page = reverse("districts:key_project", args=[linked.district.code, linked.pk])
    with kept_queries():
        told = client.get(page).content.decode()
    assert told.count("储备项目（征求意见稿）") == number
