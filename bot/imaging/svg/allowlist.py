"""The allow-list of SVG elements, attributes and CSS properties. Everything else is dropped.

Left out on purpose: `image`, `feImage` and `foreignObject` embed other content; `script`, `a`, `animate` and `set` are
active; `on…` attributes are code. librsvg supports neither animation nor `var()`.
"""

from typing import Final

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
XLINK_NAMESPACE: Final = "http://www.w3.org/1999/xlink"
XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILTER_PRIMITIVES: Final = _names(
    "feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap"
    " feDropShadow feFlood feGaussianBlur feMerge feMorphology feOffset feSpecularLighting feTile feTurbulence"
)
TEXT_ELEMENTS: Final = _names("text tspan textPath title desc")
"""Elements that contain text. In other elements text is dropped."""

ELEMENTS: Final = (
    _names(
        "svg g defs symbol use style path rect circle ellipse line polyline polygon linearGradient radialGradient stop"
        " clipPath mask pattern marker filter feFuncR feFuncG feFuncB feFuncA feMergeNode feDistantLight fePointLight"
        " feSpotLight"
    )
    | TEXT_ELEMENTS
    | FILTER_PRIMITIVES
)

PROPERTIES: Final = _names(
    "alignment-baseline baseline-shift clip-path clip-rule color color-interpolation color-interpolation-filters"
    " direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity font font-family"
    " font-size font-size-adjust font-stretch font-style font-variant font-weight image-rendering isolation"
    " letter-spacing lighting-color line-height marker marker-end marker-mid marker-start mask mask-type mix-blend-mode"
    " opacity overflow paint-order shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset"
    " stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration"
    " text-rendering transform transform-origin unicode-bidi vector-effect visibility white-space word-spacing"
    " writing-mode"
)
"""Properties allowed in `style`, style sheets and as attributes. No sizes: a rule could override the root's."""

ATTRIBUTES: Final = PROPERTIES | _names(
    "class d pathLength points x y width height rx ry cx cy r x1 y1 x2 y2 dx dy rotate textLength lengthAdjust"
    " startOffset method spacing side viewBox preserveAspectRatio refX refY markerWidth markerHeight markerUnits orient"
    " offset gradientUnits gradientTransform spreadMethod fx fy fr patternUnits patternContentUnits patternTransform"
    " clipPathUnits maskUnits maskContentUnits filterUnits primitiveUnits in in2 result mode operator k1 k2 k3 k4 type"
    " values tableValues slope intercept amplitude exponent stdDeviation edgeMode radius baseFrequency numOctaves seed"
    " stitchTiles scale xChannelSelector yChannelSelector surfaceScale diffuseConstant specularConstant"
    " specularExponent azimuth elevation z pointsAtX pointsAtY pointsAtZ limitingConeAngle order kernelMatrix divisor"
    " bias targetX targetY preserveAlpha"
)
"""Attributes kept if their value is harmless. `id`, `href` and `style` have special rules."""

COLOUR_FUNCTIONS: Final = _names("rgb rgba hsl hsla hwb lab lch oklab oklch")
FILTER_FUNCTIONS: Final = _names(
    "blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia"
)
FUNCTIONS: Final = (
    COLOUR_FUNCTIONS
    | FILTER_FUNCTIONS
    | _names("url calc matrix translate translatex translatey scale scalex scaley rotate skewx skewy")
)
"""Allowed function names, in lower case. `url` may only refer to an id of the same SVG."""
