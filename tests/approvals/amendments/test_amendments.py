"""更正 and 撤回 of an announcement: what changes, what the public reads, whose paper still answers."""

import pytest
from django.urls import reverse

from approvals.amendments.services import propose_amendment
from approvals.cases.models.cases import DecisionRecord
from approvals.titles.models.amendments import Amendment, Restoration
from approvals.titles.models.publicity import Announcement, Title
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, papers
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed
from greendistrict.workflow.letters import drafts_of
from portal.open_data.datasets import DATASETS
from portal.public.selectors import find
from portal.publicity.selectors import latest_entries
from tests.factories.acceptance import Accepting, Losing, failing
from tests.factories.approvals import Filing, pdf
from tests.factories.once import copy_of, once
from tests.refusing import refuses
from tests.steps import reaches, step

AREA = pytest.mark.area("approvals", "districts/file")
PAPER = "演沪建公告〔2026〕77号"
REASON = "文号登记有误（虚构）"


def make_announced():
    filing = Filing().to_announced()
    return filing.people, filing.case


announced = once(make_announced)
world = copy_of("announced")


def propose(people, subject, after="", batch=None):
    given = {"batch": batch or Announcement.objects.get(), "subject": subject, "after": after, "reason": REASON}
    return propose_amendment(by=people.city_officer, **given)


def published(people, made, number=PAPER):
    step(made, "approve", people.city_director)
    return step(made, "publish", people.city_officer, number=number, published_on=clock.today(), scan=pdf())


def public_page(client, batch):
    client.logout()
    return client.get(reverse("approvals:announcement", args=[batch.pk])).content.decode()


def test_a_corrected_number_shows_the_old_and_the_new_and_both_answer(client, world):
    people, _case = world
    batch = Announcement.objects.get()
    old, frozen = batch.number, DecisionRecord.objects.count()
    made = propose(people, "number", "演沪建公告〔2026〕12号")
    assert all("待审定" in title for title in reaches(people, made, "begun"))
    published(people, made)
    assert (made.scan.owner, PAPER in made.scan.title) == (f"approvals.announcement:{made.announcement_id}", True)
    batch.refresh_from_db()
    assert (batch.number, batch.status, made.before, made.original["number"]) == ("演沪建公告〔2026〕12号", "published", old, old)
    assert DecisionRecord.objects.count() == frozen + 1
    html = public_page(client, batch)
    told = ("已更正", f"<del>{old}</del>", "<ins>演沪建公告〔2026〕12号</ins>", REASON, made.original_digest)
    assert [words for words in told if words not in html] == []
    was, now, paper = find(old), find(batch.number), find(PAPER)
    assert was == now
    assert (f"由“{old}”更正为" in now.status, now.state, paper.kind) == (True, papers.PaperStanding.VALID, "更正公告")
    entries = {entry.kind: entry for entry in latest_entries(clock.today(), 10)}
    assert (entries["announcement"].state, old in entries["amendment"].note) == ("已更正", True)
    row = next(iter(DATASETS["announcements"].rows({})))
    assert (f"由“{old}”更正为" in row[6], row[7]) == (True, None)


def test_the_list_and_the_feeds_follow(client, world):
    people, _case = world
    published(people, propose(people, "title", "关于公布演示城区的公告（更正）"))
    found = client.get(f"{reverse('portal:publicity')}?kind=amendment").context["entries"]
    headline = f"更正：{Amendment.objects.get().before}"
    assert [entry.title for entry in found] == [headline]
    assert [entry.kind for entry in client.get(f"{reverse('portal:publicity')}?q={PAPER}").context["entries"]] == ["amendment"]
    for feed in ("publicity_rss", "publicity_atom"):
        text = client.get(reverse(f"portal:{feed}")).content.decode()
        assert (headline in text, "【已更正】" in text) == (True, True)
    made = Amendment.objects.get()
    year = clock.today().year + 1
    Amendment.objects.filter(pk=made.pk).update(published_on=clock.today().replace(year=year, day=1))
    found = client.get(f"{reverse('portal:publicity')}?year={year}").context["entries"]  # nothing but the correction
    assert [entry.kind for entry in found] == ["amendment"]


def test_a_corrected_star_goes_to_title_district_and_case(world):
    people, case = world
    title = Title.objects.get()
    published(people, propose(people, f"star-{title.pk}", "3"))
    case.refresh_from_db()
    assert (Title.objects.get().star, District.objects.get(pk=case.district_id).star, case.star_found) == (3, 3, 3)


def test_a_withdrawn_grant_ends_the_title_and_says_so_everywhere(client, world):
    people, case = world
    batch, title = Announcement.objects.get(), Title.objects.get()
    published(people, propose(people, "withdraw"))
    batch.refresh_from_db()
    title.refresh_from_db()
    assert (batch.status, title.end, title.ended_on) == ("withdrawn", "recalled", clock.today())
    assert District.objects.get(pk=case.district_id).stage == "candidate"
    html = public_page(client, batch)
    told = (reverse("portal:public_district", args=[case.district.code]), "本公告已于", case.district.name)
    assert [words for words in told if words not in html] == []
    found = find(batch.number)
    assert (found.state, "撤回" in found.status) == (papers.PaperStanding.REVOKED, True)
    assert find(title.number).state == papers.PaperStanding.REVOKED
    assert next(iter(DATASETS["announcements"].rows({})))[7] == clock.today()
    register = client.get(reverse("portal:public_district", args=[case.district.code])).content.decode()
    told = (f"{batch}公告：已于", "公告撤回", f"已于{day_in_words(clock.today())}撤回（{PAPER}）")
    assert [words for words in told if words not in register] == []
    client.force_login(people.city_officer)
    page = client.get(reverse("approvals:amendments", args=[batch.pk])).content.decode()
    assert "公告已撤回，不再更正" in page
    refuses("没有撤回", propose, people, "number", "演沪建公告〔2026〕13号")


