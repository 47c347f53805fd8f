#!/bin/sh
# Find a Python that can do the work, then let setup.py do it. Arguments go on to setup.py.
set -eu
cd "$(dirname "$0")/.."
for candidate in python3.13 python3.12 python3.11 python3 /usr/bin/python3; do
    # A name on the path may be a shim without a Python behind it, so each is tried.
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$candidate" scripts/setup.py "$@"
    fi
done
echo "需要 Python 3.11 或更新版本；请运行：sudo apt-get install python3 python3-venv" >&2
exit 1
