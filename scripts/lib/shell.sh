# shellcheck shell=bash
# Messages and child processes for the scripts. Sourced, never run.

# say TEXT...: prints one line of progress on stderr, so that stdout has only the script's output.
say() {
    printf '==> %s\n' "$*" >&2
}

# fail TEXT...: prints the reason and exits the script.
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# run COMMAND...: runs a command to its end and returns its exit status.
#
# Bash runs the trap of a signal only after the child in the foreground has ended. The command
# therefore runs in the background, in a new process group, and a trap can stop the command with all
# its children (`run_interrupt`). The command has no standard input.
run_child=
run() {
    local status=0
    set -m
    "$@" </dev/null &
    run_child=$!
    set +m
    wait "$run_child" || status=$?
    run_child=
    return "$status"
}

# run_interrupt SECONDS: ends the command that `run` waits for: TERM first, KILL after SECONDS.
run_interrupt() {
    local group=$run_child tries
    run_child=
    [[ -n $group ]] || return 0
    kill -TERM -- "-$group" 2>/dev/null || return 0
    for ((tries = 0; tries < $1 * 10; tries++)); do
        kill -0 -- "-$group" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$group" 2>/dev/null || true
}
