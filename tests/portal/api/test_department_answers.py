"""Department answers and checks by API: same rows, visibility and refusals as on the page, idempotent, with a scope of their own."""

import datetime as dt

import pytest
from django.forms import model_to_dict
from django.urls import reverse

from districts.common.enums import ControlStep, Stage
from districts.plots.models import PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from districts.plots.services.control import open_control
from districts.plots.services.opinions import ask_opinions
from districts.projects.models import Work, WorkCheck
from districts.projects.services import save_indicator
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from portal.tokens.models import WriteScope
from portal.tokens.rules import scopes_open_to
from portal.tokens.services import make_token
from tests.factories.accounts import make_organisation, make_user
from tests.factories.districts import PlotFactory, make_district
from tests.plot_steps import proof_of
from tests.portal.api.world import Sender, fields_of
from tests.steps import step

ANSWERS = WriteScope.ANSWERS
WORK_VALUE = {"name": "透水铺装率", "kind": "at_least", "unit": "%", "required": "40", "designed": "", "built": ""}
REQUIRED = {"carbon": "36", "star": "二星级", "runoff": "75", "open_green": "是"}


@pytest.fixture
def district(people):
    return make_district(people, code="ours", stage=Stage.PILOT)


def asked(people, plot):
    """The question for requirements, before supply."""
    control = open_control(plot=plot, table="grant", by=people.preparer)
    step(
        control,
        "ask",
        people.preparer,
        level="district",
        organisation=people.bureau_body,
        on=clock.today(),
        **proof_of(control, people.preparer, "ask"),
    )
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
    [open_one] = sender.get("plot-opinions/?open=true")["results"]
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


def test_what_the_page_refuses_of_an_answer_is_refused_at_its_field(people, district):
    sender, star = Sender(people.bureau), {"star": "二星级"}
    required = asked(people, PlotFactory(district=district, number="A-01"))
    design = question(people, PlotFactory(district=district, number="A-02"))
    for opinion, body, refused in (
        (design, {"result": "objected"}, (422, ["text"])),
        (design, {"result": "perhaps"}, (422, ["result"])),
        (design, {}, (422, ["result"])),
        (design, {"result": "agreed", "on": "2001-01-01"}, (422, ["on"])),
        (design, {"result": "agreed", "on": "soon"}, (400, ["on"])),
        (design, {"result": "agreed", "required_values": star}, (422, ["required_values"])),
        (design, {"result": "agreed", "colour": "green"}, (400, ["colour"])),
        (required, {"required_values": {"star": "很高"}}, (422, ["required_values.star"])),
        (required, {"required_values": {"runoff": "200"}}, (422, ["required_values.runoff"])),
        (required, {"required_values": {"colour": "green"}}, (422, ["required_values.colour"])),
        (required, {"required_values": star, "result": "agreed"}, (422, ["result"])),
        (required, {"required_values": star, "on": "2001-01-01"}, (422, ["on"])),
    ):
        version = 0 if opinion == design else required.plot.control.version
        answer = sender.send("patch", f"plot-opinions/{opinion.pk}/", {"version": version, **body})
        assert fields_of(answer) == refused, body
    empty = sender.send("patch", f"plot-opinions/{required.pk}/", {"version": version, "required_values": {}})
    assert (empty.status_code, "请至少对一项" in empty.content.decode()) == (422, True)
    assert not PlotOpinion.objects.filter(answered_on__isnull=False).exists()
    assert PlotIndicator.objects.count() == 0


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
    for number in ("", "1"):  # a reply on paper needs its scan, which is entered on the page
        answer = filler.send("patch", f"plot-opinions/{paper.pk}/", body | {"number": number})
        assert (answer.status_code, "请上传扫描件" in answer.content.decode()) == (422, True)
    stranger = make_user("bureau", organisation=make_organisation("bureau"))
    assert Sender(stranger).send("patch", f"plot-opinions/{own.pk}/", body).status_code == 404
    assert Sender(stranger).get("plot-opinions/")["results"] == []
    outsider = make_user("bureau", organisation=other_body)
    assert Sender(outsider).send("patch", f"plot-opinions/{other.pk}/", body).status_code == 200
    assert PlotOpinion.objects.filter(answered_on__isnull=False).count() == 1


def checked_pair(people, district, kind):
    """Two plots or works to check: one by the page, one by the API."""
    if kind == "work":
        return [Work.objects.create(district=district, name=name) for name in ("演示一路", "演示二路")]
    plots = [PlotFactory(district=district, number=number) for number in ("A-01", "A-02")]
    for plot in plots:
        open_control(plot=plot, table="grant", by=people.preparer)
    return plots


