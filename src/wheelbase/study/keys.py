"""Which keys a study file may hold, read off its models."""

from typing import Any, get_args, get_origin

from pydantic import BaseModel

__all__ = ["keys_at"]


def keys_at(root: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the study may hold at `path`."""
    hint: Any = root
    for part in path:
        hint = _inside(hint, part)
    found = (name for model in _models(hint) for name in model.model_fields)
    return list(dict.fromkeys(found))


def _inside(hint: Any, part: str | int) -> Any:
    for model in _models(hint):
        if part in model.model_fields:
            return model.model_fields[str(part)].annotation
    return get_args(hint)[1] if get_origin(hint) is dict else None


def _models(hint: Any) -> list[type[BaseModel]]:
    """Return the models that a hint allows, inside unions and annotations."""
    if _is_model(hint):
        return [hint]
    if get_origin(hint) is dict:
        return []
    return [model for part in get_args(hint) for model in _models(part)]


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)
