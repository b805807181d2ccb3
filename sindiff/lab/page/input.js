// Mouse, pen, finger and keyboard on the surface.

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function drawWithPointer(surface, hands) {
  const { now, strokes } = surface;
  let hand = null;
  const follow = (at) => {
    surface.point(at);
    if (!hand) hands[now.tool].hover(at);
  };
  strokes.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || (event.button > 0 && event.button !== 5)) return;
    event.preventDefault();
    strokes.focus({ preventScroll: true });
    strokes.setPointerCapture(event.pointerId);
    hand = hands[event.button === 5 ? "eraser" : now.tool]; // 5: the other end of a pen
    hand.press(surface.place(event));
  });
  strokes.addEventListener("pointermove", (event) => {
    follow(surface.place(event));
    if (!hand || !event.isPrimary) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) hand.drag(surface.place(part));
  });
  for (const [name, act] of [["pointerup", "release"], ["pointercancel", "cancel"]]) {
    strokes.addEventListener(name, (event) => {
      if (!hand || !event.isPrimary) return;
      hand[act](surface.place(event));
      hand = null;
    });
  }
  strokes.addEventListener("pointerleave", () => hand || follow(null));
  strokes.addEventListener("blur", () => follow(null));
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

function useKeys(surface, actOf, moved) {
  const { now, strokes } = surface;
  strokes.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    const key = event.key.toLowerCase();
    const act = actOf(key);
    const foreign = (event.ctrlKey || event.metaKey) && (key !== "z" || event.shiftKey);
    if ((!move && !act) || foreign) return;
    event.preventDefault();
    event.stopPropagation();
    const at = now.at ?? { x: strokes.width / 2, y: strokes.height / 2 };
    if (!move) {
      surface.point(at);
      return act(event);
    }
    const step = event.shiftKey ? 1 : Math.max(1, now.size / 2);
    surface.point(surface.within({ x: at.x + step * move[0], y: at.y + step * move[1] }));
    moved();
  });
}
