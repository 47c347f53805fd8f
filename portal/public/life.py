"""The life of a public district as a line, with the paper or page of each event: what was announced or released, and nothing else."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from approvals.publicity.selectors import notices_public
from approvals.titles.models.publicity import STANDING_UNKNOWN, Title, gaps_of
from approvals.titles.selectors import TitleChange
from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import PublicScore
from carbon.releases.models import CarbonRelease
from carbon.releases.selectors import PublicFigure
from districts.common.enums import Certainty, Stage
from districts.file.models.district import District
from districts.file.selectors.lists import UNKNOWN
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TextColumn
from greendistrict.columns.lists import ListTable, RowAddress, ShownList
from greendistrict.core import clock
from greendistrict.core.life_chart import LifeMark, LifeSpan, life
from greendistrict.core.rounding import fixed
from greendistrict.core.templatetags.gd import num
from outreach.stories.models import Story

TITLE, NOTICE, FIGURES, OTHER = "称号", "公示", "数字公开", "案例和荣誉"
LANES = (TITLE, NOTICE, FIGURES, OTHER)


@dataclass(frozen=True)
class LifeEvent:
    """What became public of a district: day (None if unknown), lane, words, its paper, where that is, whether the day is inferred."""

    day: dt.date | None
    lane: str
    words: str
    paper: str = ""
    href: str | None = None
    guess: bool = False

    @property
    def unknown(self) -> str:
        """What stands for a day that is not known."""
        return UNKNOWN


LIFE = ListTable(
    Columns(
        LifeEvent,
        words=TextColumn(label="事项"),
        day=DayColumn(label="日期", guess="guess", nothing="unknown"),
        lane=TextColumn(label="类别", css="gd-nowrap"),
        paper=TextColumn(label="文书", empty="—"),
    ),
    "words", "day", "lane", "paper", caption="历程和文书", key="href",
)  # fmt: skip


@dataclass(frozen=True)
class DistrictLife:
    """The line and its table, newest first, events of an unknown day last."""

    drawing: SafeString | None
    events: list[LifeEvent]
    table: ShownList
    unknown: int


def spans_of(titles: Iterable[Title]) -> list[LifeSpan]:
    """Periods of a district's titles whose beginning is known, without the days of a loss before its decision was stayed.

    One of which nobody knows that it still stands says so.
    """
    return [span for title in titles if title.granted_on for span in _of_title(title, title.granted_on)]


def _of_title(title: Title, since: dt.date) -> Iterator[LifeSpan]:
    name, is_strong = title.get_kind_display(), title.kind == Stage.DEMONSTRATION
    for lost, again in gaps_of(title):
        if again and lost < again:
            yield LifeSpan(TITLE, name, since, lost, is_strong=is_strong)
            since = again
    yield LifeSpan(TITLE, name, since, title.ended_on if title.end else None, is_strong=is_strong, doubt=_doubt(title))


def _doubt(title: Title) -> str:
    """What is not known of a title's end."""
    if title.end:
        return "" if title.ended_on else f"{title.get_end_display()}，日期未查明"
    return STANDING_UNKNOWN if title.standing_certainty == Certainty.UNKNOWN else ""


def life_of(
    district: District,
    today: dt.date,
    *,
    titles: Sequence[Title],
    changes: Iterable[TitleChange],
    scores: Iterable[tuple[ScoreRelease, PublicScore]],
    carbon: Iterable[tuple[CarbonRelease, PublicFigure]],
    stories: Iterable[Story],
) -> DistrictLife:
    """The life told by the rows that the district's page shows, and its notices; two queries for notices and honours."""
    events = [
        *_titles(titles),
        *(LifeEvent(day, TITLE, words, *_announced(announcement)) for day, words, announcement in changes),
        *_notices(district, today),
        *_scores(scores),
        *_carbon(carbon),
        *_others(stories, district),
    ]
    told = sorted(events, key=lambda event: event.day or dt.date.min, reverse=True)
    marks = [LifeMark(event.lane, event.day, event.words) for event in events if event.day]
    drawing = drawn(district, LANES, spans_of(titles), marks, today=today)
    return DistrictLife(drawing, told, LIFE.html(told, today, RowAddress(), first=None), len(events) - len(marks))


def drawn(
    district: District, lanes: Iterable[str], spans: Sequence[LifeSpan], marks: Sequence[LifeMark], *, today: dt.date
) -> SafeString | None:
    """The line with those of these lanes in which something happened, their numbers in its label; None if nothing did on a known day."""
    counts = Counter(mark.lane for mark in marks)
    shown = [lane for lane in lanes if counts[lane] or any(span.lane == lane for span in spans)]
    words = "；".join(f"{lane}{counts[lane]}项" for lane in shown)
    return life(shown, spans, marks, today=today, title=f"{district.name}的历程：{words}") if shown else None


def _page(name: str, *arguments: object) -> str:
    return reverse(name, args=arguments)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


def _announced(announcement: int | None) -> tuple[str, str | None]:
    """Name and address of the page of an announcement; neither without one."""
    return ("公告", _page("approvals:announcement", announcement)) if announcement else ("", None)


def _titles(titles: Iterable[Title]) -> Iterable[LifeEvent]:
    """Beginning of each title, each loss of which the decision was stayed, and its end."""
    for title in titles:
        paper = title.announcement.number or title.announcement.word if title.announcement else title.told_by
        href = _announced(title.announcement_id)[1]
        guess = title.granted_on is not None and title.date_certainty == Certainty.INFERRED
        yield LifeEvent(title.granted_on, TITLE, f"公告授予{title.get_kind_display()}称号，{title.star_words}", paper, href, guess)
        ended = title.end_announcement
        told = (ended.number or ended.word if ended else "", _announced(title.end_announcement_id)[1])
        for lost, _ in gaps_of(title):
            yield LifeEvent(lost, TITLE, f"{title.get_kind_display()}称号{title.stayed_word}（后停止执行）", *told)
        if title.end:
            yield LifeEvent(title.ended_on, TITLE, f"{title.get_kind_display()}称号{title.get_end_display()}", *told)


def _notices(district: District, today: dt.date) -> Iterable[LifeEvent]:
    """Notices that have begun."""
    for notice in notices_public().filter(case__district=district, opens_on__lte=today):
        yield LifeEvent(notice.opens_on, NOTICE, notice.title, notice.case.number or "", _page("approvals:notice", notice.pk))


def _scores(scores: Iterable[tuple[ScoreRelease, PublicScore]]) -> Iterable[LifeEvent]:
    for release, score in scores:
        words = f"公开{score.name}得分{fixed(score.total)}分，{score.nature}"
        yield LifeEvent(_day(release.released_at), FIGURES, words, "得分", "#scores-title")


def _carbon(carbon: Iterable[tuple[CarbonRelease, PublicFigure]]) -> Iterable[LifeEvent]:
    for release, figure in carbon:
        words = f"公开{figure.year}年度碳排放{num(figure.total)}tCO₂e"
        yield LifeEvent(_day(release.released_at), FIGURES, words, "碳排放", "#carbon-title")


def _others(stories: Iterable[Story], district: District) -> Iterable[LifeEvent]:
    """Stories, and honours that are no title of the city."""
    for story in stories:
        if story.released_at and story.frozen:
            words, href = f"发布案例：{story.frozen['title']}", _page("outreach:story_public", story.pk)
            yield LifeEvent(_day(story.released_at), OTHER, words, "案例", href)
    for honour in district.honours.all():
        yield LifeEvent(honour.granted_on, OTHER, honour.title, guess=honour.certainty == Certainty.INFERRED)
