import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { Attention } from '../component/attention.tsx';
import { AlarmCounters, LiveLamp } from '../component/bar.tsx';
import { OperatorSetup } from '../component/operator-setup.tsx';
import { OperatorTile } from '../component/operator-tile.tsx';
import { isTyping } from '../model/keys.ts';
import { chosenOf, operatorChoice } from '../model/operator.ts';
import { FIRST_SCREEN, go, hrefTo, route } from '../model/route.ts';
import { devices, gatewayName } from '../model/site.ts';
import { runWakeLock } from '../model/wake-lock.ts';
import { runWrites } from '../model/writes.ts';
import { t } from '../text/language.ts';
import { every } from '../time.ts';

/** For whoever stands before the machine, and for a screen on the wall: few things, and large. */
export function Operator() {
  useEffect(runWakeLock, []);
  useEffect(runWrites, []);
  const choice = operatorChoice(route.value.query);
  const chosen = chosenOf(devices.value, choice.devices);
  const turn = useTurn(chosen.length, choice.rotateMs);
  // As soon as it is seen, keys hold.
  useLayoutEffect(() => listenForKeys(turn), [chosen.length, choice.rotateMs]);
  const isRotating = choice.rotateMs !== undefined && chosen.length > 1;
  const shown = isRotating ? chosen.slice(turn.at, turn.at + 1) : chosen;
  return (
    <div class={isRotating ? 'op op-one' : 'op'}>
      <header class="op-bar">
        <h1>{gatewayName}</h1>
        <AlarmCounters />
        <LiveLamp />
        <OperatorSetup choice={choice} />
        <a class="button" href={hrefTo(FIRST_SCREEN)}>
          {t('operator.leave')} <kbd>Esc</kbd>
        </a>
      </header>
      <Attention isLinked={false} />
      <section aria-label={t('nav.devices')}>
        <ul class="op-tiles">
          {shown.map((device) => (
            <OperatorTile key={device.name} device={device} isLookOnly={choice.isLookOnly} />
          ))}
        </ul>
      </section>
      {isRotating && <Rotation turn={turn} names={chosen.map(({ name }) => name)} />}
    </div>
  );
}

interface Turn {
  readonly at: number;
  readonly isPaused: boolean;
  readonly step: (by: number) => void;
  readonly pause: () => void;
}

/** Whose turn it is. It stands still while somebody has paused it, or has a dialog open. */
function useTurn(length: number, rotateMs: number | undefined): Turn {
  const at = useSignal(0);
  const isPaused = useSignal(false);
  const step = (by: number): void => {
    if (length > 0) at.value = (at.peek() + by + length) % length;
  };
  useEffect(() => {
    if (rotateMs === undefined || length < 2) return undefined;
    return every(rotateMs, () => {
      if (!isPaused.peek() && !isDialogOpen()) step(1);
    });
  }, [rotateMs, length]);
  const inside = useComputed(() => Math.min(at.value, Math.max(0, length - 1)));
  return {
    ...{ at: inside.value, isPaused: isPaused.value, step },
    pause: () => {
      isPaused.value = !isPaused.peek();
    },
  };
}

interface RotationProps {
  readonly turn: Turn;
  readonly names: readonly string[];
}

function Rotation({ turn, names }: RotationProps) {
  return (
    <div class="op-turn" role="group" aria-label={t('operator.rotation')}>
      <button type="button" aria-label={t('operator.before')} onClick={() => turn.step(-1)}>
        ←
      </button>
      <span>{t('operator.turn', { n: turn.at + 1, of: names.length })}</span>
      <button type="button" aria-label={t('operator.next')} onClick={() => turn.step(1)}>
        →
      </button>
      <button type="button" aria-pressed={turn.isPaused} onClick={turn.pause}>
        {t('operator.hold')}
      </button>
    </div>
  );
}

/** Esc leaves, arrows turn. A dialog takes its keys itself. */
function listenForKeys(turn: Turn): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (isTyping(event) || isDialogOpen()) return;
    if (event.key === 'Escape') go(hrefTo(FIRST_SCREEN));
    if (event.key === 'ArrowRight') turn.step(1);
    if (event.key === 'ArrowLeft') turn.step(-1);
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function isDialogOpen(): boolean {
  return document.querySelector('dialog[open]') !== null;
}
