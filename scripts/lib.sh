# Shared by the scripts: steps with times, what is missing, and stamps so that nothing is done twice.
# shellcheck shell=sh
export PATH="$PWD/.venv/bin:$HOME/.cargo/bin:$PATH"
export VIRTUAL_ENV="$PWD/.venv" UV_NO_CONFIG=1 CARGO_TERM_COLOR=never PIP_DISABLE_PIP_VERSION_CHECK=1
summary="" failures=0

say() { printf '%s\n' "$*" >&2; }

# need COMMAND WHAT DEBIAN-PACKAGE: leave with advice if a command is not there.
need() {
    command -v "$1" >/dev/null 2>&1 && return
    say "missing: $2 ($1). On Debian: apt-get install $3"
    exit 1
}

# have_python: a Python of at least 3.11 as $python.
have_python() {
    for python in python3.13 python3.12 python3.11 python3; do
        "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    say "missing: Python 3.11 or newer with venv. On Debian: apt-get install python3 python3-venv"
    exit 1
}

# hash_of FILE-OR-FOLDER...: one hash of all their files' names and contents.
hash_of() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64; }

# up_to_date STAMP HASH / stamped STAMP HASH: whether the work for these inputs was done before.
up_to_date() { [ "$(cat ".venv/stamp-$1" 2>/dev/null)" = "$2" ]; }
stamped() { printf '%s' "$2" >".venv/stamp-$1"; }

# step NAME COMMAND...: run, time, and note the outcome for the summary; stops the script only if asked.
step() {
    name=$1 started=$(date +%s.%N)
    shift
    say "==> $name"
    if "$@"; then outcome=ok; else outcome=FAILED failures=$((failures + 1)); fi
    seconds=$(echo "$started $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
    say "    $outcome in $seconds s"
    summary="$summary$(printf '%-28s %8s s  %s' "$name" "$seconds" "$outcome")
"
    [ "$outcome" = ok ]
}

# must NAME COMMAND...: a step without which the rest makes no sense.
must() { step "$@" || exit 1; }

# build_page / check_page: the front end of the HTML report; what npm runs stays inside web/.
build_page() { npm --prefix web ci --silent --ignore-scripts && npm --prefix web run --silent build; }
check_page() { npm --prefix web run --silent check && npm --prefix web run --silent test; }
