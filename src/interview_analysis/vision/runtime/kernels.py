"""Which of its kernels OpenVINO runs on the CPU.

OpenVINO prefers oneDNN's batch-reduce kernels for convolutions. With the 8 to 128 channels of a small network they wait for
memory: the direct AVX-512 kernels, which keep channels in blocks of sixteen, take two thirds of the time.

They are asked for by an attribute of a layer that OpenVINO's CPU plugin reads and nobody documents: the version of OpenVINO
is pinned, and a test looks at the kernels that were run. Where the CPU has none of these the plugin takes its own choice.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import openvino

_DIRECT = {"Convolution": "cpu:jit_avx512_1x1,cpu:jit_avx512", "GroupConvolution": "cpu:jit_avx512_dw"}
"""Kernels by kind of layer, the first that can do it."""


def with_direct_kernels(model: openvino.Model) -> openvino.Model:
    """The same network, whose convolutions ask for direct kernels.

    For float32 only: in bf16 the kernels of the matrix unit (AMX), which it puts aside, are twice as fast.
    """
    with TemporaryDirectory() as work:
        path = Path(work) / "network.xml"
        # The attribute gets into a network by way of its file only: Python cannot make it.
        openvino.save_model(model, path, compress_to_fp16=False)
        tree = ElementTree.parse(path)  # noqa: S314 - written by the line before
        for layer in tree.iter("layer"):
            if (wish := _DIRECT.get(layer.get("type", ""))) is not None:
                _ask(layer, wish)
        tree.write(path)
        return openvino.Core().read_model(path)


def _ask(layer: ElementTree.Element, kernels: str) -> None:
    """OpenVINO reads a layer's attributes where they stand before its inputs."""
    notes = layer.find("rt_info")
    if notes is None:
        notes = ElementTree.Element("rt_info")
        layer.insert([part.tag for part in layer].index("input"), notes)
    ElementTree.SubElement(notes, "attribute", name="primitives_priority", version="0", value=kernels)
