#!/usr/bin/env python
"""Command line of the portal; starts or joins the embedded servers through the settings."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
    execute_from_command_line(sys.argv)
