"""Pictures and page of docs/gallery.md: tension in every shipped scenario.

    cargo build --release && python3 docs/gallery.py target/release/qonaq [NAME...]

Runs each scenario (or those named), halves the picture of tension into docs/images/gallery and, when all are run, writes the page.
"""
import csv
import json
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

# A country at its shipped size takes minutes; these flags make it a matter of seconds.
QUICK = "--scale 0.002 --replicates 4 --set population.renter_agents=12000"
HEAD = """# Gallery

Tension in every scenario that comes with the program: what each asks, the command that draws the picture and where the median goes. The
pictures and this page are the output of

```sh
cargo build --release && python3 docs/gallery.py target/release/qonaq
```

which runs every command below and copies `plots/tension.png` at half its size. Scenarios of a country are run with few agents and four replicates
here, so that the page is made in minutes: their rental markets are thinner than the program holds to be sound
([decision 3](decisions/0003-thin-markets.md)) and bands of four runs are rough. For figures run the scenario as it is, and to hold policies against each other
use `qonaq compare` ([levers.md](levers.md)), not two pictures. All are conditional statements about archetypes, never forecasts about real people.
Vertical scales differ from picture to picture. `kazakhstan-2022-full` is left out: thinned it is `kazakhstan-2022`.

Most variants of `kazakhstan-2022` look alike in tension over the whole country: at these strengths and dates a policy moves it by less than a point. What differs lies in single regions,
groups and indicators, and in who is harmed; `qonaq compare` shows that.
"""


def rows(data):
    """Width and rows of an 8-bit RGB PNG, three bytes a pixel."""
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert (depth, colour) == (8, 2), "not 8-bit RGB"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    raw, stride = zlib.decompress(packed), 3 * width
    above, out = bytearray(stride), []
    for y in range(height):
        start = y * (stride + 1)
        method, row = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for x in range(stride):
            left = row[x - 3] if x >= 3 else 0
            up, corner = above[x], above[x - 3] if x >= 3 else 0
            if method == 1:
                guess = left
            elif method == 2:
                guess = up
            elif method == 3:
                guess = (left + up) // 2
            elif method == 4:
                # The neighbour nearest to left + up - corner.
                guess = min((left, up, corner), key=lambda v: abs(left + up - corner - v))
            else:
                break
            row[x] = (row[x] + guess) & 255
        above = row
        out.append(row)
    return width, out


def halved(data):
    """The PNG at half its size, with at most 256 colours."""
    width, full = rows(data)
    pixels = []
    for upper, lower in zip(full[::2], full[1::2]):
        four = [[row[k::3] for k in range(3)] for row in (upper, lower)]
        mean = [
            [(a[x] + a[x + 1] + b[x] + b[x + 1]) // 4 for x in range(0, width - 1, 2)]
            for a, b in zip(*four)
        ]
        pixels.append(list(zip(*mean)))
    for step in (4, 8, 16, 32):
        near = lambda c: tuple(min(255, (v + step // 2) // step * step) for v in c)
        colours = sorted({near(c) for row in set(map(tuple, pixels)) for c in row})
        if len(colours) <= 256:
            break
    place = {c: k for k, c in enumerate(colours)}
    raw = b"".join(b"\0" + bytes(place[near(c)] for c in row) for row in pixels)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 3, 0, 0, 0)
    palette = b"".join(bytes(c) for c in colours)
    parts = [(b"IHDR", size), (b"PLTE", palette), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def course(out):
    """Median of tension at week 0, at its highest and at the end."""
    with open(out / "bands.csv", newline="") as table:
        found = [
            (int(r["week"]), float(r["q50"]))
            for r in csv.DictReader(table)
            if (r["region"], r["group"], r["indicator"]) == ("all", "all", "tension")
        ]
    top = max(found, key=lambda p: p[1])
    return f"Median tension: {found[0][1]:.1f} at week 0, at most {top[1]:.1f} in week {top[0]}, {found[-1][1]:.1f} in week {found[-1][0]}."


program, here = sys.argv[1], Path(__file__).parent
listed = subprocess.run([program, "list", "--scenarios", "--json"], check=True, capture_output=True)
images = here / "images/gallery"
images.mkdir(parents=True, exist_ok=True)
page = [HEAD]
for scenario in json.loads(listed.stdout):
    name = scenario["name"]
    # One to one it takes long, and thinned it is kazakhstan-2022.
    if name == "kazakhstan-2022-full" or (sys.argv[2:] and name not in sys.argv[2:]):
        continue
    flags = QUICK if name.startswith("kazakhstan") else ""
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([program, "run", name, *flags.split(), "--quiet", "--force", "--out", out], check=True)
        (images / f"{name}.png").write_bytes(halved((Path(out) / "plots/tension.png").read_bytes()))
        command = f"qonaq run {name} {flags}".strip()
        page.append(f"## {name}\n\n{scenario['question']}\n\n`{command}`\n\n![Tension in {name}](images/gallery/{name}.png)\n\n{course(Path(out))}\n")
    print(name, flush=True)
if not sys.argv[2:]:
    (here / "gallery.md").write_text("\n".join(page))
