"""Access checks shared by the pages of a plot."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from districts.file.models.district import District
from districts.file.rules import may_edit_district, may_read_file
from districts.file.selectors.visibility import district_seen
from districts.file.views.common import district_to_list, district_to_read
from districts.plots.models import Plot
from districts.plots.rules import lists_plots, party_to_plot
from greendistrict.accounts.viewer import viewer_of


def plot_to_read(request: HttpRequest, code: str, pk: int) -> Plot:
    """Plot of a file that the person reads, or one put to the person's body. Raises ``Http404``, ``NotAllowed``."""
    viewer = viewer_of(request)
    district = district_seen(viewer, code)
    # Plots that were split or merged are read-only.
    plots = Plot.with_ended.filter(district=district) if request.method in {"GET", "HEAD"} else district.plots.all()
    plot: Plot = get_object_or_404(plots.select_related("control"), pk=pk)
    plot.district = district
    held = viewer.held
    if not (may_edit_district(held, district) or may_read_file(held, district) or party_to_plot(held, plot)):
        district_to_read(request, code)
    return plot


def plots_to_list(request: HttpRequest, code: str) -> tuple[District, bool, bool]:
    """District whose plots the person may list, and whether they may edit or read its file. Raises ``Http404``, ``NotAllowed``."""
    return district_to_list(request, code, lists_plots)
