"""Which keys a study file may hold, read off its models."""

from typing import Any, get_args, get_origin

from pydantic import BaseModel

__all__ = ["keys_at", "names_itself"]


def keys_at(root: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the study may hold at `path`."""
    found = (name for model in _models(_hint(root, path)) for name in model.model_fields)
    return list(dict.fromkeys(found))


def names_itself(root: type[BaseModel], path: tuple[str | int, ...]) -> bool:
    """Return whether the study gives the keys at `path` names of its own."""
    return get_origin(_hint(root, path)) is dict


def _hint(root: type[BaseModel], path: tuple[str | int, ...]) -> Any:
    hint: Any = root
    for part in path:
        hint = _inside(hint, part)
    return hint


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
