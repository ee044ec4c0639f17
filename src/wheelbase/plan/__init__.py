"""What to build, and where? A plan over a scenario tree, with its value, bound and gap."""

from wheelbase.plan.compliance import FleetTarget, premium, target_of
from wheelbase.plan.extensive import LEAVES_OUT, NodePlan, Plan, Status, lp_text, plan
from wheelbase.plan.model import Offer, Options
from wheelbase.plan.references import Checked, Reference, check_reference, references
from wheelbase.plan.settle import Known, Settled, Verdict, judge, known, settle, work_of
from wheelbase.plan.smps import read_smps
from wheelbase.plan.smps_stoch import Inherit
from wheelbase.plan.stage_values import StageValues, stage_values
from wheelbase.plan.stochastic import StochasticProgram
from wheelbase.plan.tree import Tree, share_tree

__all__ = [
    "LEAVES_OUT",
    "Checked",
    "FleetTarget",
    "Inherit",
    "Known",
    "NodePlan",
    "Offer",
    "Options",
    "Plan",
    "Reference",
    "Settled",
    "StageValues",
    "Status",
    "StochasticProgram",
    "Tree",
    "Verdict",
    "check_reference",
    "judge",
    "known",
    "lp_text",
    "plan",
    "premium",
    "read_smps",
    "references",
    "settle",
    "share_tree",
    "stage_values",
    "target_of",
    "work_of",
]
