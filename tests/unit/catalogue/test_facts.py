import math

import numpy as np
import pytest

from wheelbase.catalogue import Cycle, cycle, cycle_names, missing
from wheelbase.errors import DataError

ASKED = {
    "bmw-330i-g20", "bmw-320d-g20", "bmw-330e-g20", "bmw-x3-20d-g01", "bmw-x3-30i-g01",
    "bmw-x3-30e-g01", "bmw-ix3-g08", "bmw-ix3-na5", "bmw-i4-edrive40", "bmw-ix1-xdrive30",
    "mini-cooper-f56", "mini-cooper-se-f56", "jaguar-i-pace", "vw-id3-58", "tesla-model-3-lr",
}  # fmt: skip


def test_the_cars_of_the_first_study_are_there_and_say_what_they_lack(facts):
    assert {v.id for v in facts.vehicle} >= ASKED
    assert missing(facts.vehicle["bmw-i4-edrive40"]) == ()
    assert "A" in missing(facts.vehicle["bmw-ix3-g08"])


def test_displacement_follows_from_bore_stroke_and_cylinders(facts):
    checked = 0
    for e in facts.engine:
        if e.bore and e.stroke:
            volume = e.cylinders * math.pi / 4 * e.bore**2 * e.stroke
            assert e.displacement == pytest.approx(volume, rel=0.01), e.id
            checked += 1
    assert checked >= 5


def test_packs_hold_no_less_gross_than_net_and_their_cells_add_up(facts):
    for p in facts.pack:
        assert p.net_energy is None or p.net_energy <= p.gross_energy
        if p.cells and p.series and p.parallel:
            assert p.cells == p.series * p.parallel
    i4 = facts.pack["pack-bmw-i4-edrive40"]
    assert i4.series * facts.cell["prismatic-91"].nominal_voltage == pytest.approx(398.5, rel=0.02)


def test_road_loads_are_those_of_cars(facts):
    speed = 100 / 3.6
    for v in facts.vehicle:
        if v.A is not None:
            assert 350 < v.A + v.B * speed + v.C * speed**2 < 900, v.id


def test_nothing_on_a_shelf_refers_to_an_entry_that_is_not_there(facts):
    for v in facts.vehicle:
        units = [(facts.drive_unit, u) for u in (v.rear_unit, v.front_unit)]
        parts = [(facts.engine, v.engine), (facts.gearbox, v.gearbox), (facts.pack, v.pack)]
        for shelf, id in parts + units:
            assert id is None or id in shelf
        assert v.platform in facts.architecture
    for u in facts.drive_unit:
        assert u.technology in facts.machine_technology
    for e in facts.cost_equation:
        assert e.learning in facts.learning_class
    for p in facts.plant:
        assert all(series in facts.model_series for series in p.builds)


def test_no_plant_is_said_to_have_built_more_than_the_high_of_its_capacity(facts):
    """Up to 2022: later output of Leipzig and Regensburg follows extensions."""
    for p in facts.plant:
        if p.capacity is not None:
            low, high = facts.plant.intervals[p.id, "capacity"]
            assert low <= p.capacity <= high
            assert max((v for y, v in p.production.items() if y <= 2022), default=0) <= high


@pytest.mark.parametrize("name", cycle_names())
def test_every_cycle_drives_its_published_distance(name):
    assert cycle(name).distance > 1000  # `cycle` itself refuses a distance off by a thousandth


@pytest.mark.parametrize(
    ("time", "speed", "says"),
    [
        ([0, 1, 1], [0, 1, 2], "time must rise"),
        ([0, 1, 20], [0, 1, 2], "a gap of 19 s"),
        ([0, 1, 2], [0, float("nan"), 2], "is not a number"),
        ([0, 1, 2], [0, -1, 2], "is negative"),
        ([0, 1, 2], [0, 90, 131], "km/h"),
        ([0], [0], "at least two samples"),
    ],
)
def test_what_is_no_trace_is_refused(time, speed, says):
    with pytest.raises(DataError, match=says):
        Cycle("x", np.array(time, float), np.array(speed, float))


def test_an_unknown_cycle_names_the_nearest():
    with pytest.raises(DataError, match="wltc_class3b"):
        cycle("wltc_class3")


FAMILIES = {
    "clar": "bmw-x7-40i-g07", "clar-we": "bmw-i7-xdrive60", "faar": "bmw-ix1-xdrive30",
    "mla-flex": "range-rover-p400-l460", "meb": "vw-id-buzz", "ppe": "porsche-macan-4",
    "mlb-evo": "audi-e-tron-55", "mqb-evo": "vw-golf-8-etsi", "eva2": "mercedes-eqs-450p",
    "e-gmp": "hyundai-ioniq-5-rwd-lr", "e-gmp-s": "kia-pv5-passenger", "cmp": "peugeot-e-208",
}  # fmt: skip


