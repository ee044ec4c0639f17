"""The EU rule against what makers and agencies published about real fleets.

Masses of whole fleets are not public in what was read, so that most checks go through figures
that a maker gave together: target, average, shares, fine. Errors are stated in docs/compliance.md.
"""

import csv
import re
from pathlib import Path

import pytest

from wheelbase.plan import FleetCars, comply, rule_pack, target_of

G = 1e-6
DATA = Path(__file__).parents[3] / "shared" / "data"


def rows(name):
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def law(facts):
    return rule_pack(facts, "eu-cars-2025")


def test_the_facts_are_those_of_the_policy_table(facts, law):
    table = {row["item"]: row["value"] for row in rows("policy_eu_co2.csv")}

    def first(item, pattern):
        return float(re.search(pattern, table[item])[1])

    rule = law.rule
    number = r"^([\d.]+)"
    assert rule.target[2015] == pytest.approx(first("EU car fleet target 2015-19", number) * G)
    item = "EU 2020 (95 % best cars) / 2021-24"
    assert rule.target[2020] == pytest.approx(first(item, number) * G)
    assert rule.slope[2020] == pytest.approx(first(item, r"slope ([\d.]+)") * G)
    assert rule.reference_mass[2019] == pytest.approx(first(item, r"M0=([\d.]+)"))
    assert rule.target[2025] == pytest.approx(first("EU 2025-29", number) * G)
    assert rule.target[2030] == pytest.approx(first("EU 2030-34", number) * G)
    assert rule.target[2035] == first("EU 2035", number) == 0
    assert rule.premium == first("EU excess premium", number)
    assert rule.phase_in[2020] == pytest.approx(first("EU phase-in 2020", number) / 100)
    item = "EU super-credits 2020-22"
    assert rule.super_credit_cap == pytest.approx(first(item, r"budget ([\d.]+)") * G)
    factors = [float(x) for x in re.search(r"([\d.]+) / ([\d.]+) / ([\d.]+)", table[item]).groups()]
    assert [rule.super_credit[y] for y in (2020, 2021, 2022)] == factors
    known = facts.fleet_rule["eu-cars"]
    fall = first("EU 2030-34", r"as adopted 2019: -([\d.]+)")
    assert known.target[2030] == pytest.approx(95 * G * (1 - fall / 100))
    uk = facts.share_rule["uk-zev-cars"]
    assert uk.share[2024] == pytest.approx(first("UK ZEV mandate", number) / 100)


def test_volkswagen_2020_pays_a_very_low_triple_digit_million(law):
    """0.5 g/km over; 315,400 plug-in cars were 9.7 % (Reuters and autto.pt, January 2021).

    The company spoke of "a very low triple-digit million amount" and over EUR 100 m. The gram is
    rounded, so that 0.45 to 0.55 g stand behind it: EUR 132 m to 161 m.
    """
    cars = 315_400 / 0.097
    rule = target_of(law.rule, 2020)
    for over, low, high in ((0.45, 130e6, 134e6), (0.55, 159e6, 163e6)):
        fleet = (FleetCars(rule.target + over * G, rule.reference_mass, cars),)
        found = comply(law, {2020: fleet})
        assert found.periods[0].charged == pytest.approx(0.95 * cars)
        assert low < found.premium < high


def test_bmw_2021_target_follows_from_2020_with_the_credits_taken_back(law):
    """Target 2021 (WLTP) = WLTP 2020 x NEDC target / NEDC 2020 without credits.

    Published: WLTP 2020 135 g (schmidtmatthias.de), NEDC target 104 and average 99 after credits
    (finanzen.net, January 2021), target 2021 about 126 (BMW, March 2022). With super-credits used
    to their cap, the 5 % that did not count explain the rest: 4.9 g, where Dataforce counted 3 to
    7 g for all pools.
    """
    plain = 135 * 104 / 126
    left_out = plain - 99 - law.rule.super_credit_cap / G
    assert left_out == pytest.approx(4.93, abs=0.01) and 3 <= left_out <= 7
    europe = 108 - 96 - law.rule.super_credit_cap / G  # ICCT, performance in 2020
    assert 3 <= europe <= 7


