"""变更范围: replacing the 片区范围 or 规划范围 after a title; areas, affected plots and gates before and after."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django import forms

from approvals.cases.models.cases import Case
from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values, reason_of
from districts.boundaries.asking import STORED, AskedOutline, asked_boundary
from districts.boundaries.forms import BOUNDARY, AsksAboutOutline, file_field, system_field
from districts.boundaries.geojson import as_file
from districts.boundaries.geometry import reader
from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.boundaries.geometry.reader import ReadBoundary
from districts.boundaries.models import Boundary
from districts.boundaries.preview import MEANT
from districts.boundaries.services import adopt_read
from districts.common.enums import TITLED, BoundaryKind
from districts.facts.baseline_change import LISTS, current, effects_of, wanted_of
from districts.file.models.district import District
from districts.plots.models import Plot
from districts.plots.selectors.board import step_words
from districts.plots.succession import whole
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refusal

MOST_LINES = 40


def plot_lines(district: District, out: Sequence[str], into: Sequence[str]) -> list[ComparedValue]:
    """Number and area of both groups, then each plot and whether the pilot baseline contains it; a long list ends with a count."""
    if not (out or into):
        return []
    plots = district.plots.filter(number__in=[*out, *into]).select_related("control").prefetch_related("key_projects")
    rows = {plot.number: plot for plot in plots}
    held = {row["id"] for row in _frozen(district, "plots")}
    left, joined = ([rows[number] for number in numbers if number in rows] for numbers in (out, into))
    lines = [ComparedValue("调出范围的地块", _sum(left), "不在变更后的范围内")] if left else []
    lines += [ComparedValue(f"地块{plot.number}", _words(plot, held), "调出") for plot in left[:MOST_LINES]]
    lines += [ComparedValue("调入范围的地块", "不在原范围内", _sum(joined))] if joined else []
    lines += [ComparedValue(f"地块{plot.number}", "不在原范围内", _words(plot, held)) for plot in joined[:MOST_LINES]]
    if more := sum(max(0, len(listed) - MOST_LINES) for listed in (left, joined)):
        lines.append(ComparedValue("其余地块", f"{more}个", "见填写的编号"))
    return lines


def _frozen(district: District, name: str) -> list[dict[str, Any]]:
    baseline = current(district)
    return list(baseline.content.get(name, ())) if baseline else []


def _sum(plots: Sequence[Plot]) -> str:
    return f"{len(plots)}个，{sum((plot.area_ha for plot in plots), Decimal(0)).normalize():f}公顷"


def _words(plot: Plot, held: set[int]) -> str:
    projects = "、".join(project.name for project in plot.key_projects.all())
    parts = [f"{plot.area_ha.normalize():f}公顷", plot.land_use, step_words(plot)]
    parts += [f"重点项目：{projects}" if projects else "无重点项目", "在试点基线" if plot.pk in held else "不在试点基线"]
    return "，".join(part for part in parts if part)


def gate_lines(district: District, out: Sequence[str], into: Sequence[str], on: dt.date) -> list[ComparedValue]:
    """Gates of 八（三） after the baseline changes that the new boundary requires."""
    if not (out or into) or current(district) is None:
        return []
    lines = []
    for name, drop, add in (_plot_moves(district, out, into), _project_moves(district, out)):
        if drop or add:
            wanted = wanted_of(name, {"drop": drop, "add": add, "renew": ()})
            words = f"另办{LISTS[name]}基线变更后"
            lines += [ComparedValue(f"{words}：{line.what}", line.before, line.after) for line in effects_of(district, wanted, on)]
    return lines


def _plot_moves(district: District, out: Sequence[str], into: Sequence[str]) -> tuple[str, list[int], list[int]]:
    frozen = _frozen(district, "plots")
    held = {row["id"] for row in frozen}
    leaving = dict(district.plots.filter(number__in=list(out)).values_list("pk", "origins"))
    gone = {*leaving, *whole(leaving.values())}
    drop = [row["id"] for row in frozen if row["id"] in gone]
    return "plots", drop, [pk for pk in district.plots.filter(number__in=list(into)).values_list("pk", flat=True) if pk not in held]


def _project_moves(district: District, out: Sequence[str]) -> tuple[str, list[int], list[int]]:
    """Key projects of the baseline that lie entirely on leaving plots."""
    held = {row["id"] for row in _frozen(district, "key_projects")}
    touched = district.key_projects.filter(pk__in=held, plots__number__in=out).distinct().prefetch_related("plots")
    return "key_projects", [project.pk for project in touched if all(plot.number in out for plot in project.plots.all())], []


KINDS = [(kind.value, kind.label) for kind in (BoundaryKind.PLAN, BoundaryKind.AREA)]
TOO_LARGE = "待开发用地面积大于规划范围面积"
FIGURES = {"area_km2": "规划范围面积（km²）", "developable_km2": "待开发用地面积（km²）"}
OUT_HELP = "变更后不在范围内的，填编号，用顿号隔开；地块没有图形，不能由平台判断"
IN_HELP = "变更后划进范围的，先登记到地块清单，再填编号"


def _figure(name: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=f"变更后的{FIGURES[name]}", required=False, min_value=0, max_digits=8, decimal_places=4, help_text="不填即不变"
    )


def _numbers(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": 2}))


class BoundaryChangeForm(ChangeForm, AsksAboutOutline):
    """The new boundary as a file; a file that was read is kept with the draft, with what was confirmed about it."""

    kind = BOUNDARY["kind"].form_field(choices=KINDS, initial=BoundaryKind.PLAN)
    file = file_field(required=False)
    system = system_field()
    area_km2 = _figure("area_km2")
    developable_km2 = _figure("developable_km2")
    plots = _numbers("调出范围的地块", OUT_HELP)
    plots_in = _numbers("调入范围的地块", IN_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read: dict[str, Any] = (kwargs.get("initial") or {}).get("read") or {}
        if self.read:
            self.fields["file"].help_text = f"已读入“{self.read['name']}”，{self.read['area_km2']}平方公里；不换文件的不用再选"
        for name in ("plots", "plots_in"):
            kept = self.initial.get(name)
            self.initial[name] = "、".join(kept) if isinstance(kept, list) else kept

    def clean_plots(self) -> list[str]:
        """Numbers of the district's plots that leave the boundary."""
        return self._known("plots")

    def clean_plots_in(self) -> list[str]:
        """Numbers of the district's plots that enter the boundary; a leaving plot is refused."""
        found = self._known("plots_in")
        if both := [name for name in found if name in self.cleaned_data.get("plots", ())]:
            msg = f"不能同时调出和调入：{'、'.join(both[:10])}"
            raise forms.ValidationError(msg)
        return found

    def _known(self, field: str) -> list[str]:
        names = [name for name in re.split(r"[、，,;；\s]+", self.cleaned_data[field]) if name]
        known = set(self.district.plots.filter(number__in=names).values_list("number", flat=True))
        if unknown := [name for name in names if name not in known]:
            msg = f"查无此地块：{'、'.join(unknown[:10])}"
            raise forms.ValidationError(msg)
        return list(dict.fromkeys(names))

    def clean(self) -> dict[str, Any]:
        """Read the file, so that its problems are shown at its field; what was read for another boundary or area is checked anew."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        if upload is None and not self.read and "file" not in self.errors:
            self.add_error("file", "请选择范围文件")
        if upload is None and (not self.read or "kind" in self.errors or self._checked_for(cleaned).items() <= self.read.items()):
            return cleaned
        try:
            asked = self._asked_again(cleaned) if upload is None else self._asked(cleaned, upload)
        except BoundaryError as error:
            self.add_error(error.field if error.field in self.fields else "file", str(error))
            return cleaned
        if (asked.preview.oddities or asked.preview.has_to_choose) and self.asks(asked.preview):
            if "check" not in self.errors:
                self.add_error("check", "图形有异常，请核对，确认后再保存")
            return cleaned
        found, confirmed = asked.found, asked.preview.answered(cleaned["check"]).confirmed
        kept: dict[str, Any] = {"geometry": found.geometry, "area_km2": str(found.area_km2), "format": found.format, "system": found.system}
        kept |= {"points": found.points, "name": asked.name, "sha256": asked.digest} if upload else self.read
        meant = [] if upload else [words for words in self.read.get("confirmed", ()) if words.startswith(MEANT)]
        self.read = {**kept, **self._checked_for(cleaned), "confirmed": [*meant, *confirmed]}
        return cleaned

    def _asked(self, cleaned: dict[str, Any], upload: Any) -> AskedOutline:
        """The uploaded outline beside its neighbours. Raises ``BoundaryError``."""
        reader.hold_size(upload.size or 0)
        return asked_boundary(
            self.district, cleaned.get("kind", BoundaryKind.PLAN), upload.read(), (upload.name or "范围")[-200:],
            system=cleaned.get("system", ""), answer=cleaned["check"], stated=self._stated(cleaned),
        )  # fmt: skip

    def _asked_again(self, cleaned: dict[str, Any]) -> AskedOutline:
        """The outline of the draft beside its neighbours. Raises ``BoundaryError``."""
        return asked_boundary(
            self.district, cleaned["kind"], as_file(self.read["geometry"]), self.read["name"],
            system=STORED, answer=cleaned["check"], stated=self._stated(cleaned), is_stored=True,
        )  # fmt: skip

    def _checked_for(self, cleaned: dict[str, Any]) -> dict[str, str]:
        """The boundary that the outline is to be, and the area that it was compared with."""
        stated = self._stated(cleaned)
        return {"kind": cleaned.get("kind", BoundaryKind.PLAN), "stated": "" if stated is None else f"{stated.normalize():f}"}

    def _stated(self, cleaned: dict[str, Any]) -> Decimal | None:
        """Planned area after the change, with which the outline of the plan is compared."""
        return cleaned.get("area_km2") if cleaned.get("kind") == BoundaryKind.PLAN else None

    def values(self) -> dict[str, Any]:
        """Boundary kind, outline read from the file, figures as text, numbers of leaving and entering plots."""
        figures = {name: str(self.cleaned_data[name]) for name in FIGURES if self.cleaned_data[name] is not None}
        plots = {name: self.cleaned_data[name] for name in ("plots", "plots_in")}
        return {"kind": self.cleaned_data["kind"], "read": self.read, **plots, **figures}


def _newest(district: District, values: Values) -> Boundary | None:
    return district.boundaries.filter(kind=values.get("kind", "")).order_by("-number").first()


def lines(district: District, values: Values) -> list[ComparedValue]:
    """Areas and stated figures before and after, and the plots that leave or enter."""
    old, read = _newest(district, values), values["read"]
    label = str(BoundaryKind(values["kind"]).label)
    before = f"第{old.number}版，{old.area_km2} km²" if old else "没有登记图形"
    found = [ComparedValue(label, before, f"第{old.number + 1 if old else 1}版，{read['area_km2']} km²（{read['name']}）")]
    found += [ComparedValue("登记图形时确认", "", words) for words in read.get("confirmed", ())]
    if old:
        change = Decimal(read["area_km2"]) - old.area_km2
        found.append(ComparedValue("图形面积增减", "", f"{change:+} km²"))
    for name, words in FIGURES.items():
        if name in values:
            now = getattr(district, name)
            found.append(ComparedValue(words, "未填" if now is None else f"{now.normalize():f}", f"{Decimal(values[name]).normalize():f}"))
    return [*found, *plot_lines(district, values["plots"], values.get("plots_in", ()))]


def against(district: District, values: Values, _on: dt.date) -> list[Refusal]:
    """Refusals: same outline, or a developable area larger than the whole."""
    found, old = [], _newest(district, values)
    if old is not None and old.geometry == values["read"]["geometry"]:
        found.append(Refusal("变更前后的图形相同", field="file"))
    whole, part = (Decimal(values[name]) if name in values else getattr(district, name) for name in FIGURES)
    if whole is not None and part is not None and part > whole:
        found.append(Refusal(TOO_LARGE, required=f"不超过{whole}平方公里", found=f"{part}平方公里", field="developable_km2"))
    return found


def effects(district: District, values: Values, on: dt.date) -> list[ComparedValue]:
    """Gates as they would be if leaving plots were dropped from the pilot baseline and entering ones added; that takes further changes."""
    return gate_lines(district, values["plots"], values.get("plots_in", ()), on)


def apply(change: Applying) -> str:
    """Store the next version of the boundary and its figures; the baselines stay as they are."""
    values, read, district = change.values, change.values["read"], change.district
    found = ReadBoundary(read["geometry"], Decimal(read["area_km2"]), read["format"], read["system"], read["points"])
    figures = {name: Decimal(values[name]) for name in FIGURES if name in values}
    for name, figure in figures.items():
        setattr(district, name, figure)
    district.save(update_fields=list(figures))
    reason = fitted(Boundary, "reason", reason_of(change.case, change.reason))
    made = adopt_read(
        district=district,
        kind=values["kind"],
        found=found,
        name=read["name"],
        digest=read["sha256"],
        by=change.by,
        reason=reason,
        confirmed=read.get("confirmed", ()),
    )
    return f"{made.get_kind_display()}改为第{made.number}版，{made.area_km2}平方公里"


def trace(case: Case) -> dict[str, Any]:
    """Versions of the boundary created by the case: size, file, and digest of the outline."""
    made = case.district.boundaries.filter(reason__startswith=reason_of(case, "")).order_by("kind", "number")
    return {
        f"{row.get_kind_display()}第{row.number}版": {
            "area_km2": str(row.area_km2),
            "file": [row.file_name, row.sha256],
            "outline": sha256(json.dumps(row.geometry, sort_keys=True).encode()).hexdigest(),
        }
        for row in made
    }


BOUNDARY_CHANGE = ChangeKind(
    key="boundary",
    label="变更范围",
    group=ChangeGroup.TARGET,
    hint="称号授予后范围不能直接改；已冻结的基线不随之变化，地块调出的另办地块基线变更",
    form=BoundaryChangeForm,
    lines=lines,
    against=against,
    apply=apply,
    effects=effects,
    open_to=lambda district: district.stage in TITLED,
    director="change_of_baseline",
    trace=trace,
)
