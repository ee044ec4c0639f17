"""Families of constraints among the decisions; each docstring is its formula.

u launches, v line blocks, h top hats, g links, s sources; n a node, a(n) the nodes on its path.
"""

from collections.abc import Callable, Iterator, Mapping

from wheelbase.plan.problem import Problem, StrategyRow
from wheelbase.plan.solver import INFINITY

__all__ = ["STRATEGY", "block", "launch", "launch_window", "once", "pick", "site_limit"]
__all__ += ["commitment", "launch_once", "link_once", "source_once", "top_hat", "top_hat_once"]
__all__ += ["block_usable", "top_hat_usable"]


def launch(platform: str, node: int) -> str:
    """Return the name of the column that launches a platform."""
    return f"launch {platform} [{node}]"


def block(name: str, plant: str, node: int) -> str:
    """Return the name of the column that counts line blocks."""
    return f"block {name} {plant} [{node}]"


def top_hat(model: str, platform: str, node: int) -> str:
    """Return the name of the column that offers a model on a platform."""
    return f"top hat {model} {platform} [{node}]"


def once(kind: str, first: str, second: str, node: int) -> str:
    """Return the name of the column of a link or of a source."""
    return f"{kind} {first} {second} [{node}]"


def pick(component: str, source: str, node: int) -> str:
    """Return the name of the column that changes a component to a source."""
    return once("source", component, source, node)


def launch_once(p: Problem) -> Iterator[StrategyRow]:
    """sum of u[n, k] over the path to a leaf <= 1."""
    for platform in p.offer.launchable:
        for leaf in sorted(p.leaves):
            terms = {launch(platform.id, n): 1.0 for n in p.tree.path(leaf)}
            yield StrategyRow(f"launch_once {platform.id} [{leaf}]", terms, -INFINITY, 1.0)


def launch_window(p: Problem) -> Iterator[StrategyRow]:
    """u[n, k] = 0 outside the window of k; sum over the path = 1 where k must be launched."""
    for platform in p.offer.launchable:
        id = platform.id
        window = p.options.windows.get(id, (p.tree.start[0], max(p.tree.start)))
        inside = [n for n in range(p.nodes) if window and window[0] <= p.tree.start[n] <= window[1]]
        for n in range(p.nodes):
            if n not in inside:
                yield StrategyRow(f"launch_window {id} [{n}]", {launch(id, n): 1.0}, 0.0, 0.0)
        if id in p.options.must:
            for leaf in sorted(p.leaves):
                terms = {launch(id, n): 1.0 for n in p.tree.path(leaf) if n in inside}
                yield StrategyRow(f"launch_must {id} [{leaf}]", terms, 1.0, 1.0)


def block_usable(p: Problem) -> Iterator[StrategyRow]:
    """sum over plants of Z[n, l, j] <= K U[n, k(j)]: blocks stand where the platform can start."""
    for item in p.offer.blocks:
        platform = p.offer.platform(item.platform)
        most = float(sum(plant.most_blocks for plant in p.offer.plants))
        if most == 0:
            continue
        for n in range(p.nodes):
            terms = {
                block(item.id, plant.id, m): 1.0
                for m in p.before(n, item.lead)
                for plant in p.offer.plants
            }
            if not terms:
                continue
            terms |= {launch(platform.id, m): -most for m in p.before(n, platform.lead)}
            yield StrategyRow(f"block_usable {item.id} [{n}]", terms, -INFINITY, 0.0)


def site_limit(p: Problem) -> Iterator[StrategyRow]:
    """sum over block types and the path of v[n, l, j] <= blocks that the site of l can take."""
    if not p.offer.blocks:
        return
    for plant in p.offer.plants:
        for leaf in sorted(p.leaves):
            terms = {
                block(item.id, plant.id, n): 1.0
                for item in p.offer.blocks
                for n in p.tree.path(leaf)
            }
            high = float(plant.most_blocks)
            yield StrategyRow(f"site_limit {plant.id} [{leaf}]", terms, -INFINITY, high)


def commitment(p: Problem) -> Iterator[StrategyRow]:
    """sum over plants of Z[leaf, l, j] >= the blocks that must stand."""
    for name, least in p.options.least_blocks.items():
        item = p.block_of(name)
        for leaf in sorted(p.leaves):
            terms = {
                block(name, plant.id, n): 1.0
                for n in p.before(leaf, item.lead)
                for plant in p.offer.plants
            }
            yield StrategyRow(f"commitment {name} [{leaf}]", terms, float(least), INFINITY)


def top_hat_once(p: Problem) -> Iterator[StrategyRow]:
    """sum of h[n, m, k] over the path to a leaf <= 1."""
    for item in p.offer.derivatives:
        for leaf in sorted(p.leaves):
            terms = {top_hat(item.model, item.platform, n): 1.0 for n in p.tree.path(leaf)}
            name = f"top_hat_once {item.model} {item.platform} [{leaf}]"
            yield StrategyRow(name, terms, -INFINITY, 1.0)


def top_hat_usable(p: Problem) -> Iterator[StrategyRow]:
    """H[n, m, k] <= U[n, k]: a model is offered where its platform can start."""
    for item in p.offer.derivatives:
        platform = p.offer.platform(item.platform)
        if platform.running:
            continue
        for n in range(p.nodes):
            terms = {top_hat(item.model, platform.id, m): 1.0 for m in p.before(n, item.lead)}
            if not terms:
                continue
            terms |= {launch(platform.id, m): -1.0 for m in p.before(n, platform.lead)}
            name = f"top_hat_usable {item.model} {platform.id} [{n}]"
            yield StrategyRow(name, terms, -INFINITY, 0.0)


def link_once(p: Problem) -> Iterator[StrategyRow]:
    """sum of g[n, l, m] over the path to a leaf <= 1."""
    for item in p.offer.links:
        for leaf in sorted(p.leaves):
            terms = {once("link", item.plant, item.model, n): 1.0 for n in p.tree.path(leaf)}
            name = f"link_once {item.plant} {item.model} [{leaf}]"
            yield StrategyRow(name, terms, -INFINITY, 1.0)


def source_once(p: Problem) -> Iterator[StrategyRow]:
    """sum over sources and the path of s[n, c, i] <= 1: a component changes its source once."""
    for item in p.offer.components:
        others = [source.id for source in item.sources if not source.running]
        if not others:
            continue
        for leaf in sorted(p.leaves):
            terms = {pick(item.id, id, n): 1.0 for id in others for n in p.tree.path(leaf)}
            yield StrategyRow(f"source_once {item.id} [{leaf}]", terms, -INFINITY, 1.0)


STRATEGY: Mapping[str, Callable[[Problem], Iterator[StrategyRow]]] = {
    family.__name__: family
    for family in (
        launch_once,
        launch_window,
        block_usable,
        site_limit,
        commitment,
        top_hat_once,
        top_hat_usable,
        link_once,
        source_once,
    )
}
