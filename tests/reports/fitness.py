"""What every PDF of a report or letter must have, whatever it is about."""

import re
from collections import Counter, defaultdict
from io import BytesIO
from itertools import pairwise

import pikepdf
import pypdfium2
from openpyxl import load_workbook

from reports.composition.blocks import Chart, Heading, Paragraph
from reports.composition.charts import alternative
from reports.composition.enums import ParagraphStyle, Style
from reports.composition.printed import lines_of, texts_of
from reports.composition.unbroken import kept_in
from tests import pdf_texts
from tests.reports.common.test_files import NAMED, families

# Words of the makers of the portal to its users or to themselves; a paper that is handed on says none.
MAKERS_NOTES = (
    *("本平台理解", "待市住建委确认", "待市级确认", "默认值", "请补录", "快照", "报送后编号", "报送后显示"),
    *("须有结论", "惯例，文件未规定", "不作图", "待确认"),
    *("您", "填报中"),  # a paper speaks to nobody, and says of a form that it is not filed
)
SOFTWARE = ("关账", "红灯")  # words of the portal for its own work; no yearly report says them
ARCHIVABLE = ("3", "A")
SHORTEST = 5  # characters of what is looked for; a shorter one is part of others
MM = 72 / 25.4
EDGE = 20 * MM
TOP, FOOT = (297 - 37) * MM, 35 * MM  # of the text of an upright page, from below, as in report.css
SIZES = [595, 842], [842, 1191]  # A4, A3
FEW = 10  # full lines: of fewer no share is asked
RULE = pypdfium2.raw.FPDF_PAGEOBJ_PATH
THIN, HIGH = 2, 6  # points of a rule
FLUSH, NEAR = 0.9, 1.5  # share of full lines that end at the right edge; points from it
UNIT_CLOSE = re.compile(r"\d(?:kgCO₂e|tCO₂e?)(?![A-Za-z])")
AS_TEXT = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)? ?%|[12]\d{3}年\d{1,2}月\d{1,2}日|\d{4}-\d\d-\d\d|\d+/\d+，.*%.*")
HEAD = re.compile(r"([一二三四五六七八九十]+、|（[一二三四五]）|[1-9]\. ).{2,14}")  # of a part, alone at the foot of its page


def unfit(content, paper):
    """What the PDF of this composition lacks: tags, language, marks of PDF/A, named fonts, a bookmark for each heading, its figures.

    And what its pages lack: size, number and marks, a heading that does not stand alone at the foot, words within the edges of the paper;
    what is said for its charts; and in its workbook the marks, the head repeated, cells without formula, linked to other sheets alone.
    """
    with pikepdf.open(BytesIO(content)) as document, document.open_outline() as outline:
        with document.open_metadata(set_pikepdf_as_editor=False) as about:
            marked = (about.get("pdfaid:part"), about.get("pdfaid:conformance"))
        root = document.Root
        parts = [part for part in document.objects if isinstance(part, pikepdf.Dictionary)]
        said = "".join(str(part["/Alt"]) for part in parts if "/Alt" in part)
        books = [load_workbook(BytesIO(one.get_file().read_bytes())) for one in document.attachments.values()]
        found = {
            "tags": "/StructTreeRoot" in root and bool(root.MarkInfo.Marked),
            "language": str(root.get("/Lang")) == "zh-CN",
            "marks of PDF/A": marked == ARCHIVABLE and "/OutputIntents" in root,
            "bookmarks": list(_titles(outline.root)) == [block.text for _, block in paper.under_headings() if isinstance(block, Heading)],
            "scope of heads": all("/Scope" in part.get("/A", {}) for part in parts if part.get("/S") == "/TH"),
            "no heading level skipped": _steps([int(str(part.S)[2:]) for part in parts if re.fullmatch(r"/H\d", str(part.get("/S")))]),
            "figures": list(document.attachments) == ([] if paper.style is Style.LETTER else [f"{paper.title}.xlsx"]),
            "size": all(sorted(map(round, page.mediabox[2:])) in SIZES for page in document.pages),
            "fonts inside": all("/FontFile" in str(part.keys()) for part in parts if part.get("/Type") == "/FontDescriptor"),
            "words of charts": all(block.caption in said for _, block in paper.under_headings() if isinstance(block, Chart)),
        }
    found["workbook"] = all(_holds(sheet, paper) for book in books for sheet in book)
    found["units set apart"] = not any(UNIT_CLOSE.search(text) for text in texts_of(paper))
    found["words within their cells"] = crossed(content, paper) == []
    texts = pdf_texts.texts_of(content)
    numbered = [[f"—{number}—", *paper.all_marks] for number in range(1, len(texts) + 1)]
    found["numbers and marks"] = all(word in re.sub(r"\s", "", text) for text, words in zip(texts, numbered, strict=True) for word in words)
    found["no heading alone"] = not any(HEAD.fullmatch(_last_line(text)) for text in texts)
    found["nothing breaks that stays together"] = broken(content, paper) == []
    found["nine tenths of the full lines flush"] = flush_share(content, paper) >= FLUSH
    found["words within the page"] = all(_edges(content))
    strange = families(content) - NAMED
    return [name for name, holds in found.items() if not holds] + sorted(strange)


