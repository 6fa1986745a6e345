# shellcheck shell=bash
# Messages and children for the scripts of this folder. Sourced, never run.

# say TEXT...: one line of progress, on stderr so that a script's own output stays clean.
say() {
    printf '==> %s\n' "$*" >&2
}

# fail TEXT...: says why and ends the script.
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# run COMMAND...: runs a command to its end and returns its exit status.
#
# Bash hands a signal to its traps only when the child in the foreground has ended, so the command
# runs beside the script, in a process group of its own: whatever stops the script can stop the
# command with all its children (`run_interrupt`). It has no standard input.
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

# run_interrupt SECONDS: ends the command that `run` waits for: asks, and after SECONDS kills.
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
