"""历史补录: known titles of the real districts, entered through the district's state machine. Unknown values stay empty."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml
from django.db import transaction

from approvals.common.enums import TitleKind
from approvals.common.wording import batch_word
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.services.titles import HistoricTitle, record_historic, record_past
from districts.common.certainty import STANDARD, is_inferred
from districts.common.enums import Certainty
from districts.file.models.district import District
from districts.file.reference import DATA, real_rows
from greendistrict.core.columns import fitted
from greendistrict.policy.loader import all_policies

KINDS = {str(kind.label): kind for kind in TitleKind}
STARS = {"一星": 1, "二星": 2, "三星": 3}
BATCH = re.compile(r"(?P<year>\d{4})年第(?P<batch>[一二三四五六七八九十]+)批")
BATCHES = {batch_word(number): number for number in range(1, 100)}


@transaction.atomic
def load_titles() -> tuple[int, int]:
    """Enter every title implied by the status in the data file; returns the numbers of new and of existing titles.

    Raises ``District.DoesNotExist`` if the districts have not been loaded.
    """
    entered = known = 0
    for row in real_rows():
        if row["status"] not in KINDS:
            continue
        district = District.objects.get(code=row["extra"]["code"])
        if Title.objects.filter(district=district, historic=True, kind=KINDS[row["status"]]).exists():
            known += 1
        else:
            record_historic(district=district, title=title_of(row), announcement=_announcement(row))
            entered += 1
        for earlier in row["extra"].get("earlier", ()):
            title = HistoricTitle(
                kind=KINDS[earlier["title"]],
                policy=policy_of(None),
                source=earlier["source"],
                certainty=earlier["certainty"],
                batch=earlier["time"],
                policy_certainty=Certainty.INFERRED,
            )
            record_past(district=district, title=title)
    return entered, known


def title_of(row: Mapping[str, Any]) -> HistoricTitle:
    """Historic title of one row of the data file."""
    day = dt.date.fromisoformat(row["announced_on"]) if row["announced_on"] else None
    date_certainty = Certainty.INFERRED if "announced_on" in row["fact_certainty"] else Certainty.SOURCED
    told = "".join(announced().get(row["batch"], {"text": ()})["text"])  # an announcement may name the policy
    return HistoricTitle(
        kind=KINDS[row["status"]],
        policy=policy_of(day),
        source=row["source_url"],
        certainty=row["extra"].get("status_certainty", Certainty.SOURCED),
        star=STARS.get(row["star"]),
        granted_on=day,
        date_certainty=date_certainty,
        batch=row["batch"].replace("(", "（").replace(")", "）"),
        edition_text=row["standard_edition"],
        edition_certainty=Certainty.INFERRED if is_inferred(row["extra"]["words"], STANDARD) else Certainty.SOURCED,
        policy_certainty=Certainty.SOURCED if policy_of(day) in told else Certainty.INFERRED,
        standing_certainty=row["extra"].get(
            "standing", Certainty.SOURCED if row["status"] == TitleKind.DEMONSTRATION.label else Certainty.UNKNOWN
        ),
    )


def policy_of(day: dt.date | None) -> str:
    """Code of the policy in force on a day; if there is none, or for an unknown day, the code of the earliest historic policy."""
    policies = all_policies()
    current = next((policy for policy in policies if day is not None and policy.is_in_force(day)), None)
    return current.code if current else policies[0].historic[0].code


def policies_for(day: dt.date | None) -> set[str]:
    """Codes of the policies that a recorded title may rest on: the historic ones, and one in force on its day."""
    policies = all_policies()
    historic = {old.code for policy in policies for old in policy.historic}
    return historic | {policy.code for policy in policies if day is not None and policy.is_in_force(day)}


def _announcement(row: Mapping[str, Any]) -> Announcement | None:
    """Published batch named by the data file; None if unknown."""
    found = BATCH.fullmatch(row["batch"])
    if found is None or not row["announced_on"]:
        return None
    told = announced()[row["batch"]]
    announcement, _ = Announcement.objects.get_or_create(
        year=int(found["year"]),
        batch=BATCHES[found["batch"]],
        is_demo=False,
        defaults={
            "title": told["title"],
            "text": "\n".join((*told["text"], told["signed"])),
            "status": "published",
            "announced_on": dt.date.fromisoformat(row["announced_on"]),
            "historic": True,
            "source": fitted(Announcement, "source", told["source"]),
        },
    )
    return announcement


@cache
def announced() -> Mapping[str, Any]:
    """Announcements before the portal by batch, as their sources have them."""
    found: Mapping[str, Any] = yaml.safe_load((DATA / "announcements.yaml").read_text(encoding="utf-8"))
    return found
