"""The page of a plot on paper: its steps fit the sheet."""

import pytest
from django.urls import reverse

from districts.common.enums import Acquisition, ControlStep
from districts.plots.models import PlotControl
from tests.factories.accounts import cast
from tests.factories.districts import PlotFactory, make_district

pytestmark = [pytest.mark.slow, pytest.mark.area("districts/plots"), pytest.mark.django_db(transaction=True)]
SHEET = 680  # px of 180 mm: A4 without its margins


def test_every_step_of_a_plot_stands_on_the_sheet(browser, live_server, client):
    people = cast()
    district = make_district(people)
    plot = PlotFactory(district=district)
    PlotControl.objects.create(plot=plot, table=Acquisition.GRANT, status=ControlStep.DESIGN)
    client.force_login(people.preparer)
    context = browser.new_context(viewport={"width": SHEET, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(live_server.url + reverse("districts:plot_control", args=[district.code, plot.pk]))
    steps = [box["x"] + box["width"] for box in (step.bounding_box() for step in page.locator(".gd-steps li").all())]
    context.close()
    assert len(steps) >= 5
    assert max(steps) <= SHEET
