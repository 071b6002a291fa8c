# shellcheck shell=bash disable=SC2034 # servers.sh reads the variables
# A private RabbitMQ, with an epmd (Erlang's register of nodes) of its own: the machine's would
# outlive us, and might be somebody else's.

rabbitmq_variable=TOLVA_TEST_RABBITMQ
rabbitmq_user=rabbitmq
rabbitmq_packages=rabbitmq-server

# The path of one of its programs. Not Debian's in /usr/sbin: they change to the folder, the log
# and the user of the machine's own server.
rabbitmq_program() {
    local path=/usr/lib/rabbitmq/bin/$1
    if [[ -x $path ]]; then echo "$path"; else command -v "$1"; fi
}

rabbitmq_present() {
    rabbitmq_program rabbitmq-server >/dev/null &&
        command -v erl >/dev/null && command -v epmd >/dev/null
}

rabbitmq_start() {
    attempt rabbitmq_launch "$1"
    echo "amqp://guest:guest@127.0.0.1:$rabbitmq_port/%2f"
}

# On the port $2, or on a free one.
rabbitmq_launch() {
    local folder=$1 epmd server epmd_port status=0
    rabbitmq_port=${2:-$(free_port)}
    epmd_port=$(free_port)
    local environment=(
        ERL_EPMD_PORT="$epmd_port"
        ERL_EPMD_ADDRESS=127.0.0.1
        ERL_CRASH_DUMP_SECONDS=0
        # By default its threads sleep at once, and wake each other for every module they load:
        # that doubles the time to start.
        RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD=very_short
        # Its data are called after it. No other node knows this epmd, so the name is free.
        RABBITMQ_NODENAME=tolva@localhost
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
        RABBITMQ_NODE_PORT="$rabbitmq_port"
        RABBITMQ_DIST_PORT="$(free_port)"
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}'
        RABBITMQ_MNESIA_BASE="$folder/mnesia"
        RABBITMQ_LOG_BASE="$folder"
        RABBITMQ_LOGS=-
        RABBITMQ_PID_FILE="$folder/pid"
        # None of these exists: the machine's are for the machine's server.
        RABBITMQ_CONF_ENV_FILE="$folder/env.conf"
        RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf"
        RABBITMQ_CONFIG_FILES="$folder/conf.d"
        RABBITMQ_ADVANCED_CONFIG_FILE="$folder/advanced.config"
        RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins"
    )
    printf '%s\n' "${environment[@]}" >"$folder/environment"  # whoever asks it needs the same
    exec_as rabbitmq "${environment[@]}" epmd >&2 &
    epmd=$!
    await "$epmd" port_open "$epmd_port" || return 1
    exec_as rabbitmq "${environment[@]}" "$(rabbitmq_program rabbitmq-server)" >&2 &
    server=$!
    # The port opens last; asking in another way before that takes an Erlang machine each time.
    # Then it is asked by its name, which can be nobody else's.
    await "$server" port_open "$rabbitmq_port" && await "$server" run_as rabbitmq "${environment[@]}" \
        "$(rabbitmq_program rabbitmqctl)" --quiet await_startup >&2 || status=1
    ((status == 0)) || kill "$epmd" 2>/dev/null || :
    return "$status"
}
