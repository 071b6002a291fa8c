#!/usr/bin/env bash
# The servers of the fault suite, and whoever ends them.
#
# Starts a Postgres, a MariaDB and a RabbitMQ of its own, says where they are, and then does what its
# input says, line by line; each line is answered by `ok`, or by `failed` and why:
#
#   stop NAME         politely, and waits for the end
#   kill NAME         all its processes at once, as a power cut would
#   start NAME        again, with the same data and on the same port
#   signal NAME WHAT  to all its processes
#   impatient rabbitmq  channels that are opened from now on may hold a message for a second only
#   unacked rabbitmq  `ok` and how many messages are delivered and not acknowledged
#
# When the input ends, however the test ended, everything goes: servers, the processes of the group that
# the first line names, folders, the mounted disk.
set -u

# shellcheck source-path=SCRIPTDIR source=../servers/servers.sh
source "${BASH_SOURCE[0]%/*}/../servers/servers.sh"
unset TOLVA_TEST_POSTGRES TOLVA_TEST_MYSQL TOLVA_TEST_RABBITMQ  # its servers are its own
trap '' INT TERM HUP
trap : PIPE  # nobody may listen any more, and there is still everything to be cleaned up

run_folder=$(mktemp -d /tmp/tolva-faults.XXXXXX)
chmod 711 "$run_folder"

# A disk that is small enough to be filled: only root may mount one.
disk=-
disk_mount() {
    ((EUID == 0)) || return 0
    mkdir "$run_folder/disk"
    if mount -t tmpfs -o "size=${1}m,mode=700" tmpfs "$run_folder/disk" 2>/dev/null; then
        disk=$run_folder/disk/landing
        mkdir "$disk"
        chown postgres: "$run_folder/disk" "$disk"
    fi
}

