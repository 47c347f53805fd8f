"""Import into the database: atomic, repeatable, never over a frozen edition."""

import pytest
from django.db import IntegrityError, transaction

from greendistrict.core.errors import Refused
from indicators.catalogue import parse
from indicators.editions.models import Clause, Edition
from indicators.editions.selectors import clauses_matching, published_editions, rules_for
from indicators.editions.services import freeze, import_document, load_shipped_editions
from indicators.scoring.engine import score
from indicators.scoring.refusals import EditionIncomplete
from tests.indicators.editions.editions import chapter, dump, edition, item
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


def parsed(points=100, **changes):
    data = edition([chapter("one", "1", [item("1", points, {"kind": "claimed"}), item("0", None, {"kind": "pass"})])], **changes)
    return parse(dump(data).replace("'2024-07-01'", "2024-07-01"))


def test_import_stores_edition_chapters_and_clauses():
    stored = import_document(parsed=parsed()).edition
    assert (stored.code, stored.status, stored.complete, str(stored.in_force)) == ("T-1", "draft", True, "2024-07-01")
    assert stored.type_labels == {"new": "新建城区", "renewal": "更新城区"}
    assert [(one.item_id, one.kind, one.points) for one in stored.clauses.all()] == [("1", "score", 100), ("0", "control", None)]
    assert stored.document == parsed().document


def test_changed_text_replaces_a_draft_and_keeps_row_ids():
    before = import_document(parsed=parsed()).edition.clauses.get(item_id="1").pk
    changed = edition([chapter("one", "1", [item("1", 90, {"kind": "claimed"}), item("2", 10, {"kind": "claimed"})])])
    stored = import_document(parsed=parse(dump(changed).replace("'2024-07-01'", "2024-07-01"))).edition
    assert [(one.item_id, one.points) for one in stored.clauses.all()] == [("1", 90), ("2", 10)]
    assert stored.clauses.get(item_id="1").pk == before


def test_invalid_file_leaves_nothing():
    refuses("没有导入", import_document, parsed=parsed(levels=5))
    assert not Edition.objects.exists()


def test_frozen_edition_is_never_changed():
    load_shipped_editions()
    reference = Edition.objects.get(code="GD-REF-2024")
    freeze(reference)
    freeze(reference)
    document = reference.document
    other = small_under_the_name_of("GD-REF-2024")
    refuses("不能改动", import_document, parsed=other)
    stored = Edition.objects.get(code="GD-REF-2024")
    assert (stored.status, stored.digest, stored.document) == ("frozen", reference.digest, document)


def small_under_the_name_of(code):
    head = {**edition([])["edition"], "code": code}
    data = edition([chapter("one", "1", [item("1", 100, {"kind": "claimed"})])], edition=head)
    return parse(dump(data).replace("'2024-07-01'", "2024-07-01"))


def test_published_edition_that_changes_is_a_draft_again():
    load_shipped_editions()
    import_document(parsed=small_under_the_name_of("GD-REF-2024"))
    assert Edition.objects.get(code="GD-REF-2024").status == "draft"


def test_draft_cannot_be_frozen():
    stored = import_document(parsed=parsed()).edition
    refuses(Refused, freeze, stored)


def test_shipped_editions_load_once():
    load_shipped_editions()
    rows = list(Edition.objects.order_by("code").values_list("code", "status", "complete", "official"))
    assert rows == [
        ("DG/TJ 08-2253-2018", "draft", False, True),
        ("DG/TJ 08-2253-2024", "draft", False, True),
        ("GB/T 51255-2017", "draft", False, True),
        ("GD-REF-2024", "published", True, False),
        ("LEED-V4-ND", "checked", True, False),
    ]
    before = list(Edition.objects.values_list("pk", "imported_at"))
    load_shipped_editions()
    assert list(Edition.objects.values_list("pk", "imported_at")) == before
    assert [one.code for one in published_editions()] == ["GD-REF-2024"]


def test_rules_are_prepared_once(django_assert_num_queries):
    load_shipped_editions()
    stored = Edition.objects.get(code="GD-REF-2024")
    first = rules_for(stored)
    with django_assert_num_queries(0):
        assert rules_for(stored) is first
    assert score(first, "new", "planning", {}).total == 0


def test_incomplete_edition_has_no_rules():
    load_shipped_editions()
    with pytest.raises(EditionIncomplete, match="缺17处"):
        rules_for(Edition.objects.get(code="DG/TJ 08-2253-2024"))


def test_clauses_of_a_table_are_the_items_of_its_rules():
    load_shipped_editions()
    stored = Edition.objects.get(code="GD-REF-2024")
    for (kind, stage), table in rules_for(stored).tables.items():
        assert [one.item_id for one in clauses_matching(stored, kind=kind, stage=stage)] == list(table.items)


@pytest.mark.parametrize("changes", [{"kind": "wish"}, {"when_absent": "never"}, {"auto": "moon"}, {"kind": "control"}])
def test_database_holds_the_closed_lists(changes):
    import_document(parsed=parsed())
    with pytest.raises(IntegrityError), transaction.atomic():
        Clause.objects.filter(item_id="1").update(**changes)


def test_incomplete_edition_cannot_be_published_behind_the_services():
    load_shipped_editions()
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(complete=False).update(status="published")
