"""Who may enter and what is told to others."""

from __future__ import annotations

import base64
import ipaddress
import re
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from interview_analysis.application.submit_analysis import PrivacyRules
from interview_analysis.domain.api_key import ApiKey, parse_api_key
from interview_analysis.settings.group import Group, listed, parsed, revealed

Rate = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,4}/(second|minute|hour)$")]
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")


class AccessSettings(Group):
    """Who may enter, from where and how often. Without keys everything is open."""

    api_keys: Annotated[tuple[ApiKey, ...], NoDecode] = ()
    rate_limit: Rate | None = None
    """Of all requests of one owner of keys, or of one client address without keys."""
    rate_limit_analyze: Rate | None = None
    """Of ``POST /analyze`` and ``POST /uploads``, besides."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("api_keys", mode="before")
    @classmethod
    def _keys(cls, value: object) -> object:
        return parsed(value, parse_api_key)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        return parsed(value, _network)

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        return parsed(value, _origin)

    @model_validator(mode="after")
    def _not_for_everybody(self) -> Self:
        if "*" in self.cors_origins and not self.api_keys:
            raise ValueError("CORS_ORIGINS=* without API_KEYS would show all analyses to every web page that a user opens")
        return self


class PrivacySettings(Group):
    """How long analyses are kept, and on what condition they are made."""

    retention_days: Annotated[int, Field(ge=0, le=36_500)] = 30
    """For requests that do not say; 0 = for ever."""
    retention_max_days: Annotated[int, Field(ge=1, le=36_500)] = 365
    retention_sweep_seconds: Annotated[float, Field(gt=0)] = 60.0
    require_consent: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.retention_days > self.retention_max_days:
            raise ValueError("RETENTION_DAYS is above RETENTION_MAX_DAYS")
        return self

    @property
    def rules(self) -> PrivacyRules:
        """As the use cases know them."""
        return PrivacyRules(
            default_days=self.retention_days, most_days=self.retention_max_days, require_consent=self.require_consent
        )


class CallbackSettings(Group):
    """Webhooks; off until a secret is set."""

    webhook_secret: SecretStr | None = None
    webhook_secrets: SecretStr | None = None
    callback_allowed_hosts: Annotated[frozenset[str], NoDecode] = frozenset()
    callback_allow_http: bool = False
    callback_ports: Annotated[frozenset[Annotated[int, Field(ge=1, le=65535)]], NoDecode] = frozenset()
    """Empty = 80, 443 and 8443."""
    callback_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10.0
    callback_max_attempts: Annotated[int, Field(ge=1, le=100)] = 17
    """With the other defaults the last comes about a day after the first."""
    callback_retry_seconds: Annotated[float, Field(gt=0)] = 10.0
    """Wait before the second attempt; doubled for each further one, up to four hours."""

    @field_validator("callback_allowed_hosts", "callback_ports", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return listed(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _readable(self) -> Self:
        _ = self.signing_keys, self.allowed_hosts
        return self

    @property
    def signing_keys(self) -> dict[str, tuple[bytes, ...]]:
        """By owner; under ``""`` those of ``WEBHOOK_SECRET``, for everybody else. Each of them signs."""
        keys: dict[str, tuple[bytes, ...]] = {}
        for secret in listed(revealed(self.webhook_secret)):
            keys[""] = (*keys.get("", ()), _secret_bytes(secret))
        for entry in listed(revealed(self.webhook_secrets)):
            owner, colon, secret = entry.partition(":")
            if not owner or not colon:
                raise ValueError("WEBHOOK_SECRETS holds OWNER:SECRET, separated by commas")
            keys[owner] = (*keys.get(owner, ()), _secret_bytes(secret))
        return keys

    @property
    def allowed_hosts(self) -> frozenset[tuple[str, int | None]]:
        """Each with its port, ``None`` where none was named."""
        hosts: set[tuple[str, int | None]] = set()
        for entry in self.callback_allowed_hosts:
            host, colon, port = entry.lower().partition(":")
            if not host or (colon and not port.isdecimal()) or "/" in host:
                raise ValueError("CALLBACK_ALLOWED_HOSTS holds HOST or HOST:PORT, separated by commas")
            hosts.add((host, int(port) if colon else None))
        return frozenset(hosts)


def _network(entry: str) -> str:
    try:
        return str(ipaddress.ip_network(entry))
    except ValueError:
        raise ValueError("wanted are addresses or networks, as 10.0.0.0/8") from None


def _origin(entry: str) -> str:
    if entry != "*" and not _ORIGIN.fullmatch(entry):
        raise ValueError("wanted are origins as a browser sends them, as https://practice.example: small letters, no path")
    return entry


def _secret_bytes(secret: str) -> bytes:
    """``whsec_`` and base64 of 24 to 64 bytes (Standard Webhooks). Raises ``ValueError``, never with the secret in it."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError("a webhook secret is whsec_ and base64 of 24 to 64 bytes")
    return key
