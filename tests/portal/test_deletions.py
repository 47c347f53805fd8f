"""Every address that deletes something for good asks first, in the request: nothing goes by a press or a POST alone."""

import datetime as dt
import re
from decimal import Decimal
from functools import reduce
from html import unescape

import pytest
from django.urls import reverse

from approvals.applications.services import drafts
from approvals.bulk import services as bulk
from approvals.cases import services as materials
from approvals.cases.models.cases import Case
from assessments.experts.models import ExpertAbsence
from assessments.inspections import services as inspections
from assessments.recusals import services as recusals
from carbon.measures.services import save_measure, save_scenario
from districts.common.enums import Stage
from districts.file.models.district import ListImport
from districts.indicator_systems.services import changes, indicators
from districts.profile.services import register_district
from districts.projects.models import ValueKind
from districts.projects.services import save_indicator
from districts.special_plans.models import PlanSectionKind
from districts.special_plans.services import save_section
from districts.yearly_plans import services as plans
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from indicators.entry import services as entry
from operation.entries.models import MechanismRecord
from outreach.disclosures.handover import add_file as hand_over_file
from outreach.exchange.services.events import add_material
from outreach.stories.services import add_photo
from portal.webhooks.models import Webhook
from reports.jobs.models import ExportJob
from tests.beautiful.reserves.world import make_project
from tests.carbon.inventories.world import make_inventory
from tests.factories.accounts import cast as make_cast
from tests.factories.approvals import pdf
from tests.factories.assessments import published_edition
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district
from tests.factories.indicator_systems import approved_system, begun_system
from tests.factories.meters import MeterFactory
from tests.factories.once import copy_of, once
from tests.factories.reviews import make_experts, make_table
from tests.outreach.disclosures.test_disclosures import file as file_disclosure
from tests.outreach.exchange.world import make_event, paper
from tests.outreach.stories.world import make_story, photo
from tests.portal.routes import routes
from tests.processes import ROOT

pytestmark = pytest.mark.django_db
DELETES = re.compile(r"_(drop|delete|remove|undo|cancel)$|:mandate_end$")
ASKED_BY_COMPONENT = re.compile(r"{% url [\"']([\w:]+)[\"'][^%]* as (\w+) %}\s*{% include \"components/delete.html\" with url=(\w+)")
# What takes something away and still is no deletion.
OTHERS = {
    "approvals:loss_open_cancel": "opens a case",
    "assessments:row_evidence_remove": "takes a file from a clause; the file stays in the library and is put back by one press",
    "assessments:share_evidence_remove": "takes a file from a clause; the file stays in the library and is put back by one press",
    "signin:factor_remove": "asks for the password",
    "signin:identity_remove": "asks for the password",
}

cast = once(make_cast)
people = copy_of("cast")


@pytest.fixture
def district(people):
    return make_district(people, stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1), edition=published_edition())


def finding(people, district):
    visit = {"mode": "onsite", "basis": "年度检查（虚构）", "team": "甲、乙（虚构）", "summary": "查看项目（虚构）"}
    found = inspections.register(district=district, values={**visit, "inspected_on": clock.today()}, by=people.city_officer)
    fault = {"rule": "SUPERVISION", "item_id": "", "text": "没有记录（虚构）", "severity": "minor", "demand": "补齐（虚构）"}
    values = {**fault, "due": clock.today() + dt.timedelta(days=30)}
    return inspections.add_finding(inspection=found, values=values, by=people.city_officer)


def registered(people, district):
    about = {"areas": district.areas.all(), "authorities": [people.authority_body]}
    return register_district(name="演示误登区（虚构）", by=people.preparer, **about)


def ledger_entry(people, district):
    about = {"mechanism": "coordination", "standing": "done", "lead": "演示管委会（虚构）", "entered_at": clock.now()}
    return MechanismRecord.objects.create(district=district, year=2026, entered_by=people.preparer, **about)


def plan(people, _district):
    return plans.open_plan(authority=people.authority_body, year=clock.today().year + 1, by=people.authority)


def plan_item(people, district):
    made = plan(people, district)
    days = {"start": dt.date(made.year, 1, 1), "finish": dt.date(made.year, 9, 30)}
    values = {"district": district, "work": "planning", "name": "编制专业规划（虚构）", "money": Decimal(120), **days}
    return plans.save_item(plan=made, values=values, by=people.authority)


def own_indicator(people, _district):
    values = {"title": "邻里中心（虚构）", "unit": "", "rule": "yes", "dimension": "健康宜居", "near": "是"}
    return indicators.add_own(system=begun_system(people), values=values, by=people.preparer)


def change_draft(people, _district):
    district = make_district(people)
    approved_system(people, district)
    type(district).objects.filter(pk=district.pk).update(stage=Stage.PILOT)
    district.refresh_from_db()
    return changes.start_change(district=district, by=people.preparer)


