"""Every number of a run leads to facts, assumptions or choices with a source."""

import copy
import json

import pytest

from wheelbase.errors import DataError
from wheelbase.study import Explanation, Ground, explain, explained

CAR = "bev@clar_like.sedan_d"


@pytest.fixture(scope="module")
def every(results):
    return {item.name: item for item in explained(results)}


def inside(item, seen=None):
    seen = {} if seen is None else seen
    if item.name not in seen:
        seen[item.name] = item
        for part in item.inputs:
            inside(part, seen)
    return seen


def test_every_figure_of_every_variant_shows_the_value_of_the_results(results, every):
    for id, variant in results["variants"].items():
        for name, figure in variant["figures"].items():
            item = every[f"{id}.{name}"]
            assert (item.value, item.unit) == (figure["value"], figure["unit"])
            assert (item.low, item.high) == (figure["low"], figure["high"])
        for group, mass in variant["masses"].items():
            assert every[f"{id}.mass.{group}"].value == mass
        for point, value in variant["fit"]["hard_points"].items():
            assert every[f"{id}.{point}"].value == value
        bill = results["bills"][id]
        assert every[f"{id}.cost"].value == bill["total"]["value"]
        lines = [every[f"{id}.cost"].inputs[k].value for k in range(len(bill["lines"]))]
        assert lines == [line["cost"]["value"] for line in bill["lines"]]


def test_no_number_is_a_dead_end(every):
    assert len(every) > 2000
    for item in every.values():
        for part in inside(item).values():
            assert part.inputs or part.grounds, f"{item.name}: {part.name}"


def test_every_chain_ends_in_a_ground_with_a_source_or_a_place(every):
    for item in every.values():
        grounds = list(item.every_ground())
        assert grounds, item.name
        for ground in grounds:
            assert ground.place and ground.status and ground.value
            assert ground.kind != "fact" or (ground.source and ground.title)


def test_the_formula_of_a_car_is_known_for_all_its_figures(every):
    assert not [i.name for i in every.values() if "no formula is listed" in i.formula]


def test_the_mass_groups_of_a_car_sum_to_its_curb_mass(results):
    found = explain(results, f"{CAR}.curb_mass")
    assert sum(item.value for item in found.inputs) == pytest.approx(found.value, rel=1e-3)
    assert {item.name for item in found.inputs} >= {f"{CAR}.mass.battery", f"{CAR}.mass.structure"}


def test_the_lines_of_a_bill_name_the_equation_they_were_priced_by(results):
    inverter = explain(results, f"{CAR}.cost.inverter")
    equation = {g.name: g for g in inverter.grounds if g.name.startswith("cost_equation")}
    # 1.26 per kW + 559 of the published equations
    assert equation["cost_equation inverter.per_power"].value == "1.26"
    assert equation["cost_equation inverter.fixed"].value == "559"
    assert any(g.name.startswith("drive_unit bmw-gen5-210kw.peak_power") for g in inverter.grounds)


def test_a_price_in_other_money_leads_to_its_deflators_and_exchange_rate(results):
    inverter = explain(results, f"{CAR}.cost.inverter")
    names = [g.name for g in inverter.grounds]
    rows = ["currency usd.deflator@2022", "currency usd.deflator@2019", "currency usd.per_eur@2019"]
    assert [n for n in names if n.startswith("currency")] == rows
    assert "currency usd.per_eur@2019" in inverter.text()
    assert inverter.status == "derived"  # published in USD2022, of 2019 by a derived rate
    plant = explain(results, "investments.line-conversion")
    firm = {g.name: g.status for g in plant.grounds}
    assert firm["currency eur.deflator@2024"] == plant.status == "estimate"


def test_money_of_the_base_year_needs_no_conversion(results):
    found = explain(results, "platforms.ev_like.launch.development")
    assert not any(g.name.startswith("currency") for g in found.grounds)


def test_a_net_price_leads_to_direct_cost_through_every_indirect_one(results):
    price = explain(results, f"{CAR}.cost.price_net")
    names = [item.name.rpartition(".cost.")[2] for item in price.inputs]
    assert names == ["overhead", "margin", f"{CAR}.cost"]
    assert sum(item.value for item in price.inputs) == pytest.approx(price.value, rel=1e-4)
    overhead = price.inputs[0]
    assert sum(item.value for item in overhead.inputs) == pytest.approx(overhead.value, rel=1e-4)


def test_the_terms_of_a_chain_sum_to_its_hard_point(results):
    for platform in results["platforms"].values():
        for driver in platform["drivers"]:
            if driver["rule"] == "frontal crash stack":
                continue
            assert sum(driver["terms_mm"].values()) == pytest.approx(driver["value_mm"], rel=1e-3)


def test_a_hard_point_names_the_powertrain_that_drives_it_and_its_facts(results):
    found = explain(results, "clar_like.x_fw")
    assert "six" in found.formula and found.unit == "mm"
    assert any(g.name == "engine bmw-b58-3.0.cylinders" for g in found.grounds)


