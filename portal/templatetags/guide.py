"""Template tags of the guide: ``{% explained "带入" %}`` shows an explanation, ``{% sample "SQ" "plots" %}`` links to a filled sample."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from greendistrict.core.fragments import written
from portal.guide.library import GLOSSARY, meaning_of
from portal.guide.samples import GuideForm, forms

register = template.Library()


@register.simple_tag
def explained(word: str) -> SafeString:
    """The word with its explanation, collapsed. Raises ``KeyError`` if the glossary lacks it."""
    address = f"{reverse('portal:guide_page', args=[GLOSSARY])}#{word}"
    return written("components/explained.html", word=word, meaning=meaning_of(word), address=address)


@register.inclusion_tag("portal/guide/_sample.html")
def sample(kind: str, key: str, *, inline: bool = False) -> dict[str, GuideForm | bool | None]:
    """Link to the filled sample of a material, on a line of its own or ``inline``; empty if there is none."""
    return {"form": forms().get((kind, key)), "inline": inline}
