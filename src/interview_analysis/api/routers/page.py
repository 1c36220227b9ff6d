"""The practice page at ``/``, the camera's at ``/live``, calibration at ``/calibrate``: files that browsers run as they are,
and what they have to know."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from interview_analysis.api.dependencies import ServicesDep
from interview_analysis.api.schemas.page import PageService, PageWords
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.scoring.results import Grade, Reason
from interview_analysis.errors import NotFound
from interview_analysis.messages import MESSAGES, message
from interview_analysis.words import expression_grade, reason_sentence, steadiness_grade

router = APIRouter(include_in_schema=False)

_HOME = "page.html"
_LIVE = "live.html"
_CALIBRATE = "calibrate.html"
_VERSION_MARK = b"{version}"
_REVALIDATE = "no-cache"
_FOR_EVER = "public, max-age=31536000, immutable"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing inline, nothing from elsewhere, no text that is parsed as markup; recordings are played from the browser's memory."""


@dataclass(frozen=True, slots=True)
class _Site:
    """``files`` by name; ``version`` is a digest of all, so that a file under it never changes."""

    version: str
    files: dict[str, bytes]


@lru_cache(maxsize=1)
def _site() -> _Site:
    folder = files("interview_analysis.api") / "static"
    found = {
        entry.name: entry.read_bytes() for entry in sorted(folder.iterdir(), key=lambda entry: entry.name) if entry.is_file()
    }
    digest = hashlib.sha256(b"\0".join(name.encode() + b"\0" + body for name, body in found.items()))
    return _Site(digest.hexdigest()[:16], found)


@router.get("/")
async def page(request: Request) -> Response:
    """The page; a browser that has it is told so (304)."""
    return _page(request, _HOME)


@router.get("/live")
async def live_page(request: Request) -> Response:
    """What the camera shows, measured at once: the other end of ``WS /live``."""
    return _page(request, _LIVE)


@router.get("/calibrate")
async def calibration_page(request: Request) -> Response:
    """Points to look at: the other end of ``POST /gaze/calibration``."""
    return _page(request, _CALIBRATE)


def _page(request: Request, name: str) -> Response:
    site = _site()
    headers = {"ETag": f'"{site.version}"', "Cache-Control": _REVALIDATE, "Content-Security-Policy": _POLICY}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = site.files[name].replace(_VERSION_MARK, site.version.encode())
    return Response(body, media_type="text/html", headers=headers)


@router.get("/page/service.json")
async def service(services: ServicesDep) -> PageService:
    """Limits, terms and words of this installation. Open: it names no data and no person."""
    settings = services.settings
    return PageService(
        language=settings.server.language,
        key_needed=bool(settings.access.api_keys),
        max_bytes=settings.video.max_bytes,
        max_seconds=settings.video.max_video_seconds,
        retention_days=settings.privacy.retention_days,
        profile_days=settings.privacy.retention_max_days,
        words={language: _words(language) for language in Language},
    )


@router.get("/page/{version}/{name}")
async def file(version: str, name: str) -> Response:
    """One file of the page, to be kept for ever under its version."""
    site = _site()
    if version != site.version or name not in site.files or name in (_HOME, _LIVE, _CALIBRATE):
        raise NotFound("no such file of the page", code="not_found")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(site.files[name], media_type=media_type, headers={"Cache-Control": _FOR_EVER})


def _words(language: Language) -> PageWords:
    """The service's own sentences in both languages: what it answers in is fixed, but the page can be switched."""
    return PageWords(
        errors={code: message(code, language) for code in MESSAGES},
        reasons={reason: reason_sentence(reason, language) or "" for reason in Reason},
        grades=[word(grade, language) or "" for word in (expression_grade, steadiness_grade) for grade in Grade],
    )
