"""Tables of docs/levers.md: when five policies help, do nothing or backfire.

    cargo build --release && python3 docs/levers.py target/release/qonaq [POLICY...]

Every row is `qonaq compare`, the scenario without the policy against the scenario with it, with the same random numbers. It prints the
mean over the weeks of the difference in an outcome and in how many weeks the 95 % interval of the week leaves out zero.
"""
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

REPLICATES = "12"
COUNTRY = ["--scale", "0.002", "--replicates", "6", "--set", "population.renter_agents=12000"]


def lever(kind, strength, compliance, start, end, regions=()):
    covered = f"regions = [{', '.join(repr(r) for r in regions)}]\n".replace("'", '"') if regions else ""
    return (
        f'[[levers]]\nid = "policy"\nkind = "{kind}"\nstart = {start}\nend = {end}\n'
        f"strength = {strength}\ncompliance = {compliance}\ncost_per_unit = 0\n{covered}"
    )


# An outcome: indicator, region, target; `total` sums over weeks what others average.
def outcome(indicator, region="all", target="", total=False):
    return indicator, region, target, total


ABOUT = "newcomers"
PLACES = [
    outcome("tension"),
    outcome("tension", "TOWN"),
    outcome("tension", "UP"),
    outcome("tension", "DOWN"),
    outcome("hostility", "TOWN", ABOUT),
    outcome("hostility", "UP", ABOUT),
    outcome("asking_rent", "TOWN"),
    outcome("queue_services", "TOWN"),
    outcome("queue_services", "UP"),
]
SIGNS = [
    outcome("tension"),
    outcome("hostility"),
    outcome("fear"),
    outcome("signs"),
    outcome("self_censorship"),
    outcome("kin_attachment"),
    outcome("home_attachment"),
    outcome("exits", total=True),
]
TRUTH = [
    outcome("tension"),
    outcome("hostility"),
    outcome("fear"),
    outcome("trust_authorities"),
    outcome("incidents", total=True),
]
REMOVAL = [
    outcome("removals", total=True),
    outcome("wrongful_removals", total=True),
    outcome("population"),
    outcome("tension"),
    outcome("hostility", target=ABOUT),
    outcome("asking_rent"),
]
TAUGHT = [outcome("tension"), outcome("hostility", target=ABOUT), outcome("favourable_share", target=ABOUT)]

MET = ["contact.rate=0.7", "affect.beta_contact=1.4", "affect.beta_exposure=0.06"]
SEEN = ["contact.rate=0.1", "affect.beta_contact=0.4", "affect.beta_exposure=0.25"]
DISPERSE = lever("dispersal", 1.0, 0.8, "2024-01-01", "2024-12-30", ["UP", "DOWN"])
EVERYWHERE = lever("dispersal", 1.0, 0.8, "2024-01-01", "2024-12-30")
REPORTS = lever("reports_screening", 1.0, 1.0, "2024-03-04", "2024-12-30")
SCHOOL = lever("education", 1.0, 1.0, "2024-01-01", "2024-12-30")
DISCLOSE = lever("disclosure", 1.0, 1.0, "2024-03-04", "2027-01-04")
TELL = lever("acknowledgement", 1.0, 1.0, "2024-01-01", "2025-07-01")
PRESS = lever("pressure_on_signs", 0.7, 0.8, "2024-04-01", "2026-01-01")

