// What every panel of ours owes the page around it: keys stay inside, and every control has a name that is read out.

function tend(panel) {
  for (const slider of panel.querySelectorAll(".widget-slider")) {
    const handles = slider.querySelectorAll(".noUi-handle");
    handles.forEach((handle, index) => {
      const end = handles.length > 1 ? [", first", ", last"][index] : "";
      handle.setAttribute("aria-label", (slider.querySelector("label")?.textContent ?? "") + end);
    });
  }
  for (const image of panel.querySelectorAll("img.sindiff-picture")) image.alt = "The result";
  for (const bar of panel.querySelectorAll(".progress-bar")) bar.parentElement.setAttribute("aria-label", "Progress");
}

// JupyterLab looks for this on what has the focus, and acts on the key before anything here hears of it.
const keepKeys = (event) => (event.target.dataset.lmSuppressShortcuts = "true");

// Enter in a field runs, Ctrl+Z outside of fields takes back the last change, wherever the focus is.
function obey(panel, event) {
  const field = event.target.matches("input[type=text], input[type=number], [contenteditable=true]");
  const undoes = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  const own = (button) => button.closest(".sindiff-panel") === panel; // panels lie in panels
  const run = [...panel.querySelectorAll(".sindiff-run")].find(own);
  if (field && event.key === "Enter") setTimeout(() => run?.click(), 50); // once it is sent
  if (field || !undoes) return;
  event.stopPropagation(); // the drawing area knows Z, too
  panel.querySelector(".sindiff-undo")?.click();
}

// A click must not leave the focus with the cell, whose keys cut and insert cells.
function hold(panel, event) {
  const pressed = event.target.closest("button, input, select, [tabindex]");
  setTimeout(() => panel.contains(document.activeElement) || (pressed ?? panel).focus({ preventScroll: true }));
}

// Nor must a button that is disabled when it is pressed, as Stop is.
function keepFocus(panel, changes) {
  const lost = changes.some(({ target }) => target.disabled && target === document.activeElement);
  if (lost) panel.focus({ preventScroll: true });
}

function render({ el }) {
  let close = () => {};
  const begin = () => {
    const panel = el.closest(".sindiff-panel");
    if (!panel) return (waiting = requestAnimationFrame(begin)); // not on the page yet
    panel.tabIndex = -1;
    tend(panel);
    const observer = new MutationObserver((changes) => {
      tend(panel);
      keepFocus(panel, changes);
    });
    const held = (event) => hold(panel, event);
    const obeyed = (event) => obey(panel, event);
    observer.observe(panel, { childList: true, subtree: true, attributeFilter: ["disabled"] });
    panel.addEventListener("click", held);
    if (panel.parentElement?.closest(".sindiff-panel") === null) panel.addEventListener("keydown", obeyed, true); // before fields stop it
    panel.addEventListener("focusin", keepKeys);
    close = () => {
      observer.disconnect();
      panel.removeEventListener("click", held);
      panel.removeEventListener("keydown", obeyed, true);
      panel.removeEventListener("focusin", keepKeys);
    };
  };
  let waiting = requestAnimationFrame(begin);
  return () => {
    cancelAnimationFrame(waiting);
    close();
  };
}

export default { render };
