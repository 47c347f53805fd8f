"""催办: previewed, sent as shown, audited, limited in frequency, only by people who oversee the duty, never about a right."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from approvals.bulk import services as bulk
from approvals.cases.selectors import cases as case_selectors
from greendistrict.accounts import delegations
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.policy.services import set_setting
from greendistrict.workflow import urged
from greendistrict.workflow.models import OutboxMessage
from obligations import urging
from obligations.models import Urging
from obligations.selectors import due, in_sight
from obligations.urging import urged_of_cases
from tests.factories.accounts import make_user
from tests.factories.approvals import Filing
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.obligations.world import titled
from tests.refusing import refuses

URL, LIST = "obligations:obligation_urge", "obligations:obligation_list"
LATE = dt.date(2027, 4, 5)  # a Monday; self-checks of 2026 fell due on 31 March
NOW = at(2027, 4, 5)
pytestmark = pytest.mark.usefixtures("arranged")


@pytest.fixture
def late(people):
    titled(people, "演示乙城（虚构）")
    return [row for row in due(Viewer(None, as_of=LATE)) if row.kind == "self_check" and row.year == 2026]


def plan(user, rows, note=""):
    with clock.at(NOW):
        return urging.planned(user, rows, note, LATE)


def sent(user, rows, note="", moment=NOW):
    with clock.at(moment):
        today = clock.today()
        shown = [item.shown for item in urging.planned(user, rows, note, today)]
        return urging.urge(keys=[row.key for row in rows], shown=shown, note=note, by=user)


def messages_of(kind="urged"):
    return list(OutboxMessage.objects.filter(payload__kind=kind).order_by("pk"))


def test_what_is_previewed_is_sent_to_those_who_act_and_kept(people, late):
    items = plan(people.city_officer, late, "请于本周内报送。")
    assert [item.title for item in items] == [f"催办：{row.district}2026年度自查已逾期3个工作日（期限待市级确认）" for row in late]
    assert {user for item in items for user in item.people} >= {people.preparer}
    assert people.city_officer.name in items[0].body
    assert "请于本周内报送。" in items[0].body
    assert "2027年3月31日" in items[0].body
    assert sent(people.city_officer, late, "请于本周内报送。") == 2
    told = messages_of()
    assert {(row.payload["title"], row.payload["body"]) for row in told} == {(item.title, item.body) for item in items}
    assert {row.payload["receiver"] for row in told} == {user.pk for item in items for user in item.people}
    assert [(row.obligation, row.by, row.receivers) for row in Urging.objects.order_by("pk")] == [
        (item.obligation.key, people.city_officer, len(item.people)) for item in items
    ]
    assert AuditRecord.objects.filter(action="obligations.urge").count() == 2


@pytest.mark.parametrize("seat", ["city_officer", "city_checker", "city_director"])
def test_a_deputy_urges_under_both_names(people, late, seat):
    giver, first = getattr(people, seat), NOW.date()
    deputy = make_user(Role.CITY_LEGAL, giver.posts.get().organisation, username="deputy")
    with clock.at(NOW):
        delegations.delegate(post=giver.posts.get(), deputy=deputy, first=first, last=first, reason="出差", by=giver)
    sent(User.objects.get(pk=deputy.pk), late[:1])
    assert Urging.objects.get().by_named == f"{deputy.name}（受{giver.name}委托）"


def test_nothing_is_urged_twice_on_a_day_nor_within_the_days_of_the_setting(people, late):
    one = late[:1]
    sent(people.city_officer, one)
    assert [item.out for item in plan(people.city_checker, late)] == ["今天已催办", ""]
    refuses("都不能催办", sent, people.city_officer, one)
    assert sent(people.city_officer, one, moment=at(2027, 4, 6)) == 1
    with clock.at(NOW):
        set_setting(key="urging_days", value=3, by=people.city_director, reason="一周两次为限")
    with clock.at(at(2027, 4, 7)):
        [item] = urging.planned(people.city_officer, one, "", clock.today())
    assert item.out == "2027年4月6日已催办，2027年4月9日起可再催"
    assert sent(people.city_officer, one, moment=at(2027, 4, 9)) == 1
    assert Urging.objects.count() == 3


def test_a_right_a_watch_what_is_done_and_what_nobody_receives_is_left_out(people, late):
    row = late[0]
    met = next(row for row in due(Viewer(None, as_of=LATE)) if row.kind == "operation_report" and row.year == 2026)
    coming = row._replace(opens=LATE + dt.timedelta(1), due=dt.date(2027, 6, 1))
    unheard = row._replace(actors=row.actors._replace(bodies=(), people=()))
    rows = [row._replace(kind="hearing"), row._replace(kind="plot_late"), met, coming, unheard]
    assert [item.out[:8] for item in plan(people.city_officer, rows)] == [
        "是当事人的权利，", "只作关注，不催办", "已完成，不催办", "未到办理期，不催", "没有接收人：应办",
    ]  # fmt: skip


def test_the_leading_body_urges_its_districts_and_nobody_urges_what_is_their_own(people, late):
    row = late[0]
    assert [item.out for item in plan(people.authority, [row])] == [""]
    assert plan(people.authority, [row._replace(authority_ids=())])[0].out == "由市级催办"
    assert plan(people.authority, [row._replace(kind="receive_filing")])[0].out == "由市级催办"
    mine = row._replace(actors=row.actors._replace(people=(people.city_officer.pk,)))
    assert plan(people.city_officer, [mine])[0].out == "由您本人办理"
    assert plan(people.secretariat, [row])[0].out == "由市级催办"
    refuses(NotAllowed, plan, people.preparer, [row])


def test_experts_are_urged_by_the_secretariat_without_a_name_on_the_page(people, client):
    with clock.at(at(2027, 2, 9)):
        scene = Scene(people=people).to_scoring()
    with clock.at(at(2027, 3, 10)):
        rows = [row for row in in_sight(Viewer(people.secretariat)) if row.kind == "scores"]
        assert {item.out for item in urging.planned(people.secretariat, rows, "", clock.today())} == {""}
        assert {item.out for item in urging.planned(people.city_director, rows, "", clock.today())} == {"专家由评审秘书催办"}
        client.force_login(people.secretariat)
        page = client.get(reverse(URL), {"key": [row.key for row in rows]}).content.decode()
    assert "专家3评分" in page
    assert not any(member.expert.user.name in page for member in scene.members)
    assert sent(people.secretariat, rows, moment=at(2027, 3, 10)) == 5
    assert {row.payload["receiver"] for row in messages_of()} == {member.expert.user_id for member in scene.members}


def test_what_changed_since_it_was_shown_is_not_sent(people, late):
    shown = [item.shown for item in plan(people.city_officer, late)]
    with clock.at(NOW), pytest.raises(Stale):
        urging.urge(keys=[row.key for row in late], shown=[*shown[:1], "x"], note="", by=people.city_officer)
    assert not Urging.objects.exists()


def test_more_overdue_ones_than_are_urged_at_once_are_not_counted(officer, late, monkeypatch):
    monkeypatch.setattr("obligations.urging.MOST", 1)
    with clock.at(NOW):
        page = officer.get(reverse(LIST), {"kind": "self_check"}).content.decode()
    assert "催办逾期的前1项" in page


def test_the_officer_urges_from_the_list_and_returns_to_it(client, people, late):
    client.force_login(people.city_officer)
    with clock.at(NOW):
        listed = client.get(reverse(LIST), {"kind": "self_check"})
        assert (listed.context["late_urgeable"], "催办全部逾期（2）" in listed.content.decode()) == (2, True)
        preview = client.post(reverse(URL), {"all": "late", "asked": "kind=self_check&district=x"})
        assert preview.content.decode().count("已逾期3个工作日") == 2
        form = {"key": [row.key for row in late], "shown": [item.shown for item in preview.context["items"]]} | {"asked": "kind=self_check"}
        assert client.post(reverse(URL), form | {"note": "长" * 201, "confirmed": "yes"}).status_code == 422
        assert client.post(reverse(URL), form | {"note": "请抓紧"}).content.decode().count("请抓紧\n") == 2
        assert not Urging.objects.exists()
        assert client.post(reverse(URL), form | {"note": "请抓紧", "confirmed": "yes"}).url == f"{reverse(LIST)}?kind=self_check"
        assert client.get(reverse(LIST)).content.decode().count("已催办1次，最近4月5日") == 2
        told = {row.receivers for row in Urging.objects.all()}.pop()
        assert f"通知{told}人：请抓紧" in client.get(reverse("obligations:obligation_detail", args=[late[0].key])).content.decode()
        again = client.post(reverse(URL), form | {"confirmed": "yes"})
        assert again.status_code == 409
        assert client.get(reverse(URL), {"key": late[0].key, "back": "https://example.com/"}).context["back"] == reverse(LIST)


def test_only_who_looks_after_duties_opens_the_page_and_only_what_is_in_sight_is_urged(client, people, late):
    may = {"city_officer", "city_checker", "city_director", "secretariat", "authority"}
    with clock.at(NOW):
        for seat, user in people.everybody.items():
            client.force_login(user)
            assert client.post(reverse(URL), {"key": late[0].key}).status_code == (200 if seat in may else 404), seat
        client.force_login(people.city_officer)
        assert client.post(reverse(URL), {"key": "self_check:0:2026"}).status_code == 404
        assert client.post(reverse(URL)).url == reverse(LIST)


def test_the_list_is_exported_as_filtered_with_what_was_urged(officer, people, late):
    sent(people.city_officer, late[:1])
    with clock.at(NOW):
        listed = officer.get(reverse(LIST), {"kind": "self_check", "state": "overdue"})
        answer = officer.get(reverse("obligations:obligation_export"), {"kind": "self_check", "state": "overdue"})
    assert f"{reverse('obligations:obligation_export')}?kind=self_check&amp;state=overdue" in listed.content.decode()
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    found = [row for row in rows if row[1] == "2026年度自查"]
    assert len(found) == listed.context["total"] == 2
    assert {row[7] for row in found} == {"逾期"}
    assert sorted(int(row[11] or 0) for row in found) == [0, 1]
    assert AuditRecord.objects.get(action="obligations.export").data["rows"] == 2


def urged_in_bulk(by, case, moment):
    with clock.at(moment):
        return bulk.carry_out(kind="remind", cases=[case], expected=[case.pk], by=by)


def left_out(by, case, moment):
    with clock.at(moment):
        [item] = bulk.plan(kind="remind", cases=[case], by=by)
        return item.out


def test_a_case_urged_in_bulk_and_its_duty_share_one_limit(cast_of_2026):
    officer = cast_of_2026.city_officer
    with clock.at(at(2026, 2, 9)):
        filing = Filing(cast_of_2026).to_correcting()
    case = filing.fresh()

    def duty(moment):
        with clock.at(moment):
            rows = [row for row in in_sight(Viewer(officer)) if row.kind == "correction"]
            return rows, [item.out for item in urging.planned(officer, rows, "", clock.today())]

    urged_in_bulk(officer, case, at(2026, 3, 10))
    rows, out = duty(at(2026, 3, 10))
    assert (len(rows), out) == (1, ["今天已催办"])
    assert sent(officer, rows, moment=at(2026, 3, 11)) == 1
    assert left_out(officer, case, at(2026, 3, 11)) == "今天已催办"
    refuses(Stale, urged_in_bulk, officer, case, at(2026, 3, 11))
    with clock.at(at(2026, 3, 11)):
        set_setting(key="urging_days", value=3, by=cast_of_2026.city_director, reason="一周两次为限")
    assert left_out(officer, case, at(2026, 3, 13)) == "2026年3月11日已催办，2026年3月16日起可再催"
    urged_in_bulk(officer, case, at(2026, 3, 16))
    assert duty(at(2026, 3, 17))[1] == ["2026年3月16日已催办，2026年3月19日起可再催"]


def test_what_the_city_owes_of_a_case_limits_nobody_outside(cast_of_2026):
    with clock.at(at(2026, 2, 9)):
        case = Filing(cast_of_2026).to_correcting().fresh()
    officer = cast_of_2026.city_officer
    said = {"due": dt.date(2026, 2, 12), "day": dt.date(2026, 2, 10), "at": at(2026, 2, 10), "by": officer, "receivers": 1}
    Urging.objects.create(obligation=f"accept_case:case-{case.pk}:1", **said)
    Urging.objects.create(obligation=f"correction:case-{case.pk + 1}:1", **said)
    assert left_out(officer, case, at(2026, 2, 10)) == ""


def test_many_cases_ask_for_their_urgings_once(cast_of_2026, kept_queries):
    with clock.at(at(2026, 2, 9)):
        cases = [Filing(cast_of_2026, name=f"演示{name}城（虚构）", code=name).to_correcting().fresh() for name in ("甲", "乙")]
    matters = {urged.matter("case", case.pk) for case in cases}
    urged_in_bulk(cast_of_2026.city_officer, cases[0], at(2026, 2, 10))
    with clock.at(at(2026, 2, 10)), kept_queries():  # calendar, settings, and one for each way
        assert urged.UrgingLimit(clock.today()).last_urged(matters, case_selectors.urged_in_bulk, urged_of_cases) == {
            urged.matter("case", cases[0].pk): dt.date(2026, 2, 10)
        }
