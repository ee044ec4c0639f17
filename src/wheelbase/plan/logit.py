"""Shares through their logit: means over normal shocks, and the drift that sets them."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["drift_to", "normal_grid", "root_of", "sigmoid"]

Array = NDArray[np.float64]


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x))."""
    with np.errstate(over="ignore"):  # exp is then infinite and the share zero, as it should be
        return np.asarray(1 / (1 + np.exp(-x)))


def drift_to(mean: Array, logit: Array, weight: Array) -> Array:
    """Return the drift m (t,) with sum over q of weight x sigmoid(m + logit) = mean.

    Bisection comes within 4e-6, three steps of Newton to rounding.

    Args:
        mean: (t,) wanted, from 0 to the sum of the weights, both included.
        logit: (t, q) or (q,).
        weight: (t, q) or (q,), zero or more.
    """
    weight = np.broadcast_to(weight, (mean.size, np.shape(logit)[-1]))
    logit = np.broadcast_to(logit, weight.shape)
    low, high = np.full(mean.shape, -60.0), np.full(mean.shape, 60.0)
    for _ in range(25):
        drift = (low + high) / 2
        above = np.einsum("tq,tq->t", weight, sigmoid(drift[:, None] + logit)) > mean
        low, high = np.where(above, low, drift), np.where(above, drift, high)
    for _ in range(3):
        share = sigmoid(drift[:, None] + logit)
        error = np.einsum("tq,tq->t", weight, share) - mean
        slope = np.einsum("tq,tq,tq->t", weight, share, 1 - share)
        drift = np.clip(drift - error / np.maximum(slope, 1e-300), low - 1, high + 1)
    whole = weight.sum(axis=1)
    return np.where(mean <= 0, -1e3, np.where(mean >= whole * (1 - 1e-15), 1e3, drift))


def normal_grid(points: int) -> tuple[Array, Array]:
    """Return points and weights of the trapezoidal rule for the standard normal.

    The rule converges geometrically for the smooth integrands here.
    """
    z = np.linspace(-8.5, 8.5, points)
    weight = np.exp(-(z**2) / 2)
    return z, weight / weight.sum()


def root_of(matrix: Array) -> Array:
    """Return the symmetric root of a covariance, (k, k)."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T)
