#!/bin/sh
# Print the Python to use: the one named, or the first on PATH that is 3.11 or newer and can make a
# virtual environment. Otherwise say what is missing and how to get it.
set -u

if [ $# -gt 0 ]; then
    candidates="$1"
else
    candidates="python3 python3.13 python3.12 python3.11 python"
fi

found=""
old=""
for name in $candidates; do
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        found="$name"
        if "$name" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$name"
            exit 0
        fi
    else
        old="${old:-$name is Python $version}"
    fi
done

if [ -n "$found" ]; then
    echo "loancrm: $found cannot make virtual environments: its venv module is missing." >&2
    echo "  On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
else
    echo "loancrm: Python 3.11 or newer is needed; ${old:-none was found} ($candidates)." >&2
    echo "  Install one, or name it: make demo PYTHON=/path/to/python3.11" >&2
fi
exit 1
