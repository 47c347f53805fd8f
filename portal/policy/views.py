"""Rules of the policy in words with its settings; the city-wide check: table, workbook, one rule with the districts that fail it."""

import datetime as dt
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from districts.file.forms import DistrictFilter
from districts.file.models.district import District
from greendistrict.accounts.enums import CITY
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable, RowAddress
from greendistrict.columns.shown import ComputedColumn, StateColumn
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import PAGE_ROWS, list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.list_workbook import lists_book
from greendistrict.policy import duty_days, parameters
from greendistrict.policy.documents import unread_documents
from greendistrict.policy.duty_table import TOLD
from greendistrict.policy.engine import Verdict, required_of
from greendistrict.policy.in_force import policies
from greendistrict.policy.layers import DutyLayers, layers_of
from greendistrict.policy.provisions import Provision, provisions_of
from greendistrict.policy.rules import reads_check
from greendistrict.policy.selectors import setting_rows, setting_value
from greendistrict.policy.setting_groups import grouped
from greendistrict.policy.types import Policy
from portal.policy.selectors import (
    WORDS,
    CityCheck,
    DistrictCheck,
    RuleLine,
    chosen_policy,
    city_check,
    districts_checked,
    duties_by_rule,
    findings_of,
    policies_visible_to,
    rule_row,
    rules_by_step,
    standings,
)
from portal.public.caching import cached_for_visitors

MOST = 10_000
STANDS = "称号继续有效，按原文件注明依据；报送等事项继续列出，依据注明原文件"
AFTER_THE_END = (  # what the portal does, by what a registered document does to the policy
    ("延长有效期", "新的申请、在办事项、称号和报送等事项都照常"),
    (
        "由新文件替代",
        f"新文件的条款录入以前，新的申请不能在本平台办理；在办事项，新文件写明按原文件办完的，办完，没有写明的，停在原步骤；{STANDS}",
    ),
    ("期满失效", f"新的申请不能办理；在办事项停在原步骤，等市级登记延长或者替代的文件；{STANDS}"),
)


class AskedRule(NamedTuple):
    """A rule that a district was asked."""

    district: District
    verdict: Verdict


@dataclass(frozen=True)
class SizeColumn(WholeColumn):
    """How many there are."""

    _: KW_ONLY
    most: int = MOST

    def words(self, value: Any) -> str:
        """Their number."""
        return super().words(len(value))

    def exported(self, value: Any) -> int:
        """Their number."""
        return len(value)


def unmet_words(row: DistrictCheck, _today: dt.date) -> str:
    """What a district fails, one below the other."""
    failing = "；\n".join(f"{one.title}（{one.cite}）：{one.found}" for one in row.failing)
    return failing if row.verdicts else "已是示范，没有待核对的条款"


LEVEL, TITLE, CITE = TextColumn(label="程度", width=8), TextColumn(label="条款", width=50), TextColumn(label="出处", width=14)
DISTRICTS = ListTable(
    Columns(
        DistrictCheck,
        name=TextColumn(source="district__name", label="城区", width=34),
        stage=StateColumn(source="district__stage_label", label="阶段", guess="district__stage_is_inferred"),
        type=ChoiceColumn(source="district__type", css="gd-nowrap"),
        failing=SizeColumn(label="未满足"),
        without_data=SizeColumn(label="资料不足"),
        warned=SizeColumn(label="提醒"),
        pending=SizeColumn(label="按目前填写或在办"),
        unmet=ComputedColumn("未满足的条款", unmet_words, width=60, css="gd-s gd-lines"),
    ),
    "name", "stage", "type", "failing", "without_data", "warned", "pending", "unmet", caption="各城区满足情况", key="district__code",
    demo="district__is_demo",
)  # fmt: skip
COUNTS = {
    "asked": "核对", "passed": "已满足", "failed": "未满足", "warned": "提醒", "without_data": "资料不足", "pending": "按目前填写或在办",
}  # fmt: skip
RULES = ListTable(
    Columns(
        RuleLine,
        title=replace(TITLE, source="rule__title"),
        level=replace(LEVEL, source="rule__degree"),
        step=TextColumn(source="rule__step__label", label="环节", width=16, css="gd-nowrap"),
        cite=replace(CITE, source="rule__cite"),
        required=ComputedColumn("要求", lambda line, _today: required_of(line.rule), width=50),
        **{name: WholeColumn(label=label, most=MOST) for name, label in COUNTS.items()},
    ),
    "title", "level", "step", "cite", *COUNTS, caption="各条款满足情况", key="rule__id",
    exported=("title", "cite", "level", "step", "required", *COUNTS),
)  # fmt: skip


