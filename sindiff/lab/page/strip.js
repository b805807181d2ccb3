// Small pictures in a row; a click asks Python for the large one.

function render({ model, el }) {
  const row = document.createElement("div");
  row.className = "sindiff-strip";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Results so far");
  el.append(row);
  const bringIntoSight = () => {
    const chosen = row.querySelector("[aria-pressed=true]");
    if (!chosen) return;
    const [seen, own] = [row, chosen].map((element) => element.getBoundingClientRect());
    row.scrollLeft += Math.max(0, own.right - seen.right) + Math.min(0, own.left - seen.left);
  };
  const show = () => {
    const buttons = model.get("shots").map(({ source, label }, index) => {
      const button = document.createElement("button");
      const image = Object.assign(document.createElement("img"), { src: source, alt: "", onload: bringIntoSight });
      Object.assign(button, { type: "button", title: label, onclick: () => model.send({ chosen: index }) });
      button.setAttribute("aria-label", label);
      button.setAttribute("aria-pressed", String(index === model.get("shown")));
      button.append(image);
      return button;
    });
    row.replaceChildren(...buttons);
    bringIntoSight();
  };
  model.on("change:shots change:shown", show);
  show();
  return () => model.off("change:shots change:shown", show);
}

export default { render };
