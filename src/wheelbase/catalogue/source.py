"""Sources: a small reader of sources.bib, so that every key resolves to a work and a date."""

import re
from dataclasses import dataclass
from datetime import date

from wheelbase.errors import DataError

__all__ = ["Source", "last_day", "read_sources"]

_ENTRY = re.compile(r"@(\w+)\{([\w.:+-]+),(.*?)\n\}", re.S)
_PAIR = re.compile(r"(\w+)\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}")


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of sources.bib; `made` is None where the entry has no date."""

    key: str
    title: str
    author: str
    url: str
    note: str
    made: date | None


def read_sources(text: str, name: str) -> dict[str, Source]:
    """Return the entries of a bib file by key.

    Raises:
        DataError: An entry twice, without a title, or with a date that is none.
    """
    sources: dict[str, Source] = {}
    problems: list[str] = []
    for match in _ENTRY.finditer(text):
        key, line = match[2], text.count("\n", 0, match.start()) + 1
        pairs = {k.lower(): " ".join(v.split()) for k, v in _PAIR.findall(match[3])}
        if key in sources:
            problems.append(f"{name}:{line}: {key}: given twice")
        if not pairs.get("title"):
            problems.append(f"{name}:{line}: {key}: has no title")
        try:
            made = last_day(pairs.get("date") or pairs.get("year") or "")
        except ValueError:
            problems.append(f"{name}:{line}: {key}: date {pairs.get('date')!r} is not 2019-11-14")
            continue
        title, author, url, note = (pairs.get(k, "") for k in ("title", "author", "url", "note"))
        sources[key] = Source(key, title, author, url, note, made)
    entries = len(re.findall(r"^@\w+\{", text, re.M))
    if entries != len(sources) and not problems:
        problems.append(f"{name}: {entries} entries, {len(sources)} readable; close each with '}}'")
    if problems:
        raise DataError(problems)
    return sources


def last_day(text: str) -> date | None:
    """Return the last day that `2019`, `2019-11` or `2019-11-14` may mean; None if empty."""
    if not text:
        return None
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 12, 31)
    if re.fullmatch(r"\d{4}-\d\d", text):
        year, month = map(int, text.split("-"))
        return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)
    return date.fromisoformat(text)
