import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { BenchWriteResultJson, UnlockJson } from '../../../../src/api/contract.ts';
import { problemWords } from '../../model/api.ts';
import { gatewayNow, wallTime } from '../../model/gateway-time.ts';
import { isOld } from '../../model/link.ts';
import { me } from '../../model/me.ts';
import { hrefTo } from '../../model/route.ts';
import {
  answer,
  bench,
  isBits,
  known,
  lock,
  read,
  unlock,
  wish,
} from '../../model/workbench/bench.ts';
import { pointsIn } from '../../model/workbench/known.ts';
import { rangeText } from '../../model/workbench/notation.ts';
import { readWords, writeRegisters } from '../../model/workbench/write.ts';
import { hexWord } from '../../model/words-of-registers.ts';
import { t } from '../../text/language.ts';
import { Ticks } from '../write-dialog.tsx';

interface RegisterWriteProps {
  readonly first: number;
  readonly items: readonly number[];
}

/** Writing what has no name: why it cannot be done, how it is unlocked, and then what is sent. */
export function RegisterWrite({ first, items }: RegisterWriteProps) {
  const hindrance = hindranceOf(first, items.length);
  const mine = bench.value?.unlocks.find((one) => one.mine);
  return (
    <section class="bench-write" aria-label={t('bench.write')}>
      <h3>{t('bench.write')}</h3>
      {hindrance !== undefined ? (
        <p class="quiet">{hindrance}</p>
      ) : mine === undefined ? (
        <Unlock />
      ) : (
        <>
          <Unlocked mine={mine} />
          <Words first={first} items={items} />
        </>
      )}
      <Others />
    </section>
  );
}

/** Why nothing can be written there; undefined: it is a matter of unlocking. */
function hindranceOf(first: number, count: number): ComponentChildren {
  const { table = 'holding' } = answer.value ?? {};
  const { device } = wish.value ?? {};
  if (table === 'input' || table === 'discrete') return t('bench.readOnly');
  if (device === undefined) return t('bench.noDevice');
  const [point] = pointsIn(known.value, first, first + count - 1);
  if (point !== undefined) return <Named id={point.id} />;
  const locked = lockedOf(device) ?? roleProblem();
  if (locked !== undefined) return locked;
  return isBits(table) && count > 1 ? t('bench.oneCoil') : undefined;
}

/** Why nobody may write to the device, and what to do. */
function lockedOf(device: string): string | undefined {
  const all = bench.value?.lines.flatMap((line) => line.devices) ?? [];
  const locked = all.find(({ name }) => name === device)?.locked;
  return locked && problemWords(locked);
}

function roleProblem(): string | undefined {
  return me.value?.role === 'admin' ? undefined : t('bench.adminOnly');
}

function Named({ id }: { readonly id: string }) {
  return (
    <>
      {t('bench.named', { point: id })}{' '}
      <a href={hrefTo('points', undefined, { point: id })}>{t('bench.toPoint')}</a>
    </>
  );
}

function Unlock() {
  const reason = useSignal('');
  const trouble = useSignal('');
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        void unlock(reason.peek()).then((said) => {
          trouble.value = said.ok ? '' : problemWords(said.problem);
        });
      }}
    >
      <p class="quiet">{t('bench.locked')}</p>
      <Text name={t('bench.reason')} value={reason} />
      <button type="submit" disabled={isOld.value || reason.value.trim() === ''}>
        {t('bench.unlock')}
      </button>
      {trouble.value !== '' && (
        <p role="status" class="trouble">
          {trouble}
        </p>
      )}
    </form>
  );
}

function Unlocked({ mine: { until, reason } }: { readonly mine: UnlockJson }) {
  return (
    <div class="bench-unlocked" role="status">
      <p>{t('bench.unlocked', { time: wallTime(until, gatewayNow.value), reason })}</p>
      <button type="button" onClick={() => void lock()}>
        {t('bench.lock')}
      </button>
    </div>
  );
}

/** Whoever else may write now is seen by everybody here. */
function Others() {
  const others = bench.value?.unlocks.filter((one) => !one.mine) ?? [];
  if (others.length === 0) return null;
  return (
    <ul class="quiet">
      {others.map(({ who, from, until, reason }) => (
        <li key={`${who} ${from}`}>
          {t('bench.otherUnlocked', { who, time: wallTime(until, gatewayNow.value), reason })}
        </li>
      ))}
    </ul>
  );
}

function Words({ first, items }: RegisterWriteProps) {
  const { table = 'holding' } = answer.value ?? {};
  const { device = '' } = wish.value ?? {};
  const isBit = isBits(table);
  const place = rangeText(table, first, first + items.length - 1);
  const text = useSignal(items.join(' '));
  const reason = useSignal('');
  const isBusy = useSignal(false);
  const result = useSignal<BenchWriteResultJson | string | undefined>(undefined);
  const words = readWords(text.value, isBit ? 1 : 0xffff, items.length);
  const send = async (): Promise<void> => {
    if (words === undefined) return;
    isBusy.value = true;
    result.value = await writeRegisters({
      ...{ device, start: first, [isBit ? 'bits' : 'words']: words },
      ...(reason.peek().trim() !== '' && { reason: reason.peek().trim() }),
    });
    isBusy.value = false;
    void read();
  };
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Text name={t(isBit ? 'bench.newBit' : 'bench.newWords', { n: items.length })} value={text} />
      <p class="quiet">{sendWords(place, words, items.length, isBit)}</p>
      <Text name={t('write.reason')} value={reason} />
      <button type="submit" disabled={isOld.value || isBusy.value || words === undefined}>
        {t('bench.writeGo', { place })}
      </button>
      {result.value !== undefined && <Result result={result.value} />}
    </form>
  );
}

/** What will leave, or what is missing for it. */
function sendWords(
  place: string,
  words: readonly number[] | undefined,
  n: number,
  isBit: boolean,
): string {
  if (words === undefined) return t(isBit ? 'bench.wrongBit' : 'bench.wrongWords', { n });
  if (isBit) return t('bench.sends', { function: 5, place, words: words.join('') });
  const texts = words.map((word) => hexWord(word)).join(' ');
  return t('bench.sends', { function: words.length > 1 ? 16 : 6, place, words: texts });
}

function Result({ result }: { readonly result: BenchWriteResultJson | string }) {
  if (typeof result === 'string') {
    return (
      <p role="status" class="trouble">
        {result}
      </p>
    );
  }
  return (
    <div role="status" class="write-result" data-outcome={result.outcome}>
      <Ticks result={result} />
      <p>{result.message}</p>
    </div>
  );
}

function Text({ name, value }: { readonly name: string; readonly value: Signal<string> }) {
  return (
    <label>
      {name}
      <input
        autocomplete="off"
        spellcheck={false}
        maxLength={800}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}
