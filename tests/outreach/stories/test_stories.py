"""Stories: written by a district or the city, released by somebody else, read by everybody as they were frozen."""

import datetime as dt
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from assessments.score_releases import services as score_releases
from assessments.tables.models import TableVersion
from assessments.yearly_reports.models import YearlyReport
from carbon.inventories.content import INVENTORY
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from outreach.common.areas import areas
from outreach.stories import selectors, services
from outreach.stories.forms import PublicStoryFilter
from outreach.stories.models import Story
from outreach.stories.rules import may_open_story
from outreach.stories.selectors import figures_of
from portal.todo.selectors import tasks_of
from tests.carbon.inventories.world import NOW, make_inventory, to_filed
from tests.factories.acceptance import record_failures
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district
from tests.factories.received import received_self_check
from tests.outreach.asking import CITY, KEEPERS, said, to
from tests.outreach.stories.world import CAMERA, TEXT, make_story, photo, pilot
from tests.refusing import refuses
from tests.steps import step

AREA = pytest.mark.area("outreach/stories")


def released(people, **more):
    story = make_story(people, **more)
    step(story, "submit", people.authority)
    return step(story, "release", people.city_officer)


def test_figures_of_a_released_story_are_marked_once_the_city_finds_otherwise(client, people):
    PlotFactory(district=(district := pilot(people)), acquired_on=dt.date(2025, 3, 4))
    story = released(people, district=district, figures=["plots_of_year@2025"])
    page, marked = reverse("outreach:story_public", args=[story.pk]), "另有评估结论，可能与下列数字不一致"
    assert story.frozen["figures"]
    assert marked not in client.get(page).content.decode()
    with clock.at(clock.now() + dt.timedelta(days=6)):
        record_failures(district, people.city_officer, clock.today())
        assert marked in client.get(page).content.decode()
        client.force_login(people.city_officer)
        assert "请核对是否撤回或者更新" in client.get(reverse("outreach:story", args=[story.pk])).content.decode()


def test_from_draft_to_release_withdrawal_and_release_again(client, people):
    district = pilot(people)
    client.force_login(people.authority)
    made = client.post(to("story_open"), {"district": district.pk, "title": TEXT["title"]})
    story = Story.objects.get()
    assert (made.status_code, made["Location"]) == (302, to("story", story.pk))
    step_of = {"action": "submit", "version": story.version}
    refused = said(client.post(to("story_action", story.pk), step_of))
    assert all(f"“{label}”未填" in refused for label in ("摘要", "主要做法", "成效", "可复制可推广的条件", "资料来源"))
    assert "“方面”未选" in refused
    assert client.post(to("story_save", story.pk), {**TEXT, "version": story.version}).status_code == 302
    assert client.post(to("story_photo_add", story.pk), {"upload": photo(), "alt": ""}).status_code == 422
    assert client.post(to("story_photo_add", story.pk), {"upload": photo(), "alt": "光伏屋顶（虚构）"}).status_code == 302
    story.refresh_from_db()
    assert client.post(to("story_action", story.pk), {"action": "submit", "version": story.version}).status_code == 302
    client.logout()
    address, file = to("story_public", story.pk), to("story_photo", story.pk, story.photos.get().pk)
    assert {client.get(one).status_code for one in (address, file)} == {404}
    assert TEXT["title"] not in said(client.get(to("stories")))
    step(story, "release", people.city_checker)
    page = said(client.get(address))
    assert f'<meta property="og:description" content="{TEXT["summary"]}">' in page
    assert not any(one.name in page for one in (people.authority, people.city_checker))
    assert (story.number, story.opened_by, story.submitted_by) == (f"AL-{clock.today().year}-0001", people.authority, people.authority)
    first = story.released_at
    step(story, "withdraw", people.city_officer, "数据需要更正（虚构）")
    assert {client.get(one).status_code for one in (address, file)} == {404}
    step(story, "reopen", people.preparer)
    services.save_story(story=story, values=TEXT | {"title": "第二稿（虚构）"}, version=story.version, by=people.preparer)
    step(story, "submit", people.preparer)
    assert client.get(address).status_code == 404
    with clock.at(clock.now() + dt.timedelta(days=1)):
        step(story, "release", people.city_officer)
    assert "第二稿（虚构）" in said(client.get(address))
    assert (story.number, story.released_at > first) == (f"AL-{clock.today().year}-0001", True)
    told = AuditRecord.objects.filter(action__startswith="story.").order_by("pk").values_list("action", flat=True)
    assert list(told)[:3] == ["story.open", "story.submit", "story.release"]


