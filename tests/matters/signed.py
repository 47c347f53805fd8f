"""What stands where somebody hands up, signs, endorses, checks, accepts or decides: the own result, explained figures, own words."""

import html
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from django.urls import reverse

from approvals.changes.models import Change
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable
from assessments.tables.selectors.tables import score_tables_visible_to
from assessments.versions import services as tables
from carbon.inventories.models import CarbonInventory
from districts.file.rules import may_read_file
from districts.plausibility.models import FigureAnswer
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.workflow.dry_run import is_decisive
from tests.factories.assessments import make_self_check
from tests.matters.cases import CaseMatter
from tests.matters.matter import Matter
from tests.matters.walk import step_of
from tests.steps import step

CONTROL = "7.1.1"
SAID = "与批复核对无误，演示走查的核对说明（虚构）"
VALUES = {"total": r"([\d.]+)分", "failing": r"(\d+)条不满足", "unproven": r"(\d+)条缺佐证", "noted": r"(\d+)处提示"}
AWAY = re.compile("退回|收回|撤回|作废|代录")  # given back, or entered from a paper that somebody else has signed


def worsen(table):
    """A control item that fails, and clauses that nothing proves."""
    ScoreRow.objects.filter(table=table, item_id=CONTROL).update(value="50")
    RowEvidence.objects.filter(row__table=table).delete()
    return table