def test_the_platforms_of_the_neighbours_are_there_with_a_car_on_each(facts):
    for platform, car in FAMILIES.items():
        assert facts.vehicle[car].platform == platform
        assert facts.architecture[platform].powertrains and facts.architecture[platform].members
    assert {"ema", "jea", "d7a", "pta", "mma"} <= {a.id for a in facts.architecture}


def test_every_car_has_a_year_and_a_name_that_says_make_and_model(facts):
    for v in facts.vehicle:
        assert v.first_year is not None, v.id
        assert v.name.split()[0] in (v.make, "MINI", *v.make.split()), v.id
    names = [(v.make, v.name) for v in facts.vehicle]
    assert len(set(names)) == len(names)


def test_a_car_is_at_home_in_the_powertrains_and_wheelbases_of_its_platform(facts):
    for v in facts.vehicle:
        home = facts.architecture[v.platform]
        assert v.kind in home.powertrains, v.id
        if v.L101 is not None and home.wheelbase_low is not None:
            assert home.wheelbase_low <= v.L101 <= home.wheelbase_high, v.id


def test_a_wheelbase_band_derived_from_cars_names_the_cars_at_its_ends(facts):
    checked = 0
    for (id, field), origin in facts.architecture.origins.items():
        if origin.source == "wheelbase-derived":
            car = facts.vehicle[origin.page.split(": ")[1]]
            assert car.platform == id
            assert getattr(facts.architecture[id], field) == car.L101
            checked += 1
    assert checked > 40


def test_electric_only_platforms_are_the_bespoke_ones(facts):
    for a in facts.architecture:
        if a.flexible == "bespoke":
            assert a.layout == "electric", a.id
            assert set(a.powertrains) <= {"bev", "phev"}, a.id  # the i3 had a range extender
        else:
            assert set(a.powertrains) - {"bev"}, a.id


def test_outer_sizes_are_those_of_cars(facts):
    """What lies outside is a misread column, or a width with mirrors."""
    for v in facts.vehicle:
        assert v.W103 is None or 1.60 < v.W103 < 2.01, v.id  # an X7 is 2.00 m without mirrors
        assert v.L103 is None or 2.6 < v.L103 < 5.6, v.id  # an R1T pickup has 5.51 m
        assert v.H100 is None or 1.35 < v.H100 < 1.95, v.id
        assert v.curb_mass is None or 900 < v.curb_mass < 2850, v.id
        if v.L101 is not None and v.L103 is not None:
            assert 0.78 < v.L103 - v.L101 < 2.25, v.id  # a fortwo has 822 mm of overhangs
        if v.wltp_energy_low is not None:
            assert v.wltp_energy_low <= v.wltp_energy_high, v.id


def test_the_width_of_an_i_pace_or_a_model_3_is_the_one_without_mirrors(facts):
    for v in facts.vehicle:
        if "I-Pace" in v.name or "Model 3" in v.name:
            assert v.W103 < 1.90, v.id  # tables print 2011 and 1930 mm


def test_what_a_pack_is_used_in_carries_that_pack(facts):
    for p in facts.pack:
        for id in p.used_in:
            assert facts.vehicle[id].pack == p.id
    for v in facts.vehicle:
        if v.pack is not None:
            assert v.id in facts.pack[v.pack].used_in


def test_ranges_are_no_longer_than_their_batteries_allow(facts):
    """WLTP of a car lies between 100 and 300 Wh/km of net energy.

    The lowest published, a CLA 250+ at 122 Wh/km from the wall, is 107 Wh/km from the battery.
    """
    checked = 0
    for v in facts.vehicle:
        if v.kind == "bev" and v.wltp_range and v.pack:
            pack = facts.pack[v.pack]
            per_km = (pack.net_energy or pack.gross_energy) / 3.6e3 / (v.wltp_range / 1000)
            assert 100 < per_km < 300, v.id
            checked += 1
    assert checked > 25


def test_a_pair_stands_on_one_platform_and_agrees_with_its_cars(facts):
    boots = 0
    for p in facts.pair:
        engine, battery = facts.vehicle[p.combustion], facts.vehicle[p.electric]
        assert engine.platform == battery.platform, p.id
        assert engine.kind != "bev" and battery.kind in ("bev", "phev"), p.id
        assert p.boot_loss is not None or p.mass_gain is not None, p.id
        if None not in (p.boot_loss, engine.boot, battery.boot):
            assert p.boot_loss == pytest.approx(engine.boot - battery.boot, abs=1e-6), p.id
            boots += 1
        if p.bespoke is not None:
            other = facts.vehicle[p.bespoke]
            assert facts.architecture[other.platform].flexible == "bespoke"
            gain = facts.pack[other.pack].net_energy - facts.pack[battery.pack].net_energy
            assert p.bespoke_energy_gain == pytest.approx(gain, rel=1e-6)
    assert boots >= 12


