"""Every address of the portal asks who is there, or stands on the list of those that need not."""

import ast
import uuid
from collections import Counter

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from tests.architecture import rights
from tests.architecture.sources import nodes, said

PUBLIC = {
    "portal:home": "公众首页", "portal:register": "称号名录", "portal:public_district": "称号名录的一项", "portal:publicity": "公示公告",
    "portal:newsletter_rss": "announcements, stories and events as one feed", "portal:newsletter_atom": "the same",
    "portal:publicity_rss": "the same as a feed", "portal:publicity_atom": "the same as a feed", "portal:sitemap": "for search engines",
    "portal:robots": "for search engines", "portal:open_data": "开放数据", "portal:open_dataset": "a set of it",
    "portal:open_data_file": "a file of it", "portal:open_version": "an earlier version of it",
    "portal:open_version_file": "a file of that", "portal:open_data_catalogue": "its catalogue for programs",
    "portal:published_counts": "历年公布数", "portal:ogc_landing": "OGC API – Features of the released boundaries",
    "portal:ogc_api": "its definition", "portal:ogc_conformance": "classes of the standard it meets",
    "portal:ogc_collections": "its collections", "portal:ogc_collection": "one of them", "portal:ogc_items": "features of one",
    "portal:ogc_item": "one feature", "portal:public_samples": "后评估抽取名单", "portal:public_policy": "政策条款、本平台的理解和参数",
    "portal:public_standards": "评价标准的公开部分", "portal:public_outages": "平台停运和因此顺延的期限",
    "portal:public_sample_data": "后评估抽取的核对数据", "portal:public_sample_script": "后评估抽取的核对程序",
    "portal:verify": "文号查验", "api:docs": "接口说明", "api:schema": "the same for programs", "api:client": "a client in one file",
    "portal:guide": "办事指南目录", "portal:guide_form": "空表和样例", "portal:guide_page": "办事指南的公开部分，其余为404",
    "portal:components": "gallery of parts, mounted outside production only", "approvals:notice": "公示",
    "approvals:announcement": "公告", "beautiful:public_programme": "征求意见稿 of 美丽上海, marked so",
    "beautiful:public_progress": "quarters of the action plan that were released", "beautiful:public_quarter": "a released one",
    "outreach:opinions": "意见与异议, published summaries", "outreach:opinion_on_programme": "anybody files an opinion",
    "outreach:opinion_on_district": "the same on a district", "outreach:opinion_on_notice": "the same on a notice",
    "outreach:opinion_receipt": "state and answer by the secret code",
    "outreach:held_answer": "one's own filing by the secret code", "outreach:disclosures": "how to ask for government information",
    "outreach:disclosure_new": "anybody asks for government information",
    "outreach:disclosure_receipt": "state and reply by the secret code",
    "outreach:disclosure_complete": "the asker completes a request by the secret code",
    "outreach:disclosure_hand_over": "files of the reply by the secret code", "outreach:stories": "案例, released ones",
    "outreach:story_public": "a released one", "outreach:story_photo": "a photo of a released one",
    "outreach:story_rss": "the same by feed", "outreach:story_atom": "the same by feed", "outreach:events": "交流活动, published ones",
    "outreach:event_public": "a published one", "outreach:event_calendar": "the same for a calendar",
    "outreach:event_file": "released material of a published one",
    "outreach:event_sign_up_public": "anybody signs up where the event is open to the public",
    "outreach:sign_up_receipt": "a sign-up by the secret code", "outreach:event_rss": "published events by feed",
    "outreach:event_atom": "the same by feed", "accounts:login": "the way in",
    "accounts:logout": "the way out, also of a session that is over", "accounts:forgotten": "who forgot the password cannot sign in",
    "accounts:link": "so cannot who has none yet", "signin:second": "the second step of the way in", "signin:second_passkey": "the same",
    "signin:sso": "the way in by single sign-on; 404 where there is none", "signin:sso_back": "the same",
    "obligations:feed": "a calendar program has a token instead of a session", "accounts:care": "关怀版 is for everybody",
    "core:healthz": "asked by the container", "core:readyz": "asked by the container",
    "portal:metrics": "asked by Prometheus, which is known by its network or its token; 404 for everybody else",
}  # fmt: skip
EXAMPLES = {"IntConverter": 1, "SlugConverter": "x", "StringConverter": "x", "UUIDConverter": uuid.UUID(int=0)}


