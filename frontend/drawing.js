// A picture to keep: the square that the model sees under its evidence maps, with what they are written below.
// Everything on it is of this origin or held by the page, so the canvas may be read back.

const SMALLEST = 480; // pixels that a square's side has at least, and
const LARGEST = 1024; // at most
const INK = "#12262a";
const QUIET = "#4e6165";
const PAPER = "#ffffff";
const GROUND = "#e3eae9"; // below a map, where the browser cannot show the picture

async function load(source) {
  const image = new Image();
  image.src = source;
  await image.decode();
  return image;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--evidence-${name}`).trim();

function wrap(context, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (context.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Write `text` below `y`; returns where the next may stand. */
function write(context, text, { x, y, width, size, bold = false, ink = INK }) {
  context.font = `${bold ? 650 : 400} ${size}px "Atkinson Hyperlegible Next", system-ui, sans-serif`;
  context.fillStyle = ink;
  context.textBaseline = "top";
  const lines = wrap(context, text, width);
  lines.forEach((line, index) => context.fillText(line, x, y + 1.4 * size * index));
  return y + 1.4 * size * lines.length;
}

/** The photo's centred square, or plain ground, and a map over it. */
function drawSquare(context, photo, map, opacity, { x, y, side }) {
  context.fillStyle = GROUND;
  context.fillRect(x, y, side, side);
  if (photo) {
    const { naturalWidth: width, naturalHeight: height } = photo;
    const seen = Math.min(width, height);
    context.drawImage(photo, (width - seen) / 2, (height - seen) / 2, seen, seen, x, y, side, side);
  }
  context.globalAlpha = opacity;
  context.drawImage(map, x, y, side, side);
  context.globalAlpha = 1;
}

/** The scale from the strongest evidence against to the strongest for, as the map is tinted. */
function drawScale(context, { oneSided }, { x, y, width, height }) {
  const half = (from, to, start, span) => {
    const gradient = context.createLinearGradient(start, 0, start + span, 0);
    gradient.addColorStop(0, from);
    gradient.addColorStop(1, to);
    context.fillStyle = gradient;
    context.fillRect(start, y, span, height);
  };
  if (oneSided) return half(PAPER, colour("for-strong"), x, width);
  half(colour("against-strong"), PAPER, x, width / 2);
  half(PAPER, colour("for-strong"), x + width / 2, width / 2);
}

/** Paint the whole sheet; returns its height, which is known only once the words are broken into lines. */
function paint(context, { photo, maps, opacity, scale, lines }, side) {
  const margin = side / 24;
  const size = side / 30;
  const width = maps.length * (side + margin) - margin;
  context.fillStyle = PAPER;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  const below = maps.map(({ picture, words }, index) => {
    const x = margin + index * (side + margin);
    drawSquare(context, photo, picture, opacity, { x, y: margin, side });
    return write(context, words, { x, y: margin + side + size, width: side, size: 1.2 * size, bold: true });
  });
  let y = Math.max(...below) + size / 2;
  drawScale(context, scale, { x: margin, y, width: side, height: size / 2 });
  y = write(context, scale.words, { x: margin, y: y + size, width, size });
  for (const text of lines) y = write(context, text, { x: margin, y: y + size / 2, width, size, ink: QUIET });
  return y + margin;
}

/**
 * Draw `maps` ([{heatmap, words}]) over the picture at `source` side by side, `lines` below. Resolves to a PNG.
 * Where the browser cannot show the picture the maps stand alone.
 */
export async function drawSheet({ source, maps, ...rest }) {
  const [photo, ...pictures] = await Promise.all([load(source).catch(() => null), ...maps.map(({ heatmap }) => load(heatmap))]);
  const sheet = { photo, maps: maps.map((map, index) => ({ ...map, picture: pictures[index] })), ...rest };
  const seen = photo ? Math.min(photo.naturalWidth, photo.naturalHeight) : SMALLEST;
  const side = Math.round(Math.min(LARGEST, Math.max(SMALLEST, seen)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(maps.length * side + ((maps.length + 1) * side) / 24);
  canvas.height = Math.ceil(paint(canvas.getContext("2d"), sheet, side));
  paint(canvas.getContext("2d"), sheet, side);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** Hand a file to the person as a download. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it later
}