def test_what_the_study_asks_is_a_choice_with_its_line(results):
    found = explain(results, f"{CAR}.asked.request")
    (choice,) = found.grounds
    assert choice.kind == "choice" and choice.value == "380 km"
    line = int(choice.place.rpartition(":")[2])
    assert choice.place.startswith("clar-or-bespoke.yaml") and line > 0


def test_the_penalty_leads_to_both_cars_and_to_what_buyers_pay(results):
    boot = explain(results, "penalty.sedan_d.boot")
    assert {item.name for item in boot.inputs} >= {f"{CAR}.boot", "bev@ev_like.sedan_d.boot"}
    assert any(g.name.startswith("customer_value space") for g in boot.grounds)


def test_what_buyers_pay_lists_what_its_formula_takes_and_nothing_else(results):
    """Room is a share of the net price, so no tax is taken off it; the others know no price."""
    taken = {}
    for part in ("boot", "cabin", "acceleration", "range"):
        found = explain(results, f"penalty.sedan_d.{part}")
        names = [i.name for i in found.inputs] + [g.name.partition(".")[0] for g in found.grounds]
        taken[part] = set(names)
    price, tax, margin = (
        "segments.sedan_d.net_price", "customer_value vat", "customer_value dealer-margin",
    )  # fmt: skip
    for part, names in taken.items():
        room = part in ("boot", "cabin")
        assert (price in names, tax in names, margin in names) == (room, not room, True)
    assert "pack_price" in taken["range"]  # the cells that the range needs are taken off


def test_a_part_of_the_penalty_that_brings_its_own_inputs_and_facts_needs_no_code(results):
    changed = copy.deepcopy(results)
    part = changed["penalty"]["segments"]["sedan_d"]["parts"][0]
    part |= {"id": "novel", "inputs": [".curb_mass"], "facts": ["customer_value:vat"]}
    found = explain(changed, "penalty.sedan_d.novel")
    assert [i.name for i in found.inputs] == [f"{CAR}.curb_mass", "bev@ev_like.sedan_d.curb_mass"]
    assert any(g.name.startswith("customer_value vat") for g in found.grounds)


def test_decision_deal_and_investment_are_explained_too(results, every):
    assert explain(results, "answer.value").value == results["answer"]["value"]["value"]
    saving = explain(results, "drive_unit.saving")
    assert {i.name for i in saving.inputs} >= {"deals.drive_unit.development"}
    plant = every["investments.new-plant"]
    assert any(g.name == "investment debrecen.amount" for g in plant.grounds)
    assert explain(results, "demand.volume").grounds[0].kind == "assumption"


def test_what_the_maker_saves_is_its_share_of_the_deal_and_no_penalty(results):
    whom = results["answer"]["whom"]
    found = explain(results, "answer.whom.saving")
    (share,) = found.inputs
    assert share.name == f"{whom['deal']}.{whom['rule']}.{whom['maker']}"
    assert share.value == found.value == whom["saving"]["value"]
    assert not any(name.startswith("penalty") for name in inside(found))
    assert whom["rule"] in found.formula and whom["maker_name"] in found.formula


def test_the_freedom_of_the_plan_is_the_difference_of_two_plans(results):
    found = explain(results, "plan.option")
    free, never, *_ = found.inputs
    assert (free.name, never.name) == ("plan.value", "plan.never.value")
    assert found.value == pytest.approx(free.value - never.value, abs=1.0)


def test_the_size_of_the_program_is_a_count_and_no_present_value(results):
    for name in ("columns", "rows", "integers"):
        assert "count" in explain(results, f"plan.size.{name}").formula
    assert "present value" in explain(results, "plan.value").formula


def test_numbers_of_one_branch_that_mean_different_things_have_different_formulas(every):
    for names in (
        ("plan.value", "plan.bound", "plan.gap", "plan.option", "plan.size.rows"),
        ("plan.nodes.0.probability", "plan.nodes.0.standing", "plan.nodes.0.premium_meur"),
        ("plan.targets.2030.target", "plan.plants.0.body", "plan.cars.0.emission"),
        ("timing.never", "timing.option_value", "timing.waiting_value", "timing.adaptivity"),
        ("values.0.value", "values.1.value", "stages.eev", "stages.rp", "stages.ws"),
        ("answer.value", "answer.confidence_share", "answer.flips.0.low", "answer.flips.0.flip"),
    ):
        assert len({every[name].formula for name in names}) == len(names)


def test_a_swing_leads_to_the_assumption_that_is_varied(results, every):
    swing = next(n for n, s in enumerate(results["tornado"]) if s["input"] == "wacc")
    assert [i.name for i in every[f"tornado.{swing}.low"].inputs] == ["finance.wacc"]
    assert [i.name for i in every["answer.flips.1.low"].inputs] == [
        "platforms.ev_like.launch.block.invest"
    ]


