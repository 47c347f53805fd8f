"""A letter as a composition, from which its PDF and Word document are made."""

from greendistrict.documents.enums import Confidentiality
from greendistrict.workflow.letters import Letter
from reports.composition.blocks import Composition, PaperColumn, PaperTable, Paragraph
from reports.composition.enums import Style

NARROW = {"序号": 12, "结论": 20, "性质": 18, "数量": 20}


def composition_of(letter: Letter, *, is_demo: bool) -> Composition:
    """Heading, number, addressee, body with its table, 附件, issuer and day, contact, 抄送."""
    table = PaperTable("", tuple(PaperColumn(head, NARROW.get(head)) for head in letter.heads), letter.lines)
    return Composition(
        letter.title,
        (
            *(Paragraph(text) for text in letter.paragraphs),
            *((table,) if letter.lines else ()),
            *(Paragraph(text) for text in letter.closing),
        ),
        style=Style.LETTER,
        number=letter.number_line,
        to=letter.to_line,
        annexes=letter.annex_lines,
        issuer=letter.issuer_line,
        dated=letter.day_line,
        contact=letter.contact_line,
        copies=letter.copy_line,
        marks=("参考稿", *letter.marks),
        is_demo=is_demo,
        confidentiality=Confidentiality.PUBLIC if letter.is_public else Confidentiality.INTERNAL,
    )
