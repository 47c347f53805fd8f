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


@require_GET
@login_required
def rule_list(request: HttpRequest) -> HttpResponse:
    """Rules of the policy in force, or of the one named by ``?policy=``, with targets and settings."""
    policies = selectors.policies_visible_to(request.user)
    policy = selectors.chosen_policy(policies, request.GET.get("policy", ""), clock.today())
    if policy is None:
        raise Http404
    context = {
        "policies": policies,
        "policy": policy,
        "in_force": policy.is_in_force(clock.today()),
        "groups": selectors.rules_by_step(policy),
        "settings": selectors.setting_rows(),
        "reads_check": reads_check(signed_in(request)),
        "reads_settings": seats(request.user).has(*CITY),
    }
    return render(request, "policy/rule_list.html", context)
