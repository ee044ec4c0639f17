"""Deals with a seller: supply of engines or drive units, and the licence of a platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from wheelbase.errors import DataError
from wheelbase.partner.terms import Interval, Member, refuse

__all__ = ["Licence", "Supply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Supply of a component that the buyers would else develop and make themselves.

    Args:
        id: Name of the deal.
        supplier: The member that makes the component anyway.
        unit_cost: What one more unit costs the supplier on a line that stands, EUR.
        line: Cost of the supplier's line over the programme, EUR, paid with or without the deal.
        adaptation: Fitting the component to one buyer's cars, EUR.
        capacity: Units that the line can make beyond the supplier's own.
        buyer_development: What a buyer alone spends on engineering, EUR.
        buyer_line: What a buyer alone spends on tooling and line, EUR.
        buyer_unit_cost: What a unit costs a buyer that makes it alone, EUR.
        take_or_pay: Share of the agreed volume that the buyer pays even if it takes less.
    """

    id: str
    supplier: str
    unit_cost: float
    line: float
    adaptation: float
    capacity: float
    buyer_development: float
    buyer_line: float
    buyer_unit_cost: float
    take_or_pay: float

    def __post_init__(self) -> None:
        """Refuse terms that are no terms."""
        amounts = ("unit_cost", "line", "adaptation", "capacity", "buyer_development",
                   "buyer_line", "buyer_unit_cost")  # fmt: skip
        refuse(self, amounts, ("take_or_pay",))

    def value(self, members: Sequence[Member]) -> float:
        """Return what is saved when buyers are served by the supplier, EUR; 0 without it.

        v(S) = sum of D + L + c_b q - A - c_s q over the buyers that are served, who are chosen so
        that it is greatest within the capacity. A buyer served in part keeps its own line: it saves
        (c_b - c_s) q - A.
        """
        if self.supplier not in {m.id for m in members}:
            return 0.0
        volumes = {m.id: m.volume for m in members}
        return sum(self._gain(volumes[b], sold) for b, sold in self.served(members).items())

    def served(self, members: Sequence[Member]) -> dict[str, float]:
        """Return the units sold to each buyer where the deal saves most; others are left out.

        At most one buyer is served in part, with what the others leave: sharing that out would
        cost a second adaptation and save no more per unit.
        """
        buyers = [m for m in members if m.id != self.supplier]
        worthwhile = [m for m in buyers if self._gain(m.volume, m.volume) > 0]
        best: dict[str, float] = {}
        most = 0.0
        for size in range(len(worthwhile), -1, -1):
            for whole in combinations(worthwhile, size):
                left = self.capacity - sum(m.volume for m in whole)
                if left < 0:
                    continue
                sold = {m.id: m.volume for m in whole}
                saved = sum(self._gain(m.volume, m.volume) for m in whole)
                part = next((m for m in buyers if m.id not in sold and m.volume > left), None)
                if part and self._gain(part.volume, left) > 0:
                    sold[part.id] = left
                    saved += self._gain(part.volume, left)
                if saved > most:
                    best, most = sold, saved
            if size == len(worthwhile) and len(best) == size:
                break
        return best

    def _gain(self, needed: float, sold: float) -> float:
        gain = (self.buyer_unit_cost - self.unit_cost) * sold - self.adaptation
        return gain + (self.buyer_development + self.buyer_line if sold >= needed else 0.0)

    def contracts(self, members: Sequence[Member]) -> Mapping[str, Mapping[str, float]]:
        """Return each maker's gain if the buyers pay the supplier's full cost, line and all."""
        buyers = [m for m in members if m.id != self.supplier]
        if len(buyers) != 1 or self.value(members) <= 0:
            return {}
        gain = self.value(members)
        sold = self.served(members)[buyers[0].id]
        line = self._share_of_line(members, sold)
        return {"price at full cost": {self.supplier: line, buyers[0].id: gain - line}}

    def _share_of_line(self, members: Sequence[Member], sold: float) -> float:
        own = next(m.volume for m in members if m.id == self.supplier)
        return self.line * sold / (own + sold)

    def intervals(self, members: Sequence[Member]) -> Sequence[Interval]:
        """Return the price per unit between each buyer and the supplier.

        A buyer that the capacity leaves out has none. Floor: c_s + A / q. Ceiling:
        c_b + (D + L) / q, what the buyer would pay making it alone.
        """
        found = []
        served = self.served(members)
        for buyer in members:
            left = min(buyer.volume, self.capacity - sum(served.values()))
            sold = served.get(buyer.id, left)
            if buyer.id == self.supplier or sold <= 0:
                continue
            saved = self.buyer_development + self.buyer_line if sold >= buyer.volume else 0.0
            floor = self.unit_cost + self.adaptation / sold
            ceiling = self.buyer_unit_cost + saved / sold
            found.append(
                Interval(
                    "price per unit", "EUR", floor, ceiling,
                    f"one more unit EUR {self.unit_cost:,.0f} and its share of the adaptation; "
                    f"at full cost with a share of the line EUR "
                    f"{floor + self._share_of_line(members, sold) / sold:,.0f}",
                    f"making it alone: unit EUR {self.buyer_unit_cost:,.0f}, the rest development "
                    "and line",
                    self.supplier, buyer.id,
                )
            )  # fmt: skip
        return found

    def prices_if_taken(self, agreed: float, taken: float) -> tuple[float, float]:
        """Return floor and ceiling of the price per unit paid when a buyer takes less, EUR.

        Paid for are max(q, t Q) units. Floor: (A + c_s q) over them. Ceiling: (D + L + c_b q) over
        them, what a buyer that knew it would have spent alone.

        Args:
            agreed: Units agreed, Q.
            taken: Units taken, q.

        Raises:
            DataError: No unit is paid for.
        """
        paid = max(taken, self.take_or_pay * agreed)
        if not paid > 0:
            raise DataError([f"deal {self.id}: no unit is paid for; agree or take more than 0"])
        alone = self.buyer_development + self.buyer_line + self.buyer_unit_cost * taken
        return (self.adaptation + self.unit_cost * taken) / paid, alone / paid

    def problems(self, members: Sequence[Member]) -> Sequence[str]:
        """Return a supplier that is no partner."""
        return _no_member(self.id, "supplier", self.supplier, members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Licence of a platform: access, parts bought from the licensor, an earlier start.

    Args:
        id: Name of the deal.
        licensor: The member whose platform it is.
        access_fee: Paid once, EUR; None where it is not known.
        fee: Paid per car, EUR; None where it is not known.
        own_development: What the licensee's own platform would cost, EUR.
        own_unit_cost: What its platform parts would cost per car, EUR.
        lead_saved: Years by which the licence starts earlier.
        year_worth: What a year earlier is worth to the licensee, EUR.
        top_hat: Fitting its cars to the platform, EUR.
        modules: What the bought platform parts cost the licensor per car, EUR.
        support: Engineering help of the licensor, EUR.
        lost_sales: Margin that the licensor loses per car sold by the licensee, EUR.
    """

    id: str
    licensor: str
    access_fee: float | None
    fee: float | None
    own_development: float
    own_unit_cost: float
    lead_saved: float
    year_worth: float
    top_hat: float
    modules: float
    support: float
    lost_sales: float

    def __post_init__(self) -> None:
        """Refuse terms that are no terms."""
        amounts = ("own_development", "own_unit_cost", "lead_saved", "year_worth", "top_hat",
                   "modules", "support", "lost_sales")  # fmt: skip
        given = [name for name in ("access_fee", "fee") if getattr(self, name) is not None]
        refuse(self, (*amounts, *given))

    def value(self, members: Sequence[Member]) -> float:
        """Return the licensees' gains less what they cost the licensor, EUR; 0 without it."""
        if self.licensor not in {m.id for m in members}:
            return 0.0
        return sum(max(0.0, self._gain(m)) for m in members if m.id != self.licensor)

    def _gain(self, licensee: Member) -> float:
        """Return what both gain by this licensee, EUR; below zero it takes no licence."""
        return self._before_fees(licensee) - self._cost_to_licensor(licensee)

    def _before_fees(self, licensee: Member) -> float:
        """Return what the licensee saves over its own platform, parts paid at cost, EUR."""
        once = self.own_development + self.lead_saved * self.year_worth - self.top_hat
        return once + (self.own_unit_cost - self.modules) * licensee.volume

    def _cost_to_licensor(self, licensee: Member) -> float:
        return self.support + self.lost_sales * licensee.volume

    def contracts(self, members: Sequence[Member]) -> Mapping[str, Mapping[str, float]]:
        """Return each maker's gain at the fees agreed, where both are known.

        Whom the deal leaves out pays no fee and gains nothing: the shares sum to the value.
        """
        if self.access_fee is None or self.fee is None or self.value(members) <= 0:
            return {}
        gains = {m.id: 0.0 for m in members}
        for m in members:
            if m.id != self.licensor and self._gain(m) > 0:
                paid = self.access_fee + self.fee * m.volume
                gains[m.id] = self._before_fees(m) - paid
                gains[self.licensor] += paid - self._cost_to_licensor(m)
        return {"fees as agreed": gains}

    def intervals(self, members: Sequence[Member]) -> Sequence[Interval]:
        """Return the fee per car between licensor and licensee: its break-even is the ceiling."""
        paid = self.access_fee or 0.0
        after = "" if self.access_fee is None else f" after EUR {paid / 1e6:,.0f} m of access"
        return [
            Interval(
                f"fee per car{after}", "EUR",
                (self._cost_to_licensor(m) - paid) / m.volume,
                (self._before_fees(m) - paid) / m.volume,
                "support and sales that the licensor loses",
                "own platform and an earlier start, less fitting its cars and the parts at cost",
                self.licensor, m.id,
            )
            for m in members
            if m.id != self.licensor
        ]  # fmt: skip

    def problems(self, members: Sequence[Member]) -> Sequence[str]:
        """Return a licensor that is no partner."""
        return _no_member(self.id, "licensor", self.licensor, members)


def _no_member(deal: str, role: str, name: str, members: Sequence[Member]) -> list[str]:
    ids = [m.id for m in members]
    if name in ids:
        return []
    return [f"deal {deal}: {role} {name} is no partner; name one of {', '.join(ids)}"]
