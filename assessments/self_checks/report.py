"""Sections of the self-check report (自评报告, 八（二）)."""

from typing import NamedTuple

LONGEST = 8000


class ReportSection(NamedTuple):
    """A section of the report: key of the stored text, head, and what it should say."""

    key: str
    title: str
    hint: str


SECTIONS = (
    ReportSection("overview", "一、年度工作概况", "本年度推进绿色生态城区建设的主要工作、投入与进展"),
    ReportSection("indicators", "二、指标及方案落实情况", "指标体系各项指标与规划方案的落实、与年度目标的差距及原因"),
    ReportSection("mandatory", "三、强制性内容执行情况", "控制项及其他强制性内容的执行；不满足的如实说明"),
    ReportSection("management", "四、管理机制建立情况", "组织、制度、资金、人员和全过程管控机制"),
    ReportSection("plan", "五、存在问题与下一年计划", "存在的问题、原因和下一年度的工作安排"),
)
KEYS = tuple(section.key for section in SECTIONS)
