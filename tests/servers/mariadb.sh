# shellcheck shell=bash disable=SC2034 # servers.sh reads the variables
# A private MariaDB.

mariadb_variable=TOLVA_TEST_MYSQL
mariadb_user=mysql
mariadb_packages=mariadb-server

# The path of one of its programs; an ordinary user's PATH may lack the folder of the server.
mariadb_program() {
    PATH=$PATH:/usr/local/sbin:/usr/sbin command -v "$1"
}

mariadb_present() {
    mariadb_program mariadbd >/dev/null && mariadb_program mariadb-install-db >/dev/null
}

mariadb_start() {
    local folder=$1 password user
    password=$(secret)
    user=$(if ((EUID == 0)); then echo mysql; else id -un; fi)
    # No anonymous user, no root without a password: only the server's own user is root, by socket.
    run_as mysql "$(mariadb_program mariadb-install-db)" --no-defaults --datadir="$folder/data" \
        --auth-root-authentication-method=socket --auth-root-socket-user="$user" --skip-test-db >&2
    give_file mysql "$folder/init.sql" <<END
CREATE OR REPLACE USER 'tolva'@'%' IDENTIFIED BY '$password';
GRANT ALL ON *.* TO 'tolva'@'%' WITH GRANT OPTION;
END
    attempt mariadb_launch "$folder"
    echo "mysql://tolva:$password@127.0.0.1:$mariadb_port/"
}

# On the port $2, or on a free one.
mariadb_launch() {
    local folder=$1
    mariadb_port=${2:-$(free_port)}
    local options=(
        --no-defaults
        --datadir="$folder/data" --tmpdir="$folder" --socket="$folder/socket" --pid-file="$folder/pid"
        --bind-address=127.0.0.1 --port="$mariadb_port" --skip-name-resolve
        --init-file="$folder/init.sql"
        --character-set-server=utf8mb4
        --max-connections=300 --max-allowed-packet=64M
        # The tests kill clients, never the machine: what the kernel has is safe.
        --innodb-flush-log-at-trx-commit=2 --skip-log-bin
    )
    exec_as mysql "$(mariadb_program mariadbd)" "${options[@]}" >&2 &
    # Asked through its socket, which can be nobody else's.
    await "$!" mariadb-admin --no-defaults --socket="$folder/socket" --silent ping
}
