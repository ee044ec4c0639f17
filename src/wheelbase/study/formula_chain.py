"""What a number outside the cars is explained by."""

from dataclasses import dataclass

__all__ = ["Chain"]


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of a number outside the cars.

    `{name}` in text, inputs and facts is a field of the branch that the number stands in, `{at}`
    the place of that branch, `{branch}` its last word and `{key}` that of the number.

    Args:
        text: What is computed.
        inputs: Names of other numbers, `*` for anything in an assumption, in the numbers of the
            run or in the bill of a car; "penalty" for that of every segment, "variants" for the
            bills of those that the branch names, "input" for what the branch varies.
        facts: Entries of the catalogue as "shelf:id", or "shelf:*" for all that the run lists.
    """

    text: str
    inputs: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
