"""Two pictures of a page compared as by an eye that stands back: by mean colours of small squares, so that hinting is no difference."""

import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

KEPT = Path(__file__).with_name("kept")
FOUND = Path(os.environ.get("GD_PICTURES_DIR") or Path(__file__).resolve().parents[2] / "var" / "pictures")
SCALE = 2  # pixels of the page to one of the picture
SQUARE = 8  # pixels of the picture
STEP = 16  # of 255: type drawn by another machine moves the mean of a square by less
FEW = 0.002  # share of squares that may differ: a line of type that stands a pixel lower
QUALITY = 40
RED = (209, 26, 26)


@dataclass(frozen=True)
class Difference:
    """Squares that differ, as a picture of one pixel each, white where they do; ``None`` where the sizes differ."""

    squares: Image.Image | None
    share: float

    def __bool__(self) -> bool:
        """Whether an eye would see it."""
        return self.squares is None or self.share > FEW


def reduced(picture: Image.Image) -> Image.Image:
    """A picture of a page in the size in which it is kept."""
    return picture.convert("RGB").reduce(SCALE)


def difference(kept: Image.Image, fresh: Image.Image) -> Difference:
    """How two reduced pictures differ."""
    if kept.size != fresh.size:
        return Difference(None, 1.0)
    bands = ImageChops.difference(kept.convert("RGB").reduce(SQUARE), fresh.reduce(SQUARE)).split()
    widest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    squares = widest.point(lambda value: 255 if value > STEP else 0)
    return Difference(squares, squares.histogram()[255] / (squares.width * squares.height))


def side_by_side(kept: Image.Image, fresh: Image.Image, found: Difference) -> Image.Image:
    """The kept picture, the fresh one, and the fresh one with what differs in red."""
    marked = fresh.copy()
    if found.squares is not None:
        mask = found.squares.resize((found.squares.width * SQUARE, found.squares.height * SQUARE), Image.Resampling.NEAREST)
        marked = Image.blend(fresh, Image.new("RGB", fresh.size, "white"), 0.6)
        marked.paste(Image.new("RGB", fresh.size, RED), mask=mask.crop((0, 0, *fresh.size)).point(lambda value: value // 2))
    shown = (kept.convert("RGB"), fresh, marked)
    sheet = Image.new("RGB", (sum(one.width for one in shown) + 2 * SQUARE, max(one.height for one in shown)), "white")
    left = 0
    for one in shown:
        sheet.paste(one, (left, 0))
        left += one.width + SQUARE
    return sheet


class Kept:
    """The pictures in the repository; with ``GD_PICTURES_KEEP=1`` what is seen takes their places."""

    def __init__(self, folder: Path = KEPT, found: Path = FOUND, *, renew: bool | None = None):
        self.folder, self.found = folder, found
        self.renew = bool(os.environ.get("GD_PICTURES_KEEP")) if renew is None else renew
        self.seen: set[str] = set()

    @property
    def names(self) -> set[str]:
        """Of all that is kept."""
        return {path.stem for path in self.folder.glob("*.webp")}

    def complaint(self, name: str, picture: Image.Image) -> str:
        """What is wrong with a fresh picture, with the place of a picture that shows it; empty where nothing is."""
        fresh, path = reduced(picture), self.folder / f"{name}.webp"
        self.seen.add(name)
        if self.renew:
            fresh.save(path, quality=QUALITY, method=6)
            return ""
        told = self.found / f"{name}.png"
        if not path.exists():
            self._write(fresh, told)
            return f"{name}: no picture is kept; the fresh one is {told}"
        with Image.open(path) as kept:
            found = difference(kept, fresh)
            if not found:
                return ""
            self._write(side_by_side(kept, fresh, found), told)
        return f"{name}: {found.share:.2%} of the squares differ, see {told}"

    def forget_others(self) -> None:
        """Where the pictures are renewed, those of pages that are not taken any more go."""
        for name in self.names - self.seen if self.renew else ():
            (self.folder / f"{name}.webp").unlink()

    def _write(self, picture: Image.Image, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path)
