"""Numbered slots of the materials checklist. The policy fixes no list: what is missing is told at receipt, nothing here blocks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Slot:
    """One line of the checklist. ``origin`` says where its files come from: ``file`` uploads, else the record that holds them."""

    key: str
    title: str
    kind: str
    origin: str = "file"
    optional: bool = False


SLOTS = (
    Slot("application", "试点申请表", "申请表"),
    Slot("approval", "区政府批复", "批复，文号、日期、扫描件", "endorsement"),
    Slot("letter", "报送函", "报送函，文号、日期、扫描件", "endorsement"),
    Slot("diagnosis", "生态诊断等前期工作成果", "专业规划"),
    Slot("plan-indicators", "绿色生态指标体系", "专业规划", "plan"),
    Slot("plan-scheme", "绿色生态规划方案", "专业规划", "plan"),
    Slot("plan-carbon", "碳排放分析报告", "专业规划", "plan"),
    Slot("key-projects", "近期重点项目实施计划", "实施计划"),
    Slot("plots", "地块出让或划拨证明", "权属材料"),
    Slot("boundary", "范围一致的佐证", "规划图件", optional=True),
    Slot("table", "评分表（规划设计）", "自评", "table"),
    Slot("other", "其他材料", "其他", optional=True),
)
BY_KEY = {slot.key: slot for slot in SLOTS}
UPLOADED = tuple(slot for slot in SLOTS if slot.origin == "file")
SECTIONS = (
    ("district", "城区概况"),
    ("plan", "绿色生态专业规划"),
    ("plot-list", "地块清单"),
    ("key-project-list", "近期重点项目清单"),
    ("work-list", "道路管线清单"),
)
FINDING_SLOTS = {**{slot.key: slot.title for slot in SLOTS}, **dict(SECTIONS)}
FORM_REVIEW = (
    ("conditions", "申报条件符合指导意见"),
    ("procedures", "规划、土地等基本建设程序合规"),
    ("ownership", "申报主体和成果归属清楚"),
    ("safety", "未发生重大质量安全事故"),
    ("policy", "符合国家和本市相关政策"),
    ("materials", "材料齐全、完整、有效"),
)
