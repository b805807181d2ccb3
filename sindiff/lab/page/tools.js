// The tools above and below the picture.

const PAINTERS = {
  copy: ["Copy", "Copy a part: mark it, then drag it or press where it goes"],
  pick: ["Pick colour", "Pick colour: press on it in the picture"],
};

function toolsOf(model, surface, copier, say) {
  const { mode, now } = surface;
  const painting = mode === "paint";
  const names = { brush: ["Brush", "Brush"], eraser: ["Eraser", "Eraser"], ...(painting ? PAINTERS : {}) };
  const buttons = Object.fromEntries(
    Object.entries(names).map(([tool, [text, title]]) => [tool, button(text, title, () => choose(tool))]),
  );
  const colour = make("input", { type: "color", value: now.colour, attributes: { "aria-label": "Colour" } });
  colour.oninput = () => {
    now.colour = colour.value;
    choose("brush");
  };
  const swatches = make("span", { className: "swatches" });
  const size = make("input", { type: "range", min: 1, max: 40, value: now.size, attributes: { "aria-label": "Brush size" }, oninput: () => resize(+size.value) });
  const sizeText = make("span");
  const zooms = [
    button("−", "Zoom out", () => surface.zoom(now.zoom / 1.5)),
    button("+", "Zoom in", () => surface.zoom(now.zoom * 1.5)),
  ];
  const undo = button("Undo", "Undo", surface.undo);
  undo.classList.add("sindiff-undo");
  const [uploads, drawing] = [model.get("uploads"), painting || mode === "mask"];
  const files = [
    fileButton("Open or drop a picture", (file) => take(file, false)),
    ...(drawing ? [fileButton(painting ? "Open a painting" : "Open a mask", (file) => take(file, true))] : []),
  ];
  const group = (...parts) => make("span", { className: "group" }, ...parts);
  const colours = make("span", { className: "group colours" }, colour, swatches);
  const above = [
    ...(uploads ? [group(...files)] : []),
    ...(drawing ? [group(...Object.values(buttons))] : []),
    ...(painting ? [colours] : []),
    ...(drawing ? [make("label", {}, "Size", size, sizeText)] : []),
  ];
  const below = [
    ...(drawing || uploads ? [undo] : []),
    ...(drawing ? [button("Clear", "Clear", surface.clear)] : []),
    ...(mode === "look" ? [] : zooms),
  ];

  function choose(tool) {
    now.tool = surface.layers.dataset.tool = tool;
    if (tool === "copy") copier.begin();
    else copier.drop();
    for (const [name, made] of Object.entries(buttons)) made.setAttribute("aria-pressed", String(name === tool));
  }
  function use(value) {
    now.colour = colour.value = value;
    choose("brush");
    say(`Colour ${value}`);
  }
  function dip(at) {
    use(surface.colourAt(at));
  }
  function resize(px) {
    now.size = Math.min(+size.max, Math.max(1, px));
    size.value = now.size;
    sizeText.textContent = `${now.size} px`;
    surface.point(now.at);
  }
  function fit() {
    const side = Math.max(surface.strokes.width, surface.strokes.height);
    const [most, usual] = [Math.max(40, Math.round(side / 4)), Math.max(8, Math.round(side / 24))];
    if (+size.max === most) return;
    size.max = most;
    resize(usual);
  }
  function showPalette() {
    const swatch = (value) => {
      const made = button("", `Colour ${value}`, () => use(value));
      made.style.background = value;
      return made;
    };
    swatches.replaceChildren(...model.get("palette").map(swatch));
  }
  async function take(file, drawn) {
    if (!file) return;
    try {
      const content = await contentOf(file);
      say(`${file.name} ...`);
      model.set("upload", { name: file.name, content, drawn, count: (model.get("upload").count ?? 0) + 1 });
      model.save_changes();
    } catch {
      const hint = /\.hei[cf]$/i.test(file.name) ? "; export it as JPEG" : "";
      say(`${file.name}: is not a picture that can be read${hint}`, true);
    }
  }

  choose("brush");
  resize(now.size);
  showPalette();
  return { above, below, choose, dip, resize, fit, take, shows: { palette: showPalette } };
}
