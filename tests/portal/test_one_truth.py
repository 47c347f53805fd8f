"""One truth for who owes and who filed: ten random worlds, and every place that tells it agrees with what was built."""

import datetime as dt
from collections import Counter, defaultdict
from random import Random

import pytest
from django.conf import settings
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, LossGround, TitleEnd, TitleKind
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.titles.models.publicity import Title
from approvals.titles.services import titles
from assessments.common.owed_papers import owes
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment
from assessments.tables.models import TableVersion
from assessments.yearly_reports.models import YearlyReport
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.policy.duty_table import DUTY_KINDS, OF_DISTRICT
from greendistrict.policy.models import Setting
from obligations.duties import ObligationState
from obligations.filing_words import MEANINGS
from obligations.open_counts import open_counts_of, overdue_count, owed_in_sight
from obligations.selectors import due, obligations_visible_to, owed_on_years
from portal.city import selectors as city
from portal.public.selectors import home_metrics, public_rows, register_of
from portal.todo.selectors import due_items
from reports.awards.selectors import award_lines
from reports.city.enums import ReportEdition
from reports.city.figures.whole import city_report
from reports.city.sections.overview import summary
from reports.closings.selectors import flow_lines
from reports.composition.blocks import Composition
from reports.composition.printed import texts_of
from reports.examination.figures import examination
from tests.factories.accounts import cast, make_organisation
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import YEARLY_DUES, confirm, make_stage
from tests.factories.titles import give_title
from tests.factories.waivers import waived_or_extended
from tests.listed import listed
from tests.portal.truth_duties import inspect, oversee, the_feeds, the_lists_elsewhere, the_other_kinds, the_policy_page

pytestmark = pytest.mark.django_db
LATE = 6  # the receipts of a year close with May of the next
DAYS = (dt.date(2027, 2, 1), dt.date(2027, 4, 5), dt.date(2027, 12, 1))
YEARS = (2025, 2026)
KINDS = {"operation_report": "operation", "carbon_verification": "carbon"}
DUE = {"self_check": (3, 31), "operation_report": (3, 31), "carbon_verification": (4, 30)}  # of the year after
LOST_AFTER = dt.date(2027, 6, 15)  # after the days of 2026 and before the last day looked at
PAPER = ("", "draft", "returned", "filed", "received")
HANDED_IN = {"filed", "received"}
LISTS = {"self_check": "selfcheck", "operation_report": "yearly_report", "carbon_verification": "yearly_report"}


