# What the scripts that write tables of test accuracy have in common: read in by them, in the repository's folder.

seeds="0 1 2"

dotnet build -c Release src/Evenkeel.Cli >&2

# A line of JSON for each epoch of each seed.
train() { # OPTIONS
    for seed in $seeds; do
        echo "$*, seed $seed" >&2
        dotnet run --no-build -c Release --project src/Evenkeel.Cli -- train --json --epochs 3 --seed "$seed" "$@"
    done
}

# Writes what a command prints between the lines of a page that name this script, below the date.
write() { # PAGE COMMAND
    written=$(mktemp)
    trap 'rm -f "$written"' EXIT
    {
        printf '%s, .NET %s, seeds %s.\n\n' "$(date +%F)" "$(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -n 1)" "$seeds"
        "$2"
    } > "$written"
    awk -v written="$written" -v script="benchmarks/$(basename "$0")" '
        index($0, "<!-- The end of what " script) == 1 { between = 0 }
        !between { print }
        index($0, "<!-- Written by " script) == 1 { between = 1; while ((getline line < written) > 0) print line }' "$1" > "$1.new"
    mv "$1.new" "$1"
}
