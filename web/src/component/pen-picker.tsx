import { useSignal } from '@preact/signals';
import { MAX_PENS } from '../model/pens.ts';
import { points, type PointView } from '../model/site.ts';
import { t } from '../text/language.ts';

interface PenPickerProps {
  readonly pens: readonly PointView[];
  readonly onChoose: (ids: readonly string[]) => void;
}

/** Adds a point by its name; the browser offers those that there are. */
export function PenPicker({ pens, onChoose }: PenPickerProps) {
  const text = useSignal('');
  const isFull = pens.length >= MAX_PENS;
  const add = (id: string): void => {
    const found = points.peek().find((view) => view.id === id);
    text.value = found === undefined ? id : '';
    if (found === undefined || pens.includes(found)) return;
    onChoose([...pens.map((pen) => pen.id), id]);
  };
  return (
    <label class="picker">
      <span class="unseen">{t('trends.add')}</span>
      <input
        type="search"
        list="pens"
        disabled={isFull}
        placeholder={isFull ? t('trends.full', { n: MAX_PENS }) : t('trends.add')}
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={({ currentTarget: { value } }) => {
          add(value);
        }}
      />
      <datalist id="pens">
        {points.value
          .filter(({ point }) => point.kind !== 'text')
          .map(({ id, point }) => (
            <option key={id} value={id}>
              {point.label ?? point.name}
            </option>
          ))}
      </datalist>
    </label>
  );
}
