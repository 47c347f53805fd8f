"""变更地块: split, merge, renumber or adjust (控规) a plot of the pilot baseline, with the forms and checks of the plot's own page.

The baseline stays as frozen and no ratio changes (``districts.plots.succession``); the approved case changes the live plot list only.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from approvals.cases.models.cases import Case, CaseDocument
from approvals.changes.change_kinds.baselines import has_pilot_baseline
from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values
from districts.common.enums import PlotChangeKind
from districts.facts.baseline_ratios import plot_rates
from districts.file.models.district import District
from districts.plot_changes.forms import GROUND, PlotAct, acts, part_fields, proposing_from
from districts.plot_changes.proposals import NewPlot, Proposal
from districts.plot_changes.services import record_decided
from districts.plots.columns import PLOT
from districts.plots.frozen import frozen_among
from districts.plots.models import Plot
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.refusals import add_refusals
from greendistrict.core.rounding import percent
from greendistrict.core.templatetags.gd import num
from greendistrict.documents.forms import WARNING, EvidenceField
from greendistrict.documents.models import Evidence
from greendistrict.policy.facts import FactValue

NONE = "没有"
RATES = {
    "plots_acquired_ratio": "八（一）取得建设用地的地块（平台按规划基线计）",
    "plots_built_ratio": "八（三）完成建设的地块（平台按试点基线计）",
}


class PlotCaseForm(ChangeForm):
    """The plot, the fields of the page for this change, and date, number and file of its basis. ``values`` keeps all of it as typed."""

    prefilled = ("plot",)
    act: PlotAct
    plot = PLOT["number"].form_field(label="地块", help_text="试点基线中的地块，或者接续其中地块的地块，填现在的编号")
    on = GROUND["on"].form_field()
    document_number = GROUND["number"].form_field()
    upload = EvidenceField(label="依据文件", required=False, help_text=f"PDF或图片，列入材料“变更依据”。{WARNING}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial
        plot = self.district.plots.filter(number=kept.get("plot", "")).first() or Plot(area_ha=Decimal(0))
        plot.district = self.district
        self.own = self.act.form(plot=plot)
        self.initial = {**self.own.initial, "on": self.today, **kept.get("typed", {}), **kept}
        last = ("on", "document_number", "upload")
        self.fields = {"plot": self.fields["plot"], **self.own.fields, **{name: self.fields[name] for name in last}}
        self.has_file = _document(kept) is not None
        if self.has_file:
            self.fields["upload"].help_text = f"已上传；不换文件的不用再选。{self.fields['upload'].help_text}"

    def clean_plot(self) -> str:
        """Number of a plot on the district's list."""
        number: str = self.cleaned_data["plot"].strip()
        if not self.district.plots.filter(number=number).exists():
            msg = "清单里没有这个地块"
            raise forms.ValidationError(msg)
        return number

    def clean(self) -> dict[str, Any]:
        """Show the refusals of the plot's own page at their fields, and store the state of the plots that the change was based on."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("upload") is None and not self.has_file and "upload" not in self.errors:
            self.add_error("upload", "请上传依据文件")
        if (day := cleaned.get("on")) and day > self.today:
            self.add_error("on", "日期不能晚于今天")
        if not self.errors.keys() - {"upload"}:
            try:
                self.read = _propose(self.district, self.act.kind, self._typed(cleaned)).read
            except Refused as refused:
                add_refusals(self, refused)
        return cleaned

    def _typed(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        return {"plot": cleaned["plot"], "typed": {name: str(self.data.get(name, "")) for name in self.own.fields}}

    def values(self) -> dict[str, Any]:
        """Number of the plot, fields as typed, basis, and the state of the plots when it was typed."""
        cleaned = self.cleaned_data
        ground = {"on": cleaned["on"].isoformat(), "document_number": cleaned["document_number"].strip()}
        return {**self._typed(cleaned), **ground, "read": self.read}

    def ground_file(self) -> "UploadedFile[Any] | None":
        """The paper of the change."""
        upload: UploadedFile[Any] | None = self.cleaned_data.get("upload")
        return upload


class SplitCaseForm(PlotCaseForm):
    """Form of a split, with the parts as rows."""

    layout = "approvals/changes/_split_fields.html"

    @property
    def parts(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Fields of each part, numbered."""
        return part_fields(self)

    @property
    def ground(self) -> list[forms.BoundField]:
        """Fields after the parts: date, number and file of the basis."""
        return [self[name] for name in ("on", "document_number", "upload")]


def _propose(district: District, kind: str, values: Values) -> Proposal:
    return proposing_from(kind, district, values["plot"], values["typed"])()


def _words(plot: Plot | NewPlot) -> str:
    floor = "建筑面积未填" if plot.floor_area is None else f"建筑面积{num(plot.floor_area, 2)} m²"
    return f"{plot.land_use or '用地性质未填'}，用地{num(plot.area_ha, 4)}公顷，{floor}"


