"""The guide on other pages: ``{% explained "带入" %}`` unfolds a meaning, ``{% sample "SQ" "plots" %}`` leads to a filled sample."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from greendistrict.core.fragments import written
from portal.guide.glossary import GLOSSARY, meaning_of
from portal.guide.samples import GuideForm, forms

register = template.Library()


@register.simple_tag
def explained(word: str) -> SafeString:
    """The word with its meaning folded under it; raises ``KeyError`` for one that the glossary lacks."""
    address = f"{reverse('portal:guide_page', args=[GLOSSARY])}#{word}"
    return written("components/explained.html", word=word, meaning=meaning_of(word), address=address)


@register.inclusion_tag("portal/guide/_sample.html")
def sample(kind: str, key: str) -> dict[str, GuideForm | None]:
    """Link to the filled sample of a material; nothing where there is none."""
    return {"form": forms().get((kind, key))}
