"""What goes wrong in the exercise of 15_hundred_lines, and what to say about it: hint -> wrong answer."""

from sindiff.lab.checks import solutions


def noised(signal, noise):
    """Eq. 6 with these factors of the known picture and its noise."""

    def answer(alpha_bar, x, t, known, mask, eps):
        return mask * x + (1 - mask) * (signal(alpha_bar, t) * known + noise(alpha_bar, t) * eps)

    return answer


KEEP = {
    "The mask is used the other way round: 1 is where the model generates.": (
        lambda alpha_bar, x, t, known, mask, eps: solutions.keep(alpha_bar, x, t, known, 1 - mask, eps)
    ),
    "The known part is clean: noise it to the step that was reached.": noised(lambda a, t: 1, lambda a, t: 0),
    "The known part is noised without the square roots.": noised(lambda a, t: a[t], lambda a, t: 1 - a[t]),
    "The known part is one step too noisy.": (
        lambda a, x, t, known, mask, eps: solutions.keep(a, x, min(t + 1, len(a) - 1), known, mask, eps)
    ),
    "The known part is one step too clean.": (
        lambda a, x, t, known, mask, eps: solutions.keep(a, x, max(t - 1, 0), known, mask, eps)
    ),
    "Noise is added to the known part, but the part itself is not scaled.": noised(
        lambda a, t: 1, lambda a, t: (1 - a[t]).sqrt()
    ),
    "You return the known part everywhere: where the mask is 1, keep x.": (
        lambda a, x, t, known, mask, eps: solutions.keep(a, x, t, known, 0 * mask, eps)
    ),
    "The two parts are added up: outside the mask x must go.": (
        lambda a, x, t, known, mask, eps: x + (1 - mask) * solutions.keep(a, x, t, known, 0 * mask, eps)
    ),
}
