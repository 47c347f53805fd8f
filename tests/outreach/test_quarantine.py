"""Whatever the public may file is never refused for its number: beyond the bounds it waits apart, dated and with a receipt."""

import datetime as dt
import html
import re
from functools import partial

import pytest

from approvals.cases.models.correspondence import Notice, Objection
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from outreach.common import humans
from outreach.common import services as filing
from outreach.common.models import HeldFiling
from outreach.common.receipts import new_arrival
from outreach.common.services import ANSWERED_TIMES, BUCKETS
from outreach.disclosures import selectors as disclosures
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.services import DisclosureWords, file_disclosure
from outreach.exchange.models import EventSignUp
from outreach.opinions import selectors as opinions
from outreach.opinions.models import PublicOpinion
from outreach.opinions.services import OpinionWords, file_opinion
from outreach.quarantine import services
from portal.personal.services import drop_expired
from portal.todo.selectors import tasks_of
from tests.factories.approvals import Filing
from tests.outreach.asking import CITY, said, to
from tests.outreach.disclosures.test_disclosures import ASKED
from tests.outreach.exchange.world import published
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
NUMERALS = {one: str(at) for at, one in enumerate("零一二三四五六七八九")}
CODE = re.compile(r"(?:[A-Z2-9]{4}-){4}[A-Z2-9]{4}")


def on_notice(people):
    Filing(people).to_notice()
    return to("opinion_on_notice", Notice.objects.get().pk)


DOORS = {  # what may be filed: its form, the model of the matters, the contents of the nth, the page of its receipts
    "programme": (lambda _: to("opinion_on_programme"), PublicOpinion, lambda turn: {"text": f"第{turn}条（虚构）"}, "opinion_receipt"),
    "notice": (on_notice, PublicOpinion, lambda turn: {"text": f"第{turn}条（虚构）", "name": "演示居民"}, "opinion_receipt"),
    "disclosure": (lambda _: to("disclosure_new"), DisclosureRequest, lambda nth: {**ASKED, "wanted": f"第{nth}项"}, "disclosure_receipt"),
    "sign_up": (
        lambda people: to("event_sign_up_public", published(people, capacity=2000).pk), EventSignUp,
        lambda turn: {"name": "访客（虚构）", "contact": f"137{turn:08}"}, "sign_up_receipt",
    ),
}  # fmt: skip


OTHERS = pytest.mark.area("outreach")  # one door shows what holds for all


@pytest.fixture(params=["notice", *(pytest.param(name, marks=OTHERS) for name in DOORS if name != "notice")])
def door(request, people, settings):
    """One of the doors; each takes 20 a day."""
    settings.OPINIONS_A_DAY = settings.OPINIONS_A_NOTICE = settings.DISCLOSURES_A_DAY = settings.SIGN_UPS_A_DAY = 20
    form, model, content, receipt = DOORS[request.param]
    return form(people), model, content, to(receipt)


def solved(page):
    """Fields of the question that a page asks, answered as a person would."""
    token = re.search(r'name="asked" value="([^"]+)"', page)[1]
    text = html.unescape(page)
    if found := re.search(r"(.)加(.)等于几", text):
        return {"asked": token, "answer": str(int(NUMERALS[found[1]]) + int(NUMERALS[found[2]]))}
    if found := re.search(r"“(.{4})”的第(.)个字", text):
        return {"asked": token, "answer": found[1][int(NUMERALS[found[2]]) - 1]}
    words = re.search(r"(\S+?)，哪一个和其他三个不是一类", text)[1].rpartition(">")[2].split("、")
    own = max(humans.GROUPS, key=lambda group: len(set(group) & set(words)))
    return {"asked": token, "answer": next(word for word in words if word not in own)}


