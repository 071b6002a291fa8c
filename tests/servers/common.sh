# shellcheck shell=bash
# What every server needs.

# Runs a program in place of this process, as user $1 if we are root, with no more environment than
# it needs: PGDATA, RABBITMQ_NODENAME and their like must not lead it to another server. Its folder
# is also its TMPDIR: a MariaDB that starts deletes the temporary tables it finds there, anybody's.
# Arguments: USER, then VARIABLE=VALUE…, then the program and its arguments.
exec_as() {
    local user=$1 drop=()
    shift
    ((EUID != 0)) || drop=(setpriv --reuid "$user" --regid "$user" --init-groups)
    exec ${drop[@]+"${drop[@]}"} env -i PATH="$PATH" HOME="$PWD" TMPDIR="$PWD" \
        LC_ALL=C.UTF-8 "$@" </dev/null
}

# The same, and comes back.
run_as() {
    (exec_as "$@")
}

# Writes its input to the file $2, which user $1 can read.
give_file() {
    cat >"$2"
    ((EUID != 0)) || chown "$1:" "$2"
}

# A port on which nobody listens. It is below those that the kernel gives to outgoing connections;
# who takes it in the meantime makes the server fail, and `attempt` chooses again.
free_port() {
    local port
    while :; do
        port=$((10240 + RANDOM % 20000))
        port_open "$port" || break
    done
    echo "$port"
}

port_open() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# 128 random bits that need no quoting anywhere.
secret() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# Calls a function up to three times until it succeeds.
attempt() {
    local try
    for try in 1 2 3; do
        echo "$*: attempt $try" >&2
        if "$@"; then return 0; fi
    done
    return 1
}

# Waits until a check succeeds; fails when the process has ended.
# Arguments: PID, then the check.
await() {
    local pid=$1 end=$((SECONDS + 300))
    shift
    until "$@" >&2; do
        kill -0 "$pid" 2>/dev/null || return 1
        if ((SECONDS >= end)); then
            echo 'no answer within five minutes' >&2
            exit 1  # another attempt would meet this one's server
        fi
        sleep 0.1
    done
    # It might have answered for another one that has the port.
    kill -0 "$pid" 2>/dev/null
}

# Waits until a process group has no living member, at most 5 seconds.
await_group_end() {
    local try
    for ((try = 0; try < 100; try++)); do
        group_lives "$1" || return 0
        sleep 0.05
    done
}

# `kill -0` counts the dead too, and in a container nobody may ever bury an orphan.
group_lives() {
    local file stat
    kill -0 -- "-$1" 2>/dev/null || return 1
    [[ -e /proc/self/stat ]] || return 0
    for file in /proc/[0-9]*/stat; do
        { read -r stat <"$file"; } 2>/dev/null || continue
        # After the name in parentheses: state, parent, group.
        read -ra stat <<<"${stat##*) }"
        [[ ${stat[2]} != "$1" || ${stat[0]} == Z ]] || return 0
    done
    return 1
}
