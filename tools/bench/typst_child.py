"""Print as JSON the seconds of one compilation by Typst, and the number of pages.

Runs in a separate process that loads nothing else, because a second compilation in the same process would reuse cached layout.
"""

import json
import sys
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import typst

compiler = typst.Compiler(Path(sys.argv[1]))
start = time.perf_counter()
made = compiler.compile(format="pdf", pdf_standards="a-3a")
seconds = time.perf_counter() - start
if not isinstance(made, bytes):
    raise TypeError(made)
with pikepdf.open(BytesIO(made)) as document:
    sys.stdout.write(json.dumps([seconds, len(document.pages)]))
