import { useComputed } from '@preact/signals';
import { refine, route } from '../../model/route.ts';
import { saveText } from '../../model/save.ts';
import { lines } from '../../model/site.ts';
import { frames, framesText, functionsOf, isPaused, type ShownFrame } from '../../model/traffic.ts';
import { t } from '../../text/language.ts';

interface TrafficBarProps {
  readonly shown: () => readonly ShownFrame[];
}

/** Which frames are shown, and what can be done with them. The address keeps the choice. */
export function TrafficBar({ shown }: TrafficBarProps) {
  const { query } = route.value;
  const line = query.get('line') ?? '';
  const capture = line === '' ? '' : `?line=${encodeURIComponent(line)}`;
  return (
    <div class="trends-head">
      <h2>{t('traffic.title')}</h2>
      <div class="choice">
        <Chooser
          {...{ name: 'line', label: t('traffic.line'), none: t('traffic.all'), value: line }}
          options={lines.value.map(({ name }) => [name, name] as const)}
        />
        <Functions value={query.get('fn') ?? ''} />
        <label class="picker unit-picker">
          <span class="unseen">{t('traffic.unit')}</span>
          <input
            inputMode="numeric"
            placeholder={t('traffic.unit')}
            value={query.get('unit') ?? ''}
            onInput={({ currentTarget: { value } }) => refine({ unit: value.trim() })}
          />
        </label>
        <button
          type="button"
          aria-pressed={query.has('faults')}
          onClick={() => refine({ faults: query.has('faults') ? undefined : '1' })}
        >
          {t('traffic.faults')}
        </button>
      </div>
      <button
        type="button"
        aria-pressed={isPaused.value}
        onClick={() => {
          isPaused.value = !isPaused.peek();
        }}
      >
        {t(isPaused.value ? 'traffic.go' : 'traffic.pause')}
      </button>
      <a class="button" href={`api/v1/traffic/capture${capture}`} download="dinrail.pcapng">
        {t('traffic.save')}
      </a>
      <button
        type="button"
        onClick={() => {
          saveText('traffic.jsonl', 'application/jsonl', framesText(shown()));
        }}
      >
        {t('traffic.jsonl')}
      </button>
    </div>
  );
}

function Functions({ value }: { readonly value: string }) {
  const known = useComputed(() => functionsOf(frames.value).join(','));
  const names = known.value === '' ? [] : known.value.split(',');
  const all = names.includes(value) || value === '' ? names : [...names, value];
  return (
    <Chooser
      {...{ name: 'fn', label: t('traffic.function'), none: t('traffic.anyFunction'), value }}
      options={all.map((code) => [code, t('traffic.code', { code })] as const)}
    />
  );
}

interface ChooserProps {
  /** In the address. */
  readonly name: string;
  readonly label: string;
  readonly none: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
}

function Chooser({ name, label, none, value, options }: ChooserProps) {
  return (
    <label>
      <span class="unseen">{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => refine({ [name]: currentTarget.value })}
      >
        <option value="">{none}</option>
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
