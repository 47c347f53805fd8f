#!/usr/bin/env python
"""Command line of the portal; starts or joins the embedded servers through the settings."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line

from greendistrict.core.release import version

TOOLS = frozenset({"bench", "demo_load", "demo_plots", "demo_renew", "demo_reset", "demo_run", "load", "training_load", "write_api_client"})


def main(words: list[str]) -> None:
    """Run a command; ``--version`` is that of the portal.

    Those of demo and bench are not installed in production; asking for one there is refused with that reason.
    """
    if words[1:2] == ["--version"]:
        sys.stdout.write(f"greendistrict {version()}\n")
        return
    if TOOLS.intersection(words[1:2]) and "tools" not in settings.INSTALLED_APPS:
        sys.exit(f"{words[1]} 只在开发和演示环境可用，正式环境（GD_PRODUCTION=1）不安装演示数据和性能测量")
    execute_from_command_line(words)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
    main(sys.argv)
