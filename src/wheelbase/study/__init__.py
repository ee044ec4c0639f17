"""Read a study, walk the whole arrow, keep the run."""

from wheelbase.study.alliances import AllianceStudy, load_alliance, load_any, load_checked
from wheelbase.study.cars import build_cars
from wheelbase.study.costing import price_study
from wheelbase.study.explain import explain, explained
from wheelbase.study.explanation import Explanation, Ground
from wheelbase.study.folder import read_results
from wheelbase.study.load import (
    Assumption,
    Costed,
    Package,
    Study,
    bundled,
    load,
    load_costed,
    load_package,
    study_of,
)
from wheelbase.study.package import compare_platforms, fit_package
from wheelbase.study.read import Document, read, read_text
from wheelbase.study.references import Held, References, hold_references
from wheelbase.study.run import (
    Done,
    alliance_results,
    keep_alliance,
    results_of,
    run_alliance,
    run_study,
)

__all__ = [
    "AllianceStudy",
    "Assumption",
    "Costed",
    "Document",
    "Done",
    "Explanation",
    "Ground",
    "Held",
    "Package",
    "References",
    "Study",
    "alliance_results",
    "build_cars",
    "bundled",
    "compare_platforms",
    "explain",
    "explained",
    "fit_package",
    "hold_references",
    "keep_alliance",
    "load",
    "load_alliance",
    "load_any",
    "load_checked",
    "load_costed",
    "load_package",
    "price_study",
    "read",
    "read_results",
    "read_text",
    "results_of",
    "run_alliance",
    "run_study",
    "study_of",
]
