// The picture below, a transparent layer of strokes above it; the strokes go to Python as a PNG when a stroke ends.

const RED = "#d62f1f";
const WIDTH = 384; // of the picture at zoom 1, in CSS px
const SENT_AS_IT_IS = 4e6; // bytes; larger files are reduced here, a kernel's connection takes about 10 MB
const LONG_SIDE = 1024;
const LABELS = {
  look: "The picture",
  mask: "Draw what is to be invented",
  paint: "Paint on the picture",
};
const HELP = "Arrow keys move the brush, Space draws, [ and ] change its size, Z takes back.";

function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const bitmap = (view, type = "") => createImageBitmap(new Blob([view], { type }));

function bytesOf(canvas) {
  const text = atob(canvas.toDataURL("image/png").split(",")[1]);
  return new DataView(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
}

async function reduced(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONG_SIDE / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = make("canvas", { width, height });
  const brush = canvas.getContext("2d");
  brush.imageSmoothingQuality = "high";
  brush.drawImage(image, 0, 0, width, height);
  return bytesOf(canvas);
}

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
  const mode = model.get("mode");
  const mask = mode === "mask";
  const now = { tool: "brush", colour: mask ? RED : "#0072b2", size: 8, zoom: 1, at: null, last: null, own: false };
  const history = [];

  // ---- what is on the page
  const photo = make("canvas", { attributes: { "aria-hidden": "true" } });
  const strokes = make("canvas", {
    className: "strokes",
    tabIndex: 0,
    attributes: { role: "application", "aria-label": `${LABELS[mode]}. ${HELP}`, title: HELP },
  });
  const cursor = make("div", { className: "cursor", hidden: true });
  const layers = make("div", { className: "layers" }, photo, strokes, cursor);
  const frame = make("div", { className: "frame" }, layers);
  const line = make("div", { className: "line", attributes: { role: "status", "aria-live": "polite" } });
  const button = (text, title, act) => {
    const made = make("button", { type: "button", textContent: text, title, onclick: act });
    made.setAttribute("aria-label", title);
    return made;
  };
  const toolButtons = Object.fromEntries(
    [["brush", "Brush"], ["eraser", "Eraser"], ...(mask ? [] : [["pick", "Pick colour"]])].map(([tool, text]) => [
      tool,
      button(text, tool === "pick" ? "Take a colour from the picture" : text, () => choose(tool)),
    ]),
  );
  const colour = make("input", {
    type: "color",
    value: now.colour,
    oninput: () => {
      now.colour = colour.value;
      choose("brush");
    },
    attributes: { "aria-label": "Colour" },
  });
  const swatches = make("span", { className: "swatches" });
  const size = make("input", { type: "range", min: 1, max: 40, value: now.size, oninput: () => resize(+size.value) });
  const sizeText = make("span");
  const file = (text, drawn) => {
    const input = make("input", { type: "file", accept: "image/*" });
    input.onchange = () => take(input.files[0], drawn).finally(() => (input.value = ""));
    return make("label", { className: "file" }, text, input);
  };
  const tools = make(
    "div",
    { className: "tools", attributes: { role: "toolbar", "aria-label": "Drawing tools" } },
    ...(model.get("uploads") ? [file("Open or drop a picture", false)] : []),
    ...Object.values(toolButtons),
    ...(mask ? [] : [colour, swatches]),
    make("label", {}, "Size", size, sizeText),
    button("Undo", "Undo", undo),
    button("Clear", "Clear", clear),
    ...(model.get("uploads") && mode !== "look" ? [file(mask ? "Open a mask" : "Open a painting", true)] : []),
    button("−", "Zoom out", () => zoom(now.zoom / 1.5)),
    button("+", "Zoom in", () => zoom(now.zoom * 1.5)),
  );
  const root = make("div", {
    className: "sindiff-draw",
    attributes: {
      role: "group",
      "aria-label": LABELS[mode],
      "data-mode": mode,
      "data-lm-suppress-shortcuts": "true", // keys typed here are not JupyterLab's
    },
  });
  root.append(tools, frame, line);
  el.append(root);

  // ---- tools
  function choose(tool) {
    now.tool = tool;
    for (const [name, made] of Object.entries(toolButtons)) made.setAttribute("aria-pressed", String(name === tool));
  }
  function dip(value) {
    now.colour = colour.value = value;
    choose("brush");
    say(`Colour ${value}`);
  }
  function showPalette() {
    swatches.replaceChildren(
      ...model.get("palette").map((value) => {
        const made = button("", `Colour ${value}`, () => dip(value));
        made.style.background = value;
        return made;
      }),
    );
  }
  function resize(px) {
    now.size = Math.min(40, Math.max(1, px));
    size.value = now.size;
    sizeText.textContent = `${now.size} px`;
    point(now.at);
  }
  function zoom(factor) {
    now.zoom = Math.min(8, Math.max(1, factor));
    const width = WIDTH * now.zoom * Math.min(1, photo.width / photo.height);
    layers.style.width = `${width}px`;
    layers.style.height = `${(width * photo.height) / photo.width}px`;
    point(now.at);
  }
  function say(text, bad = false) {
    line.textContent = text;
    line.classList.toggle("bad", bad);
  }
  function point(at) {
    now.at = at;
    cursor.hidden = !at;
    if (!at) return;
    const px = (100 * now.size) / photo.width;
    Object.assign(cursor.style, { left: `${(100 * at.x) / photo.width}%`, top: `${(100 * at.y) / photo.height}%` });
    Object.assign(cursor.style, { width: `${px}%`, aspectRatio: "1" });
  }

  // ---- strokes
  function place(event) {
    const box = strokes.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return { x: x * strokes.width, y: y * strokes.height };
  }
  function stroke(from, to, erase) {
    const brush = strokes.getContext("2d");
    brush.globalCompositeOperation = erase ? "destination-out" : "source-over";
    Object.assign(brush, { strokeStyle: now.colour, lineWidth: now.size, lineCap: "round", lineJoin: "round" });
    brush.beginPath();
    brush.moveTo(from.x, from.y);
    brush.lineTo(to.x + 1e-3, to.y); // a line without length would not be drawn
    brush.stroke();
  }
  function pick({ x, y }) {
    const both = make("canvas", { width: 1, height: 1 }).getContext("2d");
    for (const layer of [photo, strokes]) both.drawImage(layer, Math.floor(x), Math.floor(y), 1, 1, 0, 0, 1, 1);
    const parts = [...both.getImageData(0, 0, 1, 1).data].slice(0, 3);
    dip(`#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`);
  }
  function keep() {
    send(bytesOf(strokes));
  }
  function send(value) {
    history.push(model.get("strokes"));
    if (history.length > 50) history.shift();
    now.own = true;
    model.set("strokes", value);
    model.save_changes();
    now.own = false;
  }
  function undo() {
    if (!history.length) return say("Nothing to take back");
    model.set("strokes", history.pop());
    model.save_changes();
    say("Taken back");
  }
  function clear() {
    send(new DataView(new ArrayBuffer(0)));
    strokes.getContext("2d").clearRect(0, 0, strokes.width, strokes.height);
    say("Cleared");
  }

  // ---- mouse, pen, touch
  strokes.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button > 0 && event.button !== 5) return;
    event.preventDefault();
    strokes.focus({ preventScroll: true });
    const at = place(event);
    if (now.tool === "pick") return pick(at);
    strokes.setPointerCapture(event.pointerId);
    now.last = at;
    stroke(at, at, now.tool === "eraser" || event.button === 5);
  });
  strokes.addEventListener("pointermove", (event) => {
    point(place(event));
    if (!now.last || !event.isPrimary) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const to = place(part);
      stroke(now.last, to, now.tool === "eraser" || (event.buttons & 32) > 0);
      now.last = to;
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    strokes.addEventListener(name, (event) => {
      if (!now.last || !event.isPrimary) return;
      now.last = null;
      keep();
    });
  }
  strokes.addEventListener("pointerleave", () => now.last || point(null));

  // ---- keyboard
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const keys = {
    " ": () => drawHere(),
    Enter: () => drawHere(),
    "[": () => resize(now.size - 1),
    "]": () => resize(now.size + 1),
    z: undo,
    b: () => choose("brush"),
    e: () => choose("eraser"),
  };
  function drawHere() {
    if (now.tool === "pick") return pick(now.at);
    stroke(now.at, now.at, now.tool === "eraser");
    keep();
    say(`Drawn at row ${Math.floor(now.at.y)}, column ${Math.floor(now.at.x)}`);
  }
  strokes.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    const act = keys[event.key.toLowerCase()] ?? keys[event.key];
    if (!move && !act) return;
    event.preventDefault();
    event.stopPropagation();
    const at = now.at ?? { x: strokes.width / 2, y: strokes.height / 2 };
    if (!move) {
      point(at);
      return act();
    }
    const step = event.shiftKey ? 1 : Math.max(1, now.size / 2);
    const within = (value, side) => Math.min(side - 0.5, Math.max(0.5, value));
    point({ x: within(at.x + step * move[0], strokes.width), y: within(at.y + step * move[1], strokes.height) });
    say(`Row ${Math.floor(now.at.y)}, column ${Math.floor(now.at.x)}`);
  });
  strokes.addEventListener("blur", () => point(null));

  // ---- files
  async function take(file, drawn = false) {
    if (!file) return;
    try {
      const content = file.size > SENT_AS_IT_IS ? await reduced(file) : new DataView(await file.arrayBuffer());
      say(`${file.name} ...`);
      model.set("opened", { name: file.name, content, drawn, count: (model.get("opened").count ?? 0) + 1 });
      model.save_changes();
    } catch {
      say(`${file.name}: is not a picture that can be read`, true);
    }
  }
  if (model.get("uploads")) {
    const dropping = (event, on) => {
      event.preventDefault();
      frame.classList.toggle("dropping", on);
    };
    frame.addEventListener("dragover", (event) => dropping(event, true));
    frame.addEventListener("dragleave", (event) => dropping(event, false));
    frame.addEventListener("drop", (event) => {
      event.stopPropagation();
      dropping(event, false);
      take(event.dataTransfer.files[0]);
    });
  }

  // ---- what Python says
  async function showPhoto() {
    const image = await bitmap(model.get("photo"), "image/png");
    for (const layer of [photo, strokes]) Object.assign(layer, { width: image.width, height: image.height });
    photo.getContext("2d").drawImage(image, 0, 0);
    history.length = 0;
    zoom(now.zoom);
    await showStrokes();
    root.dataset.ready = "true";
  }
  async function showStrokes() {
    if (now.own) return;
    const value = model.get("strokes");
    const image = value.byteLength ? await bitmap(value, "image/png") : null;
    const brush = strokes.getContext("2d");
    brush.globalCompositeOperation = "source-over";
    brush.clearRect(0, 0, strokes.width, strokes.height);
    if (image) brush.drawImage(image, 0, 0);
  }
  const showMessage = () => say(model.get("message"), true);
  const listeners = {
    "change:photo": showPhoto,
    "change:strokes": showStrokes,
    "change:palette": showPalette,
    "change:message": showMessage,
  };
  for (const [name, act] of Object.entries(listeners)) model.on(name, act);
  choose("brush");
  resize(now.size);
  showMessage();
  showPalette();
  showPhoto();
  return () => {
    for (const [name, act] of Object.entries(listeners)) model.off(name, act);
  };
}

export default { render };
