"""What to build, and where? A plan over a scenario tree, with its value, bound and gap."""

from wheelbase.plan.compliance import (
    Balance,
    Compliance,
    FleetCars,
    Fleets,
    FleetTarget,
    Period,
    comply,
    marginal_car,
    premium,
    target_of,
)
from wheelbase.plan.footprint import (
    footprint_credit,
    footprint_target,
    is_in_force,
    missing_cars,
    share_payment,
    share_row,
)
from wheelbase.plan.model import FAMILIES, lp_text
from wheelbase.plan.offer import (
    Block,
    Car,
    Component,
    Demand,
    Derivative,
    Limit,
    Link,
    Offer,
    Plant,
    PlatformChoice,
    Pool,
    Source,
)
from wheelbase.plan.outcome import Method
from wheelbase.plan.pooling import FleetRow, fleet_rows, pool, pool_game, pool_members
from wheelbase.plan.problem import Options, Problem
from wheelbase.plan.rules import RulePack, blocks, rule_pack, rules_known
from wheelbase.plan.solver import Status
from wheelbase.plan.tree import Tree, share_tree
from wheelbase.plan.verb import LEAVES_OUT, NodePlan, Plan, plan

__all__ = [
    "FAMILIES",
    "LEAVES_OUT",
    "Balance",
    "Block",
    "Car",
    "Compliance",
    "Component",
    "Demand",
    "Derivative",
    "FleetCars",
    "FleetRow",
    "FleetTarget",
    "Fleets",
    "Limit",
    "Link",
    "Method",
    "NodePlan",
    "Offer",
    "Options",
    "Period",
    "Plan",
    "Plant",
    "PlatformChoice",
    "Pool",
    "Problem",
    "RulePack",
    "Source",
    "Status",
    "Tree",
    "blocks",
    "comply",
    "fleet_rows",
    "footprint_credit",
    "footprint_target",
    "is_in_force",
    "lp_text",
    "marginal_car",
    "missing_cars",
    "plan",
    "pool",
    "pool_game",
    "pool_members",
    "premium",
    "rule_pack",
    "rules_known",
    "share_payment",
    "share_row",
    "share_tree",
    "target_of",
]
