"""Template tag that shows the archive volume on a matter's page."""

from typing import Any

from django import template
from django.db import models
from django.template import Context

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.letters import slug_of
from reports.archive.rules import prepares_volumes, reads_archive
from reports.archive.selectors import is_archivable, volume_of

register = template.Library()


@register.inclusion_tag("reports/archive/_volume_link.html", takes_context=True)
def archive_volume_of(context: Context, matter: models.Model) -> dict[str, Any]:
    """Link to the volume of a finished matter, or the button that creates one; empty for users who do not read the archive."""
    user, source = context["request"].user, slug_of(matter)
    held = posts_of(user)
    if not isinstance(user, User) or not reads_archive(held):
        return {}
    volume = volume_of(source, matter.pk)
    opens = volume is None and prepares_volumes(held) and is_archivable(Viewer(user), source, matter.pk)
    return {"volume": volume, "opens": opens, "source": source, "pk": matter.pk}
