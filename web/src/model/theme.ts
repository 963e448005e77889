import { effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const KEY = 'dinrail-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** What the person chose; until then the page follows the system. */
export const theme = signal<Theme>(chosen() ?? ofSystem());

/** Shows the theme, and follows the system as long as nobody chose. */
export function runTheme(): void {
  dark.addEventListener('change', () => {
    theme.value = chosen() ?? ofSystem();
  });
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
    const panel = getComputedStyle(document.documentElement).getPropertyValue('--panel');
    // The frame of the browser on a phone takes the colour of the bar below it.
    document.querySelector('meta[name=theme-color]')?.setAttribute('content', panel.trim());
  });
}

export function switchTheme(): void {
  theme.value = theme.peek() === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, theme.peek());
  } catch {
    // A browser without storage forgets the choice, no more.
  }
}

function ofSystem(): Theme {
  return dark.matches ? 'dark' : 'light';
}

function chosen(): Theme | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'dark' || stored === 'light' ? stored : undefined;
  } catch {
    return undefined;
  }
}
