"""API writes: services of the pages behind scopes, versions and idempotency keys; page and API store the same row."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from assessments.tables.models import RowChange, RowEvidence, ScoreRow, ScoreTable
from districts.common.enums import Stage
from districts.plausibility.models import FigureAnswer
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work, WorkIndicator
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from portal.api.meter_readings import KEPT_FOR
from portal.api.models import KeptAnswer
from portal.personal.inventory import inventory
from portal.personal.services import drop_expired
from portal.tokens.models import TokenScopes, WriteScope
from portal.tokens.services import make_token
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.files import pdf
from tests.portal.api.world import Sender, fields_of
from tests.waiting import race

ITEM, OTHER = "7.2.7", "7.2.13"
PLOT = {"number": "A-01", "land_use": "1001", "area_ha": "2.5", "buildable": True, "planned_start": "2027-03-01"}
PROJECT = {"name": "演示能源站（虚构）", "state": "planned", "investment": 1200, "clauses": ["7.2.7"], "plots": []}
WORK = {"name": "演示一路（虚构）", "kind": "道路", "main": False, "length_m": "820", "planned_start": "2026-03-01"}


@pytest.fixture
def district(people):
    return make_district(people, code="ours", stage=Stage.PILOT)


@pytest.fixture
def sender(people):
    return Sender(people.preparer)


def stored(row):
    return {name: value for name, value in model_to_dict(row).items() if name not in {"id", "number", "name", "version"}}


@pytest.mark.parametrize(
    ("name", "model", "sent", "typed", "facts"),
    [
        ("plot", Plot, PLOT, {"number": "A-02", "buildable": "true"}, {"land_use": "工业用地", "area_ha": "2.5000"}),
        ("work", Work, WORK, {"name": "乙路", "main": "false"}, {"main": False, "length_m": "820.0", "conforms": None}),
    ],
)
def test_the_same_plot_and_work_by_page_and_by_api_leave_the_same_row(preparer, district, sender, *, name, model, sent, typed, facts):
    typed, day = sent | typed, "2026-05-01"
    assert preparer.post(reverse(f"districts:{name}_create", args=[district.code]), typed).status_code == 302
    answer = sender.send("post", f"{name}s/", sent | {"district": district.code})
    assert answer.status_code == 201, answer.content.decode()
    by_page, by_api = model.objects.order_by("pk")
    assert stored(by_api) == stored(by_page)
    told = sender.get(f"{name}s/{by_api.pk}/")
    assert {key: told[key] for key in (*facts, "version")} == facts | {"version": 0}
    page = typed | {"started_on": day, "version": 0}
    assert preparer.post(reverse(f"districts:{name}_edit", args=[district.code, by_page.pk]), page).status_code == 302
    changed = sender.send("patch", f"{name}s/{by_api.pk}/", {"version": 0, "started_on": day})
    assert (changed.status_code, {key: changed.json()[key] for key in facts}) == (200, facts), "what is not named stays"
    for row in (by_api, by_page):
        row.refresh_from_db()
    assert stored(by_api) == stored(by_page)
    assert (by_api.started_on, by_api.version) == (dt.date.fromisoformat(day), 1)
    said = AuditRecord.objects.filter(action=f"districts.{name}_save", data__changed__has_key="started_on")
    assert len(set(said.values_list("data__changed__started_on__1", flat=True))) == 1 < said.count()
    late = sender.send("patch", f"{name}s/{by_api.pk}/", {"version": 0, "started_on": day})
    assert (late.status_code, late.json()["current"]) == (409, {"version": 1})


def test_the_same_project_by_page_and_by_api_leaves_the_same_row(preparer, district, sender):
    sender.send("post", "plots/", PLOT | {"district": district.code})
    typed = {"name": "乙", "state": "planned", "investment": "1200", "clauses": "7.2.7、7.2.13", "plots": "A-01"}
    assert preparer.post(reverse("districts:key_project_create", args=[district.code]), typed).status_code == 302
    sent = PROJECT | {"district": district.code, "clauses": ["7.2.7", "7.2.13"], "plots": ["A-01"]}
    answer = sender.send("post", "projects/", sent)
    assert answer.status_code == 201, answer.content.decode()
    by_api, by_page = KeyProject.objects.get(name=PROJECT["name"]), KeyProject.objects.get(name="乙")
    assert stored(by_api) == stored(by_page)
    told = sender.get(f"projects/{by_api.pk}/")
    assert (told["plots"], told["investment"], told["version"]) == (["A-01"], "1200.00", 0)
    changed = sender.send("patch", f"projects/{by_api.pk}/", {"version": 0, "state": "building", "started_on": "2026-05-01"})
    assert (changed.status_code, changed.json()["plots"]) == (200, ["A-01"]), "what is not named stays"


def test_days_of_a_work_that_its_acceptance_settled_stay(district, sender):
    day = dt.date(2026, 5, 1)
    work = Work.objects.create(district=district, name="一路", started_on=day, built_on=day, conforms=True, acceptance_number="验1")
    refused = sender.send("patch", f"works/{work.pk}/", {"version": 0, "built_on": "2026-05-02"})
    assert fields_of(refused) == (422, ["built_on"])
    assert "先撤回竣工登记" in refused.json()["errors"][0]["detail"]
    assert sender.send("patch", f"works/{work.pk}/", {"version": 0, "kind": "道路"}).status_code == 200
    begun = Work.objects.create(district=district, name="二路", started_on=day)
    WorkIndicator.objects.create(work=begun, name="透水率", kind="at_least", unit="%", required="50")
    emptied = sender.send("patch", f"works/{begun.pk}/", {"version": 0, "started_on": None})
    assert [one["field"] for one in emptied.json()["errors"]] == ["started_on"]


def table_of(people, year=2026, **kw):
    return make_self_check(people, filled=False, year=year, **kw).table


def row_of(table, item=ITEM):
    return ScoreRow.objects.get(table=table, item_id=item)


def test_the_same_cell_by_page_and_by_api_leaves_the_same_row(preparer, people, sender):
    by_page = table_of(people)
    by_api = table_of(people, district=by_page.district, year=2025)
    data = {f"{ITEM}-value": "14.30", f"{ITEM}-version": 0, "field": "value", "token": "t"}
    assert preparer.post(reverse("assessments:score_row", args=[by_page.pk, ITEM]), data, headers={"HX-Request": "true"}).status_code == 200
    answer = sender.send("patch", f"score-rows/{row_of(by_api).pk}/", {"version": 0, "value": 14.3})
    assert (answer.status_code, answer.json()["version"], answer.json()["value"]) == (200, 1, "14.3")
    one, other = row_of(by_page), row_of(by_api)
    same = ("item_id", "value", "explanation", "version", "changed_by_id", "build_state")
    assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
    history = [list(RowChange.objects.filter(row=row).values_list("field", "old", "new", "by")) for row in (one, other)]
    assert history[0] == history[1]


def test_cells_of_a_clause_are_saved_together_or_not_at_all_and_not_from_an_old_version(people, sender):
    table = table_of(people)
    row = row_of(table)
    sender.send("patch", f"score-rows/{row.pk}/", {"version": 0, "value": "14.3", "explanation": "按实测"})
    row.refresh_from_db()
    assert (row.value, row.explanation, row.version) == ("14.3", "按实测", 2)
    refused = sender.send("patch", f"score-rows/{row.pk}/", {"version": 2, "explanation": "另写", "value": "很多"})
    assert fields_of(refused) == (422, ["value"])
    stale = sender.send("patch", f"score-rows/{row.pk}/", {"version": 0, "value": "15"})
    assert (stale.status_code, stale.json()["current"]) == (409, {"version": 2, "value": "14.3"})
    row.refresh_from_db()
    assert (row.explanation, row.version) == ("按实测", 2)


@pytest.mark.parametrize(
    ("path", "body", "refused"),
    [
        ("plots", {"number": ""}, (400, ["number"])), ("plots", {"area_ha": "many"}, (400, ["area_ha"])),
        ("plots", {"area_ha": 0}, (422, ["area_ha"])), ("plots", {"area_ha": None}, (400, ["area_ha"])),
        ("plots", {"acquisition": "bought"}, (422, ["acquisition"])),
        ("plots", {"built_on": "2026-05-01", "started_on": "2099-01-01"}, (422, ["started_on", "built_on"])),
        ("plots", {"colour": "green"}, (400, ["colour"])), ("plots", {"version": 0}, (400, ["version"])),
        ("works", {"name": ""}, (400, ["name"])), ("works", {"length_m": 0}, (422, ["length_m"])),
        ("works", {"started_on": "2099-01-01"}, (422, ["started_on"])), ("works", {"built_on": "2026-05-01"}, (422, ["started_on"])),
        ("works", {"length_m": "0.8"}, (422, ["length_m", "explanation"])),
        ("works", {"conforms": True}, (400, ["conforms"])), ("works", {"acceptance_number": "1"}, (400, ["acceptance_number"])),
    ],
)  # fmt: skip
def test_what_the_form_refuses_is_refused_at_its_field_and_nothing_is_written(district, sender, path, body, refused):
    sent = (PLOT if path == "plots" else WORK) | {"district": district.code}
    assert fields_of(sender.send("post", f"{path}/", sent | body, key="k")) == refused
    assert sender.send("post", f"{path}/", sent | {"district": "nowhere"}, key="k").status_code == 404
    assert [model.objects.count() for model in (Plot, Work, KeptAnswer)] == [0, 0, 0]


def test_what_is_asked_about_is_written_with_its_explanation(district, sender):
    made = sender.send("post", "works/", WORK | {"district": district.code, "length_m": "0.8", "explanation": "人行天桥接坡（虚构）"})
    assert (made.status_code, FigureAnswer.objects.get().text) == (201, "人行天桥接坡（虚构）")


def test_one_key_has_one_effect_and_another_body_is_refused(people, district, sender):
    sent = PLOT | {"district": district.code}
    first, again = (sender.send("post", "plots/", sent, key="abc") for _ in range(2))
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert Plot.objects.count() == AuditRecord.objects.filter(action="api.write").count() == 1
    other = sender.send("post", "plots/", sent | {"number": "A-02"}, key="abc")
    assert (other.status_code, other.json()["type"]) == (422, "/api/docs/#problem-unprocessable")
    elsewhere = sender.send("post", "projects/", PROJECT | {"district": district.code}, key="abc")
    assert elsewhere.status_code == 422, "a key belongs to one request"
    assert sender.send("post", "plots/", sent, key="has blank").status_code == 400
    assert (Plot.objects.count(), KeyProject.objects.count()) == (1, 0)
    assert Sender(people.consultant).send("post", "plots/", sent | {"number": "B"}, key="abc").status_code == 201, "keys are a person's own"


def test_answers_are_kept_for_the_time_that_is_stated_and_pruned_at_night(district, sender):
    (entry,) = [one for one in inventory() if one.key == "kept_answers"]
    assert dt.timedelta(days=entry.drop_days) == KEPT_FOR
    sent = PLOT | {"district": district.code}
    sender.send("post", "plots/", sent, key="k")
    with clock.at(clock.now() + KEPT_FOR - dt.timedelta(hours=1)):
        drop_expired()
        assert sender.send("post", "plots/", sent, key="k").status_code == 201
    with clock.at(clock.now() + KEPT_FOR + dt.timedelta(hours=1)):
        assert sender.send("post", "plots/", sent, key="k").status_code == 409, "the number is taken"
        drop_expired()
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "body"), [("plots/", PLOT), ("works/", WORK), ("projects/", PROJECT)])
def test_of_many_who_add_the_same_at_once_one_is_told_it_is_there_and_the_others_that_it_was(people, path, body):
    district = make_district(people, code="ours", stage=Stage.PILOT)
    sender = Sender(people.preparer)
    answers = race(*[lambda: sender.send("post", path, body | {"district": district.code})] * 8)
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    assert {answer.json()["detail"] for answer in answers if answer.status_code == 409} <= {"地块编号已有", "同名设施已有", "同名项目已有"}


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_under_one_key_one_has_its_effect(people):
    district = make_district(people, code="ours", stage=Stage.PILOT)
    sender = Sender(people.preparer)
    answers = race(*[lambda: sender.send("post", "plots/", PLOT | {"district": district.code}, key="k")] * 2)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Plot.objects.count() == AuditRecord.objects.filter(action="api.write").count() == 1


def test_a_token_writes_what_was_chosen_when_it_was_made(people, district):
    reader, plots = Sender(people.preparer, ()), {"district": district.code} | PLOT
    refused = reader.send("post", "plots/", plots)
    assert (refused.status_code, "登记地块" in refused.json()["detail"]) == (403, True)
    one = Sender(people.preparer, [WriteScope.PLOTS])
    assert one.send("post", "plots/", plots).status_code == 201
    assert one.send("post", "projects/", PROJECT | {"district": district.code}).status_code == 403
    assert "登记市政设施" in one.send("post", "works/", WORK | {"district": district.code}).json()["detail"]
    assert Sender(people.preparer, [WriteScope.WORKS]).send("post", "works/", WORK | {"district": district.code}).status_code == 201
    with pytest.raises(NotAllowed):
        make_token(by=people.city_officer, scopes=[WriteScope.PLOTS])
    session = Client()
    session.force_login(people.preparer)
    assert session.post("/api/v1/plots/", json.dumps(plots), content_type="application/json").status_code == 403
    assert session.post("/api/v1/evidence/").status_code == 401


def test_who_writes_what(people, district):
    """Role × action: everybody who may hold a token, with all scopes stored, whatever the page would have let them choose."""
    other = make_district(code="theirs", applicant=people.outsider_body, stage=Stage.PILOT)
    row, plot = row_of(table_of(people, district=district)), Plot.objects.create(district=district, number="Z", area_ha=1)
    project = KeyProject.objects.create(district=district, name="项目")
    work = Work.objects.create(district=district, name="设施")
    found = {}
    for seat in ("preparer", "consultant", "outsider_preparer", "city_officer", "partner"):
        user = getattr(people, seat)
        sender = Sender(user, ())
        TokenScopes.objects.create(token=user.auth_token, scopes=list(WriteScope))
        found[seat] = (
            sender.send("post", "plots/", PLOT | {"district": district.code, "number": seat}).status_code,
            sender.send("patch", f"plots/{plot.pk}/", {"version": plot.version}).status_code,
            sender.send("patch", f"projects/{project.pk}/", {"version": project.version}).status_code,
            sender.send("patch", f"works/{work.pk}/", {"version": work.version}).status_code,
            sender.send("patch", f"score-rows/{row.pk}/", {"version": row.version, "explanation": "一"}).status_code,
        )
        for one in (plot, project, work, row):
            one.refresh_from_db()
    assert found == {
        "preparer": (201, 200, 200, 200, 200),
        "consultant": (201, 200, 200, 200, 200),
        "outsider_preparer": (403, 404, 404, 404, 404),
        "city_officer": (403, 403, 403, 403, 404),
        "partner": (403, 403, 403, 403, 404),
    }
    assert other.plots.count() == 0


def test_values_of_no_clause_are_refused_and_a_submitted_table_takes_no_more(people, sender):
    row = row_of(table_of(people))
    for value in ([["x"]], {"a": {"b": 1}}, "\x00", "\ud800", ["x"] * 60, {"a": float("inf")}, "长" * 300, {"\ud800": 1}, 10**300):
        answer = sender.send("patch", f"score-rows/{row.pk}/", {"version": 0, "value": value})
        assert answer.status_code in {400, 422}, answer.content.decode()
    ScoreTable.objects.update(status="submitted")
    assert sender.send("patch", f"score-rows/{row.pk}/", {"version": 0, "value": "14.3"}).status_code == 410


def uploaded(sender, row, key="", content=b"", **more):
    data = {"row": row.pk, "upload": SimpleUploadedFile("监测报告.pdf", content or pdf()), **more}
    return sender.client.post("/api/v1/evidence/", data, headers={"Idempotency-Key": key} if key else {})


def test_a_file_by_page_and_by_api_is_the_same_evidence(preparer, people, sender):
    table, content = table_of(people), pdf()  # made anew it would be another file
    posted = {"upload-upload": SimpleUploadedFile("监测报告.pdf", content), "upload-page": "12–14", "upload-valid_to": "2027-12-31"}
    page = preparer.post(reverse("assessments:row_evidence", args=[table.pk, ITEM]), {"do": "upload", **posted})
    assert page.status_code == 302
    more = {"page": "12–14", "valid_to": "2027-12-31", "also": OTHER}
    first, again = (uploaded(sender, row_of(table), "k", content, **more) for _ in range(2))
    assert first.status_code == 201, first.content.decode()
    assert first.json() == again.json()
    assert first.json()["also"] == [OTHER]
    by_page, by_api = RowEvidence.objects.filter(row=row_of(table)).select_related("document").order_by("pk")
    same = ("page", "page_end", "passage", "by_id")
    assert [getattr(by_page, name) for name in same] == [getattr(by_api, name) for name in same]
    same = ("title", "kind", "sha256", "confidentiality", "valid_from", "valid_to", "owner", "uploaded_by_id")
    assert [getattr(by_page.document, name) for name in same] == [getattr(by_api.document, name) for name in same]


def test_files_that_are_not_taken_leave_nothing(people, sender):
    row = row_of(table_of(people))
    wrong = uploaded(sender, row, upload=SimpleUploadedFile("a.exe", b"MZ"))
    assert wrong.status_code in {409, 422}
    assert [one["field"] for one in uploaded(sender, row, page="first").json()["errors"]] == ["page"]
    assert uploaded(sender, row, also="9.9.9").status_code == 422
    assert uploaded(sender, row, colour="green").status_code == 400
    assert sender.client.post("/api/v1/evidence/", {"row": row.pk}).status_code == 400
    assert sender.send("post", "evidence/", {"row": row.pk}).status_code == 415
    assert not RowEvidence.objects.exists()
