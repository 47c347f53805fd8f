"""``manage.py setup``: first installation without demo data: reference data and the accounts of the three keepers."""

import logging
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from greendistrict.accounts import links
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.new_accounts import create_user
from greendistrict.accounts.services import appoint
from greendistrict.core import schema, sealing
from portal.reference.services import load_reference_data


class Command(BaseCommand):
    """Loads reference data, creates the three keepers' accounts and prints a link for each to set the password. Safe to repeat.

    A link works once, within three days. It is printed because nobody exists yet who could approve it, and whoever runs this has access to
    the database anyway. With a keeper's e-mail address given here, the other keepers can later have links sent to it.
    """

    help = "Load reference data and make the first keepers (no demo data)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: names and mail addresses of the keepers' accounts."""
        parser.add_argument("--username", default="keeper")
        parser.add_argument("--name", default="系统管理员")
        for kind in ("system", "security", "audit"):
            parser.add_argument(f"--{kind}-email", default="")
        parser.add_argument("--organisation", default="平台运维单位")
        parser.add_argument("--migrate", action="store_true", help="run migrate first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse if there are demo data, which may not be mixed with real data; then set up."""
        del args
        # Events are stored in the audit record; their log lines would hide the links in the output.
        audit = logging.getLogger("greendistrict.audit")
        level = audit.level
        audit.setLevel(logging.WARNING)
        self._build_tables(run=options["migrate"])
        try:
            self._set_up(options)
        finally:
            audit.setLevel(level)

    def _build_tables(self, *, run: bool) -> None:
        """Run ``migrate`` if told so. Raises ``CommandError`` if its tables are not those of this version, before anything is written."""
        if run:
            call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        if schema.is_from_before():
            raise CommandError(schema.FROM_BEFORE)
        if missing := schema.missing_steps():
            msg = f"数据库结构差{missing}步：先运行 manage.py migrate，再运行 manage.py setup；或运行 manage.py setup --migrate，一次办完"
            raise CommandError(msg)

    def _set_up(self, options: dict[str, Any]) -> None:
        if User.objects.filter(is_demo=True).exists():
            msg = "这里已有演示数据；请另用一个数据库，或在演示环境先运行 demo_reset"
            raise CommandError(msg)
        load_reference_data(log=self.stdout.write)
        self.stdout.write(f"平台地址 {settings.SITE_URL}，以下链接和发出的邮件都用它；不对的，先改环境变量 GD_SITE_URL 再运行")
        self.stdout.write(f"回执签名密钥 {sealing.key_id(sealing.public_pem())}")
        if User.objects.filter(posts__role=Role.SYSTEM_KEEPER).exists():
            self.stdout.write("系统管理员已在，未作改动")
            return
        body, _ = Organisation.objects.get_or_create(
            code="keepers", defaults={"name": options["organisation"], "kind": OrganisationKind.KEEPER}
        )
        # One keeper manages accounts, one permissions, one audits: without all three, no keeper's password could be reset.
        name = options["username"]
        self._keeper(name, options["name"], options["system_email"], Role.SYSTEM_KEEPER, body)
        self._keeper(f"{name}-security", "安全管理员", options["security_email"], Role.SECURITY_KEEPER, body)
        self._keeper(f"{name}-audit", "审计管理员", options["audit_email"], Role.AUDIT_KEEPER, body)

    def _keeper(self, username: str, name: str, email: str, role: Role, body: Organisation) -> None:
        user = create_user(username=username, name=name, email=email, by=None)
        appoint(user=user, organisation=body, role=role, by=None)
        self.stdout.write(
            f"{role.label}账号 {user.username}，设定密码的链接 {links.printed(user=user)}（3天内有效，只能用一次，请分别交给本人）"
        )
