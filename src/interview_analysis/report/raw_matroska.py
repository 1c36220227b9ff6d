"""Uncompressed pictures with their own times as a Matroska stream (RFC 9559): a pipe into ffmpeg that keeps a variable rate.

Raw video has no times, so ffmpeg would count frames; this is the simplest container that says when each one is shown.
"""

from __future__ import annotations

import struct

_UNKNOWN_SIZE = b"\x01" + b"\xff" * 7
_MILLISECOND = 1_000_000
_VIDEO_TRACK = 1
_KEYFRAME = 0x80


def stream_header(width: int, height: int) -> bytes:
    """Begin of a stream of I420 pictures, with times in milliseconds."""
    picture = _number(0xB0, width) + _number(0xBA, height) + _element(0x2EB524, b"I420")
    track = _number(0xD7, _VIDEO_TRACK) + _number(0x73C5, _VIDEO_TRACK) + _number(0x83, 1)
    track += _element(0x86, b"V_UNCOMPRESSED") + _element(0xE0, picture)
    head = _number(0x4286, 1) + _number(0x42F7, 1) + _number(0x42F2, 4) + _number(0x42F3, 8)
    head += _element(0x4282, b"matroska") + _number(0x4287, 4) + _number(0x4285, 2)
    about = _number(0x2AD7B1, _MILLISECOND) + _element(0x4D80, b"raw") + _element(0x5741, b"raw")
    segment = _id(0x18538067) + _UNKNOWN_SIZE
    return _element(0x1A45DFA3, head) + segment + _element(0x1549A966, about) + _element(0x1654AE6B, _element(0xAE, track))


def picture_header(milliseconds: int, size: int) -> bytes:
    """What precedes a picture of ``size`` bytes."""
    block = bytes([0x80 | _VIDEO_TRACK]) + struct.pack(">hB", 0, _KEYFRAME)
    before = _number(0xE7, milliseconds)
    block_head = _id(0xA3) + _size(len(block) + size) + block
    return _id(0x1F43B675) + _size(len(before) + len(block_head) + size) + before + block_head


def _element(name: int, content: bytes) -> bytes:
    return _id(name) + _size(len(content)) + content


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(8, "big"))


def _id(name: int) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8, "big")


def _size(count: int) -> bytes:
    return (count | 1 << 56).to_bytes(8, "big")
