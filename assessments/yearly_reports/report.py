"""Sections of the operation report (运营工作报告, 八（四）), in the order of 七（三）, and figures to insert."""

from assessments.self_checks.report import LiveFigure, ReportSection
from greendistrict.core.registry import Registry

# ``says`` takes the report. Filled by ``wiring.py`` of carbon and operation; read by ``selectors.text``.
operation_figures: Registry[LiveFigure] = Registry(
    "figures of a report on operation",
    entry="a figure that a district may state in its operation report: its name, section and the sentence that states it now",
)


SECTIONS = (
    ReportSection("overview", "一、年度运营概况", "本年度投入使用的规模、主要工作、资金安排和使用"),
    ReportSection("mechanisms", "二、运营管理机制", "七（三）1　多部门协同机制、动态评估机制的建立和运行"),
    ReportSection("people", "三、人才培养", "七（三）2　培训计划、举办情况、梯度和评价"),
    ReportSection("digital", "四、数字化技术应用", "七（三）3　平台建设、覆盖和功能整合"),
    ReportSection("carbon", "五、碳计量碳核查和节能降碳", "七（三）4　碳排放核查结果、能源审计和措施"),
    ReportSection("effect", "六、运营实效", "指标与年度目标的比较，未达目标的原因；宣传和公众感受"),
    ReportSection("plan", "七、存在问题和下一年安排", "存在的问题、原因和下一年度的工作安排"),
)
KEYS = tuple(section.key for section in SECTIONS)
PART = "operation"  # the file that a written text stands for


def has_any(text: dict[str, str]) -> bool:
    """Whether any section has text."""
    return any(str(text.get(key, "")).strip() for key in KEYS)


def is_written(text: dict[str, str]) -> bool:
    """Whether every section has text."""
    return all(str(text.get(key, "")).strip() for key in KEYS)
