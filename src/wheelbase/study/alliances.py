"""With whom: the deals of a study, allied, and the run of a study that asks nothing else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wheelbase.catalogue import Catalogue
from wheelbase.catalogue.draw import stream
from wheelbase.errors import DataError
from wheelbase.partner import (
    Alliance,
    CoDevelop,
    Deal,
    Invest,
    Licence,
    Member,
    Robustness,
    Supply,
    Table,
    ally,
    robustness,
)
from wheelbase.study.check import deal_problems
from wheelbase.study.load import (
    Assumption,
    Package,
    Study,
    assumptions_of,
    document_of,
    package_of,
    spec_of,
    study_of,
)
from wheelbase.study.networks import NetworkStudy, network_study
from wheelbase.study.quantity import Assumed
from wheelbase.study.read import Document
from wheelbase.study.spec import StudySpec
from wheelbase.study.spec_deal import AllianceSpec, CoDevelopSpec, DealSpec, TableSpec

__all__ = [
    "AllianceStudy",
    "Allied",
    "alliances",
    "any_of",
    "deal_of",
    "load_alliance",
    "load_any",
    "load_checked",
    "members_of",
    "tried",
]

_DRAWS = 200


@dataclass(frozen=True, slots=True)
class AllianceStudy:
    """A checked study that asks with whom, and nothing else."""

    spec: AllianceSpec
    document: Document = field(repr=False)
    facts: Catalogue = field(repr=False)
    assumptions: tuple[Assumption, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()


Allied = AllianceStudy | Study
"""A study with deals."""


def load_alliance(name: str | Path, facts: Catalogue, changes: Mapping[str, str] = {}) -> Allied:
    """Return a study with deals: one that asks with whom, or a whole one.

    Raises:
        DataError: No such study (with near misses), every problem of the file at once, or a study
            that has no deal.
    """
    study = _allied(document_of(name, changes), facts)
    if not study.spec.deals:
        raise DataError(f"{study.document.place(('deals',))}: the study has no deal; add one")
    return study


def load_checked(
    name: str | Path, facts: Catalogue, changes: Mapping[str, str] = {}
) -> Allied | NetworkStudy | Package:
    """Return a study of any kind, checked: fit, cost, with whom, where, or a whole one.

    Raises:
        DataError: No such study (with near misses), or every problem of the file at once.
    """
    document = document_of(name, changes)
    if document.data.get("question") in ("whom", "where"):
        return any_of(document, facts)
    return package_of(document, facts)


def load_any(
    name: str | Path, facts: Catalogue, changes: Mapping[str, str] = {}
) -> Allied | NetworkStudy:
    """Return a study that can be run: one that asks with whom, or where, or a whole one.

    Raises:
        DataError: No such study (with near misses), or every problem of the file at once.
    """
    return any_of(document_of(name, changes), facts)


def any_of(document: Document, facts: Catalogue) -> Allied | NetworkStudy:
    """Return the study of a document that can be run.

    Raises:
        DataError: Every problem of the document at once.
    """
    if document.data.get("question") == "where":
        return network_study(document, facts)
    return _allied(document, facts)


def _allied(document: Document, facts: Catalogue) -> Allied:
    if document.data.get("question") != "whom":
        return study_of(document, facts)
    spec = spec_of(AllianceSpec, document, facts)
    problems = [f"{document.place(path)}: {what}" for path, what in deal_problems(spec.deals)]
    problems = problems or list(_unbuilt(document, spec.deals))
    if problems:
        raise DataError(problems)
    return AllianceStudy(spec, document, facts, assumptions_of(spec, document))


def _unbuilt(document: Document, deals: Mapping[str, DealSpec]) -> Iterator[str]:
    """Yield what keeps a deal from being made of its terms, by its place."""
    for name, spec in deals.items():
        try:
            ally(members_of(spec), deal_of(name, spec))
        except DataError as error:
            for line in str(error).splitlines():
                yield f"{document.place(('deals', name))}: {line.removeprefix(f'deal {name}: ')}"


def members_of(spec: DealSpec) -> list[Member]:
    """Return the partners of a deal with their base volumes."""
    return [Member(id, part.volume.value) for id, part in spec.partners.items()]


def deal_of(name: str, spec: DealSpec) -> Deal:
    """Return a deal at the base values of its assumptions.

    Raises:
        DataError: Terms that are none, or a table of values with a coalition missing.
    """
    if isinstance(spec, TableSpec):
        values = {
            tuple(p.strip() for p in key.split("+")): figure.value
            for key, figure in spec.values.items()
        }
        return Table(id=name, players=tuple(spec.partners), values=values)
    terms: dict[str, Any] = {"id": name}
    for key in type(spec).model_fields.keys() - {
        "type",
        "label",
        "component",
        "partners",
        "fitted",
    }:
        given = getattr(spec, key)
        terms[key] = given.value if isinstance(given, Assumed) else given
    if isinstance(spec, CoDevelopSpec):
        terms["tooling_scale"] = terms["tooling_scale"] or 0.0
    kinds: dict[str, Callable[..., Deal]] = {
        "codevelop": CoDevelop,
        "supply": Supply,
        "licence": Licence,
        "invest": Invest,
    }
    return kinds[spec.type](**terms)


def alliances(study: Allied) -> dict[str, Alliance]:
    """Return what each deal of the study is worth."""
    return {
        name: ally(members_of(spec), deal_of(name, spec)) for name, spec in study.spec.deals.items()
    }


def tried(study: Allied, name: str) -> tuple[Robustness, ...]:
    """Return how the rules of a deal fare over draws of the partners' volumes."""
    spec = study.spec.deals[name]
    spans = {id: (part.volume.low, part.volume.high) for id, part in spec.partners.items()}
    draws = _DRAWS if isinstance(study.spec, StudySpec) else int(study.spec.draws)
    rng = stream(study.spec.base.seed, f"deals.{name}")
    return robustness(deal_of(name, spec), members_of(spec), spans, rng, draws)