# Policy: outcomes, then rows of condition, scenario, what is set on both sides, the policy.
CASES = {
    "dispersal": [
        (PLACES, "as shipped", "small-town", [], DISPERSE),
        (PLACES, "people meet where they live", "small-town", MET, DISPERSE),
        (PLACES, "people are seen and not met", "small-town", SEEN, DISPERSE),
        (PLACES, "every region is covered", "small-town", [], EVERYWHERE),
    ],
    "dispersal-country": [
        (
            [outcome("tension")]
            + [outcome(i, r, t) for r in ("ALA", "AST", "SKO", "ZKO") for i, t in (("tension", ""), ("hostility", ABOUT), ("asking_rent", ""))],
            "kazakhstan-2022",
            "kazakhstan-2022",
            [],
            None,
        ),
    ],
    "pressure": [
        (SIGNS, "as shipped", "kin-state-media", [], PRESS),
        (SIGNS, "nobody resents it", "kin-state-media", ["minority.reactance=0", "minority.pressure_gain=0", "minority.fear_pressure=0"], PRESS),
        (SIGNS, "it is resented", "kin-state-media", ["minority.reactance=2", "minority.pressure_gain=3", "minority.fear_pressure=0.3"], PRESS),
        (SIGNS, "no kin-state media", "kin-state-media", ["shocks.television.level=0"], PRESS),
    ],
    "acknowledgement": [
        (TRUTH, "as shipped", "southern-village", [], TELL),
        (TRUTH, "denials hardly ever come out", "southern-village", ["response.detection=0.1", "response.admission=0"], TELL),
        (TRUTH, "denials come out at once and are admitted", "southern-village", ["response.detection=2", "response.admission=1"], TELL),
        (TRUTH, "nobody would have denied", "southern-village", ["response.denial_habit=0"], TELL),
    ],
    "disclosure": [
        (TRUTH, "as shipped", "foreign-projects", [], DISCLOSE),
        (
            TRUTH,
            "it corrects what is wrongly believed",
            "foreign-projects",
            ["projects.arousal=0", "projects.correction=0.9", "projects.suspicion=0.3", "projects.disclosure_reach=0.2", "projects.openness=0.2"],
            DISCLOSE,
        ),
        (
            TRUTH,
            "it is news and nothing else",
            "foreign-projects",
            ["projects.arousal=20", "projects.correction=0", "projects.openness=0", "projects.disclosure_reach=0"],
            DISCLOSE,
        ),
        (
            TRUTH,
            "it changes nobody's mind",
            "foreign-projects",
            ["projects.arousal=0", "projects.correction=0", "projects.openness=0", "projects.disclosure_reach=0"],
            DISCLOSE,
        ),
    ],
    "screening": [
        (REMOVAL, "as shipped", "small-town", [], REPORTS),
        (REMOVAL, "no report is false, views weigh most", "small-town", ["screening.false_rate=0", "threat.views_gain=3"], REPORTS),
        (REMOVAL, "four in five as often wrong as right", "small-town", ["screening.false_rate=0.8"], REPORTS),
        (REMOVAL, "one in twenty sides with another state", "small-town", ["waves.newcomers.pro_state_share=0.05"], REPORTS),
    ],
    "education": [
        (TAUGHT, "as shipped", "small-town", [], SCHOOL),
        (TAUGHT, "strong (`contact.education` 0.3)", "small-town", ["contact.education=0.3"], SCHOOL),
        (TAUGHT, "strong, and people meet where they live", "small-town", ["contact.education=0.3", *MET], SCHOOL),
        (TAUGHT, "no effect (0)", "small-town", ["contact.education=0"], SCHOOL),
        (TAUGHT, "it misfires (-0.05)", "small-town", ["contact.education=-0.05"], SCHOOL),
    ],
}


def differences(out, outcomes):
    """For each outcome: mean or sum over weeks of the difference, weeks clear of zero, weeks in all."""
    with open(Path(out) / "compare.csv", newline="") as table:
        rows = [r for r in csv.DictReader(table) if r["group"] == "all" and r["mean"]]
    for indicator, region, target, total in outcomes:
        at = "all" if not target and any(r["indicator"] == indicator and r["target"] == "all" for r in rows) else target
        weeks = [r for r in rows if (r["region"], r["target"], r["indicator"]) == (region, at, indicator) and int(r["week"]) > 0]
        effect = sum(float(r["mean"]) for r in weeks) / (1 if total else len(weeks))
        clear = sum(1 for r in weeks if r["lo"] and (float(r["lo"]) > 0 or float(r["hi"]) < 0))
        yield effect, clear, len(weeks)


def words(indicator, region, target, total):
    name = indicator.replace("_", " ") + (f" about {target}" if target else "") + (", sum of weeks" if total else "")
    return name + ("" if region == "all" else f", {region}")


program = sys.argv[1]
for name, rows in CASES.items():
    if sys.argv[2:] and name not in sys.argv[2:]:
        continue
    print(f"<!-- {name} -->\n")
    found = []
    for outcomes, condition, scenario, sets, text in rows:
        with tempfile.TemporaryDirectory() as folder:
            variant = f"{scenario}-dispersal"
            if text:
                variant = str(Path(folder) / "with-policy.toml")
                Path(variant).write_text(f'extends = "{scenario}"\nname = "with-policy"\n{text}')
            flags = COUNTRY if text is None else ["--replicates", REPLICATES]
            flags = flags + [part for s in sets for part in ("--set", s)]
            out = str(Path(folder) / "out")
            command = [program, "compare", scenario, variant, *flags, "--no-plots", "--quiet", "--force", "--out", out]
            subprocess.run(command, check=True)
            found.append(list(differences(out, outcomes)))
        print(f"- *{condition}*: `--set " + " --set ".join(sets) + "`" if sets else f"- *{condition}*")
    print("\n| difference with the policy | " + " | ".join(r[1] for r in rows) + " |\n|---|" + "---|" * len(rows))
    for k, o in enumerate(rows[0][0]):
        cells = [f"{f[k][0]:+.3g} ({f[k][1]}/{f[k][2]})" if f[k][0] or f[k][1] else "0" for f in found]
        print(f"| {words(*o)} | " + " | ".join(cells) + " |")
    print(flush=True)
