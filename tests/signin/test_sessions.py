import datetime as dt
from http import HTTPStatus

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from greendistrict.audit.models import AuditRecord
from greendistrict.notifications.models import Notification
from greendistrict.signin import browsers, sessions, stamps
from greendistrict.signin.models import KnownBrowser, SignedSession
from greendistrict.signin.tasks import clear_sessions
from greendistrict.workflow import outbox
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
DESK = "/desk/"


@pytest.fixture
def user():
    return make_user("preparer", username="here")


@pytest.fixture
def later(monkeypatch):
    """Let real time pass for sessions: ``later(minutes=31)``."""
    passed = [0]
    begun = stamps.now()
    monkeypatch.setattr(stamps, "now", lambda: begun + passed[0])

    def pass_time(**span):
        passed[0] += int(dt.timedelta(**span).total_seconds())

    return pass_time


def signed_in(user, agent=CHROME, client=None):
    client = client or Client(headers={"User-Agent": agent})
    client.post(reverse("accounts:login"), {"username": user.username, "password": PASSWORD})
    assert SESSION_KEY in client.session
    return client


def is_in(client):
    return client.get(reverse("signin:sessions")).status_code == HTTPStatus.OK


def test_the_list_says_where_one_is_signed_in(user):
    here, there = signed_in(user), signed_in(user, "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0")
    page = here.get(reverse("signin:sessions")).content.decode()
    assert "Chrome 120 · Windows" in page
    assert "Firefox 115 · Linux" in page
    assert page.count("本次登录") == 1
    assert "127.0.0.1" in page
    assert here.session.session_key not in page
    assert there.session.session_key not in page


@pytest.mark.parametrize("others", [0, 2])
def test_the_list_costs_the_same_however_many_there_are(user, others, kept_queries):
    here = signed_in(user)
    for _ in range(others):
        signed_in(user)
    here.get(reverse("signin:sessions"))
    with kept_queries():
        here.get(reverse("signin:sessions"))


def test_one_is_ended_or_all_others(user):
    here, there, third = signed_in(user), signed_in(user), signed_in(user)
    name = SignedSession.objects.get(pk=there.session.session_key).name
    here.post(reverse("signin:session_end"), {"name": name})
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)
    here.post(reverse("signin:session_end"))
    assert (is_in(here), is_in(third)) == (True, False)
    assert [record.data for record in AuditRecord.objects.filter(action="signin.end_sessions")] == [{"sessions": 1}, {"sessions": 1}]


def test_nobody_ends_somebody_elses(user):
    other = signed_in(make_user("preparer"))
    here = signed_in(user)
    here.post(reverse("signin:session_end"), {"name": SignedSession.objects.get(pk=other.session.session_key).name})
    here.post(reverse("signin:session_end"))
    assert is_in(other)


def test_a_session_that_was_idle_ends(user, later):
    here = signed_in(user)
    later(minutes=29)
    assert is_in(here)
    later(minutes=29)
    assert is_in(here)
    later(minutes=31)
    answer = here.get(DESK)
    assert answer.url.startswith(reverse("accounts:login"))
    assert SESSION_KEY not in here.session


def test_what_a_page_asks_by_itself_does_not_count(user, later):
    here = signed_in(user)
    for _ in range(4):
        later(minutes=8)
        here.get(DESK, headers={"X-Background": "1"})
    assert not is_in(here)


