import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from carbon.enums import Sector
from carbon.factor_library import library
from carbon.inventory import compute
from carbon.inventory_file import FaultyFileError, parse
from carbon.method.selectors import COVERAGE, EXAMPLE, example
from greendistrict.policy.yaml_file import MALFORMED_YAML

ROOT = Path(__file__).resolve().parents[2]
# Worked by hand:
# power   1200 万kWh × 4.2 tCO2e/万kWh                                        = 5040
# gas     35.5 万m³ × 38.931 MJ/m³ = 13820.505 GJ; × 56.1 kg/GJ               =  775.3303305
# coal    10 tce × 2.66 t/tce                                                  =   26.6  (industry: outside)
# trees   12.345 t                                                             =   12.345 (subtracted)
# sun     80 MWh = 80000 kWh × 0.5849 kg                                       =   46.792 (subtracted)
# total   5040 + 775.3303305 − 12.345 − 46.792                                 = 5756.1933305
WORKED = """\
year: 2022
boundary: {area_m2: 120000, population: 3500, gdp_wan: 42000}
include_industry: false
activities:
  - {id: power, sector: building, name: 用电, amount: 1200, unit: 万kWh, factor: electricity-shanghai-guideline}
  - {id: gas, sector: building, amount: 35.5, unit: 万m³, factor: natural-gas-ipcc, heating_value: {value: 38.931, unit: MJ/m3}}
  - {id: coal, sector: industry, name: 煤, amount: 10, unit: tce, factor: {value: 2.66, unit: tCO2e/tce}}
  - {id: trees, sector: sink, name: 林地, amount: 12.345, unit: t, factor: {value: 1, unit: tCO2e/t}}
  - {id: sun, sector: renewable, name: 光伏, amount: 80, unit: MWh, factor: {value: 0.5849, unit: kgCO2e/kWh}}
"""
HEAD = WORKED[: WORKED.index("  - {id: power")]
UNFIT = "单位 万m3 与因子的单位 kgCO2e/GJ 不相配"
NOTHING = {"transport": "0.00", "municipal": "0.00", "water": "0.00", "waste": "0.00"}
TONNES = {"power": "5040.00", "gas": "775.33", "coal": "26.60", "trees": "12.35", "sun": "46.79"}
FOUND = {
    "activities": [{"id": key, "tco2e": tonnes} for key, tonnes in TONNES.items()],
    "sectors": {"building": "5815.33", **NOTHING, "industry": "0.00", "sink": "12.35", "renewable": "46.79"},
    "total": "5756.19", "per_m2_kg": "47.968", "per_person_t": "1.645", "per_wan_gdp_t": "0.137",
}  # fmt: skip


def computed(text):
    found = parse(text)
    return compute(found.boundary, found.activities, include_industry=found.include_industry).as_data()


def faults(text):
    with pytest.raises(FaultyFileError) as caught:
        parse(text)
    return [(fault.line, fault.reason) for fault in caught.value.faults]


def test_the_inventory_worked_by_hand():
    assert computed(WORKED) == FOUND


def test_industry_counts_when_it_is_included():
    found = computed(WORKED.replace("include_industry: false", "include_industry: true"))
    assert (found["sectors"]["industry"], found["total"]) == ("26.60", "5782.79")


@pytest.mark.parametrize(("year", "power"), [("2021", "9456.00"), ("2022", "5040.00"), ("2030", "5040.00"), ("", "5040.00")])
def test_the_year_picks_the_version_of_a_factor_and_without_one_the_newest_holds(year, power):
    assert computed(WORKED.replace("year: 2022\n", f"year: {year}\n" if year else ""))["activities"][0]["tco2e"] == power


def test_what_is_taken_away_may_be_more_than_what_is_emitted():
    found = computed(WORKED.replace("amount: 80,", "amount: 80000,"))
    assert (found["sectors"]["renewable"], found["total"], found["per_wan_gdp_t"]) == ("46792.00", "-40989.01", "-0.976")


def test_nothing_emitted_is_zero_without_a_sign():
    only = HEAD + "  - {id: a, sector: sink, amount: 0.004, unit: t, factor: {value: 1, unit: tCO2e/t}}\n"
    assert [computed(only.replace("0.004", amount))["total"] for amount in ("0", "0.004", "0.005")] == ["0.00", "0.00", "-0.01"]