def due_words(line: DutyLayers, _today: dt.date) -> str:
    """When a duty falls due, with the values of today's settings."""
    return duty_days.due_words(line.kind, parameters.load())


def due_mark(line: DutyLayers, _today: dt.date) -> str:
    """默认值 as long as a number of it is not confirmed."""
    return parameters.DEFAULT_WORD if duty_days.is_default(line.kind, parameters.load()) else ""


DUTIES = ListTable(
    Columns(
        DutyLayers,
        label=TextColumn(source="kind__label", label="事项"),
        debtor=TextColumn(source="kind__debtor", label="谁办"),
        due=ComputedColumn("期限", due_words),
        due_mark=ComputedColumn("期限标注", due_mark),
        cite=replace(CITE, source="kind__cite", label="依据"),
        words=TextColumn(source="kind__words", label="原文"),
        layer=TextColumn(source="words", label="层次"),
    ),
    "label", "debtor", "due+due_mark", "cite", "words", "layer", caption="到期事项，各类的事项和期限出自哪里", key="kind__key",
)  # fmt: skip
PROVISIONS = ListTable(
    Columns(
        Provision,
        name=TextColumn(label="内容", width=50),
        layer=TextColumn(label="层次", width=8, css="gd-nowrap"),
        cite=replace(CITE, label="出处"),
        words=TextColumn(label="原文用词或者理解", width=50),
    ),
    "name", "layer", "cite", "words", caption="原文、理解、平台对照", key="name",
)  # fmt: skip
VERDICTS = ListTable(
    Columns(
        AskedRule,
        name=TextColumn(source="district__name", label="城区", width=34),
        title=replace(TITLE, source="verdict__title"),
        cite=replace(CITE, source="verdict__cite"),
        level=replace(LEVEL, source="verdict__degree"),
        outcome=ComputedColumn("结果", lambda one, _today: WORDS[one.verdict.look], width=14),
        required=TextColumn(source="verdict__required", label="要求", width=26),
        found=TextColumn(source="verdict__found", label="现状", width=44),
        remedy=TextColumn(source="verdict__remedy", label="怎样满足", width=44),
        reading=TextColumn(source="verdict__reading", label="本平台理解", width=44),
    ),
    "name", "title", "cite", "level", "outcome", "required", "found", "remedy", "reading", caption="逐条", key="district__code",
)  # fmt: skip


def check_book(check: CityCheck, *, today: dt.date) -> bytes:
    """Three sheets: 城区 (one row each), 逐条 (district × rule), 条款 (counts)."""
    asked = [AskedRule(row.district, verdict) for row in check.rows for verdict in row.verdicts]
    lists: tuple[tuple[str, ListTable, list[Any]], ...] = (
        ("城区", DISTRICTS, [*check.rows]), ("逐条", VERDICTS, asked), ("条款", RULES, check.lines)
    )  # fmt: skip
    sheets = [table.sheet(table.rows_of(rows), today, name, check.policy.code) for name, table, rows in lists]
    return lists_book(sheets, demo=any(row.district.is_demo for row in check.rows))


class PolicyCheckFilter(DistrictFilter):
    """Conditions of the city-wide policy check."""

    without = ("authority", "star", "kind")


def _asked_by_visitor(request: HttpRequest) -> tuple[Policy, dt.date]:
    """The policy of the address or the current one, and today. Raises ``Http404`` for one that is not there."""
    today = clock.today()
    policy = chosen_policy(policies(), request.GET.get("policy", ""), today)
    if policy is None:
        raise Http404
    return policy, today


@require_safe
@cached_for_visitors
@held_reads()
def public_policy(request: HttpRequest) -> HttpResponse:
    """Public page of a policy's rules: text, interpretation, and the settings with those still at 默认值; nothing about districts."""
    policy, today = _asked_by_visitor(request)
    settings = setting_rows()
    context = {
        "policies": policies(),
        "unread": unread_documents(),
        "life": AFTER_THE_END,
        "policy": policy,
        "in_force": policy.is_in_force(today),
        "groups": rules_by_step(policy, {}),
        "duties": DUTIES.html(DUTIES.rows_of(map(layers_of, TOLD)), today, None, first=None),
        "kinds": len(TOLD),
        "settings": grouped(settings, lambda row: row.key),
        "number": len(settings),
    }
    return render(request, "portal/policy/public.html", context)


