"""A preview of very many cells shows each way in which cells were interpreted, and says how many it leaves out."""

import pytest

from greendistrict.documents.workbooks.grids import CellLine
from greendistrict.documents.workbooks.preview import OF_A_KIND, SHOWN, first_cells
from tests.factories.districts import make_district


def cells(number, label="用地面积", note="{0}亩，按1亩约合666.67平方米换算", column="D"):
    return [CellLine(f"{column}{at}", f"A-{at}", f"A-{at}", label, "", str(at), note.format(at)) for at in range(1, number + 1)]


def test_a_short_list_is_shown_whole():
    lines = cells(SHOWN)
    assert first_cells(lines) == (lines, [])


def test_each_interpretation_of_a_long_list_is_shown_and_its_others_are_counted():
    many, few, plain = cells(1000), cells(3, "计划取得", "2027年{0}月，按当月1日", "F"), cells(500, "权属", "", "G")
    shown, others = first_cells([*many, *plain, *few])
    room = SHOWN - OF_A_KIND - 3
    assert shown == [*many[:OF_A_KIND], *few, *plain[:room]]
    assert others == [
        f"用地面积：同样的识别另有980格，D{OF_A_KIND + 1}至D1000，如“{OF_A_KIND + 1}亩，按1亩约合666.67平方米换算”",
        f"没有识别说明的改动另有{500 - room}格，自G{room + 1}起",
    ]


def test_remarks_that_quote_what_was_typed_do_not_lengthen_the_list():
    names = [chr(0x4E00 + at) for at in range(1000)]
    lines = [CellLine(f"A{at}", name, name, "地块编号", name, name, f"与“{name}”写法不同") for at, name in enumerate(names, start=1)]
    shown, others = first_cells(lines)
    assert (len(shown), others) == (SHOWN, ["另有700格的识别没有列出"])


@pytest.mark.django_db
def test_a_sheet_in_mu_says_so_of_all_its_rows(client, people):
    district = make_district(people)
    client.force_login(people.preparer)
    rows = "\n".join(f"演-{number}\t{number + 10}亩\t0901" for number in range(SHOWN + 50))
    answer = client.post(f"/districts/{district.code}/plots/import/", {"pasted": f"地块编号\t用地面积\t用地性质\n{rows}"})
    text = answer.content.decode()
    assert (answer.status_code, len(answer.context["preview"].added)) == (200, SHOWN + 50)
    assert "同样的识别另有" in text
