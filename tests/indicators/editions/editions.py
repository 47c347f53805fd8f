"""Small editions built in code, in the edition format."""

import copy

import yaml

from indicators.catalogue import parse
from indicators.scoring.prepare import prepare


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, _data):
        return True


def dump(data):
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False)


def item(name, points, rule, **changes):
    """An item in the edition format; without points it is a control."""
    return {
        "id": name, "kind": "control" if points is None else "score", "group": "组", "title": f"条文{name}", "requirement": "达到要求",
        "points": points, "applies": {"types": ["new", "renewal"], "stages": ["planning", "operation"]}, "may_exclude": False,
        "exclude_when": None, "value": None, "inputs": None, "rule": rule, "evidence": ["材料"], "source_department": "部门",
        "method": "查阅", "beauty": [], "basis": [{"cite": "自拟", "url": None, "certainty": "authored"}], **changes,
    }  # fmt: skip


def chapter(key, number, items, weight=1, **changes):
    shares = {"planning": weight, "operation": weight}
    return {
        "key": key, "no": number, "title": f"章{number}", "dimension": None, "kind": "scored",
        "full": sum(entry["points"] or 0 for entry in items), "min": None, "weight": {"new": shares, "renewal": copy.deepcopy(shares)},
        "items": items, **changes,
    }  # fmt: skip


def edition(chapters, **changes):
    return {
        "edition": {
            "code": "T-1", "title": "试验标准", "official": False, "based_on": "试验", "in_force": "2024-07-01", "replaces": None,
            "sources": [],
        },
        "types": {"new": "新建城区", "renewal": "更新城区"},
        "stages": {"planning": "规划设计", "operation": "实施运管"},
        "levels": [{"key": "star1", "label": "一星级", "min": 50}, {"key": "star2", "label": "二星级", "min": 65}],
        "total": {"method": "weighted", "bonus_cap": 10},
        "chapters": chapters,
        **changes,
    }  # fmt: skip


def rules_of(chapters, **changes):
    """Prepared rules of an edition built in code; the catalogue must find nothing wrong with it."""
    text = dump(edition(chapters, **changes)).replace("in_force: '2024-07-01'", "in_force: 2024-07-01")
    parsed = parse(text)
    assert parsed.problems == []
    return prepare(parsed.document)


PERCENT = {"unit": "%", "min": 0, "max": 100, "decimals": 2}
RATIO = [{"key": "a", "label": "甲", "unit": "公顷"}, {"key": "b", "label": "乙", "unit": "公顷"}]
