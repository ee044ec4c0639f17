"""The maker whose timing is tested: invented figures."""

import numpy as np

from wheelbase.decide import TimingInputs, Varied

YEARS = tuple(range(2020, 2041))
SHARE = np.interp(YEARS, [2020, 2025, 2030, 2040], [0.03, 0.10, 0.25, 0.50])
ONE = np.ones(len(YEARS))
BASE = TimingInputs(
    years=YEARS,
    mean_share=SHARE,
    spread=0.28,
    cars=2.2e6,
    penalty=2300 * ONE,
    compatibility=60.0,
    margin=8000.0,
    flexible_capacity=2.2e6,
    block_size=150e3,
    block_cost=1050e6,
    block_fixed=30e6,
    development=1500e6,
    lead=4,
    life=10.0,
    wacc=0.08,
    terminal=8.0,
)
VARIED = (
    Varied("penalty", "penalty", "EUR", 1200 * ONE, 2300 * ONE, 3000 * ONE),
    Varied("block_cost", "block", "MEUR", 0.85e9, 1.05e9, 1.8e9, 1e-6),
    Varied("mean_share", "share", "%", SHARE * 0.7, SHARE, SHARE * 1.3, 100.0),
    Varied("wacc", "wacc", "%", 0.06, 0.08, 0.11, 100.0),
)
