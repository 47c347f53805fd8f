"""The load tool: its mix, its client, what it counts, and that every act asks what the portal and the limits answer."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

import pytest
from django.conf import settings
from django.test import Client

from assessments.reviews.models import ExpertScore
from assessments.tables.models import ScoreRow
from tests.processes import Portal
from tools.bench import seeding
from tools.load.crowd import LIMIT, ORDER, PORTAL, LoadTally, Order, crowd, fault, not_ordered
from tools.load.mix import MIX, Mix, read_mix
from tools.load.processors import ProcessorTime, seconds_of
from tools.load.run import TINY, figures, lines, percentile, result_of
from tools.load.seats import LoadAct, Participant, SavedField, Saving, everybody
from tools.load.wire import KeptLine, Reply, Request

PAGE = b"<!doctype html><p>here</p></html>\n"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
HEAD_END = b"\r\n\r\n"


def test_the_mix_is_whole_and_each_seat_has_acts():
    mix = read_mix()
    assert set(mix.people) == set(mix.acts) == {"preparer", "bureau", "expert", "officer", "visitor"}
    assert (mix.think_seconds, mix.reports_a_minute > 0) == (10, True)


@pytest.mark.parametrize(
    ("old", "new"), [("preparer = 40", "preparer = 41"), ('"home" = 40', '"home" = 39'), ('"home" = 40', '"home" = 100')]
)
def test_a_mix_that_is_not_whole_is_refused(tmp_path, old, new):
    written = MIX.read_text(encoding="utf-8")
    assert written.count(old) == 1
    other = tmp_path / "mix.toml"
    other.write_text(
        written.replace(old, new).replace('"register" = 60', '"register" = 0' if "100" in new else '"register" = 60'), encoding="utf-8"
    )
    with pytest.raises(ValueError, match="do not add up to 100"):
        read_mix(other)


@pytest.mark.parametrize("total", [5, 10, 99, 100, 400])
def test_people_sit_as_the_mix_says_and_nobody_is_lost(total):
    seats = read_mix().seats(total)
    assert (sum(seats.values()), min(seats.values()) >= 1, max(seats, key=lambda seat: seats[seat])) == (total, True, "preparer")
    if total == 100:
        assert seats == read_mix().people


@asynccontextmanager
async def answering(*answers, close_after=10**6, pause=0.0):
    """A server that gives these answers in turn, on a connection only so many; yields port and what it was sent."""
    sent, turns, tasks = [], iter(range(10**6)), []

    async def serve(reader, writer):
        tasks.append(asyncio.current_task())
        for _ in range(close_after):
            try:
                head = await reader.readuntil(HEAD_END)
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            length = re.search(rb"Content-Length: (\d+)", head)
            body = await reader.readexactly(int(length.group(1))) if length else b""
            sent.append(head + body)
            await asyncio.sleep(pause)
            writer.write(answers[next(turns) % len(answers)])
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], sent
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*tasks)


def ask(*requests, **served):
    """Replies of one line to these requests, and what was sent."""

    async def asked():
        async with answering(*served.pop("answers"), **served) as (port, sent):
            line = KeptLine(port, "key")
            replies = []
            for one in requests:
                replies.append(await line.ask(one))
                await asyncio.sleep(0.05)  # the server closes what it wants to close
            await line.close()
            return replies, sent

    return asyncio.run(asked())


def test_pages_and_forms_are_sent_as_a_browser_sends_them_and_read_to_their_end():
    head = b"HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\nLocation: /there/\r\nX-Version: 7\r\n\r\n"
    chunked = head + b"3\r\nabc\r\nc\r\n<p>23456789\n\r\n0\r\n\r\n"
    replies, sent = ask(Request("/page/"), Request("/form/", {"词": "值"}), answers=[GOOD, chunked])
    assert replies == [Reply(200, "", "", PAGE), Reply(302, "/there/", "7", b"abc<p>23456789\n")]
    assert sent[0].startswith(b"GET /page/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken=")
    assert b"; sessionid=key\r\n" in sent[0]
    assert sent[1].startswith(b"POST /form/ ")
    assert dict(parse_qsl(sent[1].partition(HEAD_END)[2].decode())) == {"词": "值"}


@pytest.mark.parametrize("answer", [GOOD, GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)])
def test_a_connection_that_was_closed_meanwhile_is_opened_again(answer):
    replies, sent = ask(Request("/1/"), Request("/2/"), answers=[answer], close_after=1)
    assert ([reply.status for reply in replies], len(sent)) == ([200, 200], 2)


def test_an_answer_that_breaks_off_is_an_error():
    with pytest.raises(asyncio.IncompleteReadError):
        ask(Request("/1/"), answers=[GOOD[:-5]], close_after=1)


@pytest.mark.parametrize(
    ("reply", "side", "words"),
    [
        (Reply(200, "", "", PAGE), PORTAL, ""),
        (Reply(200, "", "", PAGE[:-5]), PORTAL, "a page without its end"),
        (Reply(200, "", "", PAGE[:-5]), LIMIT, ""),
        (Reply(204, "", "", PAGE), PORTAL, ""),
        (Reply(302, "/accounts/login/?next=/desk/", "", b""), PORTAL, "led to /accounts/login/"),
        (Reply(503, "", "", PAGE), PORTAL, "status 503"),
        (Reply(404, "", "", PAGE), LIMIT, "status 404"),
    ],
)
def test_a_wrong_answer_is_an_error_by_its_kind(reply, side, words):
    assert fault(reply, LoadAct("/", "/"), side) == words


def test_an_order_leads_to_its_job():
    assert [not_ordered(Reply(status, place, "", b"")) for status, place in ((302, "/reports/jobs/1/"), (302, "/"), (422, ""))] == [
        "", "status 302", "status 422",
    ]  # fmt: skip


def test_the_version_of_what_is_saved_follows_the_answers():
    fields = [
        SavedField("/a/", "/limit/a/", lambda number, version: {"text": str(number), "version": str(version)}, start) for start in (3, 8)
    ]
    act, forms = Saving(fields), []
    for reply in (Reply(200, "", "5", b""), Reply(200, "", "", b""), Reply(409, "", "", b""), Reply(503, "", "", b"")):
        forms.append(act.ours().form)
        act.answered(reply)
    assert [(form["text"], form["version"]) for form in forms] == [("1", "3"), ("1", "8"), ("2", "5"), ("2", "9")]
    assert [field.version for field in fields] == [6, 9]
    assert [act.limit() for _ in fields] == [Request("/limit/a/", {"value": "3"})] * 2


MIXED = Mix(0.0, 600.0, {"visitor": 100}, {"visitor": {"home": 100}})


def counted(*answers, people=3, window=0.6, order=None, **served):
    """What a crowd counts at a server that answers like this."""

    async def working():
        async with answering(*answers, **served) as (port, _):
            person = Participant("visitor", "", {"home": LoadAct("/", "/")})
            groups = {"client": lambda: [os.getpid()]}
            return await crowd(port, [person] * people, MIXED, PORTAL, window=window, think=0.05, groups=groups, order=order)

    return asyncio.run(working())


def test_a_crowd_counts_answers_and_errors_apart():
    tally = counted(GOOD, b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
    good, bad = len(tally.seconds["home"]), tally.errors["home: status 503"]
    assert set(tally.errors) == {"home: status 503"}
    assert (good > 3, abs(good - bad) <= 3, 0 < tally.in_time <= good) == (True, True, True)
    assert (tally.people, list(tally.processors)) == (3, ["client"])


def test_what_comes_after_the_end_is_timed_and_not_counted_among_the_answers_of_the_time():
    tally = counted(GOOD, pause=2.0, window=3.5)  # the first is asked for before, the second answered after it
    assert (tally.in_time, len(tally.seconds["home"]), min(tally.all_seconds()) >= 2) == (0, 3, True)


def test_a_connection_that_breaks_is_an_error_of_its_own():
    assert set(counted(GOOD[:-3], close_after=1).errors) == {"home: connection: IncompleteReadError"}


def test_orders_are_told_and_stay_out_of_the_times_beside_the_limit():
    led = b"HTTP/1.1 302 Found\r\nLocation: /reports/jobs/1/\r\nContent-Length: 0\r\n\r\n"
    tally = counted(led, people=1, order=Order("key", [Request("/order/", {})]))
    assert len(tally.seconds[ORDER]) >= 2
    assert (tally.in_time, tally.all_seconds()) == (0, [])


def test_percentiles_are_the_nearest_rank():
    assert [percentile([one / 1000 for one in range(1, 101)], share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert (percentile([0.007], 0.99), percentile([], 0.5)) == (7, None)


def test_a_step_tells_both_sides_and_the_limit_over_the_portal():
    ours = LoadTally(10, 2.0, {"home": [0.1, 0.2], ORDER: [9.0]}, processors={"client": 1.8, "web": 1.0}, in_time=2)
    ours.errors["home: status 503"] = 4
    limit = LoadTally(10, 2.0, {"home": [0.05, 0.1]}, processors={"client": 0.1, "web": 0.5}, in_time=4)
    found = result_of(ours, limit)
    assert found["ratios"] == {"p50": 0.5, "p95": 0.5, "p99": 0.5, "web seconds a request": 0.25}
    assert (found["portal"]["requests a second"], found["limit"]["requests a second"]) == (1, 2)
    assert found["portal"]["processors"] == {"client": 0.9, "web": 0.5}
    assert (found["acts"]["home"]["answers"], found["acts"]["home"]["limit p50"], found["acts"][ORDER]["limit p50"]) == (2, 50, None)
    said = "\n".join(lines(found))
    assert said.count("too busy") == 1
    for words in ("10 people", "error      4 × home: status 503", "p50 100  p95 200  p99 200 ms", "p50 0.50", "client 0.90, web 0.50"):
        assert words in said
    assert figures(LoadTally(1, 1.0))["p50"] is None


BURN = "import time; since = time.process_time()\nwhile time.process_time() - since < {}: pass\n"


def test_processor_time_of_processes_that_came_and_ended_is_counted():
    there = subprocess.Popen([sys.executable, "-c", BURN.format(0.3) + "time.sleep(60)"])
    pids = [there.pid]
    try:
        while seconds_of(there.pid) < 0.3:
            time.sleep(0.05)
        with ProcessorTime({"one": lambda: pids, "none": list}) as used:
            later = subprocess.Popen([sys.executable, "-c", BURN.format(0.5) + "time.sleep(2.5)"])
            pids.append(later.pid)
            later.wait()
        found = used.seconds()
        assert (0.4 <= found["one"] < 5, found["none"]) == (True, 0)
    finally:
        there.kill()
        there.wait()


AREA = ("tools/load", "tools/bench", "tools/management/commands/load.py")


@pytest.mark.area(*AREA)
@pytest.mark.django_db
@pytest.mark.urls("tools.bench.urls")
def test_every_act_is_answered_by_portal_and_limit_and_saves_are_saved():
    mix = read_mix()
    people = everybody(seeding.seed(), dict.fromkeys(mix.people, 3), bodies=2)
    assert {seat: set(people[seat][0].acts) for seat in people} == {seat: set(shares) for seat, shares in mix.acts.items()}
    savings = [(one.session, act) for several in people.values() for one in several for act in one.acts.values() if not act.is_page]
    saved = {(session, act.ours().path) for session, act in savings for _ in range(2)}
    assert len(saved) == 2 * len(savings) == 18, "nobody saves what another one saves"
    before = dict(ScoreRow.objects.values_list("pk", "version")), dict(ExpertScore.objects.values_list("pk", "version"))
    for person in (one for several in people.values() for one in several):
        client = Client(enforce_csrf_checks=False)
        client.cookies["sessionid"] = person.session
        for name, act in person.acts.items():
            for turn in range(2):
                request = act.ours()
                reply = answered(client, request)
                assert fault(reply, act, PORTAL) == "", (name, turn, reply.status)
                act.answered(reply)
            if person.seat != "visitor":  # whose limits are files that a run writes
                assert answered(client, act.limit()).status in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}, name
    after = dict(ScoreRow.objects.values_list("pk", "version")), dict(ExpertScore.objects.values_list("pk", "version"))
    assert sum(after[0].values()) - sum(before[0].values()) >= 10
    assert sum(after[1].values()) - sum(before[1].values()) == 6


def answered(client, request):
    if request.form is None:
        answer = client.get(request.path)
    else:
        typed = {"content_type": "application/x-www-form-urlencoded", "headers": {"hx-request": "true"}}
        answer = client.post(request.path, urlencode(request.form), **typed)
    return Reply(answer.status_code, answer.headers.get("Location", ""), answer.headers.get("X-Version", ""), answer.getvalue())


@pytest.mark.area(*AREA)
def test_a_tiny_load_tells_both_sides_without_an_error(tmp_path):
    out = tmp_path / "load.json"
    with Portal(tmp_path / "portal", f"load_template_{os.getpid()}") as portal:
        template = portal.migrate()
    words = [sys.executable, "manage.py", "load", "--tiny", "--template", template, "--out", str(out)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    done = subprocess.run(words, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    [step] = json.loads(out.read_text(encoding="utf-8"))["steps"]
    assert [step["people"]] == list(TINY.people)
    assert (step["portal"]["errors"], step["limit"]["errors"]) == ({}, {})
    assert min(step[side]["processors"][group] for side in ("portal", "limit") for group in ("client", "web", "database")) > 0
    assert (step["portal"]["requests a second"] > 0, step["ratios"]["p50"] > 0, step["acts"][ORDER]["answers"]) == (True, True, 1)
    assert "reports: 1 ordered" in done.stdout
