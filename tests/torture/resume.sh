#!/usr/bin/env bash
# Kills trainings at random moments, resumes them to the end, and compares the networks bit for bit with uninterrupted runs.
#
#   tests/torture/resume.sh [KILLS [SEED]]      default 6 kills, seed 1; the command must be built (dotnet build -c Release)
#
# The trainings: a multilayer perceptron with dropout, augmentation, Adam and a schedule; a convolutional network with momentum;
# cross-iteration batch normalization. Each is killed about KILLS/3 times, on 1 and 2 threads in turn, with SIGKILL and now and then
# SIGINT, which writes a checkpoint before it ends.
#
# What must hold:
# - The network at the end is that of the uninterrupted run, bit for bit, and so are the lines of the epochs.
# - After a kill, each checkpoint in the folder is whole: a file is named when it is complete. The newest is not older than before.
# - At the end the folder holds nothing but the last checkpoints, at most three.
# - Damaged checkpoints are skipped with a line each; a full disk, a folder that vanishes and a file that cannot be written give one line.
#
# The last line is "N checks passed, N failed"; the exit status is 1 if one failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kills=${1:-6}
RANDOM=${2:-1}
. tests/torture/checks.sh

# MNIST's first images: enough for runs of some seconds.
data() {
    mkdir -p images
    [ -f images/t10k-labels-idx1-ubyte ] && return
    node -e '
        const fs = require("fs"), zlib = require("zlib"), path = require("path");
        for (const [name, images] of [["train", 4000], ["t10k", 500]]) {
            for (const [kind, header, size] of [["images-idx3", 16, 784], ["labels-idx1", 8, 1]]) {
                const all = zlib.gunzipSync(fs.readFileSync(path.join(process.argv[1], `${name}-${kind}-ubyte.gz`)));
                const part = Buffer.from(all.subarray(0, header + images * size));
                part.writeUInt32BE(images, 4);
                fs.writeFileSync(`images/${name}-${kind}-ubyte`, part);
            }
        }
    ' "$1"
}

options() { # KIND
    case $1 in
        mlp) echo --hidden 64,64 --dropout 0.2 --augment crop --optimizer adam --schedule cosine --epochs 6 --batch-size 50 ;;
        cnn) echo --net cnn --momentum 0.9 --epochs 2 --batch-size 40 ;;
        cross-iteration) echo --norm cross-iteration --hidden 48,48 --epochs 6 --batch-size 25 ;;
    esac
}

frequency() { if [ $((RANDOM % 2)) = 0 ]; then echo $((RANDOM % 5 + 1)); else echo "0.$((RANDOM % 9 + 1))s"; fi; }

train() { # KIND FOLDER NETWORK THREADS [OPTION...]
    local kind=$1 folder=$2 network=$3 threads=$4
    shift 4
    # shellcheck disable=SC2046
    exec "${evenkeel[@]}" train --data images $(options "$kind") --threads "$threads" --json --save "$network" --checkpoint "$folder" "$@"
}

without_seconds() { sed -E 's/"seconds":[0-9.e-]+,//'; }
newest() { find "$1" -name 'checkpoint-*.evenkeel' 2> /dev/null | sort | tail -1; }
is_whole() { "${evenkeel[@]}" model inspect "$1" > /dev/null 2>&1; }

