import copy
import datetime as dt
from decimal import Decimal

import pytest

from greendistrict.policy import loader, yaml_file
from greendistrict.policy.engine import policy_in_force
from greendistrict.policy.enums import FactType, PolicyStep

FILE = loader.FOLDER / "hzj-2023-13.yaml"


@pytest.fixture
def data():
    return copy.deepcopy(yaml_file.read(FILE))


def rule(data, rule_id):
    return next(entry for entry in data["rules"] if entry["id"] == rule_id)


def problems_of(data):
    with pytest.raises(loader.PolicyInvalid) as caught:
        loader.parse(data)
    return caught.value.problems


def test_the_policy_loads_whole(data):
    policy = loader.parse(data)
    assert [rule.id for rule in policy.rules] == [entry["id"] for entry in data["rules"]]
    assert policy.rule("APPLY-PLOTS").tests[0].value == Decimal("0.05")
    assert policy.rule("INDICATOR-DIMENSIONS").tests[0].value == policy.dimensions
    assert policy.rule("SELF-CHECK").details["parts"] == ["自评报告", "自评分表"]
    assert policy.key_areas.since == dt.date(2025, 1, 1)
    assert [target.by.year for target in policy.targets] == [2025, 2030]
    assert policy.historic[0].code == "沪府办规〔2018〕24号"
    with pytest.raises(KeyError):
        policy.rule("NO-SUCH-RULE")


def test_every_problem_is_named_at_once_with_its_rule(data):
    rule(data, "SCALE-NEW")["test"]["op"] = "gt"
    rule(data, "SPECIAL-PLAN")["test"]["fact"] = "plans"
    rule(data, "BOUNDARY")["levle"] = "must"
    rule(data, "APPLY-PLOTS")["step"] = "apply"
    rule(data, "ACCEPT-PLOTS")["applies_to"] = ["old"]
    rule(data, "SCHEME-UNIT-PLAN")["when"] = "plan_parts"
    rule(data, "CARBON-STAGES")["test"]["value"] = "two"
    rule(data, "ACCEPT-SITE")["test"]["op"] = "ge"
    rule(data, "AWARD")["cite"] = ""
    data["rules"].append(dict(rule(data, "PUBLICITY")))
    problems = "\n".join(problems_of(data))
    for expected in (
        "rule SCALE-NEW: unknown op 'gt'",
        "rule SPECIAL-PLAN: unknown fact 'plans'",
        "rule BOUNDARY: unknown key 'levle'",
        "rule APPLY-PLOTS: unknown step 'apply'",
        "rule ACCEPT-PLOTS: unknown district type 'old'",
        "rule SCHEME-UNIT-PLAN: when names no yes/no fact: 'plan_parts'",
        "rule CARBON-STAGES: ge wants a number, has 'two'",
        "rule ACCEPT-SITE: ge does not go with site_visit_done (bool)",
        "rule AWARD: cite must be a text",
        "rule PUBLICITY: id occurs twice",
    ):
        assert expected in problems


@pytest.mark.parametrize(
    ("section", "value", "expected"),
    [
        ("policy", {"code": "x"}, "policy: title must be a text"),
        ("rules", "none", "rules: must be a list of mappings"),
        ("facts", {"a": {"type": "word"}}, "fact a: unknown type 'word'"),
        ("facts", {"a": "number"}, "fact a: must be a mapping"),
        ("key_areas", None, "key_areas: must be a mapping"),
        ("surplus", 1, "file: unknown key 'surplus'"),
    ],
)
def test_broken_sections_are_named(data, section, value, expected):
    data[section] = value
    assert expected in problems_of(data)


def test_dates_are_checked(data):
    data["policy"]["expires"] = dt.date(2020, 1, 1)
    assert "policy: expires before it is in force" in problems_of(data)
    data["policy"]["expires"] = "never"
    assert "policy: expires must be a date, is 'never'" in problems_of(data)


def test_a_file_that_is_no_mapping_or_no_yaml_is_refused(tmp_path):
    with pytest.raises(loader.PolicyInvalid, match="file: must be a mapping"):
        loader.parse(["rules"])
    broken = tmp_path / "broken.yaml"
    broken.write_text("policy: {code: a\nrules: ]", encoding="utf-8")
    with pytest.raises(loader.PolicyInvalid, match=r"broken\.yaml"):
        loader.load(broken)
    broken.write_text("policy: 1\npolicy: 2\n", encoding="utf-8")
    with pytest.raises(loader.PolicyInvalid, match="repeated key 'policy'"):
        loader.load(broken)


def test_a_successor_applies_by_date(tmp_path):
    text = FILE.read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    later = text.replace("code: 沪住建规范联〔2023〕13号", "code: 后继政策")
    later = later.replace("in_force: 2023-10-01", "in_force: 2028-10-01").replace("expires: 2028-09-30", "expires: 2033-09-30")
    (tmp_path / "b.yaml").write_text(later.replace("value: 0.05}", "value: 0.10}"), encoding="utf-8")
    policies = loader.load_folder(tmp_path)
    assert policy_in_force(dt.date(2028, 9, 30), policies).code == "沪住建规范联〔2023〕13号"
    successor = policy_in_force(dt.date(2028, 10, 1), policies)
    assert (successor.code, successor.rule("APPLY-PLOTS").tests[0].value) == ("后继政策", Decimal("0.10"))


def test_two_policies_on_one_day_are_refused(tmp_path):
    text = FILE.read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(text.replace("in_force: 2023-10-01", "in_force: 2028-09-30"), encoding="utf-8")
    with pytest.raises(loader.PolicyInvalid, match="in force before"):
        loader.load_folder(tmp_path)


def test_yaml_means_what_it_says(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("{on: true, no: 1, share: 0.10, day: 2023-10-01, kind: yes_no}", encoding="utf-8")
    assert yaml_file.read(path) == {"on": True, "no": 1, "share": Decimal("0.10"), "day": dt.date(2023, 10, 1), "kind": "yes_no"}


def test_steps_follow_a_district_through_its_life():
    assert [step.value for step in PolicyStep][2:7] == ["file", "endorse", "accept", "review", "grant"]


def test_a_clause_is_named_by_what_it_asks_and_its_reading_is_marked_once():
    policy = loader.all_policies()[-1]
    titles = {rule.id: rule.title for rule in policy.rules}
    assert titles["STAGE-ASSESSMENT"] == "每三年组织一次阶段评估，评估指标及方案落实等情况"
    assert titles["POST-EVALUATION"].startswith("抽取一定比例的示范城区开展后评估")
    assert titles["SELF-CHECK"] == "自评报告、自评分表：每年自评估并提交"
    assert not [rule.id for rule in policy.rules for test in rule.tests if "确认" in test.fact.what]


def test_nobody_is_asked_for_a_ratio_but_for_what_it_is_made_of():
    policy = loader.all_policies()[-1]
    facts = {test.fact.what: test.fact.supply for rule in policy.rules for test in rule.tests if test.fact.type is FactType.RATIO}
    assert facts
    assert all(supply.startswith("请补填") for supply in facts.values())
