#!/usr/bin/env bash
#
# supervise.sh — keeps one replica of one worker running. Started by ops/fleet, not by people.
#
#   supervise.sh DIR NAME PORT COMMAND…
#
# Restarts the worker whenever it exits, whatever its exit code: a worker that dies early is the
# design (its batch is replayed), so being started again is part of it. Back-off 0.2 s doubling
# to 5 s, from 0.2 s again once it has run for 30 s. Files in DIR: NAME.pid is the worker's,
# NAME.sup ours, NAME.restarts a count, NAME.log both our lines and the worker's.
#
# TERM: passes it on, waits 20 s, kills, ends.

# shellcheck source=ops/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

BACKOFF_MIN_MS=200
BACKOFF_MAX_MS=5000
HEALTHY_S=30
GRACE_S=20

stopping=
child=
sleeper=

log_line()
{
    printf 'level=%s msg="%s" supervisor=%s %s\n' "$1" "$2" "$NAME" "${3:-}"
}

# The pid file is ours only while it holds our number: a fleet directory that was removed, or
# taken over by another supervisor, ends this one instead of leaving an orphan.
still_ours()
{
    [[ $(pid_of "$DIR/$NAME.sup") == "$$" ]]
}

on_term()
{
    stopping=1
    [[ -z $sleeper ]] || kill "$sleeper" 2>/dev/null || true
    [[ -z $child ]] || kill -TERM "$child" 2>/dev/null || true
    [[ -z $child ]] || kill -CONT "$child" 2>/dev/null || true
}

# pdeathsig: were we killed by -9, the worker is told to stop instead of running on unwatched.
start_child()
{
    SLUICE_PROBE_PORT=$PORT setpriv --pdeathsig TERM -- "$@" </dev/null &
    child=$!
    printf '%s\n' "$child" >"$DIR/$NAME.pid"
}

# `wait` returns early when the trap ran; then the worker has its grace, and no more.
wait_child()
{
    exit_code=0
    wait "$child" 2>/dev/null || exit_code=$?   # bash would add a line of its own on "Killed"
    [[ -z $stopping ]] || end_child
    child=
}

end_child()
{
    local until=$(( SECONDS + GRACE_S ))

    while kill -0 "$child" 2>/dev/null; do
        if (( SECONDS >= until )); then
            log_line error "worker killed, it did not stop in ${GRACE_S}s"
            kill -KILL "$child" 2>/dev/null || true
            until=$(( SECONDS + GRACE_S ))
        fi
        sleep 0.1
    done
}

back_off()
{
    local seconds

    printf -v seconds '%d.%03d' $(( $1 / 1000 )) $(( $1 % 1000 ))
    sleep "$seconds" &
    sleeper=$!
    wait "$sleeper" || true
    sleeper=
}

main()
{
    local backoff=$BACKOFF_MIN_MS restarts=0 began exit_code=0

    DIR=$1 NAME=$2 PORT=$3
    shift 3
    trap on_term TERM INT
    trap '' HUP
    printf '%s\n' "$$" >"$DIR/$NAME.sup"
    printf '0\n' >"$DIR/$NAME.restarts"
    while [[ -z $stopping ]] && still_ours; do
        began=$SECONDS
        start_child "$@"
        [[ -z $stopping ]] || on_term   # the signal came while there was no child yet
        wait_child
        [[ -z $stopping ]] || break
        (( SECONDS - began < HEALTHY_S )) || backoff=$BACKOFF_MIN_MS
        log_line warn "worker exited" "status=$exit_code restart_in_ms=$backoff"
        back_off "$backoff"
        backoff=$(( backoff * 2 < BACKOFF_MAX_MS ? backoff * 2 : BACKOFF_MAX_MS ))
        restarts=$(( restarts + 1 ))
        ! still_ours || printf '%s\n' "$restarts" >"$DIR/$NAME.restarts"
    done
    ! still_ours || rm -f -- "$DIR/$NAME.pid" "$DIR/$NAME.sup" "$DIR/$NAME.restarts"
    exit 0   # here and not by reading on: this file may change while it runs
}

main "$@"
