// The picture below, a transparent layer of strokes above it; the strokes go to Python as a PNG when a stroke ends.

const LEAST = 384; // CSS px of the longer side at zoom 1; a larger picture is as wide as its pixels, or as the page
const RED = "#d62f1f";
const LABELS = {
  look: "The picture",
  mask: "Draw what is to be invented",
  paint: "Paint on the picture",
  point: "Point at a pixel",
};
const HELP = {
  look: "",
  point: "Arrow keys move the point.",
  mask: "Arrow keys move the brush, Space draws, [ and ] change its size, Z takes back.",
};
HELP.paint = `${HELP.mask} C copies: Space marks two opposite corners, then puts a copy down; Escape drops the mark.`;

function surfaceOf(model, say) {
  const mode = model.get("mode");
  const now = { tool: "brush", colour: mode === "mask" ? RED : "#0072b2", size: 8, zoom: 1, at: null, own: false };
  if (mode === "point") now.size = 1;
  const photo = make("canvas", { attributes: { "aria-hidden": "true" } });
  const label = `${LABELS[mode]}. ${HELP[mode]}`;
  const strokes = make("canvas", {
    className: "strokes",
    tabIndex: 0,
    attributes: { role: "application", "aria-label": label, title: HELP[mode] },
  });
  const cursor = make("div", { className: "cursor", hidden: true });
  const layers = make("div", { className: "layers" }, photo, strokes, cursor);

  function point(at) {
    now.at = at;
    cursor.hidden = !at;
    if (!at) return;
    const px = (100 * now.size) / photo.width;
    Object.assign(cursor.style, { left: `${(100 * at.x) / photo.width}%`, top: `${(100 * at.y) / photo.height}%` });
    cursor.style.setProperty("--size", `${px}%`);
  }
  function within({ x, y }) {
    const inside = (value, side) => Math.min(side - 0.5, Math.max(0.5, value));
    return { x: inside(x, strokes.width), y: inside(y, strokes.height) };
  }
  function place(event) {
    const box = strokes.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return { x: x * strokes.width, y: y * strokes.height };
  }
  const px = (onPage) => Math.round(onPage * model.get("scale")); // of the picture
  function zoom(factor) {
    now.zoom = Math.min(8, Math.max(1, factor));
    const side = Math.max(LEAST, photo.width, photo.height);
    const width = (side * now.zoom * photo.width) / Math.max(photo.width, photo.height);
    const maxWidth = now.zoom > 1 ? "none" : "100%"; // of a narrow page
    Object.assign(layers.style, { width: `${width}px`, maxWidth, aspectRatio: `${photo.width} / ${photo.height}` });
    layers.classList.toggle("fine", side > LEAST);
    point(now.at);
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
  function see({ x, y, width, height }, into) {
    Object.assign(into, { width, height });
    for (const layer of [photo, strokes]) into.getContext("2d").drawImage(layer, -x, -y);
    return into;
  }
  function copy(part, { x, y }) {
    const brush = strokes.getContext("2d");
    brush.globalCompositeOperation = "source-over";
    brush.drawImage(see(part, make("canvas")), x, y);
    const copied = [part.x, part.y, part.x + part.width, part.y + part.height, x, y];
    model.set("copies", [...model.get("copies"), copied]); // Python has a larger picture to take them from
    keep();
  }
  function colourAt({ x, y }) {
    const pixel = see({ x: Math.floor(x), y: Math.floor(y), width: 1, height: 1 }, make("canvas"));
    const parts = [...pixel.getContext("2d").getImageData(0, 0, 1, 1).data].slice(0, 3);
    return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  }

  // ---- to Python
  function send(value) {
    now.own = true;
    model.set("strokes", value);
    model.save_changes();
    now.own = false;
  }
  function tell() {
    model.set("pointed", [Math.floor(now.at.y), Math.floor(now.at.x)]);
    model.save_changes();
  }
  const undo = () => model.send({ undo: true });
  function clear() {
    send(new DataView(new ArrayBuffer(0)));
    strokes.getContext("2d").clearRect(0, 0, strokes.width, strokes.height);
    say("Cleared");
  }

  // ---- from Python
  async function showPhoto() {
    const image = await bitmap(model.get("photo"), "image/png");
    for (const layer of [photo, strokes]) Object.assign(layer, { width: image.width, height: image.height });
    photo.getContext("2d").drawImage(image, 0, 0);
    zoom(now.zoom);
    if (mode === "point") showPointed();
    await showStrokes();
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
  function showPointed() {
    const [row, column] = model.get("pointed");
    point({ x: column + 0.5, y: row + 0.5 });
  }

  const keep = () => send(bytesOf(strokes));
  const shows = { photo: showPhoto, strokes: showStrokes, pointed: showPointed };
  const draws = { stroke, see, copy, colourAt, keep, undo, clear };
  return { mode, now, strokes, layers, px, point, within, place, zoom, tell, ...draws, shows };
}
