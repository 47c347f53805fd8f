import datetime as dt

import pytest

from assessments.findings.services import declare_unchanged
from assessments.prefill.models import RowPrefill
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.sharing import services
from assessments.sharing.lifecycle import may_fill
from assessments.sharing.models import RowShare, SharedRow
from assessments.sharing.selectors import clause_groups, departments_in
from assessments.sharing.services import GivenRows, give_out, give_out_several
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.tables.selectors.tables import score_tables_visible_to
from assessments.tables.services.cells import save_cell
from assessments.worklist.selectors import tasks_for
from greendistrict.accounts.departments import department_named
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from indicators.editions.selectors import rules_for
from tests.assessments.browsing import HTMX, lacking, row_of, text_of, url
from tests.factories.accounts import make_organisation, make_user
from tests.factories.assessments import good_value
from tests.refusing import refuses
from tests.steps import reaches, step

ITEMS = ("7.2.13", "7.2.14", "7.1.2")
OTHER = "7.2.7"


@pytest.fixture
def share(people, table):
    return services.give_out(table=table, items=ITEMS, by=people.preparer, organisation=people.bureau_body, due_on=dt.date(2030, 1, 9))


def fresh(share):
    return RowShare.objects.select_related("table__district", "organisation", "person").get(pk=share.pk)


def filled(share):
    """Ready to be signed."""
    items = rules_for(share.table.edition).items
    for shared in share.rows.select_related("row"):
        ScoreRow.objects.filter(pk=shared.row_id).update(value=good_value(items[shared.row.item_id]))
    share.table.rows.update(build_state="done")
    return share


def put(share, item_id, value, by, version=0):
    return save_cell(table=share.table, item_id=item_id, field="value", value=value, version=version, token="", by=by)


def test_what_somebody_who_leaves_was_given_by_name_goes_to_who_goes_on(people, table, share):
    leaver, taker = (make_user("preparer", people.applicant_body) for _ in range(2))
    given, signed = (services.give_out(table=table, items=[one], by=people.preparer, person=leaver) for one in (OTHER, "7.2.1"))
    RowShare.objects.filter(pk=signed.pk).update(signed_at=clock.now(), signed_by=leaver)
    assert [services.hand_on_shares(person=leaver, to=taker) for _ in range(2)] == [1, 0]
    assert (fresh(given).person, fresh(given).version, fresh(share).organisation) == (taker, given.version + 1, people.bureau_body)
    assert fresh(signed).person == leaver, "what was signed off stays with who signed"


def test_a_bureau_fills_its_rows_and_no_other_and_sees_neither_table_nor_self_check(client, people, share):
    assert put(share, ITEMS[0], "7.5", people.bureau).version == 1
    refuses(NotAllowed, put, share, OTHER, "14", people.bureau)
    assert {seat for seat, user in people.everybody.items() if may_fill(posts_of(user), share)} == {"bureau"}
    assert not score_tables_visible_to(Viewer(people.bureau)).exists()
    assert not self_checks_visible_to(Viewer(people.bureau)).exists()
    client.force_login(people.bureau)
    assert {client.get(url(name, share.table)).status_code for name in ("score_table", "share_list")} == {404}
    text = text_of(client.get(url("share", share)))
    assert (text.count('<tr id="row-'), OTHER in text) == (3, False)


def test_signed_rows_stay_as_they_were_signed(people, share):
    with pytest.raises(Refused) as caught:
        step(share, "sign", people.bureau)
    assert len(caught.value.refusals) == 3, "every row that blocks"
    step(filled(share), "sign", people.bureau)
    assert (fresh(share).status, fresh(share).signed_by) == ("signed", people.bureau)
    for user in (people.bureau, people.preparer):
        with pytest.raises(Closed, match="已由演示甲区建设管理委"):
            put(share, ITEMS[0], "5", user)
    step(share, "reopen", people.preparer, reason="口径不一致")
    assert (fresh(share).signed_by, put(share, ITEMS[0], "5", people.bureau).version) == (None, 1)


def test_withdrawn_rows_are_free_again_and_the_message_leads_nowhere_hidden(preparer, people, share):
    put(share, ITEMS[0], "7.5", people.bureau)
    step(share, "withdraw", people.preparer)
    assert TransitionRecord.objects.get(machine="row_share").facts == {"items": sorted(ITEMS)}
    assert OutboxMessage.objects.latest("pk").payload["link"] == "", "the share is out of the bureau's sight"
    refuses(NotAllowed, put, share, ITEMS[0], "5", people.bureau, version=1)
    assert row_of(share.table, ITEMS[0]).value == "7.5"
    services.give_out(table=share.table, items=ITEMS, by=people.preparer, person=people.preparer)
    assert text_of(preparer.get(url("score_table", share.table))).count('<tr id="row-') == 3, "a person sees first what is theirs"


