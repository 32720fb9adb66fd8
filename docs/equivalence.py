"""Are the curves of a country the same at any scale? Two one-sided tests at 5 %.

    for scale in 0.01 0.05 0.2; do for seed in $(seq 1 90); do
      qonaq run kazakhstan-2022 --scale $scale --seed $seed --replicates 1 --weeks 56 --no-plots --out /tmp/e/$scale/$seed
    done; done
    python3 docs/equivalence.py /tmp/e/0.01 /tmp/e/0.05 /tmp/e/0.2

The last folder is what the others are held against. Every run has a seed of its own, since replicates of one seed share
week 0 and with it where chance left the markets by then. A curve is cut into blocks of four weeks. In each block the
difference is taken seed by seed and given as a share of the range of the mean reference curve. Runs of one seed draw
rumours, media days and incidents from the same addresses at every scale, so most of what chance does to attitudes is
common to both and cancels (column r: the median over blocks of the correlation between the scales; what is near 0 was not
helped). Two curves are equal if in every block both one-sided tests (Student, on the differences) reject a
difference of 3 % or more: too few runs fail, not pass.
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
    """By curve and run (the name of its folder, its seed): the mean of each block."""
    out = defaultdict(dict)
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
            out[curve][run.name] = block
    return out


def moments(xs):
    mean = sum(xs) / len(xs)
    return mean, sum((x - mean) ** 2 for x in xs) / (len(xs) - 1) / len(xs)


def correlation(xs, ys):
    (mx, vx), (my, vy) = moments(xs), moments(ys)
    n = len(xs)
    both = sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / (n - 1) / n
    return both / math.sqrt(vx * vy) if vx > 0 and vy > 0 else None


def compare(found, reference):
    """Runs in both, largest difference, largest bound (difference plus 1.645 errors), first week of the block of
    the largest difference, the largest p of all blocks and the median correlation; differences in shares of the range."""
    seeds = sorted(found.keys() & reference.keys())
    means = [sum(block) / len(seeds) for block in zip(*(reference[s] for s in seeds))]
    span = max(means) - min(means)
    if span == 0:
        return None
    worst, bound, where, p, together = 0.0, 0.0, 0, 0.0, []
    for k in range(len(means)):
        a, b = [found[s][k] for s in seeds], [reference[s][k] for s in seeds]
        mean, variance = moments([(x - y) / span for x, y in zip(a, b)])
        error = math.sqrt(variance)
        if error == 0:
            both = 0.0 if abs(mean) < MARGIN else 1.0
        else:
            both = student((MARGIN - abs(mean)) / error, len(seeds) - 1)
        p = max(p, both)
        bound = max(bound, abs(mean) + 1.645 * error)
        together.append(correlation(a, b))
        if abs(mean) > abs(worst):
            worst, where = mean, k
    together = sorted(r for r in together if r is not None) or [math.nan]
    return len(seeds), worst, bound, where * BLOCK + 1, p, together[len(together) // 2]


def main():
    *folders, last = sys.argv[1:]
    reference = read(last)
    print(f"against {Path(last).name}; margin {MARGIN:.0%} of the range, blocks of {BLOCK} weeks, the same seeds")
    print(f"{'scale':8} {'place':8} {'curve':15} {'seeds':>5} {'largest':>8} {'bound':>6} {'week':>5} {'r':>5} {'p':>6}  equal")
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
                seeds, worst, bound, week, p, r = result
                verdict = "yes" if p < ALPHA else "no"
                print(
                    f"{Path(folder).name:8} {shown:8} {indicator:15} {seeds:5d} {worst:+8.1%} {bound:6.1%} {week:5d} {r:5.2f} {p:6.3f}  {verdict}"
                )


if __name__ == "__main__":
    main()
