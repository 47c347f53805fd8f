"""``manage.py check_posts``: list posts that the current rules would refuse, one per line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict.accounts.post_rules import misfits


class Command(BaseCommand):
    """List posts that violate the current rules of ``accounts.post_rules``; changes nothing."""

    help = "Name posts that do not fit their body or the person's other posts"

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises ``CommandError`` (exit code 1) if there are any."""
        del args, options
        found = misfits()
        for post, words in found:
            self.stdout.write(f"{post.user.username}　{post.organisation}　{post.get_role_display()}：{words}")
        if found:
            msg = f"{len(found)}个岗位不合现行规则，请安全管理员核实后终止"
            raise CommandError(msg)
        self.stdout.write("岗位均合规则")
