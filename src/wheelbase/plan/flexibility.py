"""Which plant should be able to build what: designs compared, next links, how many are enough."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from wheelbase.plan.designs import standard_designs
from wheelbase.plan.evaluation import Figure, Outcome, Sampling, evaluate
from wheelbase.plan.links import (
    Curve,
    Gain,
    Search,
    ahead,
    best_design,
    link_curve,
    next_links,
)
from wheelbase.plan.links_proof import Proof, prove
from wheelbase.plan.network import Design, Network

__all__ = ["FLEXIBILITY_LEAVES_OUT", "Flexibility", "flexibility"]

FLEXIBILITY_LEAVES_OUT = (
    "departments of a plant (body, paint, assembly): a link is the whole of it",
    "years: demand is that of one year, capacity stands, nothing is stored or sold later",
    "tariffs, transport, wages and minimum loads of plants: a car earns the same from each",
    "buyers who take another model when theirs is sold out",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flexibility:
    """What flexibility between plants and products is worth, and where.

    Args:
        network: Plants, products, possible links.
        outcomes: What each design sells, by its name; "best" is that of the search, "enough" that
            of the knee.
        start: The design that stands, from which links are added.
        links: What each single link would bring the start, the best first.
        search: The best design found.
        ahead: What it earns more than the start, EUR/yr, links paid; over the draws compared on,
            which the search has not seen.
        curve: Links against the captured share of total flexibility.
        proof: How far the best design can be from optimal; none where it was not tried.
    """

    network: Network = field(repr=False)
    outcomes: dict[str, Outcome]
    start: str
    links: tuple[Gain, ...]
    search: Search
    ahead: Figure
    curve: Curve = field(repr=False)
    proof: Proof | None
    leaves_out: tuple[str, ...] = field(default=FLEXIBILITY_LEAVES_OUT, repr=False)


def flexibility(
    network: Network,
    designs: Sequence[Design] = (),
    sampling: Sampling | None = None,
    executor: Executor | None = None,
) -> Flexibility:
    """Return which plant should be able to build what.

    Args:
        network: Plants, products, possible links and those that stand.
        designs: Designs to compare beside none, pairs, chain and total.
        sampling: Draws, seed, and how long a proof may take.
        executor: Workers, if any; the results are the same without.

    Raises:
        DataError: Designs that the network does not allow.
    """
    sampling = sampling or Sampling()
    standard = standard_designs(network)
    network.check([*standard, *designs])
    start = next((d for d in standard if d.name == "today"), standard[0])
    coarse = replace(sampling, draws=sampling.search, seed=sampling.seed + 1)
    search = best_design(network, start, coarse, executor)
    curve = link_curve(network, start, coarse, executor)
    enough = Design("enough", curve.at(curve.knee).pairs)
    compared = evaluate(network, [*standard, *designs, search.design, enough], sampling, executor)
    proof = None
    if sampling.proof:
        few = replace(sampling, draws=sampling.proof)
        proof = prove(network, search.design, few, limit=sampling.limit)
    return Flexibility(
        network=network,
        outcomes={outcome.design.name: outcome for outcome in compared},
        start=start.name,
        links=next_links(network, start, sampling, executor, search.design.pairs),
        search=search,
        ahead=ahead(network, start, search.design, sampling),
        curve=curve,
        proof=proof,
    )
