"""Pages of a review as its people open them and post to them."""

from django.test import Client
from django.urls import reverse

from assessments.reviews.models.review import ExpertScore

HTMX = {"HX-Request": "true"}


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def url(name, review, *args):
    return reverse(f"assessments:{name}", args=[review.pk, *args])


def own_clause(scene, member):
    return scene.clause(member)


def post(client, scene, member, item, *, htmx=True, **typed):
    score = ExpertScore.objects.get(assignment__member=member, assignment__item_id=item)
    data = {"judgement": "agree", "points": "", "comment": "", "comment_kind": "advice", "version": score.version, **typed}
    return client.post(url("review_clause", scene.review, item), data, headers=HTMX if htmx else {})


ALL_PAGES = (
    "review",
    "review_pool",
    "review_workspace",
    "review_rest",
    "review_submit",
    "review_meeting",
    "review_pack",
    "review_opinion",
    "review_invitation",
)
