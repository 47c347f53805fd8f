"""Papers of a review are open to who has accepted it, and to nobody else of the pool."""

import pytest
from django.urls import reverse

from assessments.common.enums import MemberState
from assessments.reviews.models.review import PanelMember
from assessments.tables.selectors.tables import score_tables_visible_to
from greendistrict.documents.services import store_bytes
from tests.factories.reviews import Scene

pytestmark = pytest.mark.django_db


def test_only_who_accepted_opens_table_and_papers(client):
    scene = Scene().to_scoring()
    review = scene.review
    paper = store_bytes(
        owner=review.table.district, content=b"%PDF-1.7 x", name="plan.pdf", content_type="application/pdf", kind="x", title="规划方案"
    )
    review.subject["documents"] = [{"title": paper.title, "key": str(paper.key)}]
    review.save()
    first, second = PanelMember.objects.filter(review=review, state=MemberState.ACCEPTED).select_related("expert__user")[:2]
    PanelMember.objects.filter(pk=second.pk).update(state=MemberState.INVITED)
    url = reverse("documents:download", args=[paper.key])
    for member, expected in ((first, 200), (second, 404)):
        client.force_login(member.expert.user)
        response = client.get(url)
        for close in response._resource_closers:  # closing the response itself would close the test's connection
            close()
        assert response.status_code == expected
        assert score_tables_visible_to(member.expert.user).filter(pk=review.table_id).exists() is (expected == 200)
