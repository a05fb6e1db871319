import type { Selectable } from 'kysely'
import { expect, test } from 'vitest'
import { prepareProjections, projections, type Database } from '../src/index.ts'
import { ownLog, servingLogin } from '../../event-store/test/database.ts'

/** How PostgreSQL names the type of a column of the interface; the compiler refuses another. */
type Named<T> = null extends T ? `${Base<NonNullable<T>>} or null` : Base<T>
type Base<T> = T extends Date
  ? 'timestamptz'
  : T extends string
    ? 'text'
    : T extends bigint
      ? 'int8'
      : T extends number
        ? 'int4'
        : T extends boolean
          ? 'bool'
          : T extends readonly string[]
            ? '_text'
            : 'jsonb'
type Shape = { readonly [T in keyof Database]: { readonly [C in keyof Selectable<Database[T]>]: Named<Selectable<Database[T]>[C]> } }

const ledgerDimensions = {
  source: 'text or null',
  programme: 'text or null',
  edition: 'text or null',
  component: 'text or null',
  fiscalYear: 'text or null',
  area: 'text or null',
  institution: 'text or null',
  institutionName: 'text or null',
  field: 'text or null',
} as const

const shape: Shape = {
  projections: { name: 'text', version: 'int4', position: 'int8', generation: 'int8', stoppedAt: 'int8 or null', reason: 'text or null' },
  projectionDecisions: {
    id: 'int8',
    projection: 'text',
    kind: 'text',
    position: 'int8 or null',
    reason: 'text',
    decidedBy: 'text',
    decidedAt: 'timestamptz',
    login: 'text',
  },
  entityList: {
    entity: 'text',
    kind: 'text',
    id: 'text',
    area: 'text or null',
    allocation: 'text or null',
    cycle: 'text or null',
    editionId: 'text or null',
    editionRevision: 'int4 or null',
    programme: 'text or null',
    category: 'text or null',
    title: 'text or null',
    number: 'text or null',
    fiscalYear: 'text or null',
    amountSen: 'int8 or null',
    stage: 'text or null',
    stages: 'jsonb',
    suspended: 'bool',
    holders: '_text',
    since: 'text',
    openedOn: 'text',
    openedPosition: 'int8',
    lastEffectiveOn: 'text',
    lastPosition: 'int8',
    tags: '_text',
  },
  entityListEditions: { id: 'text', revision: 'int4', programme: 'text', holders: 'jsonb' },
  stageClock: {
    entity: 'text',
    kind: 'text',
    id: 'text',
    area: 'text or null',
    allocation: 'text or null',
    editionId: 'text or null',
    editionRevision: 'int4 or null',
    programme: 'text or null',
    title: 'text or null',
    number: 'text or null',
    amountSen: 'int8 or null',
    marks: 'jsonb',
    suspensions: 'jsonb',
    repeats: 'jsonb',
  },
  stageClockStays: {
    entity: 'text',
    region: 'text',
    position: 'int8',
    stage: 'text or null',
    holder: 'text or null',
    final: 'bool',
    revision: 'bool',
    enteredOn: 'text',
    leftOn: 'text or null',
    endedBy: 'int8 or null',
    flag: 'text or null',
  },
  stageClockLimits: {
    entity: 'text',
    span: 'int4',
    region: 'text',
    beganOn: 'text',
    began: 'int8',
    endedOn: 'text or null',
    ended: 'int8 or null',
    stopped: 'bool',
    fromMark: 'text or null',
    toMark: 'text or null',
    stage: 'text or null',
    clock: 'text',
    warn: 'int4',
    stuck: 'int4',
    warnOn: 'text or null',
    stuckOn: 'text or null',
  },
  stageClockEditions: { id: 'text', revision: 'int4', programme: 'text', rules: 'jsonb' },
  flowCases: {
    entity: 'text',
    kind: 'text',
    id: 'text',
    area: 'text or null',
    title: 'text or null',
    number: 'text or null',
  },
  flowSteps: {
    fact: 'text',
    entity: 'text',
    kind: 'text',
    position: 'int8',
    at: 'int8',
    activity: 'text',
    role: 'text',
    editionId: 'text or null',
    editionRevision: 'int4 or null',
    moved: 'bool',
    closes: 'bool',
    struckAt: 'int8 or null',
  },
  flowEditions: { id: 'text', revision: 'int4', rules: 'jsonb' },
  deviations: {
    fact: 'text',
    nth: 'int4',
    position: 'int8',
    rule: 'text',
    kind: 'text',
    derived: 'bool',
    factType: 'text',
    entityKind: 'text',
    entityId: 'text',
    area: 'text or null',
    cycle: 'text or null',
    allocation: 'text or null',
    editionId: 'text or null',
    editionRevision: 'int4 or null',
    programme: 'text or null',
    stage: 'text or null',
    role: 'text or null',
    details: 'jsonb',
    facts: 'jsonb',
    effectiveOn: 'text',
    recordedAt: 'int8',
    actorRole: 'text',
    actorInstitution: 'text or null',
  },
  deviationEntities: {
    entity: 'text',
    kind: 'text',
    id: 'text',
    area: 'text or null',
    cycle: 'text or null',
    allocation: 'text or null',
    editionId: 'text or null',
    editionRevision: 'int4 or null',
    programme: 'text or null',
    stages: 'jsonb',
    visited: '_text',
    papers: 'jsonb',
    opened: 'int8',
  },
  deviationPresence: {
    entity: 'text',
    stage: 'text',
    role: 'text',
    facts: 'int4',
    first: 'int8 or null',
    last: 'int8 or null',
  },
  deviationEditions: { id: 'text', revision: 'int4', programme: 'text', lateEntryDays: 'int4', rules: 'jsonb' },
  ledgerPostings: {
    origin: 'text',
    position: 'int8',
    nth: 'int4',
    effectiveOn: 'text',
    recordedAt: 'int8',
    account: 'int8',
    counter: 'int8',
    amountSen: 'int8',
    factType: 'text',
    how: 'text or null',
  },
  ledgerAccounts: {
    name: 'text',
    account: 'int8',
    kind: 'text',
    role: 'text',
    fund: 'text',
    pool: 'text',
    tranche: 'text or null',
    ordinal: 'int4 or null',
    proposal: 'text or null',
    ...ledgerDimensions,
  },
  ledgerPlans: {
    origin: 'text',
    position: 'int8',
    nth: 'int4',
    entity: 'text',
    kind: 'text',
    fund: 'text or null',
    amountSen: 'int8 or null',
    effectiveOn: 'text',
    recordedAt: 'int8',
    factType: 'text',
    how: 'text or null',
    ...ledgerDimensions,
  },
  ledgerEntities: { entity: 'text', ordinal: 'int4 or null', name: 'text or null', ...ledgerDimensions },
}

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const flat = (tables: Readonly<Record<string, Readonly<Record<string, string>>>>): string[] =>
  Object.entries(tables)
    .flatMap(([table, columns]) => Object.entries(columns).map(([column, type]) => `${snake(table)}.${snake(column)} ${type}`))
    .toSorted()

