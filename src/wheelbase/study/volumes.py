"""The volumes of a study by which parts learn."""

from wheelbase.cost import Experience
from wheelbase.study.quantity import Assumed
from wheelbase.study.spec_money import VolumeSpec

__all__ = ["experience_of"]


def experience_of(id: str, spec: VolumeSpec, pooled: float | None = None) -> Experience:
    """Return volumes as the cost room takes them.

    Args:
        id: Their name.
        spec: As the study gives them.
        pooled: Units a year of the partners of a deal that the maker learns from; None without.

    Raises:
        DataError: Volumes and shares that are none.
    """

    def of(value: Assumed | None, default: float = 0.0) -> float:
        return default if value is None else value.value

    return Experience(
        id=id,
        groups=spec.groups,
        start=spec.start,
        first=spec.first.value,
        own=spec.own.value,
        partners=of(spec.partners) if pooled is None else pooled,
        shared=of(spec.shared) if pooled is None else 1.0,
        industry=of(spec.industry),
        seen=of(spec.seen),
        learning_rate=spec.learning_rate.value,
        scale=of(spec.scale),
        reference=of(spec.reference, 1.0),
    )