def requirement(people, district):
    values = {"kind": ValueKind.AT_LEAST, "name": "透水铺装（虚构）", "unit": "%", "required": "50", "designed": "", "built": ""}
    return save_indicator(work=WorkFactory(district=district), values=values, row=None, version=None, by=people.preparer)


def listed_import(people, district):
    now = {"imported_at": clock.now(), "imported_by": people.preparer}
    return ListImport.objects.create(district=district, file_name="清单.xlsx", added=0, changed=0, **now)


def pushed_address(people, _district):
    about = {"url": "https://x.example/", "events": ["title.changed"], "secret": "x", "created_at": clock.now()}
    return Webhook.objects.create(owner=people.partner, **about)


def message(people, _district, **more):
    about = {"kind": "case_moved", "title": "办件进展", "key": "event", "created_at": clock.now()}
    return Notification.objects.create(receiver=people.preparer, **about, **more)


def report(people, _district):
    asked = {"requested_by": people.city_officer, "requested_at": clock.now(), "asked": "annual_city"}
    return ExportJob.objects.create(kind="annual_city", year=2026, **asked)


def failed_report(people, district):
    row = report(people, district)
    ExportJob.objects.filter(pk=row.pk).update(state="failed", requested_by=None)
    return row


def measure(people, district):
    figures = {"tco2e": Decimal(1), "investment": Decimal(0), "yearly": Decimal(0), "first": 2026, "last": 2030, "source": "测算（虚构）"}
    return save_measure(district=district, values={"name": "路灯（虚构）", "sector": "municipal", **figures}, by=people.preparer)


def event_file(people, _district):
    return add_material(event=make_event(people), upload=paper(), title="讲义（虚构）", released=False, by=people.city_officer)


def disclosure_file(people, _district):
    return hand_over_file(row=file_disclosure().request, upload=paper(), title="检查计划（虚构）", by=people.city_officer)


def story_photo(people, district):
    return add_photo(story=make_story(people, district=district), upload=photo(), alt="屋顶（虚构）", by=people.authority)


def body(people, district):
    table = make_table(people, district=district)
    return recusals.add_body(table=table, role="design", name="演示设计院（虚构）", group="", by=people.preparer)


def absence(people, _district):
    expert = make_experts(people, 0)[0]
    return ExpertAbsence.objects.create(expert=expert, valid_from=dt.date(2027, 1, 1), valid_to=dt.date(2027, 1, 9))


def application(people):
    return drafts.start_application(district=make_district(people, type="new"), by=people.preparer, edition=published_edition())


def case_file(people, _district):
    return materials.add_document(case=application(people), slot="application", upload=pdf(), title="申请表（虚构）", by=people.preparer)


def bulk_run(people, _district):
    case, now = application(people), clock.now()
    Case.objects.filter(pk=case.pk).update(status="withdrawn", number="SQ-2026-0901", submitted_at=now, sent_at=now)
    return bulk.carry_out(kind="archive", cases=[Case.objects.get(pk=case.pk)], expected={case.pk}, by=people.city_officer)


def entered_chapter(people, _district):
    frame = entry.frame_of(None)
    frame["edition"] = {**frame["edition"], "code": "XG-1（虚构）", "title": "标准（虚构）", "based_on": "虚构"}
    facts = {"no": "4", "title": "总体（虚构）", "kind": "scored", "dimension": None, "full": 100, "min": None, "weight": None}
    draft = entry.begin(frame=frame, edition=None, by=people.city_officer)
    return entry.save_chapter(draft=draft, chapter=None, facts=facts, expected=9, version=None, by=people.city_officer)


def section_file(people, district):
    return save_section(
        district=district, section=PlanSectionKind.SYSTEM, texts={}, upload=pdf(), version=0, by=people.preparer
    ).files.get()


