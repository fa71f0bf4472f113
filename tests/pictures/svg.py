"""What is in an SVG file."""

from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


class Svg:
    """A picture, by its elements."""

    def __init__(self, path):
        self.root = ET.parse(path).getroot()
        self.by_id = {e.get("id"): e for e in self.root.iter() if e.get("id")}

    @property
    def texts(self):
        """All texts, those of several lines line by line."""
        return [text.text for text in self.root.iter(f"{SVG}text") if text.text]

    @property
    def images(self):
        return list(self.root.iter(f"{SVG}image"))

    def ids(self, prefix):
        return sorted(name for name in self.by_id if name.startswith(prefix))

    def strokes(self, name):
        """Return the ends of the strokes of a path, one (x, y, x, y) each."""
        data = " ".join(path.get("d", "") for path in self.by_id[name].iter(f"{SVG}path"))
        numbers = [float(word) for word in data.replace("M", " ").replace("L", " ").split()]
        return [tuple(numbers[i : i + 4]) for i in range(0, len(numbers), 4)]

    def points(self, name):
        """Return the points of a line."""
        data = next(self.by_id[name].iter(f"{SVG}path")).get("d")
        words = data.replace("M", " ").replace("L", " ").split()
        return [(float(x), float(y)) for x, y in zip(words[::2], words[1::2], strict=True)]
