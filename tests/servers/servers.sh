# shellcheck shell=bash
# The private servers of one run: started side by side, and stopped whatever becomes of `./test`.
#
# A server NAME is a file beside this one. It defines
#   NAME_variable  the environment variable that tells the tests where it is
#   NAME_user      the system user it runs as when we are root, since servers refuse to be root
#   NAME_packages  what to install for it on Debian and Ubuntu
#   NAME_present   succeeds if its programs are installed
#   NAME_start     starts it in the folder $1, waits until it answers, prints its URL
#   NAME_stop      if SIGKILL would leave something behind: ends process group $2 in the folder $1

servers=(postgres mariadb rabbitmq)
servers_folder=${BASH_SOURCE[0]%/*}
servers_keeper=  # the process that stops them

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$servers_folder/common.sh"
# shellcheck source-path=SCRIPTDIR source=install.sh
source "$servers_folder/install.sh"
for server in "${servers[@]}"; do
    # shellcheck source=/dev/null
    source "$servers_folder/$server.sh"
done

# The value of NAME_what.
server_get() {
    local name="$1_$2"
    echo "${!name}"
}

# The servers that nobody has given us.
servers_wanted() {
    local server variable
    for server in "${servers[@]}"; do
        variable=$(server_get "$server" variable)
        [[ -n ${!variable-} ]] || echo "$server"
    done
}

servers_start() {
    local server url variable failed='' wanted starter starters=()
    wanted=$(servers_wanted)
    [[ -n $wanted ]] || return 0

    # Not in TMPDIR: the servers' users must be able to enter it, and the path of a socket must be
    # short.
    run_folder=$(mktemp -d /tmp/tolva-test.XXXXXX)
    chmod 711 "$run_folder"

    # Job control gives every starter, and with it its server, a process group of its own: Ctrl-C
    # does not reach it, and it can be stopped as a whole. A coprocess's pipe is not inherited, so
    # it is closed exactly when this script ends, even by SIGKILL.
    set -m
    coproc KEEPER { servers_keep; }
    servers_keeper=$KEEPER_PID
    for server in $wanted; do
        server_begin "$server" &
        starters+=("$!")
    done
    set +m

    for server in $wanted; do
        starter=${starters[0]}
        starters=("${starters[@]:1}")
        if wait "$starter"; then
            url=$(<"$run_folder/$server.url")
            variable=$(server_get "$server" variable)
            export "$variable=$url"
        else
            failed=1
            echo "test: $server did not start; the end of its log:" >&2
            tail -n 60 "$run_folder/$server.log" | sed 's/^/    /' >&2
        fi
    done
    [[ -z $failed ]] || exit 1
}

# One server, in the background: its folder, its log, its URL.
server_begin() {
    local server=$1 folder="$run_folder/$1" user
    echo "$BASHPID" >"$run_folder/$server.group"
    umask 077
    mkdir "$folder"
    if ((EUID == 0)); then
        user=$(server_get "$server" user)
        chown "$user:" "$folder"
    fi
    cd "$folder" || exit  # a core or a crash dump goes where everything else goes
    "${server}_start" "$folder" 2>"$run_folder/$server.log" >"$run_folder/$server.url"
}

# Waits for the end of this script, then stops the servers and removes their traces.
servers_keep() {
    local file server
    set +e  # whatever fails, the rest is still to be done
    trap '' INT TERM HUP
    while read -r _; do :; done
    for file in "$run_folder"/*.group; do
        [[ -e $file ]] || continue
        server=${file##*/}
        server_end "${server%.group}" "$(<"$file")" &
    done
    wait
    rm -rf "$run_folder"
}

# Nothing it has stored is needed any more, so there is no reason to ask politely.
server_end() {
    local server=$1 group=$2
    kill -KILL "$group"  # the starter, which would try again
    if declare -F "${server}_stop" >/dev/null; then
        "${server}_stop" "$run_folder/$server" "$group"
    fi
    kill -KILL -- "-$group"
    await_group_end "$group"
} 2>/dev/null

servers_stop() {
    [[ -n $servers_keeper ]] || return 0
    # Nothing to report: that starters were killed, and that the keeper is done, is as intended.
    eval "exec ${KEEPER[1]}>&-" 2>/dev/null
    wait 2>/dev/null || :
}
