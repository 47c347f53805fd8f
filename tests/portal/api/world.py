"""Data for the API lists: received self-checks, titles, batches and volumes of fictional districts; a system that sends."""

import datetime as dt
import json

from django.test import Client

from approvals.titles.models.publicity import Announcement, Title
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import ScoreTable, TableVersion
from districts.common.enums import Stage
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from portal.tokens.rules import scopes_open_to
from portal.tokens.services import make_token
from tests.factories.districts import make_district
from tests.factories.reviews import reference_edition
from tests.reports.archive.world import bare_volume

LISTS = ("areas", "indicators", "tasks", "progress", "reserves", "evaluations")
RESULT = {
    "total": "71.79", "bonus": "1.50", "level": "two", "items": [],
    "chapters": [{"key": "resilience", "obtained": "60", "possible": "80", "score": "75.00", "extra": 1}],
}  # fmt: skip


def received(people, number, year=2025, **kw):
    """A received self-check with a frozen version that counts."""
    district = kw.pop("district", None) or make_district(people, stage=Stage.PILOT, **kw)
    now = clock.now()
    table = ScoreTable.objects.create(
        district=district, edition=reference_edition(), purpose="self_check", type="new", stage="operation", year=year, status="received",
        created_at=now,
    )  # fmt: skip
    content = {"edition": {"code": "GD-REF-2024", "official": False}, "building": True, "stage": "operation", "result": RESULT}
    TableVersion.objects.create(table=table, number=1, content=content, digest="d" * 64, frozen_at=now, counts=True)
    return SelfCheck.objects.create(
        number=number, district=district, year=year, table=table, status="received", opened_at=now, filed_at=now, received_at=now
    )


def title(district, **kw):
    return Title.objects.create(district=district, historic=True, policy="沪府办规〔2018〕24号", **{"kind": "pilot", **kw})


def fill(people, count, first=0):
    for index in range(first, count):
        check = received(people, f"ZC-2026-{index + 1:04d}", name=f"演示{index}城（虚构）", titled_on=dt.date(2024, 1, index + 1))
        batch = Announcement.objects.create(
            year=2024, batch=index + 1, title="演示公告", status="published", announced_on=dt.date(2024, 1, index + 1), is_demo=True
        )
        title(check.district, announcement=batch, granted_on=batch.announced_on)
        bare_volume(people, check.district, number=index + 1)


class Sender:
    """A system with a token of its own."""

    def __init__(self, user, scopes=None):
        scopes = scopes_open_to(posts_of(user)) if scopes is None else scopes
        self.client = Client(headers={"Authorization": f"Token {make_token(by=user, scopes=scopes)}"})

    def send(self, method, path, body, key=""):
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.generic(method.upper(), f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)

    def get(self, path):
        return self.client.get(f"/api/v1/{path}").json()


def fields_of(answer):
    """Status of a refusal, and the fields it names."""
    return answer.status_code, [one["field"] for one in answer.json()["errors"]]
