"""``manage.py setup``: first installation without demo data: reference data and the first keeper."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.services import appoint, create_user
from greendistrict.core import sealing
from greendistrict.portal.reference import load_reference_data


class Command(BaseCommand):
    """Loads reference data; makes the system and the security keeper with one-time passwords, printed once. Safe to repeat."""

    help = "Load reference data and make the first keeper (no demo data)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name of the keeper's account."""
        parser.add_argument("--username", default="keeper")
        parser.add_argument("--name", default="系统管理员")
        parser.add_argument("--organisation", default="平台运维单位")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses where demo data are: the two never mix."""
        del args
        if User.objects.filter(is_demo=True).exists():
            msg = "这里已有演示数据；请先运行 demo_reset，或另用一个数据库"
            raise CommandError(msg)
        load_reference_data(log=self.stdout.write)
        self.stdout.write(f"回执签名密钥 {sealing.key_id(sealing.public_pem())}")
        if User.objects.filter(posts__role=Role.SYSTEM_KEEPER).exists():
            self.stdout.write("系统管理员已在，未作改动")
            return
        body, _ = Organisation.objects.get_or_create(
            code="keepers", defaults={"name": options["organisation"], "kind": OrganisationKind.KEEPER}
        )
        self._keeper(options["username"], options["name"], Role.SYSTEM_KEEPER, body)
        # Accounts and permissions lie in two hands: without the second keeper nobody could give a post.
        self._keeper(f"{options['username']}-security", "安全管理员", Role.SECURITY_KEEPER, body)

    def _keeper(self, username: str, name: str, role: Role, body: Organisation) -> None:
        user, word = create_user(username=username, name=name, by=None)
        appoint(user=user, organisation=body, role=role, by=None)
        self.stdout.write(f"{role.label}账号 {user.username}，一次性密码 {word}（只显示这一次，登录后须修改）")
