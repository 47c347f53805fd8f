"""Supervision of plots and works, and changes of plots: a split, a split by mistake that was taken back, a new number."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from districts.common.enums import SupervisionKind
from districts.file.models.district import District
from districts.plot_changes import proposals
from districts.plot_changes.models import PlotChange
from districts.plot_changes.proposals import PlotPart, Proposal
from districts.plot_changes.services.recording import plots_to_change, record_change
from districts.plot_changes.services.revocation import revoke_change
from districts.plots.models import Plot
from districts.projects.models import Work
from districts.supervision.services import record_supervision
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from tools.demo.files import upload
from tools.demo.timing import moment

SITE = ("演示监理公司（虚构）", "进场材料和隐蔽部位的绿色生态内容与设计一致，旁站记录齐全（演示）。")
OVERSIGHT = ("演示质量安全监督站（虚构）", "抽查绿色生态内容2处，1处与设计不符，要求整改后复查（演示）。")
AGAIN = ("演示质量安全监督站（虚构）", "复查合格，整改完成（演示）。")


def supervise(district: District, preparer: User, housing: User, today: dt.date) -> None:
    """监理 on record by the applicant, 质量安全监督 by the 建设 bureau: of a plot and a work, while they were built."""
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


def change_plots(district: District, by: User, today: dt.date) -> None:
    """The last three plots on which nothing was begun: one is split, one split by mistake and put back, one gets a new number."""
    untouched = district.plots.filter(buildable=True, acquired_on=None, started_on=None, built_on=None, control=None)
    numbers = list(untouched.order_by("-number").values_list("number", flat=True)[:3])
    for at, number in enumerate(numbers):
        with clock.at(moment(today - dt.timedelta(days=36 - 6 * at))):
            if at < 2:  # noqa: PLR2004 -- the first two
                made = _split(district, number, by)
            else:
                _record(district, number, lambda plot: proposals.renumber(plot, f"{plot.number}甲"), "演示单元控规图则更新（虚构）", by)
        if at == 1:
            with clock.at(moment(today - dt.timedelta(days=28))):
                reason = "分割图读错，地块没有分割（演示）"
                revoke_change(change=made, reason=reason, by=by)


def _split(district: District, number: str, by: User) -> PlotChange:
    def halves(plot: Plot) -> Proposal:
        area, floor = plot.area_ha or Decimal(0), plot.floor_area
        first = half_up(area / 2, 2)
        half = None if floor is None else half_up(floor / 2, 0)
        parts = [PlotPart(f"{number}a", first, half), PlotPart(f"{number}b", area - first, None if floor is None else floor - (half or 0))]
        return proposals.split(plot, parts)

    return _record(district, number, halves, "演示区规划资源局关于地块分割的批复（虚构）", by)


def _record(district: District, number: str, propose: Callable[[Plot], Proposal], reason: str, by: User) -> PlotChange:
    def proposal() -> Proposal:
        return propose(plots_to_change(district, [number])[0])

    paper = f"演示规划资源〔{clock.today().year}〕{number}号"
    return record_change(
        district=district, propose=proposal, read=proposal().read, on=clock.today(), reason=reason, upload=upload("地块变更依据"),
        number=paper, by=by,
    )  # fmt: skip