def test_everything_against_giving_out_is_told_at_once(people, share):
    wrong = {"organisation": people.partner_body, "due_on": dt.date(2020, 1, 1)}
    with pytest.raises(Refused) as caught:
        services.give_out(table=share.table, items=ITEMS[:1], by=people.preparer, **wrong)
    assert [one.field for one in caught.value.refusals] == ["items", "assignee", "due_on"]
    assert SharedRow.objects.count() == 3


@pytest.mark.parametrize("seat", ["consultant", "reviewer", "authority", "bureau", "city_officer"])
def test_only_the_preparer_gives_out(people, table, seat):
    refuses(NotAllowed, services.give_out, table=table, items=ITEMS, by=getattr(people, seat), organisation=people.bureau_body)


def test_what_is_given_waits_on_the_work_desk(people, share):
    def waiting():
        return [(one.due, one.link) for one in tasks_for(Viewer(people.bureau)) if one.kind == "row_share.fill"]

    assert waiting() == [(dt.date(2030, 1, 9), url("share", share))]
    reaches(people, share, "begun", 受分派的部门或经办人={"bureau"})
    step(filled(share), "sign", people.bureau)
    assert waiting() == []


def test_the_preparer_gives_a_chapter_to_a_bureau_by_form(client, people, table):
    client.force_login(people.preparer)
    assert client.post(url("share_list", table), {"assignee": ""}).status_code == 422
    given = {"chapters": ["lowcarbon"], "assignee": f"bureau:{people.bureau_body.pk}", "note": "按年报口径"}
    assert client.post(url("share_list", table), given).status_code == 302
    share = RowShare.objects.get()
    items = rules_for(table.edition).table(table.type, table.stage).items.values()
    assert share.rows.count() == sum(item.chapter == "lowcarbon" for item in items)
    client.force_login(people.bureau)
    cell = {"field": "value", "7.2.7-value": "14", "7.2.7-version": "0"}
    saved = client.post(url("share_row", share, "7.2.7"), cell, headers=HTMX)
    assert (saved.status_code, saved["X-Version"], 'id="totals"' in text_of(saved)) == (200, "1", False)
    assert client.post(url("share_row", share, "4.2.3"), {"field": "value"}).status_code == 404


def test_without_scripts_a_refused_cell_is_shown_again_as_typed(client, people, table):
    given = services.give_out(table=table, items=["7.2.7", "7.2.1"], by=people.preparer, organisation=people.bureau_body)
    client.force_login(people.bureau)
    sent = {"rows": ["7.2.7", "7.2.1"], "7.2.7-shown": "1", "7.2.7-version": "0", "7.2.7-value": "十四吨"}
    answer = client.post(url("share_save", given), sent)
    assert (answer.status_code, 'value="十四吨"' in text_of(answer)) == (422, True)
    assert client.post(url("share_save", given), sent | {"7.2.7-value": "14"}).status_code == 302
    assert given.table.rows.get(item_id="7.2.7").value == "14"


def test_a_bureau_declares_its_own_rows_unchanged_and_no_other(client, people, share):
    rows = ScoreRow.objects.filter(table=share.table, item_id__in=[*ITEMS, OTHER])
    filled(share)
    rows.filter(item_id=OTHER).update(value="14")
    for row in rows:
        RowPrefill.objects.create(row=row, source="last_year", label="上年", content={"value": row.value}, taken_at=share.assigned_at)
    assert declare_unchanged(table=share.table, by=people.preparer).done == (OTHER,)
    assert declare_unchanged(table=share.table, by=people.preparer, items=[ITEMS[0]]).refused == {ITEMS[0]: "已分派给他人，由其确认"}
    client.force_login(people.bureau)
    assert "3条无变化" in text_of(client.get(url("share", share)))
    client.post(url("share_unchanged", share), {"all": "1"})
    assert RowPrefill.objects.filter(confirmed_by=people.bureau).count() == 3


def test_rows_of_a_table_that_is_being_signed_are_not_signed_off(client, people, share):
    filled(share)
    ScoreTable.objects.update(status="locked")
    client.force_login(people.bureau)
    assert "评分表现为“待签发”，不能再签认" in text_of(client.get(url("share", share)))
    refuses("不能再签认", step, share, "sign", people.bureau)


@pytest.fixture
def water(people):
    return make_organisation(
        OrganisationKind.BUREAU, "演示甲区水务局（虚构）", code="demo-water", parent=people.authority_body, departments=["water"]
    )


