"""The role `fact`: a figure of the catalogue as it stands today, with its status and source.

{fact}`vehicle_constant:air-density`          the one figure of an entry
{fact}`engine_technology:diesel:friction`     a field of it
"""

from functools import cache

from docutils import nodes

from wheelbase.catalogue import Catalogue, catalogue

__all__ = ["setup"]


@cache
def _facts() -> Catalogue:
    return catalogue()


def _fact(name, rawtext, text, lineno, inliner, options=None, content=()):
    shelf, id, *field = text.split(":")
    try:
        origins = getattr(_facts(), shelf).origins
        wanted = field or _figures(origins, id)
        (found,) = (origins[id, f] for f in wanted)
    except (AttributeError, KeyError, ValueError):
        message = inliner.reporter.error(f"no fact {text!r} in the catalogue", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    unit = "" if found.unit == "-" else f" {found.unit}"
    said = f"{found.status}: {found.source}, {found.page or found.place}"
    return [nodes.abbreviation(rawtext, f"{found.value}{unit}", explanation=said)], []


def _figures(origins, id):
    """Return the fields of an entry that are its figure: no words, no ends of an interval."""
    words = ("text", "id", "date")
    return [
        name
        for (owner, name), origin in origins.items()
        if owner == id and origin.unit not in words and not name.endswith(("_low", "_high"))
    ]


def setup(app):
    """Make the role known."""
    app.add_role("fact", _fact)
