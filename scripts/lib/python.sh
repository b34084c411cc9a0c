# Sourced by scripts/run, scripts/test, scripts/lock and scripts/celery_workers.sh.
# Goes to the top folder of the repository and sets `python` to a Python 3.11 to 3.13 that really works.
# shellcheck shell=bash

unset CDPATH PYTHONHOME PYTHONPATH PYTHONSAFEPATH
cd -P "$(dirname "${BASH_SOURCE[0]}")/../.."

# usable COMMAND NEWEST_MINOR: a pyenv shim without its Python exits with an error and is passed over like a
# missing command; so is a Debian Python without its venv package (no ensurepip).
usable() {
    "$1" -c 'import sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, int(sys.argv[1])))' "$2" >/dev/null 2>&1
}

find_python() {
    local newest candidate
    if .venv/bin/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        echo .venv/bin/python
        return
    fi
    if [ -n "${PYTHON:-}" ]; then
        if usable "$PYTHON" 13; then
            echo "$PYTHON"
            return
        fi
        echo "PYTHON=$PYTHON is not a working Python 3.11, 3.12 or 3.13 with venv and pip." >&2
        return 1
    fi
    # Redis comes out of a wheel that exists up to 3.12: without a server on the PATH a newer Python is second choice.
    for newest in 12 13; do
        if [ "$newest" = 12 ] && { [ -n "${REDIS_URL:-}" ] || command -v redis-server valkey-server >/dev/null; }; then
            continue
        fi
        for candidate in python3 python3.12 python3.11 python3.13 python \
            "${PYENV_ROOT:-${HOME:-/}/.pyenv}"/versions/3.1[123].*/bin/python3; do
            if command -v "$candidate" >/dev/null && usable "$candidate" "$newest"; then
                echo "$candidate"
                return
            fi
        done
    done
    echo "No working Python 3.11, 3.12 or 3.13 found. Install one (Debian: python3 and python3-venv)" \
        "or name it with PYTHON=/path/to/python3." >&2
    return 1
}

python="$(find_python)" || exit 1
