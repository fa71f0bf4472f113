# Makes .venv if it is missing, and installs glianeat into it; sourced by quickstart and test.
# Safe to run twice: what is installed already is left alone unless setup.cfg has changed.

say() { if [ -t 1 ]; then printf '\033[1m==>\033[0m %s\n' "$*"; else printf '==> %s\n' "$*"; fi; }

find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "glianeat needs Python 3.11 or newer; none was found. Set PYTHON to one." >&2
    exit 1
}

# install EXTRA: make sure that .venv holds glianeat with the extra's packages.
install() {
    extra=$1
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python)
        say "making .venv with $("$python" --version)"
        "$python" -m venv .venv
    fi
    wanted="$(cksum < setup.cfg) $PWD"
    if [ "$(cat ".venv/installed-$extra" 2>/dev/null)" = "$wanted" ]; then
        say "glianeat is installed in .venv"
        return
    fi
    say "installing glianeat and what it needs into .venv (a minute or two, once)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[$extra]"
    echo "$wanted" > ".venv/installed-$extra"
}

find_browser() {
    for candidate in "${GLIANEAT_BROWSER:-}" chromium chromium-browser google-chrome; do
        [ -n "$candidate" ] && command -v "$candidate" && return
    done
    return 1
}

# install_browser: the tests of pages drive Chromium; they say so where it cannot be installed here.
install_browser() {
    find_browser >/dev/null && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return; fi
    say "installing Chromium with apt-get, for the tests of pages"
    apt-get install -y -qq chromium >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } ||
        echo "Chromium could not be installed; the tests of pages will fail." >&2
}