@given(st.lists(st.decimals(min_value=0, max_value=10**9, places=4), min_size=1, max_size=12))
def test_a_sector_is_rounded_from_its_exact_sum(amounts):
    line = "  - {{id: a{}, sector: waste, amount: {:f}, unit: t, factor: {{value: 0.1, unit: tCO2e/t}}}}\n"
    lines = "".join(line.format(*one) for one in enumerate(amounts))
    found = computed(HEAD + lines)
    cents = (sum(int(amount * 10**4) for amount in amounts) * 10 + 5000) // 10000  # ten-thousandths of a tenth, half up
    assert found["sectors"]["waste"] == found["total"] == f"{cents // 100}.{cents % 100:02}"


@pytest.mark.parametrize(("old", "new", "line", "reason"), [
    ("sector: sink", "sector: sinks", 8, "没有部门 sinks"), ("unit: MWh", "unit: MVA", 9, "没有单位 MVA"),
    ("factor: natural-gas-ipcc", "factor: gas", 6, "因子库中没有 gas"), ("unit: tCO2e/tce", "unit: tCO2/tce", 7, "没有单位 tCO2/tce"),
    ("unit: tCO2e/tce", "unit: tCO2e/m3", 7, "单位 tce 与因子的单位 tCO2e/m3 不相配"),
    (", heating_value: {value: 38.931, unit: MJ/m3}", "", 6, f"{UNFIT}，按热量计的因子须填 heating_value（单位如 MJ/m3）"),
    ("unit: MJ/m3", "unit: GJ/t", 6, UNFIT), ("amount: 10,", "", 7, "缺少 amount"), ("amount: 10,", "amount: ,", 7, "缺少 amount"),
    ("amount: 10,", "amount: -0.01,", 7, "活动量不能是负数"), ("amount: 10,", "amount: ten,", 7, "活动量：应填数字"),
    ("amount: 10,", "amount: .nan,", 7, "活动量：应填数字"), ("area_m2: 120000", "area_m2: 0", 2, "边界 area_m2应大于 0"),
    ("population: 3500", "population: -1", 2, "边界 population应大于 0"), ("gdp_wan: 42000", "gdp: 42000", 2, "没有这一项：gdp"),
    (", gdp_wan: 42000", "", 2, "缺少 gdp_wan"), ("id: coal", "id: gas", 7, "编号 gas 写了两次"),
    ("include_industry: false", "include_industry: no", 3, "应是 true 或 false"),
    ("year: 2022", "year: 2012", 5, "因子 electricity-shanghai-guideline 没有2012年的数值，最早2013年"),
    ("year: 2022", "year: MMXXII", 1, "年份应是四位数"), ("value: 2.66", "value: -2.66", 7, "因子不能是负数"),
    ("unit: MJ/m3", "unit: m3/MJ", 6, "不是热值的单位"), ("value: 38.931", "value: 0", 6, "热值应大于 0"),
    ("amount: 10,", "amount: .inf,", 7, "活动量：应填数字"), ("amount: 10,", "amount: 1_0,", 7, "活动量：应填数字"),
    ("amount: 10,", "amount: 1e1000,", 7, "活动量：指数最多3位"),
    ("amount: 10,", f"amount: {'1' * 1001},", 7, "活动量：数字过长，小数点前后各最多1000位"),
    ("id: coal", 'id: "\\0"', 7, "有不能出现在文本里的字符"), ("id: coal", 'id: "\\ud800"', 7, "有不能出现在文本里的字符"),
    ("name: 煤", 'name: "\\x1b"', 7, "有不能出现在文本里的字符"), ("amount: 10,", "amount: 10万,", 7, "不要写“万”"),
    ("amount: 10,", "amount: 10, amount: 11,", 7, "amount 写了两次"), ("amount: 10,", "amount: 10, note: 1,", 7, "没有这一项：note"),
    ("id: coal", 'id: ""', 7, "缺少 id"), ("factor: {value: 2.66, unit: tCO2e/tce}", "factor: 2.66", 7, "因子库中没有 2.66"),
    ("year: 2022", "year: 2022\nboundary: {}", 3, "boundary 写了两次"), ("name: 煤", "name: \x01", 7, "有不能出现在文本里的字符"),
])  # fmt: skip
def test_a_fault_is_told_with_its_line(old, new, line, reason):
    assert old in WORKED
    [(where, said)] = faults(WORKED.replace(old, new, 1))
    assert (where, reason in said) == (line, True)


