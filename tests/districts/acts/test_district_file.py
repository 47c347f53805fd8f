"""The district file: lists around it, recorded acts, sources of figures, and that it stands still while the city has a case."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from districts.acts import services as acts
from districts.acts.models import DistrictAct
from districts.common.enums import DistrictType, Stage
from districts.file.models.district import District
from districts.file.models.parties import FigureSource, Fund
from districts.file.services import hold_editor
from districts.file.views.parties import KINDS
from districts.profile.services import register_district, save_profile
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from tests.factories.accounts import make_organisation, make_user
from tests.factories.districts import DistrictFactory, PlotFactory, file_case, make_district
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
ON = dt.date(2026, 11, 1)
PAPER = {"on": ON, "document": "演示〔2026〕1号", "reason": "区划调整"}
ENTRIES = {
    "sub-areas": {"name": "东片", "area_km2": "1.2"},
    "papers": {"kind": "guideline", "title": "演示绿色生态导则", "number": "演示1号"},
    "funds": {"kind": "planning", "document": "演示财〔2026〕2号", "amount": "80", "state": "approved"},
    "renewal-projects": {"kind": "street", "name": "沿河路街区整治（虚构）", "drive": "功能提升", "started_on": "2026-03-01"},
    "honours": {"title": "演示低碳示范", "source": "演示公告", "certainty": "sourced"},
}


@pytest.fixture
def district(people):
    return make_district(people, code="yanshi", name="演示新城（虚构）", type="renewal")


def open_case(people, district):
    values = {"applicant": people.applicant_body, "created_at": clock.now(), "created_by": people.preparer}
    return Case.objects.create(kind="SQ", district=district, **values)


def page(district, name, **kw):
    return reverse(f"districts:{name}", kwargs={"code": district.code, **kw})


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_list_of_the_file_is_filled_changed_and_emptied(preparer, district, kind):
    create = page(district, "entry_create", kind=kind)
    assert preparer.post(create, {}).status_code == 422
    assert preparer.post(create, ENTRIES[kind]).status_code == 302
    assert preparer.post(create, ENTRIES[kind]).status_code == (302 if kind == "honours" else 422)
    row = getattr(district, KINDS[kind].related).first()
    edit = page(district, "entry_edit", kind=kind, pk=row.pk)
    assert preparer.post(edit, {**ENTRIES[kind], "version": "0"}).status_code == 302
    assert preparer.post(edit, {**ENTRIES[kind], "version": "0"}).status_code == 409
    assert str(next(iter(ENTRIES[kind].values()))) in preparer.get(edit).content.decode()
    assert preparer.post(page(district, "entry_drop", kind=kind, pk=row.pk), {"confirmed": "1"}).status_code == 302


@pytest.mark.parametrize("kind", ENTRIES)
def test_only_editors_write_an_entry(client, people, district, kind):
    file_case(district)
    for seat in ("reviewer", "authority", "bureau", "city_officer"):
        client.force_login(people.everybody[seat])
        assert client.post(page(district, "entry_create", kind=kind), ENTRIES[kind]).status_code == 403, seat


def test_funds_are_summed_by_state(preparer, district):
    Fund.objects.create(district=district, kind="planning", document="甲", amount=80, state="paid")
    Fund.objects.create(district=district, kind="subsidy", document="乙", amount=20, state="paid")
    assert "已拨付100.00万元" in preparer.get(page(district, "district_file")).content.decode()
    assert preparer.get(page(district, "entry_create", kind="nonsense")).status_code == 404


def test_a_sub_area_with_plots_stays(preparer, district):
    area = district.sub_areas.create(name="东片")
    PlotFactory(district=district, sub_area="东片")
    refused = preparer.post(page(district, "entry_drop", kind="sub-areas", pk=area.pk), {"confirmed": "1"})
    assert (refused.status_code, "还有1个地块" in refused.content.decode()) == (409, True)


def test_registering_is_the_first_act(people, district):
    made = register_district(name="演示湖畔（虚构）", areas=district.areas.all(), authorities=[people.authority_body], by=people.preparer)
    act = made.acts.get()
    assert (act.kind, act.after, act.entered_by) == ("register", str(people.applicant_body), people.preparer)


def test_a_renamed_district_keeps_its_address_and_its_old_name(client, people, district):
    client.force_login(people.city_officer)
    address = page(district, "act_record", kind="rename")
    wrong = client.post(address, {"name": "新城", "on": "2026-11-01", "document": "演示", "reason": "改"})
    assert "须以“演示”开头" in wrong.content.decode()
    data = {"name": "演示滨江城（虚构）", "on": "2026-11-01", "document": "演示〔2026〕1号", "reason": "区划调整"}
    assert client.post(address, data).status_code == 302
    district.refresh_from_db()
    assert (district.name, district.aliases, district.code) == ("演示滨江城（虚构）", ["演示新城（虚构）"], "yanshi")
    assert "演示〔2026〕1号" in client.get(page(district, "act_list")).content.decode()
    assert AuditRecord.objects.filter(action="districts.act").count() == 1


def test_a_merged_district_is_closed_and_its_name_leads_on(people, district):
    into = make_district(people, name="演示大城（虚构）")
    acts.merge_district(district=district, into=into, by=people.city_officer, **PAPER)
    into.refresh_from_db()
    district.refresh_from_db()
    assert into.aliases == ["演示新城（虚构）"]
    refuses("已并入演示大城", hold_editor, people.preparer, district)
    refuses("已并入", acts.merge_district, district=district, into=into, by=people.city_officer, **PAPER)
    assert DistrictAct.objects.filter(kind="merge").count() == 2


@pytest.mark.parametrize(
    ("change", "words"), [({"stage": Stage.PILOT}, "有称号的城区不能并入"), ({"is_demo": False}, "虚构城区与真实城区不能合并")]
)
def test_what_cannot_be_merged(people, district, change, words):
    into = make_district(people, name="演示大城（虚构）")
    District.objects.filter(pk=district.pk).update(**change)
    refuses(words, acts.merge_district, district=district, into=into, by=people.city_officer, **PAPER)
    refuses("不能并入自己", acts.merge_district, district=into, into=into, by=people.city_officer, **PAPER)


def test_another_applicant_takes_over_with_the_open_case(people, district):
    case = open_case(people, district)
    act = acts.replace_applicant(district=district, applicant=people.outsider_body, by=people.city_officer, **PAPER)
    case.refresh_from_db()
    district.refresh_from_db()
    assert (district.applicant, case.applicant) == (people.outsider_body, people.outsider_body)
    assert act.after.endswith("，1件在办的办件一并转交")
    refuses(NotAllowed, hold_editor, people.preparer, district)
    refuses("不能作申报主体", acts.replace_applicant, district=district, applicant=people.consultant_body, by=people.city_officer, **PAPER)
    District.objects.update(stage=Stage.PILOT)
    refuses("须经变更办理", acts.replace_applicant, district=district, applicant=people.applicant_body, by=people.city_officer, **PAPER)


@pytest.mark.parametrize(("share", "kind"), [("50", DistrictType.NEW), ("50.01", DistrictType.RENEWAL)])
def test_a_mixed_district_is_what_most_of_its_land_is(people, district, share, kind):
    act = acts.confirm_type(district=district, renewal_share=Decimal(share), by=people.secretariat, **PAPER)
    district.refresh_from_db()
    assert district.type == kind
    assert f"更新用地占{share}%" in act.after


def test_acts_are_the_citys(people, district):
    into = make_district(people, name="演示大城（虚构）")
    steps = [
        (acts.rename_district, {"name": "演示滨江城（虚构）"}), (acts.merge_district, {"into": into}),
        (acts.replace_applicant, {"applicant": people.outsider_body}), (acts.confirm_type, {"renewal_share": Decimal(60)}),
    ]  # fmt: skip
    for seat, user in people.everybody.items():
        for service, values in steps:
            if seat != "city_officer" and (seat, service) != ("secretariat", acts.confirm_type):
                refuses(NotAllowed, service, district=district, by=user, **PAPER, **values)
    assert not DistrictAct.objects.exists()


def test_somebody_who_leaves_hands_over_what_is_open(preparer, people, district):
    successor = make_user("preparer", people.applicant_body, name="演示接手人")
    address = reverse("portal:handover", args=[district.code])
    assert "移交人" in preparer.get(address).content.decode()
    data = {"leaver": people.preparer.pk, "taker": successor.pk, "on": "2026-11-20", "reason": "调离"}
    assert preparer.post(address, {**data, "taker": people.preparer.pk}).status_code == 422
    assert preparer.post(address, data).status_code == 302
    act = district.acts.get()
    assert (act.before, act.after) == (people.preparer.name, "演示接手人")
    assert any("填写城区资料" in matter for matter in act.handed_over)
    stranger = make_user("preparer", make_organisation())
    with pytest.raises(Refused, match="不在本单位任职"):
        acts.hand_over(district=district, leaver=people.preparer, taker=stranger, on=ON, reason="调离", matters=[], by=people.preparer)


STATUSES = {
    "draft": True, "signing": True, "endorsing": False, "sent": False, "correcting": True, "accepted": False, "reviewing": False,
    "revising": True, "reviewed": False, "notice": False, "checking": False, "deciding": False, "decided": False, "announced": True,
    "refused": True, "withdrawn": True,
}  # fmt: skip


def test_the_file_stands_still_while_the_city_has_the_application(preparer, people, district):
    open_case(people, district)
    for status, is_open in STATUSES.items():
        Case.objects.update(status=status)
        shown = preparer.get(page(district, "profile_edit"))
        assert (shown.status_code, 'type="submit" name="do"' in shown.content.decode()) == (200, is_open), status
        if not is_open:
            refuses("正在办理，城区资料不能修改", save_profile, district=district, values={"population": 1}, version=0, by=people.preparer)


def test_every_figure_says_where_it_comes_from(client, people, district):
    save_profile(district=district, values={"population": 12000}, version=0, by=people.preparer, source="演示控规〔2026〕3号")
    save_profile(district=district, values={"target_star": 2}, version=1, by=people.consultant)
    client.force_login(people.preparer)
    shown = client.get(page(district, "district_detail")).content.decode()
    said = ("12,000 人", "演示控规〔2026〕3号", people.consultant.name, "填报时没有写依据", "待开发用地面积 ÷ 规划范围面积")
    assert [words for words in said if words not in shown] == []
    assert FigureSource.objects.filter(district=district).count() == 2
    client.force_login(people.outsider_preparer)
    District.objects.update(stage=Stage.PILOT)
    assert "数据来源" not in client.get(page(district, "district_detail")).content.decode()


def test_a_district_registered_by_mistake_is_taken_back_while_nothing_stands_on_it(client, people, district):
    about = {"areas": district.areas.all(), "authorities": [people.authority_body]}
    made = register_district(name="演示误登（虚构）", by=people.preparer, **about)
    save_profile(district=made, values={"population": 5000}, version=made.version, by=people.preparer, source="规划（虚构）")
    client.force_login(people.preparer)
    acts_page, drop = (reverse(f"districts:{name}", args=[made.code]) for name in ("act_list", "district_drop"))
    assert drop in client.get(acts_page).content.decode()
    refuses(NotAllowed, acts.unregister_district, district=made, by=people.reviewer)
    plot = PlotFactory(district=made)
    refused = client.post(drop, {"confirmed": "1"})
    assert (refused.status_code, "已有地块" in refused.content.decode()) == (409, True)
    plot.delete()
    assert client.post(drop).status_code == 200  # asks first
    assert client.post(drop, {"confirmed": "1"}).status_code == 302
    assert not District.objects.filter(pk=made.pk).exists()
    assert AuditRecord.objects.filter(action="districts.unregister").count() == 1


def test_the_city_takes_back_only_what_nobody_has_filled_in(people, district):
    about = {"areas": district.areas.all(), "authorities": [people.authority_body], "applicant": people.applicant_body}
    made = [register_district(name=f"演示误登{number}（虚构）", by=people.city_officer, **about) for number in (1, 2)]
    save_profile(district=made[0], values={"population": 5000}, version=made[0].version, by=people.preparer, source="规划（虚构）")
    refuses("申报主体已有资料", acts.unregister_district, district=made[0], by=people.city_officer)
    acts.unregister_district(district=made[1], by=people.city_officer)
    acts.unregister_district(district=made[0], by=people.preparer)
    assert not District.objects.filter(pk__in=[one.pk for one in made]).exists()


def test_what_is_stored_between_the_look_and_the_delete_is_not_lost(people, district, monkeypatch):
    about = {"areas": district.areas.all(), "authorities": [people.authority_body]}
    made = register_district(name="演示误登（虚构）", by=people.preparer, **about)
    looked = acts.against_unregistering

    def meanwhile(posts, stored):
        found = looked(posts, stored)
        PlotFactory(district=made)
        return found

    monkeypatch.setattr(acts, "against_unregistering", meanwhile)
    refuses("刚刚填写的资料", acts.unregister_district, district=made, by=people.preparer)
    assert District.objects.filter(pk=made.pk).exists()
    assert made.acts.exists()


@pytest.mark.parametrize("stage", [Stage.CANDIDATE, Stage.PILOT])
def test_a_district_that_was_not_registered_here_or_holds_a_title_stays(client, people, district, stage):
    district = DistrictFactory(applicant=people.applicant_body, stage=stage)
    if stage == Stage.CANDIDATE:
        refuses("登记以前的资料", acts.unregister_district, district=district, by=people.preparer)
        refuses("由申报主体的填报人撤销登记", acts.unregister_district, district=district, by=people.city_officer)
    else:
        refuses(NotAllowed, acts.unregister_district, district=district, by=people.city_officer)
    client.force_login(people.city_officer)
    assert ("撤销登记" in client.get(reverse("districts:act_list", args=[district.code])).content.decode()) == (stage == Stage.CANDIDATE)
