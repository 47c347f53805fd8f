"""What the work desk shows to whom, what it never shows, and what it costs."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from assessments.reviews.models import Review
from assessments.self_checks.models import SelfCheck
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts import links, services
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.notifications.models import Notification
from greendistrict.policy.models import Setting
from greendistrict.workflow.models import TransitionRecord
from obligations.open_counts import OpenCount, owed_in_sight
from portal.city import selectors as city
from portal.desk import selectors
from portal.recent_steps.selectors import lately
from portal.todo.selectors import TaskItem, due_items, tasks_of
from tests.factories.accounts import cast, make_organisation, make_user
from tests.factories.approvals import Filing, make_ready_district
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system
from tests.factories.received import at, received_self_check
from tests.factories.reviews import Scene

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/desk", "approvals", "obligations")
DESK = "/desk/"
SEATS = ("city_officer", "preparer", "authority", "expert1", "partner", "system_keeper")


def page(client, user, query=""):
    client.force_login(user)
    return client.get(f"{DESK}{query}")


def text(client, user, query=""):
    return page(client, user, query).content.decode()


def test_a_step_reaches_the_seat_that_takes_it_and_nobody_else(client):
    filing = Filing(name="演示流转城（虚构）").to_sent()
    people, number = filing.people, filing.case.number
    assert number in text(client, people.city_officer)
    assert number not in text(client, people.outsider_preparer)
    assert number not in text(client, people.expert1)
    stranger = page(client, make_user("preparer", make_organisation(name="演示外单位（虚构）"))).context["desk"]
    assert (len(stranger.todo), stranger.due, stranger.happened, stranger.districts) == (0, [], [], [])
    for keeper in (people.system_keeper, people.security_keeper, people.audit_keeper):
        assert number not in text(client, keeper)
        assert "演示流转城" not in text(client, keeper)


@pytest.mark.parametrize(("day", "year", "due"), [("2026-04-30", 2025, "2026年4月30日"), ("2026-05-01", 2026, "2027年4月30日")])
def test_a_verifier_reads_what_the_policy_wants_by_when_and_where_what_is_mandated_stands(client, day, year, due):
    person = make_user("verifier")
    with clock.at(dt.datetime.fromisoformat(f"{day}T10:00+08:00")):
        shown = text(client, person)
        assert f"{year}年度碳排放核查报告{due}（暂定）（含当日）前报送（默认值）" in "".join(shown.split())
        assert "区专门机构委托核查后" in shown
        assert page(client, cast().expert1).context["desk"].carbon is None


def test_what_is_done_before_the_submission_stays_in_its_house(client):
    filing = Filing(name="演示草稿城（虚构）").to_signing()
    people = filing.people
    assert lately(Viewer(people.preparer), 10)
    for seat in ("city_officer", "city_director", "secretariat", "partner", "authority", "bureau", "expert1", "outsider_preparer"):
        assert lately(Viewer(getattr(people, seat)), 10) == [], seat
    assert "提交审核" in text(client, people.preparer, "?tab=done")
    assert "提交审核" not in text(client, people.reviewer, "?tab=done")
    assert filing.district.name in text(client, people.preparer, "?tab=started")
    assert filing.district.name not in text(client, people.outsider_preparer, "?tab=started")
    filing.do("sign", "reviewer").endorse().do("send_up", "authority")
    labels = {seat: {entry.label for entry in lately(Viewer(getattr(people, seat)), 10)} for seat in ("city_officer", "preparer")}
    assert ("报送" in labels["city_officer"], "提交审核" in labels["city_officer"], "提交审核" in labels["preparer"]) == (True, False, True)


def test_the_district_side_learns_nothing_of_a_running_review_and_reads_the_city_by_post():
    filing = Filing().to_reviewing()
    people = filing.people
    told = {"label": "评审", "action": "draw", "source": "preparing", "target": "inviting", "actor": people.secretariat, "at": clock.now()}
    subject = f"assessments.review:{filing.case.review_id}"
    TransitionRecord.objects.create(machine="review", subject=subject, scope=filing.case.timeline_scope, actor_name="演示评审秘书", **told)
    assert "抽取专家" in {entry.label for entry in lately(Viewer(people.city_officer), 10)}
    for seat in ("preparer", "reviewer", "authority", "consultant"):
        assert "抽取专家" not in {entry.label for entry in lately(Viewer(getattr(people, seat)), 20)}, seat
    who = [next(one.who for one in lately(Viewer(user), 20) if one.label == "受理") for user in (people.preparer, people.city_checker)]
    assert [people.city_officer.name in one for one in who] == [False, True]


def titled(people, number, **kw):
    for index in range(number):
        make_district(people, stage=Stage.PILOT, name=f"演示试点{index}（虚构）", **kw)


@pytest.mark.parametrize("seat", SEATS)
def test_the_desk_costs_the_same_queries_for_one_and_three(client, people, seat, kept_queries):
    titled(people, 1)
    client.force_login(getattr(people, seat))
    client.get(DESK)
    with kept_queries(seat):
        client.get(DESK)
    make_district(people, stage=Stage.PILOT, name="演示又一个（虚构）")
    make_district(people, stage=Stage.PILOT, name="演示第三个（虚构）")
    with kept_queries(seat):
        client.get(DESK)


def test_the_city_reads_figures_of_one_world_that_open_their_lists(client, people):
    titled(people, 2, area_km2="2.50", developable_km2="1")
    make_district(people, stage=Stage.DEMONSTRATION, name="演示示范（虚构）", area_km2=None, developable_km2=None)
    make_district(name="桃浦智创城", is_demo=False, stage=Stage.PILOT, sources=["x"])
    overview = page(client, people.city_officer).context["desk"].overview
    figures = {entry["label"]: (entry["value"], entry["note"]) for entry in overview.metrics}
    told = {"试点": (2, "5.00 km²"), "示范": (1, "缺1个"), "试点与示范合计": (3, "5.00 km²，缺1个")}
    assert {label: figures[label] for label in told} == told
    for entry in overview.metrics:
        assert client.get(entry["href"]).status_code == 200, entry["label"]
    row = overview.authorities[0]
    assert (row.pilots, row.demonstrations, row.km2_missing, overview.totals.pilots, overview.is_demo) == (2, 1, 1, 2, True)


def test_the_frame_shows_figures_once_the_desk_was_opened_and_counts_again_when_anything_moved(client, people):
    user = people.city_officer
    assert selectors.figures_of(Viewer(user)) is None
    filing = Filing(people=people).to_sent()
    page(client, user)
    user.__dict__.pop("_figures", None)
    assert selectors.figures_of(Viewer(user)).todo == len(tasks_of(Viewer(user))) == 1
    filing.do("accept", "city_officer")
    user.__dict__.pop("_figures", None)
    assert selectors.figures_of(Viewer(user)).todo == len(tasks_of(Viewer(user)))
    user.posts.update(role="city_legal")  # within the minute, and without any step
    other = User.objects.get(pk=user.pk)
    assert selectors.figures_of(Viewer(other)).todo == len(tasks_of(Viewer(other))) != selectors.figures_of(Viewer(user)).todo


def test_what_is_long_overdue_leaves_room_for_what_falls_due_next():
    for days, shown in (
        (range(-9, 0), "-9 -8 -7 -6"),
        ((*range(-9, 0), 3), "-9 -8 -7 3"),
        ((*range(-9, 0), 3, 4, 5), "-9 -8 3 4"),
        ((-9, -1, 3, 4, 5, 6, 7), "-9 -1 3 4"),
        (range(8), "0 1 2 3"),
        ((), ""),
    ):
        due = [TaskItem(f"{day}", (), "", workdays.Remaining(day * 5 // 7, day)) for day in days]  # working days do not matter here
        assert " ".join(item.title for item in selectors.shown_due(selectors.Desk(due=due)).own) == shown


def test_duties_of_others_stand_apart_on_the_desk_and_what_a_task_shows_is_not_repeated():
    def item(days, *, others, link=""):
        left = None if days is None else workdays.Remaining(days, days)
        return TaskItem(f"{'他' if others else '己'}{days}", (), link, left, is_others=others)

    def told(due, tasks=()):
        shown = selectors.shown_due(selectors.Desk(due=due), tasks)
        return " ".join(one.title for one in shown.own), shown.own_count, " ".join(one.title for one in shown.others), shown.others_count

    others = [item(day, others=True, link="/cases/1/") for day in (*range(-9, 0), 3)]
    own = [item(day, others=False, link="/cases/1/") for day in (-2, 4)]
    assert told([*own, *others]) == ("己-2 己4", 2, "他-9 他-8 他-7 他3", 10)
    assert told([*own, *others], [own[0], item(5, others=False, link="/cases/1/")]) == ("己4", 1, "他-9 他-8 他-7 他3", 10)
    assert told(own, [item(4, others=False, link="/cases/1/#opinion"), item(-2, others=False, link="/cases/2/")]) == ("己-2", 1, "", 0)
    far = item(None, others=False, link="/cases/1/")
    assert told([far], [far]) == ("己None", 1, "", 0), "a task without a day does not tell that of a duty"
    twice = [own[0], own[0]]
    assert told(twice, [own[0]]) == ("己-2 己-2", 2, "", 0), "of two duties of one page and day one task shows one"
    unlinked = item(3, others=False)
    assert told([unlinked], [unlinked]) == ("己3", 1, "", 0), "without a page nobody knows whether it is the same"


def test_who_owns_no_district_yet_is_offered_to_register_one(client, people):
    newcomer, create = make_user("preparer", make_organisation(name="演示新单位（虚构）")), reverse("districts:district_create")
    assert create in text(client, newcomer)
    assert create not in text(client, make_user("reviewer", make_organisation(name="演示另一单位（虚构）")))
    make_district(people, name="演示已有城（虚构）")
    assert create not in text(client, people.preparer)


def test_a_line_counts_districts_and_where_they_owe_several_items_too():
    day = dt.date(2027, 3, 31)
    for entries, said in (
        ([("甲城", 1, False)], "甲城"),
        ([("甲城", 1, False)] * 3, "甲城，3项"),
        ([("乙城", 1, False), ("甲城", 1, False)], "乙城等2个城区"),
        ([("乙城", 1, False), ("甲城", 1, False), ("甲城", 1, False)], "乙城等2个城区，3项"),
        ([("甲城", 4, False), ("丙城", 1, False)], "丙城等5个城区"),
        ([("甲政府", 1, True)], "甲政府"),
        ([("甲政府", 1, True), ("乙政府", 1, True)], "乙政府等2项"),
    ):
        about = {"is_default_date": False, "is_demo": True, "kind": "self_check"}
        counts = [OpenCount(day, "年度自查", "八（二）", number, name, "", is_of_body=of, **about) for name, number, of in entries]
        assert due_items(counts, day, workdays.current())[0].notes[0] == said


def test_every_seat_has_every_tab(client, people):
    for user in people.everybody.values():
        assert {page(client, user, f"?tab={tab}").status_code for tab in ("todo", "done", "started", "messages", "nonsense")} == {200}


def test_messages_on_the_desk_begin_with_unread_ones_and_leave_tasks_and_dates_to_their_tab(client, people):
    def told(title, kind, day, **more):
        about = {"key": title, "kind": kind, "title": title, "created_at": at(2027, 3, day)}
        return Notification.objects.create(receiver=people.preparer, **about, **more)

    told("读过的", "case_moved", 9, read_at=at(2027, 3, 9))
    shown = [told("早的", "case_moved", 1), told("晚的", "legal_notice", 2)]
    for kind in ("case_todo", "digest", "plan_todo"):
        told(kind, kind, 5)
    found = page(client, people.preparer, "?tab=messages")
    assert [one.note.title for one in found.context["messages_shown"]] == [*(note.title for note in reversed(shown)), "读过的"]
    assert f"{reverse('notifications:inbox')}?read=no" in found.content.decode()


@AREA
def test_the_experts_badge_goes_with_the_scores_that_are_handed_in(client):
    """The page that says 评分已提交 shows no task any more: handing in is no step of a machine, yet it moves the figures."""
    scene = Scene().to_scoring()
    member = scene.members[0]
    client.force_login(member.expert.user)
    before = client.get("/desk/").context["figures"].todo
    workspace = reverse("assessments:review_workspace", args=[scene.review.pk])
    assert todo_on(client.get(workspace)) == before
    scene.hand_in(member)
    assert todo_on(client.get(workspace, follow=True)) == before - 1


def todo_on(page):
    """The figure 待办 in the frame of a page."""
    return selectors.figures_of(Viewer(page.wsgi_request.user)).todo


def test_reviews_under_way_open_exactly_these(client):
    """Neither those that ended nor, for a fictional account, real ones."""
    scene = Scene().to_inviting()
    officer, district = scene.people.city_officer, scene.table.district
    first, *others = scene.review.members.filter(state="invited").select_related("expert__user")
    scene.accept(first)
    client.force_login(officer)
    for status, is_demo, number in (("inviting", True, 1), ("stopped", True, 0), ("scoring", False, 0)):
        Review.objects.update(status=status)
        type(district).objects.filter(pk=district.pk).update(is_demo=is_demo)
        seen = city.overview(Viewer(officer), owed_in_sight(Viewer(officer)))
        figure = next(metric for metric in seen.metrics if metric["label"] == "评审进行中")
        assert (figure["value"], client.get(figure["href"]).context["page"].paginator.count) == (number, number), status
        if status == "inviting":
            assert figure["note"] == f"专家0 / {len(others) + 1}人已提交，{len(others)}人未答复邀请"


@AREA
def test_the_districts_of_a_leading_body_open_exactly_these(client, people):
    """Each count of 各区和管委会, by body and in all, leads to the rows that add up to it, with their area."""
    bodies = [people.authority_body, make_organisation(OrganisationKind.AUTHORITY, name="演示乙区人民政府（虚构）")]
    for number, stage in enumerate(("pilot", "pilot", "demonstration")):
        make_district(people, stage=stage).authorities.set(bodies[: 1 + number // 2])
    make_district(people)
    officer = people.city_officer
    client.force_login(officer)
    seen = city.overview(Viewer(officer), owed_in_sight(Viewer(officer)))
    page = html.unescape(client.get("/desk/").content.decode())
    for row in (*seen.authorities, seen.totals):
        for stage, count in (("pilot", row.pilots), ("demonstration", row.demonstrations), ("titled", row.pilots + row.demonstrations)):
            href = f"{row.districts_href}&stage={stage}"
            assert f'href="{href}"' in page
            found = client.get(href).context
            assert found["page"].paginator.count == count, href
        assert found["summary"].demo.km2 == row.km2
    assert [(row.pilots, row.demonstrations) for row in (*seen.authorities, seen.totals)] == [(2, 1), (0, 1), (2, 1)]
    drawn = [(row.label, row.words) for row in seen.by_stage.rows]
    assert drawn == [(bodies[0].name, "1 / 3"), (bodies[1].name, "1 / 1")]
    assert f"数据表：{seen.by_stage.title}" not in page, "the table of the card is the one that has the figures"
    assert all(words in page for words in (*(words for _, words in seen.by_stage.legend), seen.by_stage.from_where))


@AREA
def test_the_figure_of_what_is_overdue_says_when_the_menu_counts_more(client, people):
    """The desk of a fictional account counts fiction, the menu everything in sight; the desk tells both and the difference."""
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    real = District.objects.filter(pk=make_district(people, stage="pilot", name="桃浦", titled_on=dt.date(2025, 5, 6)).pk)
    make_district(people, stage="pilot", name="演示乙城（虚构）", titled_on=dt.date(2025, 5, 6))
    officer = people.city_officer
    client.force_login(officer)
    notes = []
    with clock.at(at(2027, 5, 20)):
        for is_demo in (True, False):
            real.update(is_demo=is_demo, sources=["x"])
            page = client.get("/desk/").context
            late = next(one for one in page["desk"].overview.metrics if one["label"] == "逾期")
            assert late["value"] == client.get(late["href"]).context["total"]
            notes.append((late["note"], page["figures"].due - late["value"]))
    other = notes[1][1]
    assert notes[0] == ("按到期事项", 0)
    assert other > 0
    assert notes[1][0] == f"只计演示数据；菜单“到期”{page['figures'].due}项，含真实数据{other}项"


@AREA
def test_the_totals_and_the_months_of_filing_open_exactly_what_they_count(client, people):
    """Totals of what is received, owed and overdue, and self-checks filed by the end of each month, of this year and of the year before."""
    check = received_self_check(people)
    received_self_check(people, district=make_district(people, stage="pilot", name="演示乙城（虚构）", key_areas=["五个新城"]))
    SelfCheck.objects.exclude(pk=check.pk).update(filed_at=at(2027, 1, 31, hour=23), status="filed")
    real = received_self_check(people, district=make_district(people, stage="pilot", name="演示丙城（虚构）", key_areas=["五个新城"]))
    District.objects.filter(pk=real.district_id).update(is_demo=False)
    officer = people.city_officer
    with clock.at(at(2027, 5, 20)):
        client.force_login(officer)
        seen = city.overview(Viewer(officer), owed_in_sight(Viewer(officer)))
        page = html.unescape(client.get("/desk/").content.decode())
        totals = ((seen.totals.owed_href, seen.totals.owed), (seen.totals.late_href, seen.totals.overdue))
        months = [(figure.href, figure.number) for _, figures in seen.chart_rows for figure in figures if figure.number]
        assert [figures[0].number for _, figures in seen.chart_rows] == [1, 1, 2, 2, 2, None]
        assert f"已报2，未报{seen.totals.owed - 2}" in re.sub(r"\s+", "", page)
        for href, number in (*totals, *months):
            assert f'href="{href}"' in page
            assert client.get(href).context["page"].paginator.count == number, href


def test_what_waits_for_a_second_keeper_stands_on_the_desks_of_those_who_decide_it(client, people, settings):
    settings.TWO_KEEPERS = ["keepers", "posts"]
    keepers = (people.system_keeper, people.security_keeper, people.audit_keeper)
    other = make_user("security_keeper", people.keeper_body)
    services.propose_activity(user=people.security_keeper, active=False, reason="调离", by=people.system_keeper)
    links.ask(user=people.audit_keeper, by=people.system_keeper)
    proposed, asked = ("/accounts/proposals/", "决定停用或启用管理员的账号"), ("/accounts/resets/", "放行密码重置")
    expected = ([], [asked], [proposed], [proposed, asked])
    for keeper, items in zip((*keepers, other), expected, strict=True):
        shown = page(client, keeper)
        waiting = [item for item in shown.context["shown_todo"] if item.link != reverse("portal:first_day")]
        assert sorted((item.link, item.title) for item in waiting) == items, keeper.username
        assert all(item.days is not None for item in waiting)
        assert selectors.figures_of(Viewer(User.objects.get(pk=keeper.pk))).todo == len(items) + 1, "开用检查 is one task of all keepers"


def test_who_holds_no_post_reads_so_and_is_led_nowhere(client):
    person = make_user("preparer")
    person.posts.all().delete()
    shown = text(client, person).partition("<main")[2]
    assert "没有在任岗位" in shown
    assert "/accounts/resets/" not in shown


INVITATIONS = "/desk/applications/"


def test_the_desk_invites_a_preparer_to_apply_for_what_meets_every_condition(client):
    people = cast()
    ready = make_ready_district(people)
    approved_system(people, ready)
    make_district(people, name="演示空城（虚构）")

    def invited(seat, **headers):
        client.force_login(getattr(people, seat))
        return client.get(INVITATIONS, **headers).content.decode()

    assert INVITATIONS in text(client, people.preparer)
    part = invited("preparer", HTTP_HX_REQUEST="true")
    assert f"{reverse('approvals:case_start')}?district={ready.pk}" in part
    assert (part.count("建立试点申报"), "<html" in part) == (1, False)
    assert "演示空城" not in part
    assert "<html" in invited("preparer")
    for seat in ("reviewer", "authority", "city_officer", "outsider_preparer"):
        assert ready.name not in invited(seat, HTTP_HX_REQUEST="true"), seat
        if seat != "outsider_preparer":
            assert INVITATIONS not in text(client, getattr(people, seat)), seat
    District.objects.filter(pk=ready.pk).update(stage=Stage.PILOT)
    assert ready.name not in invited("preparer")
    assert "没有可以申报的（最多核对8个）" in invited("preparer")


def test_the_desk_asks_no_policy_and_the_invitation_of_so_many_districts_only(client, people, kept_queries):
    for index in range(selectors.SHOWN_DISTRICTS):
        make_district(people, name=f"演示{index}城（虚构）")
    client.force_login(people.preparer)
    client.get(INVITATIONS)
    with kept_queries("desk"):
        client.get(DESK)
    with kept_queries("invitations"):
        client.get(INVITATIONS)
    make_district(people, name="演示末城（虚构）")
    with kept_queries("invitations"):
        client.get(INVITATIONS)
    District.objects.all().update(stage=Stage.PILOT)
    with kept_queries("none"):
        client.get(INVITATIONS)
