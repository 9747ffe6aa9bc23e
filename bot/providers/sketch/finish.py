"""Scales the painted canvas to the final picture, in one of three styles."""

from random import Random

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from bot.imaging.pixels import map_values, resize
from bot.providers.sketch.plan import Detail

_POSTER_INKS = 6
_TILE_PX = 256


def finish(canvas: Image.Image, size: tuple[int, int], detail: Detail) -> Image.Image:
    match detail:
        case 0:
            return _reduce_colours(canvas, size)
        case 1:
            return _add_grain(resize(canvas, size), 8)
        case 2:
            return _add_grain(_add_bloom(resize(canvas, size)), 14)


def _reduce_colours(canvas: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Reduces the picture to a few flat colours, like a linocut."""
    soft = resize(canvas, size, Image.Resampling.BICUBIC).filter(ImageFilter.BoxBlur(max(size) / 500))
    sample = ImageEnhance.Color(resize(canvas, (160, 160), Image.Resampling.BOX)).enhance(1.25)
    inks = sample.quantize(_POSTER_INKS, Image.Quantize.MAXCOVERAGE, kmeans=2)
    return soft.quantize(palette=inks, dither=Image.Dither.NONE).convert("RGB")


def _add_bloom(picture: Image.Image) -> Image.Image:
    """Adds bloom around bright parts, and darkens the corners."""
    small = resize(picture, (max(1, picture.width // 8), max(1, picture.height // 8)), Image.Resampling.BOX)
    bloom = map_values(small, lambda value: max(0, value - 150) * 0.62).filter(
        ImageFilter.GaussianBlur(max(small.size) / 60)
    )
    picture = ImageChops.screen(picture, resize(bloom, picture.size, Image.Resampling.BILINEAR))
    corners = map_values(Image.radial_gradient("L"), lambda value: 255 - max(0, value - 150) * 0.5)
    shade = resize(corners, picture.size, Image.Resampling.BILINEAR)
    return ImageChops.multiply(picture, Image.merge("RGB", (shade, shade, shade)))


def _add_grain(picture: Image.Image, strength: int) -> Image.Image:
    """Adds paper grain. Uses a seeded generator, unlike Pillow's noise, since results must be deterministic."""
    # Not used for anything secret.
    noise = Image.frombytes("L", (_TILE_PX, _TILE_PX), Random(7).randbytes(_TILE_PX * _TILE_PX))  # noqa: S311
    noise = noise.filter(ImageFilter.GaussianBlur(0.6))
    grain = Image.new("L", picture.size)
    for top in range(0, picture.height, _TILE_PX):
        for left in range(0, picture.width, _TILE_PX):
            grain.paste(noise, (left, top))
    grain = map_values(grain, lambda value: 128 + (value - 128) * strength / 64)
    return ImageChops.overlay(picture, Image.merge("RGB", (grain, grain, grain)))
