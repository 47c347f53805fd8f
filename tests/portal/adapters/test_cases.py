"""一网通办: the status of cases goes out once for each change; a foreign number comes in, is kept, and finds its case."""

import json

import pytest
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from portal.adapters.models import ForeignNumber
from portal.adapters.services import exchange
from portal.search.selectors.search import search
from tests.factories.acceptance import Losing, make_pilot
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db
FOREIGN = "310000-2026-000001"


def put(folder, name, *items):
    (folder / "cases" / "in" / name).write_text(json.dumps({"items": items}, ensure_ascii=False), encoding="utf-8")


def documents(folder):
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((folder / "cases/out").glob("*.json"))}


def test_each_change_of_status_goes_out_once_as_the_applicant_sees_it(folder, settings, client):
    filing = Filing()
    exchange("cases")
    assert not (folder / "cases/out").exists(), "nothing was handed in"
    filing.to_sent()
    exchange("cases")
    assert not (folder / "cases/out").exists(), "fictional districts stay here"
    settings.TRAINING = True
    exchange("cases")
    assert exchange("cases") == []
    filing.do("accept", "city_officer")
    exchange("cases")
    number = filing.case.number
    sent = documents(folder)
    _, second = sent
    assert [key.rpartition("-")[0] for key in sent] == [f"{number}.1", f"{number}.2"]
    client.force_login(filing.people.preparer)
    page = client.get(reverse("approvals:case", args=[filing.case.pk])).content.decode()
    assert sent[second]["status"] in page
    assert sent[second]["accepted_on"]
    assert not [
        value for one in sent.values() for value in one.values() if value in {filing.people.preparer.name, filing.people.reviewer.name}
    ]


def test_a_foreign_number_is_kept_beside_ours_and_finds_the_case(office, settings):
    settings.TRAINING = True
    filing, other = Filing(name="演示一城（虚构）").to_sent(), None
    other = Filing(filing.people, name="演示二城（虚构）").to_sent()
    office.gives({"key": "n-1", "case": filing.case.number, "foreign_number": FOREIGN})
    assert [made.items for made in exchange("cases")] == [2, 1]
    assert filing.fresh().foreign_number.number == FOREIGN
    [sent] = next(told for key, told in office.taken.items() if key.startswith(f"{filing.case.number}.1-"))
    assert sent["foreign_number"] is None
    hits = [hit for group in search(Viewer(filing.people.city_officer), FOREIGN) for hit in group.hits]
    assert [hit.href for hit in hits if "一网通办" in hit.note] == [reverse("approvals:case", args=[filing.case.pk])]
    assert FOREIGN not in str(search(Viewer(filing.people.partner), FOREIGN))
    office.gives(
        {"key": "n-2", "case": filing.case.number, "foreign_number": "310000-2026-000002"},
        {"key": "n-3", "case": other.case.number, "foreign_number": FOREIGN},
        {"key": "n-4", "case": "SQ-1999-0001", "foreign_number": "x"},
        {"key": "n-5", "case": filing.case.number, "foreign_number": FOREIGN},
        {"key": "n-6", "case": other.case.number, "foreign_number": "1" * 101},
    )
    told = exchange("cases")[-1]
    assert (told.items, told.refused) == (1, 4)
    assert "最多100字" in told.error
    assert [words in told.error for words in ("不覆盖", "已用于", "没有报送过")] == [True] * 3
    assert ForeignNumber.objects.get().number == FOREIGN


def test_a_loss_of_title_is_not_told(folder, settings):
    settings.TRAINING = True
    filing = Filing()
    losing = Losing(filing.people, make_pilot(filing.people, name="演示三城（虚构）"))
    exchange("cases")
    assert not [key for key in documents(folder) if key.startswith(losing.case.number or "CX")]


def test_other_content_never_goes_under_a_key_that_was_handed_over(office, settings):
    """Handed over, the answer too late to be recorded, then the status changed: the other side would pass it over."""
    settings.TRAINING = True
    filing = Filing().to_sent()
    office.delay, settings.ADAPTER_SECONDS = 2, 1
    assert "没有答完" in exchange("cases")[0].error
    office.delay, settings.ADAPTER_SECONDS = 0, 5
    filing.do("accept", "city_officer")
    exchange("cases")
    told = {key: [one["status"] for one in rows] for key, rows in office.taken.items()}
    assert all(len(rows) == 1 for rows in told.values()), told
    assert len({rows[0] for rows in told.values()}) == 2