def addresses(resolver=None, space="", given=()):
    for entry in (resolver or get_resolver()).url_patterns:
        arguments = {**dict(given), **examples(entry.pattern)}
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space, arguments.items())
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", arguments


def examples(pattern):
    if isinstance(pattern, RegexPattern):
        return dict.fromkeys(pattern.regex.groupindex, "x")
    return {name: EXAMPLES[type(converter).__name__] for name, converter in pattern.converters.items()}


FOUND = sorted((name, tuple(arguments.items())) for name, arguments in addresses())


def way_in(client, url):
    """Whether somebody who has not signed in gets anywhere at an address, or its two methods say nothing of it."""
    answers = [client.get(url), client.post(url)]
    sign_in = reverse("accounts:login")
    closed = [answer.status_code in {401, 403, 405} or (answer.status_code == 302 and answer.url.startswith(sign_in)) for answer in answers]
    return not all(closed) or {answer.status_code for answer in answers} == {405}


@pytest.mark.django_db
@pytest.mark.parametrize("room", sorted({name.partition(":")[0] for name, _ in FOUND if name not in PUBLIC}))
def test_nobody_gets_in_without_signing_in(client, room):
    closed = [(name, dict(arguments)) for name, arguments in FOUND if name.partition(":")[0] == room and name not in PUBLIC]
    assert [name for name, arguments in closed if way_in(client, reverse(name, kwargs=arguments))] == []


def test_list_of_public_addresses_names_real_ones():
    assert set(PUBLIC) <= {name for name, _ in FOUND}


def test_rules_decide_by_posts_and_the_object_and_know_no_user():
    """Whose posts they are is asked once, by who calls: so the posts of one day, one's own or one delegated post can be asked about."""
    found = {
        f"{source.path}:{node.lineno} {said(node)}"
        for source, node in nodes(ast.arg, ast.Call)
        if "rules" in source.path.removesuffix(".py").split("/")
        if (isinstance(node, ast.arg) and node.annotation is not None and "User" in said(node.annotation))
        or (isinstance(node, ast.Call) and said(node.func) in {"posts_of", "clock.today", "clock.now"})
    }
    assert found == set()


# How often views ask whose posts they are or which day it is, instead of taking it from the viewer: may only fall; what is no door is
# counted in ``test_days``. They still do on pages for visitors, where asking who reads would open a session, for workbooks that are
# imported, for the token of a calendar, and for the matters of another person.
STILL_ASK = {
    "views": {"posts_of": 0, "clock.today": 10, "Viewer": 2},
}


@pytest.mark.parametrize("layer", STILL_ASK)
def test_who_reads_and_which_day_it_is_are_taken_from_the_viewer(layer):
    asked = Counter(said(node.func) for source, node in nodes(ast.Call) if layer in _layers(source) and said(node.func) in STILL_ASK[layer])
    assert asked == Counter(STILL_ASK[layer]), "lower the number where it fell; hand the viewer on where it rose"


def _layers(source):
    """Parts of the path of a module; of ``batch_views`` its last word as well."""
    parts = source.path.removesuffix(".py").split("/")
    return {*parts, parts[-1].rpartition("_")[2]}


def test_rights_are_kept_as_the_code_declares_them():
    """After a change: ``make rights``; the difference of ``docs/rights.txt`` shows who gained or lost what."""
    declared, kept = rights.document().splitlines(), rights.KEPT.read_text(encoding="utf-8").splitlines()
    assert {"gained": sorted(set(declared) - set(kept)), "lost": sorted(set(kept) - set(declared))} == {"gained": [], "lost": []}
    assert declared == kept