class World:
    """Districts of both kinds of bodies with what they owe, as they were built: ``papers`` is state by (district, kind, year)."""

    def __init__(self, seed: int) -> None:
        self.rng, self.people = Random(seed), cast()  # noqa: S311 -- worlds repeat
        Setting.objects.create(
            key="obligations_from", value="2026-01-05", by=self.people.city_director, at=at(2026, 1, 5), reason="首次启用"
        )
        confirm(self.people, *YEARLY_DUES)
        self.bodies = [self.people.authority_body, make_organisation(OrganisationKind.AUTHORITY, name="演示乙区人民政府（虚构）")]
        self.papers, self.filed, self.since, self.failed, self.losing, self.late = {}, {}, {}, [], set(), set()
        self.working = [self.district(f"演示{number}城（虚构）") for number in range(self.rng.randint(3, 5))]
        self.real = [self.known(number) for number in range(self.rng.randint(1, 2))]
        make_district(self.people, name="演示未称号城（虚构）")
        self.codes = {district.pk: district.code for district in self.working}
        self.ended = {}
        for how in self.rng.sample((TitleEnd.CANCELLED, TitleEnd.REVOKED, TitleEnd.WITHDRAWN), self.rng.randint(1, 2)):
            self.end(how, self.rng.choice((dt.date(2026, 10, 15), dt.date(2027, 1, 20))))
        self.decide()
        inspect(self, Random(seed + 100))  # noqa: S311 -- worlds repeat
        oversee(self, Random(seed + 200))  # noqa: S311 -- worlds repeat

    def day(self, first: int = 2023, last: int = 2026) -> dt.date:
        return dt.date(self.rng.randint(first, last), self.rng.randint(1, 12), self.rng.randint(1, 28))

    def known(self, number: int):
        """A real district that nobody works on here."""
        district = make_district(name=f"桃浦{number}", is_demo=False, sources=["x"])
        district.authorities.add(self.rng.choice(self.bodies))
        give_title(district, granted_on=self.day())
        return district

    def district(self, name: str):
        district = make_district(self.people, name=name)
        district.authorities.set(self.rng.sample(self.bodies, self.rng.randint(1, 2)))
        granted = self.day()
        give_title(district, granted_on=granted)
        self.since[district.pk] = granted
        if self.rng.random() < 0.3:
            give_title(district, TitleKind.DEMONSTRATION, granted_on=granted + dt.timedelta(days=self.rng.randint(30, 400)))
        for year in YEARS:
            for kind in ("self_check", *KINDS):
                self.paper(district, kind, year)
        self.assessments(district)
        return district

    def paper(self, district, kind: str, year: int) -> None:
        """Never opened, or opened and so far."""
        status = self.rng.choice(PAPER)
        self.papers[district.pk, kind, year] = status
        if not status:
            return
        filed = at(year + 1, self.rng.choice((1, 2, 3, 5)), 10) if status in {*HANDED_IN, "returned"} else None
        number = f"{kind[:2]}-{district.pk}-{year}" if filed else None
        received = at(year + 1, self.rng.choice((4, 5, 6)), 12) if status == "received" else None  # some after the receipts closed
        told = {"status": status, "filed_at": filed, "received_at": received, "number": number}
        self.filed[district.pk, kind, year] = filed
        if received and received.month == LATE and kind not in KINDS:
            self.late.add((district.pk, year))
        if kind in KINDS:
            YearlyReport.objects.create(district=district, kind=KINDS[kind], year=year, opened_at=at(year + 1, 1, 5), **told)
            return
        check = make_self_check(self.people, district=district, year=year, filled=False)
        SelfCheck.objects.filter(pk=check.pk).update(**told)
        if status == "received":
            edition = {"code": check.table.edition.code, "title": "参考", "official": False}
            result = {"total": "70.00", "bonus": "0.00", "level": None, "chapters": [], "items": []}
            content = {"edition": edition, "type": check.table.type, "stage": check.table.stage, "building": True, "rows": [],
                       "exclusions": {}, "absent": {}, "result": result}  # fmt: skip
            TableVersion.objects.create(table=check.table, number=1, content=content, digest="0" * 64, counts=True, frozen_at=clock.now())

    def assessments(self, district) -> None:
        if self.rng.random() < 0.4:
            on = dt.date(2026, 12, 15)
            self.failed.append((district.pk, on))
            RecordedAssessment.objects.create(
                district=district, kind="stage", concluded_on=on, passed=False, source="结论", recorded_by=self.people.city_officer,
                recorded_at=at(2026, 12, 16), checked_at=at(2026, 12, 16),
            )  # fmt: skip
        if self.rng.random() < 0.3:
            by = {"created_by": self.people.city_officer, "created_at": at(2027, 1, 5), "sent_at": at(2027, 1, 5)}
            case = Case.objects.create(kind=CaseKind.LOSS, district=district, applicant=district.applicant, status="hearing", **by)
            LossFile.objects.create(case=case, ground=LossGround.REVOKE)
            self.losing.add(district.pk)
        if self.rng.random() < 0.4:
            stage = make_stage(self.people, district=district, filled=False, due=self.day(2026, 2026))
            if self.rng.random() < 0.5:
                self.failed.append((district.pk, dt.date(2027, 1, 5)))
                StageAssessment.objects.filter(pk=stage.pk).update(
                    status="rectifying", filed_at=at(2026, 12, 1), rectify_due=dt.date(2027, 3, 1), conclusion="unqualified",
                    concluded_at=at(2027, 1, 5),
                )  # fmt: skip

    def end(self, how: TitleEnd, on: dt.date) -> None:
        """One loses or gives back its title."""
        kinds = TitleKind.values if how == TitleEnd.REVOKED else [TitleKind.PILOT]  # only a pilot is cancelled or withdrawn
        held = set(Title.objects.filter(end="", granted_on__lte=on, kind__in=kinds).values_list("district_id", flat=True))
        able = [one for one in self.working if one.pk in held and one.pk not in {*self.losing, *self.ended}]
        if not able:
            return
        district = self.rng.choice(able)
        by = {"created_by": self.people.city_officer, "created_at": at(2026, 10, 1), "decided_on": on}
        case = Case.objects.create(kind=CaseKind.LOSS, district=district, applicant=district.applicant, status="announced", **by)
        LossFile.objects.create(case=case, ground=LossGround.CANCEL if how == TitleEnd.CANCELLED else LossGround.REVOKE)
        titles.end(district=district, how=how, on=on, by=self.people.city_director, reason="虚构", case=case)
        self.ended[district.pk] = on

    def decide(self) -> None:
        """Waive some of what is owed for 2026, extend some."""
        self.waived, self.extended = set(), {}
        keys = [
            row
            for row in due(Viewer(None, as_of=dt.date(2027, 1, 10)))
            if row.year == 2026 and row.kind in {"self_check", *KINDS} and row.is_open
        ]
        with clock.at(at(2027, 1, 10)):
            for row in self.rng.sample(keys, min(3, len(keys))):
                until = self.rng.choice((None, dt.date(2027, 6, 30)))
                waived_or_extended(row.key, self.people, "虚构", until)
                found = (row.district_id, row.kind, row.year)
                self.waived.add(found) if until is None else self.extended.update({found: until})

    def owing(self, kind: str, year: int, by: dt.date = DAYS[-1]) -> set[int]:
        """Who owes or owed a paper, from what was built alone: whose title stood at the end of the year, and on the day of the paper.

        What was filed (``by`` a day) counts also where the title had ended by that day.
        """
        due, end = dt.date(year + 1, *DUE[kind]), {pk: self.ended.get(pk, dt.date.max) for pk in self.since}
        keys = {pk for pk in end if owes("pilot", self.since[pk], year) and end[pk].year > year}
        handed_in = {pk for pk in keys if self.papers[pk, kind, year] in HANDED_IN and self.filed[pk, kind, year] < clock.end_of(by)}
        keys = {pk for pk in keys if end[pk] > due or pk in handed_in}
        return {pk for pk in keys if (pk, kind, year) not in self.waived}

    def left(self, kind: str, year: int) -> set[int]:
        """Who had not filed it when its title ended, so that nobody asks for it any more."""
        return {pk for pk in self.owing(kind, year) & set(self.ended) if self.papers[pk, kind, year] not in HANDED_IN}

    def names(self, keys: set[int]) -> set[str]:
        return {district.name for district in self.working if district.pk in keys}

    def failing(self, day: dt.date) -> set[int]:
        """Who failed under the title that it holds on the day."""
        titles = Title.objects.filter(granted_on__lte=day).order_by("granted_on", "pk").values_list("district_id", "granted_on")
        held = dict(titles)
        return {pk for pk, on in self.failed if held.get(pk, dt.date.max) <= on <= day}

    def with_status(self, kind: str, year: int, *statuses: str) -> set[int]:
        return {pk for pk in self.owing(kind, year) if self.papers[pk, kind, year] in statuses}


