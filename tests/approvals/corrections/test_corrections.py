"""更正 of titles recorded from before the portal: every fact, what copies it, who proposes and checks it, what stands against it."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.casework.selectors.titles_on_day import titles_held_on
from approvals.common.enums import TitleKind
from approvals.corrections.services import propose_correction
from approvals.titles.models.corrections import TitleCorrection
from approvals.titles.models.publicity import Announcement, Title, TitleHolder
from approvals.titles.recorded import recorded_facts
from approvals.titles.services.history import load_titles
from approvals.titles.services.titles import as_held
from districts.common.enums import Stage
from districts.file import reference
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.models import Evidence
from greendistrict.workflow import second_person
from portal.todo.selectors import tasks_of
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import make_district
from tests.factories.titles import give_title
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
REASON = "照公告原件更正，沪建建材公告（虚构）"
OLD, DAY, LATER = "沪府办规〔2018〕24号", dt.date(2022, 6, 15), dt.date(2023, 5, 22)
NOTICE = {"batch": "2023年第二批", "notice_title": "关于第二批的公告（虚构）", "notice_number": "演〔2023〕2号", "granted_on": LATER}

NEW = {**NOTICE, "batch": "2023年第九批", "notice_number": ""}


@pytest.fixture
def title(people):
    return give_title(make_district(people), star=2, granted_on=DAY)


def propose(people, title, scan=None, **facts):
    given = {**recorded_facts(title), **facts}
    return propose_correction(title=title, facts=given, reason=REASON, scan=scan, by=people.city_officer)


def fresh(title):
    return Title.objects.select_related("district", "announcement").get(pk=title.pk)


def correct(people, title, scan=None, **facts):
    second_person.check(row=propose(people, fresh(title), scan, **facts), by=people.city_director)
    return fresh(title)


def typed(title, **facts):
    """What is posted: the facts as recorded, but for these."""
    return {name: "" if value is None else value for name, value in {**recorded_facts(title), "reason": REASON, **facts}.items()}


def copies_agree(district):
    """Whether the district's copies are those of its current title."""
    [held] = Title.objects.filter(district=district, end="").select_related("announcement")
    right = as_held(held)
    return District.objects.filter(pk=district.pk).values(*right).get() == right


def announced(people, title, **facts):
    return correct(people, title, **{**NOTICE, **facts})


def test_every_fact_is_proposed_checked_and_written_with_all_that_copies_it(people, title):
    facts = {
        "star": 3, "star_certainty": "inferred", "number": "CH-2022-009", "granted_on": dt.date(2021, 3, 1), "date_certainty": "inferred",
        "batch": "2021年（批次未查明）", "edition_text": "DG/TJ 08-2253-2018", "edition_certainty": "inferred", "policy": OLD,
        "policy_certainty": "inferred", "source": "演示公告网（虚构）", "certainty": "inferred", "standing_certainty": "unknown",
    }  # fmt: skip
    made = propose(people, title, **facts)
    assert recorded_facts(Title.objects.get()) == recorded_facts(title), "nothing counts before it is checked"
    second_person.check(row=made, by=people.city_director)
    now = Title.objects.select_related("district", "announcement").get()
    assert {name: recorded_facts(now)[name] for name in facts} == facts
    assert copies_agree(now.district)
    assert AuditRecord.objects.filter(action="title.correct", subject=f"approvals.title:{now.pk}").count() == 1
    assert TitleCorrection.objects.get().before["star"] == "2"


def test_a_district_follows_its_title_only_where_the_standard_itself_was_corrected(people, title):
    place = District.objects.filter(pk=title.district_id)
    place.update(applicant=None, edition_text="GB/T 51255-2017")
    correct(people, title, star=3)
    assert place.get().edition_text == "GB/T 51255-2017", "what the city registered of the district stays"
    for told in (("DG/TJ 08-2253-2018", "inferred"), ("DG/TJ 08-2253-2018", "sourced"), ("", "sourced")):
        correct(people, title, edition_text=told[0], edition_certainty=told[1])
        assert (place.get().edition_text, place.get().edition_certainty) == told
    place.update(applicant=people.applicant_body, edition_text="GB/T 51255-2017")
    correct(people, title, edition_text="DG/TJ 08-2253-2018")
    assert place.get().edition_text == "GB/T 51255-2017", "an applicant's file tells the standard of today"


