"""Tool sets: how many versions of a tool a platform needs for the powertrains it carries."""

from collections.abc import Mapping

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.fit.chain import constants_of
from wheelbase.fit.envelope import placed_points
from wheelbase.fit.family import FOR_FLOOR_PACKS

__all__ = ["ToolSets", "own_tools", "tool_sets"]

_Version = tuple[tuple[str, float], ...]
ToolSets = dict[str, dict[_Version, tuple[str, ...]]]
"""Tool group to its versions: values of its hard points (m) to the powertrains on it."""


def _version(train: Powertrain, names: tuple[str, ...], points: Mapping[str, float]) -> _Version:
    """Return the values of a tool's hard points for one powertrain, to a tenth of a millimetre.

    Points of an underfloor pack count for battery cars alone.
    """
    counted = (n for n in names if train.kind == "bev" or n not in FOR_FLOOR_PACKS)
    return tuple((name, round(points[name], 4)) for name in counted)


def tool_sets(platform: Platform, body: Body, facts: Catalogue) -> ToolSets:
    """Return each tool group's versions: values of its hard points (m) to the powertrains on it.

    Two powertrains with equal values share one version and pay for it once.
    """
    c = constants_of(facts)
    points = {train.id: placed_points(platform, body, train, c) for train in platform.powertrains}
    sets: ToolSets = {}
    for group, names in platform.tool_groups.items():
        versions: dict[_Version, tuple[str, ...]] = {}
        for train in platform.powertrains:
            version = _version(train, names, points[train.id])
            versions[version] = (*versions.get(version, ()), train.id)
        sets[group] = versions
    return sets


def own_tools(
    platform: Platform, body: Body, powertrain: Powertrain, facts: Catalogue
) -> tuple[str, ...]:
    """Return the tool groups of which a powertrain needs another version than the platform's first.

    Empty where it goes onto the tools of the first powertrain that the platform carries.
    """
    c, first = constants_of(facts), platform.powertrains[0]
    own = placed_points(platform, body, powertrain, c)
    shared = placed_points(platform, body, first, c)
    return tuple(
        group
        for group, names in platform.tool_groups.items()
        if _version(powertrain, names, own) != _version(first, names, shared)
    )
