import { signal } from '@preact/signals';
import { en, type Key, type Translation } from './messages/en.ts';
import { id } from './messages/id.ts';
import { ru } from './messages/ru.ts';

const MESSAGES = { en, id, ru } satisfies Record<string, Translation>;

export type Language = keyof typeof MESSAGES;

/** In their own words, for choosing. */
export const LANGUAGES: Readonly<Record<Language, string>> = {
  en: 'English',
  id: 'Bahasa Indonesia',
  ru: 'Русский',
};

const KEY = 'dinrail-language';

/** What the person chose; until then what the browser prefers. */
export const language = signal<Language>('en');

/** Takes the language of whoever looks. */
export function runLanguage(): void {
  language.value = chosen() ?? preferred();
}

export function chooseLanguage(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser without storage forgets the choice, no more.
  }
}

/** A text with its `{placeholders}` filled in; a placeholder `n` chooses the form of a text that counts. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const message: Translation[Key] = MESSAGES[language.value][key];
  const text = typeof message === 'string' ? message : formOf(message, Number(values['n'] ?? 0));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Is there such a text? For keys that are made from what the gateway says. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}

function formOf(forms: Exclude<Translation[Key], string>, n: number): string {
  const form = new Intl.PluralRules(language.value).select(n);
  return forms[form] ?? forms.other;
}

function preferred(): Language {
  const wanted = typeof navigator === 'undefined' ? [] : navigator.languages;
  for (const tag of wanted) {
    const name = tag.slice(0, 2);
    if (isLanguage(name)) return name;
  }
  return 'en';
}

function chosen(): Language | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored !== null && isLanguage(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

export function isLanguage(name: string): name is Language {
  return Object.hasOwn(MESSAGES, name);
}
