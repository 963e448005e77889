import { computed, useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { interpretations } from '../../../../src/profile/interpretations.ts';
import {
  answer,
  choose,
  chosen,
  chosenItems,
  isBits,
  kind,
  known,
  order,
  wish,
} from '../../model/workbench/bench.ts';
import { isWide, KINDS, ORDERS, type ByteOrder, type Kind } from '../../model/workbench/cells.ts';
import { pointsIn } from '../../model/workbench/known.ts';
import { rangeText } from '../../model/workbench/notation.ts';
import { bytesOf } from '../../model/words-of-registers.ts';
import { me } from '../../model/me.ts';
import { hrefTo } from '../../model/route.ts';
import { offers } from '../../model/site.ts';
import { t } from '../../text/language.ts';
import { InterpretationTable } from '../interpretation-table.tsx';
import { Value } from '../value.tsx';
import { NameForm } from './name-form.tsx';
import { RegisterWrite } from './register-write.tsx';

const mayName = computed(() => offers.value.includes('settings') && me.value?.role === 'admin');

/** More registers than a point is likely to have are not taken apart. */
const MAX_WORDS = 8;

/** What was chosen: what it may mean, what is known of it, and what can be done with it. */
export function BenchDetail() {
  const span = chosen.value;
  const read = answer.value;
  const picked = useSignal('');
  const place = span === undefined ? '' : `${read?.table ?? ''} ${span.first} ${span.last}`;
  useEffect(() => {
    picked.value = '';
  }, [place]);
  if (span === undefined || read === undefined) {
    return (
      <aside class="panel bench-detail" aria-label={t('bench.detail')}>
        <p class="quiet">{t('bench.choose')}</p>
      </aside>
    );
  }
  const { first, last } = span;
  const isBit = isBits(read.table);
  const type = picked.value === '' ? likelyType(isBit, last - first + 1) : picked.value;
  return (
    <aside class="panel bench-detail" aria-label={t('bench.detail')}>
      <h2>
        {rangeText(read.table, first, last)}{' '}
        <span class="quiet">{wish.value?.device ?? t('bench.unitOf', { unit: read.unit })}</span>
      </h2>
      <Known first={first} last={last} />
      <Meaning isBit={isBit} picked={picked} />
      {mayName.value && (
        <NameForm
          key={`${place} ${picked.value}`}
          device={wish.value?.device}
          table={read.table}
          start={first}
          type={type}
        />
      )}
      <RegisterWrite key={`write ${place}`} first={first} items={chosenItems.value} />
    </aside>
  );
}

interface MeaningProps {
  readonly isBit: boolean;
  readonly picked: Signal<string>;
}

function Meaning({ isBit, picked }: MeaningProps) {
  const words = chosenItems.value;
  if (isBit) return <p class="bench-bits">{words.slice(0, 64).join(' ')}</p>;
  if (words.length > MAX_WORDS) return <p class="quiet">{t('bench.many', { n: MAX_WORDS })}</p>;
  return (
    <InterpretationTable
      words={words}
      onPick={(name, one) => {
        picked.value = typeOf(name, one, words.length);
        showAs(name, one);
      }}
    />
  );
}

/** The points that lie there: they have names, limits and a dialog of their own. */
function Known({ first, last }: { readonly first: number; readonly last: number }) {
  const points = pointsIn(known.value, first, last);
  if (points.length === 0) return null;
  return (
    <ul class="bench-points">
      {points.slice(0, 8).map((view) => (
        <li key={view.id}>
          <a href={hrefTo('points', undefined, { point: view.id })}>
            {view.point.label ?? view.id}
          </a>{' '}
          <span class="quiet">{view.point.type}</span> <Value view={view} />
        </li>
      ))}
    </ul>
  );
}

/** What the grid shows is what somebody would name, unless they pick something else. */
function likelyType(isBit: boolean, registers: number): string {
  if (isBit) return 'bool';
  if (isWide(kind.value) && registers === 2) return typeOf(kind.value, order.value, 2);
  if (kind.value === 'i16') return 'i16';
  if (registers !== 2) return 'u16';
  const floats = interpretations(bytesOf(chosenItems.value)).find(({ name }) => name === 'f32');
  const found = ORDERS.find((one) => floats?.readings[one]?.isLikely === true);
  return found === undefined ? 'u32' : typeOf('f32', found, 2);
}

/** `f32@CDAB`, as a profile has it. */
function typeOf(name: string, one: ByteOrder, registers: number): string {
  if (name === 'ascii') return `str(${registers * 2})`;
  if (name === 'bits') return registers === 2 ? 'bits32' : 'bits16';
  return one === 'ABCD' ? name : `${name}@${one}`;
}

function showAs(name: string, one: ByteOrder): void {
  const shown = KINDS.find((each: Kind) => each === (name === 'ascii' ? 'text' : name));
  if (shown !== undefined) choose({ as: shown, ...(isWide(shown) && { order: one }) });
}
