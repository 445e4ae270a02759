#!/usr/bin/env bash
#
# setup.sh — installs what is missing for `demo` or `check`, and only that.
#
#   ops/lib/setup.sh [demo|check]
#
# Debian packages go to the system (by root or sudo); all else goes under build/. Every step is
# skipped when it is done, so a second run takes no time. Two at once wait for each other.

# shellcheck source=ops/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

STAMPS=$BUILD_DIR/.setup
POLICY=/usr/sbin/policy-rc.d
POLICY_MARK='# put here by Sluice setup, removed when it ends'
NETWORK_HINT='check that this machine reaches the internet (or its mirror/proxy), then run the'
NETWORK_HINT+=' same command again; what is done stays done'
CERTIFICATE_HINT='a proxy on the way shows a certificate this machine does not know: put its CA'
CERTIFICATE_HINT+=' as *.crt into /usr/local/share/ca-certificates, run update-ca-certificates as'
CERTIFICATE_HINT+=' root, then the same command again'
SYSTEM_CAS=/etc/ssl/certs/ca-certificates.crt

# --- done already? -------------------------------------------------------------------------

# fingerprint FILE…: changes when a file or the repository's place does (a venv cannot move).
fingerprint()
{
    { printf '%s\n' "$ROOT"; cat -- "$@"; } | sha256sum | cut -d' ' -f1
}

# is_done STEP RESULT FILE…: RESULT exists and was made from these very files.
is_done()
{
    local stamp=$STAMPS/$1 result=$2

    shift 2
    [[ -e $result && -s $stamp && $(<"$stamp") == "$(fingerprint "$@")" ]]
}

mark_done()
{
    local stamp=$STAMPS/$1

    shift
    fingerprint "$@" >"$stamp"
}

# run_logged NAME COMMAND…: quiet when well, the end of the log when not.
run_logged()
{
    local log=$STAMPS/$1.log

    shift
    "$@" >"$log" 2>&1 && return 0
    tail_log "$log" 15
    return 1
}

# network_hint LOG: what a failed download most likely needs.
network_hint()
{
    if grep -qiE 'PKIX|certificate' "$STAMPS/$1.log" 2>/dev/null; then
        printf '%s\n' "$CERTIFICATE_HINT"
    else
        printf '%s\n' "$NETWORK_HINT"
    fi
}

# pip and npm bring lists of CAs of their own. A company's proxy has its CA in the system's list.
trust_system_cas()
{
    [[ -s $SYSTEM_CAS ]] || return 0
    export PIP_CERT=${PIP_CERT:-$SYSTEM_CAS} NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$SYSTEM_CAS}
}

# --- Debian packages -----------------------------------------------------------------------

# wanted_packages GROUP: the names the list has for this group and no command makes needless.
wanted_packages()
{
    local name group unless

    while read -r name group unless; do
        [[ -n $name && $name != '#'* ]] || continue
        [[ $group == all || $group == "$1" ]] || continue
        [[ -n $unless ]] && command -v "${unless#cmd=}" >/dev/null && continue
        printf '%s\n' "$name"
    done <"$ROOT/ops/lib/packages.txt"
}

# missing_packages GROUP: one dpkg-query for all, so that "nothing to do" is instant.
missing_packages()
{
    local wanted have name

    wanted=$(wanted_packages "$1")
    # shellcheck disable=SC2016,SC2086 # dpkg's own variables; one word per package
    have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null || true)
    for name in $wanted; do
        grep -qx -- "$name installed" <<<"$have" || printf '%s\n' "$name"
    done
}

# Debian starts a server as soon as its package is unpacked. We bring our own instances on
# ports of our own, so nobody's port 6379 or 5432 shall be taken because of us.
forbid_service_start()
{
    if [[ -e $POLICY ]] && ! grep -qF "$POLICY_MARK" "$POLICY"; then
        return 0   # the machine has a policy; it stands
    fi
    # shellcheck disable=SC2016 # $1, $2 belong to the inner shell
    with_sudo sh -c 'printf "#!/bin/sh\n%s\nexit 101\n" "$1" >"$2" && chmod 755 "$2"' \
        sh "$POLICY_MARK" "$POLICY"
    trap allow_service_start EXIT
}

