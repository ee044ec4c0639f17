"""Tool sets: how many versions of a tool a platform needs for the powertrains it carries."""

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.fit.chain import Constants, constants_of
from wheelbase.fit.envelope import placed_points
from wheelbase.fit.family import FOR_FLOOR_PACKS

__all__ = ["own_tools", "tool_sets"]


def _version(
    platform: Platform, body: Body, train: Powertrain, names: tuple[str, ...], c: Constants
) -> tuple[tuple[str, float], ...]:
    """Return the values of a tool's hard points for one powertrain, to a tenth of a millimetre.

    Points of an underfloor pack count for battery cars alone.
    """
    points = placed_points(platform, body, train, c)
    counted = (n for n in names if train.kind == "bev" or n not in FOR_FLOOR_PACKS)
    return tuple((name, round(points[name], 4)) for name in counted)


def tool_sets(
    platform: Platform, body: Body, facts: Catalogue
) -> dict[str, dict[tuple[tuple[str, float], ...], tuple[str, ...]]]:
    """Return each tool group's versions: values of its hard points (m) to the powertrains on it.

    Two powertrains with equal values share one version and pay for it once.
    """
    c = constants_of(facts)
    sets: dict[str, dict[tuple[tuple[str, float], ...], tuple[str, ...]]] = {}
    for group, names in platform.tool_groups.items():
        versions: dict[tuple[tuple[str, float], ...], tuple[str, ...]] = {}
        for train in platform.powertrains:
            version = _version(platform, body, train, names, c)
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
    return tuple(
        group
        for group, names in platform.tool_groups.items()
        if _version(platform, body, powertrain, names, c)
        != _version(platform, body, first, names, c)
    )
