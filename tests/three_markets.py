"""Three markets with rising battery shares, invented."""

import numpy as np

from wheelbase.plan import MarketOutlook

YEARS = tuple(range(2024, 2036))
MARKETS = ("europe", "china", "usa")


def rising(start, end):
    return tuple(float(v) for v in np.linspace(start, end, len(YEARS)))


def market(name, **changes):
    figures = {"bev": rising(0.12, 0.6), "phev": rising(0.07, 0.1), "volume": rising(9e6, 1e7),
               "spread": 0.28, "phev_spread": 0.2, "volume_spread": 0.04}  # fmt: skip
    return MarketOutlook(name=name, **figures | changes)