data "$OLDPWD/data/mnist" || exit 1
for kind in mlp cnn cross-iteration; do
    began=$(date +%s%N)
    (train $kind whole-$kind $kind.evenkeel 1) > $kind.jsonl 2> error || { cat error; exit 1; }
    duration=$((($(date +%s%N) - began) / 1000000))
    done=0
    while [ $done -lt $(((kills + 2) / 3)) ]; do
        rm -rf run resumed.evenkeel lines
        : > lines
        last=""
        # Each run gets a part of the time that a whole one takes; the last one is not killed.
        while [ $done -lt $(((kills + 2) / 3)) ]; do
            (train $kind run resumed.evenkeel $((done % 2 + 1)) --every "$(frequency)" --resume) >> lines 2> error &
            process=$!
            sleep "$(awk -v ms=$((RANDOM % duration)) 'BEGIN { print ms / 1000 }')"
            signal=KILL
            [ $((RANDOM % 5)) = 0 ] && signal=INT
            kill -$signal $process 2> /dev/null
            wait $process 2> /dev/null
            code=$?
            [ $code = 0 ] && break # it was done before
            done=$((done + 1))
            now=$(newest run)
            check "$kind, $signal: no checkpoint is lost" test ! "$now" \< "$last"
            [ -z "$now" ] || check "$kind, $signal: the newest checkpoint is whole" is_whole "$now"
            last=$now
        done

        (train $kind run resumed.evenkeel $((done % 2 + 1)) --resume) >> lines 2> error
        check "$kind: the resumed run ends" test $? = 0
        check "$kind: the network has the same bits" cmp -s resumed.evenkeel $kind.evenkeel
        grep '"completed":true' lines | without_seconds | sort -u > resumed.jsonl
        without_seconds < $kind.jsonl | sort -u > whole.jsonl
        check "$kind: no epoch has other results" test -z "$(comm -23 resumed.jsonl whole.jsonl)"
        check "$kind: nothing is left over" test "$(find run -type f | wc -l)" -le 3 -a -z "$(find run -name '.*' -type f)"
    done
done

is_one_line() { [ "$(wc -l < "$1")" = 1 ]; }

# Damaged checkpoints: a flipped byte in the newest, the one before it cut.
rm -rf run
(train mlp run resumed.evenkeel 2 --every 7) > /dev/null 2>&1
mapfile -t files < <(find run -name 'checkpoint-*' | sort)
printf '\x5a' | dd of="${files[2]}" bs=1 seek=200000 conv=notrunc 2> /dev/null
truncate -s 100000 "${files[1]}"
rm resumed.evenkeel
(train mlp run resumed.evenkeel 2 --resume) > /dev/null 2> error
check "damaged checkpoints: a line for each, and one for the resumption" test "$(wc -l < error)" = 3 -a "$(grep -c 'is skipped' error)" = 2
check "damaged checkpoints: the network has the same bits" cmp -s resumed.evenkeel mlp.evenkeel

# A full disk.
mkdir full
if mount -t tmpfs -o size=1500k tmpfs full 2> /dev/null; then
    (train mlp full/run none.evenkeel 2 --every 10) > /dev/null 2> error
    check "a full disk: exit code 1" test $? = 1
    check "a full disk: one line" is_one_line error
    check "a full disk: the checkpoints before are whole" is_whole "$(newest full/run)"
    check "a full disk: nothing is left over" test -z "$(find full -name '.*' -type f)"
    umount full
else
    echo "skipped: a full disk (no permission to mount one)"
fi

# A folder that vanishes.
rm -rf run
(train mlp run none.evenkeel 2 --every 1) > /dev/null 2> error &
process=$!
while [ -z "$(newest run)" ]; do sleep 0.05; done
mv run gone # at once, whatever is written to it meanwhile
rm -rf gone
wait $process
check "a folder that vanishes: exit code 1" test $? = 1
check "a folder that vanishes: one line" is_one_line error

# A file that cannot be written is refused before training.
if su nobody -s /bin/sh -c true 2> /dev/null; then
    touch closed.evenkeel
    chmod 444 closed.evenkeel
    chmod 755 "$work"
    su nobody -s /bin/bash -c "cd '$work' && dotnet '${evenkeel[1]}' train --data images --save closed.evenkeel" > output 2> error
    check "a read-only file: exit code 1" test $? = 1
    check "a read-only file: one line, before training" test "$(wc -l < error)" = 1 -a ! -s output
else
    echo "skipped: a read-only file (this user writes everywhere)"
fi

echo "$passed checks passed, $failed failed"
[ $failed = 0 ]