def test_past_days_are_answered_by_the_right_day_and_star(people, title):
    between = dt.date(2022, 12, 1)
    assert titles_held_on(between)[title.district_id].star == 2
    correct(people, title, granted_on=LATER, star=3)
    assert title.district_id not in titles_held_on(between)
    assert titles_held_on(LATER)[title.district_id].star == 3
    correct(people, title, granted_on=None)
    now = Title.objects.get()
    assert (now.granted_on, now.date_certainty) == (None, "unknown")
    assert titles_held_on(between)[title.district_id].star == 3, "an unknown day counts from the beginning"
    assert copies_agree(title.district)


def test_the_day_of_a_title_moves_the_end_of_the_one_before_and_the_first_holders(people, title):
    shown = give_title(title.district, TitleKind.DEMONSTRATION, star=3, granted_on=LATER)
    holder = TitleHolder.objects.create(district=title.district, side="authority", body=people.authority_body, body_name="甲", since=DAY)
    correct(people, shown, granted_on=dt.date(2023, 6, 1))
    title.refresh_from_db()
    assert title.ended_on == dt.date(2023, 6, 1)
    correct(people, title, granted_on=dt.date(2021, 6, 15))
    holder.refresh_from_db()
    assert (holder.since, copies_agree(title.district)) == (dt.date(2021, 6, 15), True)
    assert District.objects.get(pk=title.district_id).titled_since == dt.date(2021, 6, 15)
    holder.until = dt.date(2021, 12, 31)
    holder.save()
    refuses("的责任在这一天以前已经终止", propose, people, fresh(title), granted_on=DAY)
    refuses("其后的称号不能早于这一天", propose, people, fresh(shown), granted_on=dt.date(2020, 1, 1))
    refuses("授予日期不能晚于这一天", propose, people, fresh(title), granted_on=dt.date(2023, 6, 2))