def by_district(rows):
    return {row.district_id for row in rows}


def opens(client, href: str) -> int:
    """How many rows a link to a list opens."""
    context = client.get(href).context
    return context["total"] if "total" in context else context["page"].paginator.count


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 10))])
def test_one_truth_ten_random_worlds_all_places_equal(client, seed):
    world = World(seed)
    client.force_login(world.people.city_officer)
    for day in DAYS:
        with clock.at(dt.datetime.combine(day, dt.time(10), tzinfo=clock.SHANGHAI)):
            if day > LOST_AFTER:
                world.end(TitleEnd.REVOKED, LOST_AFTER)
            rows = due(Viewer(None, as_of=day))
            the_selector(world, rows, day)
            the_other_kinds(world, rows, day)
            the_list_and_the_desk(world, client, rows, day)
            the_year_before(world, client, day)
            the_tables(world, rows, day)
            the_papers(world, client, rows)
            if day == DAYS[1]:
                the_lists_elsewhere(world, client, rows, day)
                the_feeds(world, client, rows, day)
                the_policy_page(world, client, rows, day)
    the_reports(world, client)


def the_selector(world, rows, day):
    """It tells what was built: 2025 fell due in 2026, after the first day in use."""
    for kind in LISTS:
        told = [row for row in rows if (row.kind, row.year) == (kind, 2026)]
        assert by_district(row for row in told if not row.waived) == world.owing(kind, 2026)
        assert by_district(row for row in told if row.met_on and not row.waived) == world.with_status(kind, 2026, *HANDED_IN)
        earlier = by_district(row for row in rows if (row.kind, row.year) == (kind, 2025) and row.is_open)
        assert earlier == world.owing(kind, 2025) - world.with_status(kind, 2025, *HANDED_IN) - world.left(kind, 2025)
        assert by_district(row for row in told if row.state(day) == ObligationState.ENDED) == world.left(kind, 2026)
        until = {row.district_id: row.due for row in told if (row.district_id, kind, 2026) in world.extended}
        assert until == {pk: day for (pk, one, _), day in world.extended.items() if one == kind}
        if day == DAYS[-1]:
            late = world.with_status(kind, 2026, "", "draft", "returned") - world.left(kind, 2026)
            assert {row.district_id for row in told if row.is_overdue(day)} == late
    assert not {row.district_id for row in rows} & {district.pk for district in world.real}


