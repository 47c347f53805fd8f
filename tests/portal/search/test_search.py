"""Search finds what the person may open, and nothing else."""

import pytest
from django.urls import reverse

from approvals.titles.models.publicity import Announcement
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.features import PALETTE
from greendistrict.documents.services import store
from greendistrict.notifications.models import Notification
from greendistrict.policy.duty_table import duty_kind
from obligations.selectors import obligations_visible_to
from outreach.opinions.services import OpinionWords, file_opinion
from portal.frame.menu import entries_in
from portal.search.selectors.contents import MOST, actions, clean, occupied, pages
from portal.search.selectors.search import FEW, GROUPS, PLACES, search
from portal.search.services import collect_names
from tests.factories.accounts import SEATS
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import PlotFactory, make_district
from tests.factories.reviews import make_experts, reference_edition

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/search", "obligations", "districts", "greendistrict/documents")


def titles(user, text):
    return [hit.title for group in search(Viewer(user), clean(text)) for hit in group.hits]


def test_districts_by_name_and_pinyin(people):
    make_district(name="桃浦智创城", is_demo=False, stage=Stage.PILOT, sources=["x"])
    for text in ("桃浦", "taopu", "TPZCC", "  桃浦　智创 "):
        assert titles(people.expert1, text) == ["桃浦智创城"], text
    assert [titles(people.expert1, text) for text in ("", "（）", "( ），")] == [[], [], []]


def test_cases_by_number_for_those_who_may_open_them_and_drafts_in_their_house_only():
    filing = Filing(name="演示查找城（虚构）").to_signing()
    people = filing.people
    assert len(titles(people.preparer, "演示查找城")) == 2
    assert not any("草稿" in title for title in titles(people.city_officer, "演示查找城"))
    assert titles(people.outsider_preparer, "演示查找城") == []
    number = filing.do("sign", "reviewer").endorse().do("send_up", "authority").case.number
    for seat in ("preparer", "reviewer", "authority", "city_officer"):
        assert any(number in title for title in titles(getattr(people, seat), number)), seat
    for seat in ("outsider_preparer", "expert1", "partner", "secretariat", "verifier", "system_keeper"):
        assert titles(getattr(people, seat), number) == [], seat


def test_numbers_of_announcements_are_found_whatever_their_brackets(people):
    given = {"status": "published", "announced_on": clock.today(), "is_demo": True}
    Announcement.objects.create(year=2026, batch=1, title="演示公告", number="演沪建〔2026〕17号", **given)
    for written in ("演沪建〔2026〕17号", "演沪建（2026）17号", "演沪建[2026]17号", "〔2026〕17"):
        assert [title for title in titles(people.partner, written) if "演沪建〔2026〕17号" in title], written
    assert titles(people.partner, "演沪建[2025]17号") == []
    assert not any("演沪建" in title for text in ("[17]", "（1）", "1 7") for title in titles(people.partner, text)), "too short"


def test_clauses_by_number_and_words(people):
    reference_edition()
    assert any(title.startswith("7.1.2") for title in titles(people.partner, "7.1.2"))
    assert len(search(Viewer(people.city_officer), "绿色")[-1].hits) <= MOST
    assert titles(people.audit_keeper, "7.1.2") == []


def test_every_hit_opens(officer, people):
    reference_edition()
    filing = Filing(people=people, name="演示打开城（虚构）").to_sent()
    stored(people)
    make_experts(people)
    for text in ("演示打开城", filing.case.number, "5.1", "雨水", "演示", "应报", "八（二）"):
        for group in search(Viewer(people.city_officer), text):
            for hit in group.hits[:2]:
                answer = officer.get(hit.href)
                assert answer.status_code == 200, hit
                assert answer.getvalue(), hit


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_for_one_and_three_hits_of_a_kind(officer, people, count, kept_queries):
    stored(people, count)
    collect_names()
    with kept_queries():
        page = officer.get(reverse("portal:search"), {"q": "雨水"}).content.decode()
    assert page.count("演示雨水") == 3 * count


def stored(people, count=1):
    """A plot, a key project, a work and a file of each of some filed districts, all with 雨水 in their names."""
    for number in range(count):
        district = make_district(people, name=f"演示查询{number}城（虚构）", stage=Stage.PILOT)
        PlotFactory(district=district, number=f"YS-{number}", owner=f"演示雨水{number}公司")
        KeyProject.objects.create(district=district, name=f"演示雨水花园{number}", is_demo=True)
        Work.objects.create(district=district, name=f"演示雨水泵站{number}", is_demo=True)
        store(owner=district, upload=pdf(), kind="方案", title=f"演示雨水方案{number}", by=people.preparer)


def kinds(user, text):
    return {group.title: [hit.title for hit in group.hits] for group in search(Viewer(user), clean(text))}


