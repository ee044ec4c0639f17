"""How each number of the decision is found: its formula in words, and what it takes."""

import re
from collections.abc import Mapping
from functools import cache

from wheelbase.study.formula_chain import Chain
from wheelbase.study.formula_shared import SHARED

__all__ = ["BRANCHES", "INPUTS", "chain_of"]


_TIMING = (
    "penalty", "demand.bev_share.*", "demand.spread", "demand.volume", "demand.contribution",
    "customer.compatibility", "plan.flexible_capacity", "platforms.*.launch.*", "finance.*",
)  # fmt: skip
_SHARE = ("demand.bev_share.*", "demand.spread")
_NODES = (*_SHARE, "plan.outlook.markets.*.part", "plan.outlook.regulation.*.*",
          "plan.outlook.correlation", "plan.outlook.*_spread")  # fmt: skip
_TREE = ("penalty", "demand.*", "deals.*", "plan.outlook.*", "plan.plants.*",
         "plan.flexible_capacity", "plan.cars.*.emission", "platforms.*.launch.*",
         "finance.*")  # fmt: skip
_RULE = ("fleet_rule:*", "vehicle_constant:wltp-over-nedc")

INPUTS: Mapping[str, str] = {
    "penalty": "penalty",
    "block_cost": "platforms.*.launch.block.invest",
    "development": "platforms.*.launch.development",
    "mean_share": "demand.bev_share.*",
    "wacc": "finance.wacc",
    "life": "platforms.*.launch.life",
    "flexible_capacity": "plan.flexible_capacity",
    "margin": "demand.contribution",
    "cars": "demand.volume",
    "spread": "demand.spread",
    "compatibility": "customer.compatibility",
    "block_fixed": "platforms.*.launch.block.fixed",
    "terminal": "finance.terminal",
}
"""What the decision varies to where it stands in the run."""

_OWN = Chain("the study's own {label}: low, base, high", ("input",))
_GRID = Chain("a step of the grid over the {label}", ("input",))

_ANSWER: Mapping[str, Chain] = {
    "answer.confidence_share": Chain("share of the draws in which this way is best", _TIMING),
    "answer.value": Chain(
        "value of the best rule less that of never starting", ("timing.option_value",)
    ),
    "answer.flips.*.flip": Chain(
        "{label} nearest to its base at which never starting crosses one half", _TIMING
    ),
    "answer.flips.*.searched.*": Chain("end of the span of the {label} searched", ("input",)),
    "answer.flips.*.*": _OWN,
    "answer.whom.saving": Chain(
        "share of {maker_name} by the rule '{rule}' in the deal '{deal}': the most that any deal "
        "brings it by a split that lasts",
        ("{deal}.{rule}.{maker}",),
    ),
    "ways.*.value": Chain(
        "{label}: present value less that of flexible for ever; 10th and 90th percentile of draws",
        _TIMING,
    ),
    "ways.*.median": Chain("{label}: the same, median of the draws", _TIMING),
    "ways.*.behind": Chain("value of the best way less that to {label}", _TIMING),
    "ways.*.behind_median": Chain("the same, median of the draws", _TIMING),
    "ways.*.wins_percent": Chain("share of the draws in which it is best to {label}", _TIMING),
    "robustness.shares_percent.*": Chain("share of the draws in which this way is best", _TIMING),
    "robustness.median_years_percent.*": Chain(
        "share of the draws whose median year of decision this is", _TIMING
    ),
}

