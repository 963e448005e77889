import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ConfigPartJson } from '../../../../src/api/contract.ts';
import { edit, outline, schema as siteSchema } from '../../model/settings/ask.ts';
import { suggestionsFor, usualOf } from '../../model/settings/form.ts';
import { wordOf, type Path } from '../../model/settings/part.ts';
import {
  defaultOf,
  isSecret,
  valueOf,
  type Control,
  type Schema,
} from '../../model/settings/schema.ts';
import { t } from '../../text/language.ts';

interface InputProps {
  readonly id: string;
  readonly path: Path;
  readonly control: Control;
  readonly schema: Schema;
  readonly part: ConfigPartJson | undefined;
  readonly isWanted?: boolean;
  readonly isRequired?: boolean;
  readonly describedBy?: string;
  readonly isInvalid?: boolean;
  /** Words for a field without a label of its own. */
  readonly label?: string;
}

/** The field that fits a setting of one word, or of a list of words. */
export function WordInput(props: InputProps) {
  const { control, part } = props;
  if (control.kind === 'choice') return <Choice {...props} options={control.options} />;
  if (control.kind === 'switch') return <Switch {...props} />;
  if (control.kind === 'list') return <List {...props} />;
  if (isSecret(String(props.path.at(-1)), wordOf(part))) return <Secret {...props} />;
  return <Text {...props} />;
}

function common({ id, describedBy, isInvalid, label }: InputProps): Record<string, unknown> {
  return {
    id,
    'aria-describedby': describedBy,
    'aria-invalid': isInvalid,
    ...(label !== undefined && { 'aria-label': label }),
  };
}

/** The edit is made when somebody leaves the field or presses Enter: one step to undo, not one per key. */
function useTyped(
  { path, control, part, isWanted = false }: InputProps,
  present: string,
  valueFrom: (text: string) => unknown = (text) => valueOf(control, text),
) {
  const typed = useSignal<string | undefined>(undefined);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEffect(() => {
    if (isWanted) input.current?.focus();
  }, [isWanted]);
  const keep = async (text: string): Promise<void> => {
    const value = valueFrom(text);
    if (text !== present && (value !== undefined || part !== undefined)) {
      await edit({ path, ...(value !== undefined && { value }) });
    }
    // Whoever has gone on typing meanwhile keeps that.
    if (typed.peek() === text) typed.value = undefined;
  };
  return {
    ref: input,
    value: typed.value ?? present,
    onInput: ({
      currentTarget: { value },
    }: {
      readonly currentTarget: { value: string };
    }): void => {
      typed.value = value;
    },
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { value: string } }): void =>
      void keep(value),
  };
}

function Text(props: InputProps) {
  const { id, path, control, schema, part } = props;
  const field = useTyped(props, wordOf(part) ?? '');
  const usual = usualOf(siteSchema.value ?? {}, outline.value?.root, schema);
  const known = suggestionsFor(outline.value?.root, String(path.at(-1)));
  const isNumber = control.kind === 'word' && control.isNumber && !control.isText;
  const shared = {
    ...common(props),
    ...field,
    inputMode: isNumber ? ('decimal' as const) : ('text' as const),
    autocomplete: 'off',
    spellcheck: false,
    placeholder: usual === undefined ? '' : t('settings.default', { value: usual }),
  };
  if (known.length === 0) return <input {...shared} />;
  return (
    <>
      <input {...shared} type="text" list={`${id}-known`} />
      <datalist id={`${id}-known`}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

/** Not to be read over a shoulder; the text beside it has it as it is written. */
function Secret(props: InputProps) {
  const field = useTyped(props, wordOf(props.part) ?? '');
  const isShown = useSignal(false);
  const shared = { ...common(props), ...field, autocomplete: 'off', spellcheck: false };
  return (
    <>
      {isShown.value ? <input {...shared} type="text" /> : <input {...shared} type="password" />}
      <button
        type="button"
        aria-pressed={isShown.value}
        onClick={() => {
          isShown.value = !isShown.peek();
        }}
      >
        {t(isShown.value ? 'settings.hide' : 'settings.reveal')}
      </button>
    </>
  );
}

function Choice(props: InputProps & { readonly options: readonly string[] }) {
  const { path, schema, part, options, isRequired = false } = props;
  const usual = defaultOf(schema);
  return (
    <select
      {...common(props)}
      value={wordOf(part) ?? ''}
      onChange={({ currentTarget: { value } }) => {
        void edit({ path, ...(value !== '' && { value: ofSchema(schema, value) }) });
      }}
    >
      {!(isRequired && wordOf(part) !== undefined) && (
        <option value="">
          {usual === undefined ? t('settings.unset') : t('settings.default', { value: usual })}
        </option>
      )}
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

/** `1` is a number where the schema says so. */
function ofSchema({ enum: words = [], const: word }: Schema, text: string): unknown {
  return (
    [...words, ...(word === undefined ? [] : [word])].find((one) => String(one) === text) ?? text
  );
}

function Switch(props: InputProps) {
  const { path, schema, part } = props;
  const isOn = (part?.value ?? schema.default) === true;
  const isSet = part?.value !== undefined && part.value !== null;
  return (
    <>
      <input
        {...common(props)}
        type="checkbox"
        role="switch"
        class="switch"
        checked={isOn}
        onChange={({ currentTarget: { checked } }) => void edit({ path, value: checked })}
      />
      <span>{t(isOn ? 'settings.on' : 'settings.off')}</span>
      {!isSet && <span class="quiet">{t('settings.unset')}</span>}
    </>
  );
}

function List(props: InputProps) {
  const words = props.part?.items?.map((item) => wordOf(item) ?? '') ?? [];
  const field = useTyped(props, words.join('\n'), (text) => {
    const lines = text.split('\n').map((line) => line.trim());
    const full = lines.filter((line) => line !== '');
    return full.length === 0 ? undefined : full;
  });
  return (
    <textarea
      {...common(props)}
      {...field}
      rows={Math.min(8, field.value.split('\n').length + 1)}
      placeholder={t('settings.onePerLine')}
      autocomplete="off"
      spellcheck={false}
    />
  );
}
