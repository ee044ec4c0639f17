"""The live page: the same front end as the report, on top of a server for one user."""

from wheelbase.studio.library import is_id
from wheelbase.studio.server import HOST, free_port, kept_token, serve, studio

__all__ = ["HOST", "free_port", "is_id", "kept_token", "serve", "studio"]