def test_what_the_public_reads_is_what_was_released(client, people):
    story = released(people)
    Story.objects.update(title="后来改的（虚构）", summary="后来改的（虚构）")
    page, listed, feed = (said(client.get(one)) for one in (to("story_public", story.pk), to("stories"), to("story_rss")))
    assert not any("后来改的" in one for one in (page, listed, feed))
    assert TEXT["title"] in page


def test_a_photo_loses_time_and_place_and_is_public_only_with_its_story(client, people):
    story = make_story(people)
    kept = services.add_photo(story=story, upload=photo(), alt="屋顶（虚构）", by=people.authority)
    with kept.document.file.open("rb") as opened:
        content = opened.read()
    assert CAMERA.encode() not in photo().read() or CAMERA.encode() not in content
    assert not Image.open(BytesIO(content)).getexif()
    assert kept.document.confidentiality == Confidentiality.PUBLIC
    refuses("jpg 或 png", services.add_photo, story=story, upload=SimpleUploadedFile("稿.pdf", b"%PDF-1.4"), alt="甲", by=people.authority)
    step(story, "submit", people.authority)
    late = photo("后来.jpg")
    refuses(NotAllowed, services.add_photo, story=story, upload=late, alt="后来（虚构）", by=people.authority)
    step(story, "release", people.city_officer)
    address = to("story_photo", story.pk, kept.pk)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"], b"".join(answer.streaming_content)) == (200, "image/jpeg", content)
    Evidence.objects.update(confidentiality=Confidentiality.CLASSIFIED)
    assert client.get(address).status_code == 404


def test_a_photo_that_is_not_public_keeps_the_story_from_being_submitted(people):
    story = make_story(people)
    services.add_photo(story=story, upload=photo(), alt="屋顶（虚构）", by=people.authority)
    Evidence.objects.update(confidentiality=Confidentiality.INTERNAL)
    refuses("不是公开的", step, story, "submit", people.authority)


def test_figures_are_those_of_the_reports_on_operation_frozen_at_the_release(client, people):
    with clock.at(NOW):
        inventory = to_filed(make_inventory(people, year=2025), people)
        district = inventory.district
        [figure] = [one for one in figures_of(district, clock.today()) if one.label == INVENTORY.label]
        assert figure.text == INVENTORY.says(YearlyReport(district=district, year=2025), clock.today())
        assert (figure.key, figure.year) == ("inventory@2025", 2025)
        story = make_story(people, district=district, figures=[figure.key, "trainings@2025"])
        step(story, "submit", people.authority)
        step(story, "release", people.city_officer)
    assert story.frozen["figures"] == [figure._asdict()]
    type(inventory).objects.update(status="draft")
    page = said(client.get(to("story_public", story.pk)))
    assert all(words in page for words in (figure.text, "2025年度", figure.source))


def by_key(district):
    return {one.key: one for one in figures_of(district, clock.today())}


@AREA
def test_plots_works_and_key_projects_are_stated_year_by_year(people):
    with clock.at(NOW):
        district = pilot(people)
        assert figures_of(district, clock.today()) == []
        PlotFactory(district=district, acquired_on=dt.date(2025, 3, 1), built_on=dt.date(2025, 9, 1))
        PlotFactory(district=district)
        WorkFactory(district=district, main=True)
        KeyProjectFactory.create_batch(2, district=district)
        found = by_key(district)
    kinds = ("plots_of_year", "works_of_year", "projects_of_year")
    assert set(found) == {f"{kind}@{NOW.year - back}" for kind in kinds for back in range(3)}
    assert "可建设地块2个，已建成1个" in found["plots_of_year@2025"].text
    assert "市政设施1项，其中主要设施1项" in found["works_of_year@2025"].text
    assert found["projects_of_year@2025"].text.startswith("截至2025年12月31日近期重点项目2个：")
    assert found["plots_of_year@2025"].source.startswith("城区填报的2025年度“当年地块”记录，"), "whose entry it is"


def test_a_carbon_report_is_stated_once_the_city_received_it(people):
    with clock.at(NOW):
        district, when = pilot(people), clock.now()
        about = {"district": district, "kind": "carbon", "year": NOW.year - 1, "opened_at": when, "figures": {"total": "1200", "area": "4"}}
        report = YearlyReport.objects.create(status="filed", number="TH-1", filed_at=when, **about)
        assert figures_of(district, clock.today()) == []
        YearlyReport.objects.filter(pk=report.pk).update(status="received", received_at=when)
        [figure] = figures_of(district, clock.today())
        assert (figure.key, "经核查的年碳排放总量1,200" in figure.text) == (f"carbon@{NOW.year - 1}", True)