def lines(kind: PlotChangeKind, district: District, values: Values) -> list[ComparedValue]:
    """The plots before and after, what is transferred to the new plots, and the basis."""
    try:
        proposal = _propose(district, kind, values)
    except Refused:
        return [ComparedValue(f"地块{values['plot']}", "", f"{kind.label}；地块已有改动，须重新核对")]
    number = f"{values['document_number']}，" if values["document_number"] else ""
    ground = ComparedValue("依据文件", "", f"{number}{day_in_words(dt.date.fromisoformat(values['on']))}")
    before, after = proposal.before, proposal.after
    if not proposal.ends:
        plots = [ComparedValue(f"地块{before[0].number}", _words(before[0]), f"地块{after[0].number}，{_words(after[0])}")]
    else:
        into = f"{proposal.kind.label}为{'、'.join(new.number for new in after)}，转为历史"
        old = [ComparedValue(f"地块{plot.number}", _words(plot), into) for plot in before]
        plots = [*old, *(ComparedValue(f"地块{new.number}", NONE, _words(new)) for new in after)]
    return [*plots, *(ComparedValue("接续", "", words) for words in proposal.carried), ground]


def against(kind: PlotChangeKind, district: District, values: Values, _on: dt.date) -> list[Refusal]:
    """Refusals: those of the plot's own page, plots altered since, no plot of the baseline, or no paper."""
    try:
        proposal = _propose(district, kind, values)
    except Refused as refused:
        return list(refused.refusals)
    found = []
    if proposal.read != values["read"]:
        found.append(Refusal("填写后地块有改动", remedy="核对地块现在的资料后重新保存变更内容", field="plot"))
    if not frozen_among(district, proposal.before):
        found.append(Refusal("这些地块不在试点基线，不需要经变更办理", remedy="在地块页“变更地块”直接登记", field="plot"))
    if _document(values) is None:
        found.append(Refusal("请上传依据文件", remedy="填写变更内容，选择依据文件", field="upload"))
    return found


def _document(values: Values) -> Evidence | None:
    row = CaseDocument.objects.filter(pk=values.get("ground_file") or 0).select_related("document").first()
    return row.document if row else None


def apply(kind: PlotChangeKind, change: Applying) -> str:
    """Record the change of plots under the number of the case; baselines stay as frozen."""
    values, district = change.values, change.district
    document = _document(values)
    assert document is not None  # noqa: S101 -- ``against`` was asked in the same transaction
    made = record_decided(
        district=district,
        propose=lambda: _propose(district, kind, values),
        read=values["read"],
        on=dt.date.fromisoformat(values["on"]),
        reason=change.reason,
        document=document,
        case_number=change.case.number or "",
        by=change.by,
        number=values["document_number"],
    )
    return f"地块{made}"


def watched(district: District, on: dt.date) -> dict[str, str]:
    """Both plot ratios in words, to show that the change does not affect them."""
    rates = plot_rates(district, on)
    return {words: _rate(rates[name]) for name, words in RATES.items()}


def _rate(fact: FactValue) -> str:
    counts = f"{fact.numerator}/{fact.denominator}"
    return fact.note if fact.number is None else "，".join(part for part in (counts, percent(fact.number), fact.note) if part)


def trace(case: Case) -> dict[str, Any]:
    """The change of plots that the case recorded, with the digest of its paper."""
    rows = case.district.plot_changes.filter(case_number=case.number or "-").select_related("document").order_by("pk")
    return {
        str(row): {"before": row.before, "after": row.after, "on": row.on.isoformat(), "paper": [row.number, row.document.sha256]}
        for row in rows
    }


LABELS = {
    PlotChangeKind.SPLIT: "分割地块",
    PlotChangeKind.MERGE: "合并地块",
    PlotChangeKind.RENUMBER: "地块重新编号",
    PlotChangeKind.PLAN: "地块控规调整",
}


def _kind(act: PlotAct) -> ChangeKind:
    base = SplitCaseForm if act.kind == PlotChangeKind.SPLIT else PlotCaseForm
    return ChangeKind(
        key=f"plot_{act.kind}",
        label=LABELS[act.kind],
        group=ChangeGroup.PLOTS,
        hint=f"试点基线中的地块由市级决定。{act.effect}",
        form=type(f"{act.kind.title()}CaseForm", (base,), {"act": act}),
        lines=partial(lines, act.kind),
        against=partial(against, act.kind),
        apply=partial(apply, act.kind),
        watched=watched,
        open_to=has_pilot_baseline,
        director="change_of_baseline",
        trace=trace,
        closing="试点基线和规划基线仍按冻结时计算，接续的地块都达到时原地块才计为达到；已办结的办件和已授予的称号不因本次变更改变。",
    )


SPLIT, MERGE, RENUMBER, PLAN = (_kind(act) for act in acts().values())
