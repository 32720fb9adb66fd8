#!/usr/bin/env bash
# Instructions of a small run, counted by valgrind: they hardly change with what else the machine does, so a
# slower program shows where seconds are too noisy. Prints them beside those of benches/instructions.txt.
#
#   cargo build --release && benches/instructions.sh          (--keep: write the new counts down)
set -euo pipefail
cd "$(dirname "$0")/.."
program="${CARGO_TARGET_DIR:-target}/release/qonaq"
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

count() { # weeks -> instructions of the whole process; of the tables as little as can be
  valgrind --tool=callgrind --callgrind-out-file="$folder/out" \
    "$program" run small-town --weeks "$1" --replicates 1 --threads 1 --detail national --no-plots --quiet --force --out "$folder/run" 2>&1 |
    sed -n 's/.*Collected : //p'
}

short=$(count 2)
long=$(count 12)
households=$(sed -n 's/.*"households": \([0-9]*\).*/\1/p' "$folder/run/timings.json")
start=$(((short - (long - short) / 5) / 1000000))
week=$(((long - short) / 10 / households))
printf 'week 0: %d million instructions, a household-week: %d\n' "$start" "$week"
if [ "${1:-}" = --keep ]; then
  printf '%d %d\n' "$start" "$week" >benches/instructions.txt
else
  read -r kept_start kept_week <benches/instructions.txt
  awk -v a="$start" -v b="$kept_start" -v c="$week" -v d="$kept_week" \
    'BEGIN { printf "against the counts kept: week 0 %+.1f %%, a household-week %+.1f %%\n", 100 * (a / b - 1), 100 * (c / d - 1) }'
fi
