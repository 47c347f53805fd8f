"""The tag of a card: its head and what it holds, both written in the template."""

from django.template import Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString

# ``id`` names the title, and the card by it; ``anchor`` is that of the card; ``note`` stands beside the title; ``extra`` are more classes.
CARD_OPTIONS = {"title": "", "id": "", "anchor": "", "note": None, "extra": ""}


class CardNode(Node):
    """A card: title, what stands beside it, and what it holds."""

    child_nodelists = ("beside", "content")

    def __init__(self, options: dict[str, FilterExpression], beside: NodeList, content: NodeList) -> None:
        self.options, self.beside, self.content = options, beside, content

    def render(self, context: Context) -> SafeString:
        """The component, with what the template says."""
        options = {name: value.resolve(context) for name, value in self.options.items()}
        inside = {"beside": self.beside.render(context), "content": self.content.render(context)}
        with context.push(**CARD_OPTIONS | options | inside):
            return Engine.get_default().get_template("components/card.html").render(context)


def card(parser: Parser, token: Token) -> CardNode:
    """``{% card title id="…" anchor="…" note=… extra="…" %}…{% endcard %}``; what stands before ``{% body %}``, if any, is in the head."""
    _name, title, *rest = token.split_contents()
    options = {"title": parser.compile_filter(title), **token_kwargs(rest, parser)}
    if rest or options.keys() - CARD_OPTIONS.keys():
        msg = f"card does not know {rest or sorted(options.keys() - CARD_OPTIONS.keys())}"
        raise TemplateSyntaxError(msg)
    first = parser.parse(("body", "endcard"))
    if parser.next_token().contents == "endcard":
        return CardNode(options, NodeList(), first)
    content = parser.parse(("endcard",))
    parser.delete_first_token()
    return CardNode(options, first, content)
