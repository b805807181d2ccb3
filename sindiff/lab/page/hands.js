// What each tool does where the hand is: press, drag, release; hover where nothing is pressed.

function handsOf(surface, tools, copier) {
  const nothing = () => {};
  const draws = (erase, done) => {
    let last;
    const drag = (to) => {
      surface.stroke(last, to, erase);
      last = to;
    };
    const press = (at) => drag((last = at));
    return { press, drag, release: surface.keep, cancel: surface.keep, hover: nothing, done };
  };
  const pick = { press: tools.dip, drag: nothing, release: nothing, cancel: nothing, hover: nothing };
  return { brush: draws(false, "Drawn"), eraser: draws(true, "Erased"), pick, copy: copier };
}