@require_safe
@cached_for_visitors
def public_layers(request: HttpRequest) -> HttpResponse:
    """Public page of everything the portal asks or tells, by sort, each as text, reading or rule of the portal."""
    policy, today = _asked_by_visitor(request)
    groups = [
        (title, len(found), PROVISIONS.html(PROVISIONS.rows_of(found), today, None, first=None)) for title, found in provisions_of(policy)
    ]
    return render(request, "portal/policy/layers.html", {"policy": policy, "policies": policies(), "groups": groups})


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """Rules of the current policy, or of the one named by ``?policy=``, with results of the districts, targets and settings."""
    viewer = viewer_of(request)
    held, today = viewer.held, viewer.today
    visible = policies_visible_to(held)
    policy = chosen_policy(visible, request.GET.get("policy", ""), today)
    if policy is None:
        raise Http404
    in_force = policy.is_in_force(today)
    asks_today = reads_check(held) and in_force
    settings = setting_rows()
    context = {
        "policies": visible,
        "unread": unread_documents(),
        "life": AFTER_THE_END,
        "policy": policy,
        "in_force": in_force,
        "groups": rules_by_step(policy, standings(viewer) if asks_today else {}, duties_by_rule(viewer) if in_force else {}),
        "settings": grouped(settings, lambda row: row.key),
        "number": len(settings),
        "reads_check": reads_check(held),
        "asks_today": asks_today,
        "reads_settings": held.has(*CITY),
    }
    return render(request, "portal/policy/rule_list.html", context)


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not reads_check(viewer.held):
        raise Http404
    return viewer


def _checked(request: HttpRequest, viewer: Viewer, only: str = "") -> tuple[PolicyCheckFilter, CityCheck]:
    found = PolicyCheckFilter(request.GET, queryset=districts_checked(viewer), request=request)
    with held_reads():
        return found, city_check(viewer, found.qs, only)


@require_safe
def policy_check(request: HttpRequest) -> HttpResponse:
    """Districts with the rules they fail, and rules with the number of districts that fail them."""
    viewer = _reader(request)
    found, check = _checked(request, viewer)
    listed = list_context(request, check.rows, found.form, export="portal:policy_check_export")
    asked = request.GET.copy()
    asked.pop("page", None)
    rule, district = RowAddress("portal:policy_rule", query=asked.urlencode()), RowAddress("districts:district_detail")
    context: dict[str, Any] = {
        **listed,
        "check": check,
        "rules": RULES.html(RULES.rows_of(check.lines), viewer.today, rule, first=None),
        "districts": DISTRICTS.of_page(listed["page"], viewer.today, district, objects=True),
        "today": viewer.today,
        "any_demo": any(row.district.is_demo for row in check.rows),
    }
    return render(request, "portal/policy/policy_check.html", context)


@require_safe
def policy_check_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered check as a workbook; the export is recorded."""
    viewer = _reader(request)
    _, check = _checked(request, viewer)
    content = check_book(check, today=viewer.today)
    return list_workbook(request, content, name="条款核对", action="policy.export_check", rows=len(check.rows))


@require_safe
def policy_rule(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule in words with its parameter, and its districts; failing ones come first."""
    viewer = _reader(request)
    _, check = _checked(request, viewer, rule)
    chosen = next((one for one in check.policy.rules if one.id == rule), None)
    if chosen is None:
        raise Http404
    row = rule_row(check.policy, chosen)
    context = {
        "policy": check.policy,
        "row": row,
        "value": setting_value(row.parameter, parameters.get(row.parameter).value) if row.parameter else "",
        "is_default": bool(row.parameter) and parameters.get(row.parameter).is_default,
        "reads_settings": viewer.held.has(*CITY),
        "required": required_of(chosen),
        "page": Paginator(findings_of(check, rule), PAGE_ROWS).get_page(request.GET.get("page")),
        "line": next((line for line in check.lines if line.rule.id == rule), None),
        "today": viewer.today,
        "crumbs": [("政策条款", reverse("policy:rule_list")), ("条款核对", reverse("portal:policy_check")), (chosen.title, "")],
    }
    return render(request, "portal/policy/policy_rule.html", context)