def whose_in(rows):
    """Whose open obligations a line of the desk tells, by day, kind and year: districts, and the number of items where it is another."""
    found = defaultdict(list)
    for row in rows:
        if row.is_open and row.district_id:
            found[row.due, row.kind, row.year].append(row.district)
    words = {key: f"{min(names)}{f'等{len(set(names))}个城区' if len(set(names)) > 1 else ''}" for key, names in found.items()}
    return {key: said if len(set(found[key])) == len(found[key]) else f"{said}，{len(found[key])}项" for key, said in words.items()}


def filed_words(rows):
    """Numbers of what is owed, filed, received and missing, from the papers alone."""
    found = Counter()
    for row in rows:
        if not row.waived:
            word = "filed" if row.met_on else "ended" if row.ended_on else "missing"
            found.update(["owed", word, *(["received"] if row.met_on and row.status == "received" else [])])
    return found


def the_list_and_the_desk(world, client, rows, day):
    officer = world.people.city_officer
    overdue = [row for row in rows if row.is_overdue(day)]
    page = client.get(reverse("obligations:obligation_list"))
    assert page.context["total"] == len(rows) == len(obligations_visible_to(Viewer(officer).at(day)))
    assert [line["state"].label for line in page.context["lines"]][: len(overdue)] == ["逾期"] * min(len(overdue), 50)
    owed = owed_in_sight(Viewer(officer).at(day))
    assert owed.overdue() == overdue_count(Viewer(officer).at(day)) == len(overdue)
    counted = Counter()
    for entry in owed.open_counts:
        counted[entry.due, entry.kind, entry.year] += entry.number
    assert counted == Counter((entry.due, entry.kind, entry.year) for entry in open_counts_of(rows))
    items = due_items(owed.open_counts, day, workdays.current())
    whose, own = whose_in(rows), {(entry.due, entry.kind, entry.year) for entry in owed.open_counts if not entry.others}
    for item, (key, number) in zip(items, sorted(counted.items(), key=lambda one: (one[0] not in own, one[0])), strict=True):
        assert (item.notes[0], item.is_others) == (whose.get(key, item.notes[0]), key not in own)
        if "/obligations/" in item.link:
            assert opens(client, item.link) == number
    seen = city.overview(Viewer(officer), owed)
    demo = seen.is_demo
    for line in seen.authorities:
        mine = [row for row in rows if line.pk in row.authority_ids and row.is_demo == demo]
        assert line.overdue == sum(row.is_overdue(day) for row in mine)
        assert opens(client, line.late_href) == line.overdue
        assert opens(client, line.owed_href) == line.owed
    for metric in seen.metrics:
        assert opens(client, metric["href"]) == metric["value"], metric["label"]
    [(year, told)] = [(int(one["label"][:4]), one["note"]) for one in seen.metrics if one["label"].endswith("年度自查 应报")]
    checks = filed_words(row for row in rows if (row.kind, row.year) == ("self_check", year) and row.is_demo == demo)
    assert told.startswith(f"已报送{checks['filed']}个，其中已接收{checks['received']}个；未报送{checks['missing']}个；")
    assert (f"称号终止时未报{checks['ended']}个；" in told) is bool(checks["ended"])
    assert opens(client, seen.totals.late_href) == seen.totals.overdue == sum(row.is_demo == demo for row in overdue)
    assert opens(client, seen.totals.owed_href) == seen.totals.owed
    for pk in {row.district_id for row in rows} - {None}:
        mine = [row for row in rows if row.district_id == pk]
        assert [row.key for row in obligations_visible_to(Viewer(officer).at(day), {pk})] == [row.key for row in mine]
        items = due_items(open_counts_of(mine), day, workdays.current(), pk)
        if day == DAYS[0]:
            assert client.get(reverse("districts:district_detail", args=[world.codes[pk]])).context["owed"] == items
        for item in items:
            if "/obligations/" in item.link:
                assert opens(client, item.link) >= 1