def lines(answer) -> dict[str, str]:
    """The own result on a page by line; empty where the page does not show it."""
    found = re.search(r'id="own-result">(.*?)</dl>', answer.content.decode(), re.DOTALL)
    parts = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", found[1], re.DOTALL) if found else []
    return {name: re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", words))) for name, words in parts}


def figures(answer) -> dict[str, str]:
    """Its figures by name, as the page shows them."""
    said = "　".join(f"{name}{words}" for name, words in lines(answer).items())
    return {name: found[1] if (found := re.search(pattern, said)) else "" for name, pattern in VALUES.items()}


def of_the_table(client, table) -> dict[str, str]:
    """The same figures as the table's page and the page of its check show them."""
    totals = client.get(reverse("assessments:score_table", args=[table.pk])).context["totals"]
    counts = client.get(reverse("assessments:score_check", args=[table.pk]), follow=True).context["list"].counts
    numbers = {"total": totals.total, "failing": len(totals.failing), "unproven": totals.unproven, "noted": counts["open"]}
    return {name: str(number or "") for name, number in numbers.items()}


def explained(matter, row):
    """A row whose figure was asked about and explained; what stands wherever who signs may read of it."""
    said = {"question": "演示提示（虚构）", "text": SAID, "by": matter.people.preparer, "at": clock.now()}
    FigureAnswer.objects.create(subject=subject_of(row), rule="unusual", part="演示", **said)
    return [SAID]


def of_file(matter, _action, user):
    """A case rests on the file of its district."""
    said = explained(matter, matter.obj.district)
    return said if may_read_file(posts_of(user), matter.obj.district) else []


def of_change(matter, action, user):
    """A draft is compared as it is filled in; what was handed up keeps its comparison."""
    Change.objects.filter(case=matter.obj).update(lines=[{"what": "演示对照（虚构）", "before": "原来", "after": "以后"}])
    compared = "变更前后对照" if matter.state in {"draft", "signing"} else "演示对照（虚构）"
    return [compared, *of_file(matter, action, user)]


def newest_table(matter):
    """A change shows the newest table that its district has submitted."""
    check = make_self_check(matter.people, year=2025, district=matter.obj.district)
    step(check, "hand_up", matter.people.preparer)
    step(check, "sign", matter.people.reviewer)
    return check.table


def filed_table(matter):
    """The table of a stage assessment, submitted once the assessment is filed."""
    if matter.state not in {"draft", "signing"} and not matter.obj.table.versions.exists():
        tables.submit_table(table=matter.obj.table, by=matter.people.reviewer, extra={})
    return matter.obj.table


def of_stage(matter, action, _user):
    """What is asked for, and what was mended, stands beside the own result."""
    stage, asks = matter.obj, {"extend", "refuse_extension"}
    mends = {"report_mended", "recheck_pass", "recheck_return", "close_unmended"}
    return [stage.extension_asked] * (action in asks) + [stage.rectification] * (action in mends)


def of_inventory(matter, *_):
    return explained(matter, CarbonInventory.objects.get(district=matter.obj.district))


class Signed(NamedTuple):
    """What the pages of a kind show to who signs: words, by matter, step and person, and the figures of a score table."""

    words: Callable[[Matter, str, User], list[str]] = lambda *_: []
    table: Callable[[Matter], ScoreTable | None] = lambda _matter: None


OF_CASE = Signed(of_file, lambda matter: matter.obj.table)
OF_PLOT = Signed(lambda matter, *_: explained(matter, matter.obj.plot))
OF_ROW = Signed(lambda matter, *_: explained(matter, matter.obj))
KINDS = {
    "application": OF_CASE,
    "acceptance": OF_CASE,
    "change": Signed(of_change, newest_table),
    "self_check": Signed(table=lambda matter: matter.obj.table),
    "stage_assessment": Signed(of_stage, filed_table),
    "extension": Signed(lambda matter, *_: [cn_date(matter.obj.was_due), cn_date(matter.obj.until), matter.obj.reason]),
    "rectification": Signed(lambda matter, *_: [matter.obj.before, matter.obj.after, matter.obj.reason]),
    "implementation_plan": Signed(lambda matter, *_: explained(matter, matter.obj.items.get())),
    "reserve_project": OF_ROW,
    "carbon_inventory": OF_ROW,
    "carbon_verification": Signed(of_inventory),
    **dict.fromkeys(("plot_grant", "plot_allocation", "plot_own"), OF_PLOT),
}

# Kinds without a score table of their own and without figures that are asked about.
NEITHER = frozenset({
    "amendment", "announcement", "archive_volume", "disclosure_remedy", "district", "edition", "exchange_event", "expert",
    "indicator_system", "inspection", "inspection_finding", "letter_wording", "loss", "panel_member", "paper_scores", "post_evaluation",
    "recusal_request", "remedy", "review", "review_opinion", "row_share", "setting", "setting_sheet", "stage_opinion", "story",
    "year_closing", "yearly_report", "score_table",  # moves with the matter around it
})  # fmt: skip


def steps_signed(matter):
    """Steps of a state with which somebody stands for what the matter holds."""
    own = getattr(matter, "own_pages", {})
    return [
        one.action for one in matter.machine.leaving(matter.state)
        if one.seats and one.action not in {*matter.elsewhere, *own} and not AWAY.search(one.label)
    ]  # fmt: skip


def pages_of(client, walk):
    """The matter's page, and the page on which the step itself is read or asked."""
    yield "page", client.get(walk.page, follow=True)
    decisive = is_decisive(walk.matter.machine.name, walk.action)
    if isinstance(walk.matter, CaseMatter) or walk.transition.page:
        yield "step", client.get(walk.url)
    elif walk.transition.confirm or decisive:
        yield "question", walk.post(walk.obj.version)


def missing(client, matter):
    """For each step of the state what its pages do not show: words, or figures as the table's own page has them."""
    kind, found = KINDS[matter.machine.name], []
    for action in steps_signed(matter):
        with step_of(client, matter, action) as walk:
            table, user = kind.table(walk.matter), walk.takers[0]
            words = kind.words(walk.matter, action, user)
            client.force_login(user)
            wanted = {}
            if table is not None:
                assert score_tables_visible_to(Viewer(user)).filter(pk=worsen(table).pk).exists(), (action, user)
                wanted = of_the_table(client, table)
                assert wanted["total"]
            for place, answer in pages_of(client, walk):
                assert answer.status_code == HTTPStatus.OK, (action, place, answer.status_code)
                text = html.unescape(answer.content.decode())
                found += [(action, place, one) for one in words if one not in text]
                found += [(action, place, figures(answer), wanted)] if wanted and figures(answer) != wanted else []
    return found
