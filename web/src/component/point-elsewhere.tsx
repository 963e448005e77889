import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PointDetailJson, SampleJson } from '../../../src/api/contract.ts';
import { getJson } from '../model/api.ts';
import { hrefTo } from '../model/route.ts';
import type { PointView } from '../model/site.ts';
import { t } from '../text/language.ts';

/** Where the point goes, what it is called there, and how it is asked for from elsewhere. */
export function PointElsewhere({ view }: { readonly view: PointView }) {
  const { device, name } = view.point;
  const known = useSignal<PointDetailJson | undefined>(undefined);
  useEffect(() => {
    const cancel = new AbortController();
    const path = `points/${encodeURIComponent(device)}/${encodeURIComponent(name)}`;
    void getJson<PointDetailJson>(path, cancel.signal).then((answer) => {
      if (answer.ok && !cancel.signal.aborted) known.value = answer.body;
    });
    return () => cancel.abort();
  }, [device, name]);
  return (
    <>
      {known.value !== undefined && <Destinations all={known.value.destinations} />}
      <CopyAs view={view} known={known.value} />
    </>
  );
}

function Destinations({ all }: { readonly all: PointDetailJson['destinations'] }) {
  return (
    <>
      <h3>{t('face.sent')}</h3>
      {all.length === 0 && <p class="quiet">{t('face.nowhere')}</p>}
      {all.length > 0 && (
        <dl class="facts stacked">
          {all.map(({ sink, name }) => (
            <div key={sink}>
              <dt>
                <a href={hrefTo('sinks', sink)}>{sink}</a>
              </dt>
              <dd>
                <code>{name}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

interface CopyAsProps {
  readonly view: PointView;
  readonly known: PointDetailJson | undefined;
}

/** The point in the words of the systems that may want it. */
function CopyAs({ view, known }: CopyAsProps) {
  const copied = useSignal('');
  return (
    <div class="copy-as" role="group" aria-label={t('face.copy')}>
      <span class="quiet">{t('face.copy')}</span>
      {copiesOf(view, known, view.sample.peek()).map(([name, text]) => (
        <button
          key={name}
          type="button"
          title={text}
          onClick={() => {
            void navigator.clipboard.writeText(text).then(
              () => {
                copied.value = `${t('points.copied')}: ${text}`;
              },
              () => {
                copied.value = t('points.notCopied');
              },
            );
          }}
        >
          {name}
        </button>
      ))}
      <span role="status" class="quiet copied">
        {copied.value}
      </span>
    </div>
  );
}

type Copy = readonly [name: string, text: string];

function copiesOf(
  { point, id }: PointView,
  known: PointDetailJson | undefined,
  sample: SampleJson,
): readonly Copy[] {
  const { device, name } = point;
  const path = `api/v1/values/${encodeURIComponent(device)}/${encodeURIComponent(name)}`;
  const url = new URL(path, location.href.replace(/#.*$/, '')).href;
  const queries = (known?.destinations ?? []).flatMap(({ type, query }): Copy[] =>
    query === undefined || type !== 'influx'
      ? []
      : [[query.startsWith('from(') ? 'Flux' : 'InfluxQL', query]],
  );
  const pushed = known?.destinations.find(({ type }) => type === 'zabbix')?.query;
  const zabbix = pushed ?? known?.zabbixKey;
  return [
    ['curl', `curl '${url}?format=plain'`],
    ['CLI', `dinrail get ${id} --plain`],
    ...(zabbix === undefined ? [] : [['Zabbix', zabbix] as const]),
    ...(known?.promql === undefined ? [] : [['PromQL', known.promql] as const]),
    // One of each kind: several servers of one kind mostly have the same names.
    ...new Map(queries),
    ['YAML', `include: ['${id}']`],
    ['JSON', JSON.stringify(sample)],
  ];
}