def of_department(table, name):
    layout = rules_for(table.edition).table(table.type, table.stage)
    return {item.id for item in layout.items.values() if item.data["source_department"] == name}


def test_every_department_that_a_standard_or_the_policy_names_is_known(table):
    from districts.land.green_indicators import check_departments, design_departments

    items = rules_for(table.edition).table(table.type, table.stage).items.values()
    named = {name for item in items for name in departments_in(str(item.data["source_department"] or ""))}
    must, may = design_departments()
    assert [name for name in sorted({*named, *must, *may, *check_departments()} - {"其他"}) if department_named(name) is None] == []
    assert departments_in("区水务局、区国防动员办，区建设管理委") == ["区水务局", "区国防动员办", "区建设管理委"]


def test_no_bureau_is_proposed_by_its_name(table, water):
    """Of two with the department none is chosen; without one the line says which body is missing and where to enter it."""

    def why():
        return {group.title: group.why for group in clause_groups(table, by_chapter=False)}["区水务局"]

    assert why() == ""
    make_organisation(OrganisationKind.BUREAU, "演示甲区河道所（虚构）", parent=water.parent, departments=["water"])
    assert why() == "承担“水务”职责的有演示甲区河道所（虚构）、演示甲区水务局（虚构），请选定"
    Organisation.objects.filter(departments=["water"]).update(departments=[])
    assert "没有承担“水务”职责的单位，请系统管理员在“单位”页登记或勾选" in why()


def test_the_preview_says_who_gets_what_and_writes_nothing(preparer, people, table, water):
    give_out(table=table, items=sorted(of_department(table, "区水务局"))[:1], by=people.preparer, organisation=water)
    page = url("share_by_department", table)
    foreseen = dict(preparer.get(page).context["foreseen"])
    assert set(foreseen) == {people.bureau_body.name, water.name}
    assert foreseen[people.bureau_body.name] >= len(of_department(table, "区建设管理委"))
    again = preparer.post(page, {"do": "preview", "to-0": f"bureau:{water.pk}", "items": []})
    assert (again.status_code, again.context["foreseen"], RowShare.objects.count()) == (200, [], 1)


def confirmed(client, table, page, by=None, **changed):
    data = {field.name: field.value() or "" for _, lines in page.context["sections"] for _, field in lines}
    address = url("share_by_department", table, **({"by": by} if by else {}))
    return client.post(address, {**data, "items": sorted(page.context["ticked"]), "do": "confirm", **changed})


def test_confirming_gives_to_each_body_one_share_of_all_its_clauses(preparer, table, water):
    page = preparer.get(url("share_by_department", table))
    answer = confirmed(preparer, table, page, note="按年报口径", due_on="2030-01-09")
    assert answer.url == url("share_list", table)
    shares = {share.organisation.name: share for share in RowShare.objects.select_related("organisation")}
    assert {name: share.rows.count() for name, share in shares.items()} == dict(page.context["foreseen"])
    assert {(share.note, str(share.due_on)) for share in shares.values()} == {("按年报口径", "2030-01-09")}
    assert of_department(table, "区水务局") <= set(shares[water.name].rows.values_list("row__item_id", flat=True))
    assert not [group for group in clause_groups(table, by_chapter=False) if group.free and group.proposed]


def test_what_is_unticked_or_changed_goes_as_the_person_says(preparer, people, table):
    page = preparer.get(url("share_by_department", table, by="chapter"))
    assert page.context["foreseen"] == []
    [(_, [(first, field), *_])] = page.context["sections"]
    kept, *rest = [item.id for item in first.free]
    answer = confirmed(preparer, table, page, "chapter", **{field.name: f"person:{people.preparer.pk}", "items": rest})
    assert answer.status_code == 302
    share = RowShare.objects.get()
    assert (share.person, share.rows.count()) == (people.preparer, len(rest))
    assert not share.rows.filter(row__item_id=kept).exists()


def test_nothing_is_written_where_one_part_is_refused(preparer, people, table, water):
    page = preparer.get(url("share_by_department", table))
    assert lacking(confirmed(preparer, table, page, due_on="2020-01-01"), "完成期限不能早于今天") == (422, [])
    assert preparer.post(url("share_by_department", table), {"do": "confirm"}).status_code == 422
    taken = min(of_department(table, "区水务局"))
    give_out(table=table, items=[taken], by=people.preparer, organisation=water)
    parts = [GivenRows(["7.2.13"], people.bureau_body), GivenRows([taken], water)]
    refuses(f"条文 {taken} 已分派给", give_out_several, table=table, parts=parts, by=people.preparer)
    assert SharedRow.objects.count() == 1
