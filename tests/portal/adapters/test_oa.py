"""OA: finished letters go out with their PDF, once; numbers come back and are entered by the rules of the portal."""

import base64
import datetime as dt
import hashlib
import json

import pytest

from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.policy.models import LetterWording
from greendistrict.workflow.letters import drafts_of, letter_sources, slug_of
from portal.adapters.models import Exchange, ExchangeItem
from portal.adapters.services import exchange
from reports.jobs import services as jobs
from reports.letters.models import LetterCopy
from reports.letters.services import request_letter
from tests.factories.accounts import make_user
from tests.factories.approvals import Filing
from tests.factories.stages import StageScene

pytestmark = pytest.mark.django_db
NUMBER = "演沪建〔2026〕8号"


@pytest.fixture(autouse=True)
def _training(settings):
    settings.TRAINING = True  # all of these are fictional


@pytest.fixture(autouse=True)
def _contact():
    """The office's contact is entered: a letter with a blank is not finished."""
    told = {"status": "decided", "since": dt.date(2020, 1, 1), "proposed_by": make_user("city_officer"), "proposed_at": clock.now()}
    told |= {"number": 1, "reason": "登记", "decided_by": make_user("city_director"), "decided_at": clock.now()}
    LetterWording.objects.create(key="contact", text="联系电话：021-00000000", **told)


@pytest.fixture
def decided():
    return Filing().to_deciding().do("decide", "city_director", number="", decided_on=clock.today(), scan=None)


def ask_for_letter(filing, seat="city_officer", key="grant"):
    """Somebody asks for the PDF of a letter, and the worker makes it; returns the key by which it goes out."""
    person = getattr(filing.people, seat)
    draft = next(one for one in drafts_of(filing.case, Viewer(person)) if one.key == key)
    return ask_for_draft(filing.case, draft, person)


def ask_for_draft(matter, draft, person):
    source = letter_sources.by_key[slug_of(matter)]
    job = request_letter(source=source, matter=matter, draft=draft, form="pdf", by=person)
    jobs.run(job.pk)
    return f"letter-{job.subject}"


def answer(letter, key="oa-1", number=NUMBER, issued_on=None):
    return {"key": key, "letter": letter, "number": number, "issued_on": issued_on or clock.today().isoformat()}


def put(folder, name, *items):
    (folder / "oa" / "in" / name).write_text(json.dumps({"items": items}, ensure_ascii=False), encoding="utf-8")


