"""The best linear denoiser of one picture's statistics (Wiener 1949), beside networks and patches.

Lukoianov et al. 2025 (arXiv 2509.09672) explain by it why denoisers look no further than they do.  With little noise
the nearest pixels tell everything; with more, more pixels must be averaged, as far as they correlate.
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
    """The linear function of x_t with the least mean squared error, for pictures with the same statistics everywhere.

    At each frequency, with S the C x C cross-spectrum of the colours, and m the mean colour:

        x0_hat = m + sqrt(alpha_bar) S (alpha_bar S + (1 - alpha_bar) I)^-1 (x_t - sqrt(alpha_bar) m).

    For Gaussian fields no other denoiser is better.  The canvas's opposite borders meet, as in circular padding: near
    one border, pixels at the other count too.

    mean: (C,).  covariances: what covariance returns.  The denoiser takes (B, C, H', W') of any size.
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

    r(d) = (1 - |d_y| / k) (1 - |d_x| / k) sum_i z(i + d) z(i)^T / (H W), z = picture - mean and 0 outside: what all its
    k x k crops tell, on average.  The factors keep every spectrum >= 0, at the price that far pixels count less.

    picture: (C, H, W).  Returns (C, C, 2h - 1, 2w - 1) in float64 on the CPU: d_y from 1 - h to h - 1, h = min(k, H),
    and d_x likewise.
    """
    z = picture.double().cpu()
    z = torch.fft.fft2(z - z.mean((1, 2), keepdim=True), [2 * side for side in z.shape[1:]])
    sums = torch.fft.ifft2(z[:, None] * z.conj()).real / picture[0].numel()
    down, right = (torch.arange(1 - min(size, side), min(size, side)) for side in picture.shape[1:])
    down_taper, right_taper = (1 - lags.abs().double() / size for lags in (down, right))
    return sums[..., down[:, None], right] * down_taper[:, None] * right_taper


def spectrum(covariances: Tensor, canvas: tuple[int, int]) -> Tensor:
    """The cross-spectra of the colours at the frequencies of a canvas: S(omega) = sum_d r(d) exp(-i omega d).

    covariances: what covariance returns.  canvas: H', W'.  Returns (H', W', C, C), complex, Hermitian.
    """
    waves = []
    for lags, side in zip(covariances.shape[2:], canvas, strict=True):
        distance = torch.arange(lags, dtype=torch.float64) - lags // 2
        waves.append(torch.exp(-2j * torch.pi * torch.arange(side)[:, None] * distance / side))
    return torch.einsum("cdvu,yv,xu->yxcd", covariances.to(waves[0]), *waves)
