"""自评报告 as a Word document to be edited in the office and imported again."""

from io import BytesIO

from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import SECTIONS
from assessments.self_checks.report_word import mark_of
from assessments.self_checks.selectors.report import report_rows
from assessments.self_checks.selectors.self_checks import pictures_in
from assessments.tables.rules import may_edit_table
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from reports.annual.sections import laid_out
from reports.composition.blocks import Composition, Heading
from reports.composition.enums import Style


def title_of(check: SelfCheck) -> str:
    """Title of the report and of its file."""
    return f"{check.district}{check.year}年度自评报告"


def compose(viewer: Viewer, check: SelfCheck) -> Composition:
    """Title, unit and date with place for the seal, and sections as the viewer sees them; the sections alone are imported again."""
    texts = dict(report_rows(viewer, check))
    pictures = pictures_in(texts.values(), check.district_id, viewer)
    blocks = [
        block for one in SECTIONS for block in (Heading(one.title), *laid_out(texts.get(one.title, ""), "", level=2, pictures=pictures))
    ]
    draft = ("草稿",) if may_edit_table(viewer.held, check.table) else ()
    unit = check.district.applicant.name if check.district.applicant else "　" * 8
    day = cn_date(check.filed_at.astimezone(clock.SHANGHAI).date()) if check.filed_at else "　　　　年　　月　　日"
    signed = f"申报主体（盖章）：{unit}　　日期：{day}"
    return Composition(title_of(check), tuple(blocks), Style.LETTER, subtitle=signed, marks=draft, is_demo=check.district.is_demo)


def word_of(viewer: Viewer, check: SelfCheck) -> bytes:
    """The document, with the mark by which it is recognised at import."""
    from docx import Document  # noqa: PLC0415 -- only who asks for it pays for it

    from reports.composition.docx import docx_of  # noqa: PLC0415 -- as above

    document = Document(BytesIO(docx_of(compose(viewer, check), code="")))
    document.core_properties.keywords = mark_of(check.pk, {one.key: str(check.report.get(one.key, "")) for one in SECTIONS})
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
