"""First half of the arrow: every variant of a study fitted, driven, priced."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wheelbase.cost import Basis, Bill, Experience, own_path, pack_path, price
from wheelbase.errors import FitError
from wheelbase.fit import Envelope, Fit, envelope, fit, interval_draws
from wheelbase.integrate import Manner, Targets, Variant, integrate
from wheelbase.partner import CoDevelop, partner_volumes
from wheelbase.study.alliances import deal_of, members_of
from wheelbase.study.load import Costed, Package, Study
from wheelbase.study.placing import Placed, asked, place_all, variant_id
from wheelbase.study.placing import refused as unplaced
from wheelbase.study.spec import StudySpec
from wheelbase.study.spec_car import LaunchSpec
from wheelbase.study.spec_money import VolumeSpec
from wheelbase.study.volumes import experience_of

__all__ = [
    "Cars",
    "basis_of",
    "bespoke_launch",
    "bill_year",
    "build_cars",
    "closed_cars",
    "first_year",
    "place_cars",
    "price_cars",
    "targets_of",
]


@dataclass(frozen=True, slots=True)
class Cars:
    """What the study's platforms, bodies and powertrains make.

    Args:
        variants: The cars that close on themselves, by id.
        fits: Every fit asked for by a platform, by id.
        envelopes: Platform to its envelope in its first body.
    """

    variants: Mapping[str, Variant]
    fits: Mapping[str, Fit]
    envelopes: Mapping[str, Envelope]


def build_cars(study: Costed) -> Cars:
    """Return every car of the study.

    Raises:
        FitError: A platform does not carry what the study puts on it, or a target is missed.
    """
    variants, fits, refused = closed_cars(study, study.powertrains)
    if refused:
        raise FitError([problem for problems in refused.values() for problem in problems])
    firsts = {name: study.bodies[spec.bodies[0]] for name, spec in study.spec.platforms.items()}
    around = {n: envelope(study.platforms[n], firsts[n], study.facts) for n in study.platforms}
    return Cars(variants, fits, around)


def closed_cars(
    study: Costed, trains: Collection[str]
) -> tuple[dict[str, Variant], dict[str, Fit], dict[str, tuple[str, ...]]]:
    """Return the cars with some powertrains that close on themselves, fits, and why others do not.

    Args:
        study: The study.
        trains: Names of its powertrains.
    """
    variants: dict[str, Variant] = {}
    fits: dict[str, Fit] = {}
    refused: dict[str, tuple[str, ...]] = {}
    draws = interval_draws(study.facts)
    for name, spec in study.spec.platforms.items():
        platform = study.platforms[name]
        for body_name in spec.bodies:
            for train_name in (train for train in spec.powertrains if train in trains):
                id = variant_id(train_name, name, body_name)
                body, train = study.bodies[body_name], study.powertrains[train_name]
                fits[id] = fit(platform, body, train, study.facts, draws)
                targets = targets_of(study, train_name)
                manner = Manner(placed=fits[id], draws=draws)
                try:
                    variants[id] = integrate(platform, body, train, targets, study.facts, manner)
                except FitError as error:
                    refused[id] = tuple(error.problems)
    return variants, fits, refused


def place_cars(study: Study, cars: Cars) -> dict[str, Placed]:
    """Return every car placed exactly, and each platform's first body with every powertrain.

    Raises:
        FitError: A car of the study whose parts find no place; says why, in mm.
    """
    sized = {id: (car.platform, car.powertrain) for id, car in cars.variants.items()}
    placed = place_all(study, asked(study), sized, only_carried=True)
    if problems := [f"{p.id}: {why}" for p in unplaced(placed) for why in p.reasons]:
        raise FitError(problems)
    return placed


def targets_of(study: Package, train: str) -> Targets:
    """Return what the study asks of the cars with one of its powertrains."""
    battery = study.spec.powertrains[train].battery
    asked = study.spec.targets
    return Targets(
        range=battery.request.range if battery else None,
        acceleration_0_100=asked.acceleration_0_100,
        boot=asked.boot,
        payload=asked.payload,
        gradeability=asked.gradeability,
        sized=train in asked.sized,
        cycles=study.spec.cycles,
        year=first_year(study),
    )


def bespoke_launch(study: Study) -> LaunchSpec:
    """Return the launch of the bespoke platform."""
    launch = study.spec.platforms[study.spec.bespoke].launch
    assert isinstance(launch, LaunchSpec)
    return launch


def first_year(costed: Package) -> int:
    """Return the first year that a study looks at: of its finance, else the one after its day."""
    spec = costed.spec
    return spec.finance.first if isinstance(spec, StudySpec) else spec.base.date.year + 1


def bill_year(costed: Costed) -> int:
    """Return the year whose bills a study shows: the first bespoke cars', else its first one."""
    if isinstance(costed, Study):
        return first_year(costed) + int(bespoke_launch(costed).lead)
    return first_year(costed)


def basis_of(costed: Costed) -> Basis:
    """Return what the prices of a study are counted in, with the pack prices that it chose."""
    chosen, day = costed.spec.pack_price, costed.spec.base.date
    if isinstance(chosen, str):
        path = pack_path(costed.facts, costed.prices, day, chosen)
    else:
        given = {year: (a.low, a.value, a.high) for year, a in chosen.items()}
        path = own_path(pack_path(costed.facts, costed.prices, day, "survey"), given)
    volumes = tuple(_experience(costed, id, v) for id, v in costed.spec.volumes.items())
    return Basis(costed.facts, costed.prices, path, volumes)


def _experience(costed: Costed, id: str, spec: VolumeSpec) -> Experience:
    if spec.deal is None or not isinstance(costed.spec, StudySpec):
        return experience_of(id, spec)
    terms = costed.spec.deals[spec.deal]
    deal, members = deal_of(spec.deal, terms), members_of(terms)
    assert isinstance(deal, CoDevelop)
    pooled = partner_volumes(deal, members, str(costed.spec.maker))
    return experience_of(id, spec, sum(pooled.values()) / spec.over)


def price_cars(study: Study, cars: Cars) -> tuple[Basis, dict[str, Bill]]:
    """Return the basis of all prices, and the bill of every variant in the first bespoke year."""
    basis = basis_of(study)
    year = bill_year(study)
    return basis, {id: price(car, year, basis) for id, car in cars.variants.items()}
