#!/usr/bin/env bash
# Kills a random rank of a training on several ranks, and resumes it on another number of them: all must end within 10 s with at most one line
# that names the rank, and the model must have the bits of one process at the end. There is no line where the rank is killed before the ranks
# know each other, or once they are done.
# ranks.sh [KILLS] [SEED]; needs mpirun of Open MPI and a Release build.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kills=${1:-3}
RANDOM=${2:-1}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 NO_COLOR=1 TERM=dumb
if ! command -v mpirun > /dev/null; then
    echo "skipped: there is no mpirun; apt install openmpi-bin libopenmpi3"
    exit 0
fi

work=$(mktemp -d)
trap 'pkill -9 -f "$work" 2> /dev/null; rm -rf "$work"' EXIT
command="dotnet src/Evenkeel.Cli/bin/Release/net10.0/Evenkeel.Cli.dll"
training="train --distributed --hidden 64,64 --epochs 2 --dropout 0.1"
passed=0 failed=0 done=0 finished=0 slowest=0 named=0 jobs=0
check() {
    if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

# The processes of the ranks, without those of mpirun.
ranks() { pgrep -f "^dotnet .*--checkpoint $work/run" || true; }

$command $training --save "$work/expected.evenkeel" > /dev/null || exit 1
while [ "$done" -lt "$kills" ]; do
    count=$((RANDOM % 5 + 1))
    setsid mpirun --oversubscribe -n $count $command $training --checkpoint "$work/run" --every 40 --resume \
        --save "$work/model.evenkeel" < /dev/null > "$work/out" 2> "$work/err" &
    job=$!
    sleep "$((RANDOM % 4 + 1)).$((RANDOM % 10))"
    mapfile -t processes < <(ranks)
    if [ ${#processes[@]} -gt 0 ] && kill -0 "$job" 2> /dev/null; then
        victim=${processes[$((RANDOM % ${#processes[@]}))]}
        kill -9 "$victim" 2> /dev/null
        start=$(date +%s%N)
        wait "$job" 2> /dev/null
        code=$?
        while [ -n "$(ranks)" ] && [ $((($(date +%s%N) - start) / 1000000)) -lt 20000 ]; do sleep 0.1; done
        milliseconds=$((($(date +%s%N) - start) / 1000000))
        if [ "$code" -eq 0 ]; then continue; fi # it was done meanwhile
        done=$((done + 1))
        slowest=$((milliseconds > slowest ? milliseconds : slowest))
        check "kill $done: gone after $milliseconds ms" "$([ "$milliseconds" -lt 10000 ]; echo $?)"
        if [ "$count" -gt 1 ] && [ "${#processes[@]}" -eq "$count" ]; then
            lines=$(cat "$work/out" "$work/err" | tr '\r' '\n' | grep -c 'evenkeel: rank .* has ended')
            check "kill $done of $count ranks: $lines lines: $(cat "$work/err" | head -c 600)" "$([ "$lines" -le 1 ]; echo $?)"
            jobs=$((jobs + 1)) named=$((named + lines))
        fi
    else
        wait "$job"
        check "the run on $count ranks failed: $(head -c 600 "$work/err")" $?
        cmp -s "$work/model.evenkeel" "$work/expected.evenkeel"
        check "the resumed model has other bits" $?
        finished=$((finished + 1))
        rm -rf "$work/run"
    fi
done

# What is left of the last run.
mpirun --oversubscribe -n 3 $command $training --checkpoint "$work/run" --every 40 --resume --save "$work/model.evenkeel" \
    > "$work/out" 2> "$work/err"
check "the last run failed: $(head -c 600 "$work/err")" $?
cmp -s "$work/model.evenkeel" "$work/expected.evenkeel"
check "the last model has other bits" $?
echo "$done kills, in $named of $jobs jobs of several ranks the rank was named, $((finished + 1)) runs ended with the bits of one process, the slowest end took $slowest ms"
echo "$passed checks passed, $failed failed"
[ "$failed" -eq 0 ]