_WHEN: Mapping[str, Chain] = {
    "timing.decision.*": Chain("probability that the best rule starts in this year", _TIMING),
    "timing.production.probability.*": Chain(
        "probability that production begins in this year, the lead after the decision", _TIMING
    ),
    "timing.never": Chain("probability that the best rule never starts", _TIMING),
    "timing.option_value": Chain(
        "best rule less never starting: yearly dynamic program over the battery share", _TIMING
    ),
    "timing.waiting_value": Chain("best rule less a start in the first year", _TIMING),
    "timing.adaptivity": Chain("best rule less the best fixed year, or never", _TIMING),
    "timing.fixed.value.*": Chain("a start in just this year less never starting", _TIMING),
    "timing.trigger.share_percent.*": Chain(
        "least battery share at which the best rule starts in this year", _TIMING
    ),
    "causes.gain": Chain("a start in {year}, whatever the share, less flexible for ever", _TIMING),
    "causes.kinds_meur.*": Chain(
        "sum of the shares of the causes of this kind", ("causes.causes.*.share_meur",)
    ),
    "causes.causes.*.share_meur": Chain(
        "{label}: part of the gain, mean over all orders of switching causes off", _TIMING
    ),
    "causes.causes.*.without_it_meur": Chain(
        "gain without this cause less gain with it: {label}", _TIMING
    ),
    "causes.*.never_percent": Chain("probability of never starting, so switched", _TIMING),
    "causes.*.option": Chain("best rule less never starting, so switched", _TIMING),
    "causes.causes.*.without.never_percent": Chain(
        "probability of never starting without this cause", _TIMING
    ),
    "causes.causes.*.without.option": Chain(
        "best rule less never starting without this cause", _TIMING
    ),
    "values.*.value": Chain("worth of {label}", _TIMING),
    "stages.eev": Chain("plan made for the mean share, in the uncertain world", _TIMING),
    "stages.rp": Chain("best rule in the uncertain world", _TIMING),
    "stages.ws": Chain(
        "best rule, and what knowing the path of the share gains, mean over paths", _TIMING
    ),
    "stages.ws_error": Chain("standard error of that mean over paths", _TIMING),
    "renewal.life": Chain("life in whole years", ("platforms.*.launch.life",)),
    "renewal.worth": Chain(
        "value with the freedom to give the platform up at the end of its life, less without",
        _TIMING,
    ),
    "renewal.due_percent": Chain("probability that a platform ends its life", _TIMING),
    "renewal.given_up_percent": Chain("probability that it is given up then", _TIMING),
    "renewal.due.*": Chain("probability that a platform ends its life in this year", _TIMING),
    "renewal.given_up.*": Chain("probability that it is given up in this year", _TIMING),
}

_TESTS: Mapping[str, Chain] = {
    "truths.*.joint": Chain(
        "least move of all inputs together, in halves of their intervals, after which it is best "
        "to {label}",
        _TIMING,
    ),
    "truths.*.moved.*": Chain("{label}, moved together with all others", _TIMING),
    "truths.*.singles.*": Chain("{label}, least move that alone turns the answer", _TIMING),
    "tornado.*.value_*": Chain("option value with the {label} at this end", _TIMING),
    "tornado.*.gain_*": Chain(
        "a start in the year of the tornado less never starting, {label} at this end", _TIMING
    ),
    "tornado.*.low": _OWN,
    "tornado.*.base": _OWN,
    "tornado.*.high": _OWN,
    "regret.regret.*.*": Chain(
        "value of the best policy of this future less that of this policy", _TIMING
    ),
    "regret.expected.*": Chain("regret of this policy, mean over the draws", _TIMING),
    "regret.won_percent.*": Chain("share of the draws in which no policy is better", _TIMING),
    **{
        f"{name}.{part}": chain
        for name in ("break_even", "further_map")
        for part, chain in {
            "x.values.*": _GRID,
            "y.values.*": _GRID,
            "x.*": _OWN,
            "y.*": _OWN,
            "median_year.*.*": Chain("median year of the decision at this point", _TIMING),
            "never.*.*": Chain("probability of never starting at this point", _TIMING),
            "line.*.*": Chain("where never starting crosses one half", _TIMING),
        }.items()
    },
}

