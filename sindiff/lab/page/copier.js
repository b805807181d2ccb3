// A part of what is seen, once more elsewhere: it is marked, then dragged, or set down where one presses.

const SLACK = 5; // CSS px that a hand may slip in a press

function copierOf(surface, say) {
  const { strokes, layers } = surface;
  const frame = make("div", { className: "marked", hidden: true });
  const copy = make("canvas", { className: "copy", hidden: true });
  layers.append(frame, copy);
  let [corner, part, start, held] = [null, null, null, false];

  const holds = ({ x, y }) => part && x >= part.x && x < part.x + part.width && y >= part.y && y < part.y + part.height;
  const moved = (to) => (Math.hypot(to.x - start.x, to.y - start.y) * strokes.clientWidth) / strokes.width > SLACK;
  const inside = (first, length, side) => Math.min(side - length, Math.max(0, first));
  const placed = (x, y) => ({ x: inside(x, part.width, strokes.width), y: inside(y, part.height, strokes.height) });
  const dragged = (to) => placed(part.x + Math.round(to.x - start.x), part.y + Math.round(to.y - start.y));
  const centred = (value, length) => Math.floor(value) - Math.floor(length / 2);
  const around = (at) => placed(centred(at.x, part.width), centred(at.y, part.height));

  function between(...corners) {
    const [xs, ys] = ["x", "y"].map((axis) => corners.map((at) => Math.floor(surface.within(at)[axis])));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
  }
  function put(element, { x, y, width, height }) {
    const share = (px, side) => `${(100 * px) / side}%`;
    const [left, top] = [share(x, strokes.width), share(y, strokes.height)];
    Object.assign(element.style, { left, top, width: share(width, strokes.width), height: share(height, strokes.height) });
    element.hidden = false;
  }
  function show(place) {
    copy.hidden = !place;
    if (!place) return;
    surface.see(part, copy);
    put(copy, { ...part, ...place });
  }
  function lay(place) {
    surface.copy(part, place);
    say(`Copied to row ${surface.px(place.y)}, column ${surface.px(place.x)}`);
  }
  function mark(found) {
    [corner, part] = [null, found];
    put(frame, part);
    say(`Marked ${surface.px(part.height)} x ${surface.px(part.width)} px: drag the copy, or press where it goes`);
  }
  function begin() {
    drop();
    say("Mark a part: drag a rectangle over it");
  }
  function drop() {
    [corner, part, start] = [null, null, null];
    frame.hidden = copy.hidden = true;
    strokes.style.cursor = "";
  }

  function press(at) {
    [start, held] = [at, holds(at)];
    if (!held) show(null);
  }
  function drag(to) {
    if (!start || !moved(to)) return;
    if (held) show(dragged(to));
    else put(frame, between(start, to));
  }
  function release(at) {
    if (!start) return;
    if (held && moved(at)) lay(dragged(at));
    else if (held) say("Drag the copy, or move the cursor out of the part first: it goes where you press then");
    else if (moved(at)) mark(between(start, at));
    else if (part) lay(around(at));
    else if (corner) mark(between(corner, at));
    else put(frame, between((corner = at)));
    start = null;
    show(null);
  }
  function cancel() {
    [corner, start] = [null, null];
    show(null);
    if (part) put(frame, part);
    else frame.hidden = true;
  }
  function hover(at) {
    strokes.style.cursor = at && holds(at) ? "grab" : "";
    if (corner && at) put(frame, between(corner, at));
    show(at && part && !holds(at) ? around(at) : null);
  }
  return { begin, drop, press, drag, release, cancel, hover };
}
