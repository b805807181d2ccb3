// The widget: its parts on the page, and what they hear from each other and from Python.

function render(page) {
  let close = build(page);
  const rebuild = () => {
    close();
    page.el.replaceChildren();
    close = build(page);
  };
  page.model.on("change:mode", rebuild);
  return () => {
    page.model.off("change:mode", rebuild);
    close();
  };
}

function build({ model, el }) {
  const line = make("div", { className: "line", attributes: { role: "status", "aria-live": "polite" } });
  const say = (text, bad = false) => {
    line.textContent = text;
    line.classList.toggle("bad", bad);
  };
  const surface = surfaceOf(model, say);
  const { mode, now } = surface;
  const copier = copierOf(surface, say);
  const tools = toolsOf(model, surface, copier, say);
  const frame = make("div", { className: "frame" }, surface.layers);
  const bar = (name, ...parts) => make("div", { className: "tools", attributes: { role: "toolbar", "aria-label": name } }, ...parts);
  const root = make("div", {
    className: "sindiff-draw",
    attributes: {
      role: "group",
      "aria-label": LABELS[mode],
      "data-mode": mode,
      "data-lm-suppress-shortcuts": "true", // keys typed here are not JupyterLab's
    },
  });
  const below = make("div", { className: "below" }, bar("Undo and zoom", ...tools.below), line);
  root.append(bar("Drawing tools", ...tools.above), frame, below);
  el.append(root);

  const where = () => `row ${surface.px(Math.floor(now.at.y))}, column ${surface.px(Math.floor(now.at.x))}`;
  if (mode === "point") {
    pointWithPointer(surface);
    useKeys(surface, () => null, () => {
      surface.tell();
      say(`At ${where()}`);
    });
  } else if (mode !== "look") {
    const hands = handsOf(surface, tools, copier);
    const drawHere = ({ repeat }) => {
      if (repeat) return; // the key is held
      const hand = hands[now.tool];
      hand.press(now.at);
      hand.release(now.at);
      if (hand.done) say(`${hand.done} at ${where()}`);
    };
    const acts = {
      " ": drawHere,
      enter: drawHere,
      "[": () => tools.resize(now.size - 1),
      "]": () => tools.resize(now.size + 1),
      z: surface.undo,
      b: () => tools.choose("brush"),
      e: () => tools.choose("eraser"),
      ...(mode === "paint" ? { c: () => tools.choose("copy") } : {}),
    };
    const actOf = (key) => (key === "escape" ? hands[now.tool].begin : acts[key]); // what begins nothing lets Escape pass
    drawWithPointer(surface, hands);
    useKeys(surface, actOf, () => {
      say(`At ${where()}`);
      hands[now.tool].hover(now.at);
    });
  }
  if (model.get("uploads")) dropFiles(root, tools.take);

  const showMessage = () => say(model.get("message"), true);
  const showPhoto = () => {
    if (now.tool === "copy") copier.begin();
    return surface.shows.photo().then(tools.fit);
  };
  const heard = (content) => content.say && say(content.say);
  const changes = { ...surface.shows, ...tools.shows, photo: showPhoto, message: showMessage };
  const shows = [
    ...Object.entries(changes).map(([name, show]) => [`change:${name}`, show]),
    ["msg:custom", heard],
  ];
  for (const [event, show] of shows) model.on(event, show);
  showMessage();
  showPhoto().then(() => (root.dataset.ready = "true"));
  return () => {
    for (const [event, show] of shows) model.off(event, show);
  };
}

function dropFiles(root, take) {
  const dropping = (event, on) => {
    event.preventDefault();
    root.classList.toggle("dropping", on);
  };
  root.addEventListener("dragover", (event) => dropping(event, true));
  root.addEventListener("dragleave", (event) => dropping(event, false));
  root.addEventListener("drop", (event) => {
    event.stopPropagation();
    dropping(event, false);
    take(event.dataTransfer.files[0], false);
  });
}

export default { render };
