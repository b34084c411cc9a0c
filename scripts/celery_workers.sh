#!/usr/bin/env bash
# Runs the workers, the keeper and beat alone as daemons: start, stop, status or restart.
set -euo pipefail
# shellcheck source=scripts/lib/python.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}" 2>/dev/null || echo "${BASH_SOURCE[0]}")")/lib/python.sh"
exec "$python" -m scripts.supervisor workers "$@"
