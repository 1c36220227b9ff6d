"""Saliency maps over HTTP: stored, looked at, replaced, erased, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import numpy as np
import pytest

from api_builders import RunningApi, access_settings, api_settings, running_api
from interview_analysis.domain.api_key import new_api_key
from saliency_builders import archive, blob_maps, npz, png, read_png

MAPS = blob_maps(50)
BODY = npz(maps=MAPS)
OWN, OWN_ENTRY = new_api_key("web-app")
FOREIGN, FOREIGN_ENTRY = new_api_key("other")


def put(http: httpx.Client, name: str, content: bytes = BODY, rate: float = 25.0, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.put(f"/saliency/{quote(name, safe='')}", params={"rate": rate}, content=content, headers=named)


def picture(http: httpx.Client, name: str, **query: float | str) -> np.ndarray:
    answer = http.get(f"/saliency/{name}/map", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png"), answer.text
    return read_png(answer.content)


def brightest_column(grey: np.ndarray) -> float:
    return float(np.flatnonzero((grey == grey.max()).any(axis=0)).mean())


def test_maps_are_stored_and_shown_by_time(api: RunningApi) -> None:
    answer = put(api.http, "walk")
    document = {"video_id": "walk", "rate": 25.0, "frames": 50, "width": 64, "height": 36, "duration": 2.0, "source": "given"}
    assert (answer.status_code, answer.json()) == (200, document)
    assert api.http.get("/saliency/walk").json() == document
    columns = [brightest_column(picture(api.http, "walk", seconds=seconds)) for seconds in (0, 1.0, 1.99)]
    assert columns == pytest.approx([0, 32, 63], abs=1.5)


def test_the_heat_map_covers_the_frame_where_the_eye_is_drawn(api: RunningApi) -> None:
    put(api.http, "heat")
    layer = picture(api.http, "heat", seconds=1.0, style="heat")
    assert layer.shape == (36, 64, 4)
    peak, corner = layer[18, 32], layer[0, 63]
    assert (peak[3] > 190, corner[3] < 10) == (True, True)
    assert peak[2] > peak[0]


def test_pictures_do_as_well(api: RunningApi) -> None:
    grey = np.rint(MAPS[:3] * 255).astype(np.uint8)
    pictures = archive({f"{number:03}.png": png(one) for number, one in enumerate(grey)})
    assert put(api.http, "pictures", pictures, content_type="application/zip").json()["frames"] == 3
    assert brightest_column(picture(api.http, "pictures", seconds=0.05)) == brightest_column(grey[1])


def test_new_maps_replace_and_erasure_ends_them(api: RunningApi) -> None:
    put(api.http, "twice")
    assert put(api.http, "twice", npz(maps=MAPS[:5])).json()["frames"] == 5
    assert api.http.delete("/saliency/twice").json() == {"video_id": "twice", "erased": 5}
    for answer in (api.http.get("/saliency/twice"), api.http.delete("/saliency/twice"), api.http.get("/saliency/twice/map")):
        assert (answer.status_code, answer.json()["code"]) == (404, "saliency_not_found")


@pytest.mark.parametrize("seconds", [2.0, 2.1, 900.0])
def test_there_is_no_map_after_the_last(api: RunningApi, seconds: float) -> None:
    put(api.http, "short")
    answer = api.http.get("/saliency/short/map", params={"seconds": seconds})
    assert (answer.status_code, answer.json()["code"]) == (404, "saliency_not_found")


@pytest.mark.parametrize("name", ["면접 영상", "$where", "a.b", "system.users", "100%", "a?b#c", "😀", "x" * 128])
def test_odd_names_are_names(api: RunningApi, name: str) -> None:
    assert put(api.http, name).json()["video_id"] == name


@pytest.mark.parametrize("name", ["a\nb", "x" * 129, "\x00"])
def test_names_with_control_characters_or_too_long_are_refused(api: RunningApi, name: str) -> None:
    assert put(api.http, name).status_code == 422


def test_what_is_no_archive_is_refused_and_nothing_kept(api: RunningApi) -> None:
    answer = put(api.http, "none", b"no archive")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_saliency")
    assert answer.json()["message"] == "현저성 지도를 읽을 수 없습니다."
    assert put(api.http, "none", BODY, content_type="image/png").status_code == 415
    assert put(api.http, "none", BODY, rate=0).status_code == 422
    assert api.http.get("/saliency/none").status_code == 404


def test_a_body_that_does_not_fit_into_memory_is_read_from_the_disk(api: RunningApi) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 200, 200), dtype=np.uint8)
    noise[:, 0, 0] = 255
    body = npz(maps=noise)
    assert len(body) > 2 << 20
    assert put(api.http, "noise", body).json()["frames"] == 60
    np.testing.assert_array_equal(picture(api.http, "noise", seconds=59 / 25), noise[59])


def test_a_body_over_the_limit_is_refused(api: RunningApi) -> None:
    pieces = (bytes(1 << 20) for _ in range(65))
    answer = api.http.put("/saliency/large", params={"rate": 25}, content=pieces)
    assert (answer.status_code, answer.json()["code"]) == (413, "saliency_too_large")


def gaze(direction: int) -> list[dict[str, float]]:
    """That follows the blob, or goes the other way; and one point after the video."""
    places = np.linspace(0.01, 0.99, 50)[::direction]
    return [{"seconds": frame / 25, "x": float(x), "y": 0.5} for frame, x in enumerate(places)] + [
        {"seconds": 9, "x": 0, "y": 0}
    ]


def test_gaze_is_scored_with_chance_and_interval(api: RunningApi) -> None:
    put(api.http, "scored")
    told = [api.http.post("/saliency/scored/score", json={"points": gaze(direction)}).json() for direction in (1, -1)]
    assert [(one["frames"], one["points"]) for one in told] == [(50, 50)] * 2
    following, away = (one["figures"] for one in told)
    assert set(following) == {"nss", "auc_judd", "cc", "sim", "kl", "share_above_p70"}
    assert following["auc_judd"]["low"] > 0.9 > following["auc_judd"]["chance"] > 0.7, "one point a frame: 3/4"
    assert following["share_above_p70"]["chance"] == pytest.approx(0.3, abs=0.02)
    assert away["nss"]["value"] < following["nss"]["low"]


def test_predicted_maps_are_marked_and_so_is_a_score_against_them(api: RunningApi) -> None:
    answer = api.http.put("/saliency/guessed", params={"rate": 25, "source": "spectral_residual"}, content=BODY)
    told = api.http.post("/saliency/guessed/score", json={"points": gaze(1)}).json()
    assert (answer.json()["source"], told["source"]) == ("spectral_residual",) * 2
    assert put(api.http, "guessed").json()["source"] == "given"
    assert api.http.put("/saliency/guessed", params={"rate": 25, "source": "nonsense"}, content=BODY).status_code == 422


def test_gaze_beside_the_maps_gives_no_figure(api: RunningApi) -> None:
    put(api.http, "beside")
    told = api.http.post("/saliency/beside/score", json={"points": [{"seconds": 1, "x": 1.5, "y": 0.5}]}).json()
    assert (told["frames"], told["points"], told["figures"]) == (0, 0, {})


def test_a_score_takes_maps_and_a_bounded_number_of_frames(api: RunningApi) -> None:
    points = [{"seconds": frame / 25, "x": 0.5, "y": 0.5} for frame in range(140)]
    put(api.http, "wide", npz(maps=np.zeros((140, 500, 500), np.uint8)))
    for name, status, code in (("wide", 413, "saliency_too_large"), ("none", 404, "saliency_not_found")):
        answer = api.http.post(f"/saliency/{name}/score", json={"points": points})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert api.http.post("/saliency/wide/score", json={"points": points * 40}).status_code == 422


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[RunningApi]:
    entries = f"{OWN_ENTRY}, {FOREIGN_ENTRY}"
    with running_api(api_settings(tmp_path, access=access_settings(api_keys=entries))) as running:
        yield running


def test_owners_have_maps_of_their_own(keyed: RunningApi) -> None:
    own, foreign = ({"X-API-Key": key} for key in (OWN, FOREIGN))
    address = "/saliency/walk"
    assert keyed.http.get(address).status_code == 401
    assert keyed.http.put(address, params={"rate": 25}, content=BODY, headers=own).status_code == 200
    for answer in (keyed.http.get(address, headers=foreign), keyed.http.delete(address, headers=foreign)):
        assert answer.status_code == 404
    assert keyed.http.get(address, headers=own).json()["frames"] == 50
