import { notToldOf, unknownWord, type LedgerNamed, type ViewsDb } from '@jejak/views'
import type { Context } from './context.ts'
import type { Caller } from './identity.ts'
import type { Question } from './ledger-query.ts'
import { areasOf } from './lists.ts'
import { problem, type RequestError, type Words } from './problem.ts'

/** The same for what nobody has told and for what is not the caller's to see. */
const notTold: Words = { id: 'tidak dikenal, atau di luar wilayah Anda', en: 'unknown, or outside your scope' }
const oneOf = (known: readonly string[]): Words =>
  known.length === 0 ? notTold : { id: `harus salah satu dari ${known.join(', ')}`, en: `must be one of ${known.join(', ')}` }

async function placesNotTold(context: Context, caller: Caller, { area, region }: Question): Promise<RequestError[]> {
  const isArea = area === undefined || area === unknownWord
  const place = isArea ? undefined : await context.regions.byId(area)
  const isSeen = place !== undefined && (await context.regions.within(place.id, caller.region))
  const within = region === undefined ? undefined : await areasOf(context, caller, { region })
  return [
    ...(isArea || isSeen ? [] : [{ parameter: 'area', detail: notTold }]),
    ...(within?.length === 0 ? [{ parameter: 'region', detail: notTold }] : []),
  ]
}

/**
 * Refuses names that nothing tells of which the caller may see (400 `invalid-request`), with those that are known where they are words: a
 * slip must not read as no money.
 */
export async function refuseNotTold(
  context: Context,
  db: ViewsDb,
  caller: Caller,
  asked: Question & Readonly<Partial<Record<LedgerNamed, string | undefined>>>,
): Promise<void> {
  const { area: _, region: __, of: ___, ...named } = asked
  const places = await placesNotTold(context, caller, asked)
  const found = await notToldOf(db, { ...named, areas: await context.regions.idsWithin(caller.region) })
  const errors = [...places, ...found.map(({ name, known }) => ({ parameter: name, detail: oneOf(known) }))]
  if (errors.length > 0) throw problem('invalid-request', { errors })
}
