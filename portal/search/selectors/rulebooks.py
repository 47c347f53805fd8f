"""Search for clauses of the standard and rules of the policy."""

from django.db.models import Q
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from indicators.editions.models import Clause
from indicators.editions.selectors import editions_visible_to
from portal.policy.selectors.rules import chosen_policy, policies_visible_to
from portal.search.selectors.hits import MOST, Hit, HitGroup, group, is_like, matches


def clauses(viewer: Viewer, text: str) -> HitGroup:
    """Clauses by number, title or requirement, of editions the user reads."""
    editions = editions_visible_to(viewer).values("pk")
    rows = Clause.objects.filter(edition__in=editions).filter(Q(item_id__startswith=text) | matches(text, "title", "requirement"))
    names = ("edition_id", "edition__code", "item_id", "title", "requirement")
    values = rows.order_by("edition__code", "order").values_list(*names)[: MOST + 1]
    return group(
        "条文",
        (
            Hit(f"{item} {title}", f"{code}　{requirement}", f"{reverse('indicators:edition_detail', args=[pk])}?q={item}")
            for pk, code, item, title, requirement in values
        ),
    )


def rules(viewer: Viewer, text: str) -> HitGroup:
    """Rules of the policy in force by title or article."""
    policy = chosen_policy(policies_visible_to(viewer.held), "", viewer.today)
    address = reverse("policy:rule_list")
    return group(
        "政策条款",
        (
            Hit(f"{rule.cite} {rule.title}", str(rule.level.label), f"{address}#{rule.id}")
            for rule in (policy.rules if policy else ())
            if is_like(text, rule.title, rule.cite)
        ),
    )
