// Mouse, pen, finger and keyboard on the surface.

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function drawWithPointer(surface, tools) {
  const { now, strokes } = surface;
  let last = null;
  strokes.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || (event.button > 0 && event.button !== 5)) return;
    event.preventDefault();
    strokes.focus({ preventScroll: true });
    const at = surface.place(event);
    if (now.tool === "pick") return tools.dip(at);
    strokes.setPointerCapture(event.pointerId);
    last = at;
    surface.stroke(at, at, now.tool === "eraser" || event.button === 5);
  });
  strokes.addEventListener("pointermove", (event) => {
    surface.point(surface.place(event));
    if (!last || !event.isPrimary) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const to = surface.place(part);
      surface.stroke(last, to, now.tool === "eraser" || (event.buttons & 32) > 0);
      last = to;
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    strokes.addEventListener(name, (event) => {
      if (!last || !event.isPrimary) return;
      last = null;
      surface.keep();
    });
  }
  strokes.addEventListener("pointerleave", () => last || surface.point(null));
  strokes.addEventListener("blur", () => surface.point(null));
}

function pointWithPointer(surface) {
  const { strokes } = surface;
  const follow = (event) => {
    if (!event.isPrimary || !event.buttons) return;
    surface.point(surface.within(surface.place(event)));
    surface.tell();
  };
  strokes.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    strokes.focus({ preventScroll: true });
    strokes.setPointerCapture(event.pointerId);
    follow(event);
  });
  strokes.addEventListener("pointermove", follow);
}

function useKeys(surface, acts, moved) {
  const { now, strokes } = surface;
  strokes.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    const act = acts[event.key.toLowerCase()];
    if (!move && !act) return;
    event.preventDefault();
    event.stopPropagation();
    const at = now.at ?? { x: strokes.width / 2, y: strokes.height / 2 };
    if (!move) {
      surface.point(at);
      return act();
    }
    const step = event.shiftKey ? 1 : Math.max(1, now.size / 2);
    surface.point(surface.within({ x: at.x + step * move[0], y: at.y + step * move[1] }));
    moved();
  });
}
