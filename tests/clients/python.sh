#!/usr/bin/env bash
# Makes an environment of Python packages, or brings it up to date. Ends with 3, and says why, when it cannot be had
# here, and with 1 when a pinned version does not exist.
#
# Usage: tests/clients/python.sh DIRECTORY REQUIREMENTS
set -euo pipefail

environment=$1 requirements=$2
stamp=$environment/requirements.installed

skip() {
    printf 'clients: skipped, %s\n' "$*"
    exit 3
}

if cmp --silent "$requirements" "$stamp"; then
    exit 0
fi
command -v python3 >/dev/null || skip 'python3 is missing'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! "$environment/bin/python" -m pip --version >"$log" 2>&1 &&
    ! python3 -m venv --clear "$environment" >"$log" 2>&1; then
    skip 'python3 has no venv or no pip'
fi
if ! "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --timeout 10 --retries 1 \
    --requirement "$requirements" >"$log" 2>&1; then
    if grep -qE 'from versions: [0-9]|ResolutionImpossible' "$log"; then
        cat "$log" >&2
        exit 1
    fi
    skip "the packages of $requirements cannot be fetched: $(tail -n 1 "$log")"
fi
cp "$requirements" "$stamp"
