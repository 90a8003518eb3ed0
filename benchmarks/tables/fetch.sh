#!/bin/sh
# Fetches the tables that compare.py trains on: fetch.sh DATA. Wine is the repository's, the others are in the npm package vega-datasets.
set -eu
data=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$data"
cp "$here/../../data/wine/wine.csv" "$data/"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent vega-datasets@3.2.1 && tar -xzf vega-datasets-3.2.1.tgz)
cp "$work/package/data/birdstrikes.csv" "$work/package/data/species.csv" "$data/"
python3 - "$work/package/data" "$data" <<'PY'
import csv, json, sys
source, target = sys.argv[1:]
for name in ("penguins", "movies"):
    with open(f"{source}/{name}.json", encoding="utf-8") as file:
        rows = json.load(file)
    with open(f"{target}/{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows(["" if row.get(key) is None else row[key] for key in rows[0]] for row in rows)
PY