def test_the_outlook_of_the_plan_leads_to_forecasts_and_to_what_is_assumed(results, every):
    outlook = results["plan"]["outlook"]
    for n, market in enumerate(outlook["markets"]):
        part = every[f"plan.outlook.markets.{n}.part"]
        assert [i.name for i in part.inputs] == [f"plan.outlook.markets.{market['id']}.part"]
        share = every[f"plan.outlook.markets.{n}.bev_share_percent.0"]
        assert any(g.name.startswith("forecast ") for g in share.grounds)
    for n, said in enumerate(outlook["statements"]):
        grounds = every[f"plan.outlook.statements.{n}.value"].grounds
        assert {g.name.split(".")[0] for g in grounds} == {f"forecast {said['fact']}"}
    rows = {(r["place"].partition(".csv")[0], r["id"]) for r in results["facts"]}
    assert {("market", m["id"]) for m in outlook["markets"]} <= rows


def test_how_far_the_plan_hangs_on_its_tree_is_explained_too(results):
    spread = {"in_sample_percent": 1.0, "out_of_sample_percent": 0.5, "optimism_percent": 0.2,
              "error_percent": 0.1, "leaves": 20, "trees": 5}  # fmt: skip
    tested = {"sentence": "", "stable": True, "interval": [1.0, 2.0], "rounds": [spread]}
    plan = {**results, "plan": {**results["plan"], "stability": tested}}
    names = [f"rounds.0.{key}" for key in spread if key.endswith("percent")]
    found = [explain(plan, f"plan.stability.{n}") for n in (*names, "interval.0")]
    assert len({item.formula for item in found}) == len(found)
    assert all([*item.every_ground()] for item in found)
    with pytest.raises(DataError, match="has no chain"):
        explain(plan, "plan.stability.rounds.0.leaves")


@pytest.mark.parametrize(
    "name", ["robustness.draws", "plan.stages", "plan.nodes.0.start", "outlook.lattice_points"]
)
def test_a_number_without_a_chain_of_its_own_is_refused(results, name):
    with pytest.raises(DataError, match="a count, a year or a label of the run"):
        explain(results, name)


def test_text_marks_estimates_and_lists_sources_with_their_dates(results):
    text = explain(results, f"{CAR}.mass.tunnel").text(2)
    assert "[estimate]" in text and "mass_constant.csv:" in text
    assert "sources" in text and "[wheelbase-estimate]" in text
    assert "estimates" in text.splitlines()[-1]


def test_depth_limits_what_is_shown_and_says_what_is_left(results):
    found = explain(results, f"{CAR}.range_wltp")
    shallow, deep = found.text(0), found.text(4)
    assert "deeper with --depth" in shallow and len(deep) > len(shallow)
    data = found.data(1)
    assert isinstance(data["inputs"][0], dict) and isinstance(data["inputs"][0]["inputs"][0], str)
    json.dumps(data, allow_nan=False)


def test_an_explanation_is_frozen(results):
    found = explain(results, "demand.volume")
    assert isinstance(found, Explanation) and isinstance(found.grounds[0], Ground)
    with pytest.raises(AttributeError):
        found.value = 1.0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (f"{CAR}.curb_mas", f"did you mean {CAR}.curb_mass"),
        ("bev@clar_lik.sedan_d.curb_mass", f"{CAR}.curb_mass"),
        (CAR, "name one of its figures"),
        ("penalty.sedan", "penalty.sedan_d"),
        ("answer.sentence", "no such number"),
        ("zzz", "VARIANT.METRIC"),
    ],
)
def test_an_unknown_name_is_refused_with_near_misses(results, name, words):
    with pytest.raises(DataError, match="no such number|name one") as caught:
        explain(results, name)
    assert words in str(caught.value)


def test_a_run_of_another_version_or_without_its_parts_is_refused(results):
    with pytest.raises(DataError, match="lacks facts"):
        explain({k: v for k, v in results.items() if k != "facts"}, f"{CAR}.cost")
    other = {**results, "manifest": {"versions": {"wheelbase": "0.0.1"}}}
    with pytest.raises(DataError, match=r"made by version 0\.0\.1"):
        explain(other, f"{CAR}.cost")
    bare = {k: v for k, v in results["variants"][CAR].items() if k != "reads"}
    with pytest.raises(DataError, match="which facts its cars read"):
        explain({**results, "variants": {CAR: bare}}, f"{CAR}.cost")


def test_a_run_that_asks_with_whom_explains_its_deals(facts):
    from wheelbase.study import alliance_results, load_alliance

    results = alliance_results(load_alliance("edu-alliance", facts))
    found = explain(results, "drive_unit.saving")
    names = {item.name for item in found.inputs}
    assert "deals.drive_unit.partners.jlr.volume" in names
    volume = next(i for i in found.inputs if i.name == "deals.drive_unit.partners.jlr.volume")
    assert volume.grounds[0].status == "estimate"
    with pytest.raises(DataError, match="did you mean drive_unit.saving"):
        explain(results, "drive_unit.savings")
