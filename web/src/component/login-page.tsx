import { useSignal, type Signal } from '@preact/signals';
import { problemWords } from '../model/api.ts';
import { reopenLink } from '../model/link.ts';
import { logIn, me, setUp } from '../model/me.ts';
import { go, route } from '../model/route.ts';
import { t } from '../text/language.ts';

/** Who are you? With the link from the log: who will you be? */
export function LoginPage() {
  const name = useSignal('');
  const password = useSignal('');
  const why = useSignal('');
  const isBusy = useSignal(false);
  const code = route.value.screen === 'setup' ? (route.value.query.get('code') ?? '') : '';
  const isFirst = me.value?.setup === true;
  const submit = async (): Promise<void> => {
    isBusy.value = true;
    const answer =
      isFirst && code !== ''
        ? await setUp(code, name.peek(), password.peek())
        : await logIn(name.peek(), password.peek());
    isBusy.value = false;
    why.value = answer.ok ? '' : problemWords(answer.problem);
    if (!answer.ok) return;
    if (code !== '') go('#/overview');
    reopenLink();
  };
  return (
    <main class="login">
      <form
        class="panel field"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1>dinrail</h1>
        {isFirst && <p>{t('login.firstWords')}</p>}
        <Field name={t('login.name')} value={name} type="text" autocomplete="username" />
        <Field
          name={t('login.password')}
          value={password}
          type="password"
          autocomplete={isFirst ? 'new-password' : 'current-password'}
        />
        {isFirst && <p class="quiet">{t('login.rule')}</p>}
        <p role="alert" class="trouble">
          {why}
        </p>
        <button type="submit" disabled={isBusy.value || name.value === '' || password.value === ''}>
          {t(isFirst ? 'login.make' : 'login.go')}
        </button>
      </form>
    </main>
  );
}

interface FieldProps {
  readonly name: string;
  readonly value: Signal<string>;
  readonly type: 'text' | 'password';
  readonly autocomplete: string;
}

function Field({ name, value, type, autocomplete }: FieldProps) {
  const common = {
    autocomplete,
    value: value.value,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void => {
      value.value = currentTarget.value;
    },
  };
  return (
    <label>
      {name}
      {type === 'password' ? <input type="password" {...common} /> : <input {...common} />}
    </label>
  );
}
