"""Number and area of districts published by the city, by year; separate from the portal's own count.

Published counts do not distinguish 试点 and 示范 and have no list of names.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class PublishedCount:
    """Published figures for the end of a year; ``about`` if the source gives the area as 约.

    ``covers`` is what the figure counts according to its source, ``gap`` its difference from the previous figure.
    """

    year: int
    count: int
    km2: Decimal
    source: str
    covers: str
    gap: str
    about: bool = False

    @property
    def area_words(self) -> str:
        """Area as published."""
        return f"{'约' if self.about else ''}{self.km2}"


MIXED = "试点与示范未分列，名单未查明，各年所用的词不同（“创建”“成功建设”）"
UNCLEAR = "各年的范围和算法是否相同未查明，不能连成一条曲线"
CREATED = "“创建”数，试点与示范未分列"
PUBLISHED = (
    PublishedCount(
        2022, 21, Decimal("58.7"), "解放日报2023年6月16日", f"{CREATED}；当年完成6个、约17 km²",
        "2019年底公布的27个、约82 km²（文汇报2020年8月17日）含储备的城区，口径不同；2020、2021年底的数未查明", about=True,
    ),
    PublishedCount(
        2023, 26, Decimal("72.6"), "公开报道（转载稿）", CREATED, "出处是转载稿，只取数字；与2022年底的范围和算法是否相同未查明", about=True
    ),
    PublishedCount(
        2024, 37, Decimal("89.38"), "市住房城乡建设管理委解读《发展报告（2024）》，东方网2025年6月24日",
        "“已成功建设37个绿色生态城区，总用地规模约89.38平方公里”，试点与示范未分列", "与2023年底的范围和算法是否相同未查明", about=True,
    ),
)  # fmt: skip
