#!/usr/bin/env bash
# Runs the official clients, unmodified, against the emulator: each script has an emulator of its own, whose nodes run
# real processes, and knows nothing of it but its environment file. Packages are kept below target/ (or
# $CARGO_TARGET_DIR).
# What cannot be had here is skipped with a line that says so; ends with 1 when a case fails.
#
# Usage: tests/clients/emulator.sh BATCHITE [CLIENT]...    BATCHITE is the program; CLIENT one of those below, or all
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

batchite=$(realpath "$1")
shift
clients=("$@")
if [ ${#clients[@]} -eq 0 ]; then
    clients=(python-15 python-14 python-legacy javascript cli)
fi

here=$PWD/tests/clients
mkdir -p "${CARGO_TARGET_DIR:-target}/clients"
cache=$(realpath "${CARGO_TARGET_DIR:-target}/clients")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=()

# Runs a command with an emulator of its own, and with no environment but that of its file.
with_emulator() {
    "$batchite" serve --batch-addr 127.0.0.1:0 --blob-addr 127.0.0.1:0 --execution process --latency instant \
        --env-file "$scratch/environment" "${serving[@]}" -- \
        env --ignore-environment "PATH=$PATH" "HOME=$HOME" \
        bash -c 'set -a; source "$0"; exec "$@"' "$scratch/environment" "$@" 2>"$scratch/emulator.log"
}

# Runs scripts, each with an emulator of its own.
suite() {
    local command=() script
    while [ "$1" != -- ]; do
        command+=("$1")
        shift
    done
    shift
    for script in "$@"; do
        if ! with_emulator "${command[@]}" "$here/$script" "${arguments[@]}"; then
            failed+=("$script")
            tail -n 20 "$scratch/emulator.log" >&2
        fi
    done
}

# Whether what a client needs is there. A version that does not exist ends the script.
have() {
    local status=0
    "$@" || status=$?
    case $status in
    0) return 0 ;;
    3) return 1 ;;
    *) exit 1 ;;
    esac
}

for client in "${clients[@]}"; do
    arguments=()
    serving=()
    started=$SECONDS
    case $client in
    python-15)
        have "$here/python.sh" "$cache/python-15" "$here/requirements.txt" || continue
        suite "$cache/python-15/bin/python" -B -- tutorial_15.py calls_15.py blobs_12.py
        "$cache/python-15/bin/python" -B "$here/certificate.py" "$scratch"
        serving=(--oauth basic --cert "$scratch/cert.pem" --key "$scratch/key.pem")
        arguments=("$scratch/cert.pem")
        suite "$cache/python-15/bin/python" -B -- entra_12.py
        ;;
    python-14)
        have "$here/python.sh" "$cache/python-14" "$here/requirements-14.txt" || continue
        suite "$cache/python-14/bin/python" -B -W ignore -- tutorial_14.py calls_14.py
        ;;
    python-legacy)
        have "$here/python.sh" "$cache/python-legacy" "$here/requirements-legacy.txt" || continue
        suite "$cache/python-legacy/bin/python" -B -W ignore -- tutorial_legacy.py calls_legacy.py
        ;;
    javascript)
        have "$here/node.sh" "$cache/javascript" || continue
        suite env "NODE_PATH=$cache/javascript/node_modules" node --no-deprecation -- tutorial.js blobs.js
        ;;
    cli)
        have "$here/python.sh" "$cache/cli" "$here/requirements-cli.txt" || continue
        arguments=("$cache/cli/bin/az")
        suite "$cache/cli/bin/python" -B -- tutorial_cli.py
        ;;
    *)
        printf 'clients: there is no client %s\n' "$client" >&2
        exit 2
        ;;
    esac
    printf 'clients: %s took %s s\n' "$client" "$((SECONDS - started))"
done

if [ ${#failed[@]} -gt 0 ]; then
    printf 'clients: failed: %s\n' "${failed[*]}" >&2
    exit 1
fi
