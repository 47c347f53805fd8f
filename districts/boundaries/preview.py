"""An outline before it is stored: how it lies to its neighbours, in words and in a picture, and what is asked about it (pure).

Every odd thing is a sentence with its figures, which the user confirms by a tick; a sentence with other figures is another question. It
stands on one line, because a browser sends line breaks back otherwise than it was given them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

from districts.boundaries.geojson import Frame, box_of, frame_of
from districts.boundaries.geometry.reader import OutlineLook, ReadBoundary, ReadingOffer
from districts.common.coordinate_systems import READINGS, TURNED
from greendistrict.core.folded_keys import visible
from greendistrict.core.rounding import fixed, half_up

NEAR = Decimal(1)  # per cent between drawn and stated area that nobody needs to look at; the portal's own habit
SLIVER = 0.01  # a share below it is the thickness of a drawn line
KEPT = 0.9  # of the former or of the new version is common to both where an outline was extended or cut
SAME = 0.9999  # of both is common: the same outline again
FAR_KM = 3  # from where the district is registered to lie, which sources tell about so exactly
SHOWN, MARK = 8, 16
MEANT = "坐标"  # with which the record begins of how coordinates were said to be meant
KILOMETRE = 1000
Relation = Mapping[str, float]


@dataclass(frozen=True)
class OutlineAnswer:
    """What a user answered to a preview: its mark, the reading chosen in it, and the sentences ticked."""

    mark: str = ""
    reading: str = ""
    confirmed: frozenset[str] = frozenset()

    def reading_of(self, digest: str) -> str:
        """The reading, if it was chosen for the file with this digest."""
        return self.reading if self.mark.startswith(digest[:MARK]) else ""


@dataclass(frozen=True)
class DrawnLayer:
    """Shapes of one kind in the picture: class of the stylesheet, path, and their words in the legend."""

    css: str
    path: str
    words: str


@dataclass(frozen=True)
class ReadingChoice:
    """A way in which the coordinates can be meant, and where the outline would lie then."""

    key: str
    label: str
    where: str


@dataclass(frozen=True)
class OutlinePreview:
    """What is shown before an outline is stored.

    ``facts``: pairs of term and words; ``oddities``: sentences to be confirmed; ``choices``: readings of the coordinates, of which one
    ``reading`` was taken, which the user ``has_to_choose`` as long as it is doubtful. ``rows``: plots, each with its hectares in words.
    """

    facts: tuple[tuple[str, str], ...]
    oddities: tuple[str, ...]
    choices: tuple[ReadingChoice, ...]
    reading: str
    has_to_choose: bool
    frame: Frame
    layers: tuple[DrawnLayer, ...]
    digest: str
    asked_with: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = field(default=(), compare=False)

    @property
    def mark(self) -> str:
        """Differs for another file, other answers of the form, and whenever what is told differs."""
        facts = (f"{term} {words}" for term, words in (*self.facts, *self.rows))
        told = "\n".join((self.digest, self.reading, *self.asked_with, *facts, *self.notes, *self.oddities))
        return f"{self.digest[:MARK]}-{sha256(told.encode()).hexdigest()}"

    def open_questions(self, answer: OutlineAnswer) -> list[str]:
        """What the answer leaves open, in words."""
        left = ["请选定坐标怎样理解"] if self.has_to_choose else []
        ticks = [words for words in self.oddities if words not in answer.confirmed]
        return [*left, *(["请核对下列各项，确认无误的逐项勾选；有误的，改正文件后重新上传"] if ticks else [])]

    def answered(self, answer: OutlineAnswer) -> "OutlinePreview":
        """The preview with what was confirmed, which is kept on record."""
        way = next((f"{one.label}：{one.where}" for one in self.choices if one.key == self.reading), "")
        chosen = (f"{MEANT}{way}",) if way and answer.reading == self.reading else ()
        return replace(self, confirmed=(*chosen, *(words for words in self.oddities if words in answer.confirmed)))


def length_words(metres: float) -> str:
    """A distance in words."""
    return f"{fixed(Decimal(str(metres)) / KILOMETRE, 1)}公里" if metres >= KILOMETRE else f"{fixed(Decimal(str(metres)), 0)}米"


def apart_words(metres: float) -> str:
    """How far apart two outlines lie that do not overlap; they may touch."""
    if not metres:
        return "边界相接"
    return f"相距{length_words(metres)}" if metres >= 1 else "相距不到1米"


def share_words(share: float) -> str:
    """A share (0 to 1) as per cent; small ones are not shown as none."""
    percent = Decimal(str(share)) * 100
    return f"{fixed(percent, 1)}%" if percent >= Decimal("0.1") or not percent else "不到0.1%"


def relation_words(name: str, relation: Relation) -> str:
    """How an outline lies to another one."""
    if not relation["own"]:
        return f"不重叠，{apart_words(relation['metres'])}"
    return f"{share_words(relation['own'])}在其中，占{name}的{share_words(relation['other'])}"


def gap_percent(drawn: Decimal, stated: Decimal | None) -> Decimal | None:
    """Difference between drawn and stated area, in per cent of the stated one; None without a stated area."""
    return half_up((drawn - stated) / stated * 100, 1) if stated else None


def area_oddity(area_km2: Decimal, stated: Decimal | None) -> str:
    """What is odd about the drawn area beside the stated one; empty for nothing."""
    gap = gap_percent(area_km2, stated)
    if gap is None or stated is None or abs(gap) <= NEAR:
        return ""
    return f"图形面积{fixed(area_km2, 4)}平方公里，比填写的{fixed(stated, 4)}平方公里{'大' if gap > 0 else '小'}{abs(gap).normalize():f}%"


def choices_of(offers: Sequence[ReadingOffer]) -> tuple[ReadingChoice, ...]:
    """The ways of reading with where each would place the outline."""
    made = []
    for offer in offers:
        east, north = (fixed(Decimal(str(one)), 4) for one in offer.middle)
        where = f"中心约在东经{east}°、北纬{north}°"
        told = [f"与{name}{_overlap_words(relation)}" for name, relation in offer.relations.items()]
        made.append(ReadingChoice(offer.key, READINGS[offer.key], "，".join((where, *told))))
    if offers and all(offer.key in TURNED for offer in offers):
        return tuple(replace(one, where=f"{one.where}；照原样不在本市范围内") for one in made)
    return tuple(made)


def _overlap_words(relation: Relation) -> str:
    if not relation["own"]:
        return f"不重叠、{apart_words(relation['metres'])}"
    return f"重叠{share_words(relation['own'])}"


def layers_of(shapes: Iterable[tuple[str, dict[str, Any] | Sequence[dict[str, Any]], str]]) -> tuple[Frame, tuple[DrawnLayer, ...]]:
    """Frame around all shapes, and each group of class, shape or shapes and words as a layer."""
    groups = [(css, [drawn] if isinstance(drawn, dict) else list(drawn), words) for css, drawn, words in shapes]
    frame = frame_of([box_of(geometry) for _, drawn, _ in groups for geometry in drawn])
    return frame, tuple(DrawnLayer(css, "".join(map(frame.path, drawn)), words) for css, drawn, words in groups if drawn)


def offered_layers(offers: Sequence[ReadingOffer], reading: str) -> list[tuple[str, dict[str, Any], str]]:
    """Where the outline would lie by the readings that were not taken."""
    return [("edge-offer", offer.geometry, READINGS[offer.key]) for offer in offers if offer.key != reading]


@dataclass(frozen=True)
class KnownOutline:
    """A stored outline that a new one is compared with; ``must``: what a new one has to do to it, or nothing is asked.

    ``again``: the former version of the same; ``within``: the new one lies in it; ``around``: it lies in the new one; ``apart``: they do
    not overlap; ``distinct``: they are not the same. ``number``: of its version.
    """

    name: str
    geometry: dict[str, Any]
    must: str
    number: int = 0


def outline_oddity(known: KnownOutline, relation: Relation) -> str:
    """What is odd about how a new outline lies to a known one; empty for nothing."""
    name, own, other = known.name, relation["own"], relation["other"]
    if relation["common"] > SAME and known.must in {"again", "apart", "distinct"}:
        return f"与{name}的图形相同"
    if known.must == "apart":
        return f"有{share_words(own)}与{name}重叠" if own > SLIVER else ""
    if known.must == "distinct":
        return ""
    if not own:
        return f"与{name}不重叠，{apart_words(relation['metres'])}"
    asked = {
        "again": (max(own, other) < KEPT, f"与{name}只有{share_words(max(own, other))}重叠"),
        "within": (1 - own > SLIVER, f"有{share_words(1 - own)}不在{name}内"),
        "around": (1 - other > SLIVER, f"{name}有{share_words(1 - other)}不在图形内"),
    }
    is_odd, words = asked.get(known.must, (False, ""))
    return words if is_odd else ""


def boundary_preview(
    looked: OutlineLook,
    known: Sequence[KnownOutline],
    *,
    digest: str,
    asked_with: Sequence[str],
    stated: Decimal | None = None,
    more: Sequence[str] = (),
) -> OutlinePreview:
    """Preview of one outline; ``more`` are further sentences to be confirmed."""
    found: ReadBoundary = looked.found
    told = [(one, relation) for one in known if (relation := looked.relations.get(one.name))]
    oddities = [area_oddity(found.area_km2, stated), *(outline_oddity(one, relation) for one, relation in told), *more]
    if looked.metres_from_site > FAR_KM * KILOMETRE:
        oddities.append(f"离城区登记的位置{length_words(looked.metres_from_site)}")
    near = [(one, relation) for one, relation in told if one.must not in {"apart", "distinct"} or relation["own"] > SLIVER]
    shapes: list[tuple[str, Any, str]] = [("edge-known", one.geometry, one.name) for one, _ in near]
    shapes += offered_layers(looked.offers, looked.reading)
    frame, layers = layers_of([*shapes, ("edge", found.geometry, "上传的图形")])
    facts = [
        ("图形面积", f"{fixed(found.area_km2, 4)} km²"),
        ("格式", f"{found.format}，{found.points:,}个点"),
        ("坐标系", found.system),
        *((one.name, relation_words(one.name, relation)) for one, relation in near),
    ]
    if stated:
        facts.insert(1, ("填写的面积", f"{fixed(stated, 4)} km²"))
    return OutlinePreview(
        facts=tuple(facts), oddities=tuple(map(visible, filter(None, oddities))), choices=choices_of(looked.offers), reading=looked.reading,
        has_to_choose=looked.asked, frame=frame, layers=layers, digest=digest, asked_with=tuple(asked_with),
    )  # fmt: skip


def named(numbers: Sequence[str]) -> str:
    """Some numbers, and how many there are if they are more."""
    return f"{'、'.join(numbers[:SHOWN])}{f'等{len(numbers)}个' if len(numbers) > SHOWN else ''}"
