#!/usr/bin/env bash
# Checks and tests: ./run_tests.sh [fast|all|coverage|audit]
#
#   fast   static checks, and the unit tests that need neither models, recorded clips, training nor much time; under a minute
#   all    everything (default)
#   coverage  the same, with the lines that it reaches; a tenth slower
#   audit  known vulnerabilities of every pinned package, asked of PyPI: fails on findings, is skipped where PyPI is out of
#          reach; what follows goes to pip-audit
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

install_test_programs() {
    # MongoDB's and S3's stand-ins come with the Python packages; Playwright drives the system's Chromium, espeak-ng makes speech of
    # known text.
    local missing=()
    command -v mariadb-install-db >/dev/null 2>&1 || missing+=(mariadb-server)
    [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
    [ -x /usr/bin/chromium ] || missing+=(chromium)
    command -v espeak-ng >/dev/null 2>&1 || missing+=(espeak-ng)
    ldconfig -p | grep -q 'libpangoft2-1\.0\.so' || missing+=(libpangoft2-1.0-0)
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq >&2
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
    else
        printf 'Not installed, their tests are skipped: %s. To run them: sudo apt-get install %s\n' \
            "${missing[*]}" "${missing[*]}" >&2
    fi
}

audit() {
    # pip-audit ends with 1 for findings and for failures alike; only after an audit does it leave its list.
    local folder status=0
    folder=$(mktemp -d)
    pip-audit --requirement constraints.txt --no-deps --disable-pip --progress-spinner off \
        --format columns --output "$folder/found" "$@" 2>"$folder/messages" || status=$?
    if [ "$status" -eq 0 ]; then
        printf 'ok      audit of %s packages\n' "$(wc -l <constraints.txt)"
    elif [ -s "$folder/found" ]; then
        printf 'FAILED  audit\n%s\n' "$(cat "$folder/found")"
    elif grep -Eq '(Connection|Proxy|Timeout|NameResolution)Error|ConnectTimeout|ReadTimeout' "$folder/messages"; then
        printf 'skipped audit: the list of vulnerabilities is out of reach from here (%s)\n' "$(tail -n 1 "$folder/messages")"
        status=0
    else
        printf 'FAILED  audit could not be carried out\n%s\n' "$(cat "$folder/messages")"
    fi
    rm -r "$folder"
    return "$status"
}

main() {
    local mode=${1:-all} status=0 programs checks
    case "$mode" in
        fast | all | coverage | audit) ;;
        *)
            printf 'Usage: ./run_tests.sh [fast|all|coverage|audit]\n' >&2
            exit 2
            ;;
    esac
    ./run_server.sh setup-dev
    export PATH="$PWD/.venv/bin:$PATH"
    unset PYTHONDONTWRITEBYTECODE  # hundreds of processes would each compile the program anew
    if [ "$mode" = audit ]; then
        audit "${@:2}"
        exit
    fi
    if [ "$mode" = fast ]; then
        static_checks || status=1
        pytest -q -n 3 -m "not slow and not data and not models and not punctual" tests/unit tests/acceptance/test_http_analyses.py --ignore=tests/unit/training || status=1
    else
        # Packages come over the network while the processors check, and the checks go on beside the first tests.
        install_test_programs &
        programs=$!
        static_checks &
        checks=$!
        wait "$programs" || status=1
        # Twice as many processes as cores: servers, brokers and leases are waited for most of the time. A module stays in one
        # of them, so that what its tests share is started once; the long ones come first.
        local measured=() more=()
        [ "$mode" != coverage ] || measured=(--cov --cov-report=) more=(--cov-append --cov-report=term)
        pytest -n 4 --dist loadscope --no-loadscope-reorder -m "not punctual" "${measured[@]}" || status=1
        wait "$checks" || status=1
        pytest -m punctual "${measured[@]}" "${more[@]}" || status=1
    fi
    exit "$status"
}

main "$@"
