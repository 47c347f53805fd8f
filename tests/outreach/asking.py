"""What the tests of outreach ask of its pages."""

from django.urls import reverse

CITY = {"city_officer", "city_checker", "city_director", "city_legal"}
KEEPERS = {"system_keeper", "security_keeper", "audit_keeper"}


def to(name, *args):
    return reverse(f"outreach:{name}", args=args)


def said(answer):
    return answer.content.decode()