@pytest.mark.parametrize("text", ["", "[]", "a: [", "a: &x [*x]", "\x00", "- 1\n", "boundary: 1\nactivities: 2\n"])
def test_what_is_no_inventory_is_refused(text):
    assert faults(text)


def test_all_faults_are_told_at_once():
    text = WORKED.replace("area_m2: 120000", "area_m2: 0").replace("sector: sink", "sector: sinks").replace("amount: 10,", "")
    assert [line for line, _ in faults(text)] == [2, 7, 8]
    assert faults("year: 2022\nboundary: [1\n") == [(3, MALFORMED_YAML)]


def test_all_faults_of_an_activity_are_told():
    coal = "id: coal, sector: industry, name: 煤, amount: 10, unit: tce, factor: {value: 2.66"
    text = WORKED.replace(coal, 'id: "", sector: coal, amount: ten, unit: TVA, factor: {value: x')
    assert [(line, reason[:6]) for line, reason in faults(text)] == [
        (7, "缺少 id"), (7, "没有部门 c"), (7, "活动量：应填"), (7, "没有单位 T"), (7, "因子：应填数"),
    ]  # fmt: skip
    nothing = HEAD + "  - name: 煤\n"
    assert [reason for _, reason in faults(nothing)] == [f"缺少 {key}" for key in ("id", "sector", "amount", "unit", "factor")]


@pytest.mark.parametrize(("written", "tco2e"), [
    ("0.1", "0.10"), ("1e3", "1000.00"), ("15E-1", "1.50"), ("+.5", "0.50"), ("１２．５", "12.50"), ("010", "10.00"),
    ("9" * 40, f"{'9' * 40}.00"), ("7" * 1000, f"{'7' * 1000}.00"), ("0.004" + "9" * 900, "0.00"), ("1e100", f"1{'0' * 100}.00"),
    ("1E-0100", "0.00"), ("0.004" + "9" * 30 + "e0", "0.00"),
])  # fmt: skip
def test_a_number_is_what_its_text_says(written, tco2e):
    """The last has 30 digits: a number of the decimal context would be 0.005."""
    only = f"  - {{id: a, sector: waste, amount: {written}, unit: t, factor: {{value: 1, unit: tCO2e/t}}}}\n"
    assert computed(HEAD + only)["total"] == tco2e


def test_products_and_quotients_of_long_numbers_have_all_their_digits():
    text = HEAD.replace("area_m2: 120000", "area_m2: 1e-999")
    text += "  - {id: a, sector: waste, amount: 9e999, unit: t, factor: {value: 9e999, unit: tCO2e/t}}\n"
    found = computed(text)
    assert (found["total"], found["per_m2_kg"]) == (f"81{'0' * 1998}.00", f"81{'0' * 3000}.000")


@pytest.mark.parametrize(("flag", "total"), [("True", "5782.79"), ("FALSE", "5756.19"), ("", "5756.19")])
def test_a_flag_is_one_of_yaml(flag, total):
    assert computed(WORKED.replace("include_industry: false", f"include_industry: {flag}"))["total"] == total


def test_a_factor_may_be_an_alias_of_another_one():
    text = WORKED.replace("factor: {value: 2.66", "factor: &coal {value: 2.66")
    text += "  - {id: more, sector: building, amount: 1, unit: tce, factor: *coal}\n"
    assert computed(text)["activities"][-1] == {"id": "more", "tco2e": "2.66"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "inventory.yaml"


def test_the_command_prints_what_was_computed(path):
    path.write_text(WORKED, encoding="utf-8")
    out = StringIO()
    call_command("carbon_inventory", path, "--json", stdout=out)
    assert json.loads(out.getvalue()) == FOUND
    call_command("carbon_inventory", path, stdout=(told := StringIO()))
    words = ["建筑运行  5815.33 tCO₂e", "交通  没有填报", "产业  不计入总量", "合计  5756.19 tCO₂e"]
    assert [line for line in words if line not in told.getvalue().splitlines()] == []


GBK = WORKED.encode() + "# 能耗\n".encode("gb18030")


@pytest.mark.parametrize(("content", "words"), [
    (None, None), (b"\xff\xfe\x00", None), (b"boundary: 0\n", None), (GBK, f"第{WORKED.count(chr(10)) + 1}行：不是 UTF-8 文本"),
])  # fmt: skip
def test_the_command_refuses_with_2(path, content, words):
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=words) as caught:
        call_command("carbon_inventory", path, "--json")
    assert caught.value.returncode == 2


