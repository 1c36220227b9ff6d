"""Clips with known traits, made by the tests themselves, and sound that passes for speech."""

from __future__ import annotations

import itertools
import wave
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_analysis.ffmpeg import ProcessLimits, launch, run

Picture = NDArray[np.uint8]
Samples = NDArray[np.float32]

LIMITS = ProcessLimits(seconds=60.0)
VP8 = ("-threads", "1", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", "-auto-alt-ref", "0")
VP9 = ("-threads", "1", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency")
BITS = 10


def ffmpeg(*arguments: str) -> bytes:
    """Run ffmpeg, expect success, return its standard output."""
    done = run(["-y", *arguments], LIMITS)
    assert done.status == 0, done.log
    return done.output


def make_clip(
    path: Path,
    *,
    seconds: float = 2.0,
    fps: float = 30,
    size: tuple[int, int] = (160, 120),
    codec: Sequence[str] = VP8,
    options: Sequence[str] = (),
    audio: bool = False,
) -> Path:
    """A moving test picture, with a tone on request. ``options`` go before the output."""
    source = ["-f", "lavfi", "-i", f"testsrc2=size={size[0]}x{size[1]}:rate={fps}:duration={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}", "-c:a", "libopus"] if audio else []
    ffmpeg(*source, *tone, *codec, *options, str(path))
    return path


def make_stream(seconds: float = 2.0, fps: float = 30) -> bytes:
    """WebM as a browser streams it: unknown size, no duration."""
    source = ["-f", "lavfi", "-i", f"testsrc2=size=160x120:rate={fps}:duration={seconds}"]
    return ffmpeg(*source, *VP8, "-f", "webm", "pipe:1")


def make_numbered(path: Path, *, count: int = 60, fps: float = 30, options: Sequence[str] = ()) -> Path:
    """Every frame shows its own number, which ``read_number`` reads back. ``options`` go before the output."""
    return write_video(path, (number_picture(n) for n in range(count)), fps, options=options)


def number_picture(number: int, size: tuple[int, int] = (160, 64)) -> Picture:
    """``number`` as black and white columns, lowest bit left."""
    bits = [(number >> bit) & 1 for bit in range(BITS)]
    row = np.repeat(np.array(bits, np.uint8) * 255, size[0] // BITS)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (size[1], size[0], 3)))


def read_number(image: Picture) -> int:
    """The number of a (compressed, scaled) ``number_picture``."""
    height, width, _ = image.shape
    edges = np.linspace(0, width, BITS + 1).astype(int)
    middle = image[height // 4 : 3 * height // 4].mean(axis=(0, 2))
    return sum((middle[a:b].mean() > 127) << bit for bit, (a, b) in enumerate(itertools.pairwise(edges)))


def write_video(
    path: Path,
    frames: Iterable[Picture],
    fps: float,
    audio: Samples | None = None,
    sample_rate: int = 16_000,
    options: Sequence[str] = (),
) -> Path:
    """RGB frames (H, W, 3), all of one size, and mono samples −1…1 → VP8 and Opus."""
    pictures = iter(frames)
    first = next(pictures)
    height, width, _ = first.shape
    sound = [] if audio is None else ["-i", str(write_wav(path.with_suffix(".wav"), audio, sample_rate)), "-c:a", "libopus"]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps), "-i", "pipe:0"]
    with launch(["-y", *raw, *sound, *VP8, *options, str(path)], LIMITS, feed=True) as process:
        assert process.stdin is not None
        for picture in _chain(first, pictures):
            process.stdin.write(picture.tobytes())
        ended = process.finish()
    assert ended.status == 0, ended.log
    return path


def write_wav(path: Path, samples: Samples, sample_rate: int = 16_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def concatenate(path: Path, parts: Sequence[Path]) -> Path:
    """Join clips without encoding anew, whatever their sizes."""
    listing = path.with_suffix(".txt")
    listing.write_text("".join(f"file '{part}'\n" for part in parts))
    ffmpeg("-f", "concat", "-safe", "0", "-i", str(listing), "-c", "copy", str(path))
    return path


def truncate(path: Path, source: Path, share: float) -> Path:
    """The first ``share`` of the bytes of ``source``."""
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def corrupt(path: Path, source: Path, start: float = 0.4, stop: float = 0.6) -> Path:
    """``source`` with noise in place of the bytes between the two shares."""
    data = bytearray(source.read_bytes())
    first, last = int(len(data) * start), int(len(data) * stop)
    data[first:last] = np.random.default_rng(7).integers(0, 256, last - first, dtype=np.uint8).tobytes()
    path.write_bytes(data)
    return path


def speech_like(seconds: float, sample_rate: int = 16_000, seed: int = 1) -> Samples:
    """Syllables of a voice: a gliding pulse train through wandering vowel formants, which voice activity takes for speech."""
    rng = np.random.default_rng(seed)
    parts, length = [], 0
    while length < seconds * sample_rate:
        parts.append(_syllable(rng, sample_rate))
        length += len(parts[-1])
    sound = np.concatenate(parts)[: round(seconds * sample_rate)]
    return np.asarray(0.5 * sound / np.abs(sound).max(), dtype=np.float32)


def silence(seconds: float, sample_rate: int = 16_000) -> Samples:
    return np.zeros(round(seconds * sample_rate), dtype=np.float32)


_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (530, 1840, 2480), (570, 840, 2410), (300, 870, 2240))
"""First three formants of men's vowels in hertz (Peterson & Barney 1952)."""
_BANDWIDTHS = (80, 100, 140)


def _syllable(rng: np.random.Generator, rate: int) -> NDArray[np.float64]:
    """A burst of noise, then a vowel that glides into another, 140–240 ms."""
    voiced = int(rate * rng.uniform(0.12, 0.2))
    pitch = np.linspace(rng.uniform(110, 140), rng.uniform(90, 120), voiced)
    phase = np.cumsum(pitch / rate)
    source = np.diff(np.floor(phase), prepend=0.0) + 0.01 * rng.standard_normal(voiced)
    first, second = rng.choice(len(_VOWELS), 2, replace=False)
    vowel = _fade(source, _VOWELS[first], _VOWELS[second], rate)
    consonant = 0.05 * np.diff(rng.standard_normal(int(rate * 0.03)), prepend=0.0)
    envelope = np.sin(np.linspace(0, np.pi, voiced)) ** 0.5
    return np.concatenate([consonant, vowel / np.abs(vowel).max() * envelope])


def _fade(source: NDArray[np.float64], start: Sequence[int], end: Sequence[int], rate: int) -> NDArray[np.float64]:
    weight = np.linspace(0, 1, len(source))
    return np.asarray((1 - weight) * _resonate(source, start, rate) + weight * _resonate(source, end, rate))


def _resonate(source: NDArray[np.float64], formants: Sequence[int], rate: int) -> NDArray[np.float64]:
    """A cascade of two-pole resonators (Klatt 1980), as the product of their frequency responses."""
    size = 2 * len(source)
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = np.ones_like(z)
    for formant, bandwidth in zip(formants, _BANDWIDTHS, strict=True):
        radius = np.exp(-np.pi * bandwidth / rate)
        turn = 2 * radius * np.cos(2 * np.pi * formant / rate)
        response *= (1 - turn + radius**2) / (1 - turn * z + radius**2 * z**2)
    return np.asarray(np.fft.irfft(np.fft.rfft(source, size) * response, size)[: len(source)])


def _chain(first: Picture, rest: Iterator[Picture]) -> Iterator[Picture]:
    yield first
    yield from rest
