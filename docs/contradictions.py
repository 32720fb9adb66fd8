"""Tables of docs/contradictions.md: the readings of each contradiction against each other.

    cargo build --release && python3 docs/contradictions.py target/release/qonaq
"""
import csv
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

OUTCOMES = ("tension", "hostility", "fear", "favourable_share", "trust_authorities", "kin_attachment", "home_attachment")
REPLICATES = "20"

program = sys.argv[1]
with open(Path(__file__).parent.parent / "seeds/switches.toml", "rb") as f:
    contradictions = tomllib.load(f)["contradiction"]

for c in contradictions:
    with tempfile.TemporaryDirectory() as out:
        flags = ["--only", c["id"], "--replicates", REPLICATES, "--no-plots", "--quiet", "--force", "--out", out]
        subprocess.run([program, "tournament", c["scenario"], *flags], check=True)
        with open(Path(out) / "tournament.csv", newline="") as table:
            rows = list(csv.DictReader(table))
    print(f"## {c['question']}\n\n`qonaq tournament {c['scenario']} --only {c['id']} --replicates {REPLICATES}`\n")
    for r in c["readings"]:
        print(f"- *{r['id']}* ({', '.join(r['cards'])}): {r['claim']}")
    print("\n| second minus first | outcome | weeks apart | longest stretch | furthest, in week |\n|---|---|---|---|---|")
    for row in rows:
        if row["indicator"] not in OUTCOMES or not row["largest"]:
            continue
        stretch = f"{row['first_week']} to {row['last_week']}" if row["first_week"] else "they do not differ"
        furthest = f"{float(row['largest']):+.4f}, {row['largest_week']}"
        pair = f"{row['b']} minus {row['a']}"
        print(f"| {pair} | {row['indicator'].replace('_', ' ')} | {row['weeks']} | {stretch} | {furthest} |")
    print()
