// Two pictures to choose from: a click, the arrow keys, or Tab and Enter.

const QUESTION =
  "Which side shows more diversity and better quality? Click on it, or press the left or right arrow key.";

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "sindiff-voting";
  root.tabIndex = 0;
  root.dataset.lmSuppressShortcuts = "true"; // keys typed here are not JupyterLab's
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Two pictures: choose with the left and right arrow keys");
  const question = Object.assign(document.createElement("p"), { textContent: QUESTION });
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  const frames = document.createElement("div");
  frames.className = "frames";
  const choose = (side) => {
    if (model.get("number")) model.send({ number: model.get("number"), choice: side });
  };
  const sides = ["left", "right"].map((side) => {
    const image = Object.assign(document.createElement("img"), { alt: side });
    const button = Object.assign(document.createElement("button"), { type: "button", onclick: () => choose(side) });
    button.append(image, side);
    frames.append(button);
    return { side, image, button };
  });
  root.addEventListener("keydown", (event) => {
    const side = { ArrowLeft: "left", ArrowRight: "right" }[event.key];
    if (!side || event.repeat) return;
    event.preventDefault();
    event.stopPropagation();
    choose(side);
  });
  const show = () => {
    line.textContent = model.get("line");
    line.classList.toggle("bad", model.get("bad"));
    frames.hidden = !model.get("number");
    for (const { side, image } of sides) {
      URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(new Blob([model.get(side)], { type: "image/png" }));
    }
    root.dataset.number = model.get("number");
  };
  root.append(question, frames, line);
  el.append(root);
  const names = ["number", "line", "bad", "left", "right"];
  for (const name of names) model.on(`change:${name}`, show);
  show();
  return () => {
    for (const name of names) model.off(`change:${name}`, show);
    for (const { image } of sides) URL.revokeObjectURL(image.src);
  };
}

export default { render };
