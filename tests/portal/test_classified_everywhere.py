"""A classified file at every place that shows files, to every seat; ``test_walk.py`` looks for one wherever links lead to."""

import pytest
from django.urls import reverse

from approvals.cases.models.cases import CaseDocument
from assessments.reviews.models import Review
from assessments.tables.models import RowEvidence
from districts.special_plans.models import SpecialPlanPart
from greendistrict.documents.enums import WITHHELD, Confidentiality
from greendistrict.documents.models import Evidence
from tests.factories.approvals import Filing, make_evidence
from tests.factories.districts import KeyProjectFactory
from tests.factories.reviews import make_experts
from tests.steps import draw_for, step

pytestmark = pytest.mark.django_db
SECRET = "商业秘密合同QX7"
INSIDE = ("city_officer", "city_legal", "preparer", "reviewer", "authority")
NAMED = {"archive", "materials", "catalogue", "version"}
OUTSIDE = ("secretariat", "partner", "bureau", "consultant", "verifier", "outsider_preparer")


class World:
    """An application before its panel with a file at each place, named before it was submitted and classified afterwards."""

    def __init__(self):
        filing = Filing()
        self.people, self.district, self.table = filing.people, filing.district, filing.case.table
        project = KeyProjectFactory(district=self.district)
        files = [make_evidence(owner, SECRET) for owner in (self.district, self.district, self.table, filing.case, project)]
        plan, _, proof, paper, photo = files
        Evidence.objects.filter(pk=photo.pk).update(kind="照片")
        SpecialPlanPart.objects.filter(plan__district=self.district, part="scheme").update(document=plan)
        CaseDocument.objects.create(case=filing.case, slot="other", document=paper)
        self.item = self.table.rows.first().item_id
        RowEvidence.objects.create(row=self.table.rows.first(), document=proof, page=3)
        self.case = filing.to_reviewing().case
        self.review = Review.objects.get(pk=self.case.review_id)
        self.expert = self.panel(filing.people)
        Evidence.objects.filter(title=SECRET).update(confidentiality=Confidentiality.CLASSIFIED)
        self.files = list(Evidence.objects.filter(title=SECRET))

    def panel(self, people):
        make_experts(people)
        step(self.review, "commit", people.secretariat)
        draw_for(self.review, people.secretariat)
        for member in self.review.members.filter(state="invited").select_related("expert__user"):
            step(member, "accept", member.expert.user, declared=True)
        return self.review.members.filter(state="accepted").first().expert.user

    @property
    def places(self):
        """Pages that are known to list files."""
        return {
            "archive": reverse("districts:district_detail", args=[self.district.code]) + "?tab=archive",
            "plan": reverse("districts:district_detail", args=[self.district.code]) + "?tab=plan",
            "case": reverse("approvals:case", args=[self.case.pk]),
            "materials": reverse("approvals:case_files", args=[self.case.pk]),
            "catalogue": reverse("approvals:case_catalogue", args=[self.case.pk]),
            "application": reverse("approvals:case_print", args=[self.case.pk]),
            "receipt": reverse("approvals:case_receipt", args=[self.case.pk]),
            "version": reverse("assessments:table_version", args=[self.table.pk, 1]),
            "score receipt": reverse("assessments:table_receipt", args=[self.table.pk, 1]),
            "clause": reverse("assessments:row_evidence", args=[self.table.pk, self.item]),
            "table": reverse("assessments:table_files", args=[self.table.pk]),
            "desk of a reader": reverse("assessments:review_clause", args=[self.review.pk, self.item]),
            "search": reverse("portal:search") + f"?q={SECRET[:4]}",
            "api": "/api/v1/districts/",
            "overview": reverse("districts:district_detail", args=[self.district.code]),
        }


@pytest.mark.slow
def test_nobody_outside_reads_its_name_anywhere(client):
    world = World()
    told = set()
    for seat, user in {**{seat: getattr(world.people, seat) for seat in OUTSIDE}, "expert": world.expert}.items():
        client.force_login(user)
        for place, url in world.places.items():
            text = client.get(url).content.decode()
            assert SECRET not in text, (seat, place)
            told |= {seat} if WITHHELD in text else set()
        for file in world.files:
            assert client.get(reverse("documents:download", args=[file.key])).status_code == 404, seat
            assert client.get(reverse("documents:confidentiality", args=[file.key])).status_code == 404, seat
    assert {"secretariat", "bureau", "consultant", "expert"} <= told
    for seat in INSIDE:  # its own side and the city read it
        client.force_login(getattr(world.people, seat))
        named = {place for place in NAMED if SECRET in client.get(world.places[place]).content.decode()}
        assert named == NAMED, seat
        assert client.get(reverse("documents:confidentiality", args=[world.files[0].key])).status_code == 200, seat
