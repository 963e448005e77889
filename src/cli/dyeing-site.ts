/** What a dyeing hall does with its machines, whatever they are: the same as in examples/dyeing. */
export const DYEING_SITE = `sinks:
  screen: { type: console, format: line, include: ['@cycle_context_data'] }
  influx:
    type: influx
    url: \${INFLUX_URL:-http://127.0.0.1:8086}
    org: \${INFLUX_ORG:-dye-house}
    bucket: \${INFLUX_BUCKET:-dyeing}
    token: \${INFLUX_TOKEN:-none}
    tags: { machine_id: '{tag.machine_id}' }
    states: number
    types:
      process: float
      shift: int
      celup: int
      nik_op: int
      ket_mesin_off: int
      id_reset: int
      nik_maintanance: string
    # The dashboards know these by the names of the machines' own list.
    rename:
      lit_dreelr_hr: lit_dReelR_hr
      bear_dreelr_hr: bear_dReelR_hr
      seal_dreelr_hr: seal_dReelR_hr
      lit_dreell_hr: lit_dReelL_hr
      bear_dreell_hr: bear_dReelL_hr
      seal_dreell_hr: seal_dReelL_hr
    # A line is written when all registers of a machine were read once more.
    lines:
      high_frequency_data: { all: machine_on > 0 }
      medium_frequency_data: {}
      cycle_context_data:
        - { points: [batch, celup, nik_op, shift], when: machine_on > 0, send: all }
        - { points: [ket_mesin_off], when: not (machine_on > 0) }
      maintenance_events: { points: [id_reset, nik_maintanance], on: [id_reset], when: id_reset > 0, send: all }

rules:
  # The name of the batch first, then a call that does not wait for the first to go well.
  finished_tcp:
    devices: [{TCP}]
    when: process == 305
    values: &name { name: "first(if(batch != '', batch, none), previous.batch, '')" }
    steps: &report
      - { post: '\${API_URL_BATCH:-http://127.0.0.1:8000/batch/finish}', json: { batch: '{name}' } }
      - { post: '\${API_TRIGGER_URL:-http://127.0.0.1:8000/trigger}', after: tried }
  finished_rtu:
    devices: [{RTU}]
    when: process == 355
    values: *name
    steps: *report

pulls:
  # New names for the slots of each machine: the name, then its status, and when all are read back the
  # confirmation.
  batches:
    get: '\${API_URL_STRINGS:-http://127.0.0.1:8000/strings/all}'
    every: 10s
    requires: [status, 'data.{tag.machine_id}.status']
    record: data.{tag.machine_id}
    steps:
      - repeat: 7
        write:
          - { point: 'batch{n}', from: 'batch{n}' }
          - { point: 'status{n}', value: 1 }
      - post: '\${API_URL_STRINGS_CONF:-http://127.0.0.1:8000/strings/confirm}/{tag.machine_id}'
`;
