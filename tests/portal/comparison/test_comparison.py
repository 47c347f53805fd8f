"""横向比较: who sees whose figures, the distribution, the workbook, a constant number of queries."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from greendistrict.audit.models import AuditRecord
from greendistrict.policy.services import set_setting
from portal.comparison.selectors import figures_of
from reports.city.sources import quartiles
from tests.factories.assessments import published_edition
from tests.portal.comparison.world import CLAUSE, NAMES, received

pytestmark = pytest.mark.django_db
READERS = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat", "partner", "authority", "preparer", "reviewer"}


def page(client, name="comparison", **query):
    answer = client.get(reverse(f"portal:{name}"), {"world": "demo", **query})
    assert answer.status_code == 200
    return answer


def named(answer):
    return [line.peer.name for line in answer.context["found"].lines]


def test_each_seat_reads_its_pages(client, people):
    received(0, 70)
    for seat, user in people.everybody.items():
        client.force_login(user)
        for name in ("comparison", "comparison_export", "comparison_dimensions", "comparison_dimensions_export"):
            opened = seat in READERS | {"consultant"} or seat.startswith("outsider_")
            answer = client.get(reverse(f"portal:{name}"), {"world": "demo"})
            assert answer.status_code == (200 if opened else 404), (seat, name)


def test_the_city_reads_all_in_their_places_with_the_best_marked(client, people):
    for number, total in enumerate((70, 90, 80)):
        received(number, total)
    received(3, 99, status="submitted")
    received(4, 60, kind="renewal")
    client.force_login(people.city_officer)
    answer = page(client)
    new, renewal = answer.context["found"].groups
    assert [(line.peer.name, line.place.rank, line.best) for line in new.lines] == [
        ("演示乙城（虚构）", 1, True), ("演示丙城（虚构）", 2, False), ("演示甲城（虚构）", 3, False),
    ]  # fmt: skip
    totals = [Decimal(70), Decimal(90), Decimal(80)]
    assert (new.spread.lower, new.spread.median, new.spread.upper) == quartiles(totals)
    assert (new.spread.least, new.spread.most) == (70, 90)
    assert [line.peer.name for line in renewal.lines] == ["演示戊城（虚构）"]
    assert "演示丁城" not in answer.content.decode()
    assert named(page(client, type="renewal")) == ["演示戊城（虚构）"]
    assert named(page(client, phase="built")) == ["演示乙城（虚构）"]


def test_a_district_reads_its_own_place_and_the_quartiles_but_nobody_else(client, people):
    own = received(0, 75, applicant=people)
    for number, total in enumerate((61, 72, 83, "94.37"), start=1):
        received(number, total)
    client.force_login(people.preparer)
    answer = page(client)
    assert named(answer) == [own.name]
    assert answer.context["found"].groups[0].spread is None, "four others are too few"
    assert "其他城区太少" in answer.content.decode()
    received(5, 55)
    for name in ("comparison", "comparison_dimensions"):
        answer = page(client, name)
        text = answer.content.decode()
        assert not any(f"演示{one}城" in text for one in NAMES[1:])
        assert "94.37" not in text
        assert "另有5个城区" in text
    answer = page(client)
    (group,) = answer.context["found"].groups
    assert (group.spread.least, group.spread.most, group.bests) == (None, None, [])
    assert (group.lines[0].place.rank, group.lines[0].place.count) == (3, 6)


def test_the_city_may_let_the_districts_read_each_other(client, people):
    own = received(0, 75, applicant=people)
    received(1, 94)
    client.force_login(people.preparer)
    assert named(page(client)) == [own.name]
    set_setting(by=people.city_director, key="comparison.internal", value=False, reason="试")
    answer = page(client)
    assert named(answer) == ["演示乙城（虚构）", own.name]
    links = {line.peer.name: line.peer.href for line in answer.context["found"].lines}
    assert links["演示乙城（虚构）"] == "", "the table itself stays closed"
    assert "/versions/1/" in links[own.name]


def test_a_clause_is_compared_by_its_measure_and_what_does_not_count_says_why(client, people):
    for number, (value, more) in enumerate(
        [("72", {}), ("40", {}), (None, {}), ("80", {"exclusion_reason": "没有"}), ("80", {"build_state": "not_started"})]
    ):
        received(number, 70, value=value, **more)
    client.force_login(people.city_officer)
    answer = page(client, figure=CLAUSE)
    found = answer.context["found"]
    (group,) = found.groups
    assert (found.figure.key, group.spread.count) == (CLAUSE, 2)
    assert {line.peer.name[2]: (line.reading.number, line.reading.note) for line in group.lines} == {
        "甲": (72, ""), "乙": (40, ""), "丙": (None, "未填"), "丁": (None, "不参评"), "戊": (None, "未启动"),
    }  # fmt: skip
    assert f"#row-{CLAUSE}" in answer.content.decode()


def test_every_figure_of_the_edition_can_be_asked_for(client, people):
    received(0, 70)
    client.force_login(people.city_officer)
    keys = [one.key for _, some in figures_of(published_edition(), "operation") for one in some]
    assert len(keys) == len(set(keys)) > 50
    for key in ("chapter:resilience", *keys[::25]):
        assert page(client, figure=key).context["figure"].key == key
    answer = page(client, figure="没有")
    assert answer.context["figure"].key == "total"
    assert answer.context["form"].errors["figure"]


def test_the_workbook_has_the_lines_with_source_year_and_state(client, people):
    received(0, 70)
    received(1, 80)
    client.force_login(people.city_officer)
    for name, lines in (("comparison_export", 7), ("comparison_dimensions_export", 0)):
        answer = client.get(reverse(f"portal:{name}"), {"world": "demo"})
        rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=4)]
        assert len(rows) >= lines
        assert all("2025年度自查" in row[10] and row[12] == "已接收" and row[15] == "演示数据" for row in rows)
    assert AuditRecord.objects.filter(action="portal.export_comparison").count() == 2
    answer = client.get(reverse("portal:comparison_export"), {"world": "demo"})
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=4)]
    assert [row[1:5] for row in rows[:2]] == [
        ["演示乙城（虚构）", "新建城区", "总分", 80], ["演示甲城（虚构）", "新建城区", "总分", 70]
    ]  # fmt: skip
    assert [row[4] for row in rows[2:]] == [70, 72.5, 75, 77.5, 80]


def test_a_fictional_person_reads_fiction_unasked(client, people):
    district = received(0, 70)
    client.force_login(people.city_officer)
    answer = client.get(reverse("portal:comparison"))
    assert people.city_officer.is_demo
    assert named(answer) == [district.name]
    assert answer.context["form"].fields["world"].choices[0][0] == "demo"


def test_without_a_received_table_the_page_says_so(client, people):
    client.force_login(people.city_officer)
    for name in ("comparison", "comparison_dimensions"):
        assert "尚无可以比较的数值" in client.get(reverse(f"portal:{name}")).content.decode()
        assert "尚无可以比较的数值" in client.get(reverse(f"portal:{name}"), {"world": "demo"}).content.decode()
        assert client.get(reverse(f"portal:{name}_export")).status_code == 404


@pytest.mark.parametrize("name", ["comparison", "comparison_dimensions"])
def test_queries_stay_the_same(client, people, name, kept_queries):
    client.force_login(people.city_officer)
    received(0, 70)
    page(client, name)
    for more in ((), (1, 2)):
        for number in more:
            received(number, 70 + number)
        with kept_queries(name):
            page(client, name)


def test_the_other_world_without_tables_says_so_instead_of_refusing_the_period_shown_before(client, people):
    received(0, 70)
    client.force_login(people.city_officer)
    for name in ("comparison", "comparison_dimensions"):
        answer = client.get(reverse(f"portal:{name}"), {"world": "real", "period": "self_check-2025"})
        assert not answer.context["form"].errors
        assert "尚无可以比较的数值" in answer.content.decode()
