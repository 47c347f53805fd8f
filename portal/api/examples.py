"""Schema examples: one row of each list, from fictional districts; a test validates each against the schema."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from beautiful.reserves.enums import ReserveState
from beautiful.reserves.lifecycle import RESERVE
from districts.plots.columns import PLOT
from districts.projects.columns import PROJECT_ENTERED, WORK

SOURCED, NONE = "sourced", "unknown"
DISTRICT = {"district": "yanshi-1", "district_name": "演示一城（虚构）"}
ROWS: dict[str, dict[str, Any]] = {
    "districts": {
        "code": "yanshi-1", "name": "演示一城（虚构）", "aliases": ["演示城"], "type": "new", "type_certainty": SOURCED, "stage": "pilot",
        "status_certainty": SOURCED, "star": 2, "title_number": "", "titled_on": "2024-06-11", "titled_on_certainty": SOURCED,
        "title_batch": "2024年第1批", "area_km2": "3.2000", "area_km2_certainty": SOURCED, "key_areas": [], "key_areas_certainty": NONE,
        "edition_text": "", "edition_text_certainty": NONE, "guideline_area": False, "sources": [], "is_demo": True,
        "areas": [{"code": "310199", "name": "演示甲区（虚构）"}], "areas_certainty": SOURCED, "withheld": [],
    },
    "titles": {
        **DISTRICT, "kind": "pilot", "star": 2, "number": "", "granted_on": "2024-06-11", "date_certainty": SOURCED, "ended_on": None,
        "end": "", "historic": True, "certainty": SOURCED, "standing_certainty": SOURCED, "policy": "沪府办规〔2018〕24号",
        "policy_certainty": SOURCED, "reported_time": "", "edition_text": "", "batch_year": 2024, "batch": 1, "is_demo": True,
    },
    "announcements": {
        "id": 1, "year": 2024, "batch": 1, "number": "", "title": "演示公告（虚构）", "announced_on": "2024-06-11", "status": "published",
        "historic": True, "source": "", "is_demo": True, "districts": ["yanshi-1"],
    },
    "editions": {
        "code": "GD-REF-2024", "title": "参考版", "official": False, "in_force": None, "replaces": "", "status": "published",
        "complete": True, "digest": "0" * 64, "types": [{"key": "new", "label": "新建"}], "stages": [{"key": "operation", "label": "运营"}],
        "levels": [{"key": "two", "label": "二星"}], "chapters": 10, "clauses": 120,
    },
    "assessments": {
        "number": "ZC-2026-0001", **DISTRICT, "year": 2025, "filed_at": "2026-03-01T09:00:00+08:00",
        "received_at": "2026-03-05T10:30:00+08:00", "edition": "GD-REF-2024", "official": False, "stage": "operation",
        "as_of": "2025-12-31", "title": "pilot", "title_certainty": SOURCED, "building": True, "total": "71.79", "bonus": "1.50",
        "level": None, "chapters": [{"key": "resilience", "obtained": "60", "possible": "80", "score": "75.00"}], "digest": "0" * 64,
        "is_demo": True,
    },
    "volumes": {
        "title": "演示一城（虚构）试点申报", "kind": "试点申报", "matter_number": "SQ-2026-001", **DISTRICT, "year": 2026,
        "retention": "y30", "fonds": "", "number": None, "status": "preparing", "confidentiality": "internal", "items": 3, "pages": None,
        "closed_at": None, "receiver": "", "handed_over_on": None, "is_demo": True,
    },
    "obligations": {
        "key": "self_check:1:2026", "kind": "self_check", "title": "演示一城（虚构）2026年度自查", "debtor": "演示申报单位（虚构）",
        "creditor": "演示市级单位（虚构）", "district": "yanshi-1", "due": "2027-03-31",
        "how": {"anchor": "2026年度", "rule": "次年3月底前"},
        "state": "upcoming", "default": False, "cite": "八（一）",
    },
    "plots": {
        "id": 1, **PLOT.without("lineage", "step").examples(), **DISTRICT, "is_demo": True, "version": 0,
    },
    "projects": {
        "id": 1, **PROJECT_ENTERED.examples(), **DISTRICT, "is_demo": True, "version": 0,
    },
    "works": {
        "id": 1, **WORK.without("progress").examples(), **DISTRICT, "is_demo": True, "version": 0,
    },
    "plot_opinions": {
        "id": 1, "plot": 1, "plot_number": "A-01", **DISTRICT, "is_demo": True, "purpose": "design", "department": "绿化市容",
        "organisation": "演示区绿化市容局（虚构）", "mandatory": True, "asked_on": "2026-03-01", "due_on": "2026-03-13",
        "answered_on": "2026-03-09", "result": "amended", "number": "", "text": "附属绿地请对外开放", "required_values": {}, "version": 1,
    },
    "plot_checks": {
        "id": 1, "plot": 1, "plot_number": "A-01", **DISTRICT, "is_demo": True, "stage": "completion", "department": "建设交通",
        "checked_on": "2026-09-01", "result": "held", "text": "",
    },
    "work_checks": {
        "id": 1, "work": 1, "work_name": "演示一路（虚构）", **DISTRICT, "is_demo": True, "stage": "completion", "department": "绿化市容",
        "checked_on": "2027-06-30", "result": "held", "text": "",
    },
    "beautiful_areas": {
        "key": "development", "number": 6, "name": "发展之美", "city": "绿色低碳城市", "group": "internal", "group_name": "内在美",
        "tasks": ["绿色尖端产业体系"],
        "fed": {
            "year": 2025, "is_demo": True, "pilots": 3, "feeding": 1, "indicators": 12, "green": 7, "amber": 2, "red": 1, "none": 2,
            "figures": 1, "by_hand": 0, "waiting": 0, "unfed": ["计量的光伏发电"], "note": "",
        },
        "mark": "征求意见稿",
    },
    "beautiful_indicators": {
        "area": "development", "area_name": "发展之美", "kind": "indicator", **DISTRICT, "dimension": "低碳高效", "name": "碳排放强度",
        "unit": "kgCO₂e/(m²·a)", "source": "城区填报；统计年报", "year": 2025, "found": "34", "of": "", "due": "36", "light": "green",
        "light_words": "达到路径", "is_demo": True, "mark": "征求意见稿",
    },
    "beautiful_tasks": {
        "id": 1, "number": "MS-2026-0001", "plan": 1, "plan_name": "三年行动计划（2026—2028年）", "plan_state": "in_force",
        "area": "habitat", "area_name": "人居之美", "city_task": None, "title": "演示任务（虚构）", "vanguard": "五大新城",
        "owner": "演示协同部门（虚构）", "partners": [], "target": "三年建成120公里（虚构）", "unit": "公里", "start_value": "0",
        "target_value": "120", "starts_on": "2026-01-01", "due_on": "2028-12-31", "came": "新增", "outcome": "",
        "quarters": [
            {
                "year": 2026, "quarter": 1, "target": "三年建成120公里（虚构）", "unit": "公里", "value": "10", "due": "9.75",
                "light": "green", "light_words": "达到路径", "reported": 2, "asked": 2,
            },
        ],
        "is_demo": True, "mark": "征求意见稿",
    },
    "beautiful_progress": {
        "release": 1, "plan_name": "三年行动计划（2026—2028年）", "year": 2026, "quarter": 1, "basis": "演示〔2026〕2号（虚构）",
        "released_at": "2026-04-20T10:00:00+08:00", "area_name": "人居之美", "number": "MS-2026-0001", "title": "演示任务（虚构）",
        "owner": "演示协同部门（虚构）", "target": "三年建成120公里（虚构）", "due_on": "2028年12月31日", "reported": True,
        "value": "10 公里", "parts": "区任务合计，2/2已报", "light": "green", "light_words": "达到路径", "is_demo": True,
        "mark": "征求意见稿",
    },
    "beautiful_reserves": {
        "id": 1, "number": "CB-2026-0001", "pool": "生态环保金融支持项目储备库", "area": "development", "area_name": "发展之美",
        "title": "屋顶光伏（虚构）", "status": "reserved",
        "status_words": RESERVE.state(ReserveState.RESERVED).label, "proposer": "演示甲区（虚构）",
        "key_project": 1, "key_project_name": "演示能源站（虚构）", **DISTRICT, "content": "屋顶光伏（虚构）", "effect": "见报告（虚构）",
        "starts_on": "2026-03-01", "ends_on": "2027-06-30", "fiscal": "300", "social": "700.5", "other": None, "total": "1000.5",
        "funding_note": "区财政和企业自筹（虚构）", "readiness": [{"point": "立项批复", "answer": "已具备"}],
        "screening": [{"text": "写明建设内容", "met": True}], "screened": [{"text": "写明建设内容", "met": True}], "listed_on": None,
        "listed_basis": "", "is_demo": True, "mark": "征求意见稿",
    },
    "beautiful_evaluations": {
        "id": 1, "plan": 1, "plan_name": "三年行动计划（2026—2028年）", "year": 2026, "area": "habitat", "area_name": "人居之美",
        "standing": "concluded", "report": "按计划推进（虚构）", "reported_at": "2027-01-12T10:00:00+08:00", "check_text": "属实（虚构）",
        "checked_at": "2027-01-20T10:00:00+08:00", "conclusion": "partly", "conclusion_text": "部分任务滞后（虚构）",
        "concluded_at": "2027-01-28T10:00:00+08:00",
        "tasks": [
            {
                "task": "MS-2026-0001　演示任务（虚构）", "owner": "演示协同部门（虚构）", "target": "三年建成120公里（虚构）",
                "quarter": "第4季度", "value": "30 公里", "light": "amber", "light_words": "略落后于路径",
            },
        ],
        "uses": [
            {
                "task": "MS-2026-0001　演示任务（虚构）", "decided_on": "2027-02-01", "basis": "演示〔2027〕2号（虚构）",
                "reason": "评估滞后（虚构）", "changes": [{"name": "任务", "before": "演示任务（虚构）", "after": "加快的任务（虚构）"}],
                "note": "加快实施（虚构）",
            },
        ],
        "is_demo": True, "mark": "征求意见稿",
    },
    "score_rows": {
        "id": 1, "table": 1, "district": "yanshi-1", "year": 2026, "purpose": "self_check", "item": "7.2.7", "value": "14.3",
        "build_state": "", "exclusion_reason": "", "absent_reason": "", "explanation": "", "version": 1,
    },
}  # fmt: skip
CREATED: dict[str, dict[str, Any]] = {
    "plot_check": {"plot": 1, "stage": "completion", "department": "建设交通", "checked_on": "2026-09-01", "result": "held"},
    "work_check": {
        "work": 1,
        "version": 0,
        "stage": "completion",
        "department": "绿化市容",
        "checked_on": "2027-06-30",
        "result": "held",
    },
    "plot": {"district": "yanshi-1", "number": "A-01", "land_use": "1001", "area_ha": "2.5", "planned_acquisition": "2026-06-01"},
    "project": {"district": "yanshi-1", "name": "演示能源站（虚构）", "state": "planned", "clauses": ["7.2.7"], "plots": ["A-01"]},
    "work": {"district": "yanshi-1", "name": "演示一路（虚构）", "kind": "道路", "length_m": "820", "planned_start": "2026-03-01"},
}
CHANGED: dict[str, dict[str, Any]] = {
    "plot_opinion": {"version": 0, "result": "amended", "text": "附属绿地请对外开放", "on": "2026-03-09"},
    "plot": {"version": 0, "started_on": "2026-09-01"},
    "project": {"version": 0, "state": "building", "started_on": "2026-09-01"},
    "work": {"version": 0, "started_on": "2026-09-01"},
    "score_row": {"version": 0, "value": "14.3"},
}
EVIDENCE = {
    "id": 1, "row": 1, "item": "7.2.7", "title": "监测报告", "sha256": "0" * 64, "confidentiality": "internal", "also": [],
}  # fmt: skip
READINGS = {"reason": "", "readings": [{"meter": "E-1", "time": "2026-03-01 00:15", "value": "128.5", "unit": "kWh"}]}
READ = {"added": 1, "corrected": 0, "unchanged": 0, "notes": []}


def row_of(name: str) -> list[OpenApiExample]:
    """Example of a list response; the schema generator wraps it in a page."""
    return [OpenApiExample("示例", value=ROWS[name], response_only=True)] if name in ROWS else []


def sent(value: dict[str, Any]) -> OpenApiExample:
    """Example of a request body."""
    return OpenApiExample("正文示例", value=value, request_only=True)


def answered(value: dict[str, Any], *statuses: str) -> OpenApiExample:
    """Example of a response that is not a list."""
    return OpenApiExample("回应示例", value=value, response_only=True, status_codes=list(statuses) or None)
