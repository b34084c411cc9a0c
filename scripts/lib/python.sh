# Sourced by scripts/run, scripts/test, scripts/lock and scripts/celery_workers.sh.
# Goes to the top folder of the repository and sets `python` to a Python 3.11 to 3.13 that really works.
# shellcheck shell=bash

unset CDPATH PYTHONHOME PYTHONPATH PYTHONSAFEPATH
here="${BASH_SOURCE[1]}"
while [ -L "$here" ]; do
    link="$(readlink "$here")"
    case "$link" in
        /*) here="$link" ;;
        *) here="$(dirname "$here")/$link" ;;
    esac
done
cd -P "$(dirname "$here")/.."

# usable COMMAND NEWEST: a pyenv shim without its Python exits with an error and is passed over like a missing command.
usable() {
    "$1" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, int(sys.argv[1])))' "$2" \
        >/dev/null 2>&1
}

find_python() {
    local newest candidate
    if usable .venv/bin/python 13; then
        echo .venv/bin/python
        return
    fi
    if [ -n "${PYTHON:-}" ]; then
        if usable "$PYTHON" 13; then echo "$PYTHON"; return; fi
        echo "PYTHON=$PYTHON is not a working Python 3.11, 3.12 or 3.13 with the venv module." >&2
        return 1
    fi
    # Redis comes out of a wheel that exists up to 3.12: a newer Python is the second choice without a server on PATH.
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
    echo "No working Python 3.11, 3.12 or 3.13 found: install one (on Debian: python3 and python3-venv), or name it with PYTHON=/path/to/python3." >&2
    return 1
}

python="$(find_python)" || exit 1