def test_what_stands_against_an_amendment_is_said(world):
    people, _case = world
    refuses(NotAllowed, propose_amendment, batch=Announcement.objects.get(), by=people.city_checker, subject="withdraw", reason=REASON)
    for subject, after, words in (
        ("number", Announcement.objects.get().number, "相同"), ("announced_on", "2099-01-01", "不晚于今天"),
        ("announced_on", "明天", "不晚于今天"), ("announced_on", "2020-01-01", "不能早于"),
        (f"star-{Title.objects.get().pk}", "9", "1、2或3"), ("star-0", "2", "没有这个城区"), ("star", "2", "没有这项内容"),
        ("status", "x", "没有这项内容"),
    ):  # fmt: skip
        refuses(words, propose, people, subject, after)
    made = propose(people, "title", "另一标题")
    refuses("已有更正或撤回在办", propose, people, "withdraw")
    Announcement.objects.update(title="期间改过的标题")
    refuses("不是要更正的原内容", step, made, "approve", people.city_director)
    assert Amendment.objects.get().status == "proposed"


def test_a_value_longer_than_its_place_is_refused_and_stays_typed(client, world):
    people, _case = world
    batch, longest = Announcement.objects.get(), "演" * 60
    client.force_login(people.city_officer)
    page = reverse("approvals:amendments", args=[batch.pk])
    answer = client.post(page, {"subject": "number", "after": f"{longest}号", "reason": REASON})
    html = answer.content.decode()
    assert (answer.status_code, f"{longest}号" in html, "不能超过60个字" in html, Amendment.objects.count()) == (409, True, True, 0)
    refuses("公告标题不能超过200个字", propose, people, "title", "演" * 201)
    published(people, propose(people, "number", longest))
    batch.refresh_from_db()
    assert batch.number == longest == Amendment.objects.get().after


def test_the_paper_has_a_number_of_its_own_and_a_possible_day(world):
    people, _case = world
    made = propose(people, "title", "另一标题")
    step(made, "approve", people.city_director)
    taken = Announcement.objects.get().number
    for typed, words in (
        ({"number": taken, "published_on": clock.today()}, "已用于"),
        ({"number": PAPER, "published_on": clock.today().replace(year=2099)}, "不能晚于今天"),
        ({"number": PAPER, "published_on": clock.today().replace(year=2020)}, "不能早于"),
    ):
        refuses(words, step, made, "publish", people.city_officer, **typed)


def test_a_proposal_wants_its_words_and_has_a_draft_once_approved(client, world):
    people, _case = world
    page = reverse("approvals:amendments", args=[Announcement.objects.get().pk])
    client.force_login(people.city_officer)
    assert client.get(reverse("approvals:amendments", args=[0])).status_code == 404
    assert client.post(page, {}).status_code == 422
    missing = client.post(page, {"subject": "number", "after": "", "reason": "笔误（虚构）"})
    assert (missing.status_code, "笔误（虚构）" in missing.content.decode()) == (422, True)
    assert client.post(page, {"subject": "number", "after": "演〔2026〕5号", "reason": REASON}).status_code == 302
    made = Amendment.objects.get()
    step(made, "approve", people.city_director)
    drafts = [draft for draft in drafts_of(made.announcement, Viewer(people.city_officer)) if draft.key.startswith("amendment")]
    assert [draft.title for draft in drafts] == ["更正公告"]
    assert "演〔2026〕5号" in str(drafts[0].write().lines)


@AREA
def test_withdrawing_a_demonstration_gives_the_pilot_title_back(world):
    people, _case = world
    accepting = Accepting(people).to_decided().announce()
    batch = Announcement.objects.get(lines__case=accepting.case)
    pilot = Title.objects.get(district=accepting.district, kind="pilot")
    assert pilot.end == "superseded"
    published(people, propose(people, "withdraw", batch=batch))
    pilot.refresh_from_db()
    district = District.objects.get(pk=accepting.district.pk)
    assert (pilot.end, district.stage, district.title_number) == ("", "pilot", pilot.number)
    assert Restoration.objects.get().was_end == "superseded"


@AREA
def test_withdrawing_the_end_of_a_title_gives_it_back(client, world):
    people, _case = world
    losing = Losing(*failing(people)).to_served().announce()
    batch = Announcement.objects.get(lines__case=losing.case)
    title = Title.objects.get(end_announcement=batch)
    published(people, propose(people, "withdraw", batch=batch))
    title.refresh_from_db()
    district = District.objects.get(pk=title.district_id)
    assert (title.end, title.ended_on, district.stage) == ("", None, title.kind)
    assert "已恢复" in client.get(reverse("approvals:announcement", args=[batch.pk])).content.decode()
