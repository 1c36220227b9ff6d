"""What all groups of settings share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Group(BaseSettings):
    """Frozen; read from the environment and ``.env`` by the fields' names."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)


def listed(value: str) -> list[str]:
    """Entries between commas, each once."""
    return list(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))


def parsed(value: object, parse: Callable[[str], object]) -> object:
    """A comma list entry by entry; what is no text was made by the program itself."""
    return tuple(parse(entry) for entry in listed(value)) if isinstance(value, str) else value


def revealed(value: SecretStr | None) -> str:
    """Empty where nothing is set."""
    return "" if value is None else value.get_secret_value()


def refuse_half(needed: Mapping[str, object], *, begun: bool) -> None:
    """Raises ``ValueError`` naming what is missing of a group that was begun."""
    missing = [name for name, value in needed.items() if not value]
    if begun and missing:
        raise ValueError(f"{', '.join(missing)} is missing: set all of {', '.join(needed)}, or none")
