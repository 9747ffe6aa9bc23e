"""From the large canvas to the picture: the three ways of printing it."""

from random import Random

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from bot.imaging.pixels import map_values, resize
from bot.providers.sketch.plan import Detail

_POSTER_INKS = 6
_TILE_PX = 256


def finish(canvas: Image.Image, size: tuple[int, int], detail: Detail) -> Image.Image:
    match detail:
        case 0:
            return _poster(canvas, size)
        case 1:
            return _grained(resize(canvas, size), 8)
        case 2:
            return _grained(_lit(resize(canvas, size)), 14)


def _poster(canvas: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A handful of flat inks with loose edges, as cut in lino."""
    soft = resize(canvas, size, Image.Resampling.BICUBIC).filter(ImageFilter.BoxBlur(max(size) / 500))
    sample = ImageEnhance.Color(resize(canvas, (160, 160), Image.Resampling.BOX)).enhance(1.25)
    inks = sample.quantize(_POSTER_INKS, Image.Quantize.MAXCOVERAGE, kmeans=2)
    return soft.quantize(palette=inks, dither=Image.Dither.NONE).convert("RGB")


def _lit(picture: Image.Image) -> Image.Image:
    """Bright parts bleed a little into their surroundings, and the corners fall off."""
    small = resize(picture, (max(1, picture.width // 8), max(1, picture.height // 8)), Image.Resampling.BOX)
    bloom = map_values(small, lambda value: max(0, value - 150) * 0.62).filter(
        ImageFilter.GaussianBlur(max(small.size) / 60)
    )
    picture = ImageChops.screen(picture, resize(bloom, picture.size, Image.Resampling.BILINEAR))
    corners = map_values(Image.radial_gradient("L"), lambda value: 255 - max(0, value - 150) * 0.5)
    shade = resize(corners, picture.size, Image.Resampling.BILINEAR)
    return ImageChops.multiply(picture, Image.merge("RGB", (shade, shade, shade)))


def _grained(picture: Image.Image, strength: int) -> Image.Image:
    """Paper. Pillow's own noise comes from an unseeded generator, and equal requests must give equal bytes."""
    # Not used for anything secret.
    noise = Image.frombytes("L", (_TILE_PX, _TILE_PX), Random(7).randbytes(_TILE_PX * _TILE_PX))  # noqa: S311
    noise = noise.filter(ImageFilter.GaussianBlur(0.6))
    grain = Image.new("L", picture.size)
    for top in range(0, picture.height, _TILE_PX):
        for left in range(0, picture.width, _TILE_PX):
            grain.paste(noise, (left, top))
    grain = map_values(grain, lambda value: 128 + (value - 128) * strength / 64)
    return ImageChops.overlay(picture, Image.merge("RGB", (grain, grain, grain)))
