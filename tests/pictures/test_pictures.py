"""Key pages at 390, 1366 and 1920 px beside the pictures that are kept of them (``make pictures KEEP=1`` renews these)."""

import io
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.pictures.comparing import Kept
from tests.pictures.world import made_world, stand_still

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZES = [(1366, 1100), (1920, 1100), (390, 1600)]
DESKS = ("preparer", "authority", "expert1", "secretariat", "city_officer", "city_director")
PAPER_IS_OPEN = ".gd-viewer [data-paper][data-state='open']"
# A page of the paper is on its canvas: some opaque dark spot.
PAPER_IS_DRAWN = """() => [...document.querySelectorAll(".gd-viewer .page canvas")].some((canvas) => {
  if (!canvas.width || canvas.hidden) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, at) => at % 4 === 0 && value < 128 && data[at + 3] === 255);
})"""
LOOKS, STEADY, PAUSE_MS = 25, 3, 200


@dataclass(frozen=True)
class Look:
    """A page as one person sees it, once ``shown`` is there."""

    name: str
    seat: str
    path: str
    shown: str = "main"


def looks(world) -> list[Look]:
    """The pages while the review is being scored."""
    table, code = [world.check.table_id], [world.district.code]
    return [
        Look("home", "", reverse("portal:home")),
        Look("register", "", reverse("portal:register")),
        Look("guide", "", reverse("portal:guide_page", args=["application"])),
        *(Look(f"desk-{seat.removesuffix('1')}", seat, reverse("portal:workdesk")) for seat in DESKS),
        Look("district", "preparer", reverse("districts:district_detail", args=code)),
        Look("case", "preparer", reverse("approvals:case", args=[world.case.pk])),
        Look("score-table", "preparer", reverse("assessments:score_table", args=table)),
        Look("check", "preparer", reverse("assessments:score_check", args=table)),
        Look("workspace", "expert1", reverse("assessments:review_workspace", args=[world.scene.review.pk]), PAPER_IS_OPEN),
    ]


def meeting(world) -> list[Look]:
    """The pages once the meeting is open."""
    review = [world.scene.review.pk]
    return [
        Look("meeting", "secretariat", reverse("assessments:review_meeting", args=review)),
        Look("screen", "secretariat", reverse("assessments:review_screen", args=review)),
    ]


class Lens:
    """Takes pictures of pages and tells what is wrong with them."""

    def __init__(self, browser, url: str, people):
        self.context, self.url, self.people = browser.new_context(locale="zh-CN", base_url=url), url, people
        self.page, self.seat, self.kept = self.context.new_page(), "", Kept()

    def complaints(self, look: Look) -> list[str]:
        """Of one page in each width."""
        self._sit(look.seat)
        page, found = self.page, []
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if (width, height) == SIZES[0]:
                answer = page.goto(look.path, wait_until="load")
                assert answer.ok, f"{answer.status} {look.path}"
                page.locator(look.shown).first.wait_for()
            if look.shown == PAPER_IS_OPEN:
                self._drawn()
            found.append(self.kept.complaint(f"{look.name}-{width}", self.taken()))
        return [said for said in found if said]

    def _drawn(self) -> None:
        """Wait until a page of the paper stays on its canvas, which is made anew for each width; in vain where no width shows one."""
        steady = 0
        for _ in range(LOOKS):
            self.page.wait_for_timeout(PAUSE_MS)
            steady = steady + 1 if self.page.evaluate(PAPER_IS_DRAWN) else 0
            if steady == STEADY:
                return

    def taken(self) -> Image.Image:
        """What the window shows, at rest; without the menu, a new line of which would be a difference of every page."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        # Hiding the caret would need an inline style, which the content security policy refuses.
        shot = self.page.screenshot(type="jpeg", quality=90, animations="disabled", caret="initial")
        picture, place = Image.open(io.BytesIO(shot)), self.page.locator(".gd-side")
        if place.count() and (box := place.first.bounding_box()):
            left, top = round(box["x"]), round(box["y"])
            picture.paste("white", (left, top, left + round(box["width"]), top + round(box["height"])))
        return picture

    def _sit(self, seat: str) -> None:
        if seat == self.seat:
            return
        self.context.clear_cookies()
        if seat:
            client = Client()
            client.force_login(getattr(self.people, seat))
            self.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}])
        self.seat = seat


def test_key_pages_look_as_they_did(browser, live_server, settings, tmp_path):
    stand_still(settings, tmp_path)
    world = made_world()
    lens = Lens(browser, live_server.url, world.people)
    found = [said for look in looks(world) for said in lens.complaints(look)]
    assert another_colour_is_seen(lens, tmp_path)
    world.scene.finish_scoring()
    found += [said for look in meeting(world) for said in lens.complaints(look)]
    lens.context.close()
    lens.kept.forget_others()
    assert found == [], "\n".join([*found, "if the pages are meant to look like this: make pictures KEEP=1"])
    assert lens.kept.seen == lens.kept.names


def another_colour_is_seen(lens: Lens, folder) -> bool:
    """Whether the last page that was taken, with the portal's blue as violet, is told apart from its kept picture."""
    lens.page.evaluate("document.documentElement.style.setProperty('--gd-blue-600', 'blueviolet')")
    kept = Kept(found=folder, renew=False)
    return "differ" in kept.complaint(f"workspace-{SIZES[-1][0]}", lens.taken())