def test_a_battery_never_adds_boot_nor_takes_mass_away(facts):
    losses = [p.boot_loss for p in facts.pair if p.boot_loss is not None]
    gains = [p.mass_gain for p in facts.pair if p.mass_gain is not None]
    assert min(losses) >= 0 and max(losses) == pytest.approx(0.110)  # the X3 30e, 110 l
    assert min(gains) > 0


def test_a_day_from_memory_is_an_estimate(facts):
    for (id, name), origin in facts.forecast.origins.items():
        remembered = "from memory" in origin.page
        if name == "made":
            remembered |= "day of the page from memory" in facts.sources[origin.source].note
        assert not remembered or origin.status == "estimate", (id, name)


def test_a_quoted_forecast_names_the_page_that_quotes_it_and_a_page_has_one_date(facts):
    forecasts, prices = (
        [facts.sources[key] for key in sorted({o.source for o in shelf.origins.values()})]
        for shelf in (facts.forecast, facts.pack_price)
    )
    assert [s.key for s in forecasts if "as quoted" in s.title and not s.url] == []
    addressed = [s for s in (*forecasts, *prices) if s.url]
    days = {s.url: s.made for s in addressed}
    assert [s.key for s in addressed if days[s.url] != s.made] == []
    made = {f.made for f in facts.forecast if f.forecaster == "BCG"}
    assert made == {facts.pack_price["bcg-2017"].made}


def test_the_pack_prices_of_2018_are_the_two_that_the_page_has(facts):
    """Metaculus 3591: 176 USD of 2018 per kWh in the text, 174 at the end of its series."""
    low, high = facts.pack_price.intervals["bnef-2018", "price@2018"]
    kwh = 3.6e6
    assert low.amount * kwh == pytest.approx(174) and high.amount * kwh == pytest.approx(176)
    assert (low.currency, low.year) == (high.currency, high.year) == ("USD", 2018)


def test_no_figure_or_day_that_is_an_estimate_is_called_published(facts):
    for shelf in facts.shelves:
        for (id, field), origin in shelf.origins.items():
            if origin.source == "wheelbase-estimate" and origin.unit not in ("text", "id"):
                assert origin.status in ("derived", "estimate"), (shelf.kind, id, field)


def test_a_price_quoted_in_2019_does_not_name_the_survey_of_2020(facts):
    origins = facts.pack_price.origins
    assert origins["bnef-2020", "price_low@2010"].source == "insideevs-bnef-2019"
    assert origins["bnef-2020", "price@2010"].source == "bnef-2020"


def test_energy_of_a_makers_cell_agrees_with_its_size_mass_charge_and_voltage(facts):
    """Within 2 %: the figures of one cell often come from several pages."""
    sized = weighed = 0
    for c in facts.cell:
        if c.is_format or c.charge is None:
            continue
        energy = c.charge * c.nominal_voltage
        if c.mass is not None:
            assert energy / c.mass == pytest.approx(c.specific_energy, rel=0.02), c.id
            weighed += 1
        if c.length and c.width:
            fill = math.pi / 4 if c.shape == "cylindrical" else 1.0
            volume = fill * c.length * c.width * c.height
            assert energy / volume == pytest.approx(c.energy_density, rel=0.02), c.id
            sized += 1
    assert weighed >= 12 and sized >= 7


def test_makers_cells_stand_beside_the_formats_in_every_shape_and_chemistry(facts):
    made = [c for c in facts.cell if not c.is_format]
    assert not [c.id for c in made if not (c.charge and c.length and c.width)]
    assert {c.shape for c in made} == {"prismatic", "pouch", "cylindrical"}
    assert {c.chemistry for c in made} >= {"nmc", "nca", "lfp", "sodium"}
    assert {(c.height, c.length) for c in made} >= {(0.07, 0.021), (0.08, 0.046), (0.095, 0.046)}


def test_what_a_pack_says_of_its_cell_and_a_cell_of_its_packs_is_there(facts):
    linked = [p for p in facts.pack if p.cell]
    assert len(linked) >= 20
    for p in linked:
        assert p.cell in facts.cell and p.voltage_class in (400, 800), p.id
    for c in facts.cell:
        assert all(facts.pack[id].cell == c.id for id in c.counted_from), c.id


def test_a_charge_limit_falls_with_the_charge_and_spans_to_full(facts):
    limited = [c for c in facts.cell if c.charge_limit]
    assert "lg-m50" in {c.id for c in limited}
    for c in limited:
        shares = sorted(c.charge_limit)
        rates = [c.charge_limit[s] for s in shares]
        assert shares[-1] == 1.0
        assert rates == sorted(rates, reverse=True)
