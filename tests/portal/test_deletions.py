"""Every address that deletes something for good asks first, in the request: nothing goes by a press or a POST alone."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from approvals.applications.services import drafts
from approvals.bulk.services import bulk
from approvals.cases.models.cases import Case
from approvals.cases.services import materials
from assessments.experts.models.experts import ExpertAbsence
from assessments.inspections import services as inspections
from assessments.recusals import services as recusals
from carbon.measures.services import save_measure, save_scenario
from districts.common.enums import PlanSectionKind, Stage, ValueKind
from districts.file.models.imports import ListImport
from districts.indicator_systems.services import changes, indicators
from districts.projects.services.works import save_indicator
from districts.special_plans.services import save_section
from districts.yearly_plans import services as plans
from greendistrict.core import clock
from operation.mechanisms.models import MechanismRecord
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


def of_district(name, make):
    """A row of a district that its preparer deletes."""

    def made(people, district):
        row = make(district)
        return people.preparer, reverse(f"districts:{name}", args=[district.code, row.pk]), row

    return made


def ledger_entry(people, district):
    row = MechanismRecord.objects.create(
        district=district, year=2026, mechanism="coordination", standing="done", lead="演示管委会（虚构）", entered_at=clock.now(),
        entered_by=people.preparer,
    )  # fmt: skip
    return people.preparer, reverse("operation:entry_drop", args=[district.code, 2026, "mechanisms", row.pk]), row


def finding(people, district):
    visit = {"mode": "onsite", "basis": "年度检查（虚构）", "team": "甲、乙（虚构）", "summary": "查看项目（虚构）"}
    found = inspections.register(district=district, values={**visit, "inspected_on": clock.today()}, by=people.city_officer)
    fault = {"rule": "SUPERVISION", "item_id": "", "text": "没有记录（虚构）", "severity": "minor", "demand": "补齐（虚构）"}
    values = {**fault, "due": clock.today() + dt.timedelta(days=30)}
    row = inspections.add_finding(inspection=found, values=values, by=people.city_officer)
    return people.city_officer, reverse("assessments:inspection_finding_remove", args=[found.pk, row.pk]), row


def fund(people, district):
    row = district.funds.create(kind="planning", document="甲（虚构）", amount=80)
    return people.preparer, reverse("districts:entry_drop", args=[district.code, "funds", row.pk]), row


def plan(people, district):
    made = plans.open_plan(authority=people.authority_body, year=clock.today().year + 1, by=people.authority)
    return people.authority, reverse("districts:implementation_plan_drop", args=[made.pk]), made


def plan_item(people, district):
    _, _, made = plan(people, district)
    year = made.year
    values = {
        "district": district, "work": "planning", "name": "编制专业规划（虚构）", "money": Decimal(120), "start": dt.date(year, 1, 1),
        "finish": dt.date(year, 9, 30),
    }  # fmt: skip
    row = plans.save_item(plan=made, values=values, by=people.authority)
    return people.authority, reverse("districts:plan_item_drop", args=[made.pk, row.pk]), row


def own_indicator(people, district):
    system = begun_system(people)
    values = {"title": "邻里中心（虚构）", "unit": "", "rule": "yes", "dimension": "健康宜居", "near": "是"}
    row = indicators.add_own(system=system, values=values, by=people.preparer)
    return people.preparer, reverse("districts:indicator_delete", args=[system.district.code, system.number, row.pk]), row


def change_draft(people, district):
    system = approved_system(people, make_district(people))
    type(system.district).objects.filter(pk=system.district.pk).update(stage=Stage.PILOT)
    system.district.refresh_from_db()
    row = changes.start_change(district=system.district, by=people.preparer)
    return people.preparer, reverse("districts:indicator_drop", args=[system.district.code, row.number]), row


def requirement(people, district):
    work = WorkFactory(district=district)
    values = {"kind": ValueKind.AT_LEAST, "name": "透水铺装（虚构）", "unit": "%", "required": "50", "designed": "", "built": ""}
    row = save_indicator(work=work, values=values, row=None, version=None, by=people.preparer)
    return people.preparer, reverse("districts:work_value_drop", args=[district.code, work.pk, row.pk]), row


def mandate(people, district):
    row = district.mandates.create(organisation=people.consultant_body, valid_from=clock.today())
    return people.preparer, reverse("districts:mandate_end", args=[district.code, row.pk]), row


def listed_import(people, district):
    now = {"imported_at": clock.now(), "imported_by": people.preparer}
    row = ListImport.objects.create(district=district, file_name="清单.xlsx", added=0, changed=0, **now)
    return people.preparer, reverse("districts:import_undo", args=[district.code, row.pk]), row


def pushed_address(people, district):
    now = clock.now()
    row = Webhook.objects.create(owner=people.partner, url="https://x.example/", events=["title.changed"], secret="x", created_at=now)
    return people.partner, reverse("portal:webhook_remove", args=[row.pk]), row


def report(people, district):
    row = ExportJob.objects.create(
        kind="annual_city", year=2026, requested_by=people.city_officer, requested_at=clock.now(), asked="annual_city"
    )
    return people.city_officer, reverse("reports:job_cancel", args=[row.pk]), row


def meter(people, district):
    row = MeterFactory(district=district)
    return people.preparer, reverse("carbon:meter_delete", args=[district.code, row.pk]), row


def measure(people, district):
    figures = {"tco2e": Decimal(1), "investment": Decimal(0), "yearly": Decimal(0), "first": 2026, "last": 2030, "source": "测算（虚构）"}
    row = save_measure(district=district, values={"name": "路灯（虚构）", "sector": "municipal", **figures}, by=people.preparer)
    return people.preparer, reverse("carbon:measure_delete", args=[district.code, row.pk]), row


def scenario(people, district):
    row = save_scenario(district=district, name="试算（虚构）", note="", shares={}, by=people.preparer)
    return people.preparer, reverse("carbon:scenario_delete", args=[district.code, row.pk]), row


def inventory(people, district):
    row = make_inventory(people, filled=False)
    return people.preparer, reverse("carbon:inventory_drop", args=[row.pk]), row


def story(people, district):
    row = make_story(people, district=district)
    return people.authority, reverse("outreach:story_drop", args=[row.pk]), row


def reserve(people, district):
    row = make_project(people)
    return people.authority, reverse("beautiful:reserve_drop", args=[row.pk]), row


def event(people, district):
    row = make_event(people)
    return people.city_officer, reverse("outreach:event_drop", args=[row.pk]), row


def event_row(people, district):
    row = make_event(people).agenda.first()
    return people.city_officer, reverse("outreach:event_row_drop", args=[row.event_id, row.pk]), row


def event_file(people, district):
    held = make_event(people)
    row = add_material(event=held, upload=paper(), title="讲义（虚构）", released=False, by=people.city_officer)
    return people.city_officer, reverse("outreach:event_file_drop", args=[held.pk, row.key]), row


def disclosure_file(people, district):
    row = file_disclosure().request
    kept = hand_over_file(row=row, upload=paper(), title="检查计划（虚构）", by=people.city_officer)
    return people.city_officer, reverse("outreach:disclosure_file_drop", args=[row.pk, kept.key]), kept


def story_photo(people, district):
    row = add_photo(story=make_story(people, district=district), upload=photo(), alt="屋顶（虚构）", by=people.authority)
    return people.authority, reverse("outreach:story_photo_drop", args=[row.story_id, row.pk]), row


def body(people, district):
    table = make_table(people, district=district)
    row = recusals.add_body(table=table, role="design", name="演示设计院（虚构）", group="", by=people.preparer)
    return people.preparer, reverse("assessments:recusal_body_remove", args=[table.pk, row.pk]), row


def absence(people, district):
    expert = make_experts(people, 0)[0]
    row = ExpertAbsence.objects.create(expert=expert, valid_from=dt.date(2027, 1, 1), valid_to=dt.date(2027, 1, 9))
    return expert.user, reverse("assessments:expert_row_remove", args=[expert.pk, "absence", row.pk]), row


def application(people):
    return drafts.start_application(district=make_district(people, type="new"), by=people.preparer, edition=published_edition())


def case_file(people, district):
    case = application(people)
    row = materials.add_document(case=case, slot="application", upload=pdf(), title="申请表（虚构）", by=people.preparer)
    return people.preparer, reverse("approvals:case_file_remove", args=[case.pk, row.pk]), row


def bulk_run(people, district):
    case, now = application(people), clock.now()
    Case.objects.filter(pk=case.pk).update(status="withdrawn", number="SQ-2026-0901", submitted_at=now, sent_at=now)
    row = bulk.carry_out(kind="archive", cases=[Case.objects.get(pk=case.pk)], expected={case.pk}, by=people.city_officer)
    return people.city_officer, reverse("approvals:bulk_undo", args=[row.pk]), row


def section_file(people, district):
    section = save_section(district=district, section=PlanSectionKind.SYSTEM, texts={}, upload=pdf(), version=0, by=people.preparer)
    row = section.files.get()
    return people.preparer, reverse("districts:plan_file_remove", args=[district.code, "system", row.pk]), row


DELETIONS = {
    "approvals:bulk_undo": bulk_run,
    "approvals:case_file_remove": case_file,
    "assessments:expert_row_remove": absence,
    "assessments:inspection_finding_remove": finding,
    "assessments:recusal_body_remove": body,
    "carbon:inventory_drop": inventory,
    "carbon:measure_delete": measure,
    "carbon:meter_delete": meter,
    "carbon:scenario_delete": scenario,
    "districts:entry_drop": fund,
    "districts:implementation_plan_drop": plan,
    "districts:import_undo": listed_import,
    "districts:indicator_delete": own_indicator,
    "districts:indicator_drop": change_draft,
    "districts:key_project_delete": of_district("key_project_delete", lambda district: KeyProjectFactory(district=district)),
    "districts:mandate_end": mandate,
    "districts:plan_file_remove": section_file,
    "districts:plan_item_drop": plan_item,
    "districts:plot_delete": of_district("plot_delete", lambda district: PlotFactory(district=district)),
    "districts:work_delete": of_district("work_delete", lambda district: WorkFactory(district=district)),
    "districts:work_value_drop": requirement,
    "beautiful:reserve_drop": reserve,
    "operation:entry_drop": ledger_entry,
    "outreach:disclosure_file_drop": disclosure_file,
    "outreach:event_drop": event,
    "outreach:event_file_drop": event_file,
    "outreach:event_row_drop": event_row,
    "outreach:story_drop": story,
    "outreach:story_photo_drop": story_photo,
    "portal:webhook_remove": pushed_address,
    "reports:job_cancel": report,
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
    user, address, row = DELETIONS[name](people, district)
    before = kept(row)
    assert before
    client.force_login(user)
    for given in ({}, {"confirmed": ""}, {"confirmed": "0"}):
        asked = client.post(address, {**given, "next": "/work/"})
        text = unescape(asked.content.decode())
        assert asked.status_code == 200
        assert f'action="{address}"' in text
        assert 'name="confirmed" value="yes"' in text
        assert 'name="next" value="/work/"' in text, "what was posted is carried over"
        assert kept(row) == before
    [back] = re.findall(r'<a class="btn btn-plain" href="([^"]+)">返回，不办理</a>', text)
    assert client.get(back).status_code == 200
    assert client.post(address, {"confirmed": "yes"}).status_code == 302
    assert kept(row) != before
