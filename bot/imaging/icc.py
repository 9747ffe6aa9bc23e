"""Builds ICC profiles for files that describe colours by numbers: PNG's gAMA and cHRM, code points of PNG and AVIF.

With a profile (ICC.1:2022, matrix and curves), all files are converted to sRGB in the same way.
"""

import struct
from collections.abc import Sequence
from typing import Final

Chromaticities = tuple[float, ...]
"""x and y of white, red, green and blue, in this order."""
Curve = tuple[float, ...]
"""Parameters of a `para` curve: only g, or g, a, b, c and d: (aX + b)^g for X ≥ d, else cX."""

_D65: Final = (0.3127, 0.3290)
_SRGB: Final[Chromaticities] = (*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_SRGB_CURVE: Final[Curve] = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_VIDEO_CURVE: Final[Curve] = (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)

# ITU-T H.273, tables 2 and 3.
_PRIMARIES: Final[dict[int, Chromaticities]] = {
    1: _SRGB,
    5: (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    12: (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}
_CURVES: Final[dict[int, Curve]] = {
    1: _VIDEO_CURVE,
    4: (2.2,),
    5: (2.8,),
    6: _VIDEO_CURVE,
    8: (1.0,),
    13: _SRGB_CURVE,
    14: _VIDEO_CURVE,
    15: _VIDEO_CURVE,
}
_SRGB_GAMMA, _GAMMA_TOLERANCE = 45_455, 0.05
"""A gamma of 1/2.2 means the sRGB curve; libpng treats values within 5 % as equal."""

_BRADFORD: Final = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_D50: Final = (0.9642, 1.0, 0.8249)
_Matrix = Sequence[Sequence[float]]


def profile_from_code_points(primaries: int, transfer: int) -> bytes | None:
    """The profile for code points of ITU-T H.273; None if unspecified, or not matrix and curve (HDR: PQ, HLG)."""
    if primaries not in _PRIMARIES or transfer not in _CURVES:
        return None
    return build_matrix_profile(_PRIMARIES[primaries], _CURVES[transfer])


def profile_from_gamma(gamma: int | None, chromaticities: Sequence[int] | None) -> bytes | None:
    """The profile for PNG's gAMA and cHRM chunks, both times 100 000; None if they are not usable."""
    if gamma is None or not 1_000 <= gamma <= 1_000_000:
        curve = None
    elif abs(gamma / _SRGB_GAMMA - 1) <= _GAMMA_TOLERANCE:
        curve = _SRGB_CURVE
    else:
        curve = (100_000 / gamma,)
    if curve is None:
        return None
    described = tuple(each / 100_000 for each in chromaticities) if chromaticities else _SRGB
    try:
        return build_matrix_profile(described, curve)
    except (ArithmeticError, struct.error):
        return None  # the primaries are on one line, or white has y = 0


def build_matrix_profile(chromaticities: Chromaticities, curve: Curve) -> bytes:
    """An RGB profile with these primaries, and the same curve for all channels.

    Raises:
        ArithmeticError, struct.error: the values define no colour space.
    """
    columns = list(zip(*_matrix_to_d50(chromaticities), strict=True))
    xyz = [b"XYZ \0\0\0\0" + struct.pack(">3i", *map(_to_fixed_point, column)) for column in (_D50, *columns)]
    kind = 0 if len(curve) == 1 else 3
    shape = b"para\0\0\0\0" + struct.pack(f">HH{len(curve)}i", kind, 0, *map(_to_fixed_point, curve))
    text = b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2, 28) + "x".encode("utf-16-be")
    blocks = [(b"desc", text), (b"cprt", text)]
    blocks += list(zip((b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ"), xyz, strict=True))
    blocks += [(name, shape) for name in (b"rTRC", b"gTRC", b"bTRC")]
    at = 128 + 4 + 12 * len(blocks)
    table, content = struct.pack(">I", len(blocks)), b""
    for name, block in blocks:
        table += struct.pack(">4sII", name, at + len(content), len(block))
        content += block + b"\0" * (-len(block) % 4)
    size = at + len(content)
    header = struct.pack(">I4xI4s4s4s12x4s24x", size, 0x04300000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    header += struct.pack(">I3i", 0, *map(_to_fixed_point, _D50))
    return header.ljust(128, b"\0") + table + content


def _to_fixed_point(value: float) -> int:
    return round(value * 65_536)


def _matrix_to_d50(chromaticities: Chromaticities) -> _Matrix:
    """The matrix from linear RGB to XYZ with white D50, as ICC requires (Bradford adaptation)."""
    white, *primaries = (
        (x / y, 1.0, (1 - x - y) / y) for x, y in zip(chromaticities[::2], chromaticities[1::2], strict=True)
    )
    unscaled = tuple(zip(*primaries, strict=True))
    amounts = _transform_vector(_invert(unscaled), white)
    to_xyz = [[value * amount for value, amount in zip(row, amounts, strict=True)] for row in unscaled]
    source, target = _transform_vector(_BRADFORD, white), _transform_vector(_BRADFORD, _D50)
    scaled = [[value * (to / from_) for value in row] for row, to, from_ in zip(_BRADFORD, target, source, strict=True)]
    return _multiply(_multiply(_invert(_BRADFORD), scaled), to_xyz)


def _transform_vector(matrix: _Matrix, vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _multiply(left: _Matrix, right: _Matrix) -> _Matrix:
    columns = list(zip(*right, strict=True))
    return [_transform_vector(columns, row) for row in left]


def _invert(matrix: _Matrix) -> _Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    cofactors = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    determinant = a * cofactors[0][0] + b * cofactors[1][0] + c * cofactors[2][0]
    return [[value / determinant for value in row] for row in cofactors]
