import { useSignal } from '@preact/signals';
import type { ConfigPartJson } from '../../../../src/api/contract.ts';
import { firstFields, strayProblems } from '../../model/settings/form.ts';
import { ownProblems, schema as siteSchema } from '../../model/settings/ask.ts';
import { idOf, nameOf, setOpen } from '../../model/settings/place.ts';
import { partAt, type Path } from '../../model/settings/part.ts';
import { fieldsOf, waysOf, type Schema } from '../../model/settings/schema.ts';
import { settingLabel } from '../../text/config-labels.ts';
import { t } from '../../text/language.ts';
import { Field, Problems } from './config-field.tsx';

interface FieldsProps {
  readonly path: Path;
  readonly schema: Schema;
  readonly part: ConfigPartJson | undefined;
  /** These and no others; default: what is set or asked for often, and the rest on demand. */
  readonly names?: readonly string[];
}

/** The fields of a part, and a choice of those that can be added. */
export function Fields({ path, schema, part, names }: FieldsProps) {
  const wanted = useSignal<readonly string[]>([]);
  const first = [...firstFields(path, part), ...wanted.value];
  const { shown, more } =
    names === undefined ? fieldsOf(schema, part, new Set(first)) : { shown: names, more: [] };
  const want = (name: string): void => {
    wanted.value = [...wanted.peek(), name];
    setOpen([...path, name], true);
  };
  return (
    <div class="fields">
      {names === undefined && (
        <Problems
          id={`${idOf(path)}-stray`}
          problems={strayProblems(ownProblems.value, path, schema)}
        />
      )}
      {shown.map((name) => {
        const field = schema.properties?.[name];
        if (field === undefined) return null;
        return (
          <Field
            key={name}
            path={[...path, name]}
            schema={field}
            part={partAt(part, [name])}
            isRequired={schema.required?.includes(name) ?? false}
            isWanted={wanted.value.at(-1) === name}
          />
        );
      })}
      {more.length > 0 && <More path={path} schema={schema} names={more} onChoose={want} />}
    </div>
  );
}

interface MoreProps {
  readonly path: Path;
  readonly schema: Schema;
  readonly names: readonly string[];
  readonly onChoose: (name: string) => void;
}

function More({ path, schema, names, onChoose }: MoreProps) {
  const root = siteSchema.value ?? {};
  const usable = names.filter((name) => {
    const field = schema.properties?.[name];
    return field !== undefined && waysOf(root, field).length > 0;
  });
  const labelled = usable.map((name) => [settingLabel(name), name] as const);
  labelled.sort(([a], [b]) => a.localeCompare(b));
  return (
    <select
      class="more"
      aria-label={`${t('settings.more')} ${String(path.at(-1) ?? '')}`}
      key={nameOf(names)}
      value=""
      onChange={({ currentTarget: { value } }) => {
        if (value !== '') onChoose(value);
      }}
    >
      <option value="">{t('settings.more')}</option>
      {labelled.map(([label, name]) => (
        <option key={name} value={name}>
          {label === name ? name : `${label} · ${name}`}
        </option>
      ))}
    </select>
  );
}
