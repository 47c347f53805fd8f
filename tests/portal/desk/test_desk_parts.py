"""What the work desk shows to whom, what it never shows, and what it costs."""

import datetime as dt

import pytest

from districts.common.enums import Stage
from greendistrict.core import clock, workdays
from greendistrict.workflow.models import TransitionRecord
from obligations.open_counts import OpenCount
from portal.desk.selectors import counters, desk
from portal.recent_steps.selectors import lately
from portal.todo.selectors import TaskItem, due_items, tasks_of
from tests.factories.accounts import cast, make_organisation, make_user
from tests.factories.approvals import Filing
from tests.factories.districts import make_district
from tests.factories.reviews import Scene

pytestmark = pytest.mark.django_db
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
    for keeper in (people.system_keeper, people.security_keeper, people.audit_keeper):
        assert number not in text(client, keeper)
        assert "演示流转城" not in text(client, keeper)


@pytest.mark.parametrize(("day", "year", "due"), [("2026-04-30", 2025, "2026年4月30日"), ("2026-05-01", 2026, "2027年4月30日")])
def test_a_verifier_reads_what_the_policy_wants_by_when_and_where_what_is_mandated_stands(client, day, year, due):
    person = make_user("verifier")
    with clock.at(dt.datetime.fromisoformat(f"{day}T10:00+08:00")):
        shown = text(client, person)
        assert f"{year}年度碳排放核查报告{due}（含当日）前报送（默认值）" in "".join(shown.split())
        assert "区专门机构委托核查后" in shown
        assert page(client, cast().expert1).context["desk"].carbon is None


def test_drafts_stay_in_their_house():
    filing = Filing(name="演示草稿城（虚构）").to_signing()
    people = filing.people
    assert lately(people.preparer, 10)
    for seat in ("city_officer", "city_director", "secretariat", "partner", "authority", "bureau", "expert1", "outsider_preparer"):
        assert lately(getattr(people, seat), 10) == [], seat


def test_steps_before_the_submission_stay_in_their_house_afterwards():
    filing = Filing().to_sent()
    labels = {entry.label for entry in lately(filing.people.city_officer, 10)}
    assert "报送" in labels
    assert "提交审核" not in labels
    assert "提交审核" in {entry.label for entry in lately(filing.people.preparer, 10)}


def test_the_district_side_learns_nothing_of_a_running_review():
    filing = Filing().to_reviewing()
    people = filing.people
    TransitionRecord.objects.create(
        machine="review", subject=f"assessments.review:{filing.case.review_id}", scope=filing.case.timeline_scope, label="评审",
        action="draw",
        source="preparing", target="inviting", actor=people.secretariat, actor_name="演示评审秘书", at=clock.now(),
    )  # fmt: skip
    assert "抽取专家" in {entry.label for entry in lately(people.city_officer, 10)}
    for seat in ("preparer", "reviewer", "authority", "consultant"):
        assert "抽取专家" not in {entry.label for entry in lately(getattr(people, seat), 20)}, seat


def test_people_of_the_city_are_named_by_post_towards_the_district():
    filing = Filing().to_accepted()
    name = filing.people.city_officer.name
    entry = next(entry for entry in lately(filing.people.preparer, 10) if entry.label == "受理")
    assert name not in entry.who
    assert name in next(entry for entry in lately(filing.people.city_checker, 10) if entry.label == "受理").who


def test_done_and_started_are_ones_own(client):
    filing = Filing().to_signing()
    people = filing.people
    assert "提交审核" in text(client, people.preparer, "?tab=done")
    assert "提交审核" not in text(client, people.reviewer, "?tab=done")
    assert filing.district.name in text(client, people.preparer, "?tab=started")
    assert filing.district.name not in text(client, people.outsider_preparer, "?tab=started")


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


def test_the_city_reads_figures_that_open_their_lists(client, people):
    titled(people, 2, area_km2="2.50", developable_km2="1")
    make_district(people, stage=Stage.DEMONSTRATION, name="演示示范（虚构）", area_km2=None, developable_km2=None)
    overview = page(client, people.city_officer).context["desk"].overview
    figures = {entry["label"]: entry for entry in overview.metrics}
    assert (figures["试点"]["value"], figures["试点"]["note"]) == (2, "5.00 km²")
    assert (figures["示范"]["value"], figures["示范"]["note"]) == (1, "缺1个")
    assert (figures["试点与示范合计"]["value"], figures["试点与示范合计"]["note"]) == (3, "5.00 km²，缺1个")
    for entry in overview.metrics:
        assert client.get(entry["href"]).status_code == 200, entry["label"]
    row = overview.authorities[0]
    assert (row.pilots, row.demonstrations, row.km2_missing) == (2, 1, 1)


