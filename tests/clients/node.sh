#!/usr/bin/env bash
# Installs the packages of package.json, as package-lock.json pins them. Ends with 3, and says why, when they cannot be
# had here, and with 1 when a pinned version does not exist.
#
# Usage: tests/clients/node.sh DIRECTORY
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
directory=$1
stamp=$directory/package-lock.installed

skip() {
    printf 'clients: skipped, %s\n' "$*"
    exit 3
}

if cmp --silent "$here/package-lock.json" "$stamp"; then
    exit 0
fi
for tool in node npm; do
    command -v "$tool" >/dev/null || skip "there is no $tool"
done
mkdir -p "$directory"
cp "$here/package.json" "$here/package-lock.json" "$directory"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$directory" >"$log" 2>&1; then
    if grep -q 'ETARGET\|EUSAGE\|EINTEGRITY' "$log"; then
        cat "$log" >&2
        exit 1
    fi
    skip "the packages of package.json cannot be fetched: $(tail -n 1 "$log")"
fi
cp "$here/package-lock.json" "$stamp"