@AREA
def test_a_score_is_stated_from_its_release_to_its_withdrawal_and_stays_in_a_released_story(client, people):
    check = received_self_check(people, district=pilot(people), building=False)
    version = TableVersion.objects.get(table=check.table, counts=True)
    assert "得分" not in {one.label for one in figures_of(check.district, clock.today())}
    score_releases.release(version=version, basis="演示公开决定（虚构）", note="未经核实（虚构）", by=people.city_officer)
    [score] = [one for one in figures_of(check.district, clock.today()) if one.label == "得分"]
    told = (f"{version.content['result']['total']}分", "自评", "参考版", "未经核实（虚构）")
    assert (score.year, [one for one in told if one not in score.text]) == (check.year, [])
    assert "依据：演示公开决定（虚构）" in score.source
    story = make_story(people, district=check.district, figures=[score.key])
    step(story, "submit", people.authority)
    step(story, "release", people.city_officer)
    score_releases.withdraw(version=version, reason="需要核对（虚构）", by=people.city_officer)
    assert "得分" not in {one.label for one in figures_of(check.district, clock.today())}
    assert story.frozen["figures"] == [score._asdict()]
    assert score.text in said(client.get(to("story_public", story.pk)))


@AREA
def test_the_star_of_a_title_is_stated_with_its_announcement(people):
    about = {"star": 2, "titled_on": dt.date(2021, 5, 6), "title_number": "演告〔2021〕1号"}
    held = make_district(people, stage=Stage.PILOT, **about)
    [star] = figures_of(held, clock.today())
    assert (star.key, star.text, star.source) == ("star@2021", "二星级绿色生态城区试点", "2021年5月6日公告，演告〔2021〕1号")
    for changed in ({"stage": Stage.REVOKED}, {"star": None}):
        District.objects.filter(pk=held.pk).update(**{"stage": Stage.PILOT, **about} | changed)
        assert figures_of(District.objects.get(pk=held.pk), clock.today()) == []
    District.objects.filter(pk=held.pk).update(**{"stage": Stage.PILOT, **about}, titled_on_certainty="inferred")
    assert "公告（推定）" in figures_of(District.objects.get(pk=held.pk), clock.today())[0].source


def test_who_submitted_does_not_release(people):
    story = make_story(people, by=people.city_officer)
    assert story.by_city
    step(story, "submit", people.city_officer)
    refuses(Refused, step, story, "release", people.city_officer)
    assert not [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "story.submitted"]
    assert [one.subject for one in tasks_of(Viewer(people.city_checker)) if one.kind == "story.submitted"] == [TEXT["title"]]
    assert step(story, "release", people.city_checker).status == "released"


@AREA
def test_who_may_do_what(client, people):
    draft = make_story(people)
    asked = {
        "read": ("get", to("story", draft.pk), {}),
        "save": ("post", to("story_save", draft.pk), {"title": " "}),
        "drop": ("post", to("story_drop", draft.pk), {}),
        "add a photo": ("post", to("story_photo_add", draft.pk), {}),
    }
    found = {(name, status): set() for name in asked for status in ("draft", "submitted", "released")}
    for seat, user in people.everybody.items():
        client.force_login(user)
        for (name, status), seats in found.items():
            Story.objects.update(status=status, submitted_by=people.preparer)
            method, address, given = asked[name]
            if getattr(client, method)(address, given).status_code in {200, 422}:
                seats.add(seat)
    own, writers = {"authority", "preparer", "reviewer"}, {"authority", "preparer"}
    readers = {"draft": own, "submitted": own | CITY, "released": set(people.everybody) - KEEPERS}
    assert {status: found["read", status] for status in readers} == readers
    assert found["drop", "draft"] == writers <= found["save", "draft"] & found["add a photo", "draft"]
    assert found["drop", "submitted"] == found["drop", "released"] == set()
    opened = set()
    for seat, user in people.everybody.items():
        client.force_login(user)
        if client.post(to("story_open"), {"district": draft.district.pk, "title": seat}).status_code == 302:
            opened.add(seat)
    assert opened == writers | {"city_officer"}
    assert Story.objects.exclude(pk=draft.pk).count() == len(opened)


def test_the_choice_of_districts_is_what_the_rule_lets_each_seat_write_of(people):
    known = [make_district(people, code="own"), pilot(people), make_district(code="other", applicant=people.outsider_body)]
    known += [make_district(code="titled", stage=Stage.PILOT), make_district(code="draft")]

    def one_by_one(user):
        return {one.code for one in known if may_open_story(posts_of(user), one)}

    offered = {seat: {one.code for one in selectors.districts_for(Viewer(user))} for seat, user in people.everybody.items()}
    assert offered == {seat: one_by_one(user) for seat, user in people.everybody.items()}
    own = {"own", known[1].code}
    writers = {"authority": own, "preparer": own, "outsider_preparer": {"other"}, "city_officer": {"titled", known[1].code}}
    assert {seat: codes for seat, codes in offered.items() if codes} == writers


