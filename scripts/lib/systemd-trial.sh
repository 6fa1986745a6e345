#!/usr/bin/env bash
# The checks of scripts/systemd-trial. The script runs as root in the booted Debian, whose files are
# discarded afterwards. The project is at /trial/project, the binary at /trial/laborwatch.
set -euo pipefail

project=/trial/project
settings=/etc/laborwatch/laborwatch.yaml
drop_ins=/etc/systemd/system/laborwatch.service.d
hook_port=9000
passed=0
failed=0

# check NAME COMMAND...: runs one check and records the result; a failure prints the daemon's last
# log lines.
check() {
    local name=$1 output status=0
    shift
    # Not in a condition (`if`, `||`): there bash would continue after a failed command.
    set +e
    output=$(set -e && "$@" 2>&1)
    status=$?
    set -e
    if ((status == 0)); then
        printf 'passed  %s\n' "$name"
        passed=$((passed + 1))
    else
        printf 'FAILED  %s\n' "$name"
        sed 's/^/        /' <<<"$output"
        journalctl --unit laborwatch --lines 12 --no-pager --output cat | sed 's/^/        | /'
        failed=$((failed + 1))
    fi
}

# eventually SECONDS COMMAND...: waits until a command succeeds.
eventually() {
    local tries=$(($1 * 5))
    shift
    while ! "$@"; do
        ((tries-- > 0)) || return 1
        sleep 0.2
    done
}

# property NAME: prints systemd's value of a property of the service.
property() { systemctl show laborwatch --value --property "$1"; }

# is NAME VALUE: whether a property has this value.
is() { [[ $(property "$1") == "$2" ]]; }

# process: prints the daemon's process id; fails if there is none.
process() {
    local id
    id=$(property MainPID)
    ((id > 1)) && printf '%s\n' "$id"
}