def test_a_batch_is_entered_with_its_paper_and_read_by_everybody(client, people, title):
    client.force_login(people.city_officer)
    told = typed(title, **NOTICE, notice_text="经审核，授予称号（虚构）。", scan=pdf(), **{"scan-confidentiality": "public"})
    assert client.post(reverse("approvals:title_correction", args=[title.pk]), told).status_code == 302
    second_person.check(row=TitleCorrection.objects.get(), by=people.city_director)
    now = fresh(title)
    batch = now.announcement
    assert (batch.word, batch.title, batch.number, batch.announced_on) == (
        NOTICE["batch"], NOTICE["notice_title"], NOTICE["notice_number"], LATER,
    )  # fmt: skip
    assert (batch.historic, batch.status, batch.is_demo, now.reported_time) == (True, "published", now.district.is_demo, "")
    assert copies_agree(now.district)
    html = client.get(reverse("approvals:announcement", args=[batch.pk])).content.decode()
    assert [words for words in ("授予称号（虚构）", "演〔2023〕2号", batch.scan.title) if words not in html] == []
    client.force_login(people.preparer)
    answer = client.get(reverse("documents:download", args=[Evidence.objects.get().key]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    answer.close()


def test_the_words_of_a_batch_are_corrected_for_all_titles_in_it(client, people, title):
    now = announced(people, title)
    other = give_title(make_district(people, name="演示另一城（虚构）"), granted_on=LATER)
    joined = correct(people, other, batch=NOTICE["batch"])
    assert joined.announcement == now.announcement
    correct(people, joined, granted_on=DAY, notice_number="", notice_title="更正的标题（虚构）")
    assert set(Title.objects.values_list("granted_on", flat=True)) == {DAY}
    assert (Announcement.objects.get().title, Announcement.objects.get().number) == ("更正的标题（虚构）", "")
    assert copies_agree(now.district)
    assert copies_agree(other.district)
    changed = {"granted_on", "notice_title", "notice_number"}
    assert set(TitleCorrection.objects.filter(title=joined)[0].after) == changed
    client.force_login(people.city_officer)
    html = " ".join(client.get(reverse("approvals:title", args=[title.pk])).content.decode().split())
    assert ("同一公告的" in html, "更正的标题（虚构）" in html) == (True, True), "the page of a title that shares the announcement"


def test_the_page_of_a_title_tells_corrections_through_others_since_they_share_its_announcement(client, people, title):
    announced(people, title)
    other = announced(
        people, give_title(make_district(people, name="演示另一城（虚构）"), granted_on=LATER), **{**NEW, "notice_title": "别的公告"}
    )
    correct(people, other, notice_title="别的公告，第二稿（虚构）")
    correct(people, other, batch=NOTICE["batch"], notice_title=NOTICE["notice_title"], notice_number=NOTICE["notice_number"])
    correct(people, other, date_certainty="inferred")
    client.force_login(people.city_officer)
    html = " ".join(client.get(reverse("approvals:title", args=[title.pk])).content.decode().split())
    assert ("别的公告" in html, html.count("同一公告的")) == (False, 1)
    assert fresh(title).date_certainty == "inferred", "the day of one announcement is as certain for all its titles"
    assert copies_agree(title.district)


def test_what_is_told_of_an_announcement_that_a_title_leaves_is_kept(client, people, title):
    left = correct(people, announced(people, title), batch="2023年（批次未查明）")
    assert not Announcement.objects.exists()
    row = TitleCorrection.objects.filter(title=left).first()
    assert (set(row.after), row.before["notice_title"], row.before["notice_number"]) == ({"batch"}, NOTICE["notice_title"], "演〔2023〕2号")
    client.force_login(people.city_officer)
    html = " ".join(client.get(reverse("approvals:title", args=[title.pk])).content.decode().split())
    assert f"<del>{NOTICE['notice_title']}</del> 更正为 <ins>不再列入这一公告</ins>" in html


def test_a_batch_is_renumbered_if_the_title_has_it_alone_else_a_new_one_is_entered(people, title):
    batch = announced(people, title).announcement
    again = correct(people, Title.objects.get(), batch="2023年第十二批")
    assert (again.announcement, again.announcement.word) == (batch, "2023年第十二批")
    other = correct(people, give_title(make_district(people, name="演示另一城（虚构）"), granted_on=LATER), batch="2023年第十二批")
    refuses("文号演〔2023〕2号已用于", propose, people, other, batch="2023年第三批")
    moved = correct(people, other, batch="2023年第三批", notice_number="")
    assert moved.announcement != batch
    assert sorted(one.word for one in Announcement.objects.all()) == ["2023年第三批", "2023年第十二批"]
    left = correct(people, moved, batch="2023年（批次未查明）")
    assert (left.announcement, left.reported_time, Announcement.objects.get()) == (None, "2023年（批次未查明）", batch)


WRONG = {
    "没有改动的内容": {},
    "授予日期不能晚于今天": {"granted_on": dt.date(2099, 1, 1)},
    "写明有出处或者推定": {"date_certainty": "unknown"},
    "依据文件在授予日期须有效": {"policy": "沪住建规范联〔2023〕13号"},
    "没有写明批次的": {"notice_title": "某公告（虚构）"},
    "须填授予日期": {**NEW, "granted_on": None},
    "须填公告标题": {**NEW, "notice_title": ""},
    "编号已用于": {"number": "CH-1"},
    "公告日期是2023年5月22日": {"batch": "2023年第二批"},
    "标题、文号、原文有误的，另行更正": {"batch": "2023年第二批", "granted_on": LATER, "notice_title": "另一标题（虚构）"},
}


@pytest.mark.parametrize("words", WRONG)
def test_what_stands_against_it_is_said_at_its_field_and_nothing_typed_is_lost(client, people, title, words):
    announced(people, give_title(make_district(people, name="演示另一城（虚构）"), granted_on=LATER), number="CH-1")
    client.force_login(people.city_officer)
    answer = client.post(reverse("approvals:title_correction", args=[title.pk]), typed(title, **WRONG[words]))
    html = answer.content.decode()
    assert (answer.status_code in {409, 422}, TitleCorrection.objects.filter(title=title).exists(), REASON in html) == (True, False, True)
    assert words in html


def test_who_proposes_checks_and_sees_it(client, people, title):
    page = reverse("approvals:title_correction", args=[title.pk])
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert client.get(page).status_code == (200 if seat == "city_officer" else 404), seat
        if seat != "city_officer":
            given = {"title": title, "facts": {"star": 3}, "reason": REASON, "by": user}
            refuses(NotAllowed, propose_correction, **given)
    client.force_login(people.city_officer)
    assert client.post(page, typed(title, star="3", reason=" ")).status_code == 422
    assert client.post(page, typed(title, star="3", source=" ")).status_code == 422
    assert client.post(page, typed(title, star="3")).status_code == 302
    again = client.post(page, typed(title, star="1", reason="另一理由（虚构）"))
    assert (again.status_code, "已有更正在办" in again.content.decode(), "另一理由（虚构）" in again.content.decode()) == (409, True, True)
    made = TitleCorrection.objects.get()
    check = reverse("approvals:title_correction_check", args=[made.pk])
    for seat, user in people.everybody.items():
        assert (check in [task.link for task in tasks_of(Viewer(user))]) == (seat == "city_director"), seat
        client.force_login(user)
        assert client.get(check).status_code == (200 if seat == "city_director" else 404), seat
    shown = reverse("approvals:title", args=[title.pk])
    client.force_login(people.preparer)
    assert REASON not in client.get(shown).content.decode(), "outside the city once it is written"
    client.force_login(people.city_director)
    assert [words for words in (REASON, "二星", "三星") if words not in client.get(check).content.decode()] == []
    assert client.post(check, {"times_changed": 0}).status_code == 302
    client.force_login(people.city_officer)
    stale = client.post(page, typed(title, star="1"))
    assert (stale.status_code, "期间另有更正写入" in stale.content.decode()) == (422, True)
    client.force_login(people.preparer)
    assert [words for words in (REASON, "<del>二星级</del>", "<ins>三星级</ins>") if words not in client.get(shown).content.decode()] == []


def test_it_is_refused_at_the_check_if_the_title_has_changed_since(people, title):
    made = propose(people, title, star=3)
    Title.objects.filter(pk=title.pk).update(star=1)
    refuses("登记的内容在提出以后已经改过", second_person.check, row=made, by=people.city_director)
    assert TitleCorrection.objects.get().checked_at is None
    second_person.send_back(row=made, reason="重提（虚构）", by=people.city_director)
    assert correct(people, Title.objects.get(), star=3).star == 3


def test_a_set_up_that_is_run_again_leaves_corrected_titles_as_they_are(people):
    for again in (False, True):
        reference.load()
        load_titles()
        if not again:
            title = Title.objects.filter(district__name="桃浦智创城").get()
            correct(people, title, star=2, certainty="inferred", granted_on=dt.date(2019, 5, 23))
    assert (fresh(title).star, fresh(title).granted_on, fresh(title).certainty) == (2, dt.date(2019, 5, 23), "inferred")
    assert copies_agree(title.district)


def test_a_title_of_the_portal_is_corrected_by_its_case_and_announcement(client, people):
    filing = Filing(people).to_announced()
    [given] = Title.objects.all()
    client.force_login(filing.people.city_officer)
    assert client.get(reverse("approvals:title_correction", args=[given.pk])).status_code == 404
    refuses("不在这里更正", propose, filing.people, given, star=1)
    recorded = give_title(make_district(filing.people, name="演示旧城（虚构）"), granted_on=given.granted_on)
    refuses("不是补录的公告", propose, filing.people, recorded, batch=given.announcement.word)
    assert District.objects.get(pk=recorded.district_id).stage == Stage.PILOT
