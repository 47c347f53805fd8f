"""What a self-check is opened with, and what stands against opening it."""

import datetime as dt

from django.urls import reverse

from assessments.common.calendar import self_check_window
from assessments.common.enums import Purpose
from assessments.common.owed_papers import against_beginning
from assessments.tables.models import WITH_VERSION, ScoreTable
from districts.file.models.district import District
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal
from greendistrict.policy.parameters import default_mark
from indicators.editions.models import Edition
from indicators.editions.selectors import against_reference, against_scoring, published_editions


def planned_of(district: District) -> ScoreTable | None:
    """The score table of the application that counts, which holds the planning stage."""
    applied = ScoreTable.objects.filter(district=district, purpose=Purpose.APPLICATION, status__in=WITH_VERSION)
    return applied.select_related("edition").order_by("-submitted_at", "-pk").first()


def edition_for(district: District, planned: ScoreTable | None) -> Edition | None:
    """The edition that the table of a new paper follows; None if no one fits."""
    return district.edition or (planned.edition if planned else published_editions(real=not district.is_demo).first())


def against_filling(district: District) -> list[Refusal]:
    """What the file of a district lacks for a paper with a score table; no query."""
    found = against_beginning(district)
    if not district.type:
        page = f"{reverse('districts:profile_edit', args=[district.code])}#id_type"
        found.append(Refusal("没有填写城区类型（新建或更新），评分表按类型选用条文", remedy="由申报主体填报人填写", href=page))
    return found


def against_table(district: District) -> list[Refusal]:
    """What a district lacks for a paper with a score table, the edition included."""
    edition, real = edition_for(district, planned_of(district)), not district.is_demo
    return [*against_filling(district), *(against_scoring(None, real=real) if edition is None else against_reference(edition, real=real))]


def against_opening(district: District, year: int, today: dt.date) -> list[Refusal]:
    """What stands against opening the self-check of a year today."""
    begins = self_check_window(year).draft_from
    early = [Refusal(f"{year}年度自查自{day_in_words(begins)}{default_mark('selfcheck.draft_from')}起填报")] if today < begins else []
    return [*early, *against_table(district)]
