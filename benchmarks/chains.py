"""Designs a second of the dimensional chains in one batch, against one design at a time."""

import time

from wheelbase.catalogue import catalogue
from wheelbase.fit import sample
from wheelbase.study import load

DESIGNS = 20_000
ALONE = 50


def designs_per_second(study, facts, draws, times):
    parts = (study.platforms["clar_like"], study.bodies["sedan_d"], study.powertrains["bev"])
    begun = time.perf_counter()
    for seed in range(times):
        sample(*parts, facts, draws, seed)
    return draws * times / (time.perf_counter() - begun)


if __name__ == "__main__":
    facts = catalogue()
    study = load("clar-or-bespoke", facts)
    alone = designs_per_second(study, facts, 1, ALONE)
    batch = designs_per_second(study, facts, DESIGNS, 3)
    print(f"one at a time {alone:12,.0f} designs/s")
    print(f"in one batch  {batch:12,.0f} designs/s   {batch / alone:,.0f} x one at a time")
