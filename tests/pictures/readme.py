"""Takes the pictures of the README in Chromium: ``make readme-pictures``.

A portal with the demo's story of a fixed day; each page as one seat sees it on a small screen. Look at them before they are committed.
"""

import datetime as dt
import json
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.browsers import chromium
from tests.e2e.steps.actor import Actor, Album
from tests.e2e.steps.setting import load_story
from tests.processes import Portal

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SIZE = (1366, 820)
DAY = dt.date(2026, 11, 25)
SETTLED_MS = 1500  # parts that the page asks for when it is there
COLOURS = 128  # a picture of 1366 × 820 px stays under 120 KB
# picture: whose page it is (a visitor's without a name), its address
PAGES = {"home": ("", "/"), "workdesk": ("city-officer", "/desk/"), "score-table": ("preparer", "/assessments/tables/{table}/?chapter=7")}
TABLE = """
    SELECT filed.table_id FROM assessments_selfcheck filed JOIN districts_district district ON district.id = filed.district_id
    WHERE filed.status = 'draft' AND district.name = '演示新城区（虚构）' ORDER BY filed.year DESC LIMIT 1
"""


def take(portal: Portal, folder: Path) -> list[Path]:
    """The three pictures, in the folder of the README's images."""
    accounts = {row["username"]: row for row in json.loads((folder / "demo-accounts.json").read_text(encoding="utf-8"))}
    ((table,),) = portal.rows(TABLE)
    taken = []
    with chromium() as browser:
        for name, (username, path) in PAGES.items():
            actor = Actor(browser, portal.url, Album("readme"), size=SIZE)
            if username:
                actor.sign_in(accounts[username])
            actor.open(path.format(table=table))
            actor.page.wait_for_timeout(SETTLED_MS)
            taken.append(IMAGES / f"{name}.png")
            actor.page.screenshot(path=taken[-1], animations="disabled")
            Image.open(taken[-1]).convert("RGB").quantize(COLOURS).save(taken[-1], optimize=True)
            actor.close()
    return taken


def main() -> None:
    """Load the story, or copy it where it was loaded for these sources, and take the pictures."""
    with tempfile.TemporaryDirectory() as name, Portal(Path(name), f"readme_{os.getpid()}") as portal:
        portal.move(DAY)
        load_story(portal)
        portal.start_web()
        for path in take(portal, Path(name)):
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
