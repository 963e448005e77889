import { signal } from '@preact/signals';
import { en, type Key, type Translation } from './messages/en.ts';

export type Language = 'en' | 'id' | 'ru';

/** Nobody waits for the words of a language that he does not read. */
const MESSAGES: Readonly<Record<Language, () => Promise<Translation>>> = {
  en: async () => Promise.resolve(en),
  id: async () => (await import('./messages/id.ts')).id,
  ru: async () => (await import('./messages/ru.ts')).ru,
};

/** In their own words, for choosing. */
export const LANGUAGES: Readonly<Record<Language, string>> = {
  en: 'English',
  id: 'Bahasa Indonesia',
  ru: 'Русский',
};

const KEY = 'dinrail-language';

/** What the person chose; until then what the browser prefers. Its words are there. */
export const language = signal<Language>('en');

let words: Translation = en;
let wanted: Language = 'en';

/** Takes the language of whoever looks; resolves when its words are there. */
export async function runLanguage(): Promise<void> {
  await speak(chosen() ?? preferred());
}

/** Without its words, as when the gateway is away, the language stays as it is. */
async function speak(next: Language): Promise<void> {
  wanted = next;
  const messages = await MESSAGES[next]().catch(() => undefined);
  if (messages === undefined || wanted !== next) return;
  words = messages;
  language.value = next;
}

export function chooseLanguage(next: Language): void {
  void speak(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser without storage forgets the choice, no more.
  }
}

/** A text with its `{placeholders}` filled in; a placeholder `n` chooses the form of a text that counts. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const { value: of } = language;
  const message: Translation[Key] = words[key];
  const text =
    typeof message === 'string' ? message : formOf(message, of, Number(values['n'] ?? 0));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Is there such a text? For keys that are made from what the gateway says. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}

function formOf(forms: Exclude<Translation[Key], string>, of: Language, n: number): string {
  const form = new Intl.PluralRules(of).select(n);
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