# Who deletes, the row, and with what of the row the address is filled; what begins with "=" stands there itself.
OF_DISTRICT = "district.code pk"
DELETIONS = {
    "approvals:bulk_undo": ("city_officer", bulk_run, "pk"),
    "approvals:case_file_remove": ("preparer", case_file, "case_id pk"),
    "assessments:expert_row_remove": ("expert1", absence, "expert_id =absence pk"),
    "assessments:inspection_finding_remove": ("city_officer", finding, "inspection_id pk"),
    "assessments:recusal_body_remove": ("preparer", body, "table_id pk"),
    "beautiful:reserve_drop": ("authority", lambda people, _: make_project(people), "pk"),
    "carbon:inventory_drop": ("preparer", lambda people, _: make_inventory(people, filled=False), "pk"),
    "carbon:measure_delete": ("preparer", measure, OF_DISTRICT),
    "carbon:meter_delete": ("preparer", lambda _, district: MeterFactory(district=district), OF_DISTRICT),
    "carbon:scenario_delete": (
        "preparer",
        lambda people, district: save_scenario(district=district, name="试算（虚构）", note="", shares={}, by=people.preparer),
        OF_DISTRICT,
    ),
    "districts:district_drop": ("preparer", registered, "code"),
    "districts:entry_drop": (
        "preparer",
        lambda _, district: district.funds.create(kind="planning", document="甲（虚构）", amount=80),
        "district.code =funds pk",
    ),
    "districts:implementation_plan_drop": ("authority", plan, "pk"),
    "districts:import_undo": ("preparer", listed_import, OF_DISTRICT),
    "districts:indicator_delete": ("preparer", own_indicator, "system.district.code system.number pk"),
    "districts:indicator_drop": ("preparer", change_draft, "district.code number"),
    "districts:key_project_delete": ("preparer", lambda _, district: KeyProjectFactory(district=district), OF_DISTRICT),
    "districts:mandate_end": (
        "preparer",
        lambda people, district: district.mandates.create(organisation=people.consultant_body, valid_from=clock.today()),
        OF_DISTRICT,
    ),
    "districts:plan_file_remove": ("preparer", section_file, "section.plan.district.code =system pk"),
    "districts:plan_item_drop": ("authority", plan_item, "plan_id pk"),
    "districts:plot_delete": ("preparer", lambda _, district: PlotFactory(district=district), OF_DISTRICT),
    "districts:work_delete": ("preparer", lambda _, district: WorkFactory(district=district), OF_DISTRICT),
    "districts:work_value_drop": ("preparer", requirement, "work.district.code work_id pk"),
    "indicators:entry_chapter_drop": ("city_officer", entered_chapter, "draft_id pk"),
    "indicators:entry_drop": ("city_officer", lambda people, _: entered_chapter(people, _).draft, "pk"),
    "notifications:message_drop": ("preparer", message, "pk"),
    "notifications:read_drop": ("preparer", lambda people, district: message(people, district, read_at=clock.now()), ""),
    "operation:entry_drop": ("preparer", ledger_entry, "district.code year =mechanisms pk"),
    "outreach:disclosure_file_drop": ("city_officer", disclosure_file, "owner key"),
    "outreach:event_drop": ("city_officer", lambda people, _: make_event(people), "pk"),
    "outreach:event_file_drop": ("city_officer", event_file, "owner key"),
    "outreach:event_row_drop": ("city_officer", lambda people, _: make_event(people).agenda.first(), "event_id pk"),
    "outreach:story_drop": ("authority", lambda people, district: make_story(people, district=district), "pk"),
    "outreach:story_photo_drop": ("authority", story_photo, "story_id pk"),
    "portal:webhook_remove": ("partner", pushed_address, "pk"),
    "reports:found_drop": ("city_officer", failed_report, ""),
    "reports:job_cancel": ("city_officer", report, "pk"),
    "reports:job_drop": ("city_officer", failed_report, "pk"),
}


def test_every_deletion_of_the_url_conf_is_tried():
    named = {route.name for route in routes() if DELETES.search(route.name)}
    assert named == DELETIONS.keys() | OTHERS.keys()


def test_every_deletion_behind_the_component_is_tried():
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    found = {name for text in texts for name, given, taken in ASKED_BY_COMPONENT.findall(text) if given == taken}
    assert len(found) > 8
    assert found <= DELETIONS.keys()


def kept(row):
    return list(type(row)._base_manager.filter(pk=row.pk).values())


@pytest.mark.parametrize("name", DELETIONS)
def test_a_deletion_asks_and_deletes_nothing_before_the_answer(client, people, district, name):
    seat, make, parts = DELETIONS[name]
    row = make(people, district)
    values = [part if part.startswith("=") else str(reduce(getattr, part.split("."), row)) for part in parts.split()]
    address = reverse(name, args=[value.removeprefix("=").rpartition(":")[2] for value in values])  # an owner is named “app.model:key”
    before = kept(row)
    assert before
    client.force_login(getattr(people, seat))
    for given in ({}, {"confirmed": ""}, {"confirmed": "0"}):
        asked = client.post(address, {**given, "next": "/desk/"})
        text = unescape(asked.content.decode())
        assert asked.status_code == 200
        assert f'action="{address}"' in text
        assert 'name="confirmed" value="yes"' in text
        assert 'name="next" value="/desk/"' in text, "what was posted is carried over"
        assert kept(row) == before
    [back] = re.findall(r'<a class="btn btn-plain" href="([^"]+)">返回，不办理</a>', text)
    assert client.get(back).status_code == 200
    assert client.post(address, {"confirmed": "yes"}).status_code == 302
    assert kept(row) != before
