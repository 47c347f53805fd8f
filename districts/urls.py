"""URLs of this app. The district page itself, ``<slug:code>/``, is composed by the portal and named in ``portal.root_urls``."""

from django.urls import URLPattern

from districts.acts import urls as acts
from districts.boundaries import urls as boundaries
from districts.file import urls as file
from districts.indicator_systems import urls as indicator_systems
from districts.lists import urls as lists
from districts.overview import urls as overview
from districts.plot_changes import urls as plot_changes
from districts.plot_map import urls as plot_map
from districts.plots import urls as plots
from districts.profile import urls as profile
from districts.projects import urls as projects
from districts.special_plans import urls as special_plans
from districts.supervision import urls as supervision
from districts.yearly_plans import urls as yearly_plans

app_name = "districts"
features = (
    file,
    profile,
    overview,
    special_plans,
    lists,
    indicator_systems,
    boundaries,
    yearly_plans,
    acts,
    plots,
    plot_changes,
    plot_map,
    projects,
    supervision,
)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
