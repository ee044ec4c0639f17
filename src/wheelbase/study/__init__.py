"""Read a study, walk the whole arrow, keep the run."""

from wheelbase.study.alliances import AllianceStudy, load_alliance, load_any, load_checked
from wheelbase.study.book import ImportedBook, import_book
from wheelbase.study.cars import basis_of, bill_year, build_cars, targets_of
from wheelbase.study.change import changed
from wheelbase.study.citations import Citation, citations
from wheelbase.study.compare import compare_runs
from wheelbase.study.costing import price_study
from wheelbase.study.explain import explain, explained
from wheelbase.study.explanation import Explanation, Ground
from wheelbase.study.fastsim import FastsimCar, read_fastsim
from wheelbase.study.fastsim_car import Fragment, drivable, fragment, write_fragment
from wheelbase.study.fastsim_file import is_fastsim
from wheelbase.study.folder import (
    fingerprint,
    open_folder,
    read_manifest,
    read_results,
    staged,
    versions,
)
from wheelbase.study.hindcast import forecasts, outcomes, scored
from wheelbase.study.hindcast_spec import case_of, hindcasts, register
from wheelbase.study.knobs import knobs
from wheelbase.study.live import Previous, live_results, settled_results, study_tree
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
from wheelbase.study.networks import NetworkStudy
from wheelbase.study.package import compare_platforms, fit_package
from wheelbase.study.placing import variant_id
from wheelbase.study.planned import load_planned, plan_results
from wheelbase.study.read import Document, read, read_text
from wheelbase.study.references import Held, References, hold_references
from wheelbase.study.replay import Deviation, Replay, replay
from wheelbase.study.run import (
    Done,
    alliance_results,
    keep,
    results_of,
    run_alliance,
    run_study,
)
from wheelbase.study.run_network import network_results, run_network
from wheelbase.study.side_by_side import compare_studies
from wheelbase.study.spec_sweep import SweepLaw, SweepSpec
from wheelbase.study.tables import Selection, Tables, open_tables
from wheelbase.study.when import decide_study

__all__ = [
    "AllianceStudy",
    "Assumption",
    "Citation",
    "Costed",
    "Deviation",
    "Document",
    "Done",
    "Explanation",
    "FastsimCar",
    "Fragment",
    "Ground",
    "Held",
    "ImportedBook",
    "NetworkStudy",
    "Package",
    "Previous",
    "References",
    "Replay",
    "Selection",
    "Study",
    "SweepLaw",
    "SweepSpec",
    "Tables",
    "alliance_results",
    "basis_of",
    "bill_year",
    "build_cars",
    "bundled",
    "case_of",
    "changed",
    "citations",
    "compare_platforms",
    "compare_runs",
    "compare_studies",
    "decide_study",
    "drivable",
    "explain",
    "explained",
    "fingerprint",
    "fit_package",
    "forecasts",
    "fragment",
    "hindcasts",
    "hold_references",
    "import_book",
    "is_fastsim",
    "keep",
    "knobs",
    "live_results",
    "load",
    "load_alliance",
    "load_any",
    "load_checked",
    "load_costed",
    "load_package",
    "load_planned",
    "network_results",
    "open_folder",
    "open_tables",
    "outcomes",
    "plan_results",
    "price_study",
    "read",
    "read_fastsim",
    "read_manifest",
    "read_results",
    "read_text",
    "register",
    "replay",
    "results_of",
    "run_alliance",
    "run_network",
    "run_study",
    "scored",
    "settled_results",
    "staged",
    "study_of",
    "study_tree",
    "targets_of",
    "variant_id",
    "versions",
    "write_fragment",
]