def the_year_before(world, client, day):
    """Asked for an earlier year, the list has as many as the examination and the page of the closing; the lists of papers say the same."""
    page, total = client.get(reverse("obligations:obligation_list"), {"year": YEARS[0]}), examination(YEARS[1], day, demo=True).total.counts
    said, flows = page.content.decode(), {line.label: line for line in flow_lines(YEARS[0], day)}
    assert f"{reverse('reports:examination')}?year={YEARS[1]}" in said
    if day.year - YEARS[0] > 1:
        short = client.get(reverse("obligations:obligation_list"))
        assert f"{YEARS[0]}年度和以前的自查、运营工作报告和碳排放核查报告，这里只列没有完成的和免报的" in short.content.decode()
        before = [row for row in short.context["page"].paginator.object_list if row.kind in LISTS and row.year <= YEARS[0]]
        assert [row.key for row in before if not (row.is_undone or row.waived)] == []
    for kind, name in LISTS.items():
        rows = [row for row in page.context["page"].paginator.object_list if row.kind == kind and not row.waived]
        column, owing, left = KINDS.get(kind, "check"), world.owing(kind, YEARS[0]), world.left(kind, YEARS[0])
        assert by_district(rows) == owing
        assert len(rows) == len(owing) == total[f"{column}_owed"]
        if owing:
            assert flows[str(DUTY_KINDS[kind].label)].owed == len(owing)
        assert by_district(row for row in rows if row.met_on) == world.with_status(kind, YEARS[0], *HANDED_IN)
        assert by_district(row for row in rows if row.state(day) == ObligationState.ENDED) == left
        asked = {"year": YEARS[0], **({"kind": KINDS[kind]} if kind in KINDS else {})}
        words = {line["城区"]: line["状态"] for line in listed(client.get(reverse(f"assessments:{name}_list"), asked))}
        opened = world.names({pk for pk in left if world.papers[pk, kind, YEARS[0]]})
        assert {district for district, word in words.items() if "称号终止时未完成" in word} >= opened
        late = {line["城区"] for line in listed(client.get(reverse(f"assessments:{name}_list"), {**asked, "late": "late"}))}
        assert late == {district for district, word in words.items() if "逾期" in word}
        assert not late & world.names(left)


def the_tables(world, rows, day):
    """Examination, awards, register: who lost the title is in none of them."""
    total = examination(2027, day, demo=True).total.counts
    assert total["pilot"] + total["demonstration"] == len(world.working) - len(world.ended)
    assert not {line.title.district_id for line in award_lines(Title.objects.all(), day)} & set(world.ended)
    named = {row.name for row in register_of(public_rows())}
    assert {district.name for district in world.working if district.pk not in world.ended} == named - {one.name for one in world.real}
    for kind, column in {"self_check": "check", "operation_report": "operation", "carbon_verification": "carbon"}.items():
        assert total[f"{column}_owed"] == len(world.owing(kind, 2026, day))
        done = world.with_status(kind, 2026, "received") if column == "check" else world.with_status(kind, 2026, *HANDED_IN)
        done = {pk for pk in done if world.filed[pk, kind, 2026] < clock.end_of(day)}
        assert total[f"{column}_received" if column == "check" else f"{column}_filed"] == len(done)
    late = Counter(
        row.district_id
        for row in rows
        if row.kind in OF_DISTRICT and row.is_open and ((row.is_overdue(day) and not row.is_default_date) or row.status == "returned")
    )
    for line in award_lines(Title.objects.all(), day):
        pk = line.title.district_id
        if pk in {district.pk for district in world.real}:
            assert (line.word, line.against) == ("无记录", ())
            continue
        words = [word for word in line.against if word.endswith(("未报送", "退回补充"))]
        assert len(words) == late[pk]
        assert any("不合格" in word for word in line.against) is (pk in world.failing(day))
        assert any("办理中" in word for word in line.against) is (pk in world.losing)
        assert not (line.is_candidate and (late[pk] or pk in world.losing))


