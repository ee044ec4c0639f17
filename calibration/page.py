"""Tables that scripts write into a page, between two marks."""

import sys
from pathlib import Path


def marks(name):
    """Return the marks before and after the tables of a name."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def replaced(page, name, found):
    """Return a page with what stands between the marks of a name replaced."""
    begin, end = marks(name)
    before, rest = page.split(begin)
    return f"{before}{begin}\n{found}\n{end}{rest.split(end)[1]}"


def main(name, tables):
    """Print the tables, or write them into the page that the command line names."""
    if len(sys.argv) > 1:
        file = Path(sys.argv[1])
        file.write_text(replaced(file.read_text("utf-8"), name, tables()), "utf-8")
    else:
        print(tables())
