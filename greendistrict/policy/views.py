"""Pages of the policy: its rules in words and the settings it leaves open."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from greendistrict.accounts.enums import CITY
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.selectors import seats
from greendistrict.core import clock
from greendistrict.policy import selectors
from greendistrict.policy.rules import reads_check
from greendistrict.policy.standing import standings


@require_GET
@login_required
def rule_list(request: HttpRequest) -> HttpResponse:
    """Rules of the policy in force, or of the one named by ``?policy=``, with how districts stand to them, targets and settings."""
    policies = selectors.policies_visible_to(request.user)
    policy = selectors.chosen_policy(policies, request.GET.get("policy", ""), clock.today())
    if policy is None:
        raise Http404
    user, today = signed_in(request), clock.today()
    asks_today = reads_check(user) and policy.is_in_force(today)
    context = {
        "policies": policies,
        "policy": policy,
        "in_force": policy.is_in_force(today),
        "groups": selectors.rules_by_step(policy, standings(user, today) if asks_today else {}),
        "settings": selectors.setting_rows(),
        "reads_check": reads_check(user),
        "asks_today": asks_today,
        "reads_settings": seats(user).has(*CITY),
    }
    return render(request, "policy/rule_list.html", context)
