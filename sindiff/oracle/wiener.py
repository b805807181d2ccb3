"""The best linear denoiser of one picture's statistics (Wiener 1949), beside what networks and patches do.

Lukoianov et al. 2025 (arXiv 2509.09672) explain by it why denoisers look no further than they do: where there is little
noise, near pixels tell all; the more noise there is, the more pixels, of what still hangs together, must be averaged.
"""

import torch
from torch import Tensor

from sindiff.diffusion import Denoiser
from sindiff.oracle.exact import PatchSize, size_at
from sindiff.schedule import Schedule


def wiener_denoiser(picture: Tensor, schedule: Schedule, patch_size: PatchSize) -> Denoiser:
    """linear_denoiser of a picture's mean colour and of the covariance of its k x k crops.

    It knows what patch_denoiser knows of the same size, but of these patches only the mean and the covariance.

    picture: (C, H, W) in [-1, 1].  patch_size: k, odd, in px.  Small ones give smooth spectra; for one much larger than
    the picture it is the picture's own periodogram, which fits no other picture.  The denoiser takes (B, C, H', W') of
    any size and raises ValueError for a patch size that is not odd.
    """

    def denoise(x: Tensor, t: int) -> Tensor:
        return linear_denoiser(picture.mean((1, 2)), covariance(picture, size_at(patch_size, t)), schedule)(x, t)

    return denoise


def linear_denoiser(mean: Tensor, covariances: Tensor, schedule: Schedule) -> Denoiser:
    """The linear function of x_t with the least mean squared error, for pictures alike everywhere on a joined canvas.

    In each frequency, with S the C x C cross-spectrum of the colours, and m the mean colour:

        x0_hat = m + sqrt(alpha_bar) S (alpha_bar S + (1 - alpha_bar) I)^-1 (x_t - sqrt(alpha_bar) m).

    Exact, that is the posterior mean, for Gaussian fields.  The canvas's opposite borders meet, as in circular padding:
    a pixel near one is also guessed from pixels at the other.

    mean: (C,).  covariances: (C, C, 2k - 1, 2k - 1), see covariance.  The denoiser takes (B, C, H', W') of any size.
    """

    def denoise(x: Tensor, t: int) -> Tensor:
        signal, sigma = (scale.item() for scale in schedule.scales(t, x))
        power = spectrum(covariances, x.shape[-2:])
        noisy = signal**2 * power + sigma**2 * torch.eye(len(mean)).to(power)
        gain = (signal * torch.linalg.solve(noisy, power)).to(x.device, x.dtype.to_complex())
        offset = mean.to(x)[:, None, None]
        answer = torch.einsum("yxcd,bdyx->bcyx", gain, torch.fft.fft2(x - signal * offset))
        return torch.fft.ifft2(answer).real + offset

    return denoise


def covariance(picture: Tensor, size: int) -> Tensor:
    """The covariance of the colours of two pixels by how far they lie apart, as crops of `size` px tell it.

    r(d) = (1 - |d_y| / k) (1 - |d_x| / k) sum_i z(i + d) z(i)^T / (H W), z = picture - mean and 0 outside: the mean over
    all k x k crops of what each tells.  The factors keep every spectrum >= 0, at the price that far pixels count less.

    picture: (C, H, W).  Returns (C, C, 2k - 1, 2k - 1) in float64 on the CPU: down and right from -(k - 1) to k - 1.
    """
    z = picture.double().cpu()
    z = torch.fft.fft2(z - z.mean((1, 2), keepdim=True), [side + size for side in z.shape[1:]])
    sums = torch.fft.ifft2(z[:, None] * z.conj()).real
    lags = torch.arange(1 - size, size)
    taper = 1 - lags.abs().double() / size
    return sums[..., lags[:, None], lags] * taper[:, None] * taper / picture[0].numel()


def spectrum(covariances: Tensor, canvas: tuple[int, int]) -> Tensor:
    """The cross-spectra of colours at the frequencies of a canvas: its sum over d of r(d) exp(-i omega d).

    covariances: (C, C, 2k - 1, 2k - 1), see covariance.  canvas: H', W'.  Returns (H', W', C, C), complex, Hermitian.
    """
    lags = torch.arange(covariances.shape[-1], dtype=torch.float64) - covariances.shape[-1] // 2
    rows, columns = (torch.exp(-2j * torch.pi * torch.fft.fftfreq(n).double()[:, None] * lags) for n in canvas)
    return torch.einsum("cdvu,yv,xu->yxcd", covariances.to(rows), rows, columns)
