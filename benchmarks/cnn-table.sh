#!/bin/sh
# Trains `evenkeel train --net cnn` on all of MNIST for three epochs, three seeds each, with batch normalization and without, and
# writes the table of test accuracy and time into docs/networks/named-networks.md.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/table.sh

# A row of the table: mean, lowest and highest test accuracy after each epoch, in percent, and the mean of the seconds in all.
row() { # OPTIONS
    printf '| `%s` |' "$*"
    train --net cnn "$@" | sed 's/.*"epoch":\([0-9]*\),.*"test_accuracy":\([^,]*\),"seconds":\([^,]*\),.*/\1 \2 \3/' | awk '
        {
            sum[$1] += $2; seconds += $3; count[$1]++
            if (count[$1] == 1 || $2 < least[$1]) least[$1] = $2
            if ($2 > most[$1]) most[$1] = $2
        }
        END {
            for (i = 1; i <= 3; i++) printf " %.2f (%.2f to %.2f) |", 100 * sum[i] / count[i], 100 * least[i], 100 * most[i]
            printf " %.0f |\n", seconds / count[1]
        }'
}

table() {
    printf '| `evenkeel train --net cnn --epochs 3` with | epoch 1 | epoch 2 | epoch 3 | seconds |\n| --- | --- | --- | --- | --- |\n'
    row --norm batch
    row --norm none
}

write docs/networks/named-networks.md table
