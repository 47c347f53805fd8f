"""What the portal says of what the policy leaves open: a document that it has not received, a setting at its default."""

from itertools import chain

from django import template

from greendistrict.policy import documents, parameters
from greendistrict.policy.duty_days import SETTINGS_OF

register = template.Library()
register.simple_tag(documents.unread_guide)
register.simple_tag(parameters.default_mark)
DEFAULT_NOTE = "期限和剩余天数有的按市级尚未确认的默认值计算。"


@register.simple_tag
def default_note(*keys: str) -> str:
    """Sentence beside days that are not marked one by one, while one of their settings is not confirmed by the city.

    Without ``keys`` the days may be those of any duty.
    """
    held = parameters.load()
    return DEFAULT_NOTE if any(held[key].waits for key in keys or chain.from_iterable(SETTINGS_OF.values())) else ""
