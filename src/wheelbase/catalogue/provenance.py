"""Where imported figures come from: the file by its hash, how it was read, what was left out."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wheelbase.errors import DataError

__all__ = ["Provenance", "Rejected", "apart", "beside", "provenance_of"]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row or field that was left out, "file:line" or "file: field", and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        """Return place and reason as one line."""
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an import read, and how; it names no day, so the same file gives the same words.

    Args:
        file: Name of the file, without its folder.
        sha256: Of its bytes.
        form: The form that it was read as.
        reading: Choices of the reader, by name.
        rejected: Everything that was left out.
    """

    file: str
    sha256: str
    form: str
    reading: Mapping[str, str] = field(default_factory=dict)
    rejected: Sequence[Rejected] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How much was left out, by reason; what follows a colon is of the row alone."""
        return dict(Counter(r.reason.split(": ")[0] for r in self.rejected))

    @property
    def tree(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "form": self.form,
            "reading": dict(self.reading),
            "left_out": [{"place": r.place, "reason": r.reason} for r in self.rejected],
        }


def provenance_of(path: Path, form: str) -> Provenance:
    """Return the provenance of a file before anything of it was read.

    Raises:
        DataError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    return Provenance(path.name, digest, form)


def beside(target: Path, provenance: Provenance) -> tuple[Path, str]:
    """Return the file that tells where an imported file comes from, and its text."""
    text = json.dumps(provenance.tree, indent=1, ensure_ascii=False)
    return target.with_name(f"{target.name}.provenance.json"), text + "\n"


def apart(source: Path, target: Path) -> None:
    """Check that an import does not write over what it reads.

    Raises:
        DataError: It would.
    """
    if target.resolve() == source.resolve():
        raise DataError(f"{target}: is the file that is read; name another for what is written")
