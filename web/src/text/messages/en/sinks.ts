import type { Messages } from '../forms.ts';

export const sinks = {
  'sinks.drop': 'Drop what waits',
  'sinks.dropTitle': 'Drop what waits for {name}',
  'sinks.dropWords': {
    one: '{n} record waits. Dropped, it never reaches the receiver; it counts as lost, and the log says who wanted it so.',
    other:
      '{n} records wait. Dropped, they never reach the receiver; they count as lost, and the log says who wanted it so.',
  },
  'sinks.dropped': { one: '{n} record dropped.', other: '{n} records dropped.' },
  'sinks.givenUp': { one: '{n} dropped by hand', other: '{n} dropped by hand' },
  'sinks.discardWords': 'The value {value} will not be sent any more.',
  'sinks.newest': 'Newest record, as sent',
  'sinks.nothingSent': 'Nothing was sent since the start.',
  'sinks.noThroughput': 'Nothing was sent in the last hour',
  'sinks.throughput': 'Values per minute in the last hour, at most {most}',
  'sinkError.refused':
    'The machine is there, but no program listens at this port: is the receiver running?',
  'sinkError.name': 'The name leads to no address: look at the spelling and at DNS.',
  'sinkError.timeout':
    'Nobody answers in time: the machine may be off, overloaded, or behind a firewall.',
  'sinkError.access':
    'The receiver does not accept the token or password: renew it in the settings.',
  'sinkError.path':
    'There is nothing at this path: look at the address, the organisation and the bucket.',
  'sinkError.tls': 'The two ends do not agree on encryption: look at the certificate or the key.',
  'sinkError.full': 'The disk is full: make room, and sending goes on by itself.',
  'sinkError.disk': 'The file cannot be written: look at folder, owner and rights.',
  'sinkError.type':
    'A field has another type in the database than the value: the refused values are kept apart below.',
} satisfies Messages;
