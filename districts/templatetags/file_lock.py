"""Template tag that says on each page of a district's file why nothing can be changed now."""

from typing import Any

from django import template

from districts.file.file_locks import lock_reasons
from districts.file.models.district import District

register = template.Library()


@register.inclusion_tag("districts/file/_lock.html")
def file_lock(district: District) -> dict[str, Any]:
    """The reasons of the lock with what can be done; nothing for an open file."""
    return {"locks": lock_reasons(district)}
