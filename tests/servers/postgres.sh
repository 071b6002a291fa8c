# shellcheck shell=bash disable=SC2034 # servers.sh reads the variables
# A private PostgreSQL.

postgres_variable=TOLVA_TEST_POSTGRES
postgres_user=postgres
postgres_packages=postgresql

# The folder of its programs: Debian keeps those of each version out of PATH. The newest wins.
postgres_programs() {
    local found
    found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [[ -x $found ]] || found=$(command -v initdb) || return 1
    echo "${found%/*}"
}

postgres_present() {
    postgres_programs >/dev/null
}

postgres_start() {
    local folder=$1 password programs
    programs=$(postgres_programs)
    password=$(secret)
    # In a file: anybody may read the arguments of a process.
    echo "$password" | give_file postgres "$folder/password"
    run_as postgres "$programs/initdb" --pgdata="$folder/data" --username=tolva \
        --pwfile="$folder/password" --auth=scram-sha-256 --encoding=UTF8 --no-sync >&2
    touch "$folder/initialised"
    # The tests kill clients, never the machine: what the kernel has is safe.
    cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 200
fsync = off
synchronous_commit = on
full_page_writes = off
END
    attempt postgres_launch "$folder"
    echo "postgres://tolva:$password@127.0.0.1:$postgres_port/postgres"
}

# On the port $2, or on a free one.
postgres_launch() {
    local folder=$1 programs
    programs=$(postgres_programs)
    postgres_port=${2:-$(free_port)}
    exec_as postgres "$programs/postgres" -D "$folder/data" -p "$postgres_port" >&2 &
    # Asked through its socket, which can be nobody else's.
    await "$!" "$programs/pg_isready" --quiet --host="$folder" --port="$postgres_port"
}

# Killed, it would leave shared memory behind. SIGQUIT is its immediate shutdown, but kills initdb,
# which is done in a second or two.
postgres_stop() {
    local folder=$1 group=$2 try
    [[ -e $folder/initialised ]] || await_group_end "$group"
    for ((try = 0; try < 100; try++)); do
        # Again and again: it ignores the signal while it is about to start.
        kill -QUIT -- "-$group" 2>/dev/null || :
        group_lives "$group" || return 0
        sleep 0.05
    done
}
