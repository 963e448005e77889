import type { Topic } from './route-facts.ts';

export const LOGIN: Topic = {
  name: 'login',
  summary: 'Who one is here.',
  routes: [
    {
      route: 'GET /api/v1/me',
      summary: 'Who one is here, and how to become somebody.',
      access: 'open',
      answer: 'MeJson',
    },
    {
      route: 'POST /api/v1/login',
      summary: 'Begins a session; its cookie comes with the answer.',
      access: 'open',
      body: 'LoginRequestJson',
      answer: 'MeJson',
      problems: { 401: ['wrong-password'], 429: ['too-many-tries'] },
    },
    {
      route: 'POST /api/v1/setup',
      summary: 'Makes the first user, with the code of the link in the log.',
      access: 'open',
      body: 'SetupRequestJson',
      answer: 'MeJson',
      problems: { 403: ['no-setup'], 422: ['weak'] },
    },
    {
      route: 'POST /api/v1/logout',
      summary: 'Ends the session of the cookie.',
      body: 'NothingJson',
      answer: 'DoneJson',
    },
  ],
};