def test_sixty_addresses_flood_and_the_next_is_heard(client, people, door):
    form, model, content, receipt = door
    flood = ((f"203.0.{number}.7", 1000 * number + turn) for number in range(60) for turn in range(3))
    assert {client.post(form, content(turn), REMOTE_ADDR=place).status_code for place, turn in flood} == {200}
    assert (model.objects.count() < 100, model.objects.count() + HeldFiling.objects.count()) == (True, 180)
    for turn, place in enumerate(("198.51.100.9", "2001:db8:7::1", "203.0.5.99")):  # the last in a network of the flood
        before = model.objects.count()
        code = CODE.search(said(client.post(form, content(900_000 + turn), REMOTE_ADDR=place)))[0]
        assert (model.objects.count(), client.post(receipt, {"code": code}).status_code) == (before + 1, 200), "heard at once"
    neighbour, before = {"REMOTE_ADDR": "203.0.5.7"}, model.objects.count()  # behind an address of the flood
    page = said(client.post(form, content(900_007), **neighbour))
    code, held = CODE.search(page)[0], HeldFiling.objects.latest("pk")
    assert ("已经收到" in page, held.number in said(client.post(receipt, {"code": code}))) == (True, True)
    wrong = client.post(to("held_answer"), {"code": code, "asked": solved(page)["asked"], "answer": "不知道"}, **neighbour)
    assert (wrong.status_code, "不正确" in said(wrong)) == (422, True)
    done = client.post(to("held_answer"), {"code": code, **solved(said(wrong))}, **neighbour)
    made = model.objects.get(number=held.number)
    came = made.signed_at if model is EventSignUp else made.filed_at
    assert (done.status_code, came, client.post(receipt, {"code": code}).status_code) == (200, held.filed_at, 200)
    straight = client.post(form, {**content(900_008), **solved(said(client.get(form, **neighbour)))}, **neighbour)
    assert (straight.status_code, model.objects.count()) == (200, before + 2), "under load the form asks, and who answers is heard"


def test_one_office_behind_one_address_is_heard_after_the_question(client, door):
    form, model, content, _ = door
    own = BUCKETS[0].most
    assert {client.post(form, content(turn)).status_code for turn in range(8)} == {200}
    assert (model.objects.count(), HeldFiling.objects.count()) == (own, 8 - own)
    for turn in range(own * ANSWERED_TIMES):
        client.post(form, {**content(100 + turn), **solved(said(client.get(form)))})
    client.post(form, content(500), REMOTE_ADDR="127.0.0.2")  # the neighbour has its own
    assert model.objects.count() == own * (1 + ANSWERED_TIMES) + 1


def test_the_officer_lets_through_and_closes_and_terms_count_from_the_day_it_came(client, people, door):
    form, model, content, receipt = door
    code = [CODE.search(said(client.post(form, content(turn))))[0] for turn in range(12)][-1]
    rows = list(HeldFiling.objects.order_by("pk"))
    outbox.drain()
    told = Notification.objects.filter(receiver=people.city_officer).count()
    client.force_login(people.city_officer)
    listed, tasks = (
        said(client.get(to("held_list"))),
        [one.title for one in tasks_of(Viewer(people.city_officer)) if one.kind == "held_filing"],
    )
    assert (all(row.number in listed for row in rows), tasks) == (True, [f"待核对来件{len(rows)}件"])
    unreasoned = client.post(to("held_close"), {"row": rows[0].pk, "reason": " "})
    assert (unreasoned.status_code, said(unreasoned).count(" checked")) == (422, 1)
    without = client.post(to("held_close"), {"reason": "误报（虚构）"})
    assert (without.status_code, "误报（虚构）" in said(without), HeldFiling.objects.exclude(closed_at=None).count()) == (422, True, 0)
    with clock.at(clock.now() + dt.timedelta(days=4)):
        client.post(to("held_release"), {"row": [rows[0].pk, rows[1].pk]})
        client.post(f"{to('held_close')}?network={rows[2].network}", {"all": "1", "reason": "广告（虚构）"})
    if model is not EventSignUp:
        due = partial(opinions.due_of, terms=opinions.term_settings()) if model is PublicOpinion else disclosures.due_of
        assert due(model.objects.get(number=rows[0].number)) == due(model.objects.order_by("pk")[0])
    assert (model.objects.count(), HeldFiling.objects.filter(close_reason="广告（虚构）").count()) == (BUCKETS[0].most + 2, len(rows) - 2)
    assert "广告（虚构）" in said(client.get(f"{to('held_list')}?standing=closed"))
    assert not [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "held_filing"]
    assert Notification.objects.filter(receiver=people.city_officer).count() == told
    client.logout()
    assert "广告（虚构）" in said(client.post(receipt, {"code": code}))
    for row in (rows[0], rows[3]):
        refuses("已经处理", services.release, held=row, by=None)
    with clock.at(clock.now() + dt.timedelta(days=181)):
        drop_expired()
    assert not HeldFiling.objects.exists()


