/** One line of the legend of a picture. */
export interface LegendEntry {
  readonly colour: string;
  readonly words: string;
}

const PADDING = 16;
const LINE = 22;

/** Several drawings one below the other, with a title and a legend: a picture that tells what it shows. */
export function pictureOf(
  canvases: readonly HTMLCanvasElement[],
  title: string,
  legend: readonly LegendEntry[],
  colours: { readonly ground: string; readonly text: string },
): HTMLCanvasElement {
  const scale = devicePixelRatio;
  const width = Math.max(...canvases.map((canvas) => canvas.width)) + 2 * PADDING * scale;
  const drawn = canvases.reduce((sum, canvas) => sum + canvas.height, 0);
  const head = (PADDING + LINE * (legend.length + 1)) * scale;
  const picture = document.createElement('canvas');
  picture.width = width;
  picture.height = head + drawn + 2 * PADDING * scale;
  const context = picture.getContext('2d');
  if (context === null) return picture;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, picture.width, picture.height);
  context.textBaseline = 'middle';
  context.font = `600 ${14 * scale}px system-ui`;
  context.fillStyle = colours.text;
  let y = (PADDING + LINE / 2) * scale;
  context.fillText(title, PADDING * scale, y);
  context.font = `${13 * scale}px system-ui`;
  for (const { colour, words } of legend) {
    y += LINE * scale;
    context.fillStyle = colour;
    context.fillRect(PADDING * scale, y - scale, 18 * scale, 3 * scale);
    context.fillStyle = colours.text;
    context.fillText(words, (PADDING + 26) * scale, y);
  }
  let top = head + PADDING * scale;
  for (const canvas of canvases) {
    context.drawImage(canvas, PADDING * scale, top);
    top += canvas.height;
  }
  return picture;
}