def test_a_decided_letter_goes_out_once_and_its_number_comes_back(office, decided):
    key = ask_for_letter(decided)
    [made] = exchange("oa")
    assert (made.direction, made.items, made.result) == ("out", 1, "done")
    [sent] = office.taken[key]
    pdf = base64.b64decode(sent["file"]["base64"])
    assert pdf.startswith(b"%PDF")
    assert sent["file"]["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert (sent["matter"], sent["title"]) == (decided.case.number, LetterCopy.objects.get().title)
    assert exchange("oa") == [], "nothing a second time"
    assert len(office.taken[key]) == 1
    office.gives(answer(key))
    [made] = exchange("oa")
    assert (made.direction, made.items, made.result) == ("in", 1, "done")
    assert decided.fresh().decision_number == NUMBER
    entered = AuditRecord.objects.get(action="decision.number")
    assert entered.actor_id == decided.people.city_officer.pk, "in the name of who had it sent"
    assert exchange("oa") == [], "the other side may show the same again"


def test_a_folder_gets_both_files_and_what_was_read_is_put_aside(folder, decided):
    key = ask_for_letter(decided)
    exchange("oa")
    told = json.loads((folder / "oa/out" / f"{key}.json").read_text("utf-8"))
    assert (folder / "oa/out" / told["file"]["name"]).read_bytes().startswith(b"%PDF")
    assert "base64" not in told["file"]
    put(folder, "a.json", answer(key))
    exchange("oa")
    assert decided.fresh().decision_number == NUMBER
    assert [path.name for path in (folder / "oa/done").iterdir()] == ["a.json"]
    put(folder, "a.json", answer(key))
    exchange("oa")
    assert len(list((folder / "oa/done").iterdir())) == 2, "the same file again changes nothing, and none is overwritten"
    assert AuditRecord.objects.filter(action="decision.number").count() == 1


def test_nothing_is_overwritten_and_the_reason_lies_beside(folder, decided):
    key = ask_for_letter(decided)
    exchange("oa")
    put(folder, "a.json", answer(key))
    exchange("oa")
    put(folder, "b.json", answer(key, "oa-2", "演沪建〔2026〕9号"))
    [made] = exchange("oa")
    assert (made.result, made.refused) == ("failed", 1)
    assert decided.fresh().decision_number == NUMBER
    reason = (folder / "oa/refused/b.json.reason.txt").read_text("utf-8")
    assert "办理更正" in reason
    assert "oa-2" in reason
    assert "办理更正" in ExchangeItem.objects.get(state="refused").words
    put(folder, "c.json", answer(key, "oa-1", "演沪建〔2026〕9号"))
    assert "内容与收过的不同" in exchange("oa")[0].error


REFUSED = (
    ({"letter": "letter-999999"}, "没有送出过"),
    ({"letter": "x"}, "没有送出过"),
    ({"issued_on": "2026-13-01"}, "没有这一天"),
    ({"issued_on": (clock.today() + dt.timedelta(days=400)).isoformat()}, "晚于今天"),
    ({"issued_on": "2001-01-01"}, "早于审定日期"),
    ({"number": ""}, "没有填"),
    ({"number": 8}, "应为1000字以内的文字"),
    ({"more": 1}, "没有“more”这个字段"),
    ({"key": "../x"}, "的key不对"),
)


def test_what_does_not_fit_is_refused_in_words_and_holds_nothing_else_up(folder, decided):
    key, early = ask_for_letter(decided), ask_for_letter(decided, key="acceptance")
    exchange("oa")
    assert sorted(path.stem for path in (folder / "oa/out").glob("*.json")) == [key, early]
    wrong = [{**answer(key, f"oa-{at}"), **change} for at, (change, _) in enumerate(REFUSED)]
    put(folder, "a.json", *wrong, answer(early, "oa-8"), answer(key, "oa-9"))
    [made] = exchange("oa")
    assert (made.items, made.refused, made.result) == (1, len(REFUSED) + 1, "partly")
    told = (folder / "oa/refused/a.json.reason.txt").read_text("utf-8").splitlines()
    assert [why for (_, why), line in zip(REFUSED, told, strict=False) if why not in line] == []
    assert "由经办随办理步骤登记" in told[-1], "a letter whose number is entered with a step"
    assert decided.fresh().decision_number == NUMBER


def test_only_what_is_finished_and_asked_for_by_the_office_goes_out(office, settings):
    filing = Filing().to_deciding()
    ask_for_letter(filing)  # not decided yet
    exchange("oa")
    assert office.taken == {}
    filing.do("decide", "city_director", number="", decided_on=clock.today(), scan=None)
    exchange("oa")
    assert office.taken == {}, "that text is not the letter as it would be written now"
    ask_for_letter(filing, "preparer")
    exchange("oa")
    assert office.taken == {}, "a district's own download is no request to issue it"
    settings.TRAINING = False
    key = ask_for_letter(filing)
    exchange("oa")
    assert office.taken == {}, "fictional districts stay here"
    settings.TRAINING = True
    exchange("oa")
    assert list(office.taken) == [key]


def test_nobody_in_office_enters_no_number(folder, decided):
    key = ask_for_letter(decided)
    exchange("oa")
    post = decided.people.city_officer.posts.get()
    post.valid_from = post.valid_to = clock.today() - dt.timedelta(days=1)
    post.save()
    put(folder, "a.json", answer(key))
    assert "已不在任" in exchange("oa")[0].error
    assert Exchange.objects.filter(direction="in", result="failed").count() == 1


def test_a_letter_of_a_step_that_nobody_took_stays_here(office):
    """Its PDF is read beside the proposal; the director may still decide otherwise."""
    scene = StageScene().to_deciding()
    officer = scene.people.city_officer

    def ask():
        draft = next(one for one in drafts_of(scene.stage, Viewer(officer)) if one.key == "qualified")
        return ask_for_draft(scene.stage, draft, officer)

    filing = Filing(scene.people, name="演示待受理城区（虚构）").to_sent()
    ask_for_letter(filing, key="acceptance")
    ask()
    exchange("oa")
    assert office.taken == {}
    scene.take("qualify", scene.people.city_director, reason="会议讨论后认定合格（虚构）")
    scene.stage.refresh_from_db()
    filing.do("accept", "city_officer")
    keys = [ask(), ask_for_letter(filing, key="acceptance")]
    exchange("oa")
    assert sorted(office.taken) == sorted(keys)


def test_a_number_of_a_text_that_was_changed_since_is_not_registered(office, decided):
    first = ask_for_letter(decided)
    exchange("oa")
    LetterWording.objects.update(text="联系电话：021-11111111")
    office.gives(answer(first))
    assert "送出以后文书有改动" in exchange("oa")[-1].error
    assert decided.fresh().decision_number == ""
    second = ask_for_letter(decided)
    office.gives(answer(second, "oa-2"))
    exchange("oa")
    assert decided.fresh().decision_number == NUMBER
    assert [office.taken[key][0]["replaces"] for key in (first, second)] == [None, first]


def test_no_name_by_which_somebody_logs_in_leaves(office, decided):
    key = ask_for_letter(decided)
    exchange("oa")
    [sent] = office.taken[key]
    assert decided.people.city_officer.username not in json.dumps(sent, ensure_ascii=False)


def test_a_number_is_taken_whole_or_not_and_the_audit_log_says_from_where(office, decided):
    key = ask_for_letter(decided)
    exchange("oa")
    office.gives(answer(key, number="演沪建〔2026〕8号" + "（办文说明）" * 10))
    assert "number（文号）最多60字" in exchange("oa")[0].error
    assert decided.fresh().decision_number == ""
    office.gives(answer(key, "oa-2"))
    exchange("oa")
    assert AuditRecord.objects.get(action="decision.number").data["source"] == "系统对接：办公系统（OA）"
