"""Site map and robots."""

from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.site_map.sections import SECTIONS

OPEN_TO_ROBOTS = (
    "portal:publicity",
    "portal:register",
    "portal:open_data",
    "portal:published_counts",
    "portal:public_policy",
    "portal:public_standards",
    "portal:guide",
    "portal:public_samples",
    "portal:public_outages",
    "outreach:opinions",
    "outreach:disclosures",
    "outreach:stories",
    "outreach:events",
    "beautiful:public_programme",
    "api:docs",
    "api:schema",
    "api:client",
    "portal:ogc_landing",
)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, once."""
    return sitemaps.sitemap(request, SECTIONS, template_name="portal/site_map/sitemap.xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the public pages without single documents; all other pages need a login."""
    allowed = [f"Allow: {reverse(name)}" for name in OPEN_TO_ROBOTS]
    notices = [f"Allow: {reverse('approvals:notice', args=[0])[:-2]}", f"Allow: {reverse('approvals:announcement', args=[0])[:-2]}"]
    looked_up = f"Allow: {reverse('portal:verify')}$"  # the page itself, not single documents
    site_map = f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}"
    lines = ["User-agent: *", "Allow: /$", *allowed, *notices, looked_up, "Allow: /static/", "Disallow: /", "", site_map, ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
