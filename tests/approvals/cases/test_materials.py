"""Who opens the plan that lies with a case, and how its materials are counted."""

import re

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.selectors.materials import LOSS_STEPS, completeness_of, materials_of, reads_plan
from approvals.cases.services import materials
from approvals.losses.models import LossFile
from greendistrict.core import clock
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
COUNTED = re.compile(r"本步骤必交(\d+)项，已有(\d+)项(?:，待后续步骤(\d+)项)?")


def plan_keys(filing):
    return [file.key for line in materials_of(filing.case) if line.slot.origin == "plan" for file in line.files]


def test_partner_opens_the_plan_from_receipt_on():
    filing = Filing().to_sent()
    people = filing.people
    assert plan_keys(filing)
    assert not any(reads_plan(people.partner, key) for key in plan_keys(filing))
    assert all(reads_plan(people.city_officer, key) for key in plan_keys(filing))
    filing.do("accept", "city_officer")
    assert all(reads_plan(people.partner, key) for key in plan_keys(filing))
    assert not any(reads_plan(people.outsider_preparer, key) for key in plan_keys(filing))


def counts(client, user, case):
    """What each page says of the materials, and what the list of sections says: (wanted, have, later) and (have, wanted)."""
    client.force_login(user)
    pages = [client.get(reverse(f"approvals:{name}", args=[case.pk])) for name in ("case", "case_files", "case_catalogue", "case_print")]
    told = {COUNTED.search(page.content.decode()).groups(default="0") for page in pages}
    sections = {section.name: section for section in pages[0].context["sections"]}
    return told, sections.get("材料")


def test_every_place_counts_the_materials_alike_and_what_comes_later_is_not_missing(client):
    filing = Filing()
    people, case = filing.people, filing.case
    told, section = counts(client, people.preparer, case)
    assert told == {("7", "3", "3")}, "批复, letter and score table come with later steps"
    assert (section.state, section.done) == ("3 / 7项", False)
    for slot in ("application", "diagnosis", "key-projects", "plots"):
        materials.add_document(case=case, slot=slot, upload=pdf(), title="", by=people.preparer)
    told, section = counts(client, people.preparer, case)
    assert told == {("7", "7", "3")}
    assert (section.state, section.done) == ("7 / 7项", True), "nothing of this step is left"
    assert "待后续步骤" in client.get(reverse("approvals:case_files", args=[case.pk])).content.decode()
    filing.to_endorsing()
    told, _ = counts(client, people.authority, filing.case)
    assert told == {("10", "8", "0")}, "the table is signed, 批复 and letter are due now"
    filing.endorse().do("send_up", "authority")
    for user in (people.preparer, people.city_officer):
        told, _ = counts(client, user, filing.case)
        assert told == {("10", "10", "0")}


def test_papers_of_a_loss_are_missing_from_their_step_on(people):
    case = Case.objects.create(
        kind="CX", district=make_district(people), applicant=people.applicant_body, created_at=clock.now(), created_by=people.city_officer
    )
    LossFile.objects.create(case=case, ground="cancel")
    found = {}
    for status in LOSS_STEPS:
        case.status = status
        found[status] = [line.slot.key for line in completeness_of(materials_of(case)).missing]
    assert found["draft"] == ["facts"]
    assert found["telling"] == ["facts", "letter"]
    assert found["discussing"] == ["facts", "letter", "legal", "minutes"]
    assert found["decided"] == ["facts", "letter", "legal", "minutes", "decision", "delivery"]


def test_each_material_with_a_form_has_its_sample_beside_it(client):
    """From the list of materials a newcomer is one press from a filled sample."""
    filing = Filing()
    client.force_login(filing.people.preparer)
    html = client.get(reverse("approvals:case_files", args=[filing.case.pk])).content.decode()
    samples = re.findall(r'href="(/guide/forms/[^"]+)"', html)
    assert samples == [f"/guide/forms/SQ/{key}/sample/" for key in ("application", "diagnosis", "key-projects", "plots")]
    assert {client.get(address).status_code for address in samples} == {200}