# drop_in NAME LINE...: writes a drop-in for the service; without lines it removes the drop-in.
drop_in() {
    local file=$drop_ins/$1.conf
    shift
    mkdir -p -- "$drop_ins"
    if (($#)); then printf '%s\n' '[Service]' "$@" >"$file"; else rm -f -- "$file"; fi
    systemctl daemon-reload
}

# said TEXT: whether the service logged this text since the mark was set.
said() {
    journalctl --sync
    journalctl --unit laborwatch --after-cursor "$mark" --output cat >/run/said
    grep -qF -- "$1" /run/said
}
set_mark() {
    journalctl --sync
    mark=$(journalctl --lines 0 --show-cursor | sed -n 's/^-- cursor: //p')
}

# sql TEXT: runs one statement in the daemon's database, as the daemon's user.
sql() { runuser -u laborwatch -- psql -qtAX -v ON_ERROR_STOP=1 -d laborwatch -c "$1"; }

install_service() {
    install -m 0755 /trial/laborwatch /usr/bin/laborwatch
    install -m 0644 "$project/systemd/laborwatch.service" /etc/systemd/system/
    local own=$project/systemd/laborwatch
    install -D -m 0644 "$own.sysusers.conf" /usr/lib/sysusers.d/laborwatch.conf
    install -D -m 0644 "$own.tmpfiles.conf" /usr/lib/tmpfiles.d/laborwatch.conf
    install -D -m 0644 "$own.yaml" "$settings"
    install -D -m 0644 -t /usr/lib/systemd/catalog "$project"/systemd/*.catalog
    if (($(systemctl --version | sed -n 's/^systemd \([0-9]*\).*/\1/p') >= 253)); then
        mkdir -p -- "$drop_ins"
        cp -- "$project/systemd/notify-reload.conf" "$drop_ins/"
    fi
    systemd-sysusers
    systemd-tmpfiles --create laborwatch.conf
    journalctl --update-catalog
    systemctl daemon-reload
}

make_database() {
    runuser -u postgres -- createuser laborwatch
    runuser -u postgres -- createdb --owner laborwatch laborwatch
}

# configure LINE...: writes the example configuration with one database, a short interval, three
# receivers and the given lines.
configure() {
    sed -i -e 's/dbname=bureau/dbname=laborwatch/' -e 's/^  #interval: 60s/  interval: 2s/' \
        -e '/^receivers:/,$d' "$settings"
    cat >>"$settings" <<YAML
receivers:
  - {name: file, type: file}
  - {name: journal, type: journald}
  - {name: bureau, type: webhook, url: "http://127.0.0.1:$hook_port/hook", secret_file: bureau}
YAML
    (($# == 0)) || printf '%s\n' "$@" >>"$settings"
}

make_secrets() {
    local secret
    secret=whsec_$(head -c 32 /dev/urandom | base64 -w 0)
    printf '%s\n' "$secret" >/etc/laborwatch/secrets/bureau
    chmod 0600 /etc/laborwatch/secrets/bureau
    drop_in credentials LoadCredential=bureau:/etc/laborwatch/secrets/bureau
    # A bureau's webhook endpoint, which accepts only messages signed with that secret.
    systemd-run --quiet --unit=bureau --property=Restart=always \
        python3 "$project/scripts/lib/hook.py" "$hook_port" "$secret" /run/heard
}

raise_alert() {
    sql "INSERT INTO labor.region (code, name, parent_code)
             VALUES ('540000', '西藏自治区', NULL), ('540102', '城关区', '540000');
         INSERT INTO labor.industry (code, name) VALUES ('E', '建筑业');
         INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
             VALUES (1, '高原建设', '540102', 'E');
         INSERT INTO labor.report (enterprise_id, period, headcount)
             VALUES (1, date_trunc('month', now()) - interval '1 month', 300);
         INSERT INTO labor.event (enterprise_id, region_code, kind, persons, occurred_on, detail)
             VALUES (1, '540102', 'closure', 300, current_date, '关闭')"
}

in_file() {
    grep -qs '"subject":{"type":"enterprise","id":"1"' /var/lib/laborwatch/alerts/alerts-*.jsonl
}
at_hook() { grep -qs '高原建设' /run/heard; }
# journald's native protocol: an own field, an identifier, and the unit that wrote the entry.
in_journal() {
    journalctl --sync
    local entries=/run/entries
    journalctl --output verbose _SYSTEMD_UNIT=laborwatch.service LABORWATCH_SUBJECT_ID=1 >"$entries"
    grep -q 'LABORWATCH_SUBJECT_NAME=高原建设' "$entries" && grep -q MESSAGE_ID=b3d1c5a0 "$entries"
}
in_catalog() {
    journalctl --catalog --no-pager LABORWATCH_SUBJECT_ID=1 >/run/explained
    grep -q 'laborwatch alerts explain [0-9a-f]' /run/explained
}

# confined: the kernel shows for the process: no privileges, a filter, a read-only root.
confined() {
    local status
    status=/proc/$(process)/status
    grep -q '^NoNewPrivs:[[:space:]]*1' "$status" && grep -q '^Seccomp:[[:space:]]*2' "$status" &&
        grep -q '^CapEff:[[:space:]]*0000000000000000' "$status" &&
        [[ $(stat --format %U "/proc/$(process)") == laborwatch ]] &&
        [[ $(awk '$5 == "/" { print $6 }' "${status%status}mountinfo" | tail -n 1) == ro,* ]]
}

exposed_little() {
    local exposure
    exposure=$(systemd-analyze security laborwatch.service --no-pager |
        sed -n 's/.*exposure level for laborwatch.service: \([0-9.]*\) .*/\1/p')
    echo "exposure $exposure"
    awk -v e="$exposure" 'BEGIN { exit !(e != "" && e <= 1.5) }'
}

reload_right() {
    local process
    process=$(process)
    set_mark
    configure 'log: {level: debug}'
    systemctl reload laborwatch
    eventually 20 said "configuration read anew"
    is MainPID "$process"
    is ActiveState active
}

reload_wrong() {
    local process
    process=$(process)
    set_mark
    configure 'recievers: []'
    systemctl reload laborwatch || true
    eventually 20 said "the new configuration is not used" && is MainPID "$process" &&
        is ActiveState active
    configure
}

# quiet: the sandbox refuses no call of the daemon or of the Swift runtime, except one nice value,
# which every user except root is refused (errno 13; a filter would answer with 1).
quiet() {
    journalctl --sync
    journalctl --unit laborwatch --output cat >/run/said
    ! grep -e 'Failed to set .* errno=1$' -e 'Operation not permitted' -e 'Permission denied' /run/said
}

# apart_from_service: a command at a terminal sees no credential of the service and needs none.
apart_from_service() {
    runuser -u laborwatch -- laborwatch alerts list --config "$settings" --format jsonl >/run/list
    grep -q '高原建设' /run/list
}

# as_service: runs a command with the service's credentials, as docs/operations.md says.
as_service() {
    systemd-run --quiet --pipe --wait --property=User=laborwatch \
        --property=LoadCredential=bureau:/etc/laborwatch/secrets/bureau \
        laborwatch check --connect --config "$settings"
}

# with_password: PostgreSQL requires a password, which the service gets as a credential.
with_password() {
    local hba
    hba=$(runuser -u postgres -- psql -qtAXc 'SHOW hba_file')
    runuser -u postgres -- psql -qXc "ALTER ROLE laborwatch PASSWORD 'sesame'"
    sed -i '1i host laborwatch laborwatch 127.0.0.1/32 scram-sha-256' "$hba"
    systemctl reload postgresql
    printf '%s\n' '127.0.0.1:*:laborwatch:laborwatch:sesame' >/etc/laborwatch/secrets/pgpass
    chmod 0600 /etc/laborwatch/secrets/pgpass
    drop_in credentials LoadCredential=bureau:/etc/laborwatch/secrets/bureau \
        LoadCredential=pgpass:/etc/laborwatch/secrets/pgpass \
        RuntimeDirectory=laborwatch RuntimeDirectoryMode=0700 \
        'ExecStartPre=/usr/bin/install -m 0600 %d/pgpass /run/laborwatch/pgpass'
    cp -- "$settings" /run/settings
    sed -i "s|host=/run/postgresql|host=127.0.0.1 passfile=/run/laborwatch/pgpass|" "$settings"
    systemctl restart laborwatch
    is ActiveState active
    runuser -u postgres -- psql -qtAXc "SELECT DISTINCT client_addr FROM pg_stat_activity
        WHERE usename = 'laborwatch'" | grep -q 127.0.0.1
}

# fed: with a watchdog of 4 s and no work, the daemon still runs after three watchdog periods.
fed() {
    local restarts
    drop_in watchdog WatchdogSec=4
    systemctl restart laborwatch
    restarts=$(property NRestarts)
    sleep 12
    is NRestarts "$restarts" && is ActiveState active
}

# bites: the same watchdog kills a daemon that hangs, and systemd starts it again.
bites() {
    local process restarts
    process=$(process)
    restarts=$(property NRestarts)
    set_mark
    kill -STOP "$process"
    eventually 30 is NRestarts "$((restarts + 1))" && eventually 20 is ActiveState active
}

killed() {
    local process restarts
    process=$(process)
    restarts=$(property NRestarts)
    kill -KILL "$process"
    eventually 20 is NRestarts "$((restarts + 1))" && eventually 20 is ActiveState active
    [[ $(process) != "$process" ]]
}

stopped() {
    local begin=$SECONDS
    systemctl stop laborwatch
    ((SECONDS - begin <= 5)) && is Result success && is ExecMainStatus 0 && is ActiveState inactive
}

# refused: an invalid configuration ends the start once, without restarts.
refused() {
    local restarts
    configure 'recievers: []'
    set_mark
    ! systemctl start laborwatch || return 1
    restarts=$(property NRestarts)
    sleep 8
    is ActiveState failed && is NRestarts "$restarts" && said "recievers"
    configure
}

# waits: the daemon waits without limit for a database that is unreachable at the start.
waits() {
    systemctl reset-failed laborwatch
    systemctl stop postgresql
    systemctl start --no-block laborwatch
    eventually 30 is NRestarts 2
    systemctl start postgresql
    eventually 30 is ActiveState active
}

# outlives: the daemon keeps running when a database becomes unreachable later.
outlives() {
    local process
    process=$(process)
    systemctl stop postgresql
    sleep 6
    systemctl start postgresql
    is MainPID "$process"
    sql "INSERT INTO labor.event (enterprise_id, region_code, kind, persons, occurred_on)
             VALUES (1, '540102', 'owner_absconded', 300, current_date)"
    eventually 90 grep -qs owner_absconded /var/lib/laborwatch/alerts/alerts-*.jsonl
}

check "it is installed as documented" install_service
check "systemd has nothing against the unit" systemd-analyze verify --man=no laborwatch.service
check "a database and a role of its own" make_database
check "the example configuration, shortened" configure
check "secrets and a bureau that hears" make_secrets
check "the schemas are made" runuser -u laborwatch -- laborwatch migrate --config "$settings"
check "it starts and says that it is ready" systemctl start laborwatch
check "systemd knows what it does" eventually 20 is StatusText "watching"
check "the kernel confines it" confined
check "exposure 1.5 at most" exposed_little
check "an event is taken" raise_alert
check "the alert is in the file" eventually 30 in_file
check "the alert is in the journal, with its fields" eventually 10 in_journal
check "the journal explains the entry" in_catalog
check "the webhook got it, signed with the credential" eventually 30 at_hook
check "the history answers people without the service's credentials" apart_from_service
check "with them, everything is checked" as_service
check "a right configuration is read anew" reload_right
check "a wrong configuration is not used" reload_wrong
check "the watchdog is fed while nothing happens" fed
check "the watchdog restarts a daemon that hangs" bites
drop_in watchdog
check "kill -9 is followed by a start" killed
check "it stops in time, with success" stopped
check "a wrong configuration ends the start, once" refused
check "a database that is away is waited for" waits
check "a database that goes and comes ends nothing" outlives
check "the sandbox refuses nothing that is asked for" quiet
check "a password for PostgreSQL comes as a credential" with_password

printf '%s\n' "$passed passed, $failed failed"
((failed == 0))
