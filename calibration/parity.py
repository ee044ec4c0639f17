"""Draws predicted over certified for every class, from what energy.py --folds make --save wrote.

Usage: python calibration/parity.py PREDICTIONS.csv PICTURE.svg
"""

import csv
import math
import sys
from pathlib import Path

CLASSES = {
    "petrol": "Petrol", "diesel": "Diesel", "mhev": "48 V hybrid", "hev": "Full hybrid",
    "phev": "Plug-in hybrid", "bev": "Battery",
}  # fmt: skip
COLOURS = {"ftp": "#1f5fa8", "hwfet": "#c2571a"}
WIDTH, HEIGHT, EDGE, GAP = 300, 290, 46, 18


def scale(low, high, size):
    """Return the function from a value to its place on a logarithmic axis."""
    span = math.log(high / low)
    return lambda value: math.log(value / low) / span * size


def panel(rows, title, unit, factor, left, top):
    values = [float(r[k]) * factor for r in rows for k in ("certified", "technology")]
    low, high = min(values) * 0.93, max(values) * 1.07
    size = WIDTH - EDGE - GAP
    place = scale(low, high, size)
    x = lambda v: left + EDGE + place(v)  # noqa: E731
    y = lambda v: top + 28 + size - place(v)  # noqa: E731
    error = sum(abs(float(r["technology"]) / float(r["certified"]) - 1) for r in rows) / len(rows)
    out = [f'<text x="{left + EDGE}" y="{top + 16}" class="t">{title}: {error:.1%} mean error, '
           f'n {len(rows) // 2}</text>']  # fmt: skip
    for share, style in ((1.0, "one"), (1.1, "band"), (1 / 1.1, "band")):
        a, b = max(low, low / share), min(high, high / share)
        out.append(
            f'<line x1="{x(a):.1f}" y1="{y(a * share):.1f}" x2="{x(b):.1f}" '
            f'y2="{y(b * share):.1f}" class="{style}"/>'
        )
    out.append(f'<rect x="{left + EDGE}" y="{top + 28}" width="{size}" height="{size}" class="f"/>')
    step = next(s for s in (10, 20, 50, 100, 200) if (high - low) / s <= 4.5)
    for tick in range(int(low // step + 1) * step, int(high) + 1, step):
        out.append(f'<text x="{x(tick):.1f}" y="{top + 42 + size}" class="a m">{tick}</text>')
        out.append(f'<text x="{left + EDGE - 5}" y="{y(tick) + 4:.1f}" class="a e">{tick}</text>')
    for r in rows:
        across, up = (float(r[k]) * factor for k in ("certified", "technology"))
        out.append(
            f'<circle cx="{x(across):.1f}" cy="{y(up):.1f}" r="2.1" fill="{COLOURS[r["cycle"]]}"/>'
        )
    out.append(f'<text x="{left + EDGE + size / 2}" y="{top + 56 + size}" class="a m">'
               f"certified, {unit}</text>")  # fmt: skip
    return out


def main(source, target):
    with Path(source).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    out = []
    for n, (kind, title) in enumerate(CLASSES.items()):
        some = [r for r in rows if r["class"] == kind]
        unit, factor = ("Wh/km", 1 / 3.6) if kind == "bev" else ("g CO2/km", 1e6)
        out += panel(some, title, unit, factor, n % 3 * WIDTH, n // 3 * (HEIGHT + 30) + 20)
    width, height = 3 * WIDTH + 10, 2 * (HEIGHT + 30) + 40
    style = (
        "text{font-family:system-ui,sans-serif;fill:#222}.t{font-size:13px;font-weight:600}"
        ".a{font-size:11px}.m{text-anchor:middle}.e{text-anchor:end}.f{fill:none;stroke:#888}"
        ".one{stroke:#444}.band{stroke:#aaa;stroke-dasharray:4 3}circle{fill-opacity:.6}"
    )
    key = "".join(
        f'<circle cx="{60 + 150 * n}" cy="12" r="4" fill="{COLOURS[c]}"/>'
        f'<text x="{70 + 150 * n}" y="16" class="a">{name}</text>'
        for n, (c, name) in enumerate((("ftp", "FTP, UDDS"), ("hwfet", "HWFET")))
    )
    Path(target).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><style>{style}</style>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{key}{"".join(out)}</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
