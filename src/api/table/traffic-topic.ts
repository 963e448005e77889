import type { Topic } from './route-facts.ts';

const LINE = { summary: 'Only of this line.' };

export const TRAFFIC: Topic = {
  name: 'traffic',
  summary: 'What crosses the lines.',
  routes: [
    {
      route: 'GET /api/v1/traffic',
      summary: 'Frames, in their order: those behind one, or the newest.',
      query: {
        after: { summary: 'Behind the frame of this number.', type: 'integer', example: '1200' },
        limit: { summary: 'As many at most, up to 1000.', type: 'integer' },
        line: LINE,
      },
      answer: 'TrafficJson',
      problems: { 400: ['wrong-question'] },
    },
    {
      route: 'GET /api/v1/traffic/frames/:seq',
      summary: 'One frame, explained byte by byte.',
      answer: 'ExplainedFrameJson',
      problems: { 404: ['no-such-frame'] },
    },
    {
      route: 'GET /api/v1/traffic/capture',
      summary: 'The frames that are kept, for Wireshark.',
      query: { line: LINE },
      answer: 'application/x-pcapng',
    },
    {
      route: 'GET /api/v1/traffic/troubles',
      summary: 'Faults around which frames were kept.',
      answer: 'TroubleJson[]',
    },
    {
      route: 'GET /api/v1/traffic/troubles/:id/capture',
      summary: 'The frames around one fault, for Wireshark.',
      answer: 'application/x-pcapng',
      problems: { 404: ['no-such-trouble'] },
    },
  ],
};
