"""What Wheelbase stands on: every package that it pulls in, its licence, and whether it is pinned.

`make audit` (or `python .ci/audit.py [EXTRA ...]`) reads what is installed, without a network. It
ends with 1 where a package of the core, or of the extras named, is missing, is not the version in
constraints.txt, or has a licence that is not known to allow what Wheelbase does with it.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

_FREE = re.compile(
    r"\b(MIT|0?BSD|Apache|ISC|PSF|Python Software|MPL|Mozilla|Unlicense|Zlib|CC0)(\b|-)", re.I
)
_BINDING = re.compile(r"GPL|Proprietary|Commercial", re.I)
_PINS = Path(__file__).parents[1] / "constraints.txt"


def main() -> int:
    """Print a row for each package, and return how the audit ends."""
    extras = set(sys.argv[1:])
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", _PINS.read_text(), re.M))
    wanted = {_plain(name): version for name, version in pins.items()}
    found, missing = _closure("wheelbase", extras, {})
    problems = [f"{name}: is not installed" for name in sorted(missing)]
    for name, about in sorted(found.items()):
        licence = _licence(about)
        if name != "wheelbase" and wanted.get(name) != about.version:
            problems.append(f"{name}: {about.version} is installed, pinned is {wanted.get(name)}")
        if not is_free(licence):
            problems.append(f"{name}: its licence is {licence[:60] or 'not told'!r}")
        print(f"{name:<24} {about.version:<14} {licence[:70]}")
    print(f"{len(found)} packages, {len(problems)} problems")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


def is_free(licence: str) -> bool:
    """Return whether a licence allows what Wheelbase does with it; a choice of two needs one."""
    return any(_FREE.search(part) and not _BINDING.search(part) for part in licence.split(" OR "))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _closure(
    name: str, extras: set[str], found: dict[str, Distribution]
) -> tuple[dict[str, Distribution], set[str]]:
    """Return everything that a package needs, by name, and what of it is not installed."""
    try:
        about = found[_plain(name)] = distribution(name)
    except PackageNotFoundError:
        return found, {_plain(name)}
    missing: set[str] = set()
    for text in about.requires or ():
        needed = Requirement(text)
        applies = needed.marker is None or any(
            needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        )
        if applies and _plain(needed.name) not in found:
            missing |= _closure(needed.name, set(needed.extras), found)[1]
    return found, missing


def _licence(about: Distribution) -> str:
    """Return what a package says of its licence: in one expression, in its kinds, or in words."""
    told = about.metadata
    kinds = [c for c in told.get_all("Classifier") or () if c.startswith("License")]
    named = told.get("License-Expression") or " ".join(c.rpartition(" :: ")[2] for c in kinds)
    first = (told.get("License") or "").strip().splitlines()[:1]
    return (named or " ".join(first)).strip()


if __name__ == "__main__":
    sys.exit(main())
