import { computed, signal } from '@preact/signals';
import type { MeJson } from '../../../src/api/contract.ts';
import { getJson, sendAnyway, useCsrf, type Answer } from './api.ts';

/** Who the gateway takes us for; undefined until it has said so. */
export const me = signal<MeJson | undefined>(undefined);

/** Must we log in first? */
export const isStranger = computed(() => me.value?.login === true && me.value.name === undefined);

/** Asks who we are. Without an answer we stay who we were. */
export async function askMe(): Promise<void> {
  const answer = await getJson<MeJson>('me');
  if (answer.ok) take(answer.body);
}

export async function logIn(name: string, password: string): Promise<Answer<MeJson>> {
  return become(await sendAnyway<MeJson>('POST', 'login', { name, password }));
}

/** With the code of the link from the log. */
export async function setUp(code: string, name: string, password: string): Promise<Answer<MeJson>> {
  return become(await sendAnyway<MeJson>('POST', 'setup', { code, name, password }));
}

export async function logOut(): Promise<void> {
  await sendAnyway<object>('POST', 'logout');
  // What was shown is for those who are logged in.
  location.reload();
}

function become(answer: Answer<MeJson>): Answer<MeJson> {
  if (answer.ok) take(answer.body);
  return answer;
}

function take(body: MeJson): void {
  useCsrf(body.csrf);
  me.value = body;
}