def the_papers(world, client, rows):
    """Lists of yearly papers show each district that owes one, opened or not, with the same day; that of titles the losses under way."""
    page = client.get(reverse("approvals:title_list")).context["page"]
    assert {title.district_id for title in page.object_list if title.loss_word} == world.losing
    for kind, name in LISTS.items():
        chosen = {"year": 2026, **({"kind": KINDS[kind]} if kind in KINDS else {})}
        lines = listed(client.get(reverse(f"assessments:{name}_list"), chosen))
        owed = {(row.district, workdays.term_in_words(row.due), bool(row.waived)) for row in rows if (row.kind, row.year) == (kind, 2026)}
        shown = {(line["城区"], line["期限"], "免报" in line["状态"]) for line in lines}
        assert owed <= shown
        names = {district.name for district in world.working if world.papers[district.pk, kind, 2026]}
        assert {line[0] for line in shown} == {row[0] for row in owed} | names


def the_reports(world, client):
    """The city's report and the API on 2026, by the titles of its snapshot day: some ended before it, some after."""
    with clock.at(at(2027, 12, 1)):
        received = {district.pk for district in world.working if world.papers[district.pk, "self_check", 2026] == "received"}
        answered = client.get(reverse("api:assessments"), {"year": 2026}).json()
        assert answered["count"] == len(received)
        then = owed_on_years([2026], kinds=["self_check"])
        owing = world.owing("self_check", 2026)
        assert by_district(row for row in then if not row.waived) == owing
        in_time = received - {district for district, year in world.late if year == 2026}
        if in_time:
            report = city_report(2026, clock.today(), demo=True)
            assert {row.district.pk for row in report.scores.rows} == in_time
            owed = report.figures["check_owed"]
            assert {line.district for line in report.checks.lines if "owed" in line.counts} == world.names(owing)
            assert owed.value == len(owing)
            filed = {line.district for line in report.checks.lines if line.met_on and "owed" in line.counts}
            assert world.names(in_time & owing) <= filed
            the_words_of_filings(world, report, owing, in_time)
            told = {row["district"]: (row["title"], row["building"]) for row in answered["results"]}
            for row in report.scores.rows:
                assert (row.held.kind if row.held else "", row.building) == told[row.district.code]


def the_words_of_filings(world, report, owing, in_time):
    """Owed, filed, received, late and missing in the city's report, its sentences and the page of the closing, from the papers alone."""
    handed_in = {pk for pk in owing if world.papers[pk, "self_check", 2026] in HANDED_IN}
    found = SelfCheck.objects.filter(year=2026, district__in=handed_in).values_list("district_id", "filed_at")
    until = {pk: world.extended.get((pk, "self_check", 2026), dt.date(2027, 3, 31)) for pk in owing}
    late = {pk for pk, filed in found if filed.astimezone(clock.SHANGHAI).date() > until[pk]}
    missing, received = owing - handed_in, in_time & owing
    overdue = {pk for pk in missing if until[pk] < dt.date(2027, 5, 31)}
    told = {"owed": owing, "filed": handed_in, "late": late, "timely": handed_in - late, "missing": missing, "overdue": overdue}
    assert {word: report.checks.total[word] for word in (*told, "received")} == {
        word: len(keys) for word, keys in {**told, "received": received}.items()
    }
    assert {word: report.figures[f"check_{word}"].value for word in told} == {word: len(keys) for word, keys in told.items()}
    [flow] = [line for line in flow_lines(2026, clock.today()) if line.label == "年度自查"]
    assert (flow.owed, flow.filed, flow.received, set(flow.missing)) == (
        len(owing), len(handed_in), len(received), world.names(missing)
    )  # fmt: skip
    said = " ".join(texts_of(Composition("", tuple(summary(report, ReportEdition.INTERNAL)))))
    if owing:
        assert f"应报2026年度自查{len(owing)}个，已报送{len(handed_in)}个，其中逾期报送{len(late)}个；未报送{len(missing)}个" in said
    assert (f"未报送{len(missing)}个，其中期限已过{len(overdue)}个" in said) is bool(missing)
    assert ("补报2026年度自查" in said) is bool(overdue)
    asked = [one for one in report.asked.work if one.what == "补报2026年度自查"]
    assert {one.district for one in asked} == world.names(overdue)


def test_the_glossary_defines_each_word_of_filings_as_the_code_does():
    told = (settings.BASE_DIR / "portal/guide/pages/glossary.md").read_text()
    assert [word for word, meaning in MEANINGS.items() if f"- {word.label}：{meaning}。" not in told] == []


def test_a_figure_of_the_public_home_opens_as_many_rows(client):
    World(3)
    with clock.at(at(2027, 4, 5)):
        for metric in home_metrics(register_of(public_rows())):
            if "href" in metric:
                assert client.get(metric["href"]).context["total"] == metric["value"]
