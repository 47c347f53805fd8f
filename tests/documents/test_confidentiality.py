"""Confidentiality of files: chosen beside the upload, inherited, changed with a reason, and what it closes."""

import pytest
from django.db import IntegrityError, transaction

from greendistrict.documents.enums import PRINTED, Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store_bytes
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def district(people):
    return make_district(people)


def kept(owner, **kw):
    return store_bytes(owner=owner, content=pdf(), name="材料.pdf", content_type="application/pdf", kind="plan", title="演示材料", **kw)


def test_a_file_is_internal_unless_it_is_said_otherwise_and_nothing_else_is_kept(district):
    file = kept(district)
    assert file.confidentiality == Confidentiality.INTERNAL
    with pytest.raises(IntegrityError, match="evidence_confidentiality_known"), transaction.atomic():
        Evidence.objects.filter(pk=file.pk).update(confidentiality="secret")


def test_papers_and_records_do_not_name_a_classified_file(district):
    file = kept(district)
    assert (str(file), file.printed_title) == ("演示材料", "演示材料")
    file.confidentiality = Confidentiality.CLASSIFIED
    assert (str(file), file.printed_title) == (PRINTED, PRINTED)
