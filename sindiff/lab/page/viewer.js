// A picture to look at closely: it is zoomed by buttons, pinch, Ctrl and the wheel, or a double click, and dragged;
// one that wraps is shown four times.

const CLOSE = 1.5; // zoom from which the file itself is shown instead of the small picture

function render({ model, el }) {
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const tool = (text, title, act) => {
    const made = make("button", { type: "button", textContent: text, title, onclick: act });
    made.setAttribute("aria-label", title);
    return made;
  };
  const image = make("img", { className: "sindiff-photo", alt: "The result" });
  const before = make("img", { className: "before", alt: "" });
  const layers = make("div", { className: "layers" }, image, before);
  const frame = make("div", { className: "frame" }, layers);
  const slider = make("input", { type: "range", min: 0, max: 100, value: 0, oninput: () => slide() });
  slider.setAttribute("aria-label", "How far what it was made from lies over the result");
  const compare = make("label", {}, "after", slider, "before");
  const ask = (what) => model.send({ want: what });
  const files = [
    tool("Full size", "Full size in a new tab", () => ask("tab", (tab = window.open("", "_blank")))),
    tool("Download PNG", "Download PNG: the file says how it was made", () => ask("file")),
  ];
  const four = tool("2 × 2", "2 × 2: four copies side by side show how their edges meet", () => repeat((many = !many)));
  const zooms = [tool("−", "Zoom out", () => zoom(scale / 1.5)), tool("+", "Zoom in", () => zoom(scale * 1.5))];
  const root = make("div", { className: "sindiff-viewer", tabIndex: -1 }, frame, make("div", { className: "tools" }, compare, four, ...zooms, ...files));
  root.dataset.lmSuppressShortcuts = "true"; // keys typed here are not JupyterLab's
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "The result");
  el.append(root);

  let [scale, tab, own, many] = [1, null, false, false];
  const urls = {};
  function put(element, content) {
    URL.revokeObjectURL(urls[element.className]);
    urls[element.className] = content ? URL.createObjectURL(new Blob([content])) : "";
    element.src = urls[element.className];
    element.style.setProperty("--tile", `url("${element.src}")`);
  }
  function repeat() {
    const on = many && model.get("wraps");
    four.hidden = !model.get("wraps");
    four.setAttribute("aria-pressed", String(on));
    root.classList.toggle("repeated", on);
    image.alt = on ? "Four copies of the result, 2 × 2" : "The result";
  }
  function slide() {
    before.style.clipPath = `inset(0 ${100 - slider.value}% 0 0)`;
  }
  function zoom(wanted, { x, y } = { x: frame.clientWidth / 2, y: frame.clientHeight / 2 }) {
    const last = scale;
    scale = Math.min(12, Math.max(1, wanted));
    if (last === 1) frame.style.height = `${frame.clientHeight}px`; // what stands below stays where it is
    if (scale === 1) frame.style.height = "";
    layers.style.width = `${100 * scale}%`;
    frame.classList.toggle("close", scale > 1);
    frame.scrollLeft = ((frame.scrollLeft + x) * scale) / last - x;
    frame.scrollTop = ((frame.scrollTop + y) * scale) / last - y;
    if (scale >= CLOSE && !own && model.get("name")) ask("zoom", (own = true));
  }
  function show() {
    own = false;
    const focused = root.contains(document.activeElement) && document.activeElement;
    for (const part of root.children) part.hidden = !model.get("value").byteLength;
    root.style.width = `${model.get("width")}px`;
    compare.hidden = before.hidden = !model.get("before").byteLength;
    for (const button of files) button.hidden = !model.get("name");
    put(image, model.get("value").byteLength ? model.get("value") : null);
    put(before, compare.hidden ? null : model.get("before"));
    slider.value = 0;
    slide();
    repeat();
    if (focused && focused.closest("[hidden]")) root.focus({ preventScroll: true }); // rather than the page
    if (scale >= CLOSE) zoom(scale);
  }
  function take(content, [file]) {
    if (content.for === "zoom") return put(image, file);
    const url = URL.createObjectURL(new Blob([file], { type: "image/png" }));
    if (content.for === "tab" && tab) tab.location = url;
    if (content.for === "file") make("a", { href: url, download: model.get("name") }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
  drag(frame, () => scale, zoom);
  const names = ["value", "before", "width", "name", "wraps"];
  const changes = names.map((name) => `change:${name}`).join(" ");
  const shown = later(show);
  model.on(changes, shown);
  model.on("msg:custom", take);
  show();
  return () => {
    model.off(changes, shown);
    model.off("msg:custom", take);
    Object.values(urls).forEach((url) => URL.revokeObjectURL(url));
  };
}

// Several changes that come together are shown once.
function later(act) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      act();
    });
  };
}

function drag(frame, scale, zoom) {
  const down = new Map();
  const distance = () => {
    const [a, b] = [...down.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  const inside = (event) => {
    const box = frame.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  frame.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, event);
    if (scale() > 1) frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    const last = down.get(event.pointerId);
    if (!last) return;
    const apart = down.size === 2 ? distance() : 0;
    down.set(event.pointerId, event);
    if (apart) return zoom((scale() * distance()) / apart, inside(event));
    if (scale() === 1) return;
    frame.scrollLeft -= event.clientX - last.clientX;
    frame.scrollTop -= event.clientY - last.clientY;
  });
  for (const name of ["pointerup", "pointercancel"]) frame.addEventListener(name, (event) => down.delete(event.pointerId));
  frame.addEventListener("dblclick", (event) => zoom(scale() > 1 ? 1 : 3, inside(event)));
  const wheel = (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(scale() * Math.exp(-event.deltaY / 200), inside(event));
  };
  frame.addEventListener("wheel", wheel, { passive: false });
}

export default { render };
