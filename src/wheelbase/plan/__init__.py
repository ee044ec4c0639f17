"""What to build, and where? A plan over a scenario tree, with its value, bound and gap."""

from wheelbase.plan.compliance import FleetTarget, premium, target_of
from wheelbase.plan.designs import chains, standard_designs
from wheelbase.plan.evaluation import Figure, Outcome, Sampling, evaluate
from wheelbase.plan.flexibility import FLEXIBILITY_LEAVES_OUT, Flexibility, flexibility
from wheelbase.plan.links import best_design, link_curve, next_links
from wheelbase.plan.links_proof import Proof, prove
from wheelbase.plan.model import FAMILIES, lp_text
from wheelbase.plan.network import Design, Network, PlantLink, Product, Site, draw_demand
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
from wheelbase.plan.problem import Options, Problem
from wheelbase.plan.solver import Status
from wheelbase.plan.tree import Tree, share_tree
from wheelbase.plan.verb import LEAVES_OUT, NodePlan, Plan, plan

__all__ = [
    "FAMILIES",
    "FLEXIBILITY_LEAVES_OUT",
    "LEAVES_OUT",
    "Block",
    "Car",
    "Component",
    "Demand",
    "Derivative",
    "Design",
    "Figure",
    "FleetTarget",
    "Flexibility",
    "Limit",
    "Link",
    "Method",
    "Network",
    "NodePlan",
    "Offer",
    "Options",
    "Outcome",
    "Plan",
    "Plant",
    "PlantLink",
    "PlatformChoice",
    "Pool",
    "Problem",
    "Product",
    "Proof",
    "Sampling",
    "Site",
    "Source",
    "Status",
    "Tree",
    "best_design",
    "chains",
    "draw_demand",
    "evaluate",
    "flexibility",
    "link_curve",
    "lp_text",
    "next_links",
    "plan",
    "premium",
    "prove",
    "share_tree",
    "standard_designs",
    "target_of",
]
