#!/usr/bin/env bash
# Compares two commits of this repository, whose processes take turns in one run; benchmarks/README.md explains the report.
#
#   benchmarks/compare.sh BASE [HEAD] [OPTION...]    speed: Markdown on standard output, progress on standard error
#   benchmarks/compare.sh BASE [HEAD] --hashes       bits of trained networks
#   benchmarks/compare.sh --list [--filter TEXT]     the names of the cases
#
# HEAD is a commit, or . for the working tree with its uncommitted changes, which is the default. Options: --filter TEXT, --threads N...,
# --rounds N, --quick. The exit status is 0 if HEAD is no slower (with --hashes: identical), 1 if not, and 2 if the arguments are wrong.
#
# The cases are those of the working tree, compiled against the library of each commit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
project=benchmarks/Evenkeel.Comparison

usage() {
    sed -n '2,/^$/{/^#/!q;s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
}

work=$(mktemp -d)
cleanup() {
    local tree
    for tree in "$work"/*/tree; do
        [ ! -d "$tree" ] || git worktree remove --force "$tree"
    done
    rm -rf "$work"
}
trap cleanup EXIT

# Builds the comparison with the library of a commit, or of the working tree, for one side.
build() { # SIDE COMMIT
    local root=$PWD
    if [ "$2" != . ]; then
        root=$work/$1/tree
        git worktree add --quiet --detach "$root" "$2" >&2
    fi
    # Analyzers and warnings are for the solution's build: an older library does not have to please today's rules.
    dotnet build "$project" -c Release --artifacts-path "$work/$1/artifacts" -p:LibraryRoot="$root" -p:RunAnalyzers=false \
        -p:EnforceCodeStyleInBuild=false -p:TreatWarningsAsErrors=false --nologo -tl:off -v quiet -clp:"ErrorsOnly;NoSummary" >&2
}

assembly() { # SIDE
    echo "$work/$1/artifacts/bin/Evenkeel.Comparison/release/Evenkeel.Comparison.dll"
}

name() { # COMMIT
    if [ "$1" = . ]; then git describe --always --dirty --abbrev=7 --exclude '*'; else git rev-parse --short=7 "$1^{commit}"; fi
}

[ $# -gt 0 ] || usage
case $1 in
    --list)
        build head .
        dotnet "$(assembly head)" list "${@:2}"
        exit
        ;;
    -*) usage ;;
esac
base=$1 head=.
shift
if [ $# -gt 0 ] && [[ $1 != -* ]]; then
    head=$1
    shift
fi

names=("$(name "$base")" "$(name "$head")")
echo "Building ${names[0]} and ${names[1]}" >&2
build base "$base"
build head "$head"
dotnet "$(assembly head)" compare "$(assembly base)" "$(assembly head)" --commits "${names[@]}" "$@"
