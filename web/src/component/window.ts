import { useEffect, useState } from 'preact/hooks';

/** Rows beyond the edges of the screen, so that a quick scroll does not show a hole. */
const SPARE = 12;

export interface Window {
  /** The rows to draw: from `first` up to, and without, `last`. */
  readonly first: number;
  readonly last: number;
  readonly rowPx: number;
}

/** Which rows of a long list the browser window shows. All rows are equally high. */
export function useWindow(list: { readonly current: HTMLElement | null }, length: number): Window {
  const [window_, setWindow] = useState<Window>({ first: 0, last: 40, rowPx: 32 });
  useEffect(() => {
    const look = (): void => {
      if (list.current === null) return;
      const next = visibleRows(list.current, length);
      setWindow((known) => (isSame(known, next) ? known : next));
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look, { passive: true });
    // What stands above the list grows and shrinks without a scroll.
    const observer = new ResizeObserver(look);
    observer.observe(document.body);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
      observer.disconnect();
    };
  }, [list, length]);
  return window_;
}

function visibleRows(list: HTMLElement, length: number): Window {
  const rowPx = parseFloat(getComputedStyle(list).getPropertyValue('line-height'));
  const top = list.getBoundingClientRect().top;
  const first = Math.floor(-top / rowPx) - SPARE;
  const last = Math.ceil((innerHeight - top) / rowPx) + SPARE;
  return {
    first: Math.min(length, Math.max(0, first)),
    last: Math.min(length, Math.max(0, last)),
    rowPx,
  };
}

function isSame(a: Window, b: Window): boolean {
  return a.first === b.first && a.last === b.last && a.rowPx === b.rowPx;
}