def test_however_busy_it_ends_after_its_hours(user, later, settings):
    here = signed_in(user)
    for _ in range(settings.SESSION_COOKIE_AGE // 1200 - 1):
        later(minutes=20)
        assert is_in(here)
    later(minutes=21)
    assert not is_in(here)


def test_without_a_limit_nobody_is_signed_out_for_being_idle(user, later, settings):
    settings.IDLE_MINUTES = 0
    here = signed_in(user)
    later(hours=7)
    assert is_in(here)


@pytest.mark.parametrize(("seat", "minutes"), [("city_officer", 15), ("audit_keeper", 15), ("preparer", 30)])
def test_city_and_keepers_have_less_time(people, later, settings, seat, minutes):
    settings.IDLE_MINUTES_CITY = 15
    here = signed_in(getattr(people, seat))
    later(minutes=minutes - 1)
    assert is_in(here)
    later(minutes=minutes + 1)
    assert not is_in(here)


def test_a_session_that_was_made_without_the_sign_in_page_has_limits_too(client, user, later):
    client.force_login(user)
    assert is_in(client)
    later(minutes=31)
    assert not is_in(client)


def test_asking_how_long_it_lasts_does_not_make_it_longer(user, later, settings):
    here = signed_in(user)
    settings.IDLE_MINUTES = 30
    later(minutes=20)
    asking = {"X-Background": "1"}
    assert here.get(reverse("signin:session_left"), headers=asking).json() == {"left": 600}
    assert "继续使用" in here.get(reverse("signin:session_warning"), headers=asking).content.decode()
    assert here.get(reverse("signin:session_left"), headers=asking).json() == {"left": 600}
    assert here.post(reverse("signin:session_stay"), headers=asking).json() == {"left": 1800}
    later(minutes=30)
    assert here.get(reverse("signin:session_left"), headers=asking).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.usefixtures("later")
def test_the_frame_says_how_long_it_lasts(user):
    assert 'data-session-left="1800" data-session="/accounts/sessions/"' in signed_in(user).get(DESK).content.decode()


def test_being_there_is_written_down_once_a_minute(user, later, kept_queries):
    here = signed_in(user)
    here.get(reverse("signin:sessions"))
    before = SignedSession.objects.get(pk=here.session.session_key).seen_at
    later(seconds=59)
    with kept_queries():
        here.get(reverse("signin:sessions"))
    assert SignedSession.objects.get(pk=here.session.session_key).seen_at == before
    later(seconds=1)
    here.get(reverse("signin:sessions"))
    assert SignedSession.objects.get(pk=here.session.session_key).seen_at - before == dt.timedelta(minutes=1)


def test_beyond_the_number_allowed_the_oldest_ends(user, settings, later):
    settings.SESSIONS_AT_ONCE = 2
    came = []
    for _ in range(3):
        came.append(signed_in(user))
        later(seconds=5)
    assert [is_in(one) for one in came] == [False, True, True]


def test_a_new_password_ends_the_others_and_they_leave_the_list(user):
    here, there = signed_in(user), signed_in(user)
    new = {"old_password": PASSWORD, "new_password1": "Another-word-77", "new_password2": "Another-word-77"}
    assert here.post(reverse("accounts:password_change"), new).status_code == HTTPStatus.FOUND
    assert not is_in(there)
    user.refresh_from_db()
    assert [row.session_key for row in sessions.sessions_of(user)] == [here.session.session_key]


def test_a_new_browser_is_told_of_and_a_known_one_is_not():
    user = make_user("preparer", username="here", is_demo=False)
    first = signed_in(user)
    outbox.drain()
    assert not Notification.objects.filter(receiver=user).exists()
    assert first.post(reverse("accounts:logout"))["Clear-Site-Data"] == '"cache"'
    signed_in(user, client=first)
    assert KnownBrowser.objects.filter(user=user).count() == 1
    signed_in(user, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 (KHTML, like Gecko) Version/17.1 Safari/605")
    outbox.drain()
    told = Notification.objects.get(receiver=user)
    assert (told.title, "Safari 17 · macOS" in told.body) == ("账号在新的浏览器登录", True)
    assert AuditRecord.objects.filter(action="signin.new_browser").count() == 1


def test_browsers_by_name():
    labels = {
        CHROME: "Chrome 120 · Windows",
        f"{CHROME} Edg/120.0": "Edge 120 · Windows",
        "Mozilla/5.0 (Linux; Android 13) AppleWebKit Chrome/110.0 Mobile MicroMessenger/8.0": "微信 8 · Android",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/108.0 Safari/537.36 QIHU 360SE": "360浏览器 · Windows",
        "curl/8.0": "不明浏览器",
        "": "不明浏览器",
    }
    assert {agent: browsers.label_of(agent) for agent in labels} == labels


def test_sessions_that_are_over_are_deleted_daily(user):
    here = signed_in(user)
    SignedSession.objects.filter(pk=here.session.session_key).update(expire_date=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    kept = signed_in(user)
    clear_sessions()
    assert list(SignedSession.objects.filter(account=user)) == [SignedSession.objects.get(pk=kept.session.session_key)]


def test_the_operator_signs_one_person_or_everybody_out(user, capsys):
    here, other = signed_in(user), signed_in(make_user("reviewer", username="other"))
    call_command("end_sessions", "here")
    assert [is_in(one) for one in (here, other)] == [False, True]
    signed_in(user)
    call_command("end_sessions", "--all")
    assert not is_in(other)
    assert capsys.readouterr().out.split() == ["已退出1个登录", "已退出2个登录"]
    rows = AuditRecord.objects.filter(action="signin.end_sessions").order_by("pk")
    assert [(row.subject_label, row.data) for row in rows] == [(str(user), {"sessions": 1}), ("全部账号", {"sessions": 2})]
    with pytest.raises(CommandError, match="没有这个账号"):
        call_command("end_sessions", "nobody")