def test_real_and_fictional_districts_are_never_added_together(client, people):
    titled(people, 1)
    make_district(name="桃浦智创城", is_demo=False, stage=Stage.PILOT, sources=["x"])
    overview = page(client, people.city_officer).context["desk"].overview
    assert overview.is_demo
    assert overview.totals.pilots == 1


def test_the_frame_shows_figures_once_the_desk_was_opened(client, people):
    user = people.city_officer
    assert counters.figures_of(user) is None
    Filing(people=people).to_sent()
    page(client, user)
    user.__dict__.pop("_figures", None)
    assert counters.todo_count(user) == len(tasks_of(user)) == 1


def test_the_frame_counts_again_when_anything_moved(client, people):
    filing = Filing(people=people).to_sent()
    user = people.city_officer
    page(client, user)
    filing.do("accept", "city_officer")
    user.__dict__.pop("_figures", None)
    assert counters.todo_count(user) == len(tasks_of(user))


def test_a_stranger_with_a_post_elsewhere_sees_an_empty_desk(client, people):
    titled(people, 1)
    stranger = make_user("preparer", make_organisation(name="演示外单位（虚构）"))
    shown = page(client, stranger).context["desk"]
    assert (len(shown.todo), shown.due, shown.happened, shown.districts) == (0, [], [], [])


def test_the_figure_of_reviews_counts_invited_experts_who_have_not_answered(client):
    scene = Scene().to_inviting()
    first, *others = scene.review.members.filter(state="invited").select_related("expert__user")
    scene.accept(first)
    figures = {one["label"]: one for one in page(client, scene.people.city_officer).context["desk"].overview.metrics}
    assert figures["评审进行中"]["note"] == f"专家0 / {len(others) + 1}人已提交，{len(others)}人未答复邀请"


def due_in(*calendar_days):
    """Lines of what is owed, so many days from today; working days do not matter here."""
    return desk.Desk(due=[TaskItem(f"{days}", (), "", workdays.Remaining(days * 5 // 7, days)) for days in calendar_days])


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (range(-9, 0), "-9 -8 -7 -6 -5 -4"),
        ((*range(-9, 0), 3), "-9 -8 -7 -6 -5 3"),
        ((*range(-9, 0), 3, 4, 5), "-9 -8 -7 -6 3 4"),
        ((-9, -1, 3, 4, 5, 6, 7), "-9 -1 3 4 5 6"),
        (range(8), "0 1 2 3 4 5"),
        ((), ""),
    ],
)
def test_what_is_long_overdue_leaves_room_for_what_falls_due_next(days, shown):
    assert " ".join(item.title for item in desk.shown_due(due_in(*days))) == shown


def test_own_duties_come_before_those_of_others_on_the_desk():
    def item(days, *, others):
        return TaskItem(f"{'他' if others else '己'}{days}", (), "", workdays.Remaining(days, days), is_others=others)

    due = [item(day, others=False) for day in (-2, 4)] + [item(day, others=True) for day in (*range(-9, 0), 3)]
    assert " ".join(one.title for one in desk.shown_due(desk.Desk(due=due))) == "己-2 己4 他-9 他-8 他-7 他3"
    own = [item(day, others=False) for day in range(7)]
    assert [one.title for one in desk.shown_due(desk.Desk(due=[*own, *due[2:]]))] == [f"己{day}" for day in range(6)]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([("甲城", 1, False)], "甲城"),
        ([("甲城", 1, False)] * 3, "甲城，3项"),
        ([("乙城", 1, False), ("甲城", 1, False)], "乙城等2个城区"),
        ([("乙城", 1, False), ("甲城", 1, False), ("甲城", 1, False)], "乙城等2个城区，3项"),
        ([("甲城", 4, False), ("丙城", 1, False)], "丙城等5个城区"),
        ([("甲政府", 1, True)], "甲政府"),
        ([("甲政府", 1, True), ("乙政府", 1, True)], "乙政府等2项"),
    ],
)
def test_a_line_counts_districts_and_where_they_owe_several_items_too(entries, said):
    day = dt.date(2027, 3, 31)
    counts = [
        OpenCount(day, "年度自查", "八（二）", number, name, "", is_default_date=False, is_demo=True, kind="self_check", is_of_body=of_body)
        for name, number, of_body in entries
    ]
    assert due_items(counts, day, workdays.current())[0].notes[0] == said


def desk_of(client, user, query=""):
    client.force_login(user)
    return client.get(f"{DESK}{query}")


@pytest.mark.parametrize("tab", ["todo", "done", "started", "messages", "nonsense"])
def test_every_seat_has_every_tab(client, people, tab):
    for user in people.everybody.values():
        assert desk_of(client, user, f"?tab={tab}").status_code == 200