allow_service_start()
{
    if [[ -e $POLICY ]] && grep -qF "$POLICY_MARK" "$POLICY"; then
        with_sudo rm -f -- "$POLICY"
    fi
}

# keep_services_off PACKAGE…: what we brought shall not start at the next boot either. Servers
# that were here before are not in the list, so they are never touched.
keep_services_off()
{
    local name

    for name in "$@"; do
        [[ $name == redis-server || $name == postgresql ]] || continue
        # update-rc.d is in every Debian and knows systemd's switch as well as the old one
        with_sudo update-rc.d "$name" disable >/dev/null 2>&1 || true
        [[ ! -d /run/systemd/system ]] || with_sudo systemctl stop "$name" >/dev/null 2>&1 || true
    done
}

# apt's own lists are locked while another apt runs, and `update` does not wait by itself.
apt_update()
{
    local tries

    for tries in 1 2 3 4 5 6; do
        run_logged apt-update with_sudo apt-get -q update && return 0
        grep -q 'Could not get lock' "$STAMPS/apt-update.log" || return 1
        note "apt is busy elsewhere, waiting ($tries)"
        sleep 10
    done
    return 1
}

apt_install()
{
    run_logged apt-install with_sudo apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold install "$@"
}

# Java's certificate package and a few others cannot be configured without /proc.
need_proc()
{
    [[ -e /proc/self/status ]] && return 0
    die "/proc is not mounted, and Java cannot be installed without it" \
        "as root: mount -t proc proc /proc"
}

step_packages()
{
    local missing
    local -a names

    missing=$(missing_packages "$1")
    if [[ -z $missing ]]; then
        note "Debian packages: complete"
        return 0
    fi
    mapfile -t names <<<"$missing"
    say "安装系统软件包（${#names[@]} 个）" "installing ${#names[@]} Debian packages: ${names[*]}"
    command -v apt-get >/dev/null \
        || die "this machine has no apt-get; missing: ${names[*]}" \
               "use Debian 12, or install these packages under their names here"
    can_sudo \
        || die "these packages are missing and you are neither root nor have sudo: ${names[*]}" \
               "ask an administrator to run: apt-get install --no-install-recommends ${names[*]}"
    need_proc
    forbid_service_start
    # the lists of a fresh machine are empty or old: only then spend time on them
    apt_update || die "the package lists could not be fetched" "$NETWORK_HINT"
    apt_install "${names[@]}" \
        || die "installing Debian packages failed (log: build/.setup/apt-install.log)" \
               "$NETWORK_HINT"
    keep_services_off "${names[@]}"
    allow_service_start
    hash -r
    missing=$(missing_packages "$1")
    [[ -z $missing ]] || die "still missing after the installation: ${missing//$'\n'/ }" \
                             "apt-get install ${missing//$'\n'/ }"
}

# --- Kafka broker --------------------------------------------------------------------------

# Beside the old ones first: a broker may be running from those.
fetch_kafka()
{
    local libs=$BUILD_DIR/kafka/libs

    rm -rf -- "$libs.new"
    run_logged kafka mvn -B -ntp -q -Dstyle.color=never -f "$ROOT/ops/lib/kafka-pom.xml" \
        "-Dmaven.repo.local=$BUILD_DIR/kafka/repository" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        "-DoutputDirectory=$libs.new" || return 1
    rm -rf -- "$libs"
    mv -- "$libs.new" "$libs"
}

