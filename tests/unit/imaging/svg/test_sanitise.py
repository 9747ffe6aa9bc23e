"""What becomes of the SVG that models write: repaired, cut down to what is harmless, and shown at the asked size."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.pictures import Size
from bot.imaging.svg.allowlist import ATTRIBUTES, ELEMENTS
from bot.imaging.svg.sanitise import UnusableSvg, sanitise

SIZE = Size(600, 400)
ROOT = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400" viewBox="0 0 {}" preserveAspectRatio="{}">'
TEN = '<use href="#g{0}"/>' * 10
RECT = '<rect width="5" height="5" />'


def inner(text: str, *, attributes: str = "") -> str:
    """What is left of `text` between <svg viewBox="0 0 9 9"> and its end."""
    whole = sanitise(f'<svg viewBox="0 0 9 9" {attributes}>{text}{RECT}</svg>', SIZE).decode()
    return whole.removeprefix(ROOT.format("9 9", "xMidYMid meet")).removesuffix(f"{RECT}</svg>")


@pytest.mark.parametrize(
    ("attributes", "box"),
    [
        ('viewBox="0 0 300 200"', "300 200"),
        ('viewBox="0,0,300,200" width="5" height="7"', "300 200"),
        ('width="300" height="200"', "300 200"),
        ('width="30mm" height="1in"', "113.3858268 96"),
        ('width="75pt" height="100px"', "100 100"),
        ('width="100%" height="100%"', "600 400"),
        ('width="-5" height="200"', "600 400"),
        ('width="9e9" height="200"', "600 400"),
        ('viewBox="0 0 0 0"', "600 400"),
        ('viewBox="0 0 nan 5"', "600 400"),
        ('viewBox="0 0 5 nan"', "600 400"),
        ('viewBox="0 0 1e300 1e300" width="3" height="2"', "3 2"),
        ('viewBox="all of it"', "600 400"),
        ("", "600 400"),
    ],
)
def test_it_is_shown_at_the_asked_size(attributes: str, box: str) -> None:
    """Width and height are ours; what they show is the drawing's view box, or its own sane size, or ours."""
    assert sanitise(f"<svg {attributes}>{RECT}</svg>", SIZE).decode().startswith(ROOT.format(box, "xMidYMid meet"))


