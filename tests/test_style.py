"""The house rules that a script can see."""

import ast
import csv
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "wheelbase"
MODULES = sorted(p for p in SOURCE.rglob("*.py"))
CODE = sorted(
    p
    for folder in ("src", "tests", "benchmarks", "calibration")
    for p in (ROOT / folder).rglob("*.py")
)
ALIASES = {
    "Array",
    "Flags",
    "Index",
    "Results",
    "Figures",
    "Span",
}  # names of types, for reading only
UNIT_LITERALS = {3.6, 3600, 3.6e6, 1 / 3.6}


def name_of(path):
    return str(path.relative_to(ROOT))


def module_of(path):
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(p for p in parts if p != "__init__")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_numbers_change_their_unit_in_units_only(path):
    if path == SOURCE / "units.py":
        return
    constants = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant)]
    found = [
        n.lineno for n in constants if type(n.value) in (int, float) and n.value in UNIT_LITERALS
    ]
    assert not found, f"unit literals in lines {found}; use wheelbase.units"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_all_names_exactly_what_is_public(path):
    if path.name == "__main__.py":
        return
    tree = ast.parse(path.read_text())
    module = importlib.import_module(module_of(path))
    defined = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Assign):
            defined |= {t.id for t in node.targets if isinstance(t, ast.Name)} - ALIASES
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            defined.add(node.target.id)
    public = {n for n in defined if not n.startswith("_")}
    named = set(getattr(module, "__all__", ()))
    lazy = "__getattr__" in defined
    if path.name == "__init__.py":
        assert public <= named, f"not in __all__: {sorted(public - named)}"
    else:
        assert public == named, f"__all__ differs by {sorted(public ^ named)}"
    assert lazy or all(hasattr(module, n) for n in named)


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_no_file_and_no_function_is_too_long(path):
    text = path.read_text()
    assert text.count("\n") <= 400, "split this file"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= 60, f"{node.name} has {lines} lines"


def test_every_fact_has_a_status_and_a_source_that_resolves():
    bib = (SOURCE / "catalogue" / "sources.bib").read_text()
    keys = set(re.findall(r"^@\w+\{([^,]+),", bib, re.M))
    rows = [
        (f"{path.name}:{line}", row)
        for path in sorted((SOURCE / "catalogue" / "facts").glob("*.csv"))
        for line, row in enumerate(csv.DictReader(path.read_text("utf-8").splitlines()), start=2)
    ]
    assert len(rows) > 500
    bad = [
        place
        for place, row in rows
        if row["source"] not in keys
        or row["status"] not in ("certified", "published", "derived", "estimate")
    ]
    assert not bad


def test_every_source_is_used():
    from wheelbase.catalogue import catalogue

    facts = catalogue()
    used = {o.source for shelf in facts.shelves for o in shelf.origins.values()}
    assert not sorted(set(facts.sources) - used), "sources without a fact"


def test_no_registry_host_and_no_path_of_a_machine_is_committed():
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    pattern = re.compile(r"files\.pythonhosted|registry\.npmjs|/work/|/home/\w|/root/")
    found = []
    for name in files.stdout.split("\n"):
        path = ROOT / name
        if not name or not path.is_file() or path == Path(__file__):
            continue
        if path.suffix in (
            ".py",
            ".md",
            ".toml",
            ".txt",
            ".csv",
            ".bib",
            ".yaml",
            ".json",
            ".cff",
        ) and (pattern.search(path.read_text(encoding="utf-8"))):
            found.append(name)
    assert not found


def test_importing_wheelbase_loads_no_heavy_library():
    heavy = ["pandas", "ortools", "highspy", "duckdb", "starlette", "uvicorn", "typer", "rich"]
    code = f"import wheelbase, sys; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
