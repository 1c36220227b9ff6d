#!/usr/bin/env bash
# Set up and start the service.
#
#   ./run_server.sh [serve arguments, e.g. --port 9000 --workers 4]   set up what is missing, then serve
#   ./run_server.sh setup                                             stop after the set-up
#   ./run_server.sh setup-dev                                         the same with the tools for tests and training
#   ./run_server.sh demo [--exit] [serve arguments]                   serve, analyse a made clip, stay up (--exit: stop then)
#
# Exit status: 0 done, 2 bad usage, 3 something is missing (what to type is printed), 4 failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly VENV=.venv
readonly PYTHON_VERSION=3.11
readonly EXIT_MISSING=3 EXIT_FAILED=4
readonly HEALTHY_SECONDS=60

say() { printf '%s\n' "$*" >&2; }

die() {
    local status=$1
    shift
    say "$*"
    exit "$status"
}

has() { command -v "$1" >/dev/null 2>&1; }

is_wanted_python() {
    "$1" -c "import sys; sys.exit(sys.version_info[:2] != tuple(map(int, '$PYTHON_VERSION'.split('.'))))" 2>/dev/null
}

find_python() {
    local candidate
    for candidate in "$VENV/bin/python" "python$PYTHON_VERSION" python3 python; do
        if has "$candidate" && is_wanted_python "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

require_python() {
    find_python && return
    has uv && return
    say "Python $PYTHON_VERSION is needed and was not found ($(python3 --version 2>&1 || true))."
    say "Install it and start again, with one of:"
    say "  apt-get install python$PYTHON_VERSION python$PYTHON_VERSION-venv     Debian 12, Ubuntu with the deadsnakes PPA"
    say "  pip install uv                                       then this script lets uv fetch Python $PYTHON_VERSION"
    say "  conda env create -f environment.yml                  then: conda activate interview-analysis"
    exit "$EXIT_MISSING"
}

can_load() { "$1" -c "import ctypes, sys; ctypes.CDLL(sys.argv[1])" "$2" 2>/dev/null; }

debian_name() {
    # Debian 13 and Ubuntu 24.04 renamed some libraries for 64-bit time.
    if apt-cache show "${1}t64" >/dev/null 2>&1; then printf '%s\n' "${1}t64"; else printf '%s\n' "$1"; fi
}

missing_packages() {
    local python=$1 library package
    while read -r library package; do
        can_load "$python" "$library" || debian_name "$package"
    done <<'LIBRARIES'
libEGL.so.1 libegl1
libGLESv2.so.2 libgles2
libGL.so.1 libgl1
libglib-2.0.so.0 libglib2.0-0
LIBRARIES
    if ! has uv && ! "$python" -c "import ensurepip, venv" 2>/dev/null; then printf 'python%s-venv\n' "$PYTHON_VERSION"; fi
}

install_system_packages() {
    [ "$(uname -s)" = Linux ] || return 0
    local python=${1:-python3} packages sudo=()
    mapfile -t packages < <(missing_packages "$python")
    [ "${#packages[@]}" -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then sudo=(sudo -n); fi
    if ! has apt-get; then
        die "$EXIT_MISSING" "System libraries are missing. Install what your system calls: ${packages[*]}"
    fi
    if [ "$(id -u)" -ne 0 ] && ! { has sudo && sudo -n true 2>/dev/null; }; then
        die "$EXIT_MISSING" "System libraries are missing. Type this, then start again:
  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
    fi
    say "Installing system libraries: ${packages[*]}"
    "${sudo[@]}" apt-get update -qq >&2
    # After the update the package lists are there, so the names are looked up again.
    mapfile -t packages < <(missing_packages "$python")
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
}

make_environment() {
    local python=$1
    [ -x "$VENV/bin/python" ] && return
    say "Making $VENV"
    if has uv; then
        uv venv --quiet --python "${python:-$PYTHON_VERSION}" "$VENV"
    else
        "$python" -m venv "$VENV"
    fi
}

stamp() {
    # Changes with what is to be installed, so that a second start skips it.
    printf '%s/installed-%s-%s\n' "$VENV" "$1" "$(cat pyproject.toml constraints.txt | cksum | cut -d' ' -f1)"
}

is_installed() { [ -e "$(stamp "$1")" ] || [ -e "$(stamp dev)" ]; }

install_project() {
    local kind=$1 project=. quiet=()
    if ! [ -t 2 ]; then quiet=(-qq); fi
    if is_installed "$kind"; then return; fi
    if [ "$kind" = dev ]; then project=".[dev,train,runtimes,transcribe]"; fi
    say "Installing the project and its pinned dependencies (several minutes the first time)"
    if has uv; then
        uv pip install --python "$VENV/bin/python" --constraint constraints.txt --editable "$project"
    else
        local pip=("$VENV/bin/python" -m pip install --disable-pip-version-check "${quiet[@]}" --constraint constraints.txt)
        # The pip that comes with Python 3.11 takes longer for the rest.
        "${pip[@]}" --upgrade pip
        "${pip[@]}" --editable "$project"
    fi >&2
    touch "$(stamp "$kind")"
}

set_up() {
    local kind=$1 python
    python=$(require_python)
    install_system_packages "$python"
    make_environment "$python"
    install_project "$kind"
    "$VENV/bin/interview-analysis" models pull >&2
}

set_up_server() {
    set_up run
    "$VENV/bin/interview-analysis" db upgrade >&2
}

server_address() {
    "$VENV/bin/python" - "$@" <<'PYTHON'
import argparse

from interview_analysis.settings import load_settings

server = load_settings().server
parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
parser.add_argument("--host", default=server.host)
parser.add_argument("--port", default=server.port)
known, _ = parser.parse_known_args()
print("127.0.0.1" if known.host in ("0.0.0.0", "::") else known.host, known.port)
PYTHON
}

is_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

refuse_busy_port() {
    ! is_open "$1" "$2" || die "$EXIT_FAILED" "Port $2 on $1 is in use. Stop what runs there, or choose another: ./run_server.sh --port $(($2 + 1))"
}

wait_until_open() {
    local server=$1 host=$2 port=$3 deadline=$((SECONDS + HEALTHY_SECONDS))
    until is_open "$host" "$port"; do
        kill -0 "$server" 2>/dev/null || die "$EXIT_FAILED" "The server ended before it was ready; its messages are above."
        [ "$SECONDS" -lt "$deadline" ] || die "$EXIT_FAILED" "The server was not ready after $HEALTHY_SECONDS s."
        sleep 0.2
    done
}

stop_server() {
    kill -TERM "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

demo() {
    local leave=${DEMO_EXIT:-0} status=0 host port server
    if [ "${1:-}" = --exit ]; then
        leave=1
        shift
    fi
    read -r host port < <(server_address "$@")
    refuse_busy_port "$host" "$port"
    # The result stands on the same console.
    LOG_LEVEL=${LOG_LEVEL:-WARNING} "$VENV/bin/interview-analysis" serve "$@" &
    server=$!
    # The pid is expanded now, because the variable is gone when the trap runs.
    # shellcheck disable=SC2064
    trap "stop_server $server" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    wait_until_open "$server" "$host" "$port"
    "$VENV/bin/interview-analysis" demo --url "http://$host:$port" || status=$?
    [ "$leave" = 0 ] || exit "$status"
    say "The server stays up at http://$host:$port (Ctrl-C stops it)."
    wait "$server"
}

serve() {
    local host port
    read -r host port < <(server_address "$@")
    [ "$port" = 0 ] || refuse_busy_port "$host" "$port"
    exec "$VENV/bin/interview-analysis" serve "$@"
}

main() {
    case "${1:-}" in
        -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" ;;
        setup) set_up_server ;;
        setup-dev)
            set_up dev
            [ -e models/astronaut.png ] || "$VENV/bin/interview-analysis" models pull portrait >&2
            ;;
        demo)
            shift
            set_up_server
            demo "$@"
            ;;
        "" | -*)
            set_up_server
            serve "$@"
            ;;
        *) die 2 "Unknown word: $1. Try ./run_server.sh --help" ;;
    esac
}

main "$@"
