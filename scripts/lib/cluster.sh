# shellcheck shell=bash
# A private PostgreSQL cluster on a unix socket, for the duration of one script.
# Sourced, never run; needs shell.sh and packages.sh.
#
# The cluster listens on no network, trusts every user who can enter its folder (mode 0700), and is
# independent of other clusters on the machine. PostgreSQL refuses to run as root, so for root the
# server runs as `postgres`, or as `nobody` if that user is missing.
#
#     trap cluster_stop EXIT       # before cluster_start
#     cluster_start fast           # tests: data may be lost at a power failure
#     cluster_start durable        # everything else
#     psql "$cluster_dsn dbname=postgres"

cluster_folder=""     # holds data, socket and log
cluster_process=""    # the postmaster
cluster_dsn=""        # host and user, without a database

# cluster_start fast|durable: creates the cluster and waits until it answers, 60 s at most.
# Do not call it in a subshell: the server ends with the process that started it, even if that
# process is killed.
cluster_start() {
    local mode=$1 bin tries
    local settings=(-c listen_addresses= -c max_connections=400 -c log_min_messages=warning)
    bin=$(postgres_bin) || fail "PostgreSQL's server programs are not here: install postgresql"
    [[ $mode == durable ]] ||
        settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off)

    cluster_folder=$(cluster_make_folder)
    (cluster_exec "$bin/initdb" --pgdata="$cluster_folder/data" --username=postgres \
        --auth=trust --encoding=UTF8 --locale=C --no-sync) >"$cluster_folder/log" 2>&1 ||
        cluster_fail "initdb failed"
    cluster_exec "$bin/postgres" -D "$cluster_folder/data" -k "$cluster_folder" \
        "${settings[@]}" >>"$cluster_folder/log" 2>&1 </dev/null &
    cluster_process=$!

    for ((tries = 0; tries < 600; tries++)); do
        if "$bin/pg_isready" --quiet --host="$cluster_folder" --username=postgres; then
            cluster_dsn="host=$cluster_folder user=postgres"
            return 0
        fi
        kill -0 "$cluster_process" 2>/dev/null || cluster_fail "the server ended at once"
        sleep 0.1
    done
    cluster_fail "the server did not answer within 60 s"
}

# cluster_stop: stops the server and removes its folder. A second call, or a call before the start,
# does nothing.
cluster_stop() {
    local process=$cluster_process folder=$cluster_folder tries
    cluster_process=""
    cluster_folder=""
    # shellcheck disable=SC2034  # the script that sources this file reads it
    cluster_dsn=""
    if [[ -n $process ]]; then
        # INT is PostgreSQL's fast shutdown. QUIT follows if that takes longer than 10 s.
        kill -INT "$process" 2>/dev/null || true
        for ((tries = 0; tries < 100; tries++)); do
            kill -0 "$process" 2>/dev/null || break
            sleep 0.1
        done
        kill -QUIT "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    fi
    [[ -z $folder ]] || rm -rf -- "$folder"
}

# cluster_exec COMMAND...: replaces this process by COMMAND, as the server's user. The command gets a
# new session, so a Ctrl-C at the terminal reaches only the script, and a parent-death signal, so it
# ends with the script. Call it in a subshell or in the background only.
cluster_exec() {
    local user options=(--pdeathsig INT)
    if ((EUID == 0)); then
        user=$(cluster_user)
        options+=("--reuid=$(id -u "$user")" "--regid=$(id -g "$user")" --clear-groups)
    fi
    cd -- "$cluster_folder" || return
    exec env LC_ALL=C setsid setpriv "${options[@]}" -- "$@"
}

# cluster_user: prints the user of the server if the script runs as root.
cluster_user() {
    if id -u postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# cluster_make_folder: prints a new folder that the server's user owns and can reach. Its name is
# short enough for a socket: with `/.s.PGSQL.5432.lock` it has at most 107 bytes.
cluster_make_folder() {
    local base=${TMPDIR:-/tmp} folder
    ((${#base} <= 60 && EUID != 0)) || base=/tmp
    folder=$(mktemp -d "$base/laborwatch-pg.XXXXXX")
    ((EUID != 0)) || chown "$(cluster_user):" "$folder"
    printf '%s\n' "$folder"
}

# cluster_fail TEXT: prints the end of the server's log, and exits the script.
cluster_fail() {
    tail -n 20 -- "$cluster_folder/log" >&2 || true
    fail "private PostgreSQL: $1"
}
