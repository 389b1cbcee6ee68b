"""A twelve-lead electrocardiogram summed from Gaussian waves."""

import numpy as np

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")

# One row a wave: offset from the R peak (s), width (s), then amplitude (mV) in I, II and V1 to V6.
_WAVES = (
    (-0.165, 0.022, 0.09, 0.15, 0.06, 0.07, 0.08, 0.08, 0.08, 0.08),  # P
    (-0.028, 0.008, -0.08, -0.10, 0.0, 0.0, -0.03, -0.06, -0.08, -0.08),  # Q
    (0.0, 0.011, 0.75, 1.10, 0.22, 0.45, 0.80, 1.35, 1.30, 1.00),  # R
    (0.030, 0.011, -0.15, -0.18, -0.95, -1.30, -0.75, -0.45, -0.22, -0.10),  # S
    (0.260, 0.046, 0.22, 0.30, -0.08, 0.38, 0.42, 0.38, 0.30, 0.24),  # T
)


def electrocardiogram(rng: np.random.Generator, rate: float, seconds: int = 10, sampling: int = 500) -> np.ndarray:
    """Samples x 12 leads in microvolts, int16, at `sampling` Hz; `rate` is beats per minute."""
    time = np.arange(seconds * sampling, dtype=np.float32) / sampling
    beats = np.cumsum(rng.normal(60 / rate, 0.012, int(seconds * rate / 60) + 3)) - 0.6
    measured = np.zeros((8, time.size), np.float32)
    for wave in _WAVES:
        offset, width, *amplitudes = wave
        shape = np.exp(-(((time[None, :] - beats[:, None] - offset) / width) ** 2) / 2).sum(0)
        measured += np.array(amplitudes, np.float32)[:, None] * shape
    measured += 0.05 * np.sin(2 * np.pi * 0.22 * time + rng.uniform(0, 6, (8, 1)))
    measured += rng.normal(0, 0.009, measured.shape)
    one, two, chest = measured[0], measured[1], measured[2:]
    limbs = [one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2]
    return np.asarray(np.round(np.vstack([*limbs, chest]).T * 1000), np.int16)