def test_contents_are_found_by_characters_pinyin_and_initials_and_by_nobody_who_does_not_read_the_file(people):
    stored(people)
    collect_names()
    for text in ("雨水", "yushui", "YS", "演示　雨水"):
        found = kinds(people.preparer, text)
        assert found["地块"] == ["YS-0　演示查询0城（虚构）"]
        assert found["近期重点项目"] == ["演示雨水花园0　演示查询0城（虚构）"]
        assert found["市政设施"] == ["演示雨水泵站0　演示查询0城（虚构）"]
        assert found["材料"] == ["演示雨水方案0"]
    [hit] = next(group.hits for group in search(Viewer(people.preparer), "雨水") if group.title == "市政设施")
    assert hit.href == reverse("districts:work", args=[District.objects.get().code, Work.objects.get().pk]), "its own page"
    District.objects.update(stage=Stage.CANDIDATE)
    for seat in ("outsider_preparer", "expert1", "partner", "verifier", "city_officer"):
        assert not kinds(getattr(people, seat), "雨水").keys() & {"地块", "近期重点项目", "市政设施", "材料"}, seat


def test_bodies_rules_pages_and_experts_are_found(people):
    make_experts(people)
    collect_names()
    assert kinds(people.secretariat, people.expert1.name)["专家"] == [people.expert1.name]
    assert "专家" not in kinds(people.preparer, people.expert1.name)
    body = people.bureau_body.name
    assert body in kinds(people.preparer, body)["单位"]
    assert any("八（二）" in title for title in kinds(people.preparer, "八（二）")["政策条款"])
    assert kinds(people.preparer, "常见问题")["办事指南"]
    assert kinds(people.preparer, "niandu")["页面"] == ["年度自查"]
    assert kinds(people.system_keeper, "运行") == {"页面": ["运行状况"]}
    assert "页面" not in kinds(people.preparer, "运行状况")


def test_names_are_collected_once_and_again_when_new(people):
    stored(people)
    assert collect_names() > 0
    assert collect_names() == 0
    KeyProject.objects.create(district=District.objects.get(), name="演示海绵公园")
    assert kinds(people.preparer, "haimian").get("近期重点项目") is None
    assert kinds(people.preparer, "海绵")["近期重点项目"]
    assert collect_names() == 1
    assert kinds(people.preparer, "hmgy")["近期重点项目"]