@pytest.mark.parametrize(
    ("said", "kept"),
    [("xMinYMax slice", "xMinYMax slice"), ("none", "none"), ("stretch", "xMidYMid meet"), ("", "xMidYMid meet")],
)
def test_how_it_fits_is_kept(said: str, kept: str) -> None:
    """A drawing may choose where it stands and whether it is cut; the default keeps all of it."""
    text = sanitise(f'<svg preserveAspectRatio="{said}">{RECT}</svg>', SIZE).decode()
    assert f'preserveAspectRatio="{kept}">' in text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<text>Tom & Jerry</text>", "<text>Tom &amp; Jerry</text>"),
        ("<text>I <3 you, 1 < 2 & 3 &lt; 4</text>", "<text>I &lt;3 you, 1 &lt; 2 &amp; 3 &lt; 4</text>"),
        ("<text>caf&eacute; &copy;&nope; &#233;</text>", "<text>café ©&amp;nope; é</text>"),
        ("<text>&LT;script&GT;</text>", "<text>&lt;script&gt;</text>"),
        ("<text>a\x00\x07&#0;&#x1F;&#xD800;b</text>", "<text>ab</text>"),
        ('<g fill="red" id="a" fill="blue"></g>', '<g fill="red" id="a" />'),
        ("<g fill='red' fill='red'/>", '<g fill="red" />'),
        ('<use xlink:href="#a"/>', '<use href="#a" />'),
        ('<g inkscape:label="Sky" fill="red"/>', '<g fill="red" />'),
        ("<!-- ---- sky ---- --><g/>", "<g />"),
        ("<metadata><rdf:RDF/></metadata><g/>", "<g />"),
    ],
)
def test_what_models_get_wrong_is_repaired(written: str, kept: str) -> None:
    """Slips that do not leave any doubt about what is meant need no second answer of the model."""
    assert inner(written) == kept


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://w3.org/svg11.dtd">\n<svg>{}</svg>',
        "\ufeff<!-- a drawing --><svg>{}</svg>\n\nThat is it!",
        '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>',
        '<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:rect width="5" height="5" /></svg:svg>',
        '<svg:svg><svg:rect width="5" height="5" /></svg:svg>',
    ],
)
def test_only_the_drawing_counts(text: str) -> None:
    """Prologue, document type and namespaces in any spelling lead to the same drawing."""
    whole = sanitise(text.format(RECT), SIZE).decode()
    assert whole == ROOT.format("600 400", "xMidYMid meet") + RECT + "</svg>"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<script>alert(1)</script><g/>", "<g />"),
        ('<image href="a.png"/><feImage href="a.png"/><iframe src="x"/><foreignObject><g/></foreignObject>', ""),
        ('<a href="#x"><g/></a><animate/><animateMotion/><set/><audio/><video/><handler/><unheard/>', ""),
        ('<g xmlns="http://www.w3.org/1999/xhtml"/>', ""),
        ('<g onclick="x()" ONLOAD="x()" tabindex="1" data-x="1" href="x" xml:base="http://x"/>', "<g />"),
        (
            '<use href="other.svg#a"/><use href="#a"/><use href="javascript:x"/><use href="#a b"/>',
            '<use /><use href="#a" /><use /><use />',
        ),
        ('<g fill="url(#a)"/><g fill="url( \'#a\' ) red"/>', '<g fill="url(#a)" /><g fill="url(#a) red" />'),
        ('<g fill="url(http://x)"/><g fill="url(x#a)"/><g fill="URL(//x)"/><g fill="url(#a) url(x)"/>', "<g />" * 4),
        ('<g fill="u\\72l(x)"/><g fill="image-set(x)"/><g fill="var(--a)"/><g fill="url/**/(x)"/>', "<g />" * 4),
        (
            '<g fill="rgb(1 2 3 / .5)" transform="translate (1,2)"/>',
            '<g fill="rgb(1 2 3 / .5)" transform="translate (1,2)" />',
        ),
        (
            '<g style="fill:red;width:9px;behavior:url(#a);Stroke : url(#b) ;;x"/>',
            '<g style="fill:red;stroke:url(#b)" />',
        ),
        ('<g style="fill:url(http://x)"/><g style="background:url(x)"/>', "<g /><g />"),
        ('<g id="a"/><g id="a b"/><g id=""/>', '<g id="a" /><g /><g />'),
        ("loose words<g>more</g>\n  <g/>", "<g />\n  <g />"),
        ("<title>A fox</title><desc>Red &amp; quick</desc>", "<title>A fox</title><desc>Red &amp; quick</desc>"),
        ("<text>a<tspan>b</tspan>c<script>d</script>e</text>", "<text>a<tspan>b</tspan>ce</text>"),
    ],
)
def test_only_what_is_known_to_be_harmless_is_kept(written: str, kept: str) -> None:
    """Elements, attributes, references and values are kept by name; everything else is dropped without a word."""
    assert inner(written) == kept


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        (".a{fill:red}", ".a{fill:red}"),
        (
            "/* sky */ .a , g > .b { fill : red ; Stroke: #123 !important; }",
            ".a,g &gt; .b{fill:red;stroke:#123 !important}",
        ),
        ("<![CDATA[#a.b{opacity:.5}]]>", "#a.b{opacity:.5}"),
        ('@import url(http://x/y.css); @charset "x"; .a{fill:red}', ".a{fill:red}"),
        ("@media print{.a{fill:red}} @font-face{src:url(x)} .b{fill:red}", ".b{fill:red}"),
        (".a:hover{fill:red} .b::before{fill:red} [x]{fill:red} .c,.d:hover{fill:red}", ".c{fill:red}"),
        ("svg{width:100%;height:100%;background:url(x);fill:red}", "svg{fill:red}"),
        (".a{fill:url(http://x)} .b{fill:url('#b')}", ".b{fill:url(#b)}"),
        (".a{fill:r\\65 d} .b{--x:1;fill:var(--x)} .c{content:'}'} .d{fill:red", ""),
        ("} .a{fill:red} {} { .b{fill:red} } .c{fill:red}", ".a{fill:red}\n.c{fill:red}"),
    ],
)
def test_plain_style_rules_are_kept(sheet: str, kept: str) -> None:
    """Of a style sheet stays what only paints: models like classes. At-rules and clever selectors go."""
    assert inner(f"<style>{sheet}</style>") == (f"<style>{kept}</style>" if kept else "<style />")


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("background:#123456", '<rect x="0" y="0" width="9" height="9" fill="#123456" />'),
        ("width:100%;background-color: navy;", '<rect x="0" y="0" width="9" height="9" fill="navy" />'),
        ("background:rgb(1,2,3)", '<rect x="0" y="0" width="9" height="9" fill="rgb(1,2,3)" />'),
        ("background:transparent", ""),
        ("background:url(http://x)", ""),
        ("background:linear-gradient(red,blue)", ""),
    ],
)
def test_a_background_is_drawn(style: str, kept: str) -> None:
    """The background colour that browsers would show behind a drawing becomes a shape of it."""
    assert inner("", attributes=f'style="{style}"') == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('<feTurbulence numOctaves="900" baseFrequency=".1"/>', '<feTurbulence numOctaves="4" baseFrequency=".1" />'),
        ('<feGaussianBlur stdDeviation="1e9"/>', '<feGaussianBlur stdDeviation="0.9" />'),
        ('<feGaussianBlur stdDeviation=".2,-3"/>', '<feGaussianBlur stdDeviation="0.2 0" />'),
        ('<feGaussianBlur stdDeviation="NaN"/>', "<feGaussianBlur />"),
        ('<feMorphology radius="9"/>', '<feMorphology radius="0.09" />'),
        ('<feConvolveMatrix order="99"/>', '<feConvolveMatrix order="7" />'),
        ('<feGaussianBlur stdDeviation=".2"/>', '<feGaussianBlur stdDeviation=".2" />'),
    ],
)
def test_filters_stay_within_reason(written: str, kept: str) -> None:
    """The numbers that decide how long a filter takes are held to what a drawing of that extent needs."""
    assert inner(f"<filter>{written}</filter>") == f"<filter>{kept}</filter>"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('x="-9000%" width="20000%"', 'x="-200%" width="400%"'),
        ('x="-.1" width="1.2" height="50"', 'x="-.1" width="1.2" height="4"'),
        ('filterUnits="userSpaceOnUse" width="30" height="50"', 'filterUnits="userSpaceOnUse" width="30" height="36"'),
        ('width="wide" height="1.2.3"', ""),
    ],
)
def test_filter_regions_stay_near(written: str, kept: str) -> None:
    """A filter reaches a few times beyond what it is for, not thousands of times."""
    assert inner(f"<filter {written}><feFlood/></filter>") == f"<filter {kept}".rstrip() + "><feFlood /></filter>"