@pytest.mark.area("carbon")
def test_the_command_asks_no_server(path):
    path.write_text(WORKED.replace("sector: sink", "sector: sinks"), encoding="utf-8")
    servers = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0", "PATH": "/usr/bin"}
    command = [sys.executable, "manage.py", "carbon_inventory", path, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=servers, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, "第8行：没有部门 sinks" in done.stderr) == (2, "", True)


def test_each_factor_has_a_source_and_its_versions_are_in_order():
    assert library()
    for factor in library().values():
        years = [version.since for version in factor.versions]
        assert years == sorted(set(years))
        assert all(version.source and version.certainty in {"原文", "转引"} for version in factor.versions)


PUBLISHED = {
    "electricity-shanghai-guideline": ("tCO2e/万kWh", {2021: "7.88", 2022: "4.2"}),
    "heat-shanghai-guideline": ("tCO2e/GJ", {2021: "0.11", 2022: "0.06"}),
    "electricity-national": ("kgCO2e/kWh", {2021: "0.5568", 2022: "0.5366", 2023: "0.5306"}),
    "electricity-east-china": ("kgCO2e/kWh", {2021: "0.5992", 2022: "0.5617", 2023: "0.5500"}),
    "electricity-shanghai": ("kgCO2e/kWh", {2021: "0.5834", 2022: "0.5849", 2023: "0.5737"}),
    "electricity-national-without-traded": ("kgCO2e/kWh", {2021: "0.5942", 2022: "0.5856", 2023: "0.6096"}),
    "electricity-national-fossil": ("kgCO2e/kWh", {2021: "0.8426", 2022: "0.8325", 2023: "0.8273"}),
    "natural-gas-ipcc": ("kgCO2e/GJ", {None: "56.1"}), "gasoline-ipcc": ("kgCO2e/GJ", {None: "69.3"}),
    "diesel-ipcc": ("kgCO2e/GJ", {None: "74.1"}), "lpg-ipcc": ("kgCO2e/GJ", {None: "63.1"}), "coal-ipcc": ("kgCO2e/GJ", {None: "94.6"}),
    "fuel-oil-ipcc": ("kgCO2e/GJ", {None: "77.4"}), "kerosene-ipcc": ("kgCO2e/GJ", {None: "71.9"}),
}  # fmt: skip


@pytest.mark.parametrize("key", PUBLISHED)
def test_the_published_figures(key):
    unit, years = PUBLISHED[key]
    found = {year: library()[key].version(year).factor for year in years}
    assert {year: (str(one.value), one.unit) for year, one in found.items()} == {year: (value, unit) for year, value in years.items()}


# The example of the page of the method, worked by hand:
# power  1200 万kWh × 4.2 = 5040;  gas  35.5 万m³ × 38.931 MJ/m³ × 56.1 kg/GJ = 775.3303305;  buses  86.4 × 4.2 = 362.88
# coal   26.6 (outside);  trees 12.345 and sun 80000 kWh × 0.5849 kg = 46.792 (subtracted)
# total  5040 + 775.3303305 + 362.88 − 12.345 − 46.792 = 6119.0733305
BY_HAND = {"total": "6119.07", "per_m2_kg": "50.992", "per_person_t": "1.748", "per_wan_gdp_t": "0.146"}


def test_the_example_of_the_method_is_worked_by_hand_and_the_page_is_the_command_to_the_last_digit():
    out, page = StringIO(), example()
    call_command("carbon_inventory", EXAMPLE, "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert (page["result"], {name: found[name] for name in BY_HAND}) == (found, BY_HAND)
    assert [line["tco2e"] for line in page["lines"]] == [row["tco2e"] for row in found["activities"]]
    worked = {key: tonnes for key, tonnes in found["sectors"].items() if tonnes != "0.00"}
    worked |= {"industry": "不计入总量"}
    assert page["sectors"] == [(sector.label, worked.get(sector.value, "没有填报")) for sector in Sector]
    assert [sector for sector, counted, left_out in COVERAGE if counted and left_out] == list(Sector)
