import { effect } from '@preact/signals';
import { unacknowledged } from './alarms.ts';
import { link } from './link.ts';
import { gatewayName } from './site.ts';

/** What the tab of the browser says while somebody looks at another one: how many alarms wait, or that nobody knows. */
export function runTab(): void {
  effect(() => {
    const name = gatewayName.value;
    if (name !== '') document.title = `${prefix()}${name} · dinrail`;
  });
  effect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    // A browser keeps for ever what it has of a name, so an icon that changes gets the next number.
    const href = `./assets/${iconName()}-1.svg`;
    if (icon !== null && icon.getAttribute('href') !== href) icon.href = href;
  });
}

function prefix(): string {
  if (link.value === 'lost') return '✕ ';
  const waiting = unacknowledged.value.length;
  return waiting === 0 ? '' : `(${waiting}) `;
}

function iconName(): 'icon' | 'icon-alarm' | 'icon-lost' {
  if (link.value === 'lost') return 'icon-lost';
  return unacknowledged.value.length === 0 ? 'icon' : 'icon-alarm';
}
