"""Pictures in a Word document: those that the portal put there, which carry their key, and those of other programs. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from greendistrict.core.layout_text import PICTURE, LayoutBlock, LayoutKind, picture_block, picture_line
from greendistrict.core.marked_text import plain_line

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
CROPPED = "{http://schemas.openxmlformats.org/drawingml/2006/main}srcRect"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
TEXT_BOX, CHART = f"{WORD}txbxContent", "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
IMAGE = "图片"
CROP = ("裁剪（图片按没有裁剪的原图带回）",)
LONGEST_CAPTION = 100
UNTITLED = "插图"
BY_PROGRAM = ("自动生成", "automatically generated")  # in descriptions that nobody wrote
TYPED_CAPTION = re.compile(r"图\s*[\d一二三四五六七八九十]+(?:[-－.．]\d+)*[\s:：.．、]*(.+)")


@dataclass(frozen=True)
class WordPicture:
    """A picture that was put into the document elsewhere: name of its part and content."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ShownPicture:
    """A picture in a paragraph: its caption, its key or the relation that leads to its content, and how it comes back otherwise."""

    caption: str
    file: str = ""
    related: str = ""
    changed: tuple[str, ...] = ()


def pictures_of(shape: Any) -> list[ShownPicture]:
    """Pictures that a shape shows."""
    return _known_picture(shape) or _new_pictures(shape)


def shape_in_words(shape: Any) -> str:
    """What a shape is."""
    return "文本框" if next(shape.iter(TEXT_BOX), None) is not None else "图表" if next(shape.iter(CHART), None) is not None else IMAGE


def caption_in(paragraph: LayoutBlock, picture: LayoutBlock, *, is_caption: bool) -> str:
    """Words of a paragraph that is the caption of the picture above it: by its style, or as 图1 where the picture has no words yet."""
    words = " ".join(map(plain_line, paragraph.lines))
    if is_caption:
        return words
    may_be = picture.lines == (UNTITLED,) and paragraph.kind == LayoutKind.PARAGRAPH
    typed = TYPED_CAPTION.fullmatch(words.strip()) if may_be else None
    return typed[1] if typed else ""


def _known_picture(shape: Any) -> list[ShownPicture]:
    """A picture that the portal put into the document."""
    for about in shape.iter(f"{DRAWING}docPr"):
        caption = " ".join(about.get("descr", "").split()) or UNTITLED
        line = picture_line(caption, about.get("title", "").removeprefix("file:"))
        if PICTURE.fullmatch(line):
            return [ShownPicture(caption, picture_block(line).file)]
    return []


def _new_pictures(shape: Any) -> list[ShownPicture]:
    """Pictures that were put into the document elsewhere, with the words that somebody wrote for them."""
    if shape.tag == f"{WORD}object" or shape_in_words(shape) != IMAGE:
        return []
    about = next(shape.iter(f"{DRAWING}docPr"), None)
    words = " ".join((about.get("descr", "") if about is not None else "").split())[:LONGEST_CAPTION]
    caption = UNTITLED if not words or any(sign in words for sign in BY_PROGRAM) else words
    relations = [one.get(f"{RELATED}embed") for one in shape.iter(BLIP)] + [one.get(f"{RELATED}id") for one in shape.iter(OLD_PICTURE)]
    changed = CROP if any(one.attrib for one in shape.iter(CROPPED)) else ()
    return [ShownPicture(caption, related=related, changed=changed) for related in relations if related]