_OUTLOOK: Mapping[str, Chain] = {
    "outlook.bev_share_percent.mean.*": Chain(
        "mean share of the study, its logit linear between its years", ("demand.bev_share.*",)
    ),
    "outlook.bev_share_percent.*.*": Chain(
        "percentile of the share: logit random walk around the means", _SHARE
    ),
    "outlook.history.share_percent.*": Chain("share of new cars as published", (), ("market:*",)),
    "outlook.forecasts.*.share_percent": Chain("as {forecaster} had it", (), ("forecast:{id}",)),
    "outlook.tree.*.probability": Chain("probability of reaching this node of the tree", _NODES),
    "outlook.tree.*.bev_share_percent": Chain("mean of the futures of this node", _NODES),
    "plan.outlook.markets.*.part": Chain(
        "part of the maker's volume, as assumed", ("plan.outlook.markets.{id}.part",)
    ),
    "plan.outlook.markets.*.bev_share_percent.*": Chain(
        "forecasts of the day for this market, their logit shifted alike in all markets so that "
        "the maker's mean is the study's",
        ("demand.bev_share.*", "plan.outlook.markets.*.part"),
        ("forecast:*", "market:*"),
    ),
    "plan.outlook.markets.*.plug_in_share_percent.*": Chain(
        "plug-in hybrids of the forecasts of the day, as a share of the cars that are not battery "
        "electric, times those cars",
        ("demand.bev_share.*", "plan.outlook.markets.*.part"),
        ("forecast:*", "market:*"),
    ),
    "plan.outlook.markets.*.split_percent": Chain(
        "battery cars among the cars with a plug as last observed, where a forecast counts both",
        (),
        ("market:*",),
    ),
    "plan.outlook.shift.*": Chain(
        "what is added to the logit of every market's share so that the maker's mean is the "
        "study's",
        ("demand.bev_share.*", "plan.outlook.markets.*.part"),
        ("forecast:*", "market:*"),
    ),
    "plan.outlook.regulation.*.probability": Chain(
        "as assumed", ("plan.outlook.regulation.{id}.probability",)
    ),
    "plan.outlook.regulation.*.lift": Chain(
        "what this way of the rule adds to the logit of the share, as assumed",
        ("plan.outlook.regulation.{id}.lift",),
    ),
    "plan.outlook.statements.*.value": Chain("as {by} had it", (), ("forecast:{fact}",)),
}

