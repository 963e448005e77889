import { useComputed } from '@preact/signals';
import { Mark } from '../mark.tsx';
import { isOld } from '../../model/link.ts';
import { editTrouble, errors, isBroken, outline, schema } from '../../model/settings/ask.ts';
import { problemsIn, sectionsOf, type Section } from '../../model/settings/form.ts';
import { namesIn, partAt } from '../../model/settings/part.ts';
import { controlOf, waysOf, type Schema } from '../../model/settings/schema.ts';
import { isOpen, setOpen } from '../../model/settings/place.ts';
import { t } from '../../text/language.ts';
import { Entries } from './config-entries.tsx';
import { Fields } from './config-group.tsx';

/** The site file as a form: every setting of the schema, those that are written or asked for often first. */
export function ConfigForm() {
  const site = schema.value;
  if (site === undefined || outline.value === undefined) {
    return <p class="panel quiet">{t('ask.loading')}</p>;
  }
  return (
    // What cannot be sent or placed must not be typed either.
    <fieldset class="bare" disabled={isOld.value || isBroken.value}>
      {editTrouble.value !== '' && (
        <p class="panel trouble" role="alert">
          {editTrouble}
        </p>
      )}
      {sectionsOf(site).map((section) => (
        <SectionView key={section.title} site={site} section={section} />
      ))}
    </fieldset>
  );
}

interface SectionProps {
  readonly site: Schema;
  readonly section: Section;
}

function SectionView({ site, section: { title, names } }: SectionProps) {
  const [only] = names;
  const path = names.length === 1 && only !== undefined ? [only] : [title];
  const mistakes = useComputed(() =>
    names.reduce((sum, name) => sum + problemsIn(errors.value, [name]).length, 0),
  );
  const own = site.properties?.[only ?? ''];
  const hasEntries =
    names.length === 1 && own !== undefined && waysOf(site, own).includes('entries');
  const count = useComputed(() =>
    hasEntries ? namesIn(partAt(outline.value?.root, path)).length : 0,
  );
  const opens = isOpen(path) || names.some((name) => isOpen([name]));
  return (
    <details
      class="panel section"
      open={opens}
      onToggle={({ currentTarget: { open } }) => {
        setOpen(path, open);
        if (!open) names.forEach((name) => setOpen([name], false));
      }}
    >
      <summary>
        <h2>{t(title)}</h2>
        {count.value > 0 && <span class="quiet">{count}</span>}
        {mistakes.value > 0 && <Mark priority={2} />}
      </summary>
      {opens && <SectionBody site={site} names={names} />}
    </details>
  );
}

function SectionBody({
  site,
  names,
}: {
  readonly site: Schema;
  readonly names: readonly string[];
}) {
  const root = outline.value?.root;
  const [only = ''] = names;
  const own = site.properties?.[only];
  if (names.length > 1 || own === undefined) {
    return <Fields path={[]} schema={site} part={root} names={names} />;
  }
  const part = partAt(root, [only]);
  const control = controlOf(site, own, part);
  if (control.kind === 'entries') return <Entries path={[only]} of={control.of} part={part} />;
  if (control.kind === 'group') return <Fields path={[only]} schema={control.schema} part={part} />;
  return <Fields path={[]} schema={site} part={root} names={names} />;
}
