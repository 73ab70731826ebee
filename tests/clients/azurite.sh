#!/usr/bin/env bash
# Runs a command with Azurite behind it: BATCHITE_AZURITE_ENDPOINT is the URL of its account. Azurite is installed
# below target/ (or $CARGO_TARGET_DIR) the first time, listens on a free port, keeps everything in memory and is
# stopped with the command. Needs npm; without it, says so and succeeds.
#
# Usage: tests/clients/azurite.sh COMMAND [ARGUMENT]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=3.37.0
account=devstoreaccount1
cache=${CARGO_TARGET_DIR:-target}/clients/azurite-$version
start_seconds=60

if [ $# -eq 0 ]; then
    printf 'usage: %s COMMAND [ARGUMENT]...\n' "$0" >&2
    exit 2
fi

for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
        printf 'azurite: SKIPPED, there is no %s\n' "$tool"
        exit 0
    fi
done

program=$cache/node_modules/azurite/dist/src/blob/main.js
if [ ! -f "$program" ]; then
    mkdir -p "$cache"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$cache" "azurite@$version"
fi

scratch=$(mktemp -d)
pid=
stop() {
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    fi
    rm -rf "$scratch"
}
trap stop EXIT

# Azurite prints the address it has really bound. The file is there before anybody reads it.
: >"$scratch/log"
node "$program" --blobHost 127.0.0.1 --blobPort 0 --inMemoryPersistence --skipApiVersionCheck --silent \
    --disableTelemetry >"$scratch/log" 2>&1 &
pid=$!

address=
deadline=$((SECONDS + start_seconds))
while [ -z "$address" ]; do
    address=$(sed -n 's/.*successfully listen.* \(http:[^ ]*\).*/\1/p' "$scratch/log" | head -n 1)
    if [ -z "$address" ]; then
        if ! kill -0 "$pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
            printf 'azurite: did not start; it said:\n' >&2
            cat "$scratch/log" >&2
            exit 1
        fi
        sleep 0.1
    fi
done

printf 'azurite: version %s listens on %s\n' "$version" "$address"
BATCHITE_AZURITE_ENDPOINT=${address%/}/$account "$@"
