"""What to build, and where? A plan over a scenario tree, with its value, bound and gap."""

from wheelbase.plan.compliance import FleetTarget, premium, target_of
from wheelbase.plan.designs import chains, standard_designs
from wheelbase.plan.evaluation import Figure, Outcome, Sampling, evaluate
from wheelbase.plan.extensive import LEAVES_OUT, NodePlan, Plan, Status, lp_text, plan
from wheelbase.plan.flexibility import FLEXIBILITY_LEAVES_OUT, Flexibility, flexibility
from wheelbase.plan.links import best_design, link_curve, next_links
from wheelbase.plan.links_proof import Proof, prove
from wheelbase.plan.model import Offer, Options
from wheelbase.plan.network import Design, Network, PlantLink, Product, Site, draw_demand
from wheelbase.plan.tree import Tree, share_tree

__all__ = [
    "FLEXIBILITY_LEAVES_OUT",
    "LEAVES_OUT",
    "Design",
    "Figure",
    "FleetTarget",
    "Flexibility",
    "Network",
    "NodePlan",
    "Offer",
    "Options",
    "Outcome",
    "Plan",
    "PlantLink",
    "Product",
    "Proof",
    "Sampling",
    "Site",
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
