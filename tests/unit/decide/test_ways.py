"""Ways, portfolios, causes, values, regret, maps, renewal and what would have to be true."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from wheelbase.decide import (
    Licence,
    Policy,
    Scope,
    Segment,
    Varied,
    break_even,
    causes,
    chosen_inputs,
    decide,
    judge,
    portfolios,
    renewal,
    solve,
    time_launch,
    tornado,
    weigh,
)
from wheelbase.decide.paths import followed, foreseen, mean_plan, sampled
from wheelbase.decide.timing import backward, known_world, world_of
from wheelbase.errors import DataError


def test_one_pass_values_every_fixed_year_as_a_run_of_its_own(case):
    found = solve(case.base)
    for t, year in enumerate(case.base.years[::5]):
        alone = solve(case.base, year=year).value[0]
        assert found.fixed[5 * t, 0] == pytest.approx(alone, rel=1e-12)
    assert found.never[0] == pytest.approx(solve(case.base, Policy.NEVER).value[0], rel=1e-12)


def test_without_volatility_the_rule_is_the_best_fixed_year(case):
    """With a share known for certain there is nothing to wait for; the lattice has one path."""
    still = replace(case.base, spread=0.0)
    share = np.asarray(still.mean_share)[:, None]
    known = backward(still, known_world(share, share[-1]))
    found = solve(still)
    assert found.value[0] == pytest.approx(known.value[0], rel=1e-9)
    assert found.value[0] == pytest.approx(max(found.fixed.max(), found.never[0]), rel=1e-12)
    assert time_launch(still).adaptivity == pytest.approx(0, abs=1.0)


def test_a_launch_pays_its_charges_in_the_closed_form_of_an_annuity(case):
    """With no line worth building, a start in year t costs the annuity until the end, and that."""
    idle = replace(case.base, penalty=0 * case.one, compatibility=0.0)
    r, life, invest = 0.08, 10, 1500e6
    charge = invest * r / (1 - (1 + r) ** -life)
    for t in (0, 7, 16):
        last = len(idle.years) - 1
        paid = sum((1 + r) ** -k for k in range(t + 1, last + 1))
        after = sum((1 + r) ** -(last + k) for k in range(1, 9))
        cost = charge * (paid + after) * (1 + r) ** -0.5
        found = solve(idle)
        assert found.never[0] - found.fixed[t, 0] == pytest.approx(cost, rel=1e-9)


def test_who_stays_flexible_pays_the_same_whatever_others_may_do(case):
    tight = replace(case.base, flexible_capacity=3e5)
    judged = judge(tight, portfolios(case.segments, len(tight.years)))
    assert np.ptp(judged.of("never"), axis=0) == pytest.approx(0, abs=1e-3)


def test_a_single_segment_apart_can_be_the_best_way(case):
    """A platform that only the dear half needs: its lines pay there and nowhere else."""
    apart = (
        Segment("sedan", "sedan", 0.5, -1400 * case.one),
        Segment("suv", "SUV", 0.5, 1400 * case.one),
    )
    chosen = portfolios(apart, len(case.base.years))
    judged = judge(replace(case.base, development=300e6, penalty=1500 * case.one), chosen)
    assert judged.way() == "mixed"
    assert chosen[int(judged.portfolio[0])].segments == ("suv",)


def test_equal_segments_gain_nothing_by_going_apart(case):
    same = (Segment("a", "a", 0.3, 0 * case.one), Segment("b", "b", 0.7, 0 * case.one))
    judged = judge(case.base, portfolios(same, len(case.base.years)))
    assert judged.values["mixed"][0] <= judged.value[0]
    assert judged.way() != "mixed"


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_portfolios_are_the_proper_subsets_of_three_and_single_ones_of_more(case, count):
    some = [Segment(str(k), str(k), 1 / count, 0 * case.one) for k in range(count)]
    found = [p.segments for p in portfolios(some, len(case.base.years))]
    assert found[0] == tuple(s.id for s in some)
    assert len(found) == {1: 1, 2: 3, 3: 7, 4: 5}[count]


def test_segments_that_do_not_add_up_are_refused(case):
    years = len(case.base.years)
    with pytest.raises(DataError, match="sum to 0.9"):
        portfolios([Segment("a", "a", 0.9, 0 * case.one)], years)
    with pytest.raises(DataError, match="mean over the parts must be zero"):
        portfolios([Segment("a", "a", 1.0, case.one)], years)
    with pytest.raises(DataError, match="segments: a: part -1"):
        portfolios([Segment("a", "a", -1.0, case.one)], years)


def test_the_best_way_comes_first_and_the_shares_of_the_draws_sum_to_one(answer):
    assert answer.ways[0].way == answer.which and answer.ways[0].behind == 0
    behind = [w.behind for w in answer.ways]
    assert behind == sorted(behind)
    assert sum(w.wins for w in answer.ways) == pytest.approx(1)
    assert answer.agreement == answer.ways[0].wins


def test_the_first_cars_are_sold_in_the_year_after_the_start_of_production(case):
    """A penalty in one year alone: a platform decided in 2020, four years before, spares it."""
    none = replace(case.base, spread=0.0, penalty=0 * case.one, compatibility=0.0, block_cost=0.0,
                   block_fixed=0.0)  # fmt: skip
    spared = []
    for t, year in enumerate(none.years[:8]):
        found = solve(replace(none, penalty=1e4 * (np.arange(len(case.one)) == t)))
        development = solve(none)
        gain = (found.fixed[0, 0] - found.never[0]) - (
            development.fixed[0, 0] - development.never[0]
        )
        spared += [year] if gain > 1e6 else []
    assert spared == [2025, 2026, 2027]


def test_production_starts_a_lead_after_the_decision(answer):
    t = answer.timing
    assert sum(t.production.values()) + t.never == pytest.approx(1)
    chance = dict(zip(t.years, t.decision, strict=True))
    assert all(p == chance[year - t.lead] for year, p in t.production.items())


def test_near_years_make_the_optimum_flat_and_the_answer_says_so(answer):
    best = max(answer.timing.fixed.values())
    near = [y for y, v in answer.timing.fixed.items() if v >= 0.98 * best]
    assert list(answer.flat.years) == near and len(near) > 1


def test_causes_sum_to_the_value_of_the_start_and_without_any_nothing_is_gained(case):
    tight = replace(case.base, flexible_capacity=6e5)
    found = causes(tight, case.parts, 2022)
    judged = solve(tight)
    gain = judged.fixed[2, 0] - judged.never[0]
    assert found.gain == pytest.approx(gain)
    assert sum(c.share for c in found.causes) == pytest.approx(gain)
    assert sum(found.kind(k) for k in ("speed", "cost", "packaging")) == pytest.approx(gain)
    by_name = {c.id: c for c in found.causes}
    assert by_name["investment"].share < 0 < by_name["packaging"].share
    assert by_name["lost_sales"].change < 0
    free = replace(
        tight, penalty=0 * case.one, compatibility=0.0, flexible_capacity=1e12,
        development=0.0, block_cost=0.0, block_fixed=0.0, lead=1,
    )  # fmt: skip
    nothing = solve(free)
    assert nothing.fixed[2, 0] - nothing.never[0] == pytest.approx(0, abs=1e-3)


def test_switching_packaging_off_is_a_run_without_its_part_of_the_penalty(case):
    found = {c.id: c for c in causes(case.base, case.parts, 2022).causes}["packaging"]
    alone = time_launch(replace(case.base, penalty=800 * case.one))
    assert found.without.never == pytest.approx(alone.never)
    assert found.without.option_value == pytest.approx(alone.option_value)


def test_causes_refuse_parts_that_miss_the_penalty_and_a_year_outside(case):
    with pytest.raises(DataError) as caught:
        causes(case.base, case.parts[:1], 2055)
    assert "parts of the penalty miss it by EUR 1500" in str(caught.value)
    assert "causes: year: 2055" in str(caught.value)


def test_the_three_stages_stand_in_their_order(answer):
    s = answer.stages
    assert s.mean <= s.optimal <= s.foreseen
    values = {p.id: p for p in answer.values}
    assert values["vss"].value == pytest.approx(s.optimal - s.mean)
    assert values["evpi_share"].value == pytest.approx(s.foreseen - s.optimal)
    assert all(p.value >= -1.0 for p in answer.values)


def test_a_rule_followed_on_paths_earns_its_value_and_never_beats_foresight(case):
    world = world_of(case.base)
    best = backward(case.base, world)
    paths = sampled(world, 4000, 1)
    worth = followed(case.base, world, best, paths)
    error = worth.std() / np.sqrt(len(worth))
    assert abs(worth.mean() - best.value[0]) < 4 * error
    assert np.all(foreseen([case.base], world, paths) - worth > -1.0)


def test_the_plan_for_the_mean_share_is_the_best_fixed_year_of_a_certain_world(case):
    gain, year, launches = mean_plan(case.base)
    share = np.asarray(case.base.mean_share)[:, None]
    known = backward(case.base, known_world(share, share[-1]))
    fixed = (known.fixed - known.never)[: -case.base.lead, 0]
    assert launches[0] and year[0] == np.argmax(fixed)
    assert gain[0] == pytest.approx(fixed.max())


def test_regret_covers_policies_of_all_kinds_and_a_licence(case):
    deal = Licence("meb", "licensed platform", lead=2, development=400e6, fee=200.0)
    found = decide(case.base, case.varied, 10, 5, replace(case.scope, licences=(deal,))).regret
    table = np.array(found.regret)
    assert table.shape == (len(found.policies), len(found.futures)) and table.min() >= 0
    assert found.policies[0] == "flexible for ever"
    assert found.policies[-1] == "licensed platform now"
    assert any("alone" in p for p in found.policies)
    worst = table.max(axis=1)
    assert worst[found.minimax] == worst.min()
    base = found.futures.index("base")
    licensed = solve(replace(case.base, lead=2, development=400e6, fee=200.0), Policy.NOW)
    own = table[1, base] + solve(case.base, Policy.NOW).value[0]
    assert table[-1, base] == pytest.approx(own - licensed.value[0], abs=1e-3)


def test_what_would_have_to_be_true_does_make_it_true_and_less_does_not(case, answer):
    chosen = portfolios(case.segments, len(case.base.years))
    found = {t.way: t for t in answer.truths}
    assert answer.which not in found and set(found) | {answer.which} == {w.way for w in answer.ways}
    moves = [(t.way, m) for t in found.values() for m in t.singles]
    assert moves
    for way, move in moves:
        here, short = (0.5 + move.halves * part / 2 for part in (1.0, 0.7))
        cells = replace(case.base, **{move.varied.name: move.varied.at(np.array([here, short]))})
        judged = judge(cells, chosen)
        assert judged.way(0) == way and judged.way(1) != way
    together = [t for t in found.values() if t.joint is not None]
    assert together
    for truth in together:
        at = {m.varied.name: m.varied.at(np.array([0.5 + m.halves / 2])) for m in truth.moved}
        assert judge(replace(case.base, **at), chosen).way() == truth.way
        assert truth.joint <= min((abs(m.halves) for m in truth.singles), default=truth.searched)


def test_nothing_that_helps_is_said_as_none(case):
    """Without a penalty to move, no cost of capital makes a bespoke platform pay."""
    idle = replace(case.base, penalty=0 * case.one, compatibility=0.0)
    certain = Varied("penalty", "penalty", "EUR", 0 * case.one, 0 * case.one, 0 * case.one)
    block = Varied("block_cost", "block", "MEUR", 1.0e9, 1.05e9, 1.1e9, 1e-6)
    found = decide(idle, (certain, block, case.varied[2]), 5, 1)
    assert found.which == "flexible"
    for truth in found.truths:
        assert truth.joint is None and truth.singles == () and truth.moved == ()


def test_any_two_inputs_make_a_map_whose_cells_are_single_runs(case):
    x, y = chosen_inputs(case.varied, ("wacc", "mean-share"))
    found = break_even(case.base, x, y, size=4)
    position = y.position_of(np.array(found.y_values))[2:3]
    one = replace(case.base, wacc=found.x_values[1], mean_share=y.at(position)[:, 0])
    alone = time_launch(one)
    assert found.never[2][1] == pytest.approx(alone.never, abs=1e-9)
    assert found.median[2][1] == alone.p50
    assert np.mean(y.at(position)) == pytest.approx(found.y_values[2])


def test_on_the_line_of_indifference_half_of_the_futures_never_start(case):
    x, y = case.varied[:2]
    found = break_even(case.base, x, y, size=16)
    assert found.line
    inner = [p for p in found.line if x.low[0] < p[0] < x.high[0]]
    shares = []
    for at, cost in inner[:: max(len(inner) // 4, 1)]:
        shares.append(time_launch(replace(case.base, penalty=at * case.one, block_cost=cost)).never)
    assert np.abs(np.array(shares) - 0.5).max() < 0.2
    ends = [
        time_launch(replace(case.base, penalty=p * case.one, block_cost=b)).never >= 0.5
        for p, b in ((1200, 1.8e9), (3000, 0.85e9))
    ]
    assert found.crosses and ends == [True, False]


def test_a_map_of_unknown_equal_or_certain_inputs_is_refused(case):
    certain = Varied("life", "life", "yr", 10.0, 10.0, 10.0)
    with pytest.raises(DataError) as caught:
        chosen_inputs((*case.varied, certain), ("pennalty", "life"))
    assert "did you mean 'penalty'?" in str(caught.value)
    assert "'life' has no interval" in str(caught.value)
    with pytest.raises(DataError, match="two inputs that differ"):
        chosen_inputs(case.varied, ("wacc", "wacc"))
    with pytest.raises(DataError, match="map: no input"):
        decide(case.base, case.varied, 5, 1, Scope(maps=("nothing", "wacc")))


@pytest.fixture(scope="module", params=["threads", "processes"])
def executor(request):
    if request.param == "threads":
        pool = ThreadPoolExecutor(2)
    else:
        pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    with pool:
        yield pool


def test_any_executor_gives_the_serial_result_to_the_last_bit(case, executor):
    x, y = case.varied[:2]
    assert break_even(case.base, x, y, size=9, executor=executor) == break_even(
        case.base, x, y, size=9
    )
    assert tornado(case.base, case.varied, executor) == tornado(case.base, case.varied)
    scope = replace(case.scope, executor=executor)
    here, there = (decide(case.base, case.varied, 40, 3, s) for s in (case.scope, scope))
    for name in ("ways", "robustness", "regret", "truths", "map", "further_map", "values", "flips"):
        assert getattr(here, name) == getattr(there, name), name


def test_the_seed_decides_and_nothing_else(case, answer):
    again = decide(case.base, case.varied, 60, 5, case.scope)
    assert again.ways == answer.ways and again.values == answer.values
    other = decide(case.base, case.varied, 60, 6, case.scope)
    assert other.ways != answer.ways


def test_giving_up_is_an_option_of_a_platform_that_comes_of_age(case):
    falling = replace(case.base, penalty=np.linspace(20000, 0, len(case.base.years)), life=5.0)
    falling = replace(falling, earliest=2020, latest=2020)
    found = renewal(falling)
    assert found.worth > 0 and sum(found.given_up.values()) > 0
    assert all(found.given_up[y] <= found.due[y] + 1e-12 for y in found.due)
    assert found.due[2020 + falling.lead + 5] == pytest.approx(1)


def test_a_life_beyond_the_horizon_renews_nothing_and_equals_the_annuity(case):
    long = replace(case.base, life=30.0)
    found = renewal(long)
    assert found.worth == pytest.approx(0, abs=1.0) and not found.due
    assert found.value == pytest.approx(solve(long).value[0], rel=1e-12)


def test_a_launch_window_is_kept(case):
    windowed = replace(case.base, earliest=2024, latest=2026)
    t = time_launch(windowed)
    assert set(t.fixed) == {2024, 2025, 2026}
    assert sum(p for y, p in zip(t.years, t.decision, strict=True) if not 2024 <= y <= 2026) == 0
    assert t.value <= time_launch(case.base).value
    with pytest.raises(DataError, match="year: 2021 lies outside the launch window"):
        solve(windowed, year=2021)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"earliest": 2030, "latest": 2025}, "earliest: 2030 lies after latest, 2025"),
        ({"latest": 2050}, "latest: 2050 lies outside the years"),
        ({"penalty": float("nan")}, "penalty: holds a value that is not a number"),
        ({"block_cost": -1.0}, "block_cost: -1 must not be negative"),
        ({"part": 0.0}, "part: must be above 0"),
        ({"premium": np.zeros(3)}, "premium: (3,) does not follow the years"),
        ({"most_blocks": 0}, "most_blocks: 0 must be at least one"),
    ],
)
def test_what_is_no_input_is_refused_by_its_place(case, changes, said):
    with pytest.raises(DataError) as caught:
        replace(case.base, **changes)
    assert f"timing: {said}" in str(caught.value)


def test_a_year_outside_the_horizon_and_no_draws_are_refused(case):
    with pytest.raises(DataError, match="year: 2055 lies outside"):
        solve(case.base, year=2055)
    with pytest.raises(DataError, match="draws: 0"):
        decide(case.base, case.varied, 0, 1)


def test_a_rule_at_its_own_trigger_is_the_best_rule(case):
    found = weigh(case.base)
    again = weigh(case.base, rule=found.trigger[:, 0])
    assert again.ruled[0] == pytest.approx(found.value[0], rel=1e-9)
