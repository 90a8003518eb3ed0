#!/usr/bin/env bash
# Compares trained and compiled networks, fitted scalers and shortened studies, bit for bit, between numbers of threads, instruction sets,
# settings of the runtime, compilers and machines: a Markdown table on standard output, what differs on standard error.
#
#   tests/Evenkeel.Determinism/table.sh [TEXT]      only settings whose name has the text, such as ARM64
#
# ARM64 needs qemu-user-static, libstdc++6:arm64 and libssl3:arm64 (dpkg --add-architecture arm64); WebAssembly needs node. Without them
# their rows say so. The exit status is 1 if something differs or ends with an error.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
text=${1:-} failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

publish() { # FOLDER OPTION...
    dotnet publish "${@:2}" -c Release -o "$work/$1" --artifacts-path "$work/$1-artifacts" -p:SuppressTrimAnalysisWarnings=true \
        -p:SuppressAotAnalysisWarnings=true -p:EnableAotAnalyzer=false --nologo -tl:off -v quiet -clp:"ErrorsOnly;NoSummary" >&2
}

count() { # GROUP FILE: how many of its results are those of the reference
    grep "^$1 " "$2" | grep -cxFf "$work/reference"
}

row() { # NAME COMMAND...
    [[ $1 == *"$text"* ]] || return 0
    local start=$SECONDS result=$work/result group cells=
    if ! "${@:2}" > "$result" 2> "$work/error"; then
        failed=1
        sed "s/^/$1: /" "$work/error" | head -n 3 >&2
    fi
    for group in networks predictors scalers studies; do
        cells+=" $(count $group "$result") of $(grep -c "^$group " "$work/reference") |"
    done
    if ! diff <(grep -v ^vectors "$work/reference") <(grep -v ^vectors "$result") | sed "s/^/$1: /" >&2; then
        failed=1
    fi
    echo "| $1 | $(sed -n 's/^vectors //p' "$result") |$cells $((SECONDS - start)) |"
}

skip() { # NAME REASON
    [[ $1 != *"$text"* ]] || echo "| $1 | skipped: $2 | | | | | |"
}

# The emulator now and then fails by itself while .NET collects garbage, so each subject has a process of its own and five attempts.
emulated() {
    local title attempt
    echo "vectors 128"
    sed -n 's/ [0-9a-f]*$//p' "$work/reference" | grep -v ^vectors | while read -r title; do
        for attempt in 1 2 3 4 5; do
            DOTNET_EnableWriteXorExecute=0 DOTNET_gcConcurrent=0 qemu-aarch64-static "$work/arm64/Evenkeel.Determinism" 1 "$title" \
                > "$work/attempt" 2> /dev/null && break
        done
        grep -v ^vectors "$work/attempt"
    done
}

publish jit . || exit 1
jit=(dotnet "$work/jit/Evenkeel.Determinism.dll")
"${jit[@]}" 1 > "$work/reference" || exit 1

echo "| setting | vectors, bits | networks | predictors | scalers | studies | seconds |"
echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
for threads in 1 2 3 8; do
    row "$threads threads" "${jit[@]}" $threads
done
row "AVX2, no AVX-512" env DOTNET_EnableAVX512=0 "${jit[@]}"
row "neither AVX-512 nor AVX2" env DOTNET_EnableAVX2=0 "${jit[@]}"
row "no AVX at all" env DOTNET_EnableAVX=0 "${jit[@]}"
row "TieredCompilation off" env DOTNET_TieredCompilation=0 "${jit[@]}"
row "TieredPGO off" env DOTNET_TieredPGO=0 "${jit[@]}"
row "ReadyToRun off" env DOTNET_ReadyToRun=0 "${jit[@]}"
row "server GC" env DOTNET_gcServer=1 "${jit[@]}"

for set in x86-64-v3 x86-64-v2; do
    name="Native AOT, $set"
    if [[ $name == *"$text"* ]]; then
        publish aot-$set . -r linux-x64 -p:PublishAot=true -p:IlcInstructionSet=$set && row "$name" "$work/aot-$set/Evenkeel.Determinism" ||
            failed=1
    fi
done

name="ARM64, in qemu"
if ! qemu-aarch64-static /lib/ld-linux-aarch64.so.1 --version > /dev/null 2>&1; then
    skip "$name" "no qemu-aarch64-static, or no libraries for it"
elif [[ $name == *"$text"* ]]; then
    publish arm64 . -r linux-arm64 --self-contained && row "$name" emulated || failed=1
fi

name="WebAssembly, in node"
if ! command -v node > /dev/null; then
    skip "$name" "no node"
elif [[ $name == *"$text"* ]]; then
    publish wasm ../Evenkeel.Determinism.WebAssembly && cp ../Evenkeel.Determinism.WebAssembly/main.mjs "$work/wasm/wwwroot" &&
        row "$name" node "$work/wasm/wwwroot/main.mjs" 1 || failed=1
fi
exit $failed
