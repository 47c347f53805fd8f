"""Forms of the specialised plan and its approval."""

from itertools import pairwise
from typing import Any

from django import forms

from districts.common.enums import DistrictType
from districts.file.forms import VersionMixin
from districts.file.models.district import District
from districts.plausibility.services import EXPLANATION
from districts.plausibility.views import ExplainedForm
from districts.special_plans.models import PlanPart, PlanSection, PlanSectionKind, SpecialPlan
from districts.special_plans.rules import PIECES
from greendistrict.columns.declared import Columns
from greendistrict.columns.form_fields import figure, plain, whole
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import NumberColumn
from greendistrict.documents.forms import EvidenceField

STAGE_ROWS = 4
LONGEST = 4000  # characters of a piece of a section
PLAN = Columns.of(
    SpecialPlan, "urban_design", "design_started_on", "design_approved_on", "scheme_started_on", "scheme_in_unit_plan",
    "scheme_in_renewal_plan", "merged_document", "carbon_intensity_target", carbon_intensity_target=NumberColumn("kgCO₂e/(m²·a)"),
)  # fmt: skip
FILES = {"file_indicators": PlanPart.INDICATORS, "file_scheme": PlanPart.SCHEME, "file_carbon": PlanPart.CARBON}


@with_columns(PLAN)
class PlanForm(ColumnsForm, ExplainedForm, VersionMixin):
    """All fields of the plan except its approval. Any field may stay empty in a draft."""

    file_indicators = EvidenceField(label="绿色生态指标体系", required=False)
    file_scheme = EvidenceField(label="绿色生态规划方案", required=False)
    file_carbon = EvidenceField(label="碳排放分析报告", required=False)

    def __init__(self, *args: Any, district: District, plan: SpecialPlan | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": plan.version, **self.initial_of(plan)} if plan else {"version": 0})
        super().__init__(*args, **kwargs)
        if district.type == DistrictType.NEW:
            del self.fields["scheme_in_renewal_plan"]
        if district.type == DistrictType.RENEWAL:
            del self.fields["scheme_in_unit_plan"]
        stored = plan.carbon_stage_targets if plan else []
        self.stage_count = max(STAGE_ROWS, len(stored) + 1)
        for index in range(self.stage_count):
            row = stored[index] if index < len(stored) else {}
            words = f"第{index + 1}阶段"
            self.fields[f"stage_{index}_year"] = whole(f"{words}年份", "年", minimum=2000, maximum=2100)
            self.fields[f"stage_{index}_value"] = figure(f"{words}碳排放强度", "kgCO₂e/(m²·a)", digits=10, places=3)
            self.initial.setdefault(f"stage_{index}_year", row.get("year"))
            self.initial.setdefault(f"stage_{index}_value", row.get("value"))

    @property
    def stage_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Bound fields of the stage targets, row by row."""
        return [(self[f"stage_{index}_year"], self[f"stage_{index}_value"]) for index in range(self.stage_count)]

    def clean(self) -> dict[str, Any]:
        """Require both year and value of a stage, distinct years, and urban design approved after its beginning."""
        data = super().clean() or self.cleaned_data
        begun, approved = data.get("design_started_on"), data.get("design_approved_on")
        if begun and approved and approved < begun:
            self.add_error("design_approved_on", "批准日期不能早于城市设计开始日期")
        years: set[int] = set()
        for index in range(self.stage_count):
            year, value = data.get(f"stage_{index}_year"), data.get(f"stage_{index}_value")
            broken = {f"stage_{index}_year", f"stage_{index}_value"} & set(self.errors)
            if (year is None) != (value is None) and not broken:
                missing = "year" if year is None else "value"
                self.add_error(f"stage_{index}_{missing}", "年份和碳排放强度要一起填")
            elif year in years:
                self.add_error(f"stage_{index}_year", "这个年份已填过")
            years |= {year} if year is not None else set()
        self._hold_order(data)
        return data

    def _hold_order(self, data: dict[str, Any]) -> None:
        """Refuse a stage above an earlier one, and a last stage above the control target."""
        pairs = [(data.get(f"stage_{index}_year"), data.get(f"stage_{index}_value"), index) for index in range(self.stage_count)]
        stages = sorted((year, value, index) for year, value, index in pairs if year is not None and value is not None)
        for (year, before, _), (later, value, index) in pairwise(stages):
            if value > before:
                self.add_error(f"stage_{index}_value", f"{later}年的{plain(value)}高于{year}年的{plain(before)}，各阶段应逐步降低")
        limit = data.get("carbon_intensity_target")
        if stages and limit is not None and stages[-1][1] > limit:
            words = f"最后阶段{stages[-1][0]}年的{plain(stages[-1][1])}高于控制目标{plain(limit)}"
            self.add_error(f"stage_{stages[-1][2]}_value", words)

    def values(self) -> dict[str, Any]:
        """Fields for ``services.save_plan``."""
        names = [name for name in self.fields if name not in ("version", EXPLANATION) and not name.startswith(("stage_", "file_"))]
        rows = [(self.cleaned_data[f"stage_{index}_year"], self.cleaned_data[f"stage_{index}_value"]) for index in range(self.stage_count)]
        targets = [{"year": year, "value": plain(value)} for year, value in sorted(row for row in rows if row[0] is not None)]
        return {**{name: self.cleaned_data[name] for name in names}, "carbon_stage_targets": targets}

    def uploads(self) -> dict[str, Any]:
        """Uploaded files by part."""
        return {part.value: self.cleaned_data[name] for name, part in FILES.items() if self.cleaned_data.get(name)}


class ApprovalForm(VersionMixin):
    """Approval of the plan, which freezes the plan baseline."""

    approved_on, approval_number = Columns.of(SpecialPlan, "approved_on", "approval_number").needed().form_fields().values()
    scan = EvidenceField(label="批准文件扫描件", required=False)


class SectionForm(VersionMixin):
    """A section of the plan: a text for each of its pieces, and one more file. Any piece may stay empty in a draft."""

    upload = EvidenceField(label="附件", required=False)

    def __init__(self, *args: Any, kind: PlanSectionKind, row: PlanSection | None, **kwargs: Any) -> None:
        texts = row.texts if row else {}
        known = {piece_field(piece.key): texts.get(piece.key, "") for piece in PIECES[kind]}
        kwargs["initial"] = {"version": row.version if row else 0, **known}
        super().__init__(*args, **kwargs)
        self.kind = kind
        for piece in PIECES[kind]:
            self.fields[piece_field(piece.key)] = forms.CharField(
                label=piece.label,
                max_length=LONGEST,
                required=False,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=piece.cite,
                error_messages={"max_length": f"最多{LONGEST}字，请精简或放在附件里"},
            )
        self.order_fields(["version", *map(piece_field, (piece.key for piece in PIECES[kind])), "upload"])

    def texts(self) -> dict[str, str]:
        """Texts by piece for ``services.save_section``."""
        return {piece.key: self.cleaned_data[piece_field(piece.key)] for piece in PIECES[self.kind]}


def piece_field(key: str) -> str:
    """Name of the form field of a piece; ASCII also for dimensions."""
    keys = [piece.key for pieces in PIECES.values() for piece in pieces]
    return f"piece_{keys.index(key)}"
