"""Department answers and checks by API: same rows, visibility and refusals as on the page, idempotent, with a scope of their own."""

import datetime as dt
import json

import pytest
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from districts.common.enums import ControlStep, Stage
from districts.plots.models import PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from districts.plots.services.control import open_control
from districts.plots.services.opinions import ask_opinions
from districts.projects.models import Work, WorkCheck
from districts.projects.services.works import check_work, save_indicator
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from portal.tokens.models import WriteScope
from portal.tokens.rules import scopes_open_to
from portal.tokens.services import make_token
from tests.factories.accounts import cast, make_organisation, make_user
from tests.factories.districts import PlotFactory, make_district
from tests.steps import step

pytestmark = pytest.mark.django_db
ANSWERS = WriteScope.ANSWERS
WORK_VALUE = {"name": "透水铺装率", "kind": "at_least", "unit": "%", "required": "40", "designed": "", "built": ""}
REQUIRED = {"carbon": "36", "star": "二星级", "runoff": "75", "open_green": "是"}


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def district(people):
    return make_district(people, code="ours", stage=Stage.PILOT)


class Sender:
    """A system of a department, with a token of its own."""

    def __init__(self, user, scopes=(ANSWERS,)):
        self.client = Client(headers={"Authorization": f"Token {make_token(by=user, scopes=scopes)}"})

    def send(self, method, path, body, key=""):
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.generic(method.upper(), f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)

    def get(self, path):
        return self.client.get(f"/api/v1/{path}")


def fields_of(answer):
    return answer.status_code, [one["field"] for one in answer.json()["errors"]]


def asked(people, plot):
    """The question for requirements, before supply."""
    control = open_control(plot=plot, table="grant", by=people.preparer)
    step(control, "ask", people.preparer, level="district", organisation=people.bureau_body, on=clock.today())
    return plot.opinions.get()


def question(people, plot, department="绿化市容", body=None):
    """A question on the design, put to a body that answers in the portal."""
    [made] = ask_opinions(plot=plot, departments=[department], by=people.preparer)
    made.organisation = body or people.bureau_body
    made.save()
    return made


def stored(row, *but):
    return {name: value for name, value in model_to_dict(row).items() if name not in {"id", "plot", *but}}


def test_the_same_requirements_by_page_and_by_api_leave_the_same_rows(client, people, district):
    pages, apis = (PlotFactory(district=district, number=number) for number in ("A-01", "A-02"))
    by_page, by_api = asked(people, pages), asked(people, apis)
    client.force_login(people.bureau)
    today, version = clock.today().isoformat(), pages.control.version
    typed = {f"{key}-required": value for key, value in REQUIRED.items()}
    answer = reverse("districts:opinion_answer", args=[district.code, by_page.pk])
    given = {"on": today, "number": "演示住建〔2026〕8号", "text": "另请落实海绵设施"}
    assert client.post(answer, {**typed, **given, "version": version}).status_code == 302
    sender = Sender(people.bureau)
    [open_one] = sender.get("plot-opinions/?open=true").json()["results"]
    assert (open_one["id"], open_one["plot_number"], open_one["purpose"], open_one["version"]) == (by_api.pk, "A-02", "conditions", version)
    told = sender.send("patch", f"plot-opinions/{by_api.pk}/", {"version": version, "required_values": REQUIRED, **given}, key="k")
    assert told.status_code == 200, told.content.decode()
    for one in (by_page, by_api):
        one.refresh_from_db()
    assert stored(by_page) == stored(by_api)
    assert told.json()["required_values"] == by_page.required
    values = [list(PlotIndicator.objects.filter(plot=one).order_by("key").values_list("key", "required")) for one in (pages, apis)]
    assert values[0] == values[1] != []
    assert {one.status for one in PlotControl.objects.all()} == {ControlStep.CONTRACT}
    again = sender.send("patch", f"plot-opinions/{by_api.pk}/", {"version": version, "required_values": REQUIRED, **given}, key="k")
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.json()) == (200, "true", told.json())


