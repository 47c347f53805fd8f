"""Every hostile and damaged file of the tests through a real upload: each is refused with its words, nothing of it is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Refused
from greendistrict.documents import services
from greendistrict.documents.models import Evidence
from tests.documents.test_hazards import DAMAGED, HOSTILE
from tests.documents.test_inspection import BAD

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
# What it is → name of the file, what makes it, words of the refusal.
FILES = {f"hazard: {name}": row for name, row in HOSTILE.items()}
FILES |= {f"bad: {name}": (file, make, words.format(file)) for name, file, make, words in BAD}
FILES |= {f"damaged: {name}": ("表.xlsx", make, "损坏") for name, make in DAMAGED.items()}


def test_at_least_80_files_are_refused_with_their_words_and_leave_nothing(people, district, media):
    assert len(FILES) >= 80
    unlike = {}
    for what, (name, make, words) in FILES.items():
        try:
            services.store(owner=district, upload=SimpleUploadedFile(name, make()), kind="plan", title="材料", by=people.preparer)
        except Refused as refused:
            if words not in str(refused):
                unlike[what] = str(refused)
        else:
            unlike[what] = "stored"
    assert unlike == {}
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert (Evidence.objects.count(), AuditRecord.objects.filter(action="documents.store").count()) == (0, 0)
