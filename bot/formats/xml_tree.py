"""XML of strangers as a tree: no DTD, no entities, little depth, few bytes, any encoding."""

import re
from collections.abc import Iterator
from contextlib import suppress
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from bot.formats.errors import FormatError
from bot.formats.xml_repair import mended, sections

MOST_BYTES = 262_144
MOST_DEPTH = 32
MOST_ELEMENTS = 20_000
_MARKS = (
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xfe\xff", "utf-16"),
    (b"\xff\xfe", "utf-16"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# Others of Python's codecs are no encodings of text, or slow on purpose-made input.
_ENCODINGS = re.compile(
    r"utf[-_]?8|us-ascii|ascii|iso[-_]?8859[-_]\d{1,2}|latin-?\d|windows-\d{3,4}|cp\d{3,4}"
    r"|koi8-[ru]|shift_jis|euc-(jp|kr)|iso-2022-(jp|kr)|gb2312|gbk|gb18030|big5"
)
_ROOT = re.compile(r"<([A-Za-z][A-Za-z0-9:._-]{0,60})[\s>]")
_HTML = re.compile(r"<(!doctype\s+html|html)\b", re.IGNORECASE)


def parse_xml(data: bytes, enough: str = "", parts: tuple[str, ...] = ()) -> Element:
    """The root element. Names of elements lose their namespace and become lower case.

    Where the text is broken, it is mended; failing that, what stands before the break is taken if
    the element named `enough` was closed by then; failing that, all sound elements named in `parts`
    are, as long as the text is whole.
    """
    if len(data) > MOST_BYTES:
        raise FormatError("too-long", str(len(data)))
    # Pages made by scripts often begin with an empty line, which XML forbids.
    text = _decode(data).lstrip("\ufeff \t\r\n")
    if not text:
        raise FormatError("empty")
    if _HTML.match(text):
        raise FormatError("html", text[:80])
    root = _tree(text, enough, parts)
    if root.tag == "html":
        raise FormatError("html", text[:80])
    return root


def _tree(text: str, enough: str, parts: tuple[str, ...]) -> Element:
    try:
        return _strict_tree(text, _Builder())
    except FormatError as error:
        if error.reason != "bad-xml" or not enough:
            raise
        builder = _Builder(enough)
        try:
            return _strict_tree(mended(text), builder)
        except FormatError as second:
            if second.reason != "bad-xml":
                raise error from second
            root = builder.salvaged()
            found = root if root is not None else _collected(text, enough, parts)
            if found is None:
                raise error from second
            return found


def _collected(text: str, home: str, parts: tuple[str, ...]) -> Element | None:
    """The sound parts in an element of their home, in a root of the text's own name."""
    name = _ROOT.search(text)
    if name is None or f"</{name[1].lower()}" not in text.lower():
        return None  # cut off: what was behind is not known
    root = Element(_plain(name[1]))
    place = SubElement(root, home)
    for part in sections(text, parts):
        with suppress(FormatError):
            place.append(_strict_tree(mended(part), _Builder()))
    return root if len(place) else None


def _strict_tree(text: str, builder: "_Builder") -> Element:
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException as error:
        raise FormatError("dtd", str(error)) from error
    except (ParseError, ValueError) as error:
        raise FormatError("bad-xml", str(error)) from error
    if not isinstance(root, Element):
        raise FormatError("bad-xml")
    return root


def children(element: Element, *names: str) -> Iterator[Element]:
    """The elements right below that have one of these names, in their order."""
    return (child for child in element if child.tag in names)


def text_of(element: Element | None, most: int = 1000) -> str:
    """The text of an element and of what stands in it, blanks brought together."""
    return "" if element is None else " ".join("".join(element.itertext()).split())[:most]


def child_text(element: Element, name: str, most: int = 1000) -> str:
    """The text of the first element of this name; "" where there is none."""
    return text_of(next(children(element, name), None), most)


def _decode(data: bytes) -> str:
    """Text in the encoding that the bytes show or declare; what does not fit is marked."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    declared = _DECLARED.match(data.lstrip()[:300])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if not _ENCODINGS.fullmatch(name):
        name = "utf-8"
    try:
        return data.decode(name, errors="replace")
    except LookupError:
        return data.decode("utf-8", errors="replace")


class _Builder(TreeBuilder):
    """Builds a tree that cannot grow out of hand."""

    def __init__(self, enough: str = "") -> None:
        super().__init__()
        self._depth = 0
        self._count = 0
        self._enough = enough
        self._is_enough = False
        self._root: Element | None = None

    def salvaged(self) -> Element | None:
        """The root as far as it was read; None where what matters was not read to its end."""
        return self._root if self._is_enough else None

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MOST_DEPTH:
            raise FormatError("too-deep", tag)
        if self._count > MOST_ELEMENTS:
            raise FormatError("too-many-elements", tag)
        named = {name.rpartition("}")[2].lower(): value for name, value in attrs.items()}
        element = super().start(_plain(tag), named)
        self._root = element if self._root is None else self._root
        return element

    def end(self, tag: str) -> Element:
        self._depth -= 1
        self._is_enough = self._is_enough or _plain(tag) == self._enough
        return super().end(_plain(tag))


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
