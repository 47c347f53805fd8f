"""Number and area of districts that the city has published, by year; apart from the portal's own count. Pure.

The published counts do not tell 试点 and 示范 apart, and no list of names goes with them.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class PublishedCount:
    """What was published for the end of a year; ``about`` where the area was given as a round number."""

    year: int
    count: int
    km2: Decimal
    source: str
    about: bool = False

    @property
    def area_words(self) -> str:
        """Area as published."""
        return f"{'约' if self.about else ''}{self.km2}"


MIXED = "“创建”数，试点与示范未分列，名单未查明"
PUBLISHED = (
    PublishedCount(2022, 21, Decimal("58.7"), "解放日报2023年6月16日", about=True),
    PublishedCount(2023, 26, Decimal("72.6"), "公开报道（转载稿）", about=True),
    PublishedCount(2024, 37, Decimal("89.38"), "市住房城乡建设管理委解读《发展报告（2024）》，东方网2025年6月24日"),
)