def test_a_stale_form_keeps_what_was_typed_and_shows_what_is_stored(client, people):
    story = make_story(people)
    services.save_story(story=story, values=TEXT | {"summary": "先存的（虚构）"}, version=story.version, by=people.preparer)
    client.force_login(people.authority)
    answer = client.post(to("story_save", story.pk), {**TEXT, "summary": "后存的（虚构）", "version": story.version})
    assert answer.status_code == 409
    assert all(words in said(answer) for words in ("先存的（虚构）", "后存的（虚构）"))


def test_a_draft_goes_with_its_photos_and_a_released_one_stays(client, people):
    story = make_story(people)
    services.add_photo(story=story, upload=photo(), alt="屋顶（虚构）", by=people.authority)
    client.force_login(people.authority)
    assert client.post(to("story_drop", story.pk)).status_code == 200
    assert client.post(to("story_drop", story.pk), {"confirmed": "1"}).status_code == 302
    assert (Story.objects.count(), Evidence.objects.count()) == (0, 0)
    kept = released(people, district=story.district)
    refuses(NotAllowed, services.drop_story, story=kept, by=people.authority)
    step(kept, "withdraw", people.authority, "另写（虚构）")
    step(kept, "reopen", people.authority)
    with pytest.raises(NotAllowed, match="发布过"):
        services.drop_story(story=kept, by=people.authority)


def test_the_public_page_of_a_district_leads_to_its_stories(client, people):
    story, other = released(people), released(people, district=pilot(people, name="演示别处（虚构）"))
    register = reverse("portal:public_district", args=[story.district.code])
    page = said(client.get(register))
    assert (to("story_public", story.pk) in page, to("story_public", other.pk) in page) == (True, False)
    assert register in said(client.get(to("story_public", story.pk)))
    without = said(client.get(reverse("portal:public_district", args=[pilot(people, name="演示无案例（虚构）").code])))
    assert "stories-title" not in without


def test_a_story_of_a_district_that_is_not_public_leads_nowhere(client, people):
    district = make_district(people, name="演示培育中（虚构）", stage=Stage.CANDIDATE)
    story = released(people, district=district)
    assert reverse("portal:public_district", args=[district.code]) not in said(client.get(to("story_public", story.pk)))


def test_feeds_and_site_map_name_released_stories(client, people):
    make_story(people, district=pilot(people, name="演示未发布（虚构）"))
    story = released(people)
    for name, entries in (("story_rss", "./channel/item"), ("story_atom", "{http://www.w3.org/2005/Atom}entry")):
        tree = ET.fromstring(client.get(to(name)).content)  # noqa: S314 -- written by the portal itself
        [entry] = tree.findall(entries)
        assert f"【演示数据】{TEXT['title']}" in "".join(entry.itertext())
    assert said(client.get(reverse("portal:sitemap"))).count(to("story_public", story.pk)) == 1


def test_search_finds_what_is_in_sight(client, people):
    story = make_story(people)
    for user, found in ((people.authority, True), (people.city_officer, False), (people.outsider_preparer, False)):
        client.force_login(user)
        assert (to("story", story.pk) in said(client.get(reverse("portal:search"), {"q": "统建统管"}))) is found


def test_the_lists_are_narrowed(client, people):
    one = released(people, district=pilot(people, name="演示甲城（虚构）"))
    two = released(people, district=pilot(people, name="演示乙城（虚构）"), dimensions=["智慧管控"], title="平台（虚构）")

    def found(**asked):
        return set(PublicStoryFilter(asked, selectors.stories_released()).qs)

    key = areas()[0].key
    Story.objects.filter(pk=one.pk).update(areas=[key], frozen={**one.frozen, "areas": [key]})
    assert found(area=key) == {one}
    assert "美丽上海领域（征求意见稿）" in said(client.get(to("story_public", one.pk)))
    assert "美丽上海领域" not in said(client.get(to("story_public", two.pk)))
    assert found() == {one, two}
    assert found(q="甲城") == found(q="光伏 统建") == found(dimension="低碳高效") == {one}
    assert found(q=two.number) == found(q="平台") == {two}
    client.force_login(people.partner)
    inner = said(client.get(to("story_list"), {"q": "平台"}))
    assert [f'href="{to("story", story.pk)}"' in inner for story in (one, two)] == [False, True]
