"""torch behind the session's face: the reference that other runtimes are held against, and the way to CUDA."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn


class TorchSession:
    """A torch network in float32. Not thread-safe."""

    def __init__(self, network: nn.Module, device: str = "cpu") -> None:
        """On CUDA convolutions are computed in float32 in this whole process, not in the TF32 that torch takes by itself."""
        self._device = torch.device(device)
        if self._device.type == "cuda":
            torch.backends.cudnn.allow_tf32 = False
        self._network = network.eval().to(self._device)
        self.runtime = f"torch-{self._device.type}-f32"

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 (N, C, H, W) → float32 (N, K); several outputs stand side by side."""
        with torch.inference_mode():
            outputs = self._network(torch.from_numpy(batch).to(self._device))
        parts = outputs if isinstance(outputs, tuple) else (outputs,)
        return np.asarray(torch.cat(parts, dim=1).cpu().numpy(), np.float32)
