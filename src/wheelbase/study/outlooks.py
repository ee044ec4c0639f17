"""How the markets of a study may unfold, and what its buyers then ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost import PackPath
from wheelbase.plan import (
    CELL_PRICE,
    Assumed,
    Demand,
    Expected,
    Grown,
    History,
    Outlook,
    Paths,
    Regulation,
    Stages,
    Tree,
    between_markets,
    drift_to,
    outlook_of,
    paths,
    reduced_tree,
)
from wheelbase.study.load import Study
from wheelbase.study.spec_money import OutlookSpec

__all__ = ["World", "world_of"]

Array = NDArray[np.float64]

_SAMPLE = 4000
"""Futures that are reduced to a tree."""


@dataclass(frozen=True, slots=True)
class World:
    """The markets of a study as known on its day.

    Volumes are the maker's own cars, so that the share of a tree is the maker's.

    Args:
        study: The study.
        outlook: From its first year on.
        expected: What was known, and what it rests on.
        shift: (t,) by which the logit of every market's battery share was moved, so that the
            maker's mean is the study's.
    """

    study: Study
    outlook: Outlook
    expected: Expected = field(repr=False)
    shift: Array = field(repr=False)

    @property
    def spec(self) -> OutlookSpec:
        """The outlook of the study file."""
        spec = self.study.spec.plan.outlook
        assert spec is not None
        return spec

    @property
    def stages(self) -> Stages:
        """Stages of the plan."""
        return Stages(self.study.spec.plan.stages, self.study.spec.finance.last)

    def grow(self, leaves: int, rng: np.random.Generator) -> Grown:
        """Return a tree with about so many leaves, reduced from sampled futures.

        A market counts as much as its part of the volume, the battery price like a mean market.
        """
        parts = {id: market.part.value for id, market in self.spec.markets.items()}
        weight = {
            name: parts.get(name.partition("/")[2], 1 / len(parts)) for name in self.outlook.series
        }
        return reduced_tree(self.outlook, self.stages, leaves, rng, _SAMPLE, weight)

    def fresh(self, seed: int) -> Paths:
        """Return futures that grow no tree."""
        return paths(self.outlook, self.spec.paths, np.random.default_rng(seed))

    def demand(self, tree: Tree) -> Demand:
        """Return what buyers ask for in every node of a tree, and what batteries cost them more."""
        spec = self.study.spec
        kinds = {train: spec.powertrains[train].kind for train in spec.demand.rest}
        plug = {t: part for t, part in spec.demand.rest.items() if kinds[t] == "phev"}
        burn = {t: part for t, part in spec.demand.rest.items() if kinds[t] != "phev"}
        found = {}
        for market in self.spec.markets:
            bev, phev, cars = (
                np.array(tree.series[f"{kind}/{market}"]) for kind in ("bev", "phev", "volume")
            )
            share = {spec.electric: bev}
            plugged = np.zeros(len(bev)) if not plug else phev if burn else 1 - bev
            share |= {t: part / sum(plug.values()) * plugged for t, part in plug.items()}
            share |= {
                t: part / sum(burn.values()) * (1 - bev - plugged) for t, part in burn.items()
            }
            for body, part in spec.demand.bodies.items():
                for train, sold in share.items():
                    asked = np.maximum(cars * part * sold, 0.0)
                    found[body, train, market] = tuple(map(float, asked))
        return Demand(cars=found, cell_price=self._dearer(tree))

    def _dearer(self, tree: Tree) -> tuple[float, ...]:
        """Return what a node's batteries cost above the mean of its years and the maker bears."""
        mean = dict(zip(self.outlook.years, self.outlook.cell_price, strict=True))
        return tuple(
            self.spec.borne.value
            * (price - float(np.mean([mean[y] for y in range(start, start + years)])))
            for price, start, years in zip(
                tree.series[CELL_PRICE], tree.start, tree.years, strict=True
            )
        )


def world_of(study: Study, pack: PackPath, shares: Mapping[int, float]) -> World:
    """Return the markets of a study that has an outlook.

    Args:
        study: The study.
        pack: Path of the battery price; its base is the mean.
        shares: Year to the maker's mean battery share.

    Raises:
        DataError: Nothing was known of a market on the day of the study, or nobody forecast it.
    """
    spec, asked = study.spec, study.spec.plan.outlook
    assert asked is not None
    years = range(spec.base.date.year, spec.finance.last + 1)
    names = tuple(asked.markets)
    expected = outlook_of(
        study.facts,
        names,
        spec.base.date,
        spec.finance.last,
        Assumed(
            spread=spec.demand.spread.value,
            phev_spread=asked.plug_in_spread.value,
            volume_spread=asked.volume_spread.value,
            like={id: m.like for id, m in asked.markets.items() if m.like},
            cell_price={y: pack.at(y)[1] for y in years},
            price_spread=asked.price_spread.value,
            correlation=between_markets(names, asked.correlation.value),
            regulation=tuple(
                Regulation(id, way.probability.value, way.lift.value)
                for id, way in asked.regulation.items()
            ),
            revealed=asked.revealed,
        ),
        History.AS_PUBLISHED if asked.history == "published" else History.AS_REVISED,
    )
    skipped = spec.finance.first - spec.base.date.year
    outlook, shift = _moved(study, expected.outlook, skipped, shares)
    return World(study, outlook, expected, shift)


def _moved(
    study: Study, outlook: Outlook, skipped: int, shares: Mapping[int, float]
) -> tuple[Outlook, Array]:
    """Return the outlook from the first year of the study on, with its cars and mean share."""
    spec, asked = study.spec, study.spec.plan.outlook
    assert asked is not None
    years = outlook.years[skipped:]
    bev = np.array([m.bev[skipped:] for m in outlook.markets])
    phev = np.array([m.phev[skipped:] for m in outlook.markets])
    size = np.array([np.array(m.volume[skipped:]) / m.volume[skipped] for m in outlook.markets])
    part = np.array([asked.markets[m.name].part.value for m in outlook.markets])
    cars = spec.demand.volume.value * part[:, None] * size
    logit = np.log(bev) - np.log1p(-bev)
    wanted = np.array([shares[y] for y in years])
    shift = drift_to(wanted, logit.T, (cars / cars.sum(axis=0)).T)
    moved = 1 / (1 + np.exp(-logit - shift))
    plugged = phev / (1 - bev) * (1 - moved)
    markets = tuple(
        replace(
            m,
            bev=tuple(map(float, moved[i])),
            phev=tuple(map(float, plugged[i])),
            volume=tuple(map(float, cars[i])),
        )
        for i, m in enumerate(outlook.markets)
    )
    price = outlook.cell_price[skipped:]
    return replace(outlook, years=years, markets=markets, cell_price=price), shift
