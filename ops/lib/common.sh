# shellcheck shell=bash
#
# common.sh — what every script under ops/ needs: words to the user, root rights, checks.
#
# Sourced, never run. Sets ROOT (the repository) and BUILD_DIR (everything we make lies there).
# Bare machines are the norm here: no locale, no procps, no sudo for root, no python. So this
# file uses bash and coreutils only, and no process substitution (it needs /dev/fd).

set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck disable=SC2034 # used by those who source this
BUILD_DIR=$ROOT/build
export HOME=${HOME:-/root}
export LC_ALL=C.UTF-8   # part of Debian's libc-bin; other locales may not be installed
unset LANGUAGE

# --- words ---------------------------------------------------------------------------------

# say ZH [EN]: one line of progress, Chinese first where a manager would read it.
say()
{
    printf '==> %s%s\n' "$1" "${2:+ | $2}"
}

# note: a detail below a line of progress.
note()
{
    printf '    %s\n' "$*"
}

warn()
{
    printf '!!  %s\n' "$*" >&2
}

# die WHAT [WHAT-TO-DO]: what failed, where in our scripts, and what to do about it.
die()
{
    local i=1

    # a check of this file failed for somebody: name the caller
    while [[ ${BASH_SOURCE[i]:-} == "${BASH_SOURCE[0]}" && -n ${BASH_SOURCE[i + 1]:-} ]]; do
        i=$(( i + 1 ))
    done
    {
        printf '\n失败 | FAILED: %s\n' "$1"
        printf '位置 | where:   %s line %s\n' "${BASH_SOURCE[i]#"$ROOT"/}" "${BASH_LINENO[i - 1]}"
        [[ -z ${2:-} ]] || printf '办法 | to do:   %s\n' "$2"
    } >&2
    exit 1
}

# tail_log FILE [LINES]: the end of a log, indented, to stderr. Silent if there is none.
tail_log()
{
    [[ -s $1 ]] || return 0
    printf '    last lines of %s:\n' "${1#"$ROOT"/}" >&2
    tail -n "${2:-10}" -- "$1" | sed 's/^/    | /' >&2
}

# --- rights --------------------------------------------------------------------------------

is_root()
{
    [[ $(id -u) -eq 0 ]]
}

can_sudo()
{
    is_root || command -v sudo >/dev/null
}

# with_sudo COMMAND…: as root, by sudo where we are not. sudo drops the environment, so what
# apt needs is handed over by name.
with_sudo()
{
    local -a keep=(DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8)
    local name

    for name in http_proxy https_proxy no_proxy; do
        [[ -z ${!name:-} ]] || keep+=("$name=${!name}")
    done
    if is_root; then
        env "${keep[@]}" "$@"
    else
        sudo env "${keep[@]}" "$@"
    fi
}

# --- checks --------------------------------------------------------------------------------

# need_cmd COMMAND [PACKAGE]
need_cmd()
{
    command -v "$1" >/dev/null && return 0
    die "command not found: $1" "run ops/lib/setup.sh, or install package ${2:-$1}"
}

# need_disk MEGABYTES [DIRECTORY]
need_disk()
{
    local dir=${2:-$ROOT} free

    free=$(df -Pm -- "$dir" 2>/dev/null | awk 'NR == 2 { print $4 }')
    [[ $free =~ ^[0-9]+$ ]] || return 0   # an odd file system: let the work itself find out
    (( free >= $1 )) && return 0
    die "only $free MB free under $dir, about $1 MB are needed" \
        "free some space, or clone the repository on a larger disk"
}

# port_open PORT: does anything listen on loopback? bash alone, because ss may not be there.
# In a child: a refused connection would otherwise print, and a full backlog would block.
port_open()
{
    timeout 2 bash -c ": <>/dev/tcp/127.0.0.1/$1" 2>/dev/null
}

# need_port WHAT PORT VARIABLE: names the taken port and the way to another one.
need_port()
{
    if [[ ! $2 =~ ^[0-9]+$ ]] || (( $2 < 1 || $2 > 65535 )); then
        die "$3=$2 is not a port" "set $3 to a number from 1 to 65535"
    fi
    port_open "$2" || return 0
    die "port $2 ($1) is taken by another program" \
        "stop that program, or choose another port: export $3=<free port>"
}

# hide_script_settings: what steers these scripts is not a worker's config, and a worker refuses
# SLUICE_ names it does not know. Call it before one is started, after the settings were read.
hide_script_settings()
{
    unset SLUICE_KAFKA_PORT SLUICE_KAFKA_CONTROLLER_PORT SLUICE_REDIS_PORT SLUICE_PG_PORT
    # shellcheck disable=SC2086 # names, and maybe none
    unset ${!SLUICE_CHECK_@} ${!SLUICE_DEMO_@}
}

# --- processes -----------------------------------------------------------------------------

# pid_of FILE: the number in a pid file, or nothing. Never fails, so that `x=$(pid_of …)` may
# stand alone under `set -e`.
pid_of()
{
    local pid=

    [[ ! -s $1 ]] || read -r pid <"$1" || true
    [[ ! $pid =~ ^[0-9]+$ ]] || printf '%s\n' "$pid"
}

# pid_is PID MARK: is PID alive, and is it the process we mean? Numbers are used again after a
# reboot, so the command line must hold MARK. A zombie has none. Without /proc we trust kill.
pid_is()
{
    [[ -n ${1:-} ]] && kill -0 "$1" 2>/dev/null || return 1
    [[ -e /proc/self/cmdline ]] || return 0
    tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -- "$2"
}

# pid_wait_gone PID MARK SECONDS: true once it is gone.
pid_wait_gone()
{
    local until=$(( SECONDS + $3 ))

    while pid_is "$1" "$2"; do
        (( SECONDS < until )) || return 1
        sleep 0.1
    done
}

# pid_stop PID MARK SECONDS: asks, waits, insists. CONT, because a stopped process (a test's
# SIGSTOP) would never see the TERM.
pid_stop()
{
    pid_is "$1" "$2" || return 0
    kill -TERM "$1" 2>/dev/null || true
    kill -CONT "$1" 2>/dev/null || true
    pid_wait_gone "$1" "$2" "$3" && return 0
    kill -KILL "$1" 2>/dev/null || true
    pid_wait_gone "$1" "$2" 5 || die "process $1 ($2) does not end, not even by KILL" "kill -9 $1"
}

# wait_for SECONDS COMMAND…: polls until the command succeeds.
wait_for()
{
    local until=$(( SECONDS + $1 ))

    shift
    until "$@"; do
        (( SECONDS < until )) || return 1
        sleep 0.2
    done
}

# lock_or_wait FILE: one script at a time per directory, until this shell ends. Whatever we
# start in the background must close fd 9, or it would hold the lock for its life.
lock_or_wait()
{
    mkdir -p -- "$(dirname -- "$1")"
    exec 9>"$1"
    flock -n 9 && return 0
    note "another script works on ${1%/*}; waiting for it"
    flock -w 900 9 || die "waited 15 minutes for the lock $1" "see which script still runs"
}