def test_the_same_opinion_on_a_design_by_page_and_by_api_leaves_the_same_row(client, people, district):
    by_page, by_api = (question(people, PlotFactory(district=district, number=number)) for number in ("A-01", "A-02"))
    client.force_login(people.bureau)
    given = {"result": "amended", "text": "绿地请对外开放", "on": clock.today().isoformat()}
    assert client.post(reverse("districts:opinion_answer", args=[district.code, by_page.pk]), given).status_code == 302
    sender = Sender(people.bureau)
    answer = sender.send("patch", f"plot-opinions/{by_api.pk}/", {"version": 0, "result": "amended", "text": "绿地请对外开放"})
    assert (answer.status_code, answer.json()["version"], answer.json()["organisation"]) == (200, 1, people.bureau_body.name)
    for one in (by_page, by_api):
        one.refresh_from_db()
    assert stored(by_page) == stored(by_api)
    assert AuditRecord.objects.filter(action="districts.answer_opinion").count() == 2
    assert AuditRecord.objects.filter(action="api.write", actor_id=people.bureau.pk).count() == 1
    late = sender.send("patch", f"plot-opinions/{by_api.pk}/", {"version": 0, "result": "agreed"})
    assert (late.status_code, late.json()["current"]) == (409, {"version": 1})
    twice = sender.send("patch", f"plot-opinions/{by_api.pk}/", {"version": 1, "result": "agreed"})
    assert (twice.status_code, "已答复" in twice.json()["detail"]) == (409, True)
    by_api.refresh_from_db()
    assert by_api.result == "amended"


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"result": "objected"}, (422, ["text"])),
        ({"result": "perhaps"}, (422, ["result"])),
        ({}, (422, ["result"])),
        ({"result": "agreed", "on": "2001-01-01"}, (422, ["on"])),
        ({"result": "agreed", "on": "soon"}, (400, ["on"])),
        ({"result": "agreed", "required_values": {"star": "二星级"}}, (422, ["required_values"])),
        ({"result": "agreed", "colour": "green"}, (400, ["colour"])),
    ],
)
def test_what_the_page_refuses_of_a_design_is_refused_at_its_field(people, district, body, refused):
    opinion = question(people, PlotFactory(district=district))
    answer = Sender(people.bureau).send("patch", f"plot-opinions/{opinion.pk}/", {"version": 0, **body})
    assert fields_of(answer) == refused
    opinion.refresh_from_db()
    assert opinion.answered_on is None


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"required_values": {"star": "很高"}}, ["required_values.star"]),
        ({"required_values": {"runoff": "200"}}, ["required_values.runoff"]),
        ({"required_values": {"colour": "green"}}, ["required_values.colour"]),
        ({"required_values": {"star": "二星级"}, "result": "agreed"}, ["result"]),
        ({"required_values": {"star": "二星级"}, "on": "2001-01-01"}, ["on"]),
    ],
)
def test_what_the_page_refuses_of_requirements_is_refused_at_its_field(people, district, body, fields):
    opinion = asked(people, PlotFactory(district=district))
    version = opinion.plot.control.version
    answer = Sender(people.bureau).send("patch", f"plot-opinions/{opinion.pk}/", {"version": version, **body})
    assert fields_of(answer) == (422, fields)
    empty = Sender(people.bureau).send("patch", f"plot-opinions/{opinion.pk}/", {"version": version, "required_values": {}})
    assert (empty.status_code, "请至少对一项" in empty.content.decode()) == (422, True)
    opinion.refresh_from_db()
    assert (opinion.answered_on, PlotIndicator.objects.count()) == (None, 0)


def test_a_body_answers_its_own_questions_only(people, district):
    plot = PlotFactory(district=district)
    own = question(people, plot)
    paper = ask_opinions(plot=plot, departments=["水务"], by=people.preparer)[0]
    other_body = make_organisation("bureau", parent=people.authority_body)
    other = question(people, plot, "交通", other_body)
    sender, filler = Sender(people.bureau), Sender(people.preparer)
    body = {"version": 0, "result": "agreed", "number": "演示函1"}
    assert sender.send("patch", f"plot-opinions/{other.pk}/", body).status_code == 403
    assert filler.send("patch", f"plot-opinions/{own.pk}/", body).status_code == 403
    assert [filler.send("patch", f"plot-opinions/{paper.pk}/", body | {"number": number}).status_code for number in ("", "1")] == [422, 200]
    stranger = make_user("bureau", organisation=make_organisation("bureau"))
    assert Sender(stranger).send("patch", f"plot-opinions/{own.pk}/", body).status_code == 404
    assert Sender(stranger).get("plot-opinions/").json()["results"] == []
    outsider = make_user("bureau", organisation=other_body)
    assert Sender(outsider).send("patch", f"plot-opinions/{other.pk}/", body).status_code == 200
    assert PlotOpinion.objects.filter(answered_on__isnull=False).count() == 2


