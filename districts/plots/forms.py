"""Forms of plots, plot control and records entered later."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.lookups import Exact
from django.http import HttpRequest

from districts.common.enums import Acquisition, ControlStep, PlotState
from districts.file.forms import VersionMixin, day, several
from districts.file.models.district import District
from districts.land.green_indicators import GRADE, NONE, NUMBER, Indicator, check_departments, design_departments, indicators, show
from districts.plausibility.views import ExplainedForm
from districts.plots.columns import PLOT, PLOT_CHECK, PLOT_OPINION
from districts.plots.milestones import missing_plots
from districts.plots.models import Plot, PlotBackfill, PlotControl, PlotIndicator, PlotOpinion, PlotPaper, SupplierLevel
from districts.plots.selectors import board
from districts.plots.selectors.states import STATE
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.kinds import FlagColumn, TextColumn
from greendistrict.documents.forms import EvidenceField

# Form of 补录说明.


class BackfillForm(forms.Form):
    """Plots, the reason why they bypassed their control table, and the proof."""

    plots = forms.ModelMultipleChoiceField(label="地块", queryset=Plot.objects.none(), widget=forms.CheckboxSelectMultiple)
    reason = Columns(PlotBackfill, reason=TextColumn(rows=3, most=1000))["reason"].form_field()
    upload = EvidenceField(label="证明材料", help_text="出让合同、划拨决定书、征询复函、竣工验收报告等")

    def __init__(self, *args: Any, plots: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plots"].queryset = plots  # type: ignore[attr-defined]


# Forms of plot control: choice of table, question, step, indicator values, opinions, checks; filter of the list.

LATE = [
    ("plan", "落后计划"),
    ("any", "任一逾期"),
    ("opinion", "征询或意见逾期"),
    ("acquisition", "取得逾期"),
    ("start", "开工逾期"),
    ("finish", "竣工逾期"),
]
SHORT = [("failing", "竣工不符合"), ("designed", "设计值差于要求")]
MISSING = [("acquired", "完成出让或划拨的地块"), ("built", "完成建设且符合的地块")]
DEMANDS = [
    ("whole", "可建设地块"),
    ("required", "有要求"),
    ("not_required", "不要求"),
    ("not_stated", "未提出要求"),
    ("met", "建成达到"),
    ("unmet", "建成未达到"),
    ("unbuilt", "尚无建成值"),
]
NONE_YET = "none"
REPLY = PLOT_OPINION.part("result", "text", "number", "answered_on")
OUTSIDE = [("got", "补录：已取得"), ("built", "补录：已建成"), ("kept", "保留")]


class PlotFilter(ListFilter):
    """Filter of the plot list of a district, on the day of the reader."""

    q = WordsFilter(
        "编号、分区、用地或建设单位", "number", "sub_area", "land_use", "land_use_code__istartswith", "owner", "lineage", max_length=40
    )
    step = ColumnFilter(PLOT["step"], board.in_step, choices=[(NONE_YET, "未启动"), *ControlStep.choices[1:], *OUTSIDE])
    state = ChosenFilter("建设状态", PlotState.choices, lambda state: Q(Exact(STATE, state)))
    missing = ChosenFilter("未计入", MISSING, method="by_day")
    late = ChosenFilter("逾期", LATE, method="by_day")
    short = ChosenFilter("短板", SHORT)
    indicator = ChosenFilter("指标", lambda: [(known.key, known.short) for known in indicators().values()])
    demand = ChosenFilter("指标要求和建成", DEMANDS)
    acquisition = ColumnFilter(PLOT["acquisition"])

    def __init__(self, request: HttpRequest, district: District) -> None:
        super().__init__(request.GET, district.plots.all(), request=request)
        self.district, self.today = district, viewer_of(request).today
        self.form.auto_id = "filter_%s"  # the form that adds a plot stands on the same page and has a field of the same name

    def filter_queryset(self, queryset: QuerySet[Plot]) -> QuerySet[Plot]:
        """The figure chosen counts for its demand, or for what falls short."""
        asked = {name: self.form.cleaned_data.get(name, "") for name in ("demand", "short", "indicator")}
        return board.measured(super().filter_queryset(queryset), **asked)

    def by_day(self, plots: QuerySet[Plot], name: str, value: str) -> QuerySet[Plot]:
        """Plots that a rate leaves out, or that are late."""
        if name == "missing":
            return plots.filter(pk__in=missing_plots(self.district, value, self.today))
        return plots.filter(board.late_by(self.district, value, self.today))


class OpenForm(VersionMixin):
    """Choice of the control table."""

    table = forms.ChoiceField(label="取得方式", choices=Acquisition.choices)
    with_scheme = Columns(PlotControl, with_scheme=FlagColumn(tick=True))["with_scheme"].form_field()


class ProofFields(forms.Form):
    """File of a step, and 补录 with its reason for who records the step of another body."""

    backfill = forms.BooleanField(label="补录：这一步由其他单位办理，申报主体代为登记", required=False)
    backfill_reason = Columns(PlotPaper, reason=TextColumn(rows=2, most=1000))["reason"].form_field()
    upload = EvidenceField(label="文件", required=False)


BACKFILL = ("upload", "backfill", "backfill_reason")  # what a 补录 asks for


def mark_needed(form: forms.BaseForm, *names: str) -> None:
    """Mark fields that the step asks for; whether they are there its guards say, in the words of the step."""
    for name in names:
        vars(form.fields[name])["needed"] = True


class AskForm(ProofFields):
    """The body asked for requirements."""

    level = Columns.of(PlotOpinion, "level")["level"].form_field(
        choices=SupplierLevel.choices, initial=SupplierLevel.DISTRICT, required=True
    )
    organisation = forms.ModelChoiceField(label="征询的住建部门", queryset=Organisation.objects.all(), empty_label=None)
    on = PLOT_OPINION["asked_on"].form_field(label="征询日期")

    def __init__(self, *args: Any, bodies: Iterable[Organisation] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        if bodies is not None and isinstance(field, forms.ModelChoiceField):
            field.queryset = Organisation.objects.filter(pk__in=[body.pk for body in bodies]).order_by("kind", "name_pinyin")


# Ids of the fields of forms that stand on one page.
CHECK_ID, EXCEPTION_ID, OPINIONS_ID = "check-%s", "exception-%s", "opinions-%s"


class PlotStepForm(ProofFields, ExplainedForm):
    """A step of the table."""

    on = day("日期")
    number = forms.CharField(label="文号或编号", max_length=60, required=False)
    reason = forms.CharField(label="说明或理由", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ExceptionForm(forms.Form):
    """Agreement of who asked for the values to a design that is worse."""

    reason = forms.CharField(label="同意的理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class DesignOpinionForm(forms.Form):
    """A department's opinion on the design."""

    result, text, number, on = REPLY.needed("result", "answered_on").form_fields().values()
    upload = EvidenceField(label="书面答复扫描件", required=False)

    def __init__(self, *args: Any, on_paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if on_paper:
            mark_needed(self, "number", "upload")


class OpinionsForm(forms.Form):
    """Departments to ask about the design."""

    on = PLOT_OPINION["asked_on"].form_field()

    def __init__(self, *args: Any, bodies: Mapping[str, Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        must, may = design_departments()
        words = [*((name, f"{name}（必询）") for name in must), *((name, name) for name in may)]
        pairs = [(name, f"{label}　由{bodies[name]}在平台答复" if name in bodies else label) for name, label in words]
        help_text = "限时征求必询、选询部门意见（七（二）2）。平台规则：必询部门均须答复。没有写明由谁在平台答复的，收到书面答复后登记"
        self.fields["departments"] = several("征询部门", pairs, help_text=help_text)
        self.order_fields(["departments", "on"])


class CheckForm(forms.Form):
    """A department's check at one of the four stages."""

    stage, department, checked_on, result, text = PLOT_CHECK.form_fields().values()
    upload = EvidenceField(label="书面审查意见扫描件", required=False, help_text="不是该部门登记的结论是补录，须附扫描件")

    departments = staticmethod(check_departments)


def value_field(indicator: Indicator, label: str, empty: str = "未填") -> forms.Field:
    """Form field of an indicator value (number, grade, yes/no), optional; empty choices are labelled."""
    if indicator.kind == NUMBER:
        attrs = {"data-unit": indicator.unit, "inputmode": "decimal"}
        return forms.CharField(label=label, max_length=20, required=False, widget=forms.TextInput(attrs=attrs))
    grades = indicator.grades if indicator.kind == GRADE else ("是", "否")
    return forms.ChoiceField(label=label, required=False, choices=[("", empty), *((grade, grade) for grade in grades)])


class ValuesForm(VersionMixin):
    """Values of the nine indicators in the columns editable now; fields are named ``key-column``."""

    LABELS = {"required": "要求值", "designed": "设计值", "built": "建成值"}
    EMPTY: Mapping[str, str] = {}  # what an empty choice means, by column

    def __init__(self, *args: Any, rows: Iterable[PlotIndicator], columns: Iterable[str], **kwargs: Any) -> None:
        held = {row.key: row for row in rows}
        self.columns = tuple(columns)
        initial = {
            f"{key}-{name}": show(known, getattr(held[key], name))
            for key, known in indicators().items()
            if key in held
            for name in self.columns
        }
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for key, known in indicators().items():
            for name in self.columns:
                self.fields[f"{key}-{name}"] = value_field(known, f"{known.name}的{self.LABELS[name]}", self.EMPTY.get(name, "未填"))

    def values(self) -> dict[str, dict[str, str]]:
        """Typed values as keyword argument for the service."""
        return {key: {name: self.cleaned_data[f"{key}-{name}"] for name in self.columns} for key in indicators()}


class ConsultationReplyForm(ProofFields, ValuesForm):
    """Reply of the 住建 body: requirements, document number, text. Empty requirements mean 不要求."""

    EMPTY = {"required": "不要求"}
    number, text, on = REPLY.part("number", "text", "answered_on").needed("answered_on").form_fields().values()

    def __init__(self, *args: Any, rows: Iterable[PlotIndicator] = (), **kwargs: Any) -> None:
        super().__init__(*args, rows=rows, columns=("required",), **kwargs)
        for key, known in indicators().items():
            if known.kind == GRADE:  # a requirement of 无 asks nothing either, so one of the two is offered
                name, field = f"{key}-required", cast("forms.ChoiceField", self.fields[f"{key}-required"])
                field.choices = [("", self.EMPTY["required"]), *((one, one) for one in known.grades if one != NONE)]
                self.initial[name] = "" if self.initial.get(name) == NONE else self.initial.get(name, "")
