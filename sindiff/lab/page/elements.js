// Elements of a page, and pictures as bytes.

const SENT_AS_IT_IS = 4e6; // bytes; larger files are reduced here, a kernel's connection takes about 10 MB
const LONG_SIDE = 2048;

function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function button(text, title, act) {
  return make("button", { type: "button", textContent: text, title, onclick: act, attributes: { "aria-label": title } });
}

function fileButton(text, take) {
  const input = make("input", { type: "file", accept: "image/*" });
  input.onchange = () => take(input.files[0]).finally(() => (input.value = ""));
  return make("label", { className: "file" }, text, input);
}

const bitmap = (view, type = "") => createImageBitmap(new Blob([view], { type }));

function bytesOf(canvas, type = "image/png") {
  const text = atob(canvas.toDataURL(type, 0.95).split(",")[1]);
  return new DataView(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
}

async function contentOf(file) {
  return file.size > SENT_AS_IT_IS ? reduced(file) : new DataView(await file.arrayBuffer());
}

async function reduced(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONG_SIDE / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = make("canvas", { width, height });
  const brush = canvas.getContext("2d");
  brush.imageSmoothingQuality = "high";
  brush.drawImage(image, 0, 0, width, height);
  return bytesOf(canvas, "image/webp");
}
