#!/bin/sh
# Find a suitable Python and run setup.py with it. Arguments are passed on.
set -eu
cd "$(dirname "$0")/.."
# The system's Python comes first: it is optimised; one built by pyenv usually is not and needs a third more processor time.
# Prefer one that can create a .venv without another package; a command on the PATH may be a shim that starts no Python.
for needed in "sys, ensurepip, venv" "sys"; do
    for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c "import $needed; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; then
            exec "$candidate" scripts/setup.py "$@"
        fi
    done
done
echo "需要 Python 3.11 或更新版本；请运行：sudo apt-get install python3 python3-venv" >&2
exit 1
