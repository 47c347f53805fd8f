"""Template tag that shows the archive volume on a matter's page."""

from typing import Any

from django import template
from django.db import models
from django.template import Context

from greendistrict.accounts.viewer import viewer_of
from greendistrict.workflow.letters import slug_of
from reports.archive.lifecycle import prepares_volumes, reads_archive
from reports.archive.selectors import is_archivable, volume_of

register = template.Library()


@register.inclusion_tag("reports/archive/_volume_link.html", takes_context=True)
def archive_volume_of(context: Context, matter: models.Model) -> dict[str, Any]:
    """Link to the volume of a finished matter, or the button that creates one; empty for users who do not read the archive."""
    viewer, source = viewer_of(context["request"]), slug_of(matter)
    if not reads_archive(viewer.held):
        return {}
    volume = volume_of(source, matter.pk)
    opens = volume is None and prepares_volumes(viewer.held) and is_archivable(viewer, source, matter.pk)
    return {"volume": volume, "opens": opens, "source": source, "pk": matter.pk}
