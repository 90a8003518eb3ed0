#!/usr/bin/env bash
# Fuzzes a reader with afl-fuzz, led by the branches that its inputs reach (SharpFuzz).
#
#   tests/Evenkeel.Fuzz/afl.sh TARGET [SECONDS [FOLDER]]     idx, cifar, scaler or csv; default 60 s
#
# It needs afl-fuzz (Debian's afl++). FOLDER, by default a temporary one, gets afl's findings: an input that the reader crashes on, reads
# wrongly, or takes over five seconds or 256 MiB for; a copy lies in the folder of temporary files, under the name that is printed, and
# belongs into corpus/TARGET. The exit status is 1 if there is one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[ $# -ge 1 ] && [ $# -le 3 ] || { sed -n '2,4{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2; exit 2; }
target=$1 seconds=${2:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
findings=${3:-$work/findings}

dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tool" > /dev/null
dotnet publish . -c Release -o "$work/fuzz" --artifacts-path "$work/artifacts" --nologo -tl:off -v quiet -clp:"ErrorsOnly;NoSummary" >&2
mkdir "$work/seeds"
dotnet "$work/fuzz/Evenkeel.Fuzz.dll" seeds "$target" "$work/seeds"
"$work/tool/sharpfuzz" "$work/fuzz/Evenkeel.dll" Evenkeel.Data Evenkeel.Scaling
"$work/tool/sharpfuzz" "$work/fuzz/Evenkeel.Cli.dll" Evenkeel.Cli.Csv
"$work/tool/sharpfuzz" "$work/fuzz/CsvHelper.dll" CsvHelper.CsvParser CsvHelper.CsvReader

export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
afl-fuzz -V "$seconds" -t 5000 -m none -i "$work/seeds" -o "$findings" -- dotnet "$work/fuzz/Evenkeel.Fuzz.dll" afl "$target" > "$work/log" 2>&1 ||
    { tail -n 30 "$work/log" >&2; exit 1; }
sed -n 's/^\(execs_done\|corpus_count\|edges_found\|saved_crashes\|saved_hangs\) *: /\1 /p' "$findings/default/fuzzer_stats"
! grep -qE '^saved_(crashes|hangs) *: [1-9]' "$findings/default/fuzzer_stats"
