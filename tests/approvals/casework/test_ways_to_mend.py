"""Every link of what stands against a step leads to a page that opens and to a place that is on it."""

import re
from urllib.parse import urldefrag, urljoin

from django.urls import reverse
from lxml import html

from approvals.acceptances import services as acceptances
from approvals.applications.services import drafts
from tests.factories.acceptance import make_pilot
from tests.factories.approvals import Filing, fill_table, published_edition
from tests.factories.assessments import make_self_check
from tests.factories.districts import SpecialPlanFactory, make_district
from tests.factories.indicator_systems import begun_system
from tests.factories.stages import make_stage

AGAINST = ("gd-blocks", "gd-refusals", "gd-check", "gd-note")


def ways(client, address):
    """Addresses that what stands against a step on a page leads to."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = html.fromstring(answer.content.decode())
    return {urljoin(address, link.get("href")) for name in AGAINST for box in page.find_class(name) for link in box.iter("a")}


def empty_worlds(people):
    """Pages of matters in which everything is still missing."""
    bare = make_district(people, type="new")
    begun_system(people, bare)
    case = drafts.start_application(district=bare, by=people.preparer, edition=published_edition())
    filled = Filing(people)
    drafts.save_case(case=filled.case, by=people.preparer, star_asked=2, reasons={})
    pilot = make_pilot(people, ready=False)
    accepting = acceptances.start_acceptance(district=pilot, by=people.preparer)
    fill_table(accepting)
    check, stage = make_self_check(people, filled=False), make_stage(people, filled=False)
    renewal = make_district(people, type="renewal")
    SpecialPlanFactory(district=renewal)
    for one in (case, filled.case, accepting):
        yield from (reverse(f"approvals:{name}", args=[one.pk]) for name in ("case", "case_check"))
        yield reverse("approvals:case_action", args=[one.pk, "hand_up"])
    yield reverse("approvals:acceptance_gates", args=[pilot.code])
    yield from (reverse("districts:district_detail", args=[one.code]) for one in (bare, pilot, renewal))
    yield reverse("districts:indicator_system", args=[bare.code])
    yield reverse("assessments:selfcheck_check", args=[check.pk])
    yield reverse("assessments:selfcheck", args=[check.pk])
    yield reverse("assessments:stage", args=[stage.pk])
    yield reverse("assessments:score_check", args=[stage.table_id])


def test_every_way_to_mend_leads_to_what_is_there(preparer, people):
    found = {way for address in list(empty_worlds(people)) for way in ways(preparer, address)}
    pages: dict[str, tuple[int, set[str]]] = {}
    dead = []
    for way in sorted(found):
        address, place = urldefrag(way)
        if address not in pages:
            answer = preparer.get(address, follow=True)
            text = answer.content.decode() if "html" in answer.headers["Content-Type"] else ""
            pages[address] = answer.status_code, set(re.findall(r'\bid="([^"]+)"', text))
        status, places = pages[address]
        if status != 200 or (place and place not in places):
            dead.append((way, status))
    assert (dead, any("#" in way for way in found), any("lacking=near" in way for way in found)) == ([], True, True)