def test_the_palette_gets_hits_alone_and_the_pages_of_the_seat_without_a_word(client, people):
    client.force_login(people.city_officer)
    answer = client.get(reverse("portal:search"), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert answer.content.decode().count("gd-item") == sum(len(of(Viewer(people.city_officer), "").hits) for of in (actions, pages)) > 20
    assert "HX-Request" in answer["Vary"]
    assert "没有找到" in client.get(reverse("portal:search"), {"q": "绝无此物"}, headers={"HX-Request": "true"}).content.decode()
    client.force_login(people.preparer)
    shown = client.get(reverse("portal:search"), headers={"HX-Request": "true"}).content.decode()
    assert shown.index("发起申报或验收") < shown.index("工作台"), "actions first"
    client.force_login(people.system_keeper)
    assert "新建账号" in client.get(reverse("portal:search"), {"q": "xjzh"}).content.decode()


def test_obligations_are_found_by_kind_and_district_within_sight(people, officer):
    district = make_district(people, name="演示应报城（虚构）", stage=Stage.PILOT)
    make_district(people, name="演示别处城（虚构）", stage=Stage.PILOT)
    owed = obligations_visible_to(Viewer(people.preparer), [district.pk])
    assert owed, "else nothing is to be found"
    for seat in ("preparer", "city_officer", "authority"):
        found = kinds(getattr(people, seat), "演示应报城").get("到期事项")
        assert found, seat
        assert all("演示应报城" in title for title in found), seat
    for seat in ("outsider_preparer", "system_keeper"):
        assert "到期事项" not in kinds(getattr(people, seat), "演示应报城"), seat
    hit = next(hit for group in search(Viewer(people.city_officer), "演示应报城") if group.title == "到期事项" for hit in group.hits)
    assert officer.get(hit.href).status_code == 200


@AREA
def test_words_of_many_districts_or_of_a_kind_lead_to_the_list_of_obligations(people, officer):
    districts = [make_district(people, name=f"演示众城{number}（虚构）", stage=Stage.PILOT) for number in range(FEW + 1)]
    kind = next(row.kind for row in obligations_visible_to(Viewer(people.city_officer), [districts[0].pk]))
    label = duty_kind(kind).label
    assert kinds(people.city_officer, "演示众城")["到期事项"] == ["名称含“演示众城”的城区"]
    assert label in kinds(people.city_officer, label)["到期事项"]
    for text in ("演示众城", "yszc", label, f"演示众城 {label}"):
        hit = next(hit for group in search(Viewer(people.city_officer), text) if group.title == "到期事项" for hit in group.hits)
        page = officer.get(hit.href)
        assert {line["obligation"].kind for line in page.context["lines"]} >= {kind}, text
        assert page.context["page"].paginator.count >= len(districts), text
    of_kind = officer.get(hit.href).context["lines"]
    assert {line["obligation"].kind for line in of_kind} == {kind}


def test_words_of_a_few_districts_lead_to_the_list_of_each_by_kind(people, officer):
    for number in range(2):
        make_district(people, name=f"演示少城{number}（虚构）", stage=Stage.PILOT)
    make_district(people, name="演示外城（虚构）", stage=Stage.PILOT)
    few = ["演示少城0（虚构）", "演示少城1（虚构）"]
    assert kinds(people.city_officer, "少城")["到期事项"] == few
    assert kinds(people.city_officer, "少城 演示少城1")["到期事项"] == few[1:], "both words name it"
    assert "到期事项" not in kinds(people.city_officer, "少城 外城"), "no district has both"
    assert kinds(people.city_officer, "少城 年度自查")["到期事项"] == [f"{name}　年度自查" for name in few]
    [first, _] = next(group.hits for group in search(Viewer(people.city_officer), "少城 年度自查") if group.title == "到期事项")
    lines = officer.get(first.href).context["lines"]
    assert {(line["obligation"].district, line["obligation"].kind) for line in lines} == {(few[0], "self_check")}


@AREA
@pytest.mark.parametrize("seat", ["city_officer", "preparer", "secretariat"])
def test_no_group_is_left_out_that_would_find_something(people, seat):
    reference_edition()
    filing = Filing(people=people, name="演示处所城（虚构）").to_sent()
    stored(people)
    make_experts(people)
    collect_names()
    viewer, found = Viewer(getattr(people, seat)), set()
    words = ("演示", "yanshi", "演示处所城", "cs", "YS-0", "雨水", "yushui", "5.1", "演示　雨水")
    for text in (*words, filing.case.number, people.expert1.name):
        there = occupied(PLACES, clean(text))
        hits = {position for position, (of, _) in enumerate(GROUPS) if of(viewer, clean(text)).hits}
        assert hits <= set(there), text
        found |= {position for position in hits if PLACES[position]}
    assert len(found) >= 6, "else the words find too little"
    assert not [position for position in occupied(PLACES, "绝无此物") if PLACES[position]]


def test_opinions_are_found_by_the_city_alone_and_by_no_contact(officer, people):
    district = make_district(people, name="演示意见城（虚构）", stage=Stage.PILOT)
    words = OpinionWords("夜间施工扰民（虚构）", "演示居民", "13800001234", may_publish=False)
    made = file_opinion(words=words, address="192.0.2.1", district=district).opinion
    notice = Filing(people=people, name="演示公示城（虚构）").to_notice().case.notices.get()
    objected = OpinionWords("绿地面积有疑问（虚构）", "演示居民", "13800001234", may_publish=False)
    other = file_opinion(words=objected, address="192.0.2.2", notice=notice).opinion
    for text, found in ((made.number, made), ("夜间施工", made), ("演示意见城", made), ("yjc", made), ("绿地面积", other)):
        hits = next(group.hits for group in search(Viewer(people.city_officer), clean(text)) if group.title == "公众意见")
        assert [hit.href for hit in hits] == [reverse("outreach:opinion", args=[found.pk])], text
        assert all("公众意见" not in kinds(getattr(people, seat), text) for seat in ("preparer", "secretariat", "expert1")), text
    assert officer.get(hits[0].href).status_code == 200
    assert all("公众意见" not in kinds(people.city_officer, words) for words in ("演示居民", "13800001234"))


def test_messages_are_found_by_their_receiver_alone(people):
    Notification.objects.create(key="a", kind="x", receiver=people.preparer, title="演示提醒已到期", created_at=clock.now())
    assert kinds(people.preparer, "演示提醒") == {"消息": ["演示提醒已到期"]}
    assert [kinds(user, "演示提醒").get("消息") for user in (people.reviewer, people.city_officer)] == [None, None]


@AREA
def test_an_action_is_found_by_exactly_the_seats_that_may(client, people):
    for seat in (*SEATS, "expert1"):
        user = getattr(people, seat)
        client.force_login(user)
        opened = [one.label for one in entries_in(PALETTE) if client.get(reverse(one.url_name)).status_code == 200]
        found = {hit.title for hit in actions(Viewer(user), "").hits}
        assert [one.label for one in entries_in(PALETTE) if one.label in found] == opened, seat
