import type { ConfigPartJson, ConfigProblemJson } from '../../../../src/api/contract.ts';
import { edit, ownProblems, schema as siteSchema } from '../../model/settings/ask.ts';
import { jumpTo, pointedLine } from '../../model/settings/draft.ts';
import { problemsAt, problemsIn, rewritten } from '../../model/settings/form.ts';
import { idOf, isOpen, nameOf, setOpen } from '../../model/settings/place.ts';
import { isEmpty, namesIn, type Path } from '../../model/settings/part.ts';
import {
  controlOf,
  descriptionOf,
  presentWay,
  resolved,
  waysOf,
  type Control,
  type Schema,
  type Way,
} from '../../model/settings/schema.ts';
import { settingLabel } from '../../text/config-labels.ts';
import { t } from '../../text/language.ts';
import { Mark } from '../mark.tsx';
import { WordInput } from './config-input.tsx';
import { Entries } from './config-entries.tsx';
import { Fields } from './config-group.tsx';
import { ProblemWords } from './problem-list.tsx';

export interface FieldProps {
  readonly path: Path;
  readonly schema: Schema;
  readonly part: ConfigPartJson | undefined;
  readonly isRequired?: boolean;
  /** Somebody has just asked for it: it gets the focus. */
  readonly isWanted?: boolean;
}

/** One setting: its name, what it means, its value, and what is wrong with it. */
export function Field(props: FieldProps) {
  const { path, schema, part } = props;
  const root = siteSchema.value ?? {};
  const control = controlOf(root, schema, part);
  if (part?.alias !== undefined || control.kind === 'text') return <ForText {...props} />;
  if (control.kind === 'group' || control.kind === 'entries') {
    return <Nested {...props} control={control} />;
  }
  const id = idOf(path);
  const name = String(path.at(-1));
  const problems = problemsAt(ownProblems.value, path);
  return (
    <div
      class={`set-field${problems.some(({ severity }) => severity === 'error') ? ' has-mistake' : ''}`}
      onFocusCapture={() => {
        pointedLine.value = part?.line;
      }}
    >
      <Head
        id={id}
        name={name}
        label={settingLabel(name, path.at(-2))}
        isRequired={props.isRequired ?? false}
      />
      <div class="set-value">
        <WordInput
          id={id}
          path={path}
          control={control}
          schema={resolved(root, schema)}
          part={part}
          isWanted={props.isWanted ?? false}
          isRequired={props.isRequired ?? false}
          describedBy={`${id}-what ${id}-wrong`}
          isInvalid={problems.some(({ severity }) => severity === 'error')}
        />
        <WayChoice {...props} />
      </div>
      <p id={`${id}-what`} class="what">
        {descriptionOf(resolved(root, schema))}
      </p>
      <Problems id={`${id}-wrong`} problems={problems} />
    </div>
  );
}

interface HeadProps {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly isRequired: boolean;
}

function Head({ id, name, label, isRequired }: HeadProps) {
  return (
    <label for={id}>
      {label}
      {label !== name && <code>{name}</code>}
      {isRequired && <span aria-hidden="true"> *</span>}
    </label>
  );
}

export function Problems({
  id,
  problems,
}: {
  readonly id: string;
  readonly problems: readonly ConfigProblemJson[];
}) {
  return (
    <div id={id} class="field-problems">
      {problems.map((problem, at) => (
        <p key={at} class="trouble">
          <Mark priority={problem.severity === 'error' ? 2 : 4} />
          <span>
            <ProblemWords problem={problem} />
          </span>
        </p>
      ))}
    </div>
  );
}

/** Whether it is written in one word, as a list, or in detail, where there is a choice. */
export function WayChoice({ path, schema, part }: FieldProps) {
  const root = siteSchema.value ?? {};
  const ways = waysOf(root, schema);
  const present = presentWay(root, schema, part);
  if (ways.length < 2 || present === undefined) return null;
  return (
    <select
      class="way"
      aria-label={t('settings.way', { name: String(path.at(-1)) })}
      value={present}
      onChange={({ currentTarget: { value } }) => {
        const way = ways.find((one) => one === value);
        if (way !== undefined) void changeWay(path, schema, part, way);
      }}
    >
      {ways.map((way) => (
        <option key={way} value={way}>
          {t(`settings.way.${way}`)}
        </option>
      ))}
    </select>
  );
}

async function changeWay(
  path: Path,
  schema: Schema,
  part: ConfigPartJson | undefined,
  way: Way,
): Promise<void> {
  setOpen(path, true);
  await edit({ path, value: rewritten(siteSchema.peek() ?? {}, schema, part, way) });
}

interface NestedProps extends FieldProps {
  readonly control: Extract<Control, { kind: 'group' | 'entries' }>;
}

/** A part with parts of its own: closed until somebody looks. */
function Nested(props: NestedProps) {
  const { path, schema, part, control } = props;
  const name = String(path.at(-1));
  const label = settingLabel(name, path.at(-2));
  const inside = problemsIn(ownProblems.value, path);
  const opens = isOpen(path);
  const names = namesIn(part);
  return (
    <details
      class="nested"
      open={opens}
      onToggle={({ currentTarget: { open } }) => setOpen(path, open)}
    >
      <summary>
        {label}
        {label !== name && <code>{name}</code>}
        <span class="quiet brief">{names.join(', ')}</span>
        {inside.some(({ severity }) => severity === 'error') && <Mark priority={2} />}
      </summary>
      {opens && (
        <>
          <p class="what">{descriptionOf(resolved(siteSchema.value ?? {}, schema))}</p>
          <Problems id={`${idOf(path)}-wrong`} problems={problemsAt(ownProblems.value, path)} />
          <div class="choice">
            <WayChoice {...props} />
            {!isEmpty(part) && <PartButtons path={path} part={part} />}
          </div>
          {control.kind === 'entries' ? (
            <Entries path={path} of={control.of} part={part} />
          ) : (
            <Fields key={nameOf(path)} path={path} schema={control.schema} part={part} />
          )}
        </>
      )}
    </details>
  );
}

interface PartProps {
  readonly path: Path;
  readonly part: ConfigPartJson | undefined;
}

/** Where it stands in the text, and away with it. */
export function PartButtons({ path, part }: PartProps) {
  const name = String(path.at(-1));
  return (
    <>
      {part !== undefined && (
        <button type="button" onClick={() => jumpTo(part.line)}>
          {t('settings.show')}
        </button>
      )}
      <button
        type="button"
        aria-label={t('settings.removeName', { name })}
        onClick={() => void edit({ path })}
      >
        {t('settings.remove')}
      </button>
    </>
  );
}

/** What a form does not show: how much it is, and where. */
function ForText({ path, schema, part }: FieldProps) {
  const name = String(path.at(-1));
  const label = settingLabel(name, path.at(-2));
  const problems = problemsIn(ownProblems.value, path);
  return (
    <div class="set-field">
      <p class="set-label">
        {label}
        {label !== name && <code>{name}</code>}
      </p>
      <div class="set-value">
        <span class="quiet">{whyText(part)}</span>
        {part !== undefined && <PartButtons path={path} part={part} />}
      </div>
      <p class="what">{descriptionOf(resolved(siteSchema.value ?? {}, schema))}</p>
      <Problems id={`${idOf(path)}-wrong`} problems={problems} />
    </div>
  );
}

function whyText(part: ConfigPartJson | undefined): string {
  if (part?.alias !== undefined) return t('settings.alias', { name: part.alias });
  const n = part?.items?.length ?? part?.fields?.length ?? 0;
  return n === 0 ? t('settings.forText') : t('settings.inText', { n });
}
