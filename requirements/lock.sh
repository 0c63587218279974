#!/bin/sh
# Makes the lock files anew: one for each use, every package with its hashes, no download addresses.
# Needs uv. The build backend is locked too, so that installing the package itself needs no network.
set -eu
cd "$(dirname "$0")/.."
lock() {
    output=$1
    shift
    printf 'setuptools>=75\n' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --output-file "requirements/$output.lock" pyproject.toml - "$@"
}
lock run
lock dev --extra dev
lock pi --extra pi
lock classic --extra classic # built from source where it is installed: there are no wheels
lock camera --extra pi --extra camera
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
    --no-annotate --output-file hardware/requirements.lock hardware/requirements.in
