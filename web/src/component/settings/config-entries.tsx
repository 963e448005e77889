import { useSignal } from '@preact/signals';
import type { ConfigPartJson } from '../../../../src/api/contract.ts';
import { pointedLine } from '../../model/settings/draft.ts';
import { edit, outline, ownProblems, schema as siteSchema } from '../../model/settings/ask.ts';
import {
  briefOf,
  kindsAt,
  problemsAt,
  problemsIn,
  renaming,
  starterOf,
} from '../../model/settings/form.ts';
import { idOf, isOpen, openDialog, setOpen } from '../../model/settings/place.ts';
import { namesIn, type Path } from '../../model/settings/part.ts';
import { controlOf, resolved, valueOf, type Schema } from '../../model/settings/schema.ts';
import { settingLabel } from '../../text/config-labels.ts';
import { t } from '../../text/language.ts';
import { Mark } from '../mark.tsx';
import { Field, PartButtons, Problems, WayChoice } from './config-field.tsx';
import { Fields } from './config-group.tsx';
import { WordInput } from './config-input.tsx';

interface EntriesProps {
  readonly path: Path;
  readonly of: Schema;
  readonly part: ConfigPartJson | undefined;
}

/** Things by names of one's own: lines, devices, sinks, tags. They are added, renamed and removed. */
export function Entries({ path, of, part }: EntriesProps) {
  return (
    <div class="entries">
      {part?.fields?.map(([name, entry]) => (
        <Entry key={name} path={[...path, name]} schema={of} part={entry} />
      ))}
      <Adder path={path} of={of} part={part} />
    </div>
  );
}

interface EntryProps {
  readonly path: Path;
  readonly schema: Schema;
  readonly part: ConfigPartJson;
}

function Entry(props: EntryProps) {
  const { path, schema, part } = props;
  const control = controlOf(siteSchema.value ?? {}, schema, part);
  const isRow = control.kind !== 'group' && control.kind !== 'entries' && control.kind !== 'text';
  if (isRow && part.alias === undefined) return <EntryRow {...props} />;
  const problems = problemsIn(ownProblems.value, path);
  const opens = isOpen(path);
  return (
    <details
      id={idOf(path)}
      class="entry"
      open={opens}
      onToggle={({ currentTarget: { open } }) => setOpen(path, open)}
    >
      <summary
        onClick={() => {
          pointedLine.value = part.line;
        }}
      >
        <strong>{String(path.at(-1))}</strong>
        <span class="quiet brief">{briefOf(part)}</span>
        {problems.some(({ severity }) => severity === 'error') && <Mark priority={2} />}
      </summary>
      {opens && <EntryBody {...props} />}
    </details>
  );
}

function EntryBody(props: EntryProps) {
  const { path, schema, part } = props;
  const root = siteSchema.value ?? {};
  const name = String(path.at(-1));
  const isDevice = path.length === 2 && path[0] === 'devices';
  const control = controlOf(root, schema, part);
  return (
    <div class="entry-body">
      <div class="entry-head">
        <Rename key={name} path={path} />
        <div class="choice">
          {isDevice && (
            <button type="button" onClick={() => openDialog('test', name)}>
              {t('settings.testOf', { name })}
            </button>
          )}
          <WayChoice {...props} />
          <PartButtons path={path} part={part} />
        </div>
      </div>
      <Problems id={`${idOf(path)}-wrong`} problems={problemsAt(ownProblems.value, path)} />
      {control.kind === 'group' ? (
        <Fields path={path} schema={control.schema} part={part} />
      ) : control.kind === 'entries' ? (
        <Entries path={path} of={control.of} part={part} />
      ) : (
        <Field {...props} />
      )}
    </div>
  );
}

/** An entry of one word: its name, the word, and away with it. */
function EntryRow({ path, schema, part }: EntryProps) {
  const root = siteSchema.value ?? {};
  const id = idOf(path);
  const name = String(path.at(-1));
  const problems = problemsAt(ownProblems.value, path);
  const isWrong = problems.some(({ severity }) => severity === 'error');
  return (
    <div
      class={isWrong ? 'entry-row has-mistake' : 'entry-row'}
      onFocusCapture={() => {
        pointedLine.value = part.line;
      }}
    >
      <Rename key={name} path={path} isBare />
      <WordInput
        id={id}
        path={path}
        control={controlOf(root, schema, part)}
        schema={resolved(root, schema)}
        part={part}
        label={name}
        describedBy={`${id}-wrong`}
        isInvalid={isWrong}
      />
      <WayChoice path={path} schema={schema} part={part} />
      <button
        type="button"
        aria-label={t('settings.removeName', { name })}
        onClick={() => void edit({ path })}
      >
        <span aria-hidden="true">×</span>
      </button>
      <Problems id={`${id}-wrong`} problems={problems} />
    </div>
  );
}

/** The name of an entry. Where it is spoken of as a line, that changes along. */
function Rename({ path, isBare = false }: { readonly path: Path; readonly isBare?: boolean }) {
  const name = String(path.at(-1));
  const typed = useSignal(name);
  const rename = async (): Promise<void> => {
    const key = typed.peek().trim();
    if (key === name || key === '') {
      typed.value = name;
      return;
    }
    setOpen([...path.slice(0, -1), key], isOpen(path));
    await edit(...renaming(outline.peek()?.root, path, key));
  };
  return (
    <label class="rename">
      <span class={isBare ? 'unseen' : ''}>{t('settings.rename')}</span>
      <input
        class="entry-name"
        autocomplete="off"
        spellcheck={false}
        value={typed.value}
        onInput={({ currentTarget: { value } }) => {
          typed.value = value;
        }}
        onChange={() => void rename()}
      />
    </label>
  );
}

/** One more: its name, and what it begins with. */
function Adder({ path, of, part }: EntriesProps) {
  const root = siteSchema.value ?? {};
  const kinds = kindsAt(root, of);
  const name = useSignal('');
  const kind = useSignal(kinds[0] ?? '');
  const word = useSignal('');
  const where = settingLabel(String(path.at(-1)));
  const control = controlOf(root, of, undefined);
  const takesWord = control.kind === 'word';
  const isTaken = namesIn(part).includes(name.value.trim());
  const add = async (): Promise<void> => {
    const key = name.peek().trim();
    const starter = starterOf(root, of, path, kind.peek() === '' ? undefined : kind.peek());
    const value = takesWord ? (valueOf(control, word.peek()) ?? '') : starter;
    [name.value, word.value] = ['', ''];
    setOpen([...path, key], true);
    await edit({ path: [...path, key], value });
  };
  return (
    <form
      class="adder"
      aria-label={t('settings.addTo', { name: where })}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.peek().trim() !== '' && !isTaken) void add();
      }}
    >
      <Blank label={t('settings.newName')} value={name} />
      {takesWord && <Blank label={t('settings.newValue')} value={word} />}
      {kinds.length > 0 && (
        <select
          aria-label={t('settings.newKind')}
          value={kind.value}
          onChange={({ currentTarget: { value } }) => {
            kind.value = value;
          }}
        >
          {kinds.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      )}
      <button type="submit" disabled={name.value.trim() === '' || isTaken}>
        {t('settings.add')}
      </button>
      {isTaken && <p class="trouble">{t('settings.taken', { name: name.value.trim() })}</p>}
    </form>
  );
}

function Blank({ label, value }: { readonly label: string; readonly value: { value: string } }) {
  return (
    <input
      aria-label={label}
      placeholder={label}
      autocomplete="off"
      spellcheck={false}
      value={value.value}
      onInput={({ currentTarget }) => {
        value.value = currentTarget.value;
      }}
    />
  );
}
