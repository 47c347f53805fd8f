"""Template tags that show a file, with its confidentiality, to people who may read it."""

from typing import Any
from uuid import UUID

from django import template
from django.http import HttpRequest
from django.template import Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from greendistrict.accounts.viewer import viewer_of
from greendistrict.documents.citations import Citation
from greendistrict.documents.enums import QUARANTINED, WITHHELD, Confidentiality, ScanState
from greendistrict.documents.forms import choice_of
from greendistrict.documents.models import Evidence
from greendistrict.documents.reading import reading_address
from greendistrict.documents.selectors import evidence_by_key, may_read

register = template.Library()


class ReadersNode(Node):
    """Content about a file for people who may read it; a fixed sentence for others."""

    child_nodelists = ("content",)

    def __init__(self, file: FilterExpression, content: NodeList) -> None:
        self.file, self.content = file, content

    def render(self, context: Context) -> SafeString:
        """Render the content with a mark if the level is not 内部, or the sentence."""
        file, viewer = self.file.resolve(context), viewer_of(context["request"])
        level = Confidentiality(file.confidentiality)
        shown = {
            "is_shown": viewer.is_somebody and may_read(viewer, file),
            "mark": "" if level == Confidentiality.INTERNAL else level.label,
            "scan": ScanState(file.scan).label if file.scan in QUARANTINED else "",
            "stripped": file.stripped,
            "content": self.content.render(context),
        }
        with context.push(**shown):
            return Engine.get_default().get_template("components/readers.html").render(context)


@register.tag
def readers(parser: Parser, token: Token) -> ReadersNode:
    """``{% readers file %}`` link and title ``{% endreaders %}``: must enclose every mention of a file on a page."""
    words = token.split_contents()
    if len(words) != 2:  # noqa: PLR2004 -- the tag and the file
        msg = "readers takes the file"
        raise TemplateSyntaxError(msg)
    content = parser.parse(("endreaders",))
    parser.delete_first_token()
    return ReadersNode(parser.compile_filter(words[1]), content)


@register.inclusion_tag("components/withheld.html")
def withheld() -> dict[str, Any]:
    """Text shown instead of a file that is too confidential for the reader."""
    return {"words": WITHHELD}


@register.inclusion_tag("components/level_choice.html")
def level_choice(name: str, anchor: str) -> dict[str, Any]:
    """Choice of confidentiality next to a file input that a template writes itself."""
    return choice_of(name, anchor)


@register.simple_tag(takes_context=True)
def file_of_key(context: Context, key: str) -> Evidence | None:
    """The file to which a text refers by key; None if the reader may not open it."""
    viewer = viewer_of(context["request"])
    return evidence_by_key(viewer, UUID(key)) if viewer.is_somebody else None


@register.simple_tag(takes_context=True)
def held_picture(context: Context, key: str) -> str:
    """URL of a picture not yet stored, on the page that asks whether to store it; empty for other pictures."""
    return str((context.get("held") or {}).get(key, ""))


@register.simple_tag
def reading_url(key: object, place: Any) -> str:
    """URL of the page that shows a file at the place given by a link or an entry of a frozen record."""
    return reading_address(key, Citation.of(place))


@register.filter
def cited(place: Any) -> str:
    """The place in words, such as 第12–14页，表3; empty if there is none."""
    return Citation.of(place).words


@register.filter
def cited_pages(place: Any) -> str:
    """The pages only, such as 第12–14页, for a file that is too confidential for the reader."""
    return Citation.of(place).pages


@register.filter
def readable_title(file: Evidence, request: HttpRequest) -> str:
    """Title of a file, or the fixed sentence for people who may not read it."""
    viewer = viewer_of(request)
    return file.title if viewer.is_somebody and may_read(viewer, file) else WITHHELD


@register.inclusion_tag("components/file_level.html", takes_context=True)
def file_level(context: Context, file: Evidence) -> dict[str, Any]:
    """Confidentiality of the file with a link to the page that changes it; empty for people who may not read the file."""
    viewer = viewer_of(context["request"])
    return {"file": file, "shown": viewer.is_somebody and may_read(viewer, file)}
