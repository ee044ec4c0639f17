"""How the site is built: `make docs`, without the network and without a warning."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "site"))

import fact_role  # noqa: E402
import generate  # noqa: E402
import mathml  # noqa: E402
import plain_docstrings  # noqa: E402

from wheelbase import __version__  # noqa: E402

project = "Wheelbase"
author = "the Wheelbase authors"
copyright = "the Wheelbase authors, Apache-2.0"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinxcontrib.bibtex"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "site"]

myst_enable_extensions = ["dollarmath", "deflist", "attrs_block", "attrs_inline"]
myst_heading_anchors = 3
bibtex_bibfiles = ["generated/sources.bib", "generated/methods.bib"]
bibtex_default_style = "unsrt"

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_display_short_literal_types = True
python_use_unqualified_type_names = True
suppress_warnings = ["ref.python"]  # fields of classes share their names
add_module_names = False
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = ["Source"]

html_theme = "furo"
html_title = f"Wheelbase {version}"
html_static_path = ["site/static"]
html_css_files = ["wheelbase.css"]
html_copy_source = False
html_show_sourcelink = False
pygments_style = "tango"
pygments_dark_style = "monokai"


def setup(app):
    """Write what is generated, and draw formulas without a script from elsewhere."""
    app.connect("config-inited", lambda app, config: generate.write(HERE / "generated"), 100)
    fact_role.setup(app)
    mathml.setup(app)
    plain_docstrings.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