def test_the_same_check_by_page_and_by_api_leaves_the_same_row(client, people, district):
    pages, apis = (PlotFactory(district=district, number=number) for number in ("A-01", "A-02"))
    for plot in (pages, apis):
        open_control(plot=plot, table="grant", by=people.preparer)
    client.force_login(people.bureau)
    today = clock.today().isoformat()
    typed = {"stage": "completion", "department": "建设交通", "result": "not_held", "checked_on": today, "text": "缺太阳能"}
    assert client.post(reverse("districts:plot_check", args=[district.code, pages.pk]), typed).status_code == 302
    sender = Sender(people.bureau)
    made = sender.send("post", "plot-checks/", {**typed, "plot": apis.pk}, key="k")
    assert made.status_code == 201, made.content.decode()
    by_page, by_api = PlotCheck.objects.get(plot=pages), PlotCheck.objects.get(plot=apis)
    assert stored(by_page) == stored(by_api)
    assert [one["id"] for one in sender.get("plot-checks/?stage=completion").json()["results"]] == [by_api.pk, by_page.pk]
    assert sender.send("post", "plot-checks/", {**typed, "plot": apis.pk}, key="k").headers["Idempotent-Replayed"] == "true"
    assert PlotCheck.objects.count() == 2
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    for wrong, field in (({"text": ""}, "text"), ({"stage": "design"}, "stage"), ({"checked_on": tomorrow}, "checked_on")):
        assert fields_of(sender.send("post", "plot-checks/", {**typed, "plot": apis.pk, **wrong})) == (422, [field])
    assert Sender(people.city_officer).send("post", "plot-checks/", {**typed, "plot": apis.pk}).status_code == 403
    assert sender.send("post", "plot-checks/", {**typed, "plot": 0}).status_code == 400
    assert sender.send("post", "plot-checks/", {**typed, "plot": 10**9}).status_code == 404


def test_the_same_check_of_a_work_by_page_and_by_api_leaves_the_same_row(client, people, district):
    pages, apis = (Work.objects.create(district=district, name=name) for name in ("演示一路", "演示二路"))
    client.force_login(people.bureau)
    today = clock.today().isoformat()
    typed = {"stage": "completion", "department": "绿化市容", "result": "not_held", "checked_on": today, "text": "缺行道树"}
    assert client.post(reverse("districts:work_check", args=[district.code, pages.pk]), typed).status_code == 302
    sender = Sender(people.bureau)
    [read] = sender.get("works/?name=演示二路").json()["results"]
    sent = {**typed, "work": read["id"], "version": read["version"]}
    made = sender.send("post", "work-checks/", sent, key="k")
    assert made.status_code == 201, made.content.decode()
    by_page, by_api = WorkCheck.objects.get(work=pages), WorkCheck.objects.get(work=apis)
    assert stored(by_page, "work") == stored(by_api, "work")
    assert (made.json()["id"], made.json()["work_name"], made.json()["district"]) == (by_api.pk, "演示二路", district.code)
    assert [one["id"] for one in sender.get("work-checks/?stage=completion").json()["results"]] == [by_api.pk, by_page.pk]
    assert [one["id"] for one in sender.get(f"work-checks/?work={pages.pk}").json()["results"]] == [by_page.pk]
    again = sender.send("post", "work-checks/", sent, key="k")
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.json()) == (201, "true", made.json())
    assert WorkCheck.objects.count() == 2
    assert AuditRecord.objects.filter(action="districts.add_check").count() == 2
    assert AuditRecord.objects.filter(action="api.write", actor_id=people.bureau.pk).count() == 1
    save_indicator(work=apis, values=WORK_VALUE, by=people.preparer, version=0)
    late = sender.send("post", "work-checks/", sent)
    assert (late.status_code, late.json()["current"]) == (409, {"version": 1})
    assert WorkCheck.objects.count() == 2


