import type pg from 'pg'

/**
 * Facts written past `append`, by the role that alone may insert, for logs too large to be filled command by command. The one place of the
 * bench that knows the tables of the log.
 */

const insertEvents = (body: string, type: string): string => `
insert into jejak.events (position, id, type, body, recorded_at, leaf_hash)
select p, ('018f3a5f-0000-7000-8000-' || lpad(to_hex(p), 12, '0'))::uuid, ${type}, ${body}, now(), sha256(int8send(p))
from generate_series($1::bigint, $2::bigint) p
cross join lateral (
  select (p - 1) / ($3::bigint * $4::bigint) * $3::bigint + (p - 1) % $3::bigint as entity, (p - 1) / $3::bigint % $4::bigint + 1 as version
) e`

const insertCommands = `
insert into jejak.commands (key_hash, fingerprint, outcome, bound_at)
select decode(lpad(to_hex(p), 64, '0'), 'hex'), sha256(int8send(p)), p || ':1', now()
from generate_series($1::bigint, $2::bigint) p`

// In the order of the index, so that it grows at its end.
const insertTags = (tag: string, type: string): string => `
insert into jejak.event_tags (tag_hash, position, type_hash)
select t.tag, (t.entity / $3::bigint * $4::bigint + version - 1) * $3::bigint + t.entity % $3::bigint + 1, jejak.type_hash(${type})
from (select jejak.tag_hash(${tag}) as tag, entity from generate_series($1::bigint, $2::bigint) entity) t
cross join generate_series(1, $4::bigint) version
order by t.tag, version`

const idOf = (prefix: string, entity: string): string => `'${prefix}-7c00-7000-8000-' || lpad(to_hex(${entity}), 12, '0')`

const trancheTypes = `(array['tranche.Planned', 'tranche.Requested', 'tranche.Credited', 'tranche.InstalmentPaid', 'tranche.LpjSubmitted',
  'tranche.Closed'])[version % 6 + 1]`

const small = {
  eventsEach: 10,
  type: trancheTypes,
  body: `'{"data":{"id":"filler-' || p || '","entity":' || entity || ',"version":' || version || '}}'`,
  // The identifiers are those of jejak-facts.ts.
  tags: [
    `'area:' || ${idOf('018f3a53', 'entity / 1000')}`,
    `'institution:' || ${idOf('018f3a52', 'entity / 100')}`,
    `'proposal:' || ${idOf('018f3a51', 'entity')}`,
    `'tranche:' || ${idOf('018f3a50', 'entity')}`,
  ],
}

const complaintTypes = `(array['complaint.Received', 'complaint.Logged', 'complaint.Classified', 'complaint.Assigned',
  'complaint.Investigated', 'complaint.SolutionProposed', 'complaint.Resolved', 'complaint.Published', 'complaint.Closed',
  'complaint.Reopened'])[version]`
const stageOf = (version: string): string =>
  `(array['Received', 'Logged', 'Classified', 'Assigned', 'Investigating', 'Proposed', 'Resolved', 'Published', 'Closed',
    'Logged'])[${version}]`
const complaintId = idOf('018f3a55', 'entity')
const areaId = idOf('018f3a56', 'entity / 100')
const complaintTags = [`'area:' || ${areaId}`, `'complaint:' || ${complaintId}`]

// Canonical: keys in order, no spaces.
const complaintBody = `json_build_object(
  'actor', json_build_object('institution', '3e8a7f52-6a44-7d27-8a55-0d6e1f6a2b12', 'person', '3e8a7f52-6a44-7d27-8a55-0d6e1f6a2b10',
    'role', 'FASKEL'),
  'commandKeyHash', lpad(to_hex(p), 64, '0'),
  'correlation', ${complaintId},
  'data', case when version = 1
    then json_build_object('anonymous', false, 'area', ${areaId}, 'channel', 'form',
      'summary', 'Saluran yang digali setengah membanjiri rumah warga RW 04')
    else json_build_object('notes', 'Galian 40 m belum ditutup, air masuk ke tiga rumah; dicatat dalam buku pengaduan') end,
  'effectiveOn', '2018-10-17',
  'evidence', json_build_array(json_build_object('date', '2018-10-17', 'docType', 'formulir-pengaduan',
    'sha256', 'a59109f64504bafdd6e563609ac471436bb8167e809f3d0b8d63161bcb838ce0')),
  'id', '018f3a5f-0000-7000-8000-' || lpad(to_hex(p), 12, '0'),
  'moves', json_build_array(json_build_object('from', ${stageOf('version - 1')}, 'id', ${complaintId}, 'kind', 'complaint', 'region', '',
    'to', ${stageOf('version')})),
  'recordedBy', json_build_object('institution', '3e8a7f52-6a44-7d27-8a55-0d6e1f6a2b12', 'person', '3e8a7f52-6a44-7d27-8a55-0d6e1f6a2b10',
    'role', 'FASKEL'),
  'schemaVersion', 1,
  'subject', json_build_object('id', ${complaintId}, 'kind', 'complaint'),
  'tags', json_build_array(${complaintTags.join(', ')}),
  'type', ${complaintTypes})::text`

const complaints = { eventsEach: 10, type: complaintTypes, body: complaintBody, tags: complaintTags }

/** What to fill with: `small` bodies under four tags, or whole facts of complaints, ten stages each. */
export const fillings = { small, complaints } as const

const chunk = 250_000

/** Entities that grow beside each other, before the next ones begin: about as many kelurahan as take part in a programme in a year. */
const aliveMax = 10_000

/** Fills an empty log with so many facts: ten of each entity, and as many entities as a whole number of times those that grow together. */
export async function fillPast(
  client: pg.ClientBase,
  filling: keyof typeof fillings,
  events: number,
  say: (line: string) => void,
): Promise<void> {
  const { eventsEach, type, body, tags } = fillings[filling]
  const entities = events / eventsEach
  const alive = Math.min(entities, aliveMax)
  if (!Number.isSafeInteger(entities / alive)) throw new RangeError(`${events} facts cannot be filled`)
  const start = performance.now()
  await client.query('set role jejak_appender')
  for (let from = 1; from <= events; from += chunk) {
    const to = Math.min(from + chunk - 1, events)
    await client.query(insertEvents(body, type), [from, to, alive, eventsEach])
    await client.query(insertCommands, [from, to])
    if (to % 1_000_000 === 0) say(`filling: ${to} facts in ${Math.round((performance.now() - start) / 1000)} s`)
  }
  for (const tag of tags) {
    // One pass over the index for each kind of tag.
    await client.query(insertTags(tag, type), [0, entities - 1, alive, eventsEach])
    if (events >= 1_000_000) say(`filling: tags, ${Math.round((performance.now() - start) / 1000)} s`)
  }
  await client.query('reset role')
  for (const table of ['events', 'event_tags', 'commands']) await client.query(`vacuum (analyze) jejak.${table}`)
  await client.query('checkpoint')
  say(`filling: ${events} facts in ${Math.round((performance.now() - start) / 1000)} s`)
}
