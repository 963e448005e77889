import { computed, signal } from '@preact/signals';
import type { AlarmJson, ConfigJson } from '../../../src/api/contract.ts';
import { getJson } from './api.ts';
import { me } from './me.ts';
import { saveText } from './save.ts';
import { devices, gatewayName, offers } from './site.ts';
import { sinks } from './sinks.ts';

/** What a gateway needs before it can be left alone. */
export type Step = 'devices' | 'sink' | 'alarms' | 'access' | 'backup';

export interface StepView {
  readonly step: Step;
  readonly isDone: boolean;
}

/** Alarms that are set, normal ones too; undefined until they were counted. */
const alarmsSet = signal<number | undefined>(undefined);

/** What somebody has said in this browser, of each gateway by its name. */
interface Remembered {
  readonly dismissed?: true;
  /** When a copy of the configuration was taken, ISO 8601. */
  readonly backup?: string;
}

const remembered = signal<Remembered>({});

/** Looks at what only the beginning asks for. */
export function runFirstSteps(): void {
  remembered.value = recall();
  if (!offers.peek().includes('alarms') || isOver()) return;
  void getJson<readonly AlarmJson[]>('alarms').then((answer) => {
    if (answer.ok) alarmsSet.value = answer.body.length;
  });
}

/** What is to be done, in order; undefined when there is nothing to show: all is done, or somebody knows it already. */
export const firstSteps = computed<readonly StepView[] | undefined>(() => {
  if (isOver()) return undefined;
  const all = stepsOf({
    isAnswering: devices.value.some(({ status }) => status.value.state === 'good'),
    isSending: (sinks.value ?? []).some(
      ({ state, delivered }) => state === 'good' && delivered > 0,
    ),
    alarms: alarmsSet.value ?? 0,
    // Without a login the gateway speaks to this machine alone.
    isGuarded: me.value !== undefined,
    hasCopy: remembered.value.backup !== undefined,
  });
  return all.every(({ isDone }) => isDone) ? undefined : all;
});

interface Facts {
  readonly isAnswering: boolean;
  readonly isSending: boolean;
  readonly alarms: number;
  readonly isGuarded: boolean;
  readonly hasCopy: boolean;
}

function stepsOf(facts: Facts): readonly StepView[] {
  return [
    { step: 'devices', isDone: facts.isAnswering },
    { step: 'sink', isDone: facts.isSending },
    { step: 'alarms', isDone: facts.alarms > 0 },
    { step: 'access', isDone: facts.isGuarded },
    { step: 'backup', isDone: facts.hasCopy },
  ];
}

function isOver(): boolean {
  return remembered.value.dismissed === true || gatewayName.value === '';
}

export function dismissSteps(): void {
  remember({ ...remembered.peek(), dismissed: true });
}

/** Saves the files of the configuration; returns why not, in words. */
export async function downloadConfig(): Promise<string | undefined> {
  const answer = await getJson<ConfigJson>('config');
  if (!answer.ok) return answer.problem.detail;
  for (const { name, text } of answer.body.files) {
    saveText(name.replaceAll('/', '-'), 'text/yaml', text);
  }
  noteBackup();
  return undefined;
}

export function noteBackup(): void {
  remember({ ...remembered.peek(), backup: new Date().toISOString() });
}

const key = (): string => `dinrail-first-steps ${gatewayName.peek()}`;

function recall(): Remembered {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key()) ?? '{}');
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

function remember(next: Remembered): void {
  remembered.value = next;
  try {
    localStorage.setItem(key(), JSON.stringify(next));
  } catch {
    // A browser without storage forgets it, no more.
  }
}