def test_a_bureau_checks_works_before_the_filing_by_the_api_too_and_nobody_else_does(people):
    district = make_district(people, code="ours")
    work = Work.objects.create(district=district, name="演示一路")
    sent = {"stage": "approval", "department": "水务", "result": "held", "checked_on": clock.today().isoformat(), "text": ""}
    sender = Sender(people.bureau)
    [read] = sender.get("works/").json()["results"]
    assert sender.send("post", "work-checks/", {**sent, "work": read["id"], "version": read["version"]}).status_code == 201
    assert [one["work"] for one in sender.get("work-checks/").json()["results"]] == [work.pk]
    stranger = make_user("bureau", organisation=make_organisation("bureau"))
    for other in (Sender(stranger), Sender(people.city_officer)):
        assert [other.get(path).json()["results"] for path in ("works/", "work-checks/")] == [[], []]
    assert Sender(stranger).send("post", "work-checks/", {**sent, "work": work.pk, "version": 0}).status_code == 404


def test_what_the_page_refuses_of_a_works_check_is_refused_at_its_field(people, district):
    work = Work.objects.create(district=district, name="演示一路")
    today = clock.today()
    sent = {"work": work.pk, "version": 0, "stage": "completion", "department": "水务", "result": "held", "checked_on": today.isoformat()}
    sender = Sender(people.bureau)
    tomorrow = (today + dt.timedelta(days=1)).isoformat()
    for wrong, refused in (
        ({"result": "not_held"}, (422, ["text"])),
        ({"stage": "design"}, (422, ["stage"])),
        ({"result": "perhaps"}, (422, ["result"])),
        ({"checked_on": tomorrow}, (422, ["checked_on"])),
        ({"checked_on": "soon"}, (400, ["checked_on"])),
        ({"plot": 1}, (400, ["plot"])),
        ({"work": 0}, (400, ["work"])),
        ({"version": -1}, (400, ["version"])),
    ):
        assert fields_of(sender.send("post", "work-checks/", sent | wrong)) == refused, wrong
    assert fields_of(sender.send("post", "work-checks/", {name: value for name, value in sent.items() if name != "version"})) == (
        400,
        ["version"],
    )
    assert sender.send("post", "work-checks/", sent | {"work": 10**9}).status_code == 404
    assert sender.send("post", "work-checks/", sent | {"version": 7}).status_code == 409
    assert Sender(people.city_officer).send("post", "work-checks/", sent).status_code == 403
    stranger = make_user("bureau", organisation=make_organisation("bureau"))
    assert Sender(stranger).send("post", "work-checks/", sent).status_code == 404
    assert Sender(stranger).get("work-checks/").json()["results"] == []
    assert Sender(people.preparer, scopes=[WriteScope.WORKS]).send("post", "work-checks/", sent).status_code == 403
    assert WorkCheck.objects.count() == 0


def test_the_scope_is_open_to_those_who_answer_and_to_nobody_else(people, district):
    opinion = question(people, PlotFactory(district=district))
    seats = {name: user for name, user in vars(people).items() if hasattr(user, "posts")}
    open_to = {name for name, user in seats.items() if ANSWERS in scopes_open_to(user)}
    assert open_to == {"preparer", "outsider_preparer", "consultant", "bureau", "authority", "city_officer"}
    assert scopes_open_to(people.bureau) == (ANSWERS,)
    with pytest.raises(NotAllowed, match="写入范围"):
        make_token(by=people.bureau, scopes=[WriteScope.PLOTS])
    with pytest.raises(NotAllowed):
        make_token(by=people.expert1)
    body = {"version": 0, "result": "agreed"}
    reader = Sender(people.bureau, scopes=())
    refused = reader.send("patch", f"plot-opinions/{opinion.pk}/", body)
    assert (refused.status_code, "答复部门意见征询" in refused.json()["detail"]) == (403, True)
    plots = Sender(people.preparer, scopes=[WriteScope.PLOTS])
    assert plots.send("post", "plot-checks/", {}).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries(people, district, count, kept_queries):
    for number in range(count):
        question(people, PlotFactory(district=district, number=f"A-{number}"))
    sender = Sender(people.bureau)
    sender.get("plot-opinions/")
    with kept_queries():
        assert len(sender.get("plot-opinions/").json()["results"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_works_checks_costs_the_same_queries(people, district, count, kept_queries):
    for number in range(count):
        work = Work.objects.create(district=district, name=f"演示{number}路")
        check_work(work=work, stage="approval", department="水务", result="held", by=people.bureau, on=clock.today())
    sender = Sender(people.bureau)
    sender.get("work-checks/")
    with kept_queries():
        assert len(sender.get("work-checks/").json()["results"]) == count