def test_filters_beyond_the_limit_are_left_out() -> None:
    """A drawing with too many filters is drawn without the last of them, rather than not at all."""
    kept = inner(f'<filter id="a">{"<feFlood/>" * 20}</filter><filter id="b">{"<feFlood/>" * 5}</filter>')
    assert kept == f'<filter id="a">{"<feFlood />" * 20}</filter>'


@pytest.mark.parametrize("style", ["filter:blur(9999px)", "filter:blur(360px)"])
def test_filter_functions_stay_within_reason(style: str) -> None:
    """What a filter says as a function is held as well."""
    assert inner(f'<g style="{style}"/>') == '<g style="filter:blur(360px)" />'
    assert inner(f'<g style="{style + " blur(1px)" * 20}"/>') == "<g />"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "There is no <svg> element in it."),
        ("I cannot draw that.", "There is no <svg> element in it."),
        ("<svg>", "It is no well-formed XML: no element found: line 1, column 5."),
        ("<svg>\n<g></svg>", "It is no well-formed XML: mismatched tag: line 2, column 5."),
        ("<svg/>", "There is no shape in it."),
        ("<svg><g/><script/></svg>", "There is no shape in it."),
        ("<svg xmlns='urn:other'><rect/></svg>", "Its outermost element is not <svg>."),
        (f"<svg>{'<g>' * 60}{'</g>' * 60}</svg>", "Its elements are nested more than 48 deep."),
        (f"<svg>{'<g/>' * 20_000}</svg>", "It has more than 20000 elements."),
        (f"<svg>{'<use/>' * 501}</svg>", "It has more than 500 <use> elements."),
        (f"<svg><path d='{'M' * 400_001}'/></svg>", "Its paths are longer than 400,000 characters together."),
        (f"<svg><text>{'M' * 20_001}</text></svg>", "It has more than 20,000 characters of text."),
        (f"<svg><style>{'M' * 50_001}</style></svg>", "Its style sheets are longer than 50,000 characters."),
        (f"<svg>{' ' * 1_000_000}</svg>", "It is longer than 1,000,000 bytes."),
        (f"<svg>{'é' * 600_000}</svg>", "It is longer than 1,000,000 bytes."),
    ],
)
def test_what_cannot_be_used_says_why(text: str, reason: str) -> None:
    """The reason is one plain sentence with the parser's own words, for the model to do better."""
    with pytest.raises(UnusableSvg) as unusable:
        sanitise(text, SIZE)
    assert unusable.value.reason == reason


