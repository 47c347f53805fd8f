"""The planning-stage score table: one chapter by keyboard, the rest by mouse, both seats, everything autosaved."""

from decimal import Decimal

from playwright.sync_api import expect

from tests.e2e.steps import score
from tests.e2e.steps.year import Year

FULL = "109 / 109项"


def fill_first_chapter_by_keyboard(year: Year) -> None:
    """The consultant types the first chapter without a mouse; the figures at the foot follow."""
    consultant = year.at("consultant")
    consultant.open(year.facts["table"])
    # the portal decides one clause itself
    assert score.progress(consultant) == "1 / 109项", score.progress(consultant)
    first = score.chapters(consultant.page)[0]
    count = score.fill_by_keyboard(consultant, first, year.values["planning"])
    assert count >= 12
    expect(consultant.page.locator("#totals dd").last).to_have_text(f"{count + 1} / 109项")  # the last cells are still on their way
    consultant.page.reload()
    assert score.progress(consultant) == f"{count + 1} / 109项"
    assert score.total(consultant) > 0
    consultant.shoot("score-table-first-chapter", axe=True)


def fill_the_rest(year: Year) -> None:
    """The preparer types the second chapter cell by cell and the others at once; the total grows with them."""
    preparer = year.at("preparer")
    preparer.open(year.facts["table"])
    before = score.total(preparer)
    for number, address in enumerate(score.chapters(preparer.page)[1:]):
        (score.fill_at_once if number else score.fill_chapter)(preparer, address, year.values["planning"])
        after = score.total(preparer)
        assert after >= before
        before = after
    if score.progress(preparer) != FULL:
        preparer.open(f"{year.facts['table']}?show=empty")
        raise AssertionError(preparer.text())
    year.facts["planned_total"] = str(score.total(preparer))
    assert Decimal(50) < score.total(preparer) < Decimal(110)
    preparer.see("三星级")
    preparer.shoot("score-table-filled")
    preparer.page.locator("tr[data-item] th a").first.click()
    preparer.page.locator("#drawer.is-open, #drawer[data-item]").first.wait_for()
    preparer.check_access("score table with its drawer")
