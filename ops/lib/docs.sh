#!/usr/bin/env bash
#
# docs.sh — the settings and metrics in the workers' pages, from the programs themselves.
#
#   ops/lib/docs.sh write [BUILD]   puts them into workers/<worker>/README.md and workers/README.md
#   ops/lib/docs.sh check [BUILD]   says which page is not current; exit 1 when one is not
#
# BUILD is a build directory (build/dev). What stands between `<!-- docs:begin -->` and
# `<!-- docs:end -->` of a worker's page is what `sluice-<worker> --docs` prints, in
# workers/README.md what `--docs-common` prints. Nobody writes there by hand.

# shellcheck source=ops/lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

BEGIN='<!-- docs:begin -->'
END='<!-- docs:end -->'

# printed PAGE: what the program says belongs into it.
printed()
{
    local page=$1 worker option=--docs program

    worker=$(basename -- "$(dirname -- "$page")")
    if [[ $page == workers/README.md ]]; then
        worker=ingest option=--docs-common   # the same from every worker
    fi
    program=$BUILD/workers/$worker/sluice-$worker
    [[ -x $program ]] \
        || die "no program $program" "cmake --preset dev && cmake --build --preset dev"
    "$program" "$option" || die "$program $option failed" "run it by hand"
}

need_markers()
{
    local mark

    for mark in "$BEGIN" "$END"; do
        [[ $(grep -cxF -- "$mark" "$1") -eq 1 ]] || die "$1 has not one line \"$mark\"" "add it"
    done
}

# current PAGE: the page as it should be.
current()
{
    local page=$1 body

    body=$(printed "$page") || return 1
    sed "/^$BEGIN\$/q" -- "$page"
    printf '\n%s\n\n' "$body"
    sed -n "/^$END\$/,\$p" -- "$page"
}

pages()
{
    local main

    printf 'workers/README.md\n'
    for main in workers/*/CMakeLists.txt; do
        printf '%s\n' "${main%/*}/README.md"
    done
}

# write PAGE TEXT
write()
{
    printf '%s\n' "$2" >"$1"
    note "$1 written"
}

# check PAGE TEXT
check()
{
    warn "$1 is not what the program prints: run ops/lib/docs.sh write ${BUILD#"$ROOT"/}"
    stale=1
}

main()
{
    local verb=${1:-} page text stale=0

    BUILD=${2:-$BUILD_DIR/dev}
    [[ $BUILD == /* ]] || BUILD=$PWD/$BUILD
    [[ $verb == write || $verb == check ]] \
        || die "unknown: ${verb:-nothing}" "ops/lib/docs.sh write|check [BUILD]"
    cd -- "$ROOT"
    for page in $(pages); do
        [[ -f $page ]] || die "$page is missing" "write it; the other workers' pages show its form"
        need_markers "$page"
        text=$(current "$page") || exit 1
        [[ $text == "$(<"$page")" ]] || "$verb" "$page" "$text"
    done
    return "$stale"
}

main "$@"