def test_bmw_2025_has_all_of_the_relief_and_its_target_is_that_of_its_mass(law):
    """BMW: 90.0 g against 92.9, 26.3 % battery, 41.1 % with a plug, 202,000 battery cars.

    Source: BMW Group, January 2026; that it had all of the relief: schmidtmatthias.de.
    """
    battery, plug = 0.263, 0.411
    cars = 202_000 / battery
    rule = target_of(law.rule, 2025)
    mass = rule.reference_mass + (92.9 / 1.05 * G - rule.target) / rule.slope
    for hybrid in (20, 50):  # any plug-in hybrid of at most 50 g/km is enough
        rest = (90.0 - (plug - battery) * hybrid) / (1 - plug)
        mix = ((0, battery), (hybrid, plug - battery), (rest, 1 - plug))
        found = comply(law, {2025: tuple(FleetCars(g * G, mass, s * cars) for g, s in mix)})
        (year,) = found.years
        assert year.relief == pytest.approx(0.05)
        assert year.excess == pytest.approx(-2.9 * G) and found.complies
        assert found.periods[0].credit == pytest.approx(2.9 * 95 * cars, rel=1e-6)
    assert mass == pytest.approx(1965, abs=1)


def test_bmw_2025_target_predicted_from_2020_misses_by_a_gram(law):
    """Mass of 2020 from its target of 104 g, plus the test-mass margin, plus heavier battery cars.

    Battery cars rose from 4 % to 26.3 %; 450 kg more each is an estimate. Predicted 93.9 g
    against 92.9: half a gram of rounding in 2020's target is 15 kg, 0.2 g.
    """
    old = target_of(law.rule, 2020)
    mass = old.reference_mass + (104 * G - old.target) / old.slope
    heavier = mass + law.rule.test_mass_margin + (0.263 - 0.04) * 450
    predicted = target_of(law.rule, 2025).limit(heavier, 0.05) / G
    assert predicted == pytest.approx(92.9, abs=1.5)


@pytest.mark.parametrize(
    ("make", "published", "error"),
    [("B.M.W.", 104.0, 6.3), ("VOLKSWAGEN", 97.0, 4.2)],
)
def test_targets_from_a_list_of_versions_are_too_lax(law, make, published, error):
    """A list counts each version once and is some years younger, so that its cars are heavier.

    Published targets of 2020: BMW 104 (finanzen.net), Volkswagen cars 97 (just-auto.com).
    """
    cars = [r for r in rows("wltp_fr_dev.csv") if r["make"] == make and r["running_order_kg"]]
    mass = sum(float(r["running_order_kg"]) for r in cars) / len(cars)
    assert target_of(law.rule, 2020).limit(mass) / G - published == pytest.approx(error, abs=0.1)


@pytest.mark.parametrize(("make", "published"), [("B.M.W.", 4.93), ("", 4.5)])
def test_the_dirtiest_twentieth_of_listed_cars_is_worth_what_was_published(law, make, published):
    """BMW as worked out above; all makes against the ICCT's 108 - 96 - 7.5 g for all pools.

    Versions of a list, each once, converted by the study's 1.2: within a gram.
    """
    fleet = [
        FleetCars(float(r["wltp_co2_g_km_min"] or 0) / 1.2 * G, 1500, 1)
        for r in rows("wltp_fr_dev.csv")
        if make in r["make"] and (r["wltp_co2_g_km_min"] or r["powertrain"] == "BEV")
    ]
    (year,) = comply(law, {2020: tuple(fleet)}).years
    assert (year.plain - year.counted) / G == pytest.approx(published, abs=1.0)
