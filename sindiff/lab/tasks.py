"""What the studio can do with a picture: each task is an application of the table, with controls to draw and choose."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from sindiff.applications.reference import EDIT, HARMONIZE, PAINT, RETARGET, STYLE, TRANSLATE
from sindiff.applications.table import APPLICATIONS, Application, Given
from sindiff.lab import asked, examples
from sindiff.lab.asked import Controls, Request
from sindiff.lab.draw import Sketch


@dataclass(frozen=True)
class Task:
    """application: what is done.  given(request): what it is given.  mode: how the picture is drawn on (draw.MODES).
    hint: what to do before Run.  call: the same in Python, with what is given in braces.

    controls: name -> smallest, largest and first value for a picture's height and width.  known(request): a canvas and
    where it is invented anew (as inpaint takes them), for what stays to be seen while the picture forms; None if
    nothing stays.  blank: on an empty canvas.  prompt: the first text, for a task that takes one.  other: works on
    another picture than the photo.  example(sketch, picture): draws what a hand might.  remark(request): what is to be
    said of it in the end.  wraps: opposite edges of its results meet.
    """

    application: Application
    given: Callable[[Request], Given]
    mode: str
    hint: str
    call: str
    controls: Callable[[int, int], Controls] = lambda height, width: {}
    known: Callable[[Request], tuple[Tensor, Tensor] | None] = lambda request: None
    blank: bool = False
    prompt: str = ""
    other: bool = False
    example: Callable[[Sketch, Tensor], None] | None = None
    remark: Callable[[Request], str] = lambda request: ""
    wraps: bool = False


RECIPE = "do.Recipe({start}, {factor}, {until})"
TASKS = {
    "New picture": Task(
        APPLICATIONS["sample"],
        asked.of_size,
        "look",
        "Choose a height and a width, in px of the photo.",
        "do.new_pictures(source, {size}, {draw})",
        asked.canvas,
    ),
    "Make it wider": Task(
        APPLICATIONS["outpaint"],
        asked.around,
        "look",
        "Choose how far each side grows, in px (outpainting).",
        "do.outpaint(source, picture, {left}, {right}, {up}, {down}, {draw}, {passes})",
        asked.sides,
        asked.around_known,
    ),
    "Change its shape": Task(
        APPLICATIONS["retarget"],
        lambda request: Given(**vars(asked.after(request, RETARGET)) | vars(asked.of_size(request))),
        "look",
        "Choose a height and a width, in px of the photo: things keep their own shapes (retargeting).",
        f"do.retarget(source, picture, {{size}}, {RECIPE}, {{draw}})",
        asked.canvas,
    ),
    "Replace a part": Task(
        APPLICATIONS["inpaint"],
        asked.holed,
        "mask",
        "Draw over what is to be invented anew (inpainting).",
        "do.inpaint(source, picture, mask, {draw}, {passes})",
        known=lambda request: (request.picture, request.mask),
        example=examples.hole,
    ),
    "Repeat a part": Task(
        APPLICATIONS["roi"],
        asked.repeated,
        "mask",
        "Draw over a part: it stays, comes again where you say, and the rest is invented.",
        "do.roi(source, picture, do.{box}, {at}, None, {draw}, {passes})",
        asked.place,
        example=examples.corner,
    ),
    "From a rough painting": Task(
        APPLICATIONS["paint"],
        lambda request: asked.after(request, PAINT),
        "paint",
        "Paint roughly, in the photo's colours: it becomes a picture made of the photo's parts.",
        f"do.paint(source, picture, {RECIPE}, {{draw}})",
        blank=True,
        example=examples.rough,
    ),
    "Blend my changes": Task(
        APPLICATIONS["edit"],
        asked.edited,
        "paint",
        "Copy parts elsewhere, paint, or open a picture that you have changed; all of it may change a little.",
        f"do.edit(source, picture, None, {RECIPE}, {{draw}})",
        asked.strength(EDIT),
        example=examples.moved,
    ),
    "Fit a thing in": Task(
        APPLICATIONS["harmonize"],
        asked.pasted,
        "paint",
        "Copy or paint a thing into the picture, or open one with it pasted in; all else stays as it is.",
        f"do.harmonize(source, picture, mask, {RECIPE}, {{draw}})",
        asked.strength(HARMONIZE),
        example=examples.moved,
    ),
    "Follow words": Task(
        APPLICATIONS["text"],
        asked.worded,
        "look",
        "A few words on colours, light and texture; the small reader of words knows no things.",
        "do.text_guided(source, [do.text_score(do.load_clip({clip!r}), {prompts[0][0]!r})], {scale}, {size}, {draw})",
        asked.worded_canvas,
        prompt="a red sunset",
        remark=asked.unmet,
    ),
    "Arrange like another": Task(
        APPLICATIONS["translate"],
        lambda request: asked.after(request, TRANSLATE),
        "look",
        "Choose another picture: what your photo is made of is arranged like it.",
        f"do.translate(source, picture, {RECIPE}, {{draw}})",
        other=True,
    ),
    "Recolour another": Task(
        APPLICATIONS["style"],
        lambda request: asked.after(request, STYLE),
        "look",
        "Choose another picture: its shapes are drawn in the colours and patches of your photo.",
        f"do.style(source, picture, {RECIPE}, {{draw}})",
        other=True,
    ),
    "Make it tile": Task(
        APPLICATIONS["tile"],
        asked.tiled,
        "look",
        "A band along the edges is invented anew, so that copies side by side have no seam; 2 × 2 shows it.",
        "do.tile(source, picture, {band}, {axes!r}, {draw}, {passes})",
        asked.band,
        wraps=True,
    ),
    "Enlarge": Task(
        APPLICATIONS["super-resolve"],
        lambda request: Given(picture=request.picture, mask=None, times=2),
        "look",
        "Twice as large; its finest details come from the photo.",
        "do.super_resolve(source, picture, {times}, {draw})",
    ),
}