def _holds(sheet, paper):
    """Whether a sheet bears the marks, repeats its head unless it is short, has neither formula nor link, and days and shares as such."""
    headed = sheet.title[:1] == "图" or sheet.title == "概况" or (sheet.freeze_panes, sheet.print_title_rows) == ("A4", "$3:$3")
    plain = all(
        cell.data_type in {"s", "n", "d"} and not (cell.hyperlink and cell.hyperlink.target) for row in sheet.iter_rows() for cell in row
    )
    texts = (cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str))
    typed = not any(AS_TEXT.fullmatch(text.strip()) for text in texts)
    return headed and plain and typed and all(mark in str(sheet["A2"].value) for mark in paper.all_marks)


def broken(content, paper):
    """Dates, numbers with their unit, numbers of matters and references to clauses of a paper that do not stand on one line of its PDF."""
    lines = [re.sub(r"\s", "", line) for text in pdf_texts.texts_of(content) for line in text.splitlines()]
    asked = Counter(re.sub(r"\s", "", part) for text in texts_of(paper) for part in kept_in(text) if len(part) >= SHORTEST)
    return [part for part, count in asked.items() if sum(line.count(part) for line in lines) < count]


def crossed(content, paper):
    """Lines of a PDF through a sign of which the upright rule of a table goes: words that do not fit into their cell."""
    drawn = "".join(alternative(block) for _, block in paper.under_headings() if isinstance(block, Chart))
    found = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            bounds = [thing.get_bounds() for thing in page.get_objects(filter=(RULE,), max_depth=1)]
            upright = [box for box in bounds if box[2] - box[0] < THIN and box[3] - box[1] > HIGH]
            signs = page.get_textpage()
            at = 0
            for line in signs.get_text_range().split("\r\n") if upright else ():
                places = range(at, at + len(line))
                at += len(line) + 2
                if line not in drawn and any(_is_crossed(signs.get_charbox(place), upright) for place in places):
                    found.append(line)
    return found


def _is_crossed(box, rules):
    left, bottom, right, top = box
    middle = (bottom + top) / 2
    return any(left + NEAR < (low[0] + low[2]) / 2 < right - NEAR and low[1] < middle < low[3] for low in rules)


def flush_share(content, paper):
    """Share of the full lines of the running text whose last sign ends where most of their page do; 1 of a few."""
    texts = [
        re.sub(r"\s", "", line)
        for _, block in paper.under_headings()
        if isinstance(block, Paragraph) and block.style is ParagraphStyle.BODY
        for line in lines_of(block.text)
    ]
    with pypdfium2.PdfDocument(content) as document:
        found = [(number, *one) for number, page in enumerate(document) for one in _ends(page.get_textpage())]
    found = [one for one in found if any(one[1] in text and not text.endswith(one[1]) for text in texts)]
    body = max(((len(line), high) for _, line, _, high in found), default=(0, 0))[1]
    ends = defaultdict(list)
    for number, _, end, high in found:
        if abs(high - body) < NEAR:  # cells of tables and words of charts that stand in the text as well are smaller
            ends[number].append(end)
    flush = [abs(end - max(page)) < NEAR for page in ends.values() for end in page]
    return sum(flush) / len(flush) if len(flush) >= FEW else 1


def room_left(content):
    """Of each upright page, the share of its text area that is empty below its last line, rule or picture."""
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            below = [thing.get_bounds()[1] for thing in page.get_objects(max_depth=1)]
            yield (min((bottom for bottom in below if bottom > FOOT - MM), default=TOP) - FOOT) / (TOP - FOOT)


def _ends(signs):
    """Words of each line of a page without blanks, where its last sign ends, and the height of its first one."""
    lines = defaultdict(list)
    for at, sign in enumerate(signs.get_text_range()):
        if not sign.isspace():
            left, bottom, right, top = signs.get_charbox(at, loose=True)
            lines[round(bottom)].append((left, right, sign, top - bottom))
    for line in map(sorted, lines.values()):
        yield "".join(sign for _, _, sign, _ in line), line[-1][1], line[0][3]


def _steps(levels):
    """Whether each heading is at most one level below the one above it; objects stand in the order of the text."""
    return all(below <= above + 1 for above, below in pairwise(levels))


def _titles(items):
    for item in items:
        yield item.title
        yield from _titles(item.children)


def _last_line(text):
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not re.fullmatch(r"— ?\d+ ?—", line)][-1]


def _edges(content):
    """Of each page: whether no sign that is drawn reaches into its margins."""
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            signs = page.get_textpage()
            boxes = [signs.get_charbox(at) for at, sign in enumerate(signs.get_text_range()) if not sign.isspace()]
            yield min(box[0] for box in boxes) > EDGE and max(box[2] for box in boxes) < page.get_width() - EDGE
