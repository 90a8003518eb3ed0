#!/bin/sh
# Trains the network of `evenkeel train` with every normalization at three batch sizes, three seeds each, at the default
# learning rate and at one proportional to the batch size, and writes the tables of test accuracy into docs/normalizers/mnist.md.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/table.sh

norms="none batch layer rms group renorm cross-iteration ghost"

# The test accuracies of all seeds after the third epoch, as a cell: mean, lowest and highest, in percent.
cell() { # NORM BATCH_SIZE RATE
    train --threads 1 --norm "$1" --batch-size "$2" --lr "$3" | sed -n 's/.*"epoch":3,.*"test_accuracy":\([^,]*\),.*/\1/p' | sort -g | awk '
        { sum += $1; last = $1 }
        NR == 1 { first = $1 }
        END { printf "%.1f (%.1f to %.1f)", 100 * sum / NR, 100 * first, 100 * last }'
}

tables() {
    printf 'Learning rate 0.1 at every batch size:\n\n'
    printf '| `--norm` | batches of 100 | of 8 | of 2 |\n| --- | --- | --- | --- |\n'
    for norm in $norms; do
        printf '| %s | %s | %s | %s |\n' "$norm" "$(cell "$norm" 100 0.1)" "$(cell "$norm" 8 0.1)" "$(cell "$norm" 2 0.1)"
    done
    printf '\nLearning rate proportional to the batch size, 0.008 and 0.002:\n\n'
    printf '| `--norm` | batches of 8 | of 2 |\n| --- | --- | --- |\n'
    for norm in $norms; do
        printf '| %s | %s | %s |\n' "$norm" "$(cell "$norm" 8 0.008)" "$(cell "$norm" 2 0.002)"
    done
}

write docs/normalizers/mnist.md tables
