"""How each number of shared parts and of the validation is found."""

from collections.abc import Mapping

from wheelbase.study.formula_chain import Chain

__all__ = ["SHARED"]

_OF_PARTS = ("part_family:*",)

SHARED: Mapping[str, Chain] = {
    "shared_parts.matrix_percent.*.*": Chain(
        "share of the value of two cars in parts that are one: equal hard points and sizes",
        ("*.cost",), _OF_PARTS,
    ),
    "shared_parts.body_percent.*.*": Chain(
        "the same of body parts alone", ("*.cost",), _OF_PARTS
    ),
    "shared_parts.platforms.*.commonality": Chain(
        "share of the value of the platform's cars in parts that two or more of them have",
        ("*@{branch}.*.cost",), _OF_PARTS,
    ),
    "shared_parts.platforms.*.body_commonality": Chain(
        "the same of body parts alone", ("*@{branch}.*.cost",), _OF_PARTS
    ),
    "shared_parts.families.*.*": Chain(
        "what one version of {label} pays for its {key}", (), ("part_family:{id}#{key}",)
    ),
    "shared_parts.versions.*.sets": Chain(
        "{family}: sets of tools for the cars a year that use it", ("demand.*",), _OF_PARTS
    ),
    "shared_parts.versions.*.once": Chain(
        "{family}: stampings and fixtures for its volume, and its development once",
        ("demand.*",), _OF_PARTS,
    ),
    "shared_parts.choices.*.volume": Chain("cars a year of these variants", ("demand.*",)),
    "shared_parts.choices.*.commonality": Chain(
        "share of value in parts that two or more of these cars have, by volume",
        ("variants", "demand.*"), _OF_PARTS,
    ),
    "shared_parts.choices.*.unit": Chain("cars a year x bill", ("variants", "demand.*")),
    "shared_parts.choices.*.once": Chain(
        "sum over the versions of parts of these cars", ("demand.*",), _OF_PARTS
    ),
    "shared_parts.choices.*.annual": Chain(
        "unit cost a year + annuity of what is paid once",
        ("{at}.unit", "{at}.once", "finance.wacc", "platforms.*.launch.life"),
    ),
    "shared_parts.*.*.volume": Chain("cars a year of {variant}", ("demand.*",)),
    "shared_parts.further.*.once": Chain(
        "what all versions cost with {variant} less without it", ("demand.*",), _OF_PARTS
    ),
    "shared_parts.splits.*.once": Chain(
        "what versions of {family} cost once {leaving} has one of its own, less together",
        ("demand.*",), _OF_PARTS,
    ),
    "shared_parts.splits.*.once_standing": Chain(
        "the same where the common tools stand already", ("demand.*",), _OF_PARTS
    ),
    "shared_parts.levels.*.once": Chain(
        "versions of body parts that {variant} needs alone at this level",
        ("demand.*",), _OF_PARTS,
    ),
    "shared_parts.levels.*.energy_fit": Chain(
        "battery that fits a floor of this level", ("{variant}.battery_fit",),
        ("chain_constant:*",),
    ),
    "shared_parts.allocation.*.by_volume": Chain(
        "tools and development of each version, shared by cars", ("demand.*",), _OF_PARTS
    ),
    "shared_parts.allocation.*.by_need": Chain(
        "tools by cars, development by who needs the version", ("demand.*",), _OF_PARTS
    ),
    "validation.*.predicted": Chain(
        "{quantity} of {name} from its published figures", (), ("vehicle:{vehicle}",
        "vehicle_constant:*"),
    ),
    "validation.*.published_*": Chain("{quantity} of {name}", (), ("vehicle:{vehicle}",)),
    "validation.*.error_percent": Chain(
        "prediction over the nearer published end, less one",
        ("{at}.predicted", "{at}.published_low", "{at}.published_high"),
    ),
}  # fmt: skip
