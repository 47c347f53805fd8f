"""Reserve projects, editions of the standard, closings of a year, archive volumes."""

import datetime as dt

from django.urls import reverse

from beautiful.reserves.lifecycle import RESERVE
from greendistrict.core import clock
from indicators.catalogue import parse
from indicators.editions.lifecycle import EDITION
from indicators.editions.services import import_document
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.closings.lifecycle import YEAR_CLOSING
from reports.closings.services import open_due
from tests.beautiful.reserves.world import make_project
from tests.factories.received import at
from tests.indicators.editions.test_maintenance import text
from tests.matters.matter import Matter
from tests.reports.archive.world import HANDED, close_volume, hand_over, make_volume, set_fonds
from tests.reports.closings.world import YEAR, close_year, make_people
from tests.steps import REASON, step


class ReserveMatter(Matter):
    machine = RESERVE
    routes = ("beautiful:reserve", "beautiful:reserve_action")
    labels = {"申报单位": {"authority"}, "美丽上海统筹": {"city_officer"}}

    def make(self):
        return make_project(self.people)

    def listed(self):
        return {"listed_on": clock.today(), "listed_basis": "演示（虚构）"}

    def to(self, state):
        self.store(status=state, submitted_by=self.people.authority, number="CB-2026-0009", **(self.listed() if state == "listed" else {}))

    def ready(self, action):
        return {**self.listed(), "listed_on": clock.today().isoformat()} if action == "list" else {}

    def url(self, action):
        return reverse("beautiful:reserve_enter", args=[self.obj.pk]) if action == "list" else super().url(action)


class EditionMatter(Matter):
    machine = EDITION
    routes = ("indicators:edition_detail", "indicators:edition_action")

    def make(self):
        return import_document(parsed=parse(text())).edition


class ClosingMatter(Matter):
    """The closing of a year with one received self-check, in the June after it."""

    machine = YEAR_CLOSING
    moment = at(2027, 6, 3)
    routes = ("reports:closing", "reports:closing_act")
    keys = [YEAR]
    typed = {"ground": REASON, "closes_on": "2027-05-31"}

    def __init__(self):
        self.people, _ = make_people()
        [self.obj] = open_due(clock.today())

    def to(self, state):
        if state != "open":
            close_year(self.people, self.obj)
        if state == "correcting":
            step(self.obj, "correct", self.people.city_director, **{**self.typed, "closes_on": dt.date(2027, 5, 31)})
        self.fresh()

    def ready(self, action):
        return self.typed if action == "correct" else {}

    def url(self, action):
        return reverse("reports:closing_correct", args=self.keys) if action == "correct" else super().url(action)


class VolumeMatter(Matter):
    """The volume of a finished case with one file."""

    machine = ARCHIVE_VOLUME
    routes = ("reports:archive_volume", "reports:archive_act")

    def make(self):
        set_fonds(self.people)
        return make_volume(self.people, files=1)

    def to(self, state):
        if state != "preparing":
            close_volume(self.people, self.obj)
        if state == "handed_over":
            hand_over(self.people, self.obj)
        self.fresh()

    def ready(self, action):
        if self.state == "preparing" and action != "submit":
            step(self.obj, "submit", self.people.city_officer)
            self.fresh()
        return {**HANDED, "handed_over_on": clock.today().isoformat()} if action == "hand_over" else {}

    def url(self, action):
        return reverse("reports:archive_hand_over", args=[self.obj.pk]) if action == "hand_over" else super().url(action)