step_kafka()
{
    local pom=$ROOT/ops/lib/kafka-pom.xml

    if is_done kafka "$BUILD_DIR/kafka/libs" "$pom"; then
        note "Kafka broker: there"
        return 0
    fi
    say "下载 Kafka（约 60 MB）" "fetching the Kafka broker by Maven (about 60 MB)"
    mkdir -p -- "$BUILD_DIR/kafka"
    fetch_kafka || fetch_kafka \
        || die "the Kafka broker could not be fetched by Maven" "$(network_hint kafka)"
    rm -rf -- "$BUILD_DIR/kafka/repository"   # a second copy of every jar, and Maven's own
    mark_done kafka "$pom"
}

# --- Python and Node tools -----------------------------------------------------------------

fetch_python()
{
    # /usr/bin: a python of pyenv or conda may be too new for the pinned wheels
    run_logged venv /usr/bin/python3 -m venv --clear "$BUILD_DIR/venv" || return 1
    PIP_DISABLE_PIP_VERSION_CHECK=1 run_logged venv "$BUILD_DIR/venv/bin/pip" install \
        --quiet --only-binary :all: -r "$ROOT/tests/requirements.txt"
}

step_python()
{
    local list=$ROOT/tests/requirements.txt

    if is_done python "$BUILD_DIR/venv/bin/python" "$list"; then
        note "Python tools: there"
        return 0
    fi
    say "准备 Python 工具" "fetching Python tools into build/venv"
    fetch_python || fetch_python \
        || die "the Python tools could not be fetched" "$(network_hint venv)"
    mark_done python "$list"
}

# The names and places of China's regions that the build turns into tables: pip itself checks
# each file against the SHA-256 that the list has.
fetch_regions()
{
    local folder=$BUILD_DIR/regions

    rm -rf -- "$folder.new"
    PIP_DISABLE_PIP_VERSION_CHECK=1 run_logged regions "$BUILD_DIR/venv/bin/pip" download \
        --quiet --no-deps --require-hashes -r "$ROOT/common/domain/regions.txt" \
        -d "$folder.new" || return 1
    rm -rf -- "$folder"
    mv -- "$folder.new" "$folder"
}

step_regions()
{
    local list=$ROOT/common/domain/regions.txt

    if is_done regions "$BUILD_DIR/regions" "$list"; then
        note "region data: there"
        return 0
    fi
    say "下载行政区划数据" "fetching the region data into build/regions"
    fetch_regions || fetch_regions \
        || die "the region data could not be fetched" "$(network_hint regions)"
    mark_done regions "$list"
}

fetch_node()
{
    rm -rf -- "$BUILD_DIR/node"
    mkdir -p -- "$BUILD_DIR/node"
    cp -- "$ROOT/tests/package.json" "$ROOT/tests/package-lock.json" "$BUILD_DIR/node/"
    run_logged node npm --prefix "$BUILD_DIR/node" ci --ignore-scripts --no-audit --no-fund
}

step_node()
{
    local list=$ROOT/tests/package.json lock=$ROOT/tests/package-lock.json

    if is_done node "$BUILD_DIR/node/node_modules" "$list" "$lock"; then
        note "Node tools: there"
        return 0
    fi
    say "准备 Node 工具" "fetching Node tools into build/node"
    fetch_node || fetch_node || die "the Node tools could not be fetched" "$(network_hint node)"
    mark_done node "$list" "$lock"
}

# -------------------------------------------------------------------------------------------

main()
{
    local group=${1:-demo}

    [[ $group == demo || $group == check ]] \
        || die "unknown group: $group" "usage: ops/lib/setup.sh [demo|check]"
    lock_or_wait "$BUILD_DIR/.setup.lock"
    mkdir -p -- "$STAMPS"
    say "检查环境" "checking what this machine has, for: $group"
    [[ -e $STAMPS/node || -e $STAMPS/kafka ]] || need_disk 3000
    step_packages "$group"
    trust_system_cas
    step_kafka
    step_python
    step_regions
    [[ $group == demo ]] || step_node
    exit 0   # here and not by reading on: this file may change while it runs
}

main "$@"
