import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * What a panel beside the page owes the keyboard: the focus goes into it when it opens, Escape closes it (but not while a
 * dialog is in front of it), and the focus goes back to where it was. Returns what to hand to the element.
 */
export function useSidePanel(onClose: () => void): RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape' && document.querySelector('dialog[open]') === null) close.current();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      const place = before?.isConnected === true ? before : document.getElementById('content');
      if (place instanceof HTMLElement) place.focus({ preventScroll: true });
    };
  }, []);
  return panel;
}