@pytest.mark.parametrize(("kind", "model"), [("plot", PlotCheck), ("work", WorkCheck)])
def test_the_same_check_by_page_and_by_api_leaves_the_same_row(client, people, district, kind, model):
    pages, apis = checked_pair(people, district, kind)
    client.force_login(people.bureau)
    today = clock.today().isoformat()
    typed = {"stage": "completion", "department": "建设交通", "result": "not_held", "checked_on": today, "text": "缺行道树"}
    assert client.post(reverse(f"districts:{kind}_check", args=[district.code, pages.pk]), typed).status_code == 302
    sender, path = Sender(people.bureau), f"{kind}-checks/"
    sent = {**typed, kind: apis.pk} | ({"version": 0} if kind == "work" else {})
    made, again = (sender.send("post", path, sent, key="k") for _ in range(2))
    assert made.status_code == 201, made.content.decode()
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.json()) == (201, "true", made.json())
    by_page, by_api = model.objects.get(**{kind: pages}), model.objects.get(**{kind: apis})
    assert stored(by_page, kind) == stored(by_api, kind)
    assert (made.json()["id"], made.json()["district"]) == (by_api.pk, district.code)
    assert [one["id"] for one in sender.get(f"{path}?stage=completion")["results"]] == [by_api.pk, by_page.pk]
    assert [one["id"] for one in sender.get(f"{path}?{kind}={pages.pk}")["results"]] == [by_page.pk]
    recorded = [
        AuditRecord.objects.filter(action=action, actor_id=people.bureau.pk).count() for action in ("api.write", "districts.add_check")
    ]
    assert (model.objects.count(), recorded) == (2, [1, 2])
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    for wrong, refused in (
        ({"text": ""}, (422, ["text"])),
        ({"department": "水务"}, (422, ["upload"])),  # a 补录, which is entered on the page with its scan
        ({"stage": "design"}, (422, ["stage"])),
        ({"result": "perhaps"}, (422, ["result"])),
        ({"checked_on": tomorrow}, (422, ["checked_on"])),
        ({"checked_on": "soon"}, (400, ["checked_on"])),
        ({"colour": 1}, (400, ["colour"])),
        ({kind: 0}, (400, [kind])),
    ):
        assert fields_of(sender.send("post", path, sent | wrong)) == refused, wrong
    assert sender.send("post", path, sent | {kind: 10**9}).status_code == 404
    assert Sender(people.city_officer).send("post", path, sent).status_code == 403
    assert Sender(people.preparer, scopes=[WriteScope.WORKS]).send("post", path, sent).status_code == 403
    assert model.objects.count() == 2


def test_a_works_check_is_made_on_the_version_that_was_read(people, district):
    _, work = checked_pair(people, district, "work")
    sender, sent = (
        Sender(people.bureau),
        {"stage": "completion", "department": "建设交通", "result": "held", "checked_on": clock.today().isoformat()},
    )
    [read] = sender.get("works/?name=演示二路")["results"]
    assert fields_of(sender.send("post", "work-checks/", sent | {"work": work.pk})) == (400, ["version"])
    assert fields_of(sender.send("post", "work-checks/", sent | {"work": work.pk, "version": -1})) == (400, ["version"])
    save_indicator(work=work, values=WORK_VALUE, by=people.preparer, version=0)
    late = sender.send("post", "work-checks/", sent | {"work": read["id"], "version": read["version"]})
    assert (late.status_code, late.json()["current"], WorkCheck.objects.count()) == (409, {"version": 1}, 0)


def test_a_bureau_checks_works_before_the_filing_by_the_api_too_and_nobody_else_does(people):
    district = make_district(people, code="ours")
    work = Work.objects.create(district=district, name="演示一路")
    sent = {"stage": "approval", "department": "建设交通", "result": "held", "checked_on": clock.today().isoformat(), "text": ""}
    sender = Sender(people.bureau)
    [read] = sender.get("works/")["results"]
    assert sender.send("post", "work-checks/", {**sent, "work": read["id"], "version": read["version"]}).status_code == 201
    assert [one["work"] for one in sender.get("work-checks/")["results"]] == [work.pk]
    stranger = make_user("bureau", organisation=make_organisation("bureau"))
    for other in (Sender(stranger), Sender(people.city_officer)):
        assert [other.get(path)["results"] for path in ("works/", "work-checks/")] == [[], []]
    assert Sender(stranger).send("post", "work-checks/", {**sent, "work": work.pk, "version": 0}).status_code == 404


def test_the_scope_is_open_to_those_who_answer_and_to_nobody_else(people, district):
    opinion = question(people, PlotFactory(district=district))
    seats = {name: user for name, user in vars(people).items() if isinstance(user, User)}
    open_to = {name for name, user in seats.items() if ANSWERS in scopes_open_to(posts_of(user))}
    assert open_to == {"preparer", "outsider_preparer", "consultant", "bureau", "authority", "city_officer"}
    assert scopes_open_to(posts_of(people.bureau)) == (ANSWERS,)
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
