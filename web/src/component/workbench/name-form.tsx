import { useComputed, useSignal, type Signal } from '@preact/signals';
import type { BenchNameJson, BenchTable } from '../../../../src/api/contract.ts';
import { isOld } from '../../model/link.ts';
import { hrefTo } from '../../model/route.ts';
import { points } from '../../model/site.ts';
import { applyName, draftName, errorsOf, type NameDraft } from '../../model/workbench/name.ts';
import { t } from '../../text/language.ts';
import { Dialog } from '../dialog.tsx';
import { DiffView } from '../settings/diff-view.tsx';

interface NameFormProps {
  readonly device: string | undefined;
  readonly table: BenchTable;
  readonly start: number;
  /** `f32@CDAB`. */
  readonly type: string;
}

/** Makes a point of what was chosen. Nothing is applied before somebody has seen the change. */
export function NameForm({ device, table, start, type }: NameFormProps) {
  const fields = {
    name: useSignal(''),
    label: useSignal(''),
    type: useSignal(type),
    scale: useSignal(''),
    unit: useSignal(''),
    decimals: useSignal(''),
  };
  const trouble = useSignal('');
  const draft = useSignal<NameDraft | undefined>(undefined);
  const isBusy = useSignal(false);
  const done = useSignal('');
  if (device === undefined) return <p class="quiet">{t('bench.nameNoDevice')}</p>;
  const look = async (): Promise<void> => {
    isBusy.value = true;
    const drafted = await draftName(wishOf({ device, table, start }, fields));
    isBusy.value = false;
    trouble.value = 'trouble' in drafted ? drafted.trouble : '';
    draft.value = 'trouble' in drafted ? undefined : drafted;
  };
  return (
    <details class="bench-naming">
      <summary>{t('bench.name')}</summary>
      <form
        class="field bench-name-fields"
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <Text name={t('bench.pointName')} value={fields.name} hint="flow_rate" />
        <Text name={t('bench.label')} value={fields.label} />
        <Text name={t('bench.type')} value={fields.type} />
        <Text name={t('bench.scale')} value={fields.scale} hint="/10" />
        <Text name={t('bench.unitName')} value={fields.unit} hint="°C" />
        <Text name={t('bench.decimals')} value={fields.decimals} mode="numeric" />
        <button
          type="submit"
          disabled={isOld.value || isBusy.value || fields.name.value.trim() === ''}
        >
          {t('bench.showChange')}
        </button>
        {trouble.value !== '' && (
          <p role="status" class="trouble">
            {trouble}
          </p>
        )}
      </form>
      {done.value !== '' && <Done id={done.value} />}
      {draft.value !== undefined && (
        <Review
          draft={draft.value}
          point={`${device}.${fields.name.value.trim()}`}
          onDone={(id) => {
            done.value = id;
          }}
          onClose={() => {
            draft.value = undefined;
          }}
        />
      )}
    </details>
  );
}

type Fields = Readonly<
  Record<'name' | 'label' | 'type' | 'scale' | 'unit' | 'decimals', Signal<string>>
>;

function wishOf(
  place: Pick<BenchNameJson, 'device' | 'table' | 'start'>,
  fields: Fields,
): BenchNameJson {
  const textOf = (field: keyof Fields): string => fields[field].peek().trim();
  const decimals = textOf('decimals');
  const texts = (['label', 'scale', 'unit'] as const)
    .map((field) => [field, textOf(field)] as const)
    .filter(([, text]) => text !== '');
  return {
    ...place,
    ...{ name: textOf('name'), type: textOf('type') },
    ...(Object.fromEntries(texts) as Pick<BenchNameJson, 'label' | 'scale' | 'unit'>),
    ...(decimals !== '' && { decimals: Number(decimals) }),
  };
}

interface ReviewProps {
  readonly draft: NameDraft;
  readonly point: string;
  readonly onDone: (id: string) => void;
  readonly onClose: () => void;
}

/** What changes in the file, and what it means for what runs. */
function Review({ draft, point, onDone, onClose }: ReviewProps) {
  const trouble = useSignal('');
  const isBusy = useSignal(false);
  const errors = errorsOf(draft);
  const { changes } = draft.check;
  const apply = async (): Promise<void> => {
    isBusy.value = true;
    const refused = await applyName(draft, t('bench.nameReason', { point }));
    isBusy.value = false;
    trouble.value = refused?.trouble ?? '';
    if (refused !== undefined) return;
    onDone(point);
    onClose();
  };
  return (
    <Dialog title={t('bench.review', { file: draft.file.name })} onClose={onClose}>
      <div class="field">
        <DiffView label={t('bench.changes')} diff={draft.check.diff} />
        {errors.map(({ message, hint }) => (
          <p key={message} class="trouble">
            {hint === undefined ? message : `${message}: ${hint}`}
          </p>
        ))}
        {changes !== undefined && (
          <p class="quiet">
            {t('bench.effect', { devices: changes.devices.changed.join(', ') || '–' })}
          </p>
        )}
        {trouble.value !== '' && (
          <p role="status" class="trouble">
            {trouble}
          </p>
        )}
        <button
          type="button"
          class="main-button"
          disabled={isOld.value || isBusy.value || errors.length > 0}
          onClick={() => void apply()}
        >
          {t('bench.apply', { point })}
        </button>
      </div>
    </Dialog>
  );
}

/** It is there as soon as the gateway tells of it. */
function Done({ id }: { readonly id: string }) {
  const isThere = useComputed(() => points.value.some((view) => view.id === id));
  return (
    <p role="status" class="bench-done">
      {isThere.value ? t('bench.isThere', { point: id }) : t('bench.comes', { point: id })}{' '}
      {isThere.value && (
        <a href={hrefTo('points', undefined, { point: id })}>{t('bench.toPoint')}</a>
      )}
    </p>
  );
}

interface TextProps {
  readonly name: string;
  readonly value: Signal<string>;
  readonly hint?: string;
  readonly mode?: 'text' | 'numeric';
}

function Text({ name, value, hint, mode = 'text' }: TextProps) {
  return (
    <label>
      {name}
      <input
        inputMode={mode}
        autocomplete="off"
        spellcheck={false}
        maxLength={120}
        placeholder={hint}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}
