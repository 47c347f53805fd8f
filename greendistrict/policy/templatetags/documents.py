"""What the portal says of what the policy leaves open: a document that it has not received, a setting at its default."""

from django import template

from greendistrict.policy import documents, parameters

register = template.Library()
register.simple_tag(documents.unread_guide)
register.simple_tag(parameters.default_mark)
DEFAULT_NOTE = "期限和剩余天数有的按市级尚未确认的默认值计算。"


@register.simple_tag
def default_note() -> str:
    """Sentence beside days that are not marked one by one, as long as a term rests on a setting that the city has not confirmed."""
    held = parameters.load()
    return DEFAULT_NOTE if any(held[key].waits for key in parameters.defaults() if key.endswith("days")) else ""
