"""Are the curves of a country the same at any scale? Two one-sided tests at 5 %.

    for scale in 0.01 0.05 0.2; do for seed in $(seq 1 12); do
      qonaq run kazakhstan-2022 --scale $scale --seed $seed --replicates 1 --weeks 56 --no-plots --out /tmp/e/$scale/$seed
    done; done
    python3 docs/equivalence.py /tmp/e/0.01 /tmp/e/0.05 /tmp/e/0.2

The last folder is what the others are held against. Every run has a seed of its own, since replicates of one seed share
week 0 and with it where chance left the markets by then. A curve is cut into blocks of four weeks. In each block the
difference of the means over runs is given as a share of the range of the reference curve. Two curves are equal
if in every block both one-sided tests (Welch) reject a difference of 3 % or more: too few runs fail, not pass.
"""
import csv
import math
import sys
from collections import defaultdict
from pathlib import Path

MARGIN, ALPHA, BLOCK = 0.03, 0.05, 4
PLACES = {"all": "country", "ALA": "Almaty", "AST": "Astana"}
CURVES = ("asking_rent", "sitting_rent", "tension", "hostility", "queue_border", "queue_services")


def student(t, df):
    """Upper tail of Student's t: the incomplete beta function by its continued fraction."""
    x = df / (df + t * t)
    a, b = df / 2, 0.5
    if x > (a + 1) / (a + b + 2):
        return 0.5 * (1 - beta(1 - x, b, a)) if t > 0 else 1 - 0.5 * (1 - beta(1 - x, b, a))
    return 0.5 * beta(x, a, b) if t > 0 else 1 - 0.5 * beta(x, a, b)


def beta(x, a, b):
    if x in (0.0, 1.0):
        return x
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        + a * math.log(x) + b * math.log1p(-x)
    ) / a
    c, d, f = 1.0, 0.0, 1.0
    for i in range(300):
        m = i // 2
        if i == 0:
            n = 1.0
        elif i % 2 == 0:
            n = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            n = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / (1.0 + n * d or 1e-30)
        c = 1.0 + n / c or 1e-30
        f *= c * d
        if abs(1.0 - c * d) < 1e-12:
            break
    return front * (f - 1.0)


def read(folder):
    """Blocks by curve: a list of the values of each run in each block."""
    out = defaultdict(list)
    for run in sorted(Path(folder).iterdir()):
        weekly = defaultdict(dict)
        with open(run / "bands.csv", newline="") as file:
            for row in csv.DictReader(file):
                if (
                    row["indicator"] in CURVES and row["region"] in PLACES and row["group"] == "all"
                    and row["target"] in ("", "all") and row["mean"]
                ):
                    weekly[row["indicator"], row["region"]][int(row["week"])] = float(row["mean"])
        for curve, values in weekly.items():
            firsts = range(1, max(values) - BLOCK + 2, BLOCK)
            block = [sum(values[w] for w in range(f, f + BLOCK)) / BLOCK for f in firsts]
            out[curve].append(block)
    return {curve: list(zip(*runs)) for curve, runs in out.items()}


def moments(xs):
    mean = sum(xs) / len(xs)
    return mean, sum((x - mean) ** 2 for x in xs) / (len(xs) - 1) / len(xs)


def compare(found, reference):
    """Largest difference, largest bound (difference plus 1.645 errors), first week of the block of the
    largest difference, and the largest p of all blocks; differences in shares of the range."""
    means = [moments(block)[0] for block in reference]
    span = max(means) - min(means)
    if span == 0:
        return None
    worst, bound, where, p = 0.0, 0.0, 0, 0.0
    for k, (a, b) in enumerate(zip(found, reference)):
        (ma, va), (mb, vb) = moments(a), moments(b)
        difference = (ma - mb) / span
        error = math.sqrt(va + vb) / span
        if error == 0:
            both = 0.0 if abs(difference) < MARGIN else 1.0
        else:
            df = (va + vb) ** 2 / (va * va / (len(a) - 1) + vb * vb / (len(b) - 1))
            both = max(
                student((MARGIN - difference) / error, df),
                student((MARGIN + difference) / error, df),
            )
        p = max(p, both)
        bound = max(bound, abs(difference) + 1.645 * error)
        if abs(difference) > abs(worst):
            worst, where = difference, k
    return worst, bound, where * BLOCK + 1, p


def main():
    *folders, last = sys.argv[1:]
    reference = read(last)
    print(f"against {Path(last).name} ({len(next(iter(reference.values()))[0])} runs); margin {MARGIN:.0%} of the range, blocks of {BLOCK} weeks")
    print(f"{'scale':8} {'place':8} {'curve':15} {'largest':>8} {'bound':>6} {'week':>5} {'p':>6}  equal")
    for folder in folders:
        found = read(folder)
        for place, shown in PLACES.items():
            for indicator in CURVES:
                curve = indicator, place
                if curve not in reference or curve not in found:
                    continue
                result = compare(found[curve], reference[curve])
                if result is None:
                    continue
                worst, bound, week, p = result
                verdict = "yes" if p < ALPHA else "no"
                print(
                    f"{Path(folder).name:8} {shown:8} {indicator:15} {worst:+8.1%} {bound:6.1%} {week:5d} {p:6.3f}  {verdict}"
                )


if __name__ == "__main__":
    main()
