"""Coverage of the q05-q95 band of the first 200 replicates by 300 fresh ones.

    qonaq run small-town --replicates 500 --detail national --no-plots --out /tmp/coverage
    python3 docs/coverage.py /tmp/coverage/series.csv
"""
import csv
import math
import sys
from collections import defaultdict

BAND, INDICATORS = 200, (
    "tension", "hostility", "fear", "asking_rent", "sitting_rent", "queue_services",
    "unemployment", "trust_authorities", "incidents", "returns",
)


def quantile(xs, p):
    h = (len(xs) - 1) * p
    low = math.floor(h)
    high = min(low + 1, len(xs) - 1)
    return xs[low] + (h - low) * (xs[high] - xs[low])


values = defaultdict(dict)
with open(sys.argv[1], newline="") as f:
    for row in csv.DictReader(f):
        key = row["indicator"], row["target"]
        if row["indicator"] in INDICATORS and row["target"] in ("", "all") and row["value"]:
            values[key, int(row["week"])][int(row["replicate"])] = float(row["value"])

inside, count = defaultdict(int), defaultdict(int)
for ((indicator, _), week), by_replicate in values.items():
    band = sorted(v for r, v in by_replicate.items() if r < BAND)
    fresh = [v for r, v in by_replicate.items() if r >= BAND]
    low, high = quantile(band, 0.05), quantile(band, 0.95)
    if week == 0 or low == high:  # nothing varies yet
        continue
    inside[indicator] += sum(low <= v <= high for v in fresh)
    count[indicator] += len(fresh)

for indicator in INDICATORS:
    if count[indicator]:
        print(f"{indicator:20} {inside[indicator] / count[indicator]:.3f}")
print(f"{'all':20} {sum(inside.values()) / sum(count.values()):.3f}")
