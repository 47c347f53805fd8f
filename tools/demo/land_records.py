"""Supervision of plots and works, and changes of plots.

Plots added after the title are changed by recorded acts: a split, a mistaken split that is undone, a new number. One plot of the pilot
baseline is split by a change case.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from approvals.cases.services import add_document
from approvals.changes import services as changes
from districts.file.models.district import District
from districts.land.land_use import name_of
from districts.lists.services import save
from districts.plot_changes import proposals
from districts.plot_changes.forms import proposing_from
from districts.plot_changes.models import PlotChange
from districts.plot_changes.proposals import PlotPart, Proposal
from districts.plot_changes.services import plots_to_change, record_change, revoke_change
from districts.plots.frozen import frozen_among
from districts.plots.models import Plot
from districts.projects.models import Work
from districts.supervision.models import SupervisionKind
from districts.supervision.services import record_supervision
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from tools.demo.case_steps import step
from tools.demo.files import upload
from tools.demo.timing import after, moment

People = Mapping[str, User]

SITE = ("演示监理公司（虚构）", "进场材料和隐蔽部位的绿色生态内容与设计一致，旁站记录齐全（演示）。")
OVERSIGHT = ("演示质量安全监督站（虚构）", "抽查绿色生态内容2处，1处与设计不符，要求整改后复查（演示）。")
AGAIN = ("演示质量安全监督站（虚构）", "复查合格，整改完成（演示）。")


def supervise(district: District, preparer: User, housing: User, today: dt.date) -> None:
    """Records of a plot and a work during construction: 监理 by the applicant, 质量安全监督 by the 建设 bureau."""
    plot = district.plots.filter(started_on__isnull=False).order_by("number").first()
    work = district.works.filter(started_on__isnull=False).order_by("name").first()
    for subject in (one for one in (plot, work) if one is not None):
        end = subject.built_on or today
        _found(subject, SupervisionKind.SITE, SITE, end - dt.timedelta(days=33), preparer)
        _found(subject, SupervisionKind.OVERSIGHT, OVERSIGHT, end - dt.timedelta(days=26), housing)
        _found(subject, SupervisionKind.OVERSIGHT, AGAIN, end - dt.timedelta(days=9), housing)


def _found(subject: Plot | Work, kind: SupervisionKind, told: tuple[str, str], day: dt.date, by: User) -> None:
    with clock.at(moment(day)):
        record_supervision(
            subject=subject, kind=kind, body=told[0], inspected_on=clock.today(), finding=told[1], upload=upload(f"{kind.label}记录"), by=by
        )


def add_plots(district: District, by: User, today: dt.date) -> None:
    """Add three plots of the updated unit plan with the next numbers; the frozen baseline does not contain them."""
    stem, _, last = max(district.plots.values_list("number", flat=True)).rpartition("-")
    with clock.at(moment(today - dt.timedelta(days=50))):
        for at in range(1, 4):
            values = {
                "number": f"{stem}-{int(last) + at:03d}",
                "sub_area": "东片区",
                "land_use_code": "0901",
                "land_use": name_of("0901"),
                "area_ha": Decimal("1.46"),
                "floor_area": Decimal(29_200),
                "owner": "演示科创公司（虚构）",
            }
            save(Plot, district=district, values=values, by=by)


def _untouched(district: District, *, frozen: bool) -> list[str]:
    """Numbers of plots without any progress, in descending order: those of the pilot baseline, or the others."""
    plots = list(district.plots.filter(buildable=True, acquired_on=None, started_on=None, built_on=None, control=None).order_by("-number"))
    held = {plot.pk for plot in frozen_among(district, plots)}
    return [plot.number for plot in plots if (plot.pk in held) == frozen]


def change_plots(district: District, by: User, today: dt.date) -> None:
    """Change the last three plots outside the baseline: one is split, one is split by mistake and restored, one gets a new number."""
    for at, number in enumerate(_untouched(district, frozen=False)[:3]):
        with clock.at(moment(today - dt.timedelta(days=36 - 6 * at))):
            if at < 2:  # noqa: PLR2004 -- the first two are split
                made = _split(district, number, by)
            else:
                _record(district, number, lambda plot: proposals.renumber(plot, f"{plot.number}甲"), "演示单元控规图则更新（虚构）", by)
        if at == 1:
            with clock.at(moment(today - dt.timedelta(days=28))):
                reason = "分割图读错，地块没有分割（演示）"
                revoke_change(change=made, reason=reason, by=by)


def split_by_case(district: District, people: People, today: dt.date) -> None:
    """A plot of the pilot baseline is split for two developers, from the request to the director's decision."""
    number, preparer, begin = _untouched(district, frozen=True)[0], people["preparer"], moment(today - dt.timedelta(days=27))
    with clock.at(begin):
        case = changes.start_change(district=district, kind="plot_split", by=preparer)
        halves = _halves(district.plots.get(number=number))
        typed = {
            f"{name}_{at}": "" if value is None else f"{value}"
            for at, part in enumerate(halves, start=1)
            for name, value in (("number", part.number), ("area", part.area_ha), ("floor", part.floor_area))
        }
        paper = f"演示规划资源〔{begin.year}〕{number}号"
        read = proposing_from("split", district, number, typed)().read
        values = {"plot": number, "typed": typed, "on": clock.today().isoformat(), "document_number": paper, "read": read}
        why = f"地块{number}分两宗供应，按演示区规划资源局的批复分割（虚构）"
        changes.save_change(case=case, by=preparer, values=values, reason=why, ground_file=upload("地块分割批复"))
        for slot, title in (("application", "变更申请"), ("comparison", "变更前后对照")):
            add_document(case=case, slot=slot, upload=upload(title), title=title, by=preparer)
        step("hand_up", case=case, by=preparer)
    with clock.at(after(begin, 1)):
        step("sign", case=case, by=people["reviewer"])
    with clock.at(after(begin, 4)):
        step("to_check", case=case, by=people["city_officer"], reason="批复和分割图已核对，面积与原地块相等（演示）")
    with clock.at(after(begin, 6)):
        step("agree", case=case, by=people["city_checker"])
    with clock.at(after(begin, 9)):
        step(
            "decide",
            case=case,
            by=people["city_director"],
            number=f"演沪建函〔{clock.today().year}〕26号",
            decided_on=clock.today(),
            scan=None,
        )


def _halves(plot: Plot) -> list[PlotPart]:
    area, floor = plot.area_ha or Decimal(0), plot.floor_area
    first = half_up(area / 2, 2)
    half = None if floor is None else half_up(floor / 2, 0)
    rest = None if floor is None else floor - (half or 0)
    return [PlotPart(f"{plot.number}a", first, half), PlotPart(f"{plot.number}b", area - first, rest)]


def _split(district: District, number: str, by: User) -> PlotChange:
    def halves(plot: Plot) -> Proposal:
        return proposals.split(plot, _halves(plot))

    return _record(district, number, halves, "演示区规划资源局关于地块分割的批复（虚构）", by)


def _record(district: District, number: str, propose: Callable[[Plot], Proposal], reason: str, by: User) -> PlotChange:
    def proposal() -> Proposal:
        return propose(plots_to_change(district, [number])[0])

    paper = f"演示规划资源〔{clock.today().year}〕{number}号"
    return record_change(
        district=district, propose=proposal, read=proposal().read, on=clock.today(), reason=reason, upload=upload("地块变更依据"),
        number=paper, by=by,
    )  # fmt: skip