_PLAN: Mapping[str, Chain] = {
    "plan.value": Chain(
        "greatest present value over the scenario tree, mixed-integer program", _TREE
    ),
    "plan.bound": Chain("present value that no plan over the tree exceeds", _TREE),
    "plan.gap": Chain("bound less value, over the value", ("plan.value", "plan.bound")),
    "plan.never.value": Chain("value of the best plan that never launches", _TREE),
    "plan.now.value": Chain("value of the best plan that launches in the first stage", _TREE),
    "plan.*.bound": Chain("present value that no such plan exceeds", _TREE),
    "plan.*.gap": Chain("bound less value, over the value", ("{at}.value", "{at}.bound")),
    "plan.option": Chain(
        "value of the plan less that of the plan that never launches",
        ("plan.value", "plan.never.value", "plan.bound", "plan.never.bound"),
    ),
    "plan.deals": Chain(
        "value of the plan less that of the plan that may choose no deal",
        ("plan.value", "plan.bound", "deals.*"),
    ),
    "plan.launch_probability": Chain(
        "sum of the probabilities of the nodes in which the plan launches", ("plan.value",)
    ),
    "plan.terminal_share": Chain(
        "part of the value that lies after the last stage", ("plan.value", "finance.terminal")
    ),
    "plan.size.*": Chain(
        "count of the model: cars in plants, rules and capacities, in every node of the tree",
        ("plan.nodes.*.probability", "plan.cars.*.mass", "plan.plants.*.body"),
    ),
    "plan.cars.*.emission": Chain(
        "CO2 on the WLTP over the ratio of WLTP to NEDC; a car without an engine counts zero",
        ("{id}.co2_wltp", "{id}.consumption_wltp"),
        ("vehicle_constant:wltp-over-nedc",),
    ),
    "plan.cars.*.mass": Chain("curb mass + driver", ("{id}.curb_mass",), ("mass_constant:driver",)),
    "plan.plants.lines.*": Chain("one plant for the whole volume", ("demand.volume",)),
    "plan.plants.*.overtime": Chain(
        "share of assembly that overtime adds; none unless assumed",
        ("plan.plants.{id}.overtime", "plan.plants.{id}.assembly", "plan.plants.{id}.body"),
    ),
    "plan.plants.*.*": Chain(
        "capacity of this department as assumed; that of the body shop where none is",
        ("plan.plants.{id}.{key}", "plan.plants.{id}.body"),
    ),
    "plan.targets.*.target": Chain("target in force, counted under the NEDC", (), _RULE),
    "plan.targets.*.premium_eur_per_g_km": Chain("premium of the rule", (), ("fleet_rule:*",)),
    "plan.nodes.*.probability": Chain("probability of reaching this node of the tree", _NODES),
    "plan.nodes.*.bev_share_percent": Chain("mean of the futures of this node", _NODES),
    "plan.nodes.*.blocks": Chain("line blocks that the plan buys in this node", _TREE),
    "plan.nodes.*.blocks_by_plant.*": Chain("line blocks bought in this node and plant", _TREE),
    "plan.nodes.*.standing": Chain("line blocks that stand in this node", _TREE),
    "plan.nodes.*.production_k.lost": Chain("cars asked for that the plan does not build", _TREE),
    "plan.nodes.*.production_k.*": Chain("cars of this kind that the plan builds a year", _TREE),
    "plan.nodes.*.plants_k.*": Chain("cars that the plan builds a year in this plant", _TREE),
    "plan.nodes.*.co2_target": Chain(
        "target in force under the rules of the node, counted under the NEDC", (), _RULE
    ),
    "plan.nodes.*.units_k.*": Chain(
        "units of the component a year from this source", (*_TREE, "deals.*.fitted")
    ),
    "plan.nodes.*.premium_meur": Chain(
        "premiums paid for emissions above the target", (*_TREE, "plan.targets.*.*")
    ),
    "plan.nodes.*.prices.*": Chain("what one unit more of this row is worth to the plan", _TREE),
    "plan.stability.interval.*": Chain(
        "end of the interval of the plan's value over trees of other seeds, played on fresh "
        "futures",
        _TREE,
    ),
    "plan.stability.rounds.*.in_sample_percent": Chain(
        "how far the values of {trees} trees of {leaves} leaves lie apart", _TREE
    ),
    "plan.stability.rounds.*.out_of_sample_percent": Chain(
        "how far what their plans do on the same fresh futures lies apart", _TREE
    ),
    "plan.stability.rounds.*.optimism_percent": Chain(
        "values of the plans on their own trees above those on fresh futures", _TREE
    ),
    "plan.stability.rounds.*.error_percent": Chain(
        "greatest standard error of a value on fresh futures", _TREE
    ),
}

_RUN = {**_ANSWER, **_WHEN, **_TESTS, **_OUTLOOK, **_PLAN, **SHARED}
BRANCHES = tuple(dict.fromkeys(pattern.partition(".")[0] for pattern in _RUN))
"""Branches of the results that hold numbers with a chain."""


def chain_of(name: str) -> Chain | None:
    """Return the chain of a number outside the cars; None where it has none of its own.

    The first pattern that fits counts, in the order of the tables.
    """
    shapes = _shapes().get(name.partition(".")[0], ())
    return next((chain for shape, chain in shapes if shape.fullmatch(name)), None)


@cache
def _shapes() -> Mapping[str, list[tuple[re.Pattern[str], Chain]]]:
    """Return the patterns of each branch, compiled."""
    found: dict[str, list[tuple[re.Pattern[str], Chain]]] = {name: [] for name in BRANCHES}
    for pattern, chain in _RUN.items():
        shape = re.compile(re.escape(pattern).replace(r"\*", "[^.]+"))
        found[pattern.partition(".")[0]].append((shape, chain))
    return found
