"""Rules of the artificial neuron-glia network: what an astrocyte counts, and what it then does.

Each rule is one function of arrays; :mod:`glianeat.simulate.angn` applies them in turn.

Notes
-----
The published text [1]_ [2]_ leaves three points open; they are read as follows.

- *The counter is reset to the activity after an action* means: in the iteration after the
  action, the activity of that iteration starts a new count of one. A steadily active neuron then
  makes its astrocyte act every `mu` iterations. (A reset within the iteration of the action would
  count that activity twice, and `mu` = 2 would act as often as without any reset.)
- *Consecutive* means that `mu` equal activities must follow one another: an opposite activity
  starts a count of its own. *Non-consecutive* only asks for a surplus of `mu`: an opposite
  activity takes one off. The two agree for `mu` = 1 and differ from `mu` = 2 on, where the
  activities +1, -1, -1 lead to counts of 1, -1, -2 in the former and 1, 0, -1 in the latter.
- *Proportional to activity* (global processing) means linear in the mean activity, with the full
  effects at its ends: +a if the neuron was active for all patterns, -b if it was for none.

References
----------
.. [1] A. B. Porto-Pazos et al., "Artificial astrocytes improve neural network performance",
   PLoS ONE 6(4), 2011, e19109.
.. [2] A. Alvarellos-González, A. Pazos and A. B. Porto-Pazos, "Computational models of
   neuron-astrocyte interactions lead to improved efficacy in the performance of neural
   networks", Computational and Mathematical Methods in Medicine, 2012, 476324.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from glianeat.typing import FloatArray, IntArray

SignMode = Literal["magnitude", "absolute"]


def neuron_activity(outputs: FloatArray) -> IntArray:
    """Return u(y) for each neuron: +1 if its output is above zero, else -1 (zero included)."""
    return np.where(outputs > 0.0, 1, -1)


def count_attenuated(counter: IntArray, activity: IntArray, mu: int) -> IntArray:
    """Return the counters after one iteration: up and down within the bounds, never reset.

    Parameters
    ----------
    counter : ndarray of int64, shape (A,)
        One counter for each astrocyte, in [-mu, mu].
    activity : ndarray of int64, shape (A,)
        Activity of the astrocyte's neuron in this iteration, +1 or -1.
    mu : int
        Bound at which an astrocyte acts [iterations].

    Returns
    -------
    ndarray of int64, shape (A,)
    """
    bounded: IntArray = np.clip(counter + activity, -mu, mu)
    return bounded


def count_non_consecutive(counter: IntArray, activity: IntArray, mu: int) -> IntArray:
    """Return the counters after one iteration: up and down, and anew after an action.

    Parameters and result are those of :func:`count_attenuated`.
    """
    return np.where(np.abs(counter) < mu, counter + activity, activity)


def count_consecutive(counter: IntArray, activity: IntArray, mu: int) -> IntArray:
    """Return the counters after one iteration: anew after an action or an opposite activity.

    Parameters and result are those of :func:`count_attenuated`.
    """
    continues = (np.abs(counter) < mu) & (counter * activity >= 0)
    return np.where(continues, counter + activity, activity)


COUNTING_RULES: dict[str, Callable[[IntArray, IntArray, int], IntArray]] = {
    "attenuated": count_attenuated,
    "consecutive": count_consecutive,
    "non_consecutive": count_non_consecutive,
}


def response_at_bound(counter: IntArray, mu: int) -> FloatArray:
    """Return the response of each astrocyte: +1 at +mu, -1 at -mu, else 0; shape (A,)."""
    return np.where(np.abs(counter) == mu, np.sign(counter), 0).astype(np.float64)


def relative_change(response: FloatArray, potentiation: float, depression: float) -> FloatArray:
    """Return by which part of itself a weight changes, z of [2]_ (see the module).

    Parameters
    ----------
    response : ndarray of float64, shape (A,)
        Response of the astrocyte, in [-1, 1].
    potentiation, depression : float
        Changes a and b at full response, both >= 0.

    Returns
    -------
    ndarray of float64, shape (A,)
        In [-depression, potentiation].
    """
    return np.where(response > 0.0, potentiation, depression) * response


def change_weights(weights: FloatArray, change: FloatArray, sign_mode: SignMode) -> FloatArray:
    """Return the changed weights: w (1 + z) or, in mode ``"absolute"``, w + abs(w) z.

    Potentiation strengthens a negative weight in the former and weakens it in the latter.

    Parameters
    ----------
    weights : ndarray of float64, shape (J, K)
        From J presynaptic to K postsynaptic neurons.
    change : ndarray of float64, shape (J, 1) or (1, K)
        z of the astrocytes of the presynaptic or of the postsynaptic neurons.
    sign_mode : {"magnitude", "absolute"}
        The form of the 2011 prose, or that of the 2012 formula.

    Returns
    -------
    ndarray of float64, shape (J, K)
    """
    if sign_mode == "magnitude":
        return weights * (1.0 + change)
    return weights + np.abs(weights) * change
