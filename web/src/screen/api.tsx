import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getJson, problemWords } from '../model/api.ts';
import {
  curlCommand,
  filledPath,
  topicsOf,
  type ApiDocument,
  type ApiRoute,
  type ApiTopic,
} from '../model/api-document.ts';
import { t } from '../text/language.ts';

/** What can be asked over HTTP, from the gateway's own description, and a way to try what only reads. */
export function Api() {
  const topics = useSignal<readonly ApiTopic[]>([]);
  const why = useSignal('');
  useEffect(() => {
    void getJson<ApiDocument>('openapi.json').then((answer) => {
      if (answer.ok) topics.value = topicsOf(answer.body);
      why.value = answer.ok ? '' : problemWords(answer.problem);
    });
  }, []);
  if (why.value !== '') return <p class="first-words">{why}</p>;
  return (
    <>
      <p class="quiet">
        {t('api.what')} <a href="api/v1/openapi.json">openapi.json</a>
      </p>
      {topics.value.map(({ name, summary, routes }) => (
        <section key={name} class="panel" aria-label={name} lang="en">
          <h2>{summary}</h2>
          {routes.map((route) => (
            <Route key={`${route.method} ${route.path}`} route={route} />
          ))}
        </section>
      ))}
    </>
  );
}

function Route({ route }: { readonly route: ApiRoute }) {
  const { method, path, summary, role } = route;
  const isOpen = useSignal(false);
  return (
    <details
      class="api-route"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        <code>
          <b>{method}</b> {path}
        </code>
        <span class="quiet">
          {summary}
          {role !== undefined && ` · ${role}`}
        </span>
      </summary>
      {isOpen.value && <Details route={route} />}
    </details>
  );
}

function Details({ route }: { readonly route: ApiRoute }) {
  const typed = useSignal<Readonly<Record<string, string>>>({});
  const said = useSignal('');
  const copied = useSignal(false);
  const command = curlCommand(route, document.baseURI.split('#')[0] ?? '', typed.value);
  const isWhole = !filledPath(route, typed.value).includes('{');
  return (
    <div class="api-details">
      {route.parameters
        .filter(({ in: place }) => place !== 'header')
        .map(({ name, description = '', example }) => (
          <div key={name} class="field">
            <label>
              {name}
              <input
                value={typed.value[name] ?? ''}
                placeholder={example === undefined ? '' : String(example)}
                autocomplete="off"
                onInput={({ currentTarget: { value } }) => {
                  typed.value = { ...typed.peek(), [name]: value };
                  copied.value = false;
                }}
              />
            </label>
            {description !== '' && <span class="quiet">{description}</span>}
          </div>
        ))}
      <pre class="api-text">{command}</pre>
      <div class="choice">
        <button
          type="button"
          onClick={() => {
            void navigator.clipboard.writeText(command).then(
              () => (copied.value = true),
              () => undefined,
            );
          }}
        >
          {t(copied.value ? 'api.copied' : 'api.copy')}
        </button>
        {route.isReading && (
          <button
            type="button"
            disabled={!isWhole}
            onClick={() => {
              said.value = t('ask.loading');
              void answerOf(filledPath(route, typed.peek())).then((text) => {
                said.value = text;
              });
            }}
          >
            {t('api.try')}
          </button>
        )}
      </div>
      <div role="status">{said.value !== '' && <pre class="api-text">{said}</pre>}</div>
    </div>
  );
}

/** More than this is no reading any more. */
const MOST_SHOWN = 20_000;

async function answerOf(path: string): Promise<string> {
  try {
    const response = await fetch(path.slice(1));
    const text = await response.text();
    return `${response.status}\n${readable(text).slice(0, MOST_SHOWN)}`;
  } catch (error) {
    return String(error);
  }
}

function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
