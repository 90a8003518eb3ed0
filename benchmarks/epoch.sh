#!/usr/bin/env bash
# Times an epoch of 784-100-10 with batch normalization on 20,000 digits, with the packed library: just-in-time compiled with all
# instruction sets and with fewer, and compiled natively, as the package does by default and for processors without fused multiply-add.
# A Markdown table on standard output; needs gcc and zlib's headers, as native compilation does.
#
#   benchmarks/epoch.sh [THREADS [ROUNDS]]      by default 1 thread and 3 rounds, in which the settings take turns
#
# The exit status is 1 if a setting fails or ends with other weights.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
threads=${1:-1} rounds=${2:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0.0-epoch
dotnet pack src/Evenkeel -c Release -o "$work/feed" -p:PackageVersion=$version -p:RunAnalyzers=false --nologo -tl:off -v quiet >&2
packages=$(dotnet nuget locals global-packages --list)

publish() { # FOLDER OPTION...
    dotnet publish benchmarks/Evenkeel.Epoch -c Release -o "$work/$1" --artifacts-path "$work/$1-artifacts" \
        -p:LibraryFeed="$work/feed" -p:LibraryVersion=$version -p:RestorePackagesPath="$work/packages" \
        -p:RestoreFallbackFolders="${packages#*: }" --nologo -tl:off -v minimal "${@:2}" >&2
}

publish jit
publish aot -r linux-x64 -p:PublishAot=true
publish aot-v2 -r linux-x64 -p:PublishAot=true -p:IlcInstructionSet=x86-64-v2

names=("JIT" "JIT, no AVX-512" "JIT, no AVX2" "native, by default" "native, x86-64-v2")
commands=(
    "$work/jit/Evenkeel.Epoch data/mnist 40"
    "env DOTNET_EnableAVX512=0 $work/jit/Evenkeel.Epoch data/mnist 40"
    "env DOTNET_EnableAVX2=0 $work/jit/Evenkeel.Epoch data/mnist 4"
    "$work/aot/Evenkeel.Epoch data/mnist 40"
    "$work/aot-v2/Evenkeel.Epoch data/mnist 4"
)
for ((round = 0; round < rounds; round++)); do
    for i in "${!names[@]}"; do
        ${commands[i]} "$threads" >> "$work/$i"
    done
done

# The median of the seconds of all epochs but those of the first half of a process, which includes compilation.
seconds() { # SETTING
    awk -v warm="$((${commands[$1]##* } / 2))" \
        '/^instruction set/ { epoch = 0 } /^seconds/ && epoch++ >= warm { print $2 }' "$work/$1" | sort -n |
        awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'
}

field() { # NAME SETTING
    sed -n "s/^$1: //p" "$work/$2" | sort -u
}

echo "| setting | instruction set | seconds an epoch | JIT = 1 | weights |"
echo "| --- | --- | ---: | ---: | --- |"
for i in "${!names[@]}"; do
    ratio=$(awk -v a="$(seconds "$i")" -v b="$(seconds 0)" 'BEGIN { printf "%.2f", a / b }')
    echo "| ${names[i]} | $(field "instruction set" "$i") | $(seconds "$i") | $ratio | $(field weights "$i") |"
done
for i in "${!names[@]}"; do
    [ "$(field weights "$i")" = "$(field weights 0)" ]
done
