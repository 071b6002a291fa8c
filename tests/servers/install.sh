# shellcheck shell=bash
# What is missing is installed where we know how, and named where we do not.

servers_install() {
    local server packages=()
    for server in $(servers_wanted); do
        # shellcheck disable=SC2207 # a list of words
        "${server}_present" || packages+=($(server_get "$server" packages))
    done
    # Other people's clients (tests/clients) come from PyPI and npm.
    python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
    command -v npm >/dev/null || packages+=(nodejs npm)
    # Rust needs a linker, and SQLite comes as C.
    command -v cc >/dev/null || packages+=(gcc libc6-dev)
    if ((${#packages[@]})); then
        apt_install "${packages[@]}"
    fi
    ((EUID != 0)) || users_exist
}

users_exist() {
    local server user
    for server in $(servers_wanted); do
        user=$(server_get "$server" user)
        id "$user" >/dev/null 2>&1 && continue
        echo "test: $server refuses to run as root and there is no user $user; run ./test as an ordinary user" >&2
        exit 1
    done
}

apt_install() {
    local sudo=()
    ((EUID == 0)) || sudo=(sudo)
    if ! command -v apt-get >/dev/null || { ((EUID != 0)) && ! command -v sudo >/dev/null; }; then
        echo "test: missing, by their names on Debian: $*" >&2
        echo 'test: install them, or set TOLVA_TEST_POSTGRES, TOLVA_TEST_MYSQL and TOLVA_TEST_RABBITMQ to the URLs of servers' >&2
        exit 1
    fi
    echo "=== installing $*"
    (
        # The packages would start servers of their own, which nobody here has asked for.
        policy=/usr/sbin/policy-rc.d
        if [[ ! -e $policy ]]; then
            trap '${sudo[@]+"${sudo[@]}"} rm -f "$policy"' EXIT
            printf '#!/bin/sh\nexit 101\n' | ${sudo[@]+"${sudo[@]}"} tee "$policy" >/dev/null
            ${sudo[@]+"${sudo[@]}"} chmod 755 "$policy"
        fi
        ${sudo[@]+"${sudo[@]}"} apt-get update -q
        ${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
            --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
    ) >&2
    hash -r
}
