"""Commands on reference programs: solve published stochastic programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome, hush, tell

if TYPE_CHECKING:
    from wheelbase.study import Held

__all__ = ["references"]


def references(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A folder with instances.csv and SMPS files."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Run all of the folder, not what ends within 45 s.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
) -> Outcome:
    """Solve published stochastic programs and show how far each is from its published value."""
    if folder is None:
        return _written()
    from wheelbase.study import hold_references

    found = hold_references(folder, everything, hush if json else tell)
    instances = {held.instance.name: _figures(held) for held in found.held}
    lines = [_line(name, figures) for name, figures in instances.items()]
    lines += [f"not run: {name}: {why}" for name, why in found.not_run.items()]
    agreed = sum(figures["ok"] for figures in instances.values())
    lines.append(f"{agreed} of {len(instances)} agree; {len(found.not_run)} not run")
    result = {"instances": instances, "not_run": dict(found.not_run)}
    code = 0 if found.ok else 1
    return Outcome("validate references", code, "\n".join(lines), result, flat=True)


def _written() -> Outcome:
    """Return the references that the product itself writes down, and those its own ways tie."""
    from wheelbase.plan import check_reference
    from wheelbase.plan import references as all_references

    checked = [check_reference(reference) for reference in all_references()]
    instances: dict[str, dict[str, Any]] = {
        c.name: {
            "published": c.published,
            "is_published": c.is_published,
            "source": c.source,
            "value": c.value,
            "bound": c.bound,
            "seconds": c.seconds,
            "ok": c.ok,
            "solvers": dict(c.found),
            "more": dict(c.more),
            "why": "" if c.is_published else f"not published: {c.source}",
        }
        for c in checked
    }
    lines = []
    for name, figures in instances.items():
        lines.append(_line(name, figures))
        lines += [f"    by {solver}: {value:.10g}" for solver, value in figures["solvers"].items()]
        lines += [f"    {what}: {value:.2f}" for what, value in figures["more"].items()]
    agreed = sum(c.ok for c in checked)
    lines.append(f"{agreed} of {len(checked)} agree")
    code = 0 if agreed == len(checked) else 1
    result = {"instances": instances, "not_run": {}}
    return Outcome("validate references", code, "\n".join(lines), result, flat=True)


def _figures(held: "Held") -> dict[str, Any]:
    """Return what is said of an instance; null where there is no finite number."""
    found = held.found
    figures: dict[str, Any] = {
        "published": _published(held.instance.published),
        "value": _finite(found.value) if found else None,
        "bound": _finite(found.bound) if found else None,
        "seconds": held.seconds,
        "ok": held.verdict.ok,
        "why": held.verdict.why,
        "warnings": list(held.instance.program.warnings),
    }
    if found:
        figures |= {
            "gap": _finite(found.gap),
            "status": found.status.value,
            "method": found.method.value,
            "cuts": list(found.cuts) if found.cuts else None,
            "interval": list(found.interval) if found.interval else None,
        }
    return figures


def _published(text: str) -> float | str | None:
    """Return what is published: a number, the words of the list, or nothing."""
    try:
        return _finite(float(text))
    except ValueError:
        return text or None


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def _line(name: str, figures: dict[str, Any]) -> str:
    published, value, bound = figures["published"], figures["value"], figures["bound"]
    what = "published" if figures.get("is_published", True) else "own value"
    shown = [
        f"{x:.10g}" if isinstance(x, float) else str(x or "-") for x in (published, value, bound)
    ]
    return (
        f"{'ok  ' if figures['ok'] else 'FAIL'} {name:22} {what} {shown[0]:>16}  "
        f"value {shown[1]:>16}  bound {shown[2]:>16}  {figures['seconds']:7.2f} s  "
        f"{figures.get('why', '')}"
    ).rstrip()