test('the interface is what the database has', async () => {
  const made = await ownLog()
  await prepareProjections(made.servingPool, projections)
  const { rows } = await made.adminPool.query<{ line: string }>(`
    select table_name || '.' || column_name || ' ' || udt_name || case is_nullable when 'YES' then ' or null' else '' end as line
    from information_schema.columns
    where table_schema = 'views'`)
  expect(rows.map((row) => row.line).toSorted()).toEqual(flat(shape))
})

test('tables belong to the group of those who serve, not to the login that made them', async () => {
  const made = await ownLog()
  await prepareProjections(made.servingPool, projections)
  const { rows } = await made.adminPool.query<{ owner: string }>(
    `select distinct tableowner as owner from pg_tables where schemaname = 'views' and tablename <> 'projection_decisions'`,
  )
  expect(rows).toEqual([{ owner: 'jejak_serving' }])
  expect(rows[0]?.owner).not.toBe(servingLogin)
})

test('several processes may make them at the same time', async () => {
  const made = await ownLog()
  await Promise.all(Array.from({ length: 5 }, () => prepareProjections(made.servingPool, projections)))
  const { rows } = await made.adminPool.query<{ name: string; position: bigint }>('select name, position from views.projections')
  expect(rows).toEqual(projections.map(({ name }) => ({ name, position: 0n })))
})
