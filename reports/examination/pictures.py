"""The table of the examination as bars: one picture for each matter, bodies in the order of the table."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString

from approvals.common.enums import TitleKind
from greendistrict.core.bullet_chart import Bullet, bullets
from reports.examination.figures import FILED, NO_RECORD, WORKING, Examination, ExaminationRow


class _Matter(NamedTuple):
    """A matter: its name, what the narrow and the wide bar show, and the columns that they count; no wide bar without ``whole``."""

    name: str
    told: str
    part: str
    whole: tuple[str, ...] = ()


MATTERS = (
    _Matter("称号", "窄条为示范，宽条为试点和示范", TitleKind.DEMONSTRATION, (TitleKind.PILOT, TitleKind.DEMONSTRATION)),
    _Matter("自查", "窄条为已接收，宽条为应报", "check_received", ("check_owed",)),
    _Matter("运营工作报告", "窄条为已报送，宽条为应报", "operation_filed", ("operation_owed",)),
    _Matter("碳排放核查报告", "窄条为已报送，宽条为应报", "carbon_filed", ("carbon_owed",)),
    _Matter("未报，期限待市级确认", "份", "unconfirmed"),
    _Matter("评估结论", "窄条为合格，宽条为合格和不合格", "passed", ("passed", "failed")),
    _Matter("检查问题", "当年查出，个", "findings"),
    _Matter("未销号的检查问题", "窄条为严重，宽条为全部", "serious", ("open",)),
)


@dataclass(frozen=True)
class ExaminationPicture:
    """One matter: name, what its bars show, the total, and the drawing."""

    name: str
    told: str
    total: str
    drawing: SafeString


@dataclass(frozen=True)
class ExaminationPictures:
    """Pictures of the matters of which anything is counted; names of those with nothing to count, and of those not known."""

    drawn: tuple[ExaminationPicture, ...]
    nothing: tuple[str, ...]
    unknown: tuple[str, ...]


def pictures_of(found: Examination) -> ExaminationPictures:
    """The pictures of a table."""
    totals = [(matter, _bullet(found.total, matter)) for matter in MATTERS]
    return ExaminationPictures(
        tuple(_picture(found, matter, total) for matter, total in totals if total.value or total.whole),
        tuple(matter.name for matter, total in totals if total.value is not None and not total.value and not total.whole),
        tuple(matter.name for matter, total in totals if total.value is None),
    )


def _picture(found: Examination, matter: _Matter, total: Bullet) -> ExaminationPicture:
    rows = [_bullet(row, matter) for row in found.rows]
    drawing = bullets(rows, title=f"{matter.name}（{matter.told}）", unknown=NO_RECORD)
    return ExaminationPicture(matter.name, matter.told, total.words, drawing)


def _bullet(row: ExaminationRow, matter: _Matter) -> Bullet:
    if matter.part in FILED and not row.counts[WORKING]:
        return Bullet(row.name, None)
    whole = sum(row.counts[key] for key in matter.whole) if matter.whole else None
    return Bullet(row.name, row.counts[matter.part], whole)
