#!/bin/sh
# Trains `evenkeel train --net cnn` on all of MNIST for three epochs, three seeds each, with batch normalization and without, and
# writes the table of test accuracy and time into docs/networks/named-networks.md.
set -eu
cd "$(dirname "$0")/.."

seeds="0 1 2"
page=docs/networks/named-networks.md

dotnet build -c Release src/Evenkeel.Cli >&2

# A row of the table: mean, lowest and highest test accuracy after each epoch, in percent, and the mean of the seconds in all.
row() { # OPTIONS
    printf '| `%s` |' "$*"
    for seed in $seeds; do
        echo "$*, seed $seed" >&2
        dotnet run --no-build -c Release --project src/Evenkeel.Cli -- train --net cnn --epochs 3 --json --seed "$seed" "$@"
    done | sed 's/.*"epoch":\([0-9]*\),.*"test_accuracy":\([^,]*\),"seconds":\([^,]*\),.*/\1 \2 \3/' | awk '
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
    printf '%s, .NET %s, seeds %s.\n\n' "$(date +%F)" "$(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -n 1)" "$seeds"
    printf '| `evenkeel train --net cnn --epochs 3` with | epoch 1 | epoch 2 | epoch 3 | seconds |\n| --- | --- | --- | --- | --- |\n'
    row --norm batch
    row --norm none
}

written=$(mktemp)
trap 'rm -f "$written"' EXIT
table > "$written"
awk -v table="$written" '
    /^<!-- The end of what benchmarks\/cnn-table.sh/ { between = 0 }
    !between { print }
    /^<!-- Written by benchmarks\/cnn-table.sh/ { between = 1; while ((getline line < table) > 0) print line }' "$page" > "$page.new"
mv "$page.new" "$page"
