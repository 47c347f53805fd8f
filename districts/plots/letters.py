"""Letters about a plot: the question (征询函) of the 规划资源 department, and the reply with the requirements."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from districts.common.enums import Acquisition, IndicatorDemand, OpinionPurpose
from districts.file.rules import may_edit_district, may_read_file
from districts.file.selectors.bodies import bodies_with
from districts.land.green_indicators import Indicator, demand_of, indicators, show
from districts.plots.models import OpinionResult, PlotOpinion, SupplierLevel
from districts.plots.rules import answers_opinion, party_to_plot
from greendistrict.accounts.enums import Department
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.rounding import fixed
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow.letters import BLANK, Draft, Letter, LetterSource, sentences

RESULTS = {
    OpinionResult.AGREED: "同意该设计方案",
    OpinionResult.AMENDED: "同意修改后的设计方案，修改意见如下",
    OpinionResult.OBJECTED: "不同意该设计方案，意见如下",
}


def _seen(viewer: Viewer, pk: int) -> PlotOpinion | None:
    """Question on a plot whose file the person reads, or put to the person's body."""
    related = ("plot__district", "organisation")
    opinion: PlotOpinion | None = PlotOpinion.objects.select_related(*related).filter(pk=pk).first()
    if opinion is None:
        return None
    if opinion.carried_from_id:
        return _seen(viewer, opinion.carried_from_id)
    district, plot = opinion.plot.district, opinion.plot
    held = viewer.held
    return opinion if may_edit_district(held, district) or may_read_file(held, district) or party_to_plot(held, plot) else None


def opinion_drafts(one: PlotOpinion, viewer: Viewer) -> Iterator[Draft]:
    """The question, and the reply: as given, or as a draft for the body that is asked."""
    yield Draft("ask", f"征询函（{one.department}）", partial(_asking, one))
    if one.answered_on or (one.organisation_id and answers_opinion(viewer.held, one)):
        yield Draft("reply", f"复函（{one.department}）", partial(_reply, one))


def _sentence(one: PlotOpinion) -> citing.Sentence:
    if one.purpose == OpinionPurpose.DESIGN:
        return citing.DESIGN
    return citing.CONSULTED_GRANTED if one.plot.acquisition == Acquisition.GRANT else citing.CONSULTED_ALLOCATED


def _land_office(one: PlotOpinion) -> str:
    if one.level == SupplierLevel.CITY:
        return "市规划资源部门"
    known = bodies_with(one.plot.district, Department.PLANNING)
    return known[0].name if len(known) == 1 else "区规划资源部门"


def _subject(one: PlotOpinion) -> str:
    what = "设计方案" if one.purpose == OpinionPurpose.DESIGN else "绿色生态指标要求"
    return f"{one.plot.district.name}地块{one.plot.number}{what}"


def _plot(one: PlotOpinion) -> str:
    plot = one.plot
    area = f"，用地面积{fixed(plot.area_ha)}公顷" if plot.area_ha else ""
    use = f"，用地性质为{plot.land_use}" if plot.land_use else ""
    acquired = f"，取得方式为{plot.get_acquisition_display()}" if plot.acquisition else ""
    return f"该地块位于{plot.district.name}{use}{area}{acquired}。"


def _asking(one: PlotOpinion) -> Letter:
    day = one.asked_on
    return Letter(
        title=f"关于征询{_subject(one)}意见的函",
        to=one.department,
        paragraphs=(
            f"根据{citing.cited(_sentence(one), day)}，现就{_subject(one)}征询你单位意见。{_plot(one)}",
            f"请于{cn_date(one.due_on)}（含当日）前函复。逾期未复的，将再次提醒，不视为同意。",
        ),
        day=day,
        by=_land_office(one),
        contact=letter_texts.contact_of(_land_office(one)),
    )


def demands(one: PlotOpinion) -> dict[IndicatorDemand, list[Indicator]]:
    """The nine indicators by what the reply requires; empty for a design review or an unanswered question."""
    is_stated = one.purpose == OpinionPurpose.CONDITIONS and one.answered_on is not None
    found: dict[IndicatorDemand, list[Indicator]] = {demand: [] for demand in IndicatorDemand}
    for key, known in indicators().items():
        found[demand_of(one.required.get(key, ""), is_stated=is_stated)].append(known)
    return found


def _reply(one: PlotOpinion) -> Letter:
    day, district = one.answered_on, one.plot.district
    demanded = demands(one)
    asked = [(known, show(known, one.required[known.key])) for known in demanded[IndicatorDemand.REQUIRED]]
    rest = demanded[IndicatorDemand.NOT_REQUIRED]
    unlisted = "（未列入的指标不作要求）" if rest else ""
    others = [f"对{'、'.join(known.name for known in rest)}不作要求。"] if rest and not asked else []
    planned = asked and district.plans.filter(approved_on__lte=day or dt.date.max).exists()
    ground = f"根据{citing.cited(_sentence(one), one.asked_on)}{'和绿色生态专业规划' if planned else ''}，"
    put_into = "纳入土地出让合同" if one.plot.acquisition == Acquisition.GRANT else "在核发规划土地意见书时落实"
    said = (
        f"提出绿色生态相关指标要求，列表如下{unlisted}。请{put_into}。"
        if asked
        else f"经研究，{RESULTS[OpinionResult(one.result)] if one.result else BLANK}。"
    )
    return Letter(
        title=f"关于{_subject(one)}的复函",
        to=_land_office(one),
        number=one.number,
        paragraphs=(
            f"你部门{cn_date(one.asked_on)}就{_subject(one)}征求意见的来函收悉。{_plot(one)}",
            f"{ground}{said}",
            *(() if asked else sentences(one.text)),
        ),
        heads=("序号", "指标", "要求", "单位", "比较") if asked else (),
        lines=tuple(
            (f"{order}", known.name, f"{value}", known.unit or "—", known.comparison) for order, (known, value) in enumerate(asked, start=1)
        ),
        closing=(*others, *(sentences(one.text) if asked else ()), "特此函复。"),
        day=day,
        by=one.department,
        contact=letter_texts.contact_of(one.department),
        copied_to=tuple(district.applicant.name for _ in range(1) if district.applicant),
    )


SOURCE = LetterSource(
    PlotOpinion,
    _seen,
    opinion_drafts,
    lambda one: reverse("districts:plot_control", args=[one.plot.district.code, one.plot_id]),
    lambda one: one.plot.district.is_demo,
)