# The processes of a server: its group, and what descends from it, since every process of Postgres
# leads a group of its own.
processes=()
processes_of() {
    local group file stat pid grew=1
    local -A parent=() chosen=()
    processes=()
    [[ -e $run_folder/$1.group ]] || return 0
    group=$(<"$run_folder/$1.group")
    for file in /proc/[0-9]*/stat; do
        { read -r stat <"$file"; } 2>/dev/null || continue
        pid=${file#/proc/} pid=${pid%/stat}
        # After the name in parentheses: state, parent, group.
        read -ra stat <<<"${stat##*) }"
        [[ ${stat[0]} != Z ]] || continue
        parent[$pid]=${stat[1]}
        [[ ${stat[2]} != "$group" ]] || chosen[$pid]=1
    done
    while ((grew)); do
        grew=0
        for pid in "${!parent[@]}"; do
            if [[ -z ${chosen[$pid]-} && -n ${chosen[${parent[$pid]}]-} ]]; then
                chosen[$pid]=1 grew=1
            fi
        done
    done
    processes=("${!chosen[@]}")
}

send() {
    local signal=$1 name=$2
    processes_of "$name"
    ((${#processes[@]} == 0)) || kill -s "$signal" "${processes[@]}" 2>/dev/null || :
}

# Kills until nothing is left: somebody may just have been born.
end() {
    local name=$1 try lock
    for ((try = 0; try < 200; try++)); do
        send KILL "$name"
        ((${#processes[@]})) || break
        sleep 0.05
    done
    # In a container nobody may bury it, and Postgres takes the dead for the living: no process has
    # this number.
    for lock in "$run_folder/$name"/{data/postmaster.pid,.s.PGSQL.*.lock}; do
        [[ ! -e $lock ]] || sed -i '1s/.*/4194305/' "$lock"
    done
    ((${#processes[@]} == 0))
}

polite() {
    local name=$1 main try
    main=$(main_of "$name")
    [[ -n $main ]] || main=none
    case $name in
        postgres) kill -INT "$main" ;;  # a fast shutdown: those who are connected are sent away
        *) kill -TERM "$main" ;;
    esac
    for ((try = 0; try < 1200; try++)); do
        processes_of "$name"
        [[ " ${processes[*]} " == *" $main "* ]] || break
        sleep 0.05
    done
    end "$name"  # epmd, or what did not listen
}

# The process that is asked to end.
main_of() {
    local name=$1 pid
    case $name in
        postgres) head -n 1 "$run_folder/postgres/data/postmaster.pid" ;;
        mariadb) cat "$run_folder/mariadb/pid" ;;
        rabbitmq)  # the script around it would ask another Erlang machine to stop it
            processes_of "$name"
            for pid in "${processes[@]}"; do
                [[ $(<"/proc/$pid/comm") != beam.smp ]] || echo "$pid"
            done
            ;;
    esac
}

again() {
    local name=$1 folder="$run_folder/$1" port
    port=$(<"$run_folder/$name.url")
    port=${port##*:} port=${port%%/*}
    (
        echo "$BASHPID" >"$run_folder/$name.group"
        umask 077
        cd "$folder" || exit
        set -e
        "${name}_launch" "$folder" "$port" 2>>"$run_folder/$name.log"
    ) </dev/null >/dev/null &
    wait "$!"
}

rabbitmqctl() {
    local environment folder=$run_folder/rabbitmq
    mapfile -t environment <"$folder/environment"
    (cd "$folder" && run_as rabbitmq "${environment[@]}" "$(rabbitmq_program rabbitmqctl)" --quiet "$@")
}

impatient() {
    rabbitmqctl eval 'application:set_env(rabbit, consumer_timeout, 1000),
        application:set_env(rabbit, channel_tick_interval, 500).' >/dev/null
}

unacked() {
    local counts
    counts=$(rabbitmqctl --no-table-headers list_queues messages_unacknowledged) || return 1
    echo $((${counts//$'\n'/ + }))
}

leave() {
    local name
    kill -KILL -- "-$roles"
    for name in "${servers[@]}"; do
        send CONT "$name"
        # Killed, Postgres would leave shared memory behind.
        if [[ $name == postgres && -e $run_folder/postgres.group ]]; then
            postgres_stop "$run_folder/postgres" "$(<"$run_folder/postgres.group")"
        fi
        end "$name"
    done
    [[ $disk == - ]] || umount --lazy "$run_folder/disk"
    rm -rf "$run_folder"
} 2>/dev/null

for name in "${servers[@]}"; do
    "${name}_present" && continue
    echo "failed $name is missing: ./test installs it"
    rm -rf "$run_folder"
    exit 1
done

# Job control gives each of these a process group of its own.
set -m
sleep infinity </dev/null >/dev/null 2>&1 &
roles=$!
disk_mount "${1:-256}"
starters=()
for name in "${servers[@]}"; do
    server_begin "$name" </dev/null &
    starters+=("$!")
done
started=ok
for at in "${!servers[@]}"; do
    wait "${starters[at]}" && continue
    started="failed ${servers[at]} did not start: $(tail -n 5 "$run_folder/${servers[at]}.log" | tr '\n' ' ')"
done
if [[ $started == ok ]]; then
    echo "ok $run_folder $roles $disk $(cat "$run_folder"/{postgres,mariadb,rabbitmq}.url | tr '\n' ' ')"
else
    echo "$started"
fi

while read -r what name rest; do
    case $what in
        stop) polite "$name" && echo ok || echo failed ;;
        kill) end "$name" && echo ok || echo failed ;;
        start)
            if again "$name"; then
                echo ok
            else
                echo "failed $(tail -n 5 "$run_folder/$name.log" | tr '\n' ' ')"
            fi
            ;;
        signal) send "$rest" "$name"; echo ok ;;
        impatient) impatient && echo ok || echo failed ;;
        unacked) if count=$(unacked); then echo "ok $count"; else echo failed; fi ;;
        *) echo "failed $what is unknown" ;;
    esac
done 2>>"$run_folder/keeper.log"
leave
