"""Pages of assessments as their people open them and post to them, and the rows of tables beneath."""

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from assessments.reviews.models import ExpertScore
from assessments.tables.models import ScoreRow

HTMX = {"HX-Request": "true"}
ALL_PAGES = (
    "review", "review_pool", "review_workspace", "review_rest", "review_submit", "review_meeting", "review_pack", "review_opinion",
    "review_invitation",
)  # fmt: skip


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def url(name, *things, **query):
    """Address of a page about these things, given as rows or as they stand in the address."""
    keys = [one.pk if isinstance(one, Model) else one for one in things]
    return reverse(f"assessments:{name}", args=keys, query=query or None)


def text_of(answer):
    return answer.content.decode()


def lacking(answer, *words):
    """Status of an answer, and which of these words it lacks."""
    return answer.status_code, [one for one in words if one not in text_of(answer)]


def judge(client, scene, member, item, *, htmx=True, **typed):
    """Send the form of a clause as it is opened now."""
    score = ExpertScore.objects.get(assignment__member=member, assignment__item_id=item)
    data = {"judgement": "agree", "points": "", "comment": "", "comment_kind": "advice", "version": score.version, **typed}
    return client.post(url("review_clause", scene.review, item), data, headers=HTMX if htmx else {})


def signed_in(browser, live_server, user):
    """A page of a person in a context of its own, its ``net``; ``browser`` is a running Chromium. What went wrong is in ``faults``."""
    client = Client()  # signing in ends the session before
    client.force_login(user)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.net, page.faults = context, []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if "Content Security Policy" in said.text else None)
    return page


def row_of(table, item_id="7.2.7"):
    """Row of a clause as it is stored."""
    return ScoreRow.objects.get(table=table, item_id=item_id)


def put(table, item_id, **values):
    """Write columns of a row past all services."""
    ScoreRow.objects.filter(table=table, item_id=item_id).update(**values)
