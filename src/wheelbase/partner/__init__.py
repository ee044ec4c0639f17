"""With whom? Deals between makers as cooperative games: what is saved, and who gets it."""

from wheelbase.partner.alliance import LEAVES_OUT, Alliance, Sharing, ally
from wheelbase.partner.deal import CoDevelop, Member, programme_cost, unit_programme
from wheelbase.partner.game import Coalition, coalitions, core_slack, nucleolus, shapley

__all__ = [
    "LEAVES_OUT",
    "Alliance",
    "CoDevelop",
    "Coalition",
    "Member",
    "Sharing",
    "ally",
    "coalitions",
    "core_slack",
    "nucleolus",
    "programme_cost",
    "shapley",
    "unit_programme",
]
