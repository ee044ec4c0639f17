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
    rounded, so that 0.45 to 0.55 g stand behind it; below 200 is taken as very low.
    """
    cars = 315_400 / 0.097
    rule = target_of(law.rule, 2020)
    for over in (0.45, 0.55):
        fleet = (FleetCars(rule.target + over * G, rule.reference_mass, cars),)
        premium = comply(law, {2020: fleet}).premium
        assert 100e6 < premium < 200e6
        assert premium == pytest.approx(95 * over * 0.95 * cars)


@pytest.mark.parametrize(
    ("make", "plain", "published"), [("B.M.W.", 135 * 104 / 126, 99.0), ("", 108.0, 96.0)]
)
def test_the_average_of_2020_follows_from_the_mean_of_all_cars(law, make, plain, published):
    """The dirtiest twentieth and super-credits lead from the mean of all cars to the average.

    BMW's mean follows from its target of 2021, that is WLTP of 2020 x NEDC target / NEDC mean: WLTP
    135 g (schmidtmatthias.de), targets 104 and 126, average 99 (finanzen.net, January 2021; BMW,
    March 2022). All makers: 108 and 96 (ICCT, performance in 2020). How cars spread about the mean
    is that of a list of versions, each once. Figures are rounded to the gram: within a gram.
    """
    listed = [
        float(r["wltp_co2_g_km_min"] or 0)
        for r in rows("wltp_fr_dev.csv")
        if make in r["make"] and (r["wltp_co2_g_km_min"] or r["powertrain"] == "BEV")
    ]
    scale = plain / (sum(listed) / len(listed))
    fleet = tuple(FleetCars(g * scale * G, 1500, 1) for g in listed)
    (year,) = comply(law, {2020: fleet}).years
    assert year.plain == pytest.approx(plain * G)
    assert year.super_credit == pytest.approx(law.rule.super_credit_cap)
    assert year.average / G == pytest.approx(published, abs=1.0)


@pytest.mark.parametrize("hybrid", [20, 50])
def test_bmw_2025_has_all_of_the_relief(law, hybrid):
    """26.3 % battery cars, 41.1 % with a plug (BMW Group, January 2026), so that Z is 1.05.

    That it had all of the relief: schmidtmatthias.de. Any plug-in hybrid of at most 50 g/km is
    enough.
    """
    battery, plug = 0.263, 0.411
    mix = ((0, battery), (hybrid, plug - battery), (120, 1 - plug))
    found = comply(law, {2025: tuple(FleetCars(g * G, 1800, share) for g, share in mix)})
    assert found.years[0].relief == pytest.approx(0.05)


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
