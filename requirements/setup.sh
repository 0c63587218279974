# What ./run and ./test share; read by them, not run. POSIX sh.
# shellcheck shell=sh

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

need_python() {
    command -v "${PYTHON:=python3}" >/dev/null || die "Treadcoach needs Python 3.11 or newer: install python3."
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        die "Treadcoach needs Python 3.11 or newer; this is $("$PYTHON" -V). Name another with PYTHON=..."
}

has_package() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

install_debian() {
    say "Installing Debian packages: $*"
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# make_venv NAME: .venv with everything in requirements/NAME.lock, hashes checked. Its stamp remembers which
# lock was installed where, so that a second start takes no network and no time.
make_venv() {
    stamp=.venv/treadcoach.stamp
    wanted="$1 $(cat "requirements/$1.lock" pyproject.toml | sha256sum) $(pwd)"
    if [ -x .venv/bin/treadcoach ] && [ -f "$stamp" ]; then
        have=$(cat "$stamp")
        [ "$have" = "$wanted" ] && return
        # The test environment holds all that running needs.
        [ "$1" = run ] && [ "$have" = "dev $(cat requirements/dev.lock pyproject.toml | sha256sum) $(pwd)" ] && return
    fi
    say "Setting up .venv (once; takes a minute)"
    rm -f "$stamp"
    if ! "$PYTHON" -m venv --clear .venv >/dev/null 2>&1; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            install_debian python3-venv
            "$PYTHON" -m venv --clear .venv
        else
            die "Python can't make a virtual environment: sudo apt-get install python3-venv"
        fi
    fi
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        -r "requirements/$1.lock" || die "The packages can't be installed: is the network there? Try again; nothing is half done."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    printf '%s' "$wanted" >"$stamp"
}
