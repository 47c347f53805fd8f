"""Make the font of the subscript digits (₀ to ₉) of papers from the digits of Noto Serif CJK SC, which has none of them.

``python -m scripts.subscripts [NotoSerifCJK-Regular.ttc]`` writes ``templates/pdf/fonts/subscripts.otf``; its licence stands beside it.
"""

import sys
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.t2CharStringPen import T2CharStringPen  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection  # type: ignore[import-untyped]

SOURCE = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
MADE = Path(__file__).parent.parent / "templates" / "pdf" / "fonts" / "subscripts.otf"
FAMILY, SIZE, LOWERED = "Subscripts", 0.62, -140  # share of the digit's size; units of 1,000 to the em
COPYRIGHT = "Digits of Noto Serif CJK SC, © 2017-2022 Adobe (http://www.adobe.com/), made smaller and lowered."
DAY = 3_849_984_000  # 2026-01-01 in seconds since 1904, so that the same source makes the same file


def made(source: str) -> FontBuilder:
    """The font with ten glyphs and an empty one."""
    with TTCollection(source, lazy=True) as fonts:
        font: Any = next(one for one in fonts.fonts if one["name"].getDebugName(1) == "Noto Serif CJK SC")
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        digits = [(0x2080 + digit, f"sub{digit}", names[ord(str(digit))]) for digit in range(10)]
        widths = {".notdef": 500} | {name: round(glyphs[digit].width * SIZE) for _, name, digit in digits}
        drawn = {".notdef": T2CharStringPen(500, None).getCharString()}
        for _, name, digit in digits:
            pen = T2CharStringPen(widths[name], None)
            glyphs[digit].draw(TransformPen(pen, (SIZE, 0, 0, SIZE, 0, LOWERED)))
            drawn[name] = pen.getCharString()
        ascent, descent = font["hhea"].ascent, font["hhea"].descent
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(widths))
    builder.setupCharacterMap({code: name for code, name, _ in digits})
    builder.setupCFF(f"{FAMILY}-Regular", {"FullName": FAMILY, "Notice": COPYRIGHT}, drawn, {})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    licence = "This Font Software is licensed under the SIL Open Font License, Version 1.1."
    builder.setupNameTable({
        "familyName": FAMILY, "styleName": "Regular", "psName": f"{FAMILY}-Regular", "copyright": COPYRIGHT, "licenseDescription": licence,
        "licenseInfoURL": "https://scripts.sil.org/OFL",
    })  # fmt: skip
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent, fsType=0)
    builder.setupPost()
    builder.updateHead(created=DAY, modified=DAY)
    return builder


if __name__ == "__main__":
    made(sys.argv[1] if len(sys.argv) > 1 else SOURCE).save(MADE)
