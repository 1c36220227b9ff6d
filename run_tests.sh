#!/usr/bin/env bash
# Checks and tests: ./run_tests.sh [fast|all]
#
#   fast   static checks beside the tests that need neither models, recorded clips, training nor much time; under a minute
#   all    everything, with coverage (default)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

check() {
    local name=$1 report
    shift
    if report=$("$@" 2>&1); then
        printf 'ok      %s\n' "$name"
    else
        printf 'FAILED  %s\n%s\n' "$name" "$report"
        return 1
    fi
}

static_checks() {
    local pids=() pid status=0
    check "ruff check" ruff check . &
    pids+=($!)
    check "ruff format" ruff format --check . &
    pids+=($!)
    check "import-linter" lint-imports &
    pids+=($!)
    check "mypy" mypy &
    pids+=($!)
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
    return "$status"
}

install_test_servers() {
    # MongoDB's and S3's stand-ins come with the Python packages.
    command -v mariadb-install-db >/dev/null 2>&1 && return
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq >&2
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mariadb-server >&2
    else
        printf 'MariaDB is not installed, its tests are skipped. To run them: sudo apt-get install mariadb-server\n' >&2
    fi
}

main() {
    local mode=${1:-all} status=0
    case "$mode" in
        fast | all) ;;
        *)
            printf 'Usage: ./run_tests.sh [fast|all]\n' >&2
            exit 2
            ;;
    esac
    ./run_server.sh setup-dev
    export PATH="$PWD/.venv/bin:$PATH"
    static_checks || status=1
    if [ "$mode" = fast ]; then
        pytest -q -n 2 -m "not slow and not data and not models" --ignore=tests/unit/training || status=1
    else
        install_test_servers
        pytest -n 2 --cov --cov-report=term || status=1
    fi
    exit "$status"
}

main "$@"
