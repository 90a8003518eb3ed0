#!/usr/bin/env bash
# Kills, interrupts and obstructs the scaling commands at random moments, and checks what must hold.
#
#   tests/torture/torture.sh [ROUNDS [SEED]]      default 5 rounds, seed 1; the command must be built (dotnet build -c Release)
#
# What must hold:
# - A target is, at any moment, the old file or the whole new one.
# - After the next run that ends, the folder holds nothing but what was asked for.
# - After exit code 0 the output is whole. A signal gives one line and exit code 1, or ends the process by itself.
# - A full disk, a folder that cannot be written to, a pipe whose reader goes away and a second run on the same target lose nothing.
#
# The last line is "N checks passed, N failed"; the exit status is 1 if one failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rounds=${1:-5}
RANDOM=${2:-1}
. tests/torture/checks.sh

files_are() { [ "$(ls -A "$1" | LC_ALL=C sort | tr '\n' ' ')" = "$2 " ]; }
old_or_new() { [ "$(cat "$1")" = old ] || cmp -s "$1" "$2"; }
is_one_line_or_empty() { [ "$(wc -l < "$1")" -le 1 ]; }

awk 'BEGIN { srand(7); print "a,b,name"; for (i = 0; i < 200000; i++) printf "%d,%.6f,row %d\n", i, 1000 * rand() - 500, i }' > in.csv
"${evenkeel[@]}" scale fit in.csv --columns a,b --out s.json > /dev/null || exit 1
"${evenkeel[@]}" scale transform in.csv --scaler s.json --out scaled.csv > /dev/null || exit 1
"${evenkeel[@]}" scale inverse scaled.csv --scaler s.json --out back.csv > /dev/null || exit 1

# Starts an operation that writes target/out.
begin() { # OPERATION
    case $1 in
        fit) exec "${evenkeel[@]}" scale fit in.csv --columns a,b --out target/out ;;
        transform) exec "${evenkeel[@]}" scale transform in.csv --scaler s.json --out target/out ;;
        inverse) exec "${evenkeel[@]}" scale inverse scaled.csv --scaler s.json --out target/out ;;
    esac
}

expected() { # OPERATION
    case $1 in
        fit) echo s.json ;;
        transform) echo scaled.csv ;;
        inverse) echo back.csv ;;
    esac
}

for ((round = 0; round < rounds; round++)); do
    for operation in fit transform inverse; do
        for signal in KILL INT TERM; do
            rm -rf target
            mkdir target
            echo old > target/out
            (begin $operation) > output 2> error &
            process=$!
            sleep "0.$(printf %03d $((RANDOM % 700)))"
            kill -$signal $process 2> /dev/null
            wait $process 2> /dev/null
            code=$?
            check "$operation, $signal: the target is the old file or the new one" old_or_new target/out "$(expected $operation)"
            [ $code != 0 ] || check "$operation, $signal: exit code 0, so the target is new" cmp -s target/out "$(expected $operation)"
            check "$operation, $signal: at most one line on standard error" is_one_line_or_empty error
            [ $signal = KILL ] || check "$operation, $signal: nothing is left behind" files_are target out
            (begin $operation) > /dev/null 2>&1
            check "$operation, after $signal: the next run writes the whole file" cmp -s target/out "$(expected $operation)"
            check "$operation, after $signal: the next run leaves nothing behind" files_are target out
        done

        # Two runs at once.
        (begin $operation) > /dev/null 2>&1 &
        first=$!
        (begin $operation) > /dev/null 2>&1
        second=$?
        wait $first
        check "$operation, twice at once: both succeed" test $? = 0 -a $second = 0
        check "$operation, twice at once: the file is whole" cmp -s target/out "$(expected $operation)"
        check "$operation, twice at once: nothing is left behind" files_are target out
    done

    # A reader that goes away.
    "${evenkeel[@]}" scale transform in.csv --scaler s.json --out - 2> error | head -c 10 > /dev/null
    check "a reader that goes away: nothing on standard error" test ! -s error

    # A train run that is killed writes nothing.
    rm -rf target
    mkdir target
    (cd target && exec "${evenkeel[@]}" train --epochs 1 --json) > /dev/null 2>&1 &
    process=$!
    sleep "0.$(printf %03d $((RANDOM % 900)))"
    kill -KILL $process 2> /dev/null
    wait $process 2> /dev/null
    check "train, KILL: no file" test -z "$(ls -A target)"
done

# A full disk.
mkdir full
if mount -t tmpfs -o size=1m tmpfs full 2> /dev/null; then
    echo old > full/out
    "${evenkeel[@]}" scale transform in.csv --scaler s.json --out full/out > output 2> error
    check "a full disk: exit code 1" test $? = 1
    check "a full disk: one line" is_one_line_or_empty error
    check "a full disk: the old file stays" test "$(cat full/out)" = old
    check "a full disk: nothing is left behind" files_are full out
    umount full
else
    echo "skipped: a full disk (no permission to mount one)"
fi

# A folder that cannot be written to.
mkdir closed
echo old > closed/out
chmod 555 closed
if touch closed/probe 2> /dev/null; then
    rm closed/probe
    echo "skipped: a folder that cannot be written to (this user writes everywhere)"
else
    "${evenkeel[@]}" scale fit in.csv --columns a,b --out closed/out > output 2> error
    check "a closed folder: exit code 1" test $? = 1
    check "a closed folder: the old file stays" test "$(cat closed/out)" = old
fi
chmod 755 closed

# Links.
mkdir links
ln -s ../back.csv links/input.csv
ln -s real links/out
"${evenkeel[@]}" scale transform links/input.csv --scaler s.json --out links/out > /dev/null 2>&1
check "a link: its target is written" test -f links/real -a -L links/out
"${evenkeel[@]}" scale transform links/input.csv --scaler s.json --out back.csv > /dev/null 2>&1
check "a link to the output: refused as the input" test $? = 2
ln -s b links/a
ln -s a links/b
timeout 20 "${evenkeel[@]}" scale fit in.csv --columns a,b --out links/a > /dev/null 2>&1
check "a cycle of links: exit code 1" test $? = 1

echo "$passed checks passed, $failed failed"
[ $failed = 0 ]
