"""What a plan brings on futures that its tree does not hold."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.grow import Grown, Stages, follow, tree_of
from wheelbase.plan.model import program_of
from wheelbase.plan.offer import Demand, Offer
from wheelbase.plan.outcome import Node
from wheelbase.plan.outlook import Paths
from wheelbase.plan.problem import MONEY, Options, Problem
from wheelbase.plan.tree import Tree
from wheelbase.plan.verb import Plan

__all__ = ["Rehearsal", "fan"]

Array = NDArray[np.float64]


def fan(futures: Paths, stages: Stages) -> Tree:
    """Return the tree in which every future goes its own way after the first stage.

    Nodes hold the means over their years; the first stage, in which nothing is known yet, is one
    node with the mean of all futures. Futures of probability zero are left out.
    """
    spans = stages.spans(futures.years)
    some = np.flatnonzero(futures.probability)
    chance, values = futures.probability[some], futures.values[some]
    means = [values[:, :, span.start : span.stop].mean(axis=2) for span in spans]
    rules = futures.rules[some]
    count = len(some)
    links = [(-1, 0, 1.0, 0)]
    for s in range(1, len(spans)):
        links += [
            (0 if s == 1 else len(links) - count + i, s, float(chance[i]),
             int(rules[i, spans[s].start]))
            for i in range(count)
        ]  # fmt: skip
    held = np.vstack([chance @ means[0], *means[1:]])
    return tree_of((futures.names, futures.regulation), stages, links, held)


class Rehearsal:
    """Futures on which plans are played; the operating programs are kept between them."""

    def __init__(
        self,
        futures: Paths,
        stages: Stages,
        offer: Offer,
        demand: Callable[[Tree], Demand],
        options: Options,
    ) -> None:
        """Prepare the futures.

        Args:
            futures: None of them used to grow a tree that is to be judged.
            stages: Those of the trees.
            offer: What may be built and sold.
            demand: Demand in the nodes of a tree.
            options: Capital and horizon.
        """
        tree = fan(futures, stages)
        self.futures, self.stages = futures, len(stages.starts)
        self.program = program_of(Problem(tree, offer, demand(tree), options))
        self.nodes = [Node(self.program, n) for n in range(self.program.nodes)]
        self.some = np.flatnonzero(futures.probability)

    @property
    def chance(self) -> Array:
        """(n,) probability of the futures."""
        return np.asarray(self.futures.probability[self.some])

    def play(self, grown: Grown, plan: Plan) -> Array:
        """Return the value (n,) of a plan on every future, EUR.

        At each stage a future does what the plan does in the node that it is nearest to; what is
        then standing is operated at its best.
        """
        where = follow(grown, self.futures)[self.some]
        node = np.concatenate([[0], where[:, 1:].T.ravel()])
        decided = plan.strategy[node].ravel()
        states = self.program.state_of(decided)
        costs = [n.cost(state)[0] for n, state in zip(self.nodes, states, strict=True)]
        return -self.program.futures(decided, np.array(costs)) / MONEY
