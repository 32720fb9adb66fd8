"""The large test of sweeps: 500 points by 4 replicates, whole, killed five times, in 3 and in 7 shards.

    python3 docs/sweeps.py target/release/qonaq FOLDER [POINTS]

Prints whether all tables are the same to the byte, and the peak memory at a tenth of the points and at all of them.
"""

import hashlib
import random
import re
import subprocess
import sys
import time
from pathlib import Path

SWEEP = """
name = "large"
question = "Is the table the same however it was worked?"
scenario = "small-town"
design = "latin_hypercube"
points = {points}
replicates = 4
overrides = ["scale=0.05", "weeks=8", "population.renter_agents=300"]
[[inputs]]
path = "housing.level_response"
[[inputs]]
path = "affect.contagion"
[[inputs]]
path = "waves.newcomers.household_size"
low = 1.5
high = 3
[[outcomes]]
indicator = "asking_rent"
reducer = "peak"
[[outcomes]]
indicator = "hostility"
target = "newcomers"
reducer = "mean"
[[outcomes]]
indicator = "tension"
reducer = "half_life"
"""


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    points = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    folder.mkdir(parents=True)

    def qonaq(*words):
        subprocess.run([program, *words], check=True, stdout=subprocess.DEVNULL)

    def plan(name, points):
        file = folder / f"{name}.toml"
        file.write_text(SWEEP.format(points=points))
        qonaq("sweep", "plan", str(file), "--out", str(folder / name))
        return str(folder / name)

    def table(at):
        return hashlib.sha256((Path(at) / "results.csv").read_bytes()).hexdigest()

    def measured(name, points):
        at = plan(name, points)
        command = ["/usr/bin/time", "-v", program, "sweep", "run", at, "--no-plots"]
        start = time.time()
        told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        peak = int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", told)[1])
        print(f"{name}: {points * 4} units, {time.time() - start:.0f} s, peak memory {peak} kB", flush=True)
        return at, peak, time.time() - start

    _, small, _ = measured("tenth", points // 10)
    whole, large, seconds = measured("whole", points)
    print(f"peak memory, all to a tenth: {large / small:.3f}", flush=True)

    at = plan("killed", points)
    draws = random.Random(1)
    for _ in range(5):
        child = subprocess.Popen([program, "sweep", "run", at, "--no-plots"], stdout=subprocess.DEVNULL)
        time.sleep(draws.uniform(0.02, 0.15) * seconds)
        child.kill()
        child.wait()
    done = subprocess.run([program, "sweep", "status", at], capture_output=True, text=True).stdout
    print("after five kills:", re.search(r"done \d+, failed \d+, to do \d+", done)[0], flush=True)
    qonaq("sweep", "run", at, "--no-plots")
    same = {"killed": table(at) == table(whole)}

    for shards in (3, 7):
        at = plan(f"shards-{shards}", points)
        for i in range(shards, 0, -1):
            qonaq("sweep", "run", at, "--shard", f"{i}/{shards}", "--no-plots")
        qonaq("sweep", "merge", at, "--no-plots")
        same[f"{shards} shards"] = table(at) == table(whole)
    print("same table as the whole:", same, flush=True)
    sys.exit(not all(same.values()))


main()
