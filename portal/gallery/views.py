"""Component gallery at ``/_components/``, available in development and tests only."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from greendistrict.core import life_chart
from greendistrict.core.charts import Bar, Series, Span, bars, gantt, line, radar
from greendistrict.core.clock import SHANGHAI
from greendistrict.core.errors import Refusal
from greendistrict.core.life_chart import LifeMark, LifeSpan
from greendistrict.core.panel_chart import PanelPoint, panel
from greendistrict.core.widgets import BoxList, DayField
from greendistrict.workflow.services import Offered

DIMENSIONS = ("韧性安全", "健康宜居", "低碳高效", "经济活力", "智慧管控")
AT = dt.datetime(2027, 1, 15, 14, 3, 22, tzinfo=SHANGHAI)


class GalleryForm(forms.Form):
    """One field of each type."""

    name = forms.CharField(label="城区名称", max_length=40, help_text="与批复一致")
    area = forms.DecimalField(label="规划面积", max_value=100, widget=forms.NumberInput(attrs={"data-unit": "km²"}))
    kind = forms.ChoiceField(label="类型", choices=[("", "请选择"), ("new", "新建城区"), ("renewal", "更新城区")])
    day = DayField(label="批复日期", required=False)
    star = forms.ChoiceField(label="目标星级", choices=[("3", "三星级"), ("2", "二星级")], widget=forms.RadioSelect)
    bodies = forms.MultipleChoiceField(
        label="实施主体", choices=[(one, f"演示{one}区人民政府（虚构）") for one in "甲乙丙丁戊己庚辛壬癸"], required=False, widget=BoxList
    )
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    proof = forms.FileField(label="扫描件", required=False)
    sure = forms.BooleanField(label="已自查，不含涉密及敏感测绘数据")


class SampleFilter(forms.Form):
    """A filter bar with three conditions."""

    q = forms.CharField(label="名称或编号", required=False)
    stage = forms.ChoiceField(label="阶段", required=False, choices=[("", "全部"), ("pilot", "试点"), ("demo", "示范")])
    overdue = forms.BooleanField(label="只看逾期", required=False)


def gallery(request: HttpRequest) -> HttpResponse:
    """Page with all components."""
    form = GalleryForm({"name": "", "area": "432", "kind": "", "star": "3", "bodies": ["己"]})
    context = life() | check() | actions() | charts()
    context |= {
        "form": form,
        "filter_form": SampleFilter(request.GET),
        "page": Paginator(range(1, 1235), 50).get_page(request.GET.get("page", 7)),
        "at": AT,
        "metrics": [
            {"label": "试点", "value": 5, "unit": "个", "note": "15.23 km²", "href": "#a"},
            {"label": "自评 预期", "value": "89.43", "unit": "分", "note": "三星级", "guess": True},
            {"label": "逾期", "value": 1, "unit": "项", "note": "演示管委会1项", "href": "#b", "warn": True},
        ],
        "receipt": [("回执号", "ZC-2027-0002"), ("事项", "演示新城（虚构）2026年度自查"), ("下一步", "市住房城乡建设管理委接收或退回")],
        "digest": "9f2c41d7a0b35e68",
        "jobs": [
            {"label": "导出7个虚构城区年度评估报告", "done": 4, "total": 7, "state": "running", "remaining": "还需约2分钟"},
            {"label": "2025年度城区报告", "state": "done", "href": "#r", "result": "下载 PDF"},
            {"label": "2024年度城区报告", "state": "failed", "error": "缺少中文字体，安装后重新提交。"},
        ],
    }
    return render(request, "portal/gallery/components.html", context)


def life() -> dict[str, Any]:
    """Sample data for stage bar, steps, timeline and chain."""
    return {
        "stages": [
            {"name": "培育", "state": "done", "note": "已完成"},
            {"name": "试点", "state": "done", "note": "2024年公告"},
            {"name": "已取消试点", "state": "lost", "note": "2026年8月14日送达，八（三）"},
        ],
        "steps": [
            {"name": "提出", "state": "done", "note": "11月12日，经办"},
            {"name": "事先告知", "state": "done", "note": "11月18日送达"},
            {"name": "陈述申辩", "state": "now", "note": "剩13个工作日"},
            {"name": "合法性审核", "note": "法制机构"},
            {"name": "决定", "note": "集体讨论后审定"},
        ],
        "timeline": [
            {"at": "预计12月2日", "title": "评审会", "note": "议题6条", "state": "next"},
            {"at": AT.date(), "title": "专家独立评分", "who": "专家1", "note": "已提交", "state": "now", "used": "第9个工作日"},
            {"at": AT, "title": "受理", "who": "周某（经办）", "note": "SQ-2026-0007", "used": "用1个工作日", "href": "#n"},
        ],
        "chain": [
            {"name": "经办", "who": "周某", "state": "done"},
            {"name": "审核", "who": "处长", "state": "now"},
            {"name": "审定", "who": "委领导"},
        ],
    }


def check() -> dict[str, Any]:
    """Sample policy check with every verdict."""
    built = {"rule": "A", "title": "完成出让或划拨的地块比例", "required": "≥ 5%", "found": "4.8%（2 / 42）", "cite": "八（一）"}
    return {
        "groups": [
            {
                "title": "申报主体提交时",
                "note": "未满足即不能提交",
                "verdicts": [
                    built | {"level": "must", "verdict": "fail", "remedy": "再有1个地块完成即满足。", "href": "#p", "link": "打开地块"},
                    built | {"rule": "B", "level": "should", "verdict": "warn", "reading": "“分阶段”本平台理解为至少两个阶段"},
                    built | {"rule": "C", "level": "info", "verdict": "pass", "found": "城区开发投资公司"},
                ],
            },
            {"title": "授予时", "note": "前面环节不核对", "verdicts": [built | {"rule": "D", "level": "must", "verdict": "later"}]},
        ],
    }


def actions() -> dict[str, Any]:
    """Sample actions of a workflow."""
    refusal = Refusal("陈述申辩期限12月9日届满，或收到书面放弃后可提交", required="已届满", found="剩13个工作日")
    return {
        "refusals": [refusal],
        "offered": [
            Offered("pass", "通过", message="转公示7个工作日（默认值）", receivers="申报主体、演示乙区建设管理委", tone="primary"),
            Offered("correct", "一次告知补正", page="portal:components"),
            Offered("return", "退回补正", receivers="申报主体", reason_required=True),
            Offered("refuse", "不予受理", receivers="申报主体", confirm=True, tone="danger", reason_required=True),
            Offered("grant", "授予称号", refusals=(refusal,), tone="primary"),
        ],
    }


def charts() -> dict[str, Any]:
    """One sample chart of each type."""
    months = ["1月", "2月", "3月", "4月"]
    actual, goal = Series("已实现", [78, 74.5, 47.45, 61.25, 70.5]), Series("预期", [85, 82, 85.75, 72, 82])
    year = [
        Span("自查", dt.date(2027, 1, 1), dt.date(2027, 3, 31)),
        Span("阶段评估", dt.date(2027, 7, 1), dt.date(2027, 9, 12), late=True),
    ]
    years = ((2024, 61, 0), (2025, 70, 0), (2026, 68, 1))
    scores = [PanelPoint(one, points, mark, mark, f"{one}年度 {points}") for one, points, mark in years]
    pilot, granted = dt.date(2023, 3, 1), dt.date(2026, 4, 1)
    spans = [LifeSpan("称号", "试点", pilot, granted), LifeSpan("称号", "示范", granted, is_strong=True)]
    marks = [LifeMark("公示", dt.date(2023, 2, 1), "试点公示"), LifeMark("公示", dt.date(2026, 3, 1), "示范公示")]
    return {
        "legend": [("area", "已实现"), ("goal", "预期")],
        "radar": radar(DIMENSIONS, actual, goal=goal, title="五个方面"),
        "bars": bars([Bar("演示甲区", 7.96, 5.86), Bar("演示乙区", 4.3, None), Bar("演示丙区", 5.68, 3.2)], unit="km²", title="面积"),
        "line": line(months, [Series("本年", [0, 2, 4, 5]), Series("上年", [0, 1, None, 4])], unit="个", title="自查填报进度"),
        "gantt": gantt(year, today=dt.date(2027, 2, 14), title="2027年安排"),
        "panel": panel(scores, first=2024, last=2027, full=100, title="低碳高效"),
        "lanes": life_chart.life(["称号", "公示"], spans, marks, today=dt.date(2027, 2, 14), title="历程"),
    }
