import { after } from '../time.ts';

/** Has the browser save a file that was made on the page. */
export function saveText(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}

/** Has the browser save what is drawn. */
export function saveCanvas(name: string, canvas: HTMLCanvasElement | null): void {
  canvas?.toBlob((blob) => {
    if (blob !== null) saveBlob(name, blob);
  });
}

function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The download has begun by then; the memory is given back.
  after(10_000, () => {
    URL.revokeObjectURL(url);
  });
}
