#!/bin/sh
# Find a Python that can do the work, then let setup.py do it. Arguments go on to setup.py.
set -eu
cd "$(dirname "$0")/.."
# The system's own first: it is built with optimisation; one built by pyenv usually is not and takes a third more processor time.
# One that can make a .venv at once before one that needs a package for it; a name on the path may be a shim without a Python behind it.
for needed in "sys, ensurepip, venv" "sys"; do
    for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c "import $needed; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; then
            exec "$candidate" scripts/setup.py "$@"
        fi
    done
done
echo "需要 Python 3.11 或更新版本；请运行：sudo apt-get install python3 python3-venv" >&2
exit 1