def test_repetition_is_counted_through() -> None:
    """A few lines that ask for a million shapes are refused; what refers to itself only ends."""
    circle = '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'
    assert inner(circle).count("<use") == 2
    levels = "".join(f'<g id="g{n}">{TEN.format(n - 1)}</g>' for n in range(1, 5))
    assert inner(f'<g id="g0">{RECT}</g>{levels}').count("<use") == 40
    with pytest.raises(UnusableSvg, match="repeat shapes more than 100000 times"):
        inner(f'<g id="g0">{RECT * 50}</g>{levels}')


@pytest.mark.parametrize(
    "slow",
    [
        "&" * 300_000,
        "<" * 300_000,
        "<!--" * 200_000,
        "<rect " + "a" * 900_000,
        '<a x="' * 150_000,
        "<rect " + "a:" * 400_000 + "/>",
        "<rect fill='a(" + " " * 900_000 + "'/>",
        "<rect fill='" + "url(" * 200_000 + "'/>",
        "<style>" + "/*" * 20_000 + "</style>",
        "<style>" + "{" * 40_000 + "</style>",
        "<filter width='" + "1" * 900_000 + "x'/>",
    ],
    ids=lambda slow: slow[:12],
)
def test_no_text_takes_long(slow: str) -> None:
    """Whatever is repeated a million times, it is read in time that grows with its length alone."""
    began_s = time.process_time()
    with suppress(UnusableSvg):
        inner(slow)
    assert time.process_time() - began_s < 2


NAMES = st.sampled_from([*sorted(ELEMENTS), "script", "image", "a", "unheard"])
VALUES = st.one_of(
    st.sampled_from(
        ["red", "url(#a)", "url( '#a' )", "url(http://x)", "#a", "12", "-1e9", "50%", "1 2", "blur(999px) x"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(["fill:red;width:1", "fill:url( #a );stroke:x(1)", "background:red", "0 0 5 5", "1e-9 2 3 4"]),
)
ATTRIBUTE_SETS = st.dictionaries(
    st.sampled_from([*sorted(ATTRIBUTES), "style", "id", "href", "onload"]), VALUES, max_size=4
)
WORDS = st.one_of(VALUES, st.sampled_from([".a{fill:red} @import 'x'; b{stroke:url( #a )}", "  \r\n ", "&#13;", "]]>"]))


def element(name: str, attributes: dict[str, str], children: list[str], words: str) -> str:
    said = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>{escaped(words)}{escaped(words).join(children)}</{name}>"


def escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("&amp;#13;", "&#13;")
    )


TREES = st.recursive(
    st.builds(element, NAMES, ATTRIBUTE_SETS, st.just([]), WORDS),
    lambda inside: st.builds(element, NAMES, ATTRIBUTE_SETS, st.lists(inside, max_size=3), WORDS),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(
    st.builds(
        element, st.just("svg"), ATTRIBUTE_SETS, st.lists(TREES, max_size=3).map(lambda all_: [*all_, RECT]), WORDS
    )
)
def test_sanitising_twice_changes_nothing(text: str) -> None:
    """What was sanitised once is its own sanitised form, whatever it was made from."""
    once = sanitise(text, SIZE)
    assert sanitise(once.decode(), SIZE) == once
