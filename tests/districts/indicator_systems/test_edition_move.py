"""A district moves to another edition: the preview, what goes along, what stays as it was submitted."""

import pytest
import yaml
from django.urls import reverse

from assessments.tables.models import ScoreTable
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.services.changes import move_edition, preview_move
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Refused
from indicators.catalogue import parse
from indicators.editions.models import Edition
from indicators.editions.services import DATA, import_document
from tests.factories.assessments import make_table, published_edition
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system, begun_system
from tests.factories.once import once

edition = once(published_edition)
CODE = "GD-REF-2027"


@pytest.fixture(scope="module")
def successor():
    """The reference edition revised: one clause renumbered, one dropped, one that may not be left out any more, a smaller range."""
    data = yaml.safe_load((DATA / "reference-2024.yaml").read_text(encoding="utf-8"))
    data["edition"] |= {"code": CODE, "title": "修订后的参考评价体系", "replaces": "GD-REF-2024"}
    items = {item["id"]: item for chapter in data["chapters"] for item in chapter["items"]}
    items["4.2.1"]["id"] = "4.2.99"
    items["4.2.2"]["title"] = "另一条要求"
    items["4.2.19"] |= {"may_exclude": False, "exclude_when": None, "when_absent": None}
    return parse(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


@pytest.fixture
def system(people):
    return approved_system(people, make_district(people, stage=Stage.PILOT))


@pytest.fixture
def new(successor, system):
    assert [str(problem) for problem in successor.problems] == []
    edition = import_document(parsed=successor).edition
    Edition.objects.filter(pk=edition.pk).update(status="published")
    edition.refresh_from_db()
    return edition


def texts(refused):
    return [refusal.text for refusal in refused.value.refusals]


def test_the_preview_tells_what_goes_along_and_writes_nothing(system, new):
    before = system.rows.count()
    preview = preview_move(system.district, new)
    found = {one.pair.new.id: one for one in preview.carried}
    assert (found["4.2.99"].pair.how, bool(found["4.2.99"].kept)) == ("名称相同，条文号不同", True)
    assert (found["4.2.2"].why, bool(found["4.2.2"].dropped)) == ("名称不同，内容可能不同", True)
    assert preview.counts[0] == ("两版都有", len(preview.carried))
    assert (District.objects.get().edition_id, IndicatorSystem.objects.count(), system.rows.count()) == (None, 1, before)


def test_the_move_begins_a_draft_with_what_the_mapping_takes_over(people, system, new):
    system.rows.filter(key="4.2.19").update(taking_part=False, exclusion_reason="没有到期项目")
    kept = system.rows.get(key="4.2.1")
    draft = move_edition(district=system.district, edition=new, by=people.city_officer, reason="换版")
    assert (draft.number, draft.status, draft.edition, draft.near_year) == (2, "draft", new, 2027)
    moved = draft.rows.get(key="4.2.99")
    assert (moved.near, moved.long, moved.department, moved.source) == (kept.near, kept.long, kept.department, kept.source)
    other = draft.rows.get(key="4.2.2")
    assert (other.near, other.source) == ("", "")
    assert draft.rows.get(key="4.2.19").taking_part
    assert draft.rows.get(key="carbon").near == "30"
    record = AuditRecord.objects.get(action="districts.move_edition")
    assert (record.data["from"], record.data["to"]) == ("GD-REF-2024", CODE)


def test_nothing_submitted_changes(people, system, new):
    table = make_table(system.district, year=2026)
    rows = list(system.rows.order_by("pk").values())
    move_edition(district=system.district, edition=new, by=None, reason="换版")
    system.refresh_from_db()
    assert (system.status, system.edition.code, list(system.rows.order_by("pk").values())) == ("approved", "GD-REF-2024", rows)
    assert ScoreTable.objects.get(pk=table.pk).edition.code == "GD-REF-2024"
    assert District.objects.get().edition == new
    assert Edition.objects.get(code=CODE).status == "frozen"


def test_a_district_without_a_system_only_follows_the_other_edition(people, system, new):
    district = make_district(people, edition=system.edition)
    assert move_edition(district=district, edition=new, by=None, reason="换版") is None
    assert District.objects.get(pk=district.pk).edition == new


def test_what_stands_against_a_move_is_told_at_once(people, system, new):
    Edition.objects.filter(pk=new.pk).update(status="draft")
    open_version = begun_system(people)
    with pytest.raises(Refused) as refused:
        move_edition(district=open_version.district, edition=new, by=None, reason="换版")
    assert texts(refused) == [f"评价标准{CODE}没有发布，不能选用", "第1版指标体系填报中"]
    with pytest.raises(Refused) as same:
        preview_move(system.district, system.edition)
    assert "城区已适用GD-REF-2024" in texts(same)
    with pytest.raises(Refused) as none:
        preview_move(make_district(people, type=""), new)
    assert texts(none)[0] == "城区尚无适用的评价标准，不需要变更"


def test_the_page_shows_the_mapping_and_asks_first(preparer, system, new):
    address = reverse("districts:edition_move", kwargs={"code": system.district.code})
    page = preparer.get(address, {"edition": new.pk}).content.decode()
    assert [words in page for words in ("4.2.1 ", "4.2.99 ", "条文号相同，名称不同")] == [True] * 3
    change = f"{reverse('approvals:change_start')}?district={system.district.code}"
    assert f'href="{change}"' in page
    assert f'<option value="{system.district.code}" selected>' in preparer.get(change).content.decode()
    assert preparer.get(address, {"edition": 10**9}).status_code == 422
