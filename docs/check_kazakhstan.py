"""What kazakhstan-2022 should show, line by line, read from its tables: pass or fail, with the figures.

    qonaq run kazakhstan-2022 --out /tmp/k/with
    qonaq run kazakhstan-2022-no-arrivals --out /tmp/k/without
    python3 docs/check_kazakhstan.py /tmp/k/with /tmp/k/without

Raw series: no trend is taken off and no difference to the run without arrivals. Means over replicates.
The exit code is the number of lines that fail.
"""
import csv
import sys
from pathlib import Path

# 21 September 2022 is the first day of week 38; a value of week w is the state at its end.
BEFORE, START, LAST = 37, 38, 104
BORDER = {"ZKO": "Oral", "SKO": "Petropavl", "AKT": "Aktobe", "KST": "Kostanay", "PVL": "Pavlodar"}
EMPLOYED = 9.0e6  # docs/evidence.md, section 4


class Run:
    def __init__(self, folder):
        self.rows = {}
        with open(Path(folder) / "bands.csv", newline="") as file:
            for row in csv.DictReader(file):
                if row["mean"]:
                    key = row["region"], row["group"], row["target"], row["indicator"]
                    values = float(row["mean"]), float(row["q05"]), float(row["q95"]), int(row["n"])
                    self.rows.setdefault(key, {})[int(row["week"])] = values

    def curve(self, indicator, region="all", group="all", target=""):
        weeks = self.rows.get((region, group, target, indicator), {})
        return {week: values[0] for week, values in weeks.items()}

    def error(self, indicator, week, region="all", group="all"):
        """Standard error of a mean, the spread taken from the band as if it were normal."""
        _, low, high, n = self.rows[region, group, "", indicator][week]
        return (high - low) / 3.29 / n**0.5

    def codes(self, column):
        return sorted({key[column] for key in self.rows} - {"all", ""})


failures = 0


def line(good, what, figures):
    global failures
    failures += not good
    print(f"{'pass' if good else 'FAIL'}  {what}: {figures}")


def peak(curve, first=START, last=60):
    return max((week for week in curve if first <= week <= last), key=lambda week: curve[week])


def rise(curve, week):
    return curve[week] / curve[BEFORE] - 1


def rents(run):
    asks = run.curve("asking_rent")
    top = peak(asks)
    line(
        39 <= top <= 41, "national asks peak 2 to 4 weeks after 21 September (end of week 39, 40 or 41)",
        f"week {top}, {rise(asks, top):+.1%} on week {BEFORE}, {asks[top] / asks[34] - 1:+.1%} on 1 September (observed +56 %)",
    )
    kept = {week: (asks[week] - asks[BEFORE]) / (asks[top] - asks[BEFORE]) for week in (44, 52)}
    line(
        0 < kept[44] < 0.9, "and have fallen back in part by 3 November, the last dated count",
        f"{asks[44] / asks[top] - 1:+.1%} from the peak (observed -20 %), {kept[44]:.0%} of the rise left; "
        f"{kept[52]:.0%} at the end of December (no count)",
    )
    almaty = run.curve("asking_rent", "ALA")
    in_almaty = rise(almaty, peak(almaty))
    for code, name in BORDER.items():
        town = run.curve("asking_rent", code)
        top = peak(town)
        line(
            rise(town, top) > in_almaty, f"asks rise more in {name} than in Almaty",
            f"{rise(town, top):+.0%} in week {top} against {in_almaty:+.0%} in week {peak(almaty)}; "
            f"by 3 November {town[44] / town[top] - 1:+.0%} and {almaty[44] / almaty[peak(almaty)] - 1:+.0%}",
        )
    sitting = run.curve("sitting_rent")
    top, late = peak(asks), peak(sitting, last=80)
    line(
        late > top and rise(sitting, top) < 0.5 * rise(asks, top), "rents of sitting tenants lag",
        f"{rise(sitting, top):+.1%} when asks peak at {rise(asks, top):+.1%}; highest {rise(sitting, late):+.1%} in week {late}",
    )


def work(run, without):
    real = sum(v for w, v in run.curve("displaced").items() if w >= START)
    other = sum(v for w, v in without.curve("displaced").items() if w >= START)
    believed = run.curve("displaced_believed")
    top = peak(believed, last=LAST)
    line(
        real / EMPLOYED < 0.001, "residents' displacement is near zero",
        f"{real:.0f} persons in {LAST - START + 1} weeks ({other:.0f} without arrivals), {real / EMPLOYED:.4%} of the employed",
    )
    mean = sum(v for w, v in believed.items() if 30 <= w <= BEFORE) / (BEFORE - 29)
    line(
        believed[top] > 2 * mean and believed[top] > real / (LAST - START + 1),
        "believed displacement rises",
        f"{mean:.0f} a week before, {believed[top]:.0f} in week {top}",
    )


