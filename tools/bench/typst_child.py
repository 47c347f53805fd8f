"""Prints as JSON the seconds of one compilation by Typst, and the pages it made.

A process of its own, which loads nothing else: a second compilation in the same one would find what the first laid out.
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
