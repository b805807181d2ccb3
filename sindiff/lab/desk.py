"""The studio's controls, and how they lie on the page."""

import html

import ipywidgets

from sindiff.lab.draw import Sketch

WIDTH = 384  # of a picture, in CSS px
LOOK = """<style>
.sindiff-shot { image-rendering: pixelated; border: 1px solid var(--jp-border-color2, #ccc); }
.sindiff-bad { color: var(--jp-error-color1, #d62f1f); }
</style>"""


class Desk(ipywidgets.VBox):
    """All controls by name: on the left the picture that is worked on, on the right what comes of it."""

    def __init__(self, names: list[str], tasks: list[str], sketch: Sketch):
        self.names, self.tasks = (
            ipywidgets.Dropdown(options=options, description=title, layout=ipywidgets.Layout(width="300px"))
            for title, options in (("Picture", names), ("Task", tasks))
        )
        self.learn = _button("Train", "Train on this picture; stop and go on at any time")
        self.start = _button("Run", "Make the picture", "primary")
        self.halt = _button("Stop", "Stop after this step and keep what there is", "warning")
        self.reuse = _button("Go on with it", "Make the result the picture to work on")
        self.steps = slider("steps", 4, 50, 20)
        self.seed = ipywidgets.BoundedIntText(0, min=0, max=2**31, description="seed", layout=_most())
        self.sketch = sketch
        self.rows, self.columns = (
            ipywidgets.IntRangeSlider(description=name, min=0, max=1, continuous_update=False, layout=_most())
            for name in ("rows", "columns")
        )
        self.boxed = ipywidgets.VBox([ipywidgets.Label("Or without drawing, a rectangle:"), self.rows, self.columns])
        self.hint, self.line, self.link = ipywidgets.Label(), ipywidgets.HTML(), ipywidgets.HTML()
        self.bar = ipywidgets.FloatProgress(0, min=0, max=1, layout=_most())
        self.view = ipywidgets.ToggleButtons(options=["after", "before"], style={"button_width": "90px"})
        self.image = ipywidgets.Image(format="png", layout=ipywidgets.Layout(max_width="100%", display="none"))
        self.image.add_class("sindiff-shot")
        self.numbers = ipywidgets.VBox()
        self.prompt = ipywidgets.Text(description="text", continuous_update=False, layout=_most())
        half = ipywidgets.Layout(width=f"{WIDTH + 6}px", max_width="100%")
        left = ipywidgets.VBox([self.hint, self.sketch, self.boxed], layout=half)
        buttons = _row([self.start, self.halt, self.reuse, self.link])
        tuning = [self.prompt, self.numbers, self.steps, self.seed, buttons, self.bar, self.line]
        right = ipywidgets.VBox([self.view, self.image, *tuning], layout=half)
        desk = _row([left, right])
        desk.layout.grid_gap = "8px 28px"
        super().__init__([ipywidgets.HTML(LOOK), _row([self.names, self.tasks, self.learn]), desk])


def slider(name: str, low: float, high: float, value: float) -> ipywidgets.IntSlider | ipywidgets.FloatSlider:
    """A slider that speaks when it is let go; a fractional value gives it twenty steps."""
    look = {"description": name, "continuous_update": False, "layout": _most()}
    if isinstance(value, float):
        return ipywidgets.FloatSlider(value, min=low, max=high, step=(high - low) / 20, readout_format=".3f", **look)
    return ipywidgets.IntSlider(value, low, high, **look)


def said(text: str, bad: bool = False) -> str:
    """A line of words as HTML, which screen readers read out when it changes; red for a mistake."""
    return f'<span role="status" class="{"sindiff-bad" if bad else ""}">{html.escape(text)}</span>'


def link(address: str) -> str:
    """A link, in looks a button, that saves a picture."""
    look = 'class="jupyter-button widget-button lm-Widget" style="width: auto; text-decoration: none"'
    return f'<a download="sindiff.png" href="{address}" {look}>Download PNG</a>'


def _button(text: str, tooltip: str, style: str = "") -> ipywidgets.Button:
    layout = ipywidgets.Layout(width="auto")
    return ipywidgets.Button(description=text, tooltip=tooltip, button_style=style, layout=layout)


def _most() -> ipywidgets.Layout:
    return ipywidgets.Layout(width="98%")


def _row(children: list[ipywidgets.Widget]) -> ipywidgets.Box:
    layout = ipywidgets.Layout(display="flex", flex_flow="row wrap", align_items="flex-start", grid_gap="4px 8px")
    return ipywidgets.Box(children, layout=layout)
