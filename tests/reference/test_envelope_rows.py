"""The envelope rows of the design study, reached with the constants of that study.

Only rows whose driver is an engine or a wheel: the study sizes drive units by power, this product
by torque. The study had no turning circle and no bell housing between engine and bulkhead, a
silencer 300 mm deep, and gave the front structure 330 mm; the formulas are the same.
"""

from dataclasses import replace

import pytest

from wheelbase.fit.chain import constants_of
from wheelbase.fit.envelope import hard_points

STUDY_CONSTANTS = {
    "bell-housing": 0.0,
    "turning-circle": 100.0,
    "front-structure": 0.330,
    "transverse-offset": 0.190,
    "silencer": 0.758,
    "rear-wheel-structure": 0.120,
}


def rows(study, facts, names, layout, length, tyre):
    c = constants_of(facts) | STUDY_CONSTANTS
    platform = replace(
        study.platforms["clar_like"],
        layout=layout,
        powertrains=tuple(study.powertrains[n] for n in names),
    )
    body = replace(study.bodies["sedan_d"], L103=length, tyre_radius=tyre)
    points = hard_points(platform, body, None, c)
    return {name: round(1e3 * float(points[name])) for name in ("L104", "x_fw", "L105", "L101")}


@pytest.mark.parametrize(
    ("names", "layout", "length", "tyre", "expected"),
    [
        # C segment with a transverse engine: the nose drives L104, the silencer L105
        (("compact", "compact_bev"), "transverse", 4.280, 0.318,
         {"L104": 830, "L105": 758, "L101": 2692}),
        # D segment with the in-line six: it drives the firewall
        (("petrol", "six", "bev"), "longitudinal", 4.750, 0.335,
         {"L104": 807, "x_fw": 627, "L105": 758, "L101": 3185}),
        # D segment without engines: wheels drive both overhangs
        (("bev",), "electric", 4.750, 0.335, {"L104": 807, "L105": 597, "L101": 3346}),
    ],
)  # fmt: skip
def test_the_rows_of_the_study_come_out_to_the_millimetre(
    study, facts, names, layout, length, tyre, expected
):
    found = rows(study, facts, names, layout, length, tyre)
    assert {k: found[k] for k in expected} == pytest.approx(expected, abs=1)


def test_the_six_costs_159_mm_of_usable_length(study, facts):
    """Row 5 less row 4 of the study: 3275 - 3116 mm; without the six a battery car's 468 rules."""
    with_six = rows(study, facts, ("petrol", "six", "bev"), "longitudinal", 4.750, 0.335)
    without = rows(study, facts, ("petrol", "bev"), "longitudinal", 4.750, 0.335)
    four = 4 * 91 - 91 + 82 + 200 - 230 + 60 + 60  # mm, the four's own bound
    wheel = 335 + 62.36 + 50
    assert without["x_fw"] == pytest.approx(max(four, wheel), abs=1)
    assert with_six["x_fw"] - without["x_fw"] == pytest.approx(627 - max(four, wheel), abs=1)
