"""Plans played on futures that grow no tree, against the plan that knows these futures."""

from dataclasses import replace

import numpy as np
import pytest
from small_maker import NEVER, NOW, OPTIONS, offer

from wheelbase.plan import (
    Demand,
    MarketOutlook,
    Outlook,
    Regulation,
    Rehearsal,
    Stages,
    fan,
    paths,
    plan,
    reduced_tree,
)

YEARS = tuple(range(2020, 2033))
STAGES = Stages((2020, 2024, 2028), 2032)


def outlook(spread, **changes):
    share = tuple(np.linspace(0.05, 0.5, 13))
    nothing = (0.0,) * 13
    market = MarketOutlook(name="eu", bev=share, phev=nothing, volume=(1e6,) * 13, spread=spread)
    return Outlook(years=YEARS, markets=(market,), **changes)


def asked(tree):
    share = np.array(tree.series["bev/eu"])
    return Demand(cars={("m", "petrol", "eu"): tuple(1e6 * (1 - share)),
                        ("m", "bev", "eu"): tuple(1e6 * share)})  # fmt: skip


@pytest.mark.parametrize("options", [OPTIONS, NEVER, NOW])
def test_without_uncertainty_a_plan_brings_what_it_promises(options):
    grown = reduced_tree(outlook(0.0), STAGES, 1, np.random.default_rng(1), n=50)
    promised = plan(grown.tree, offer(), asked(grown.tree), options)
    futures = paths(outlook(0.0), 3, np.random.default_rng(2))
    brought = Rehearsal(futures, STAGES, offer(), asked, options).play(grown, promised)
    assert brought == pytest.approx([promised.value] * 3, rel=1e-9)


def test_never_brings_what_the_plan_of_these_futures_does_without_a_launch():
    """No decision hangs on what is known, so the mean is the value of never on the fan."""
    futures = paths(outlook(0.3), 20, np.random.default_rng(3))
    grown = reduced_tree(outlook(0.3), STAGES, 6, np.random.default_rng(1), n=500)
    rehearsal = Rehearsal(futures, STAGES, offer(), asked, NEVER)
    brought = rehearsal.play(grown, plan(grown.tree, offer(), asked(grown.tree), NEVER))
    tree = fan(futures, STAGES)
    known = plan(tree, offer(), asked(tree), NEVER)
    assert rehearsal.chance @ brought == pytest.approx(known.value, rel=1e-9)
    assert np.ptp(brought) > 1e6


def test_no_policy_of_a_tree_beats_the_plan_that_knows_the_futures():
    futures = paths(outlook(0.3), 12, np.random.default_rng(4))
    grown = reduced_tree(outlook(0.3), STAGES, 6, np.random.default_rng(1), n=500)
    rehearsal = Rehearsal(futures, STAGES, offer(), asked, OPTIONS)
    tree = fan(futures, STAGES)
    known = plan(tree, offer(), asked(tree), OPTIONS).value
    for options in (OPTIONS, NEVER, NOW):
        found = plan(grown.tree, offer(), asked(grown.tree), options)
        assert rehearsal.chance @ rehearsal.play(grown, found) <= known + 1


def test_futures_under_other_rules_keep_their_probability_and_their_law():
    ways = (Regulation("loose", 0.9), Regulation("tight", 0.1))
    seen = outlook(0.2, regulation=ways, revealed=2024)
    futures = paths(seen, 10, np.random.default_rng(5))
    tree = fan(futures, STAGES)
    last = [n for n in range(len(tree.parent)) if tree.stage[n] == 2]
    assert len(last) == 10 and tree.branch[0] == "loose"
    assert sum(tree.probability[n] for n in last if tree.branch[n] == "tight") == pytest.approx(0.1)
    kept = replace(futures, probability=np.where(futures.rules[:, -1] == 0, 0.2, 0.0))
    assert set(fan(kept, STAGES).branch) == {"loose"}


def test_a_node_of_the_fan_holds_the_mean_of_its_future_over_its_years():
    futures = paths(outlook(0.3), 4, np.random.default_rng(6))
    tree = fan(futures, STAGES)
    share = futures.of("bev/eu")
    assert tree.series["bev/eu"][0] == pytest.approx(share[:, :4].mean())
    assert tree.series["bev/eu"][1:5] == pytest.approx(share[:, 4:8].mean(axis=1))
    assert tree.series["bev/eu"][5:] == pytest.approx(share[:, 8:].mean(axis=1))
    assert tree.parent == (-1, 0, 0, 0, 0, 1, 2, 3, 4)