ONCE = {
    "opinion": lambda came: file_opinion(words=OpinionWords("同样的话（虚构）"), address="", came=came),
    "disclosure": lambda came: file_disclosure(words=DisclosureWords(**ASKED), address="", came=came),
}


@pytest.mark.parametrize("kind", ONCE)
def test_the_same_of_one_day_is_one_matter_on_whatever_day_it_is_let_through(kind):
    """The second and the third came together with the first, and on the day after it."""
    first, second = (new_arrival("YN", kind, "203.0.113.9") for _ in range(2))
    ONCE[kind](first)
    with clock.at(clock.now() + dt.timedelta(days=1)):
        refuses("已经收到", ONCE[kind], second)
        ONCE[kind](new_arrival("YN", kind, "203.0.113.9"))


def test_a_notice_does_not_end_over_objections_that_nobody_looked_through(client, people, settings):
    settings.OPINIONS_A_NOTICE = 0
    filing = Filing(people).to_notice()
    form = to("opinion_on_notice", Notice.objects.get().pk)
    client.post(form, {"text": "第一条（虚构）"}), client.post(form, {"text": "第二条（虚构）"})
    (held,) = HeldFiling.objects.all()
    filing.fresh()
    with clock.at(clock.now() + dt.timedelta(days=40)):
        refuses("1件对公示的来件没有核对", filing.do, "close_notice", "city_officer")
        services.release(held=held, by=people.city_officer)  # it came while the notice was open
        assert Objection.objects.filter(filed_at=held.filed_at).count() == 1
        filing.fresh()
        filing.do("close_notice", "city_officer")


def test_a_program_fills_no_disk_and_a_person_still_gets_in(client, monkeypatch):
    monkeypatch.setattr(filing, "KEPT_A_DAY", 2)
    form = to("opinion_on_programme")
    for turn in range(2 + BUCKETS[0].most):
        assert client.post(form, {"text": f"广告{turn}（虚构）"}).status_code == 200
    last = client.post(form, {"text": "实情（虚构）"})
    assert (last.status_code, "回答下面的问题" in said(last), "实情（虚构）" in said(last)) == (422, True, True)
    assert client.post(form, {"text": "实情（虚构）", **solved(said(last))}).status_code == 200
    assert PublicOpinion.objects.filter(text="实情（虚构）").count() == 1


def test_who_sees_and_decides(client, people, settings):
    settings.OPINIONS_A_DAY = 0
    for text in ("一（虚构）", "二（虚构）"):
        client.post(to("opinion_on_programme"), {"text": text})
    held = HeldFiling.objects.get()
    for name, person in vars(people).items():
        if isinstance(person, User) and name != "city_officer":
            client.force_login(person)
            answers = client.get(to("held_list")).status_code, client.post(to("held_release"), {"row": held.pk}).status_code
            assert answers == ((200, 403) if name in CITY else (404, 404)), name
            refuses(NotAllowed, services.close, keys=[held.pk], by=person, reason="理由")


def test_a_question_is_good_for_one_try():
    for _ in range(30):
        question = humans.new_question()
        fields = solved(f'<input name="asked" value="{question.token}">{question.text}')
        assert [humans.is_right(fields["asked"], f" {fields['answer']} ") for _ in range(2)] == [True, False]
    assert not humans.is_right(humans.new_question().token, "不知道")
    assert not humans.is_right("made.up:token", "1")
