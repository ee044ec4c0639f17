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
    target_of,
)
from wheelbase.plan.designs import chains, standard_designs
from wheelbase.plan.evaluation import Figure, Outcome, Sampling, evaluate
from wheelbase.plan.flexibility import FLEXIBILITY_LEAVES_OUT, Flexibility, flexibility
from wheelbase.plan.footprint import (
    footprint_credit,
    footprint_target,
    is_in_force,
    missing_cars,
    share_payment,
    share_row,
)
from wheelbase.plan.grow import Grown, Stages, follow, moment_tree, share_tree
from wheelbase.plan.links import Gain, best_design, link_curve, next_links
from wheelbase.plan.links_proof import Proof, prove
from wheelbase.plan.logit import drift_to
from wheelbase.plan.model import FAMILIES, lp_text
from wheelbase.plan.network import Design, Network, PlantLink, Product, Site, draw_demand
from wheelbase.plan.offer import (
    Block,
    Car,
    Component,
    Demand,
    Derivative,
    Law,
    Limit,
    Link,
    Offer,
    Plant,
    PlatformChoice,
    Pool,
    Source,
)
from wheelbase.plan.outcome import Method
from wheelbase.plan.outlook import (
    CELL_PRICE,
    MarketOutlook,
    Outlook,
    Paths,
    Regulation,
    between_markets,
    paths,
)
from wheelbase.plan.pooling import pool, pool_game, pool_members
from wheelbase.plan.problem import Options, Problem
from wheelbase.plan.reduce import reduced_tree, reduction
from wheelbase.plan.references import Checked, Reference, check_reference, references
from wheelbase.plan.rehearsal import Rehearsal, fan
from wheelbase.plan.rules import RulePack, blocks, rule_pack, rules_known
from wheelbase.plan.settle import Known, Settled, Verdict, judge, known, settle, work_of
from wheelbase.plan.smps import read_smps
from wheelbase.plan.smps_stoch import Inherit
from wheelbase.plan.solver import Status
from wheelbase.plan.stability import Round, Stability, mean_of, stability
from wheelbase.plan.stage_values import StageValues, stage_values
from wheelbase.plan.stochastic import StochasticProgram
from wheelbase.plan.tree import Tree
from wheelbase.plan.vantage import Assumed, Expected, History, Statement, outlook_of
from wheelbase.plan.verb import LEAVES_OUT, NodePlan, Plan, plan

__all__ = [
    "CELL_PRICE",
    "FAMILIES",
    "FLEXIBILITY_LEAVES_OUT",
    "LEAVES_OUT",
    "Assumed",
    "Balance",
    "Block",
    "Car",
    "Checked",
    "Compliance",
    "Component",
    "Demand",
    "Derivative",
    "Design",
    "Expected",
    "Figure",
    "FleetCars",
    "FleetTarget",
    "Fleets",
    "Flexibility",
    "Gain",
    "Grown",
    "History",
    "Inherit",
    "Known",
    "Law",
    "Limit",
    "Link",
    "MarketOutlook",
    "Method",
    "Network",
    "NodePlan",
    "Offer",
    "Options",
    "Outcome",
    "Outlook",
    "Paths",
    "Period",
    "Plan",
    "Plant",
    "PlantLink",
    "PlatformChoice",
    "Pool",
    "Problem",
    "Product",
    "Proof",
    "Reference",
    "Regulation",
    "Rehearsal",
    "Round",
    "RulePack",
    "Sampling",
    "Settled",
    "Site",
    "Source",
    "Stability",
    "StageValues",
    "Stages",
    "Statement",
    "Status",
    "StochasticProgram",
    "Tree",
    "Verdict",
    "best_design",
    "between_markets",
    "blocks",
    "chains",
    "check_reference",
    "comply",
    "draw_demand",
    "drift_to",
    "evaluate",
    "fan",
    "flexibility",
    "follow",
    "footprint_credit",
    "footprint_target",
    "is_in_force",
    "judge",
    "known",
    "link_curve",
    "lp_text",
    "marginal_car",
    "mean_of",
    "missing_cars",
    "moment_tree",
    "next_links",
    "outlook_of",
    "paths",
    "plan",
    "pool",
    "pool_game",
    "pool_members",
    "prove",
    "read_smps",
    "reduced_tree",
    "reduction",
    "references",
    "rule_pack",
    "rules_known",
    "settle",
    "share_payment",
    "share_row",
    "share_tree",
    "stability",
    "stage_values",
    "standard_designs",
    "target_of",
    "work_of",
]
