"""Template tags that show a file to who may read it, and its confidentiality."""

from typing import Any
from uuid import UUID

from django import template
from django.template import Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from greendistrict.accounts.models import User
from greendistrict.documents.citations import Citation
from greendistrict.documents.enums import QUARANTINED, WITHHELD, Confidentiality, ScanState
from greendistrict.documents.forms import choice_of
from greendistrict.documents.models import Evidence
from greendistrict.documents.reading import reading_address
from greendistrict.documents.selectors import evidence_by_key, may_read

register = template.Library()


class ReadersNode(Node):
    """What a page says of a file, for its readers; for others that there is something."""

    child_nodelists = ("content",)

    def __init__(self, file: FilterExpression, content: NodeList) -> None:
        self.file, self.content = file, content

    def render(self, context: Context) -> SafeString:
        """The content with a mark of what is not 内部, or the sentence."""
        file, user = self.file.resolve(context), context["request"].user
        level = Confidentiality(file.confidentiality)
        shown = {
            "is_shown": isinstance(user, User) and may_read(user, file),
            "mark": "" if level == Confidentiality.INTERNAL else level.label,
            "scan": ScanState(file.scan).label if file.scan in QUARANTINED else "",
            "content": self.content.render(context),
        }
        with context.push(**shown):
            return Engine.get_default().get_template("components/readers.html").render(context)


@register.tag
def readers(parser: Parser, token: Token) -> ReadersNode:
    """``{% readers file %}`` link and title ``{% endreaders %}``: every page that names a file stands in it."""
    words = token.split_contents()
    if len(words) != 2:  # noqa: PLR2004 -- the tag and the file
        msg = "readers takes the file"
        raise TemplateSyntaxError(msg)
    content = parser.parse(("endreaders",))
    parser.delete_first_token()
    return ReadersNode(parser.compile_filter(words[1]), content)


@register.inclusion_tag("components/withheld.html")
def withheld() -> dict[str, Any]:
    """What stands in the place of a file that is too confidential for the reader."""
    return {"words": WITHHELD}


@register.inclusion_tag("components/level_choice.html")
def level_choice(name: str, anchor: str) -> dict[str, Any]:
    """The choice of confidentiality beside a file input that a page writes itself."""
    return choice_of(name, anchor)


@register.simple_tag(takes_context=True)
def file_of_key(context: Context, key: str) -> Evidence | None:
    """The file that a text names by its key; None where the reader may not open it."""
    user = context["request"].user
    return evidence_by_key(user, UUID(key)) if isinstance(user, User) else None


@register.simple_tag(takes_context=True)
def held_picture(context: Context, key: str) -> str:
    """Address of a picture that is not stored yet, on the page that asks whether it shall be; empty for all others."""
    return str((context.get("held") or {}).get(key, ""))


@register.simple_tag
def reading_url(key: object, place: Any) -> str:
    """Address of the page that shows a file at the place that a link or an entry of a frozen record names."""
    return reading_address(key, Citation.of(place))


@register.filter
def cited(place: Any) -> str:
    """第12–14页，表3: the place in words; empty where none is named."""
    return Citation.of(place).words


@register.filter
def cited_pages(place: Any) -> str:
    """第12–14页: what is said of a file that is too confidential for the reader."""
    return Citation.of(place).pages


@register.filter
def readable_title(file: Evidence, user: Any) -> str:
    """Title of a file where a page has room for words only."""
    return file.title if isinstance(user, User) and may_read(user, file) else WITHHELD


@register.inclusion_tag("components/file_level.html", takes_context=True)
def file_level(context: Context, file: Evidence) -> dict[str, Any]:
    """The file's confidentiality, which leads to the page where it is changed; nothing for who may not read it."""
    user = context["request"].user
    return {"file": file, "shown": isinstance(user, User) and may_read(user, file)}
