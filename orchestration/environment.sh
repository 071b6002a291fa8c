# shellcheck shell=bash
# The Python environment of the code location, outside of the checkout: one for each state of the lock.

# Gives the folder of the environment, which is made where it is missing.
environment() {
    local here=$1 cache lock folder python=${PYTHON:-python3}
    if ! command -v "$python" >/dev/null || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
        echo "orchestration: this needs Python 3.10 or newer (python3; or name one in PYTHON)" >&2
        return 1
    fi
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/tolva-orchestration
    lock=$("$python" -c 'import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read() + sys.version.encode()).hexdigest()[:16])' "$here/requirements.lock")
    folder=$cache/$lock
    if [[ ! -x $folder/ready ]]; then
        echo "=== orchestration: making the Python environment $folder" >&2
        rm -rf "$folder"
        mkdir -p "$cache"
        if ! "$python" -m venv "$folder" >&2; then
            echo 'orchestration: python3 cannot make environments: install python3-venv' >&2
            return 1
        fi
        # The lock is the whole list: nothing is to be resolved.
        "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.lock" >&2
        install -m 755 /dev/null "$folder/ready"
    fi
    echo "$folder"
}
