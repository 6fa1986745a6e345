# shellcheck shell=bash
# Installs the Debian packages that the scripts need, and only those that are missing.
# Sourced, never run; needs shell.sh. Uses no network if everything is installed.

# postgres_bin: prints the folder of the PostgreSQL server's programs; the newest version wins.
postgres_bin() {
    local folder newest=
    if command -v initdb >/dev/null && command -v postgres >/dev/null; then
        dirname -- "$(readlink -f -- "$(command -v initdb)")"
        return
    fi
    for folder in /usr/lib/postgresql/*/bin; do
        [[ -x $folder/initdb && -x $folder/postgres ]] || continue
        if [[ -z $newest ]] || [[ $(printf '%s\n' "$newest" "$folder" | sort -V | tail -n 1) == "$folder" ]]; then
            newest=$folder
        fi
    done
    [[ -n $newest ]] && printf '%s\n' "$newest"
}

# packages_missing NEED...: prints the package of each need that is missing.
packages_missing() {
    local need
    for need in "$@"; do
        case $need in
            server) postgres_bin >/dev/null || echo postgresql ;;
            libpq) { command -v pkg-config >/dev/null && pkg-config --exists libpq; } || echo libpq-dev ;;
            xmllint) command -v xmllint >/dev/null || echo libxml2-utils ;;
            aiosmtpd) /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || echo python3-aiosmtpd ;;
            venv) python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv ;;
            systemd-analyze) command -v systemd-analyze >/dev/null || echo systemd ;;
            systemd-nspawn) command -v systemd-nspawn >/dev/null || echo systemd-container ;;
            *) command -v "$need" >/dev/null || echo "$need" ;;
        esac
    done
}

# packages_ensure NEED...: installs what is missing, or fails with the missing needs and the reason.
# A need is a command with the name of its package, or `server`, `libpq`, `systemd-analyze`,
# `systemd-nspawn`, `venv`, `xmllint`, `aiosmtpd`.
packages_ensure() {
    local missing
    mapfile -t missing < <(packages_missing "$@")
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        fail "missing: ${missing[*]}; there is no apt-get here, so install them by hand"
    say "installing with apt-get: ${missing[*]}"
    packages_as_root apt-get update --quiet=2 >&2 ||
        say "the package lists could not be refreshed; trying with those at hand"
    if [[ " ${missing[*]} " == *" postgresql "* ]]; then
        packages_install_server || fail "apt-get could not install postgresql"
    fi
    packages_install "${missing[@]}" || fail "apt-get could not install: ${missing[*]}"
    mapfile -t missing < <(packages_missing "$@")
    ((${#missing[@]} == 0)) || fail "installed, yet still not found: ${missing[*]}"
}

# packages_alertmanager FOLDER: prints the folder of a program prometheus-alertmanager or
# alertmanager. If there is none, Debian's package is unpacked into FOLDER, because installing it
# would start a service. The program reads its templates from the package's own path, so they are
# copied to that path.
packages_alertmanager() {
    local folder=$1 name templates=/usr/share/prometheus/alertmanager
    for name in prometheus-alertmanager alertmanager; do
        if command -v "$name" >/dev/null; then
            dirname -- "$(command -v "$name")"
            return
        fi
    done
    if [[ ! -x $folder/usr/bin/prometheus-alertmanager ]]; then
        command -v apt-get >/dev/null || return
        say "unpacking prometheus-alertmanager"
        mkdir -p -- "$folder"
        (
            cd -- "$folder"
            apt-get download --quiet=2 prometheus-alertmanager ||
                { packages_as_root apt-get update --quiet=2 &&
                    apt-get download --quiet=2 prometheus-alertmanager; }
            dpkg-deb --extract prometheus-alertmanager_*.deb .
            rm -f -- prometheus-alertmanager_*.deb
        ) >&2 || return
    fi
    if [[ ! -e $templates/default.tmpl ]]; then
        packages_as_root mkdir -p -- "$templates" >&2 || return
        packages_as_root cp -- "$folder$templates"/*.tmpl "$templates" >&2 || return
    fi
    printf '%s\n' "$folder/usr/bin"
}

# packages_install NAME...: installs without questions and without recommended packages.
packages_install() {
    packages_as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet=2 --no-install-recommends "$@" >&2
}

# packages_install_server: installs PostgreSQL without the cluster that the package would create
# and start. The machine's own setting is restored afterwards.
packages_install_server() {
    local settings=/etc/postgresql-common/createcluster.conf copy status=0
    packages_install postgresql-common || return
    copy=$(mktemp)
    cat -- "$settings" >"$copy" 2>/dev/null || true
    printf '\ncreate_main_cluster = false\n' | packages_as_root tee -a "$settings" >/dev/null
    packages_install postgresql || status=$?
    packages_as_root tee "$settings" <"$copy" >/dev/null
    rm -f -- "$copy"
    return "$status"
}

# packages_as_root COMMAND...: runs the command as root, with sudo for any other user.
packages_as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -- "$@"
    else
        fail "installing packages needs root: run as root, or install sudo"
    fi
}