def queues(run, without):
    for indicator, name in (("queue_border", "border"), ("queue_services", "service centres")):
        wait = run.curve(indicator)
        top = peak(wait, last=LAST)
        after = max(v for w, v in wait.items() if w >= 60)
        line(
            wait[top] > 0.5 and after < 0.1 * wait[top], f"the queue at the {name} peaks and clears",
            f"{wait[BEFORE]:.2f} days in week {BEFORE}, {wait[top]:.2f} in week {top}, at most {after:.2f} from week 60",
        )
        idle = without.curve(indicator)
        line(
            max(v for w, v in idle.items() if w >= START) <= max(0.05 * wait[top], 1.05 * idle[BEFORE]),
            f"without arrivals there is none at the {name}",
            f"{idle[BEFORE]:.2f} days in week {BEFORE}, at most {max(v for w, v in idle.items() if w >= START):.2f} after",
        )


def tension(run, without):
    all_of_it = run.curve("tension")
    top = peak(all_of_it)
    gained = all_of_it[top] - all_of_it[BEFORE]
    for column, name in ((0, "region"), (1, "group")):
        rows = []
        for code in run.codes(column):
            where = {"region": code} if column == 0 else {"group": code}
            curve = run.curve("tension", **where)
            if BEFORE in curve and top in curve:
                error = (run.error("tension", top, **where) ** 2 + run.error("tension", BEFORE, **where) ** 2) ** 0.5
                rows.append((curve[top] - curve[BEFORE], error, curve[top], code))
        low, high = min(rows), max(rows)
        apart = high[0] - low[0]
        error = (low[1] ** 2 + high[1] ** 2) ** 0.5
        line(
            apart > 4 * error, f"tension differs by {name}",
            f"rise to week {top} from {low[0]:+.1f} ({low[3]}) to {high[0]:+.1f} ({high[3]}), error {error:.2f}; "
            f"levels {min(r[2] for r in rows):.1f} to {max(r[2] for r in rows):.1f}; country {all_of_it[BEFORE]:.1f} to {all_of_it[top]:.1f}",
        )
    calm = without.curve("tension")
    moved = max(v for w, v in calm.items() if START <= w <= 52) - calm[BEFORE]
    later = max((w for w in calm if w > 52), key=lambda w: calm[w])
    line(
        moved < 0.1 * gained, "without arrivals tension does not rise",
        f"{calm[BEFORE]:.2f} in week {BEFORE}, at most {moved:+.2f} until December (with arrivals {gained:+.2f}); "
        f"later at most {calm[later]:.2f} (week {later}), {calm[LAST]:.2f} at the end",
    )
    asks = without.curve("asking_rent")
    steps = [asks[w] / asks[w - 1] - 1 for w in range(START, START + 8)]
    usual = [abs(asks[w] / asks[w - 1] - 1) for w in range(2, BEFORE + 1)]
    line(
        max(steps) < max(usual) and abs(rise(asks, 41)) < 0.05, "without arrivals asks do not jump after 21 September",
        f"{rise(asks, 41):+.1%} from week {BEFORE} to 41; largest weekly step {max(steps):+.2%} (earlier weeks, trend and season: {max(usual):.2%})",
    )


def stocks(run):
    here = run.curve("population", group="newcomers")
    dates = ((39, "4 October", 53, "since 21 September"), (41, "18 October", 110, "19 October"), (47, "29 November", 100, "present"))
    for week, day, wanted, what in dates:
        found = (here[week] - (0 if what == "present" else here[BEFORE])) / 1000
        line(
            abs(found / wanted - 1) < 0.1, f"newcomers on {day}, thousand ({what}; within a tenth)",
            f"{found:.0f} for {wanted}",
        )
    homeless = run.curve("homeless")
    top = peak(homeless)
    print(f"      without a dwelling or a host: {homeless[BEFORE] / 1000:.1f} thousand in week {BEFORE}, {homeless[top] / 1000:.1f} in week {top}")


def main():
    run, without = Run(sys.argv[1]), Run(sys.argv[2])
    rents(run)
    stocks(run)
    work(run, without)
    queues(run, without)
    tension(run, without)
    print(f"{failures} of the lines fail" if failures else "every line passes")
    return failures


if __name__ == "__main__":
    sys.exit(main())
